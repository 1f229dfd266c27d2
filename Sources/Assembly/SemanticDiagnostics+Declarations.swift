extension SemanticDiagnostics {
  static let declarations = [
    entry(
      .kindNotAllowed, "a kind that cannot stand here",
      """
      A list stays inside the contract: keep or send its bytes. Calls and lists of addresses or \
      assets cannot be part of a key.
      """,
      bad: contract("event Drawn (numbers list)"), good: contract("event Drawn (numbers bytes)")),
    entry(
      .recordUse, "a record in the place of a value",
      """
      A record is made where it is stored, with all its components, and read component by component.
      """,
      bad: contract(
        "record Job", "    payer   address", "    amount  int", "", "state", "    job  Job", "",
        "view payer () -> (payer address)", "    job = @job", "    return job.payer", "end"),
      good: contract(
        "record Job", "    payer   address", "    amount  int", "", "state", "    job  Job", "",
        "view payer () -> (payer address)", "    return @job.payer", "end")),
    entry(
      .keyCount, "a key with too many or too few components",
      """
      Reading and writing take the whole key. Searches and `for each` take a prefix of it, which must \
      leave something open.
      """,
      bad: function("@total = @paid"), good: function("@total = @paid[who]")),
    entry(
      .notSummed, "a total of a map that keeps none",
      "Only a map to int declared `summed` has a total.",
      bad: function("@total = total(@paid)"),
      good: contract(
        "state", "    paid  summed map holder address -> int", "", "view all () -> (sum int)",
        "    return total(@paid)", "end")),
    entry(
      .acceptedField, "something that `accepts` cannot name",
      "`accepts` names fields of type asset that are no maps, or says `any`.",
      bad: contract("state", "    owner  address", "", "accepts @owner"),
      good: contract("state", "    token  asset", "", "accepts @token")),
    entry(
      .libraryInit, "a library with an `init`",
      """
      Only the contract has an initialiser. A library offers a function that the contract calls from \
      its own `init`.
      """,
      bad: contract("use \"Eager.alq\" as eager"), good: contract("use \"Roles.alq\" as roles")),
    entry(
      .sharedBody, "a shared body that does not fit",
      """
      `= name` takes the body of another function, which must have a body of its own and the same \
      kinds of parameters, payments and results.
      """,
      bad: contract(
        "view one () -> (n int)", "    return 1", "end", "", "view other () -> (n text) = one"),
      good: contract(
        "view one () -> (n int)", "    return 1", "end", "", "view other () -> (n int) = one")),
  ]

  static let assets = [
    entry(
      .hookParameters, "a hook with other parameters",
      """
      Every hook takes (asset asset, from address, to address, amount int, operator address), under \
      any names, and gives nothing.
      """,
      bad: contract("hook judge (thing asset)", "end"),
      good: contract(
        "hook judge (thing asset, from address, to address, amount int, operator address)", "end")),
    entry(
      .hookInteracts, "a hook that reaches out",
      """
      A hook runs in the middle of somebody's transfer. It may read and write its own contract's \
      state and call views, but not move assets or call anything else.
      """,
      bad: contract(
        "hook tax (thing asset, from address, to address, amount int, operator address)",
        "    send thing, 1 to operator", "end"),
      good: contract(
        "state", "    moved  int", "",
        "hook tax (thing asset, from address, to address, amount int, operator address)",
        "    @moved = @moved + amount", "end")),
    entry(
      .classUse, "a class that is used in another way than it is declared",
      """
      A class declared `each` has many assets, each with an id: `Passport[id]`. Another class has one \
      asset, which exists from deployment unless it has hooks of other contracts; then `create` names \
      the contract of each.
      """,
      bad: contract(
        "class Pass \"Pass\" each single", "", "export issue (to address)",
        "    mint Pass, 1 to to",
        "end"),
      good: contract(
        "class Pass \"Pass\" each single", "", "export issue (id text, to address)",
        "    create Pass[id]", "    mint Pass[id], 1 to to", "end")),
    entry(
      .paymentUse, "a payment in the wrong place",
      """
      A payment has an asset and an amount: `price.asset`, `price.amount`. Only exports and `init` \
      take payments, and only calls of other contracts attach them.
      """,
      bad: contract(
        "export buy () -> (paid int) payable (price)", "    return price", "end"),
      good: contract(
        "export buy () -> (paid int) payable (price)", "    return price.amount", "end")),
    entry(
      .interfaceUse, "an interface that is used as something else",
      """
      An interface says what another contract offers. A call names the interface, the address and the \
      function: `Rules(@rules).allowed(to)`. `create Vault(code).init(…)` makes a contract.
      """,
      bad: contract(
        "interface Rules", "    view allowed (who address) -> (ok bool)", "", "state",
        "    rules  address", "", "view check (who address) -> (ok bool)",
        "    return Rules(@rules)",
        "end"),
      good: contract(
        "interface Rules", "    view allowed (who address) -> (ok bool)", "", "state",
        "    rules  address", "", "view check (who address) -> (ok bool)",
        "    return Rules(@rules).allowed(who)", "end")),
    entry(
      .notTryable, "something that cannot be tried",
      """
      `try` runs a call, `perform`, `create`, `send`, `mint`, `burn` or `force`. A function of the \
      contract itself may take and give no list.
      """,
      bad: function("try gas 5_000 kept = max(@total, amount)", "    @total = kept", "end"),
      good: contract(
        "state", "    total  int", "", "fn keep (amount int)", "    @total = @total + amount",
        "end",
        "", "export add (amount int)", "    try gas 5_000 keep(amount)", "    end", "end")),
  ]

  static let flow = [
    entry(
      .unreachable, "a statement that can never run",
      "Behind `return`, `fail`, `break` and `continue` nothing of the same block runs.",
      bad: function("return", "@total = amount"), good: function("@total = amount", "return")),
    entry(
      .missingReturn, "a way to the end without a result",
      "A function with results returns on every path.",
      bad: contract(
        "view sign (n int) -> (s int)", "    if n > 0", "        return 1", "    end", "end"),
      good: contract(
        "view sign (n int) -> (s int)", "    if n > 0", "        return 1", "    end",
        "    return 0",
        "end")),
    entry(
      .returnCount, "a return with other values than declared",
      "`return` gives exactly the declared results, in their order.",
      bad: contract("view two () -> (a int, b int)", "    return 1", "end"),
      good: contract("view two () -> (a int, b int)", "    return 1, 2", "end")),
    entry(
      .outsideLoop, "`break` or `continue` without a loop",
      "They leave or continue the innermost `while` or `for`.",
      bad: function("break"), good: function("while amount > @total", "    break", "end")),
    entry(
      .viewChanges, "a view that changes something",
      """
      Views and invariants read. They store nothing, emit nothing, move nothing and call only views.
      """,
      bad: contract(
        "state", "    count  int", "", "view next () -> (n int)", "    @count = @count + 1",
        "    return @count", "end"),
      good: contract(
        "state", "    count  int", "", "view next () -> (n int)", "    return @count + 1", "end")),
    entry(
      .invariantValue, "an invariant without a condition",
      "The last line of an invariant is a condition, or returns one.",
      bad: contract(
        "error Negative", "", "state", "    count  int", "", "invariant \"counts up\"",
        "    require @count >= 0 else Negative", "end"),
      good: contract(
        "state", "    count  int", "", "invariant \"counts up\"", "    @count >= 0", "end")),
    entry(
      .notAStatement, "`call` of something that is no function",
      "`call` runs a function of the contract or of another one; a value is assigned.",
      bad: function("call amount"), good: function("@total = amount")),
  ]

  static let code = [
    entry(
      .unknownMnemonic, "an instruction that is not there",
      "A line of a code body begins with the mnemonic of an instruction, or with a label.",
      bad: contract(
        "view one () -> (n int)", "    code 1 0 0", "        int_smal i0, 1",
        "        ret i0, b0, l0", "end"),
      good: contract(
        "view one () -> (n int)", "    code 1 0 0", "        int_small i0, 1",
        "        ret i0, b0, l0", "end")),
    entry(
      .operandCount, "too many or too few operands",
      "Every instruction takes the operands of its row in the reference, all of them.",
      bad: contract(
        "view one () -> (n int)", "    code 1 0 0", "        int_small i0, 1",
        "        ret i0", "end"),
      good: contract(
        "view one () -> (n int)", "    code 1 0 0", "        int_small i0, 1",
        "        ret i0, b0, l0", "end")),
    entry(
      .operandKind, "an operand of another sort",
      "Registers are i0, b0, l0 and so on, by bank; fields are @name, components .name.",
      bad: contract(
        "view one () -> (n int)", "    code 1 0 0", "        int_small 0, 1",
        "        ret i0, b0, l0", "end"),
      good: contract(
        "view one () -> (n int)", "    code 1 0 0", "        int_small i0, 1",
        "        ret i0, b0, l0", "end")),
    entry(
      .unknownLabel, "a label that is not there",
      "A jump names a label of the same body: a line that begins with a name and a colon.",
      bad: contract(
        "export wait ()", "    code 0 0 0", "        jump over", "    end_here:",
        "        ret i0, b0, l0", "end"),
      good: contract(
        "export wait ()", "    code 0 0 0", "        jump over", "    over:",
        "        ret i0, b0, l0", "end")),
    entry(
      .fallsOffEnd, "code that runs past its end",
      "The last instruction leaves the function or jumps.",
      bad: contract("view one () -> (n int)", "    code 1 0 0", "        int_small i0, 1", "end"),
      good: contract(
        "view one () -> (n int)", "    code 1 0 0", "        int_small i0, 1",
        "        ret i0, b0, l0", "end")),
    entry(
      .registerRange, "registers that are not declared",
      """
      `code I B L` declares exactly the registers of each bank that the body uses, parameters and \
      windows included.
      """,
      bad: contract(
        "view one () -> (n int)", "    code 1 0 0", "        int_small i1, 1",
        "        ret i1, b0, l0", "end"),
      good: contract(
        "view one () -> (n int)", "    code 1 0 0", "        int_small i0, 1",
        "        ret i0, b0, l0", "end")),
  ]

  static let limits = [
    entry(
      .tooMany, "more than there may be",
      "Every list of a contract has a limit; the message names it.",
      bad: contract("export buy () payable (a, b, c, d, e)", "end"),
      good: contract("export buy () payable (a, b, c, d)", "end")),
    entry(
      .tooManyRegisters, "more locals than registers",
      """
      A function has 256 registers of each bank for parameters, locals and what expressions need in \
      between. Move a part into a function of its own.
      """,
      bad: function((0..<300).map { "v\($0) = amount + \($0)\n    @total += v\($0)" }),
      good: function("for i in 0..<300", "    v = amount + i", "    @total += v", "end")),
    entry(
      .codeTooLong, "a function that is too long",
      "A function has at most 65,535 instructions. Move a part into a function of its own.",
      bad: function(
        Array(
          repeating: "@total += \(Array(repeating: "amount", count: 100).joined(separator: " + "))",
          count: 700)),
      good: function("for i in 0..<700", "    @total += amount * i", "end")),
    entry(
      .nestedTooDeeply, "something nested too deep",
      """
      Libraries stand at most 16 deep in one another, constants refer to each other 64 deep, and \
      blocks and expressions have a limit, too.
      """,
      bad: contract((0..<70).map { "const A\($0) = A\($0 + 1) + 1" } + ["const A70 = 1"]),
      good: contract("const A0 = A1 + 1", "const A1 = A2 + 1", "const A2 = 1")),
    entry(
      .integerTooLarge, "a constant that is too large",
      "An integer has at most 16,384 bits.",
      bad: contract("const HUGE = 2^20_000"), good: contract("const HUGE = 2^2_000")),
    entry(
      .tooLong, "a text or a name that is too long",
      "Names have at most 128 bytes with the prefix of their library, titles 256, strings 65,536.",
      bad: contract("error \(String(repeating: "Long", count: 33))"),
      good: contract("error \(String(repeating: "Long", count: 3))")),
  ]

  static let warnings = [
    entry(
      .unusedLocal, "a local that is never read",
      "Write `_` in its place to drop a value on purpose.",
      bad: function("share, rest = divmod(amount, 3)", "@total = share"),
      good: function("share, _ = divmod(amount, 3)", "@total = share")),
    entry(
      .unusedFunction, "a function that nothing calls",
      "It is left out of the module. Functions of libraries are left out without a word.",
      bad: contract("fn half (n int) -> (h int)", "    return floor(n / 2)", "end"),
      good: contract(
        "fn half (n int) -> (h int)", "    return floor(n / 2)", "end", "",
        "view quarter (n int) -> (q int)", "    return half(half(n))", "end")),
    entry(
      .droppedResult, "results that are dropped",
      """
      `call` runs a function for what it does. If it also gives results, write `_ = f(…)` to say that \
      they are not wanted.
      """,
      bad: contract(
        "state", "    count  int", "", "fn next () -> (n int)", "    @count = @count + 1",
        "    return @count", "end", "", "export step ()", "    call next()", "end"),
      good: contract(
        "state", "    count  int", "", "fn next () -> (n int)", "    @count = @count + 1",
        "    return @count", "end", "", "export step ()", "    _ = next()", "end")),
    entry(
      .uselessValue, "a value that nothing uses",
      "The expression does nothing but give its value, and the value is dropped.",
      bad: function("_ = amount + 1"), good: function("@total = amount + 1")),
    entry(
      .writeAfterInteraction, "a hook's field that is written too late",
      """
      A hook of this contract runs even while the contract waits for a call or a transfer. Fields \
      that a hook writes are therefore written before; the verifier refuses a contract that does \
      otherwise.
      """,
      bad: contract(
        "class Share \"Share\" hook count gas 9_000", "", "state", "    moves  int", "",
        "hook count (thing asset, from address, to address, amount int, operator address)",
        "    @moves = @moves + 1", "end", "", "export reset (to address)",
        "    mint Share, 1 to to",
        "    @moves = 0", "end"),
      good: contract(
        "class Share \"Share\" hook count gas 9_000", "", "state", "    moves  int", "",
        "hook count (thing asset, from address, to address, amount int, operator address)",
        "    @moves = @moves + 1", "end", "", "export reset (to address)", "    @moves = 0",
        "    mint Share, 1 to to", "end")),
  ]
}
