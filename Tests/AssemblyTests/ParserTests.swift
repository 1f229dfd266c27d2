import Testing

@testable import Assembly

@Suite struct ParserTests {
  // MARK: - Expressions

  /// The operators from the loosest to the tightest, each pair both ways round.
  @Test(arguments: [
    ("a or b and c", "(or a (and b c))"), ("a and b or c", "(or (and a b) c)"),
    ("not a and b", "(and (not a) b)"), ("not a == b", "(not (== a b))"),
    ("not not a", "(not (not a))"), ("a and not b or c", "(or (and a (not b)) c)"),
    ("a == b and c != d", "(and (== a b) (!= c d))"), ("a + b < c * d", "(< (+ a b) (* c d))"),
    ("a - b - c", "(- (- a b) c)"), ("a - b + c", "(+ (- a b) c)"),
    ("a + b * c", "(+ a (* b c))"), ("a * b + c", "(+ (* a b) c)"),
    ("a * b / c", "(/ (* a b) c)"), ("a mod b * c", "(* (mod a b) c)"),
    ("-a * b", "(* (- a) b)"), ("a * -b", "(* a (- b))"), ("a - -b", "(- a (- b))"),
    ("- -a", "(- (- a))"), ("-a^2", "(- (^ a 2))"), ("a^b^c", "(^ a (^ b c))"),
    ("a^-b", "(^ a (- b))"), ("a^2 * b", "(* (^ a 2) b)"), ("-f(a)^2", "(- (^ (f(a)) 2))"),
    ("(a + b) * c", "(* (+ a b) c)"), ("a <= b", "(<= a b)"), ("a >= b", "(>= a b)"),
    ("a > b", "(> a b)"), ("a == (b == c)", "(== a (== b c))"),
  ])
  func binds(text: String, tree: String) {
    #expect(Reading.expression(text) == tree)
  }

  @Test(arguments: [
    ("1_000", "1000"), ("0xFf", "255"), ("0", "0"), ("25.50", "2550e-2"), ("1_0.0_5", "1005e-2"),
    ("7 days", "(days 7)"), ("50 bps", "(bps 50)"), ("1 day", "(day 1)"),
    ("1.5 hours * 2", "(* (hours 15e-1) 2)"), (#""a\"\\\n\u{20AC}""#, "\"a\"\\\n€\""),
    (#"x"00fFAb""#, "[0, 255, 171]"), (#"x"""#, "[]"), ("true", "true"), ("false", "false"),
    ("[]", "(list)"), ("[a, 1]", "(list a 1)"), ("@f", "@f"), ("@m[a, b].c", "(. ([] @m a b) c)"),
    ("@roles.members[x]", "([] (. @roles members) x)"), ("Passport[id]", "([] Passport id)"),
    ("f()", "(f())"), ("f(a, b: 2)", "(f(a, b: 2))"), ("roles.grant(x)", "((. roles grant)(x))"),
    ("Rules(@r).allowed(to)", "((. (Rules(@r)) allowed)(to))"),
    ("M(a).buy() paying 5 of @t", "((. (M(a)) buy)() paying 5 of @t)"),
    (
      "M(a).buy() paying 5 of @t, 1 + 2 of u",
      "((. (M(a)) buy)() paying 5 of @t paying (+ 1 2) of u)"
    ),
    ("g(M(a).b() paying 5 of t, c)", "(g(((. (M(a)) b)() paying 5 of t), c))"),
    (
      "g(M(a).b() paying 5 of t, 6 of u, c)", "(g(((. (M(a)) b)() paying 5 of t paying 6 of u), c))"
    ),
    ("g(b() paying 5 of t, c() paying 6 of u)", "(g((b() paying 5 of t), (c() paying 6 of u)))"),
    ("encode M(a).b(c)", "(encode ((. (M(a)) b)(c)))"),
    ("create V(@code).init(o)", "(create ((. (V(@code)) init)(o)))"),
    ("perform c", "(perform c)"), ("perform @calls[1]", "(perform ([] @calls 1))"),
    ("perform(c)", "(perform c)"), ("create(c)", "(create(c))"), ("encode(c)", "(encode(c))"),
    ("floor(a * b / c)", "(floor((/ (* a b) c)))"),
  ])
  func readsExpressions(text: String, tree: String) {
    #expect(Reading.expression(text) == tree)
  }

  @Test func continuesLines() {
    #expect(Reading.expression("a +\n b *\n\n c") == "(+ a (* b c))")
    #expect(Reading.expression("f(\n a\n ,\n b\n )") == "(f(a, b))")
    #expect(Reading.expression("\n a") == "a")
    #expect(Reading.expression("a ; comment\n y = b") == "a) (= [y] b")
    #expect(Reading.expression("[ ; one\n 1, ; two\n 2\n ]") == "(list 1 2)")
  }

  // MARK: - Statements

  @Test(arguments: [
    ("a = 1", "(= [a] 1)"), ("a, _, @f, l[0] = f()", "(= [a _ @f ([] l 0)] (f()))"),
    ("@m[k].c = 1", "(= [(. ([] @m k) c)] 1)"), ("@roles.f = 1", "(= [(. @roles f)] 1)"),
    ("require a else E", "(require a E())"), ("require a else r.E(b)", "(require a r.E(b))"),
    ("require a else E(x: b)", "(require a E(x: b))"), ("fail E", "(fail E())"),
    ("fail E(1)", "(fail E(1))"), ("if a\nb = 1\nend", "(if a {(= [b] 1)})"),
    ("if a\nelse\nend", "(if a {} else {})"),
    ("if a\nelse if b\nelse if c\nbreak\nelse\nend", "(if a {} b {} c {(break)} else {})"),
    ("while a\ncontinue\nend", "(while a {(continue)})"),
    ("for i in 0..n\nend", "(for i 0 .. n {})"),
    ("for i in a + 1..<n\nend", "(for i (+ a 1) ..< n {})"),
    ("for each k in @m\nend", "(each k in @m {})"),
    (
      "for each (a, _) in @m[p] from x down limit 3\nrest\nbreak\nend",
      "(each a _ in ([] @m p) from x down limit 3 {} rest {(break)})"
    ),
    ("for each k in @m from (a) limit n\nend", "(each k in @m from a limit n {})"),
    ("for each k in @m from (a, b)\nend", "(each k in @m from a b {})"),
    ("return", "(return)"), ("return a, b", "(return a b)"),
    ("return [1, 2]", "(return (list 1 2))"),
    ("return -1", "(return (- 1))"), ("return (a + b) * c", "(return (* (+ a b) c))"),
    ("call f(a)", "(call (f(a)))"), ("emit E(a)", "(emit E(a))"), ("emit r.E()", "(emit r.E())"),
    ("mint A, n to x", "(mint A n x)"), ("burn A, n", "(burn A n)"),
    ("send @t, n - 1 to caller", "(send @t (- n 1) caller)"),
    ("force A[k], n from x to y", "(force ([] A k) n x y)"),
    ("create A", "(create-asset A)"), ("create A[k] with @r, b", "(create-asset ([] A k) @r b)"),
    ("create r.A[k]", "(create-asset ([] (. r A) k))"), ("admit a", "(admit a)"),
    ("dismiss a", "(dismiss a)"), ("delete @m[k]", "(delete ([] @m k))"),
    ("push l, 1", "(push l 1)"),
    ("sort l", "(sort l)"), ("sort l by k", "(sort l by k)"), ("perform c", "(perform c)"),
    ("try gas 5 send a, b to c\nend", "(try 5 (send a b c) {} else {})"),
    (
      "try gas G a, b = f(c)\nbreak\nelse x, y, z\nend",
      "(try G [a b] (f(c)) {(break)} else x y z {})"
    ),
    ("try gas 5 mint A, 1 to x\nelse\nend", "(try 5 (mint A 1 x) {} else {})"),
    ("try gas 5 perform c\nelse n\nend", "(try 5 [] (perform c) {} else n {})"),
    (
      "try gas 5 v = create V(@c).init()\nend",
      "(try 5 [v] (create ((. (V(@c)) init)())) {} else {})"
    ),
    (
      "call M(@m).b(i) paying 5 of @t, 1 of @u",
      "(call ((. (M(@m)) b)(i) paying 5 of @t paying 1 of @u))"
    ),
  ])
  func readsStatements(text: String, tree: String) {
    #expect(Reading.statements(text) == tree)
  }

  /// No word is reserved.
  @Test(arguments: [
    ("from = 3", "(= [from] 3)"), ("send, to = f(x)", "(= [send to] (f(x)))"),
    ("end = 3", "(= [end] 3)"), ("end, if = f()", "(= [end if] (f()))"),
    ("end[0] = 3", "(= [([] end 0)] 3)"), ("else = 3", "(= [else] 3)"),
    ("else, rest = f()", "(= [else rest] (f()))"), ("if = 3", "(= [if] 3)"),
    ("for = 3", "(= [for] 3)"), ("try = 1", "(= [try] 1)"), ("return = call", "(= [return] call)"),
    ("rest = 3", "(= [rest] 3)"), ("x = end", "(= [x] end)"),
    ("x = from + to", "(= [x] (+ from to))"),
    ("x = and and or or mod mod not", "(= [x] (or (and and or) (mod mod not)))"),
    ("x = of(paying) paying paying of of", "(= [x] (of(paying) paying paying of of))"),
    ("send send, to to to", "(send send to to)"), ("mint to, from to end", "(mint to from end)"),
    ("force from, to from from to to", "(force from to from to)"),
    ("x = 5 mod days", "(= [x] (mod 5 days))"),
    ("x = days days", "?"), ("for each in 0..3\nend", "(for each 0 .. 3 {})"),
    ("for each in in @m\nend", "(each in in @m {})"), ("for in in 0..3\nend", "(for in 0 .. 3 {})"),
    (
      "for each from in @m from from down limit limit\nend",
      "(each from in @m from from down limit limit {})"
    ),
    ("sort by by by", "(sort by by by)"), ("create with with with", "(create-asset with with)"),
    ("require else else else", "(require else else())"), ("require = 3", "(= [require] 3)"),
    ("while while\nend", "(while while {})"), ("if if == else\nend", "(if (== if else) {})"),
    ("try gas gas gas()\nelse else\nend", "(try gas [] (gas()) {} else else {})"),
    ("try gas gas gas = send(gas)\nend", "(try gas [gas] (send(gas)) {} else {})"),
    ("emit emit()", "(emit emit())"), ("call call(call)", "(call (call(call)))"),
    ("x = not", "(= [x] not)"), ("x = perform", "(= [x] perform)"),
    ("x = encode + create", "(= [x] (+ encode create))"),
    ("x = f(from: to, to: from)", "(= [x] (f(from: to, to: from)))"),
    ("code = 3", "(= [code] 3)"), ("state = 3", "(= [state] 3)"),
    ("export, view = f()", "(= [export view] (f()))"),
    ("const = 3", "(= [const] 3)"), ("x, y = f()", "(= [x y] (f()))"),
  ])
  func readsWordsByTheirPlace(text: String, tree: String) {
    if tree == "?" {
      #expect(Reading("contract A\nfn f ()\n\(text)\nend").codes == ["E0225"])
    } else {
      #expect(Reading.statements(text) == tree)
    }
  }

  @Test func readsValuesAtTheEndOfInvariants() {
    for (text, tree) in [
      ("a >= b", "(value (>= a b))"), ("send >= 3", "(value (>= send 3))"),
      ("send", "(value send)"),
      ("@f", "(value @f)"), ("x = 1\nf(x)", "(= [x] 1) (value (f(x)))"),
      ("return", "(return)"), ("end.x", "(value (. end x))"),
      ("call and mint", "(value (and call mint))"),
      ("not a", "(value (not a))"), ("if a\nend\ntrue", "(if a {}) (value true)"),
    ] {
      #expect(Reading.declaration("invariant \"i\"\n\(text)\nend") == "(invariant \"i\" {\(tree)})")
    }
    #expect(Reading("contract A\ninvariant \"i\"\n a == b\n a == c\nend").codes == ["E0213"])
    #expect(Reading("contract A\ninvariant \"i\"\n if a\n a == b\n end\nend").codes == ["E0213"])
  }

  // MARK: - Declarations

  @Test(arguments: [
    ("use \"a.alq\" as a", "(use \"a.alq\" a)"), ("const A = 10^24", "(const A (^ 10 24))"),
    ("const A =\n  3", "(const A 3)"), ("enum A (b)", "(enum A b)"),
    ("enum A (\n  b,\n  c\n)", "(enum A b c)"),
    ("record A\n  b int\n  c list of asset", "(record A (b int, c list-of-asset))"),
    ("class A", "(class A)"), ("class A \"t\" each single", "(class A \"t\" each single)"),
    (
      "class A decimals 6 burnable forceable hook b gas 1 + 1 hook other c gas d",
      "(class A decimals 6 burnable forceable (hook b (+ 1 1)) (hook other c d))"
    ),
    ("class A each\n  hook b gas 1\n  hook c gas 2", "(class A each (hook b 1) (hook c 2))"),
    ("class single single", "(class single single)"),
    (
      "state\n  a int\n  b map int -> r.A\n  c summed map x int, list of address, text -> bool",
      "(state (a int) (b (map [int] r.A)) (c (summed map [x int] [list-of-address] [text] bool)))"
    ),
    (
      "state\n  map map map -> map\n  summed summed map address -> int\n  state text",
      "(state (map (map [map] map)) (summed (summed map [address] int)) (state text))"
    ),
    ("event A ()", "(event A ())"), ("event A (b int)", "(event A (b int))"),
    ("error A", "(error A ())"), ("error A (b int)", "(error A (b int))"),
    ("message A (b r.C, c list)", "(message A (b r.C, c list))"),
    (
      "interface A\n  view b () -> (c int)\n  export d (e int)\n  init (f int)\n  error G\n  error H (i int)",
      "(interface A (view b () (c int)) (export d (e int) ()) (init (f int)) (error G ()) (error H (i int)))"
    ),
    ("interface A", "(interface A)"), ("accepts any", "(accepts any)"),
    ("accepts @a, @r.b", "(accepts @a (. @r b))"), ("init ()\nend", "(init init () {})"),
    ("init (a int) payable (p)\nend", "(init init (a int) payable p {})"),
    (
      "export a () -> (b int) payable (p, q)\nreturn 1\nend",
      "(export a () -> (b int) payable p q {(return 1)})"
    ),
    ("view a () -> (b int, c text)\nend", "(view a () -> (b int, c text) {})"),
    ("hook a (b asset)\nend", "(hook a (b asset) {})"), ("fn a ()\nend", "(fn a () {})"),
    ("fn a.b (c int) = d.e", "(fn a.b (c int) (= d.e))"),
    ("invariant \"a\" = b", "(invariant \"a\" (= b))"), ("view a () -> ()\nend", "(view a () {})"),
    (
      "enum a.B (c)\nevent a.C ()\nerror a.D\nclass a.E each",
      "(enum a.B c)\n(event a.C ())\n(error a.D ())\n(class a.E each)"
    ),
    ("state\n  a.b int\nrecord a.R\n  c int", "(state (a.b int))\n(record a.R (c int))"),
    ("fn fn (fn fn)\nend", "(fn fn (fn fn) {})"),
    ("fn a (\n  b int,\n  c int\n) -> (\n  d int\n)\nend", "(fn a (b int, c int) -> (d int) {})"),
    ("invariant \"a\"\ntrue\nend", "(invariant \"a\" {(value true)})"),
    ("invariant enforced \"a\"\ntrue\nend", "(invariant enforced \"a\" {(value true)})"),
    ("fn a ()\ncode 1 2 3\nend", "(fn a () (code 1 2 3))"),
    (
      "fn a () code 1 0 0\nx: add i0, i1, -5\ny:\nret i0, b0, l0\nend",
      "(fn a () (code 1 0 0 (x:add i0 i1 -5) (y:) (ret i0 b0 l0)))"
    ),
    (
      "fn a ()\ncode 0 0 0\nz @f, @r.f, .c, r.f, 0xff, \"a\", x\"00\", e.f(int, r.S)->() view, g()->(list of asset)\nend",
      "(fn a () (code 0 0 0 (z @f @r.f .c r.f 255 [97] [0] e.f(int r.S)->()view g()->(list-of-asset))))"
    ),
  ])
  func readsDeclarations(text: String, tree: String) {
    #expect(Reading.declaration(text) == tree)
  }

  @Test func readsLibrariesAndDocumentation() {
    let reading = Reading(
      """
      ; not documentation
      library Roles
      ;; Who may what.
      ;;  Indented.

      ;; Not of the constant.

      ;; The limit.
      const A = 1
      state
          ;; Above.
          a  int
          b  int  ; behind
          ;; Both.
          c  int  ;; of them
      """)
    #expect(reading.diagnostics.isEmpty)
    #expect(
      Dump.text(reading.tree) == """
        library Roles
        ;; Who may what.
        ;;  Indented.
        ;; The limit.
        (const A 1)
        (state (a int ;Above.;) (b int ;behind;) (c int ;Both.; ;of them;))
        """)
  }

  @Test func endsListsWithTheirIndentation() {
    let reading = Reading("contract A\n  state\n    a int\n    b int\n  const C = 1\n")
    #expect(reading.diagnostics.isEmpty)
    #expect(Dump.text(reading.tree) == "contract A\n(state (a int) (b int))\n(const C 1)")
  }

  @Test func placesSpans() {
    let reading = Reading("contract A\nfn f ()\n    x = a + g(b)\nend\n")
    guard case .function(let function)? = reading.tree.items.first?.kind,
      case .statements(let statements, let end) = function.body,
      case .assign(_, let value)? = statements.first?.kind
    else {
      Issue.record("no assignment")
      return
    }
    #expect(reading.sources.text(of: statements[0].span) == "x = a + g(b)")
    #expect(reading.sources.text(of: value.span) == "a + g(b)")
    #expect(reading.sources.text(of: end) == "end")
    #expect(reading.sources.location(of: value.span).1 == SourceLocation(line: 3, column: 9))
  }

  @Test(arguments: Samples.contracts)
  func readsSamples(name: String) throws {
    let reading = Reading(try Samples.text(name))
    #expect(reading.rendered == "")
    #expect(reading.tree.items.count > 10)
  }

  // MARK: - Limits

  @Test(arguments: [
    (String(repeating: "(", count: 5_000), ""), (String(repeating: "[", count: 5_000), ""),
    (String(repeating: "f(", count: 5_000), "1"), (String(repeating: "a[", count: 5_000), "1"),
    (String(repeating: "- ", count: 5_000), "1"), (String(repeating: "not ", count: 5_000), "a"),
    (String(repeating: "a + ", count: 5_000), "a"), (String(repeating: "a^", count: 5_000), "a"),
    (String(repeating: "a.", count: 5_000), "a"), ("a" + String(repeating: "()", count: 5_000), ""),
    ("a" + String(repeating: "[1]", count: 5_000), ""),
    (String(repeating: "encode a + ", count: 5_000), "a"),
    (String(repeating: "perform ", count: 5_000), "a"),
    (String(repeating: "a or ", count: 5_000), "b"),
    (String(repeating: "f(a() paying 1 of ", count: 5_000), "b"),
  ])
  func boundsDepthOfExpressions(text: String, rest: String) {
    #expect(Reading("contract A\nfn f ()\nx = \(text)\(rest)\nend\n").codes == ["E0215"])
  }

  @Test(arguments: [
    "if a\n", "while a\n", "for i in 0..1\n", "for each k in @m\n", "try gas 1 f()\n",
    "if a\nelse\n",
  ])
  func boundsDepthOfBlocks(opening: String) {
    let text = "contract A\nfn f ()\n" + String(repeating: opening, count: 5_000)
    #expect(Reading(text).codes == ["E0215"])
  }

  @Test func boundsDepthOfStrayDeclarations() {
    let codes = Reading(
      "contract A\nfn f ()\n"
        + (1..<500).map { String(repeating: " ", count: $0) + "fn g ()\n" }.joined()
    ).codes
    #expect(codes.contains("E0215"))
  }

  @Test func takesWhatIsJustWithinTheLimit() {
    let inner = String(repeating: "(", count: 150) + "a" + String(repeating: ")", count: 150)
    #expect(Reading.expression(inner) == "a")
    let blocks = String(repeating: "if a\n", count: 150) + String(repeating: "end\n", count: 150)
    #expect(Reading("contract A\nfn f ()\n\(blocks)end\n").codes.isEmpty)
    let chain = Array(repeating: "a", count: 200).joined(separator: " + ")
    #expect(Reading("contract A\nfn f ()\nx = \(chain)\nend\n").codes.isEmpty)
  }

  @Test func readsTenThousandLines() {
    var text = "contract Long\n\nstate\n    total  int\n"
    var lines = 4
    var functions = 0
    while lines < 10_000 {
      text += "\nfn f\(functions) (a int) -> (b int)\n    b = a\n"
      for index in 0..<40 { text += "    if b > \(index)\n        b = b + \(index)\n    end\n" }
      text += "    return b\nend\n"
      lines += 125
      functions += 1
    }
    let reading = Reading(text)
    #expect(reading.rendered == "")
    #expect(reading.tree.items.count == functions + 1)
  }

  /// Long files of one and the same mistake take no longer than others.
  @Test(arguments: [
    "a[", "a,", "x = f(a,", "(", "if a", "else", "end", ";; d", "state", "@", "x = a +",
    "code 1 1 1",
    "a = b()", "enum A (a,", "f(a() paying 1 of b,", "x = M(a).b() paying 1 of c, d() paying 2",
    "; c", "class A each", "  a int", "require a else", "\"", "x\"", "for each (a, b in c", "}",
    "{",
  ])
  func endsOnLongNonsense(line: String) {
    let body = String(repeating: line + "\n", count: 20_000)
    _ = Reading("contract A\n" + body)
    _ = Reading("contract A\nfn f ()\n" + body)
    _ = Reading("contract A\nstate\n" + body)
    _ = Reading("contract A\nfn f ()\n" + String(repeating: line + " ", count: 20_000))
    _ = Formatter.format(SourceText(path: "", text: "contract A\nfn f ()\n" + body + "end\n"))
  }
}
