import Assembly
import Bytecode
import Verification

/// Sources of several files: each file but the first stands below a line `;;;;` with its path.
struct SourceFiles {
  private var texts: [String: [UInt8]] = [:]
  /// The contract's own file.
  private(set) var contract: [UInt8] = []

  init(_ input: [UInt8]) {
    let newline = UInt8(ascii: "\n")
    var path: String?
    var lines: [ArraySlice<UInt8>] = []
    for line in input.split(separator: newline, omittingEmptySubsequences: false) {
      if line.starts(with: Array(";;;; ".utf8)) {
        keep(Array(lines.joined(separator: [newline])), as: path)
        path = String(decoding: line.dropFirst(5), as: UTF8.self)
        lines = []
      } else {
        lines.append(line)
      }
    }
    keep(Array(lines.joined(separator: [newline])), as: path)
  }

  private mutating func keep(_ text: [UInt8], as path: String?) {
    if let path { texts[path] = text } else { contract = text }
  }

  func assembled() -> Assembled {
    let texts = texts
    let assembler = Assembler { path, _ in texts[path].map { (path, $0) } }
    return assembler.assemble(path: "contract.alq", text: contract)
  }
}

/// A source gives a module that the verifier accepts and that can be read again, or errors.
func checkAssembler(_ input: [UInt8]) throws(Violation) {
  let assembled = SourceFiles(input).assembled()
  try checkDiagnostics(of: assembled)
  guard let artifact = assembled.artifact else { return }
  _ = Listing.text(of: artifact, sources: assembled.sources)
  for (function, map) in zip(artifact.module.functions, artifact.map.functions) {
    try require(function.code.count == map.spans.count, "the map of \(map.name) does not fit")
  }
  do { _ = try Verifier.verify(artifact.module) } catch {
    // Bodies of instructions are for the verifier to judge, and of late writes there is a warning.
    let isWarned = assembled.diagnostics.contains { $0.code == "W0705" }
    let hasCode = assembled.sources.files.contains {
      String(decoding: $0.bytes, as: UTF8.self).contains("code")
    }
    try require(isWarned || hasCode, "what assembles is refused: \(error)")
    return
  }
  try checkDisassembly(of: artifact.module)
}

/// Diagnostics are known, can be shown, and point to something.
private func checkDiagnostics(of assembled: Assembled) throws(Violation) {
  let isRefused = assembled.diagnostics.contains { $0.severity == .error }
  try require(isRefused == (assembled.artifact == nil), "errors and results do not fit")
  for diagnostic in assembled.diagnostics {
    let code = diagnostic.code
    try require(Explanations.explanation(of: code) != nil, "\(code) is not explained")
    let spans =
      [diagnostic.span] + diagnostic.notes.compactMap(\.span)
      + [diagnostic.fix?.span].compactMap(\.self)
    for span in spans {
      let count =
        assembled.sources.files.indices.contains(span.file)
        ? assembled.sources.files[span.file].bytes.count : -1
      try require(
        0 <= span.start && span.start <= span.end && span.end <= count,
        "\(code) points nowhere: \(diagnostic.message)")
    }
    try require(!diagnostic.message.contains("\n"), "\(code) has more than one line")
    for style in [DiagnosticRenderer.Style.text, .short] {
      _ = DiagnosticRenderer(style: style).render(diagnostic, in: assembled.sources)
    }
  }
}
