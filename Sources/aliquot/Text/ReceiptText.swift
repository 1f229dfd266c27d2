import Bytecode
import Execution
import Integers

/// Writes what a transaction did: its results, events, changes of balances and failure.
struct ReceiptText {
  /// The world whose names are used.
  let names: NamedWorld
  /// Colours.
  let paint: Paint

  private var values: ValueText { ValueText(names: names) }

  /// The receipt as lines that are indented by two.
  ///
  /// `results` are the declared results, in the order of the receipt's, and `path` is the way to a
  /// failure, outermost first.
  func text(
    _ receipt: Receipt, results: [Parameter], in module: Module?, path: [TraceRecorder.Place]
  ) -> String {
    var text = ""
    var table = Table(["", ""])
    if let failure = receipt.failure {
      let failures = FailureText(names: names)
      text += "  \(paint.red("failed"))   \(paint.bold(failures.title(failure)))\n"
      for line in failures.lines(failure, path: path, paint: paint) { text += "    \(line)\n" }
    }
    for (parameter, value) in zip(results, receipt.results ?? []) {
      let shown = module.map { resultText(value, parameter, receipt, in: $0) } ?? ""
      let name = parameter.name.isEmpty ? "value" : parameter.name
      table.add("result ", "\(name) = \(shown)")
    }
    for event in receipt.events { table.add("event  ", self.text(of: event)) }
    return text + table.text(indentation: 2) + balances(receipt)
  }

  /// An event with the contract that emitted it.
  func text(of event: Event) -> String {
    "\(names.book.text(event.contract)).\(values.text(of: event))"
  }

  /// A result; an integer that is exactly what one asset's balance changed by gets that unit as a hint.
  private func resultText(
    _ value: Value, _ parameter: Parameter, _ receipt: Receipt, in module: Module
  ) -> String {
    if parameter.kind == .address, let address = value.identifier {
      return "\(names.book.text(address))  (0x\(address))"
    }
    let text = values.text(value, of: parameter.kind, in: module)
    guard parameter.kind == .int, case .int(let amount) = value, !amount.isZero else {
      return text
    }
    let assets = Set(
      receipt.balanceChanges.filter { difference($0).magnitude == amount }.map(\.asset))
    guard assets.count == 1, let asset = assets.first, names.decimals(of: asset) > 0 else {
      return text
    }
    return "\(text)  (\(names.amountText(amount, of: asset)))"
  }

  private func difference(_ change: BalanceChange) -> Integer {
    (try? change.after.subtracting(change.before)) ?? 0
  }

  private func balances(_ receipt: Receipt) -> String {
    var table = Table(["", "", "", "", ""], right: [])
    for change in receipt.balanceChanges where !difference(change).isZero {
      let decimals = names.decimals(of: change.asset)
      let difference = difference(change)
      let sign = difference.isNegative ? "" : "+"
      table.add(
        "balance", names.book.text(change.holder), names.assetText(change.asset),
        Numbers.amount(change.after, decimals: decimals),
        "(\(sign)\(Numbers.amount(difference, decimals: decimals)))")
    }
    return table.text(indentation: 2)
  }

  // MARK: - For programs

  /// The receipt, with the declared results and the way to a failure.
  func json(
    _ receipt: Receipt, results: [Parameter], in module: Module?, path: [TraceRecorder.Place]
  ) -> JSON {
    [
      "gas": .gas(receipt.gasUsed),
      "results": module.map { values.json(receipt.results ?? [], results, in: $0) } ?? [],
      "events": .array(receipt.events.map(json)),
      "balances": .array(receipt.balanceChanges.map(json)),
      "failure": receipt.failure.map { FailureText(names: names).json($0, path: path) } ?? .null,
    ]
  }

  /// An event with the names and values of its fields.
  func json(_ event: Event) -> JSON {
    let module = names.module(event.codeHash)
    let declared = module.flatMap {
      $0.events.indices.contains(event.index) ? $0.events[event.index] : nil
    }
    return [
      "contract": .string(names.book.text(event.contract)),
      "address": .identifier(event.contract), "name": .string(declared?.name ?? ""),
      "fields": module.map { values.json(event.fields, declared?.parameters ?? [], in: $0) }
        ?? [],
    ]
  }

  private func json(_ change: BalanceChange) -> JSON {
    [
      "asset": .identifier(change.asset), "assetName": .string(names.assetText(change.asset)),
      "holder": .identifier(change.holder),
      "holderName": .string(names.book.text(change.holder)),
      "before": .integer(change.before), "after": .integer(change.after),
      "change": .integer(difference(change)),
      "decimals": .number(names.decimals(of: change.asset)),
    ]
  }
}
