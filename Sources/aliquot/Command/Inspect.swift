import Assembly
import ArgumentParser
import Bytecode
import Verification

/// Shows one side of a contract.
struct Inspect: AliquotCommand {
  /// The sides of a contract.
  enum Side: String, CaseIterable, ExpressibleByArgument {
    case abi, storage, events, errors, assets, gas, sizes, all
  }

  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show one side of a contract: interface, storage, gas and more.",
    discussion: """
      Sides: abi, storage, events, errors, assets, gas, sizes, all.

      Examples:
        aliquot inspect Shop.alq
        aliquot inspect Shop.alq gas
        aliquot inspect build/Shop.alqm abi --json
      """)

  @Argument(help: "A source or a module.")
  var file: String

  @Argument(help: "What to show.")
  var side = Side.all

  @OptionGroup var global: GlobalOptions

  func perform() throws -> Outcome {
    let loaded = try ContractLoading.load(file)
    let view = InspectView(code: loaded.code, paint: global.paint(.output))
    return Outcome(
      text: view.text(side), result: view.json(side),
      reports: loaded.reports.filter { $0.isError || global.verbose })
  }
}

/// The sides of a contract as text and as JSON.
struct InspectView {
  let code: ContractCode
  let paint: Paint
  private var module: Module { code.module }

  /// A side for people.
  func text(_ side: Inspect.Side) -> String {
    switch side {
    case .abi: abi
    case .storage: storage
    case .events: declarations("event", module.events)
    case .errors: errors
    case .assets: assets
    case .gas: StaticGas(code).text(paint)
    case .sizes: sizes
    case .all:
      [abi, storage, assets, declarations("event", module.events), errors, sizes]
        .filter { !$0.isEmpty }.joined(separator: "\n")
    }
  }

  /// A side for programs.
  func json(_ side: Inspect.Side) -> JSON {
    let interface = Interface(code)
    return switch side {
    case .abi: interface.json
    case .storage: interface.storage
    case .events: interface.events
    case .errors: interface.errors
    case .assets: interface.assets
    case .gas: StaticGas(code).json
    case .sizes: sizesJSON
    case .all: interface.json + ["sizes": sizesJSON, "gas": StaticGas(code).json]
    }
  }

  private var abi: String {
    var text = paint.bold("contract \(module.name)") + "\n"
    for line in code.documentation?.contract ?? [] { text += "  \(paint.faint(line))\n" }
    text += "\n"
    for declared in module.enums {
      text += "enum \(declared.name) (\(declared.cases.joined(separator: ", ")))\n"
    }
    for export in module.exports {
      let sort = Interface(code).sort(of: export)
      let declared = module.text(of: export)
      text += sort == "init" ? declared + "\n" : "\(sort) \(declared)\n"
      for line in code.documentation?.lines(of: sort, export.name) ?? [] {
        text += "  \(paint.faint(line))\n"
      }
    }
    for hook in module.hooks { text += "hook \(hook.name)\n" }
    for invariant in module.invariants {
      text += "invariant \(invariant.isEnforced ? "enforced " : "")\"\(invariant.title)\"\n"
    }
    for imported in module.imports {
      text += "calls \(module.signature(of: imported))\(imported.isView ? " view" : "")\n"
    }
    switch module.acceptance {
    case .none: break
    case .any: text += "accepts any\n"
    case .fields(let fields):
      text += "accepts "
      text += fields.map { "@\(module.fields[Int($0)].name)" }.joined(separator: ", ") + "\n"
    }
    return text
  }

  private var storage: String {
    var table = Table(["number", "field", "type", ""], right: ["number"])
    for (index, field) in module.fields.enumerated() {
      table.add(
        String(index), field.name, module.text(of: field),
        code.documentation?.lines(of: "field", field.name).first ?? "")
      if case .record(_, let components) = field.value {
        for component in components {
          table.add("", "  .\(component.name)", module.describe(component.kind), "")
        }
      }
    }
    return table.isEmpty ? "" : table.text(paint: paint)
  }

  private func declarations(_ sort: String, _ list: [Declaration]) -> String {
    var table = Table([sort, "carries"])
    for declared in list { table.add(declared.name, module.text(of: declared.parameters)) }
    return table.isEmpty ? "" : table.text(paint: paint)
  }

  private var errors: String {
    var table = Table(["error", "number", "carries"], right: ["number"])
    for (index, error) in module.errors.enumerated() {
      table.add(
        error.name, String(module.errorNumber(index)), module.text(of: error.parameters))
    }
    return table.isEmpty ? "" : table.text(paint: paint)
  }

  private var assets: String {
    var table = Table(["class", "title", "decimals", "is", "hooks"], right: ["decimals"])
    for declared in module.classes {
      let traits = [
        declared.isSingle ? "single" : nil, declared.isKeyed ? "each" : nil,
        declared.isBurnable ? "burnable" : nil, declared.isForceable ? "forceable" : nil,
      ]
      let hooks = declared.hooks.map {
        "\($0.isForeign ? "other " : "")\($0.name) gas \(Numbers.grouped(String($0.gas)))"
      }
      table.add(
        declared.name, declared.title, String(declared.decimals),
        traits.compactMap(\.self).joined(separator: ", "), hooks.joined(separator: ", "))
    }
    return table.isEmpty ? "" : table.text(paint: paint)
  }

  private var sizes: String {
    var table = Table(
      ["function", "instructions", "bytes", "int", "bytes ", "list"],
      right: ["instructions", "bytes", "int", "bytes ", "list"])
    for (index, function) in module.functions.enumerated() {
      let bytes = function.code.reduce(0) { $0 + $1.row.length }
      table.add(
        code.functionName(index), String(function.code.count), String(bytes),
        String(function.registers.int), String(function.registers.bytes),
        String(function.registers.list))
    }
    return """
      code hash  \(code.codeHash)
      module     \(Numbers.grouped(String(code.verified.encoded.count))) of \
      \(Numbers.grouped(String(Limits.moduleLength))) bytes
      verifying  \(Numbers.grouped(String(code.verified.verificationGas))) gas

      \(table.text(paint: paint))
      """
  }

  private var sizesJSON: JSON {
    [
      "codeHash": .identifier(code.codeHash), "size": .number(code.verified.encoded.count),
      "sizeMax": .number(Limits.moduleLength),
      "verificationGas": .gas(code.verified.verificationGas),
      "functions": .array(
        module.functions.enumerated().map { index, function in
          [
            "name": .string(code.functionName(index)),
            "instructions": .number(function.code.count),
            "bytes": .number(function.code.reduce(0) { $0 + $1.row.length }),
            "registers": [
              "int": .number(function.registers.int), "bytes": .number(function.registers.bytes),
              "list": .number(function.registers.list),
            ],
          ]
        }),
    ]
  }
}
