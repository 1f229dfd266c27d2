import Bytecode
import Execution
import Integers

/// Writes what steps came to, for people and for programs.
struct RunReport {
  /// The sandbox whose names are used.
  let sandbox: Sandbox
  /// Colours.
  let paint: Paint
  /// Whether the tree of calls is written.
  let showsTrace: Bool

  private var values: ValueText { ValueText(sandbox: sandbox) }

  /// One step: what it was, what it gave, what it changed.
  func text(_ result: StepResult) -> String {
    guard let receipt = result.receipt else { return paint.bold(result.step.text) + "\n" }
    var text = paint.bold(title(result)) + "\n"
    if showsTrace, let recording = result.recording {
      text += TraceText(sandbox: sandbox, paint: paint).text(recording, indentation: 2)
    }
    var table = Table(["", ""])
    if let failure = receipt.failure {
      let failures = FailureText(sandbox: sandbox)
      text += "  \(paint.red("failed"))   \(paint.bold(failures.title(failure)))\n"
      for line in failures.lines(
        failure, path: result.recording?.failurePath ?? [], paint: paint)
      {
        text += "    \(line)\n"
      }
    }
    for (parameter, value) in zip(result.results, receipt.results ?? []) {
      let shown = result.module.map { resultText(value, parameter, receipt, in: $0) } ?? ""
      let name = parameter.name.isEmpty ? "value" : parameter.name
      table.add("result ", "\(name) = \(shown)")
    }
    let traces = TraceText(sandbox: sandbox, paint: .plain)
    for event in receipt.events {
      table.add("event  ", "\(sandbox.book.text(event.contract)).\(traces.text(of: event))")
    }
    text += table.text(indentation: 2)
    text += balances(receipt)
    for broken in result.brokenInvariants {
      text += "  \(paint.red("broken"))   \(broken.contract): invariant \"\(broken.title)\"\n"
    }
    return text + "  gas      \(Numbers.grouped(String(receipt.gasUsed)))\n"
  }

  private func title(_ result: StepResult) -> String {
    result.step.actor == nil && result.actor != nil
      ? "\(result.actor ?? ""): \(result.step.text)" : result.step.text
  }

  /// A result; an integer that is exactly what one asset's balance changed by gets that unit as a hint.
  private func resultText(
    _ value: Value, _ parameter: Parameter, _ receipt: Receipt, in module: Module
  ) -> String {
    if parameter.kind == .address, let address = value.identifier {
      return "\(sandbox.book.text(address))  (0x\(address))"
    }
    let text = values.text(value, of: parameter.kind, in: module)
    guard parameter.kind == .int, case .int(let amount) = value, !amount.isZero else {
      return text
    }
    let assets = Set(
      receipt.balanceChanges.filter { difference($0).magnitude == amount }.map(\.asset))
    guard assets.count == 1, let asset = assets.first, sandbox.decimals(of: asset) > 0 else {
      return text
    }
    return "\(text)  (\(sandbox.amountText(amount, of: asset)))"
  }

  private func difference(_ change: BalanceChange) -> Integer {
    (try? change.after.subtracting(change.before)) ?? 0
  }

  private func balances(_ receipt: Receipt) -> String {
    var table = Table(["", "", "", "", ""], right: [])
    for change in receipt.balanceChanges where !difference(change).isZero {
      let decimals = sandbox.decimals(of: change.asset)
      let difference = difference(change)
      let sign = difference.isNegative ? "" : "+"
      table.add(
        "balance", sandbox.book.text(change.holder), sandbox.assetText(change.asset),
        Numbers.amount(change.after, decimals: decimals),
        "(\(sign)\(Numbers.amount(difference, decimals: decimals)))")
    }
    return table.text(indentation: 2)
  }

  // MARK: - For programs

  /// One step.
  func json(_ result: StepResult) -> JSON {
    let head: JSON = [
      "step": .string(result.step.text), "ok": .bool(result.status == .success),
      "actor": result.actor.map { .string($0) } ?? .null,
    ]
    guard let receipt = result.receipt else { return head }
    let traces = TraceText(sandbox: sandbox, paint: .plain)
    return head + [
      "gas": .gas(receipt.gasUsed),
      "results": result.module.map {
        values.json(receipt.results ?? [], result.results, in: $0)
      } ?? [],
      "events": .array(receipt.events.map(json)),
      "balances": .array(receipt.balanceChanges.map(json)),
      "failure": receipt.failure.map {
        FailureText(sandbox: sandbox).json($0, path: result.recording?.failurePath ?? [])
      } ?? .null,
      "brokenInvariants": .array(
        result.brokenInvariants.map {
          ["contract": .string($0.contract), "title": .string($0.title)]
        }),
      "trace": showsTrace ? result.recording.map(traces.json) ?? .null : .null,
    ]
  }

  private func json(_ event: Event) -> JSON {
    let module = sandbox.module(event.codeHash)
    let declared = module.flatMap {
      $0.events.indices.contains(event.index) ? $0.events[event.index] : nil
    }
    return [
      "contract": .string(sandbox.book.text(event.contract)),
      "address": .identifier(event.contract), "name": .string(declared?.name ?? ""),
      "fields": module.map { values.json(event.fields, declared?.parameters ?? [], in: $0) }
        ?? [],
    ]
  }

  private func json(_ change: BalanceChange) -> JSON {
    [
      "asset": .identifier(change.asset), "assetName": .string(sandbox.assetText(change.asset)),
      "holder": .identifier(change.holder),
      "holderName": .string(sandbox.book.text(change.holder)),
      "before": .integer(change.before), "after": .integer(change.after),
      "change": .integer(difference(change)),
      "decimals": .number(sandbox.decimals(of: change.asset)),
    ]
  }

  /// The addresses that have names.
  var names: JSON {
    .object(
      sandbox.contracts.map {
        JSON.Member(name: $0.name, value: .identifier($0.address))
      })
  }
}
