/// The codes of the lexer and the parser.
enum SyntaxDiagnostics {
  static let explanations: [Explanation] = lexical + structural + lines

  /// A contract with these lines in its only function.
  private static func function(_ lines: String...) -> String { function(lines) }

  private static func function(_ lines: [String]) -> String {
    let body = lines.map { "    \($0)\n" }.joined()
    return """
      contract Demo

      state
          total  int

      error TooMuch

      export add (amount int)
      \(body)end

      """
  }

  /// A contract with this declaration.
  private static func declaration(_ text: String) -> String {
    "contract Demo\n\n\(text)\n"
  }

  private static let plain = function("@total = @total + amount")

  // MARK: - Characters and literals

  private static let lexical = [
    Explanation(
      code: "E0100", title: "too many errors",
      text: """
        After 100 errors nothing more is reported: most of what would follow is an echo. Mend the \
        first ones and check again.
        """,
      bad: function(Array(repeating: "@total = @total $ amount", count: 101)), good: plain),
    Explanation(
      code: "E0101", title: "a character that means nothing",
      text: """
        Outside of texts and comments only the characters of the grammar may stand. Signs that a word \
        processor puts in the place of others are reported with the sign they look like. A text \
        stands between double quotation marks.
        """,
      bad: function("@total = @total $ amount"), good: plain),
    Explanation(
      code: "E0102", title: "a text without end",
      text: """
        A text begins and ends with a double quotation mark, in one line. A quotation mark inside is \
        written `\\"`, a line break `\\n`.
        """,
      bad: declaration("const TITLE = \"Revenue share"),
      good: declaration("const TITLE = \"Revenue share\"")),
    Explanation(
      code: "E0103", title: "an unknown escape",
      text: """
        Behind a backslash in a text stand `"`, `\\`, `n`, `t`, or `u{…}` with the number of a \
        Unicode scalar in one to six hexadecimal digits.
        """,
      bad: declaration("const TITLE = \"5 \\u20AC\""),
      good: declaration("const TITLE = \"5 \\u{20AC}\"")),
    Explanation(
      code: "E0104", title: "bytes that are no pairs of digits",
      text: """
        Bytes are written `x"…"` with two hexadecimal digits for each byte and nothing between them.
        """,
      bad: declaration("const KEY = x\"00f\""), good: declaration("const KEY = x\"00f0\"")),
    Explanation(
      code: "E0105", title: "a number that cannot be read",
      text: """
        A number is written in decimal digits, with single `_` between digits to group them, or in \
        hexadecimal digits behind `0x`. A constant may have one decimal point. A unit such as `days` \
        stands apart from its number, and a power of ten is written `10^18`.
        """,
      bad: declaration("const FEE = 1_000.5.3"), good: declaration("const FEE = 1_000.5 * 10^6")),
    Explanation(
      code: "E0106", title: "something too long",
      text: """
        A name has at most 255 letters, a decimal number 4,933 digits, a hexadecimal one 4,096, an \
        integer 16,384 bits, and a text or a string of bytes 65,536 bytes.
        """,
      bad: declaration("const \(String(repeating: "A", count: 260)) = 1"),
      good: declaration("const A = 1")),
    Explanation(
      code: "E0107", title: "a `;` that was meant to end a statement",
      text: """
        `;` starts a comment, so what follows it is not read. A statement ends with its line. To \
        write a comment behind code, put a space before the `;`.
        """,
      bad: function("@total = amount; @total = @total + 1"),
      good: function("@total = amount", "@total = @total + 1")),
    Explanation(
      code: "E0108", title: "a character that cannot be seen",
      text: """
        Control characters and characters without a shape may stand nowhere, not even in a comment: \
        some of them change the order in which a line is shown, so that it reads otherwise than it \
        runs. In a text they are written `\\u{…}`.
        """,
      bad: function("@total = @total +\u{200B} amount"), good: plain),
    Explanation(
      code: "E0109", title: "a comment sign of another language",
      text: """
        A comment starts with `;` and documentation with `;;`; both reach to the end of the line. A \
        quotient is written with its rounding: `floor(a / b)`.
        """,
      bad: function("@total = @total + amount  // all of it"),
      good: function("@total = @total + amount           ; all of it")),
    Explanation(
      code: "E0110", title: "an operator of another language",
      text: """
        Conditions are joined with `and`, `or` and `not`, remainders are `a mod b`, powers `a^n`. \
        Bits are joined and shifted by `bit_and`, `bit_or`, `bit_xor`, `shift_left` and `shift_right`.
        """,
      bad: function("require amount > 0 && amount < 100 else TooMuch", "@total = amount"),
      good: function("require amount > 0 and amount < 100 else TooMuch", "@total = amount")),
    Explanation(
      code: "E0111", title: "a file that is too large",
      text: "A source has at most 4 MiB. Move what can stand alone into a library.",
      bad: declaration(String(repeating: "; far too much to say\n", count: 200_000)), good: plain),
    Explanation(
      code: "E0112", title: "a name with other letters",
      text: """
        A name begins with a letter from a to z, small or capital; digits and `_` may follow. Other \
        alphabets are left out because some of their letters cannot be told from these.
        """,
      bad: declaration("const _FEE = 3"), good: declaration("const FEE = 3")),
    Explanation(
      code: "E0113", title: "bytes that are not UTF-8",
      text: """
        A source is text in UTF-8. Save it in that encoding. Here the `é` was saved as the one byte \
        E9, as Latin-1 does.
        """,
      bad: declaration("; café"), good: declaration("; café"), isLatin: true),
  ]

  // MARK: - Files, declarations and blocks

  private static let structural = [
    Explanation(
      code: "E0201", title: "something else was expected",
      text: """
        The line began as one thing and did not go on as that thing does. The message says what could \
        stand here; the page about the grammar has the whole form.
        """,
      bad: function("require amount < 100", "@total = amount"),
      good: function("require amount < 100 else TooMuch", "@total = amount")),
    Explanation(
      code: "E0202", title: "a file without heading",
      text: """
        The first line that is not a comment says what the file holds: `contract` or `library`, and \
        its name. A file holds one of them.
        """,
      bad: "const FEE = 3\n", good: declaration("const FEE = 3")),
    Explanation(
      code: "E0203", title: "a block without `end`",
      text: """
        Functions, invariants, `if`, `while`, `for` and `try` end with a line `end`. If one is \
        missing, the blocks around it close too early; the block reported is the first one whose \
        `end` stands further left than its beginning.
        """,
      bad: function("if amount > 100", "    fail TooMuch", "@total = amount"),
      good: function("if amount > 100", "    fail TooMuch", "end", "@total = amount")),
    Explanation(
      code: "E0204", title: "an `end` or `else` without its block",
      text: """
        `end` closes a function, an invariant, `if`, `while`, `for` or `try`; `else` belongs to `if` \
        or `try`. The lists of `state`, `record` and `interface` have no `end`: they end where their \
        indentation does.
        """,
      bad: declaration("state\n    total  int\nend"), good: declaration("state\n    total  int")),
    Explanation(
      code: "E0205", title: "a statement outside of a function",
      text: """
        Statements stand in the bodies of `init`, `export`, `view`, `hook`, `fn` and `invariant`. An \
        `end` too many closes a function before its last statements, which then stand outside.
        """,
      bad: declaration("state\n    total  int\n\n@total = 3"),
      good: declaration("state\n    total  int\n\ninit ()\n    @total = 3\nend")),
    Explanation(
      code: "E0206", title: "a bracket that is not closed",
      text: """
        Inside of `(…)` and `[…]` lines go on, elements are parted by commas, and the bracket is \
        closed by its own kind.
        """,
      bad: function("@total = (@total + amount"), good: function("@total = (@total + amount)")),
    Explanation(
      code: "E0207", title: "a bracket that closes nothing",
      text: "No bracket of this kind is open here. Take it away, or open one before.",
      bad: function("@total = @total + amount)"), good: plain),
    Explanation(
      code: "E0208", title: "`=` in the place of `==`",
      text: """
        `=` assigns and stands once, behind the names at the beginning of a line. Two values are \
        compared with `==`.
        """,
      bad: function("if amount = 0", "    fail TooMuch", "end", "@total = amount"),
      good: function("if amount == 0", "    fail TooMuch", "end", "@total = amount")),
    Explanation(
      code: "E0209", title: "an assignment in disguise",
      text: """
        Only `+=` and `-=` change a place by a sum. There is no `*=`, `/=`, `++` or `--`: products and \
        quotients are written out, with their rounding.
        """,
      bad: function("@total *= amount"), good: function("@total += amount")),
    Explanation(
      code: "E0210", title: "braces",
      text: "A block begins with the line of its word and ends with a line `end`.",
      bad: function("if amount > 100 {", "    fail TooMuch", "}", "@total = amount"),
      good: function("if amount > 100", "    fail TooMuch", "end", "@total = amount")),
    Explanation(
      code: "E0211", title: "an unknown word",
      text: """
        The word begins no declaration and no statement, or it is not one of those that can stand in \
        its place. If it is near to one that can, the message names it.
        """,
      bad: function("requre amount < 100 else TooMuch", "@total = amount"),
      good: function("require amount < 100 else TooMuch", "@total = amount")),
    Explanation(
      code: "E0212", title: "a word of another language",
      text: """
        Functions are `init`, `export`, `view`, `hook` and `fn`. A local is declared by its first \
        assignment. A condition is followed by its block without `then`, `do` or `:`, and a second \
        one is written `else if`.
        """,
      bad: function("let doubled = amount * 2", "@total = @total + doubled"),
      good: function("doubled = amount * 2", "@total = @total + doubled")),
    Explanation(
      code: "E0213", title: "a value that nothing is done with",
      text: """
        A line assigns a value or does something. A call whose results are dropped begins with \
        `call`. Only the last line of an invariant is a bare value. On the left side of `=` stands a \
        name, a field, or an element of a list.
        """,
      bad: function("@total + amount"), good: plain),
    Explanation(
      code: "E0214", title: "comparisons in a row",
      text: """
        `a < b < c` compares a truth with a number. Write `a < b and b < c`.
        """,
      bad: function("require 0 < amount < 100 else TooMuch", "@total = amount"),
      good: function("require 0 < amount and amount < 100 else TooMuch", "@total = amount")),
    Explanation(
      code: "E0215", title: "nested too deep",
      text: """
        Blocks and expressions stand at most 200 deep in one another. Give a part of the expression a \
        name, or put a block into a function.
        """,
      bad: function(
        "@total = " + String(repeating: "(", count: 201) + "amount"
          + String(repeating: ")", count: 201)),
      good: function("@total = (((amount)))")),
    Explanation(
      code: "E0216", title: "a type that cannot be read",
      text: """
        A parameter or field is a name and a type: `amount int`, `members list of address`, \
        `seen map address -> int`. No `:` stands between them, the name comes first, and maps stand \
        only in `state`.
        """,
      bad: declaration("event Paid (amount: int)"), good: declaration("event Paid (amount int)")),
    Explanation(
      code: "E0217", title: "missing parentheses",
      text: """
        Parameters, results, payments, the cases of an enum and the keys of `for each` stand in \
        parentheses, also if there is one or none. Only an error may go without.
        """,
      bad: declaration("enum Status open, closed"),
      good: declaration("enum Status (open, closed)")),
    Explanation(
      code: "E0218", title: "a missing `->` or missing results",
      text: """
        Results follow `->` and have names: `-> (amount int)`. A view has at least one. The keys of a \
        map and what it holds are parted by `->`.
        """,
      bad: declaration("view half (a int) (b int)\n    return floor(a / 2)\nend"),
      good: declaration("view half (a int) -> (b int)\n    return floor(a / 2)\nend")),
    Explanation(
      code: "E0219", title: "a comma before nothing",
      text: "A comma stands between two things; behind the last one there is none.",
      bad: declaration("event Paid (payer address, amount int,)"),
      good: declaration("event Paid (payer address, amount int)")),
  ]

  // MARK: - Lines

  private static let lines = [
    Explanation(
      code: "E0220", title: "a declaration inside of a function",
      text: """
        Declarations stand outside of functions. If this one does, an `end` is missing above it.
        """,
      bad: function("const LIMIT = 100", "@total = amount"),
      good: """
        contract Demo

        const LIMIT = 100

        state
            total  int

        export add (amount int)
            @total = min(amount, LIMIT)
        end

        """),
    Explanation(
      code: "E0221", title: "a list without its indentation",
      text: """
        What belongs to `state`, `record` and `interface` are the lines below the word that are \
        indented deeper than it. `state` and `record` have at least one.
        """,
      bad: declaration("state\ntotal  int"), good: declaration("state\n    total  int")),
    Explanation(
      code: "E0222", title: "a line of code that cannot be read",
      text: """
        A body of instructions begins with `code` and the numbers of its int, bytes and list \
        registers, at most 256 each. A line is a label with `:`, an instruction with its operands \
        between commas, or both.
        """,
      bad: declaration(
        "export sum (a int, b int) -> (c int)\n    code 3 0 0\n        add i2 i0, i1\n"
          + "        ret i2, b0, l0\nend"),
      good: declaration(
        "export sum (a int, b int) -> (c int)\n    code 3 0 0\n        add i2, i0, i1\n"
          + "        ret i2, b0, l0\nend")),
    Explanation(
      code: "E0223", title: "an option that is said twice",
      text: "Each option of a class is said once; only `hook` may be repeated.",
      bad: declaration("class Share \"Revenue share\" decimals 0 burnable burnable"),
      good: declaration("class Share \"Revenue share\" decimals 0 burnable")),
    Explanation(
      code: "E0224", title: "a missing value",
      text: """
        A value should stand here: a number, a text, a name, a field, a call or something in \
        parentheses. `not` binds looser than comparisons and sums, so behind one of these it needs \
        parentheses.
        """,
      bad: function("@total = @total +"), good: plain),
    Explanation(
      code: "E0225", title: "a line that goes on too long",
      text: """
        The statement or declaration is complete, and something follows it. Each stands in a line of \
        its own. A line goes on behind an operator, a comma, or inside of brackets.
        """,
      bad: function("@total = @total + amount 3"), good: plain),
  ]
}
