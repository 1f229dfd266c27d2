import Assembly
import Bytecode

/// The source map as `build` writes it: for every function its name, and per instruction file, line
/// and column.
enum SourceMapFile {
  /// The document, or null for a module without source.
  static func json(of code: ContractCode) -> JSON {
    guard let map = code.map else { return .null }
    return [
      "codeHash": .identifier(code.codeHash),
      "files": .array(map.files.map { .string($0) }),
      "functions": .array(
        map.functions.map { function in
          [
            "name": .string(function.name),
            "instructions": .array(
              function.spans.map { span in
                let location = code.sources[span.file].location(at: span.start)
                return .array([
                  .number(span.file), .number(location.line), .number(location.column),
                ])
              }),
            "registers": .array(
              function.registers.map {
                [
                  "name": .string($0.name), "kind": .string(code.module.describe($0.kind)),
                  "bank": .string("\($0.kind.bank)"), "register": .number($0.register),
                  "from": .number($0.from),
                  "to": $0.to == .max ? .null : .number($0.to),
                ]
              }),
          ]
        }),
    ]
  }
}
