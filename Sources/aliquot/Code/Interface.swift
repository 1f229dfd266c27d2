import Assembly
import Bytecode

/// The public interface of a contract as JSON: what `build` writes and `inspect` shows.
struct Interface {
  private let code: ContractCode
  private var module: Module { code.module }

  init(_ code: ContractCode) { self.code = code }

  /// The whole interface.
  var json: JSON {
    [
      "contract": .string(module.name), "codeHash": .identifier(code.codeHash),
      "documentation": .string(code.documentation?.contract.joined(separator: "\n") ?? ""),
      "functions": functions, "hooks": .array(module.hooks.map { .string($0.name) }),
      "enums": .array(
        module.enums.map {
          ["name": .string($0.name), "cases": .array($0.cases.map { .string($0) })]
        }),
      "storage": storage, "assets": assets, "events": events, "errors": errors,
      "messages": .array(module.messages.map { declaration($0, "message") }),
      "imports": .array(
        module.imports.map {
          ["signature": .string(module.signature(of: $0)), "isView": .bool($0.isView)]
        }),
      "invariants": .array(
        module.invariants.map {
          ["title": .string($0.title), "isEnforced": .bool($0.isEnforced)]
        }),
      "accepts": accepts,
    ]
  }

  /// The functions that can be called.
  var functions: JSON {
    .array(
      module.exports.map { export in
        [
          "name": .string(export.name), "sort": .string(sort(of: export)),
          "signature": .string(module.signature(of: export)),
          "parameters": parameters(export.parameters), "results": parameters(export.results),
          "payments": .array(export.payments.map { .string($0) }),
          "documentation": documentation(sort(of: export), export.name),
        ]
      })
  }

  /// The fields.
  var storage: JSON {
    .array(
      module.fields.enumerated().map { index, field in
        var value: JSON = ["number": .number(index), "name": .string(field.name)]
        value = value + ["key": parameters(field.key)]
        switch field.value {
        case .plain(let kind): value = value + ["kind": .string(module.describe(kind))]
        case .record(let name, let components):
          value =
            value + ["record": .string(name), "components": parameters(components)]
        }
        return value + [
          "isSummed": .bool(field.isSummed),
          "documentation": documentation("field", field.name),
        ]
      })
  }

  /// The classes of assets.
  var assets: JSON {
    .array(
      module.classes.map { declared in
        [
          "name": .string(declared.name), "title": .string(declared.title),
          "decimals": .number(Int(declared.decimals)), "isSingle": .bool(declared.isSingle),
          "isKeyed": .bool(declared.isKeyed), "isBurnable": .bool(declared.isBurnable),
          "isForceable": .bool(declared.isForceable),
          "hooks": .array(
            declared.hooks.map {
              [
                "name": .string($0.name), "isForeign": .bool($0.isForeign), "gas": .gas($0.gas),
              ]
            }),
          "documentation": documentation("class", declared.name),
        ]
      })
  }

  /// The events.
  var events: JSON { .array(module.events.map { declaration($0, "event") }) }

  /// The errors, with the numbers by which other contracts know them.
  var errors: JSON {
    .array(
      module.errors.enumerated().map { index, error in
        declaration(error, "error") + ["number": .number(module.errorNumber(index))]
      })
  }

  private var accepts: JSON {
    switch module.acceptance {
    case .none: []
    case .any: "any"
    case .fields(let fields): .array(fields.map { .string(module.fields[Int($0)].name) })
    }
  }

  private func declaration(_ declared: Declaration, _ sort: String) -> JSON {
    [
      "name": .string(declared.name), "signature": .string(module.signature(of: declared)),
      "parameters": parameters(declared.parameters),
      "documentation": documentation(sort, declared.name),
    ]
  }

  private func parameters(_ list: [Parameter]) -> JSON {
    .array(
      list.map { ["name": .string($0.name), "kind": .string(module.describe($0.kind))] })
  }

  private func documentation(_ sort: String, _ name: String) -> JSON {
    .string(code.documentation?.lines(of: sort, name).joined(separator: "\n") ?? "")
  }

  /// The word that declares an export.
  func sort(of export: Export) -> String {
    export.name == "init" ? "init" : export.isView ? "view" : "export"
  }
}

extension Module {
  /// Names and kinds in parentheses, as the language writes them.
  func text(of parameters: [Parameter]) -> String {
    "(" + parameters.map { "\($0.name) \(describe($0.kind))" }.joined(separator: ", ") + ")"
  }

  /// An export as the language declares it.
  func text(of export: Export) -> String {
    var text = "\(export.name) \(self.text(of: export.parameters))"
    if !export.results.isEmpty { text += " -> \(self.text(of: export.results))" }
    if !export.payments.isEmpty {
      text += " payable (\(export.payments.joined(separator: ", ")))"
    }
    return text
  }

  /// The type of a field as the language writes it.
  func text(of field: Field) -> String {
    var text = field.isSummed ? "summed " : ""
    if !field.key.isEmpty {
      let components = field.key.map {
        $0.name.isEmpty || $0.name == "key" ? describe($0.kind) : "\($0.name) \(describe($0.kind))"
      }
      text += "map \(components.joined(separator: ", ")) -> "
    }
    switch field.value {
    case .plain(let kind): return text + describe(kind)
    case .record(let name, _): return text + name
    }
  }
}
