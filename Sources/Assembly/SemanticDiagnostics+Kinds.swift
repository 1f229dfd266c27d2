extension SemanticDiagnostics {
  static let kinds = [
    entry(
      .kindMismatch, "a value of the wrong kind",
      """
      Kinds do not mix: an address is not an asset, and a bool is not an int. A local keeps the kind \
      of its first assignment. Conversions are written with the name of the kind, and the machine \
      checks them.
      """,
      bad: function("@paid[amount] = amount + @total"),
      good: function("@paid[who] = amount + @total")),
    entry(
      .argumentCount, "too many or too few arguments",
      "Functions, errors, events, records and messages take exactly what they declare.",
      bad: function("require amount > 0 else TooMuch", "@total = amount"),
      good: function("require amount > 0 else TooMuch(amount)", "@total = amount")),
    entry(
      .argumentLabel, "a label that does not fit",
      """
      Arguments are positional, or all labelled with the declared names in any order. What the \
      language itself brings takes no labels.
      """,
      bad: function("require amount > 0 else TooMuch(amuont: amount)", "@total = amount"),
      good: function("require amount > 0 else TooMuch(amount: amount)", "@total = amount")),
    entry(
      .valueCount, "a wrong number of values",
      """
      `divmod`, the searches of maps and functions with several results give several values, which \
      are assigned together: `q, r = divmod(a, b)`. A function without results gives none.
      """,
      bad: function("share = divmod(amount, 3)", "@total = share"),
      good: function("share, rest = divmod(amount, 3)", "@total = share + rest")),
    entry(
      .noConversion, "a conversion that there is not",
      """
      Numbers become bytes with a width, `bytes(n, 32)`. Between kinds of bytes the way leads by \
      `bytes(…)`.
      """,
      bad: function("@owner = address(amount)"),
      good: function("@owner = address(bytes(amount, 32))")),
    entry(
      .unknownFunction, "a function that is not there",
      """
      Neither the contract nor the language has a function of this name. Functions of a library are \
      written with its name and a dot.
      """,
      bad: function("@total = maximum(@total, amount)"),
      good: function("@total = max(@total, amount)")),
    entry(
      .notAssignable, "something that cannot be assigned",
      """
      Assignments go to locals, to places of the state and to elements of a list with a name. The \
      name of a loop is changed only by the loop.
      """,
      bad: function("for i in 0..<amount", "    i = i + 1", "end"),
      good: function("for i in 0..<amount", "    @total = @total + i", "end")),
  ]

  static let operators = [
    entry(
      .operatorKind, "an operator that does not take this",
      """
      Arithmetic takes int; `not`, `and` and `or` take bool; `<` and its kin compare int; `==` and \
      `!=` compare integers, or bytes of one kind.
      """,
      bad: function("@total = amount + who"), good: function("@total = @total + amount")),
    entry(
      .bareDivision, "a division that does not say how it rounds",
      """
      A quotient of integers is rarely an integer, and what happens to the rest is a decision. Write \
      floor, ceil, trunc, even (halves to the even neighbour) or exact (traps if anything is left) \
      around it. A product on its left is exact: floor(a * b / c) loses nothing in between.
      """,
      bad: function("@total = amount / 3"), good: function("@total = floor(amount / 3)")),
    entry(
      .roundingNeedsDivision, "a rounding of something that is whole",
      "floor, ceil, trunc, even and exact stand directly around a division or `fixed_pow`.",
      bad: function("@total = floor(amount)"), good: function("@total = floor(amount / 2)")),
  ]

  static let constants = [
    entry(
      .notIntegral, "a constant that is not an integer",
      """
      Decimals are exact and may be combined, but what comes out must be an integer: the machine has \
      no fractions. Multiply by the scale, as in `2.5 * 10^6`.
      """,
      bad: contract("const FEE = 2.5"), good: contract("const FEE = 2.5 * 10^6")),
    entry(
      .notConstant, "something that is known only later",
      "Constants, decimals, gas of hooks and widths are computed by the assembler.",
      bad: contract("const START = height"), good: contract("const START = 100")),
    entry(
      .constantArithmetic, "arithmetic without a result",
      "A constant divides by zero, leaves a rest in `exact`, or has an impossible exponent.",
      bad: contract("const PART = floor(100 / 0)"), good: contract("const PART = floor(100 / 8)")),
    entry(
      .outOfRange, "a number outside its range",
      "The message says which numbers are possible here.",
      bad: contract("class Share \"Share\" decimals 100"),
      good: contract("class Share \"Share\" decimals 18")),
    entry(
      .constantCycle, "constants that define each other",
      "A constant cannot need itself.",
      bad: contract("const A = B + 1", "const B = A + 1"),
      good: contract("const A = B + 1", "const B = 1")),
  ]
}
