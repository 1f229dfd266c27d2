import Testing

@testable import Assembly

/// No input, however mangled, may crash the front half of the assembler or keep it busy for ever.
@Suite struct ParserFuzzTests {
  /// Changes a few places of a text.
  static func mutated(_ bytes: [UInt8], with generator: inout Generator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...6, using: &generator) {
      guard !bytes.isEmpty else { return bytes }
      let at = Int.random(in: 0..<bytes.count, using: &generator)
      let length = min(bytes.count - at, Int.random(in: 1...40, using: &generator))
      switch Int.random(in: 0..<9, using: &generator) {
      case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 1: bytes[at] = UInt8.random(in: 0...255, using: &generator)
      case 2: bytes.removeSubrange(at..<(at + length))
      case 3: bytes.insert(contentsOf: Array(bytes[at..<(at + length)]), at: at)
      case 4: bytes.removeLast(bytes.count - at)
      case 5: bytes.removeFirst(at)
      case 6:
        let words = [
          "end", "\n", "(", ")", "[", "]", "{", "}", "if a\n", "else\n", " = ", ",", "\"", "x\"",
          ";",
          "fn f ()\n", "state\n", "@", ".", "..", "->", "\n\n", "\r", "\t", "\0", "é", "\u{202E}",
          "code 1 1 1\n", "paying ", "rest\n", "not ", "- ", "0x", "1_", "const ", "try gas 1 ",
        ]
        bytes.insert(
          contentsOf: Array(words.randomElement(using: &generator)?.utf8 ?? "".utf8), at: at)
      case 7:
        // A line somewhere else.
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        if let line = lines.randomElement(using: &generator) {
          bytes.insert(contentsOf: [UInt8(ascii: "\n")] + line + [UInt8(ascii: "\n")], at: at)
        }
      default:
        // A line less.
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        lines.remove(at: Int.random(in: 0..<lines.count, using: &generator))
        bytes = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
      }
    }
    return bytes
  }

  @Test(arguments: Samples.contracts, 0..<8)
  func survivesMutations(name: String, seed: Int) throws {
    let sample = Array(try Samples.text(name).utf8)
    var generator = Generator(state: UInt64(seed) &* 7_919)
    for _ in 0..<250 {
      let bytes = Self.mutated(sample, with: &generator)
      let reading = Reading(bytes: bytes)
      #expect(reading.diagnostics.count <= Diagnostics.errorLimit + 1)
      _ = Dump.text(reading.tree)
      for diagnostic in reading.diagnostics {
        #expect(diagnostic.span.start >= 0 && diagnostic.span.start <= diagnostic.span.end)
        #expect(diagnostic.span.end <= bytes.count)
        #expect(diagnostic.message.first?.isUppercase != true || diagnostic.message.hasPrefix("`"))
        #expect(diagnostic.message.last != ".")
      }
      for style in [DiagnosticRenderer.Style.text, .short] {
        let text = DiagnosticRenderer(style: style, isColored: seed % 2 == 0)
          .render(reading.diagnostics, in: reading.sources)
        #expect(!text.unicodeScalars.contains { $0.value == 0 || $0.value == 0x202E })
      }
      if case .success(let text) = Formatter.format(SourceText(path: "", bytes: bytes)) {
        #expect(reading.diagnostics.isEmpty)
        FormatterTests.expectFaithful(String(decoding: bytes, as: UTF8.self), text)
      }
    }
  }

  @Test func survivesNoise() {
    var generator = Generator(state: 42)
    for _ in 0..<500 {
      let count = Int.random(in: 0..<400, using: &generator)
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
      _ = Reading(bytes: bytes)
    }
  }

  @Test func survivesWordsInAnyOrder() {
    var generator = Generator(state: 43)
    let words =
      Words.declarations + Words.statements
      + [
        "end", "else", "rest", "contract", "A", "b", "@", "(", ")", "[", "]", ",", ".", "..", "->",
        "=",
        "==", "+", "-", "*", "^", "not", "and", "paying", "of", "to", "from", "gas", "each", "in",
        "1",
        "2.5", "\"t\"", "x\"00\"", "\n", "\n", "\n", "\n    ", "\n        ", ":", "code", "map",
        "int",
        "payable", "invariant", "_", "days", "{", "}", ";", ";;",
      ]
    for _ in 0..<2_000 {
      let count = Int.random(in: 0..<120, using: &generator)
      let text =
        "contract A\n"
        + (0..<count).compactMap { _ in words.randomElement(using: &generator) }
        .joined(separator: " ")
      let reading = Reading(text)
      _ = Dump.text(reading.tree)
      _ = reading.rendered
      if case .success(let formatted) = Formatter.format(SourceText(path: "", text: text)) {
        FormatterTests.expectFaithful(text, formatted)
      }
    }
  }

  @Test(arguments: Samples.contracts)
  func survivesEveryTruncation(name: String) throws {
    let sample = Array(try Samples.text(name).utf8)
    for count in stride(from: 0, to: sample.count, by: 3) {
      let reading = Reading(bytes: Array(sample.prefix(count)))
      #expect(reading.diagnostics.count < 6, "\(count)")
    }
  }
}
