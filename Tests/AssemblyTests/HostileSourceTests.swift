import EngineTesting
import Foundation
import Fuzzing
import Testing

@testable import Assembly

/// Whatever is done to a contract, the assembler answers: with errors, or with a module that holds.
@Suite struct HostileSourceTests {
  /// A contract of the repository, and behind it the libraries that it may use.
  struct Sample: Sendable, CustomTestStringConvertible {
    var name: String
    var text: [UInt8]
    var libraries: [UInt8]

    var testDescription: String { name }

    func check(_ text: [UInt8]) throws {
      do { try FuzzTarget.assembler.check(text + libraries) } catch {
        Issue.record("\(name): \(error)\n\(String(decoding: text, as: UTF8.self))")
      }
    }
  }

  static let samples: [Sample] = {
    let folder = Sources.root.appendingPathComponent("Contracts")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let files = names.filter { $0.hasSuffix(".alq") }.sorted().compactMap { name in
      (try? Data(contentsOf: folder.appendingPathComponent(name))).map { (name, Array($0)) }
    }
    let libraries = files.filter { $0.1.starts(with: Array("library".utf8)) }
      .flatMap { Array("\n;;;; \($0.0)\n".utf8) + $0.1 }
    return files.map { Sample(name: $0.0, text: $0.1, libraries: libraries) }
  }()

  @Test func contractsAreWhole() throws {
    #expect(Self.samples.count > 10)
    for sample in Self.samples { try sample.check(sample.text) }
  }

  @Test(arguments: samples) func survivesBeingCutOff(sample: Sample) throws {
    var random = SplitMix64(seed: 1)
    for _ in 0..<Effort.rounds(20) {
      try sample.check(Array(sample.text.prefix(random.below(sample.text.count))))
    }
  }

  @Test(arguments: samples) func survivesTokensLostDoubledAndExchanged(sample: Sample) throws {
    var diagnostics = Diagnostics(sources: SourceSet([SourceText(path: "", bytes: sample.text)]))
    let tokens = Lexer.lex(file: 0, reporting: &diagnostics).tokens.filter { $0.end > $0.start }
    var random = SplitMix64(seed: 2)
    for round in 0..<Effort.rounds(24) {
      let (first, second) = (random.pick(tokens), random.pick(tokens))
      let word = Array(sample.text[first.start..<first.end])
      var text = sample.text
      switch round % 3 {
      case 0: text.removeSubrange(first.start..<first.end)
      case 1: text.insert(contentsOf: [0x20] + word, at: first.end)
      default:
        let (early, late) = first.start < second.start ? (first, second) : (second, first)
        guard early.end <= late.start else { continue }
        let earlyWord = Array(text[early.start..<early.end])
        let lateWord = Array(text[late.start..<late.end])
        text.replaceSubrange(late.start..<late.end, with: earlyWord)
        text.replaceSubrange(early.start..<early.end, with: lateWord)
      }
      try sample.check(text)
    }
  }

  /// Bytes that have no business in a source.
  static let intruders: [(name: String, bytes: [UInt8])] = [
    ("nothing", [0]), ("return", [0x0D]), ("returns", [0x0D, 0x0D, 0x0A]), ("escape", [0x1B]),
    ("delete", [0x7F]), ("mark", [0xEF, 0xBB, 0xBF]), ("override", [0xE2, 0x80, 0xAE]),
    ("isolate", [0xE2, 0x81, 0xA6]), ("no width", [0xE2, 0x80, 0x8B]),
    ("joiner", [0xE2, 0x80, 0x8D]), ("tag", [0xF3, 0xA0, 0x81, 0x81]),
    ("paragraph", [0xE2, 0x80, 0xA9]), ("next line", [0xC2, 0x85]), ("soft hyphen", [0xC2, 0xAD]),
    ("no break space", [0xC2, 0xA0]), ("wide space", [0xE3, 0x80, 0x80]),
    ("continuation", [0x80]), ("cut off", [0xE2, 0x82]), ("too long", [0xC0, 0xAF]),
    ("surrogate", [0xED, 0xA0, 0x80]), ("past the end", [0xF4, 0x90, 0x80, 0x80]),
    ("nothing at all", [0xFF]), ("look-alike", Array("а".utf8)), ("letters", Array("漢字".utf8)),
    ("picture", Array("👩‍👩‍👧".utf8)), ("accents", Array("e\u{301}\u{301}\u{301}".utf8)),
  ]

  @Test(arguments: intruders.map(\.name)) func survivesIntruders(name: String) throws {
    let bytes = try #require(Self.intruders.first { $0.name == name }).bytes
    var random = SplitMix64(seed: UInt64(bytes[0]))
    for sample in Self.samples where sample.text.count < 5_000 {
      for _ in 0..<Effort.rounds(2) {
        var text = sample.text
        for _ in 0...random.below(3) {
          text.insert(contentsOf: bytes, at: random.below(text.count))
        }
        try sample.check(text)
      }
    }
  }

  @Test func survivesNoise() throws {
    var random = SplitMix64(seed: 3)
    for _ in 0..<Effort.rounds(300) {
      let bytes = random.bytes(random.below(300))
      try FuzzTarget.assembler.check(bytes)
      try FuzzTarget.assembler.check(Array("contract A\n".utf8) + bytes.map { $0 & 0x7F })
    }
  }

  // MARK: - Lines and characters

  @Test(arguments: samples) func linesMayEndInReturnAndLineFeed(sample: Sample) throws {
    guard sample.text.starts(with: Array("contract".utf8)) else { return }
    let text = String(decoding: sample.text, as: UTF8.self).replacing("\n", with: "\r\n")
    let assembler = SourceFilesAssembler(sample.libraries)
    let plain = assembler.assemble(sample.text)
    let returned = assembler.assemble(Array(text.utf8))
    #expect(plain.artifact?.module != nil)
    #expect(plain.artifact?.module == returned.artifact?.module)
  }

  @Test(arguments: [
    ("\u{FEFF}contract A\n", []), ("contract A\u{FEFF}\n", ["E0108"]), ("contract A\r", ["E0108"]),
    ("contract A\0\n", ["E0108"]),
    ("contract A ; \u{202E}\n", ["E0108"]), ("contract A\u{200B}\n", ["E0108"]),
    ("contract \u{430}\n", ["E0112"]), ("contract A\u{3000}\n", ["E0108"]),
    ("", ["E0202"]), ("\n\n\n", ["E0202"]), ("; nothing\n", ["E0202"]), ("contract", ["E0201"]),
    ("contract A", []), ("contract A\n\n\n\n", []), ("contract A ;", []),
  ])
  func saysWhatIsWrongWithCharacters(text: String, codes: [String]) throws {
    #expect(Reading(text).codes == codes, "\(Reading(text).rendered)")
  }

  // MARK: - Size

  /// A source and what is wrong with it, all that is.
  private func codes(_ text: String) throws -> Set<String> {
    let bytes = Array(text.utf8)
    try FuzzTarget.assembler.check(bytes)
    return Set(Sources.assemble(text).diagnostics.map(\.code))
  }

  @Test func filesHaveALimit() throws {
    let large = String(repeating: "; a line of words\n", count: 600_000)
    #expect(large.utf8.count > 10_000_000)
    #expect(try codes("contract A\n" + large) == ["E0111"])
    #expect(try codes("contract A\n" + String(repeating: "(", count: 10_000_000)) == ["E0111"])
  }

  @Test func longLinesAreLines() throws {
    let count = 200_000
    let blank = String(repeating: " ", count: count)
    #expect(try codes("contract A\nconst B =\(blank)1\n") == [])
    #expect(try codes("contract A ;\(String(repeating: "x", count: count))\n") == [])
    #expect(
      try codes("contract A\nconst \(String(repeating: "b", count: count)) = 1\n") == ["E0106"])
    #expect(
      try codes("contract A\nconst B = \(String(repeating: "1", count: count))\n") == ["E0106"])
    #expect(
      try codes("contract A\nconst B = 0x\(String(repeating: "f", count: count))\n") == ["E0106"])
    #expect(
      try codes("contract A\nconst B = \"\(String(repeating: "b", count: count))\"\n") == ["E0106"])
    #expect(
      try codes("contract A\nconst B = x\"\(String(repeating: "00", count: count))\"\n") == [
        "E0106"
      ])
    #expect(
      try codes("contract A\nconst B = 1\(String(repeating: "_1", count: count))\n") == ["E0106"])
    #expect(try codes("contract A\n\(String(repeating: "\n", count: count))const B = 1\n") == [])
  }

  @Test func manyThingsAreRead() throws {
    let constants = (0..<20_000).map { "const C\($0) = \($0)\n" }.joined()
    #expect(try codes("contract A\n\(constants)") == [])
    let wrong = (0..<20_000).map { "const C\($0) = D\($0)\n" }.joined()
    #expect(try codes("contract A\n\(wrong)").contains("E0100"))
    let same = String(repeating: "error E\n", count: 20_000)
    #expect(try codes("contract A\n\(same)").isSuperset(of: ["E0302", "E0100"]))
    let statements = String(repeating: "    a = a + 1\n", count: 20_000)
    #expect(
      try codes("contract A\nview f (a int) -> (b int)\n\(statements)    return a\nend\n") == [])
    let numbers = (0..<5_000).map { "\($0)" }.joined(separator: ", ")
    #expect(
      try codes("contract A\nview f () -> (b int)\n    l = [\(numbers)]\n    return sum(l)\nend\n")
        == [])
    let declarations = String(repeating: "const C = 1\n", count: 70_000)
    #expect(try codes("contract A\n\(declarations)").contains("E0601"))
  }
}

/// An assembler with the libraries that stand behind a sample.
struct SourceFilesAssembler {
  private let assembler: Assembler

  init(_ libraries: [UInt8]) {
    var texts: [String: [UInt8]] = [:]
    for part in String(decoding: libraries, as: UTF8.self).components(separatedBy: "\n;;;; ") {
      let lines = part.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
      if lines.count == 2 { texts[String(lines[0])] = Array(lines[1].utf8) }
    }
    let found = texts
    assembler = Assembler { path, _ in found[path].map { (path, $0) } }
  }

  func assemble(_ text: [UInt8]) -> Assembled { assembler.assemble(path: "c.alq", text: text) }
}
