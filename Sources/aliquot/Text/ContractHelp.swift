import Assembly
import Bytecode

/// Help on a contract and its functions, made from its interface and the comments of its source.
struct ContractHelp {
  /// How much gas a function used the last time that it went well.
  struct Use: Hashable {
    var gas: UInt64
    var height: Int
  }

  /// The contract's code.
  let code: ContractCode
  /// Colours.
  var paint = Paint.plain
  /// Columns of a line.
  var width = Paragraph.defaultWidth

  private var module: Module { code.module }

  private func lines(_ sort: String, _ name: String) -> [String] {
    code.documentation?.lines(of: sort, name) ?? []
  }

  // MARK: - A contract

  /// What a contract is, and what it can do: its functions by sort.
  func text(of contract: String, address: Identifier) -> String {
    let exports = module.exports.filter { $0.name != "init" }
    let about = (code.documentation?.contract ?? []).joined(separator: " ")
    var text = section(
      "overview", about.isEmpty ? "The contract \(module.name)." : about)
    text += section(
      "functions", exports.filter { !$0.isView }, "aliquot call \(contract).FUNCTION")
    text += section("views", exports.filter(\.isView), "aliquot view \(contract).VIEW")
    var assets = Table(["", "", ""])
    for declared in module.classes {
      assets.add(
        "\(contract).\(declared.name)", "\"\(declared.title)\"",
        declared.isSingle
          ? "single things" : Words.count(Int(declared.decimals), "decimal"))
    }
    text += section("assets", assets)
    if let example = (exports.first { !$0.isView } ?? exports.first) {
      text +=
        "Code \(module.name) at 0x\(address).\n"
        + "`aliquot \(example.isView ? "view" : "call") \(contract).\(example.name) --help` tells "
        + "more of a function.\n"
    }
    return text
  }

  private func section(_ title: String, _ exports: [Export], _ usage: String) -> String {
    guard !exports.isEmpty else { return "" }
    var text = paint.bold(title.uppercased()) + paint.faint(" (\(usage))") + ":\n"
    for export in exports {
      text += "  \(module.text(of: export))\n"
      let about = lines(export.isView ? "view" : "export", export.name).joined(separator: " ")
      text += Paragraph.text(about, width: width, indentation: 6)
    }
    return text + "\n"
  }

  private func section(_ title: String, _ about: String) -> String {
    let heading = title.uppercased()
    let text = Paragraph.text("\(heading): \(about)", width: width)
    return paint.bold(heading) + text.dropFirst(heading.count) + "\n"
  }

  private func section(_ title: String, _ table: Table) -> String {
    table.isEmpty
      ? "" : paint.bold(title.uppercased()) + ":\n" + table.text(indentation: 2) + "\n"
  }

  // MARK: - A function

  /// What a function does and takes, and what may come of it.
  ///
  /// `name` is the contract's and the function's, as one calls it.
  func text(of export: Export, named name: String, lastUse: Use?) -> String {
    let sort = Interface(code).sort(of: export)
    let about = lines(sort, export.name).joined(separator: " ")
    let command = export.isView ? "view" : "call"
    let options = export.isView ? "[--at <height>] [--as <name>]" : "[--as <name>] [--dry-run]"
    return section("overview", about.isEmpty ? module.text(of: export) : about)
      + section(
        "usage", "aliquot \(command) \(name)\(words(of: export)) \(options)")
      + declarations(of: export) + gas(of: export, lastUse)
      + "`aliquot \(command) --help` lists all options.\n"
  }

  /// What making a contract takes.
  func deploymentText(of file: String, gas: UInt64) -> String {
    let initial = initializer
    let about = (code.documentation?.contract ?? []).joined(separator: " ")
    let own = lines("init", "init").joined(separator: " ")
    return section("overview", about.isEmpty ? "The contract \(module.name)." : about)
      + (own.isEmpty ? "" : Paragraph.text(own, width: width) + "\n")
      + section(
        "usage",
        "aliquot deploy \(file)\(words(of: initial)) [--name <name>] [--as <name>] [--dry-run]")
      + declarations(of: initial)
      + section(
        "gas",
        "\(Numbers.grouped(String(gas))) to bring the code, the first time on a ledger; more to "
          + "make the contract.")
      + "`aliquot deploy --help` lists all options.\n"
  }

  /// The function that makes the contract; one without parameters where none is declared.
  private var initializer: Export {
    module.export(named: "init") ?? Export(name: "init", function: -1, parameters: [], results: [])
  }

  private func words(of export: Export) -> String {
    export.parameters.map { " \($0.name)=<\(module.describe($0.kind))>" }.joined()
      + export.payments.map { _ in " --pay <payment>" }.joined()
  }

  private func declarations(of export: Export) -> String {
    var arguments = Table(["", "", ""])
    for parameter in export.parameters {
      arguments.add(
        parameter.name, module.describe(parameter.kind),
        ArgumentReader.example(of: parameter.kind, in: module))
    }
    var payments = Table(["", ""])
    for payment in export.payments { payments.add(payment, "--pay \"25.50 USD\"") }
    var results = Table(["", ""])
    for result in export.results { results.add(result.name, module.describe(result.kind)) }
    var errors = Table(["", ""])
    for index in ReachableErrors.of(export.function, in: module) {
      let error = module.errors[index]
      errors.add(
        error.name
          + (error.parameters.isEmpty ? "" : " \(module.text(of: error.parameters))"),
        lines("error", error.name).joined(separator: " "))
    }
    return section("arguments", arguments) + section("payments", payments)
      + section("results", results) + section("may fail with", errors)
  }

  private func gas(of export: Export, _ use: Use?) -> String {
    guard let use else { return "" }
    return section(
      "gas", "\(Numbers.grouped(String(use.gas))) the last time, in block \(use.height).")
  }

  // MARK: - For programs

  /// A contract: its interface, name and address.
  func json(of contract: String, address: Identifier) -> JSON {
    ["name": .string(contract), "address": .identifier(address)] + Interface(code).json
  }

  /// A function: its part of the interface, with errors and gas.
  func json(of export: Export, named name: String, lastUse: Use?) -> JSON {
    ["function": .string(name)] + declared(export)
      + [
        "lastGas": lastUse.map { .gas($0.gas) } ?? .null,
        "lastHeight": lastUse.map { .number($0.height) } ?? .null,
      ]
  }

  /// What making a contract takes.
  func deploymentJSON(of file: String, gas: UInt64) -> JSON {
    [
      "file": .string(file), "contract": .string(module.name),
      "documentation": .string(code.documentation?.contract.joined(separator: "\n") ?? ""),
      "init": declared(initializer), "codeGas": .gas(gas),
    ]
  }

  private func declared(_ export: Export) -> JSON {
    let sort = Interface(code).sort(of: export)
    return [
      "name": .string(export.name), "sort": .string(sort),
      "signature": .string(module.signature(of: export)),
      "parameters": .array(
        export.parameters.map {
          [
            "name": .string($0.name), "kind": .string(module.describe($0.kind)),
            "example": .string(ArgumentReader.example(of: $0.kind, in: module)),
          ]
        }),
      "results": .array(
        export.results.map {
          ["name": .string($0.name), "kind": .string(module.describe($0.kind))]
        }),
      "payments": .array(export.payments.map { .string($0) }),
      "documentation": .string(lines(sort, export.name).joined(separator: "\n")),
      "errors": .array(
        ReachableErrors.of(export.function, in: module).map { index in
          [
            "name": .string(module.errors[index].name),
            "number": .number(module.errorNumber(index)),
            "documentation": .string(
              lines("error", module.errors[index].name).joined(separator: "\n")),
          ]
        }),
    ]
  }
}
