import Testing

@testable import Assembly

@Suite struct FormatterTests {
  static func format(_ text: String) -> String {
    switch Formatter.format(SourceText(path: "Demo.alq", text: text)) {
    case .success(let text): text
    case .failure(let errors):
      DiagnosticRenderer().render(errors.diagnostics, in: errors.sources)
    }
  }

  /// Tokens and comments in order, as texts; runs of line ends are one.
  static func tokens(_ text: String) -> [String] {
    let source = SourceText(path: "", text: text)
    var diagnostics = Diagnostics(sources: SourceSet([source]))
    let lexed = Lexer.lex(file: 0, reporting: &diagnostics)
    return (lexed.tokens + lexed.comments).sorted { ($0.start, $0.end) < ($1.start, $1.end) }.map {
      token in
      var text = source.text(token.start, token.end)
      while let last = text.last, last == " " || last == "\t" || last == "\r" { text.removeLast() }
      return token.kind == .newline ? "newline" : text
    }
  }

  /// The formatted text says the same as before, and stays as it is.
  static func expectFaithful(_ text: String, _ formatted: String) {
    #expect(tokens(text) == tokens(formatted))
    #expect(format(formatted) == formatted)
    #expect(Dump.text(Reading(text).tree) == Dump.text(Reading(formatted).tree))
    #expect(!formatted.contains("\t") || formatted.contains(";") || formatted.contains("\""))
    #expect(!formatted.contains(" \n"))
    #expect(!formatted.contains("\n\n\n"))
    #expect(formatted.isEmpty || formatted.hasSuffix("\n"))
  }

  @Test(arguments: Samples.contracts)
  func leavesSamplesAlone(name: String) throws {
    let text = try Samples.text(name)
    #expect(Self.format(text) == text)
  }

  @Test func leavesExamplesAlone() {
    for explanation in SyntaxDiagnostics.explanations {
      #expect(Self.format(explanation.good) == explanation.good, "\(explanation.code)")
    }
  }

  @Test func refusesASourceWithErrors() {
    guard
      case .failure(let errors) = Formatter.format(
        SourceText(path: "a", text: "contract A\nfn f (\n"))
    else {
      Issue.record("formatted")
      return
    }
    #expect(!errors.diagnostics.isEmpty)
  }

  /// Changes the space between tokens and the indentation, but not what it means.
  static func mangled(_ text: String, with generator: inout Generator) -> String {
    var result: [UInt8] = []
    var isInLists = false
    for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      let code = line.drop { $0 == 0x20 }
      let indentation = line.count - code.count
      let word = String(decoding: code.prefix { $0 != 0x20 }, as: UTF8.self)
      // Indentation has a meaning below these words only.
      if indentation == 0 {
        isInLists = ["state", "record", "interface", "class"].contains(word)
      }
      if indentation > 0 {
        let least = isInLists ? 1 : 0
        if !isInLists || !code.isEmpty {
          let count = Int.random(in: least...9, using: &generator)
          let isTab = Int.random(in: 0..<3, using: &generator) == 0
          result += Array(repeating: isTab ? 0x09 : 0x20, count: count)
        }
      }
      var isInText = false
      var isInComment = false
      var last: UInt8 = 0
      for byte in code {
        if byte == UInt8(ascii: "\""), last != UInt8(ascii: "\\"), !isInComment {
          isInText.toggle()
        }
        if byte == UInt8(ascii: ";"), !isInText { isInComment = true }
        last = byte
        result.append(byte)
        if byte == 0x20, !isInText, !isInComment {
          result += Array(repeating: 0x20, count: Int.random(in: 0...3, using: &generator))
        }
        if [UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: ",")].contains(byte), !isInText,
          !isInComment
        {
          result += Array(repeating: 0x20, count: Int.random(in: 0...2, using: &generator))
        }
      }
      result += Array(repeating: 0x20, count: Int.random(in: 0...2, using: &generator))
      if Int.random(in: 0..<8, using: &generator) == 0 { result.append(UInt8(ascii: "\r")) }
      result.append(UInt8(ascii: "\n"))
      if code.isEmpty {
        let count = Int.random(in: 0...3, using: &generator)
        result += Array(repeating: UInt8(ascii: "\n"), count: count)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  @Test(arguments: Samples.contracts, 0..<60)
  func bringsMangledSamplesBack(name: String, seed: Int) throws {
    let text = try Samples.text(name)
    var generator = Generator(state: UInt64(seed))
    let mangled = Self.mangled(text, with: &generator)
    let formatted = Self.format(mangled)
    Self.expectFaithful(mangled, formatted)
    #expect(formatted == text)
  }

  @Test func laysOutTokens() {
    #expect(
      Self.format(
        """
        contract   A
        fn f(a int,b int)->( c int )payable( p )
          c=-a *(b+ - 3)^ 2 mod f ( a ,b ) [ 1 ] . x
          d , _=[ 1,2 ]
          @m [ a ]=R(x :1,y: not(a))
          for i in 0 ..< -3
          @ m[i]= - - 3
          end
          return(c)
        end
        """) == """
          contract A
          fn f (a int, b int) -> (c int) payable (p)
              c = -a * (b + -3)^2 mod f(a, b)[1].x
              d, _ = [1, 2]
              @m[a] = R(x: 1, y: not (a))
              for i in 0..<-3
                  @m[i] = - -3
              end
              return (c)
          end

          """)
  }

  @Test func keepsCommentsWhereTheyBelong() {
    let text = """
      ; above everything
      contract A
      ;; Documentation.

      state
          a  int
          ; the last one

      ; of the function
      fn f (x int)
          ; first
          if x == 1                          ; why
              ; inside
          else                               ; or
              ; inside too
          end
          ; last
      end

      ; at the end

      """
    #expect(Self.format(text) == text)
    let flat = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { line in
        // Only comments below a list need their indentation.
        line.contains("last one") || line.contains("a  int")
          ? String(line) : String(line.drop { $0 == " " })
      }.joined(separator: "\n")
    #expect(Self.format(flat) == text)
  }

  @Test func alignsColumns() {
    #expect(
      Self.format(
        """
        contract A
        const A = 1
        const LONG = 2
        error Plain
        error Odd (a int)
        error Longer (b int)
        const C = 3 ; a
        const D = "a text that is longer than the others" ; b

        event A (a int)
        ; a comment between
        event Longer (a int)
        record R
         a int ; one
         bcd list of address ; two
        """) == """
          contract A
          const A    = 1
          const LONG = 2
          error Plain
          error Odd    (a int)
          error Longer (b int)
          const C = 3                                        ; a
          const D = "a text that is longer than the others"  ; b

          event A (a int)
          ; a comment between
          event Longer (a int)
          record R
              a    int                           ; one
              bcd  list of address               ; two

          """)
  }

  @Test func keepsLinesInBrackets() {
    let text = """
      contract A
      fn f ()
          call g(
              a,
              h(
                  b,
                  ; between
                  c
              ), d
          )
          x = a +
              b
          @m[k] = R(a: 1,
              b: [
                  1, 2
              ])
      end

      """
    #expect(Self.format(text) == text)
  }

  @Test func laysOutCode() {
    #expect(
      Self.format(
        """
        contract A
        fn f (a int)
        code 3 0 0
        again : add i0,i1 , - 5
        x:
        y @ f, . c, g ( int,text ) -> ( int )view
        ; done
        end
        """) == """
          contract A
          fn f (a int)
              code 3 0 0
              again: add i0, i1, -5
              x:
                  y @f, .c, g(int, text)->(int) view
                  ; done
          end

          """)
  }

  @Test func dropsBlankLinesAtBothEnds() {
    #expect(Self.format("\n\n\ncontract A\n\n\n\nerror B\n\n\n") == "contract A\n\nerror B\n")
  }
}
