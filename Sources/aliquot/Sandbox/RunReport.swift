import Bytecode
import Execution

/// Writes what steps came to, for people and for programs.
struct RunReport {
  /// The world whose names are used.
  let names: NamedWorld
  /// Colours.
  let paint: Paint
  /// Whether the tree of calls is written.
  let showsTrace: Bool

  private var receipts: ReceiptText { ReceiptText(names: names, paint: paint) }
  private var traces: TraceText { TraceText(names: names, paint: paint) }

  /// One step: what it was, what it gave, what it changed.
  func text(_ result: StepResult) -> String {
    guard let receipt = result.receipt else { return paint.bold(result.step.text) + "\n" }
    var text = paint.bold(title(result)) + "\n"
    if showsTrace, let recording = result.recording {
      text += traces.text(recording, indentation: 2)
    }
    text += receipts.text(
      receipt, results: result.results, in: result.module,
      path: result.recording?.failurePath ?? [])
    for broken in result.brokenInvariants {
      text += "  \(paint.red("broken"))   \(broken.contract): invariant \"\(broken.title)\"\n"
    }
    return text + "  gas      \(Numbers.grouped(String(receipt.gasUsed)))\n"
  }

  private func title(_ result: StepResult) -> String {
    result.step.actor == nil && result.actor != nil
      ? "\(result.actor ?? ""): \(result.step.text)" : result.step.text
  }

  // MARK: - For programs

  /// One step.
  func json(_ result: StepResult) -> JSON {
    let head: JSON = [
      "step": .string(result.step.text), "ok": .bool(result.status == .success),
      "actor": result.actor.map { .string($0) } ?? .null,
    ]
    guard let receipt = result.receipt else { return head }
    let told = receipts.json(
      receipt, results: result.results, in: result.module,
      path: result.recording?.failurePath ?? [])
    return head + told + [
      "brokenInvariants": .array(
        result.brokenInvariants.map {
          ["contract": .string($0.contract), "title": .string($0.title)]
        }),
      "trace": showsTrace ? result.recording.map(traces.json) ?? .null : .null,
    ]
  }

  /// The addresses of the contracts that have names.
  var contracts: JSON {
    .object(
      names.contracts.map {
        JSON.Member(name: $0.name, value: .identifier($0.address))
      })
  }
}
