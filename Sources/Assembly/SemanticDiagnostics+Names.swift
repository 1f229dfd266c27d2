extension SemanticDiagnostics {
  static let names = [
    entry(
      .unknownName, "a name that nothing has",
      """
      A local is known from its first assignment to the end of its block. Fields are written with \
      `@`. Members of a library are written with its name and a dot. What only one branch assigned \
      cannot be read after it.
      """,
      bad: function("@total = @totl + amount"), good: function("@total = @total + amount")),
    entry(
      .declaredTwice, "two declarations of one name",
      """
      Two declarations of one sort need different names; so do the parameters of one list, the cases \
      of one enum and the labels of one code body. A type word means one thing: a kind, an enum or a \
      record.
      """,
      bad: contract("error Late", "error Late (days int)"),
      good: contract("error Late", "error TooLate (days int)")),
    entry(
      .hidesName, "a local that hides something",
      """
      A local may not have the name of a constant, a class or a payment: a reader would take the one \
      for the other. It may be named like a function or a field, which cannot be confused with it.
      """,
      bad: contract(
        "const RATE = 50", "", "view rate () -> (rate int)", "    RATE = 3", "    return RATE",
        "end"),
      good: contract(
        "const RATE = 50", "", "view rate () -> (rate int)", "    rate = RATE + 3",
        "    return rate", "end")),
    entry(
      .ambiguousName, "a word with two meanings",
      """
      Before `(` a name may mean a function or the conversion to an enum. If both exist, the call \
      does not say which.
      """,
      bad: contract(
        "enum Grade (low, high)", "", "fn Grade (points int) -> (grade Grade)",
        "    if points > 50", "        return Grade.high", "    end", "    return Grade.low", "end",
        "",
        "view judge (points int) -> (grade Grade)", "    return Grade(points)", "end"),
      good: contract(
        "enum Grade (low, high)", "", "fn grade_of (points int) -> (grade Grade)",
        "    if points > 50", "        return Grade.high", "    end", "    return Grade.low", "end",
        "",
        "view judge (points int) -> (grade Grade)", "    return grade_of(points)", "end")),
    entry(
      .wrongSort, "a name of another sort",
      """
      `emit` takes an event, `fail` and `else` of `require` an error, `digest` a message. Events, \
      errors and functions are not values.
      """,
      bad: contract("event Closed ()", "", "export close ()", "    fail Closed", "end"),
      good: contract("event Closed ()", "", "export close ()", "    emit Closed()", "end")),
    entry(
      .fileNotFound, "a library that is not there",
      "The path is that of a file, seen from the file that says `use`.",
      bad: contract("use \"Rolls.alq\" as roles"), good: contract("use \"Roles.alq\" as roles")),
    entry(
      .cyclicUse, "libraries that use each other",
      """
      A library joins the text of a contract, so it cannot contain itself. Move what both need into a \
      third library.
      """,
      bad: contract("use \"Loop.alq\" as loop"), good: contract("use \"Roles.alq\" as roles")),
    entry(
      .notALibrary, "a contract in the place of a library, or the reverse",
      """
      `use` takes files that begin with `library`; what is deployed begins with `contract`. Another \
      contract is called through an interface.
      """,
      bad: contract("use \"Market.alq\" as market"), good: contract("use \"Roles.alq\" as roles")),
    entry(
      .unknownMember, "a member that is not there",
      """
      Behind a dot stands a case of an enum, a component of a record, a function of an interface, or \
      the asset or amount of a payment.
      """,
      bad: contract(
        "enum Status (open, closed)", "", "view now () -> (status Status)",
        "    return Status.opened", "end"),
      good: contract(
        "enum Status (open, closed)", "", "view now () -> (status Status)",
        "    return Status.open",
        "end")),
    entry(
      .unknownType, "a type that is not there",
      """
      The kinds are int, bool, text, bytes, address, asset, call, list, `list of address` and `list \
      of asset`; enums are types too, and in `state` also records.
      """,
      bad: contract("event Paid (amount number)"), good: contract("event Paid (amount int)")),
  ]
}
