import Assembly
import Bytecode

/// A line of a source that code which ran comes from.
struct SourceLine: Hashable {
  /// The number of the code, in the order of first runs.
  let code: Int
  /// The index of the file among those of the code.
  let file: Int
  /// The line, from 1.
  let line: Int
}

/// The lines of all instructions of the code that ran, each looked up once.
final class SourceLines {
  private let codes: [ContractCode?]
  private var lines: [Int: [[SourceLine]]] = [:]

  /// Looks at the sources of code that ran, as far as there are any.
  init(_ codes: [CallTracker.Code], source: (Identifier) -> ContractCode?) {
    self.codes = codes.map { source($0.hash) }
  }

  /// The code with its source, if that is known.
  func code(_ number: Int) -> ContractCode? {
    codes.indices.contains(number) ? codes[number] : nil
  }

  /// The line that an instruction comes from; nil without a source.
  func line(code: Int, function: Int, instruction: Int) -> SourceLine? {
    let functions = table(code)
    guard functions.indices.contains(function),
      functions[function].indices.contains(instruction)
    else { return nil }
    return functions[function][instruction]
  }

  /// All lines of a code that an instruction comes from.
  func lines(ofCode code: Int) -> Set<SourceLine> {
    Set(table(code).joined())
  }

  /// The path of the file that a line is in.
  func path(_ line: SourceLine) -> String {
    codes[line.code].map { $0.sources[line.file].path } ?? "?"
  }

  /// The text of a line.
  func text(_ line: SourceLine) -> String {
    codes[line.code].map { $0.sources[line.file].text(ofLine: line.line) } ?? ""
  }

  private func table(_ code: Int) -> [[SourceLine]] {
    if let known = lines[code] { return known }
    var made: [[SourceLine]] = []
    if let source = self.code(code), let map = source.map {
      made = map.functions.map { function in
        function.spans.map { span in
          SourceLine(
            code: code, file: span.file, line: source.sources[span.file].line(at: span.start))
        }
      }
    }
    lines[code] = made
    return made
  }
}
