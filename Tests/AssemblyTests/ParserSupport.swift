import Foundation

@testable import Assembly

/// Reads a source as tests need it.
struct Reading {
  var tree: SourceFile
  var diagnostics: [Diagnostic]
  var sources: SourceSet

  init(_ text: String, path: String = "Demo.alq") {
    self.init(bytes: Array(text.utf8), path: path)
  }

  init(bytes: [UInt8], path: String = "Demo.alq") {
    var collected = Diagnostics(sources: SourceSet([SourceText(path: path, bytes: bytes)]))
    tree = Parser.parse(file: 0, reporting: &collected)
    diagnostics = collected.sorted
    sources = collected.sources
  }

  var codes: [String] { diagnostics.map(\.code) }

  var rendered: String { DiagnosticRenderer().render(diagnostics, in: sources) }

  /// The only function's body, from these lines in it.
  static func statements(_ lines: String) -> String {
    let reading = Reading("contract Demo\nfn demo ()\n\(lines)\nend\n")
    guard reading.diagnostics.isEmpty else { return reading.rendered }
    guard case .function(let function)? = reading.tree.items.first?.kind else { return "nothing" }
    return String(Dump.text(function.body).dropFirst().dropLast())
  }

  static func expression(_ text: String) -> String {
    let dump = statements("    x = \(text)")
    return dump.hasPrefix("(= [x] ") ? String(dump.dropFirst(7).dropLast()) : dump
  }

  static func declaration(_ text: String) -> String {
    let reading = Reading("contract Demo\n\n\(text)\n")
    guard reading.diagnostics.isEmpty else { return reading.rendered }
    return reading.tree.items.map { Dump.text($0.kind) }.joined(separator: "\n")
  }
}

/// The files beside the tests.
enum Samples {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "Samples")

  static func text(_ name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  static let contracts = ["RevenueShares.alq", "Everything.alq"]

  /// Whether a golden file is to be written anew; the test then fails.
  static let isRecording = ProcessInfo.processInfo.environment["RECORD"] == "1"

  static func record(_ text: String, as name: String) throws {
    try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
  }
}

/// A generator with a seed (SplitMix64), so that every failure can be seen again.
struct Generator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
