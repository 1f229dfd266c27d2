public import Bytecode
public import Hosting
import Integers
import Verification

/// A scenario in words: the operations one by one, and the modules as sources.
public struct ScenarioText {
  private let scenario: Scenario

  /// Tells a scenario.
  public init(_ scenario: Scenario) { self.scenario = scenario }

  /// All operations, numbered.
  public var story: String {
    var lines = ["seed \(scenario.seed)"]
    let size = scenario.size
    lines.append(
      "size: stacks \(size.integerStack) \(size.bytesStack) \(size.listStack), frames \(size.frames), depth \(size.callDepth), live \(size.liveMemory), between counts \(size.memoryBetweenCounts), arena \(size.arenaWords)"
    )
    for item in scenario.money {
      lines.append("money \(item.name): \(item.supply) to \(name(item.holder))")
    }
    for index in scenario.operations.indices {
      lines.append("\(index): \(text(scenario.operations[index]))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The sources of the modules that the operations or other modules use.
  public var sources: [String] {
    scenario.modules.map { Disassembler.text(of: $0.module) }
  }

  /// One operation in words.
  public func text(_ operation: Operation) -> String {
    switch operation {
    case .create(let module, let arguments, let payments, let creator, let gas):
      return
        "\(name(creator)) creates module \(module) (\(list(arguments)))\(text(payments)) for \(gas) gas"
    case .call(let call, let caller, let gas):
      return "\(name(caller)) calls \(text(call)) for \(gas) gas"
    case .view(let call, let caller, let gas):
      return "\(name(caller)) views \(text(call)) for \(gas) gas"
    case .send(let amount, let asset, let from, let to, let gas):
      return
        "\(name(from)) sends \(amount) of \(name(asset)) to \(name(to)) for \(gas) gas"
    case .check(let module, let invariant, let contract, let gas):
      return "invariant \(invariant) of module \(module) at \(name(contract)) for \(gas) gas"
    case .warp(let height, let time): return "the block is \(height) at \(time)"
    }
  }

  private func text(_ call: ContractCall) -> String {
    "\(name(call.target)).\(call.signature) (\(list(call.arguments)))\(text(call.payments))"
  }

  private func text(_ payments: [AttachedPayment]) -> String {
    if payments.isEmpty { return "" }
    return " paying "
      + payments.map { "\($0.amount) of \(name($0.asset))" }.joined(separator: " and ")
  }

  private func list(_ values: [Value]) -> String {
    values.map(text).joined(separator: ", ")
  }

  /// A value, by name where it has one.
  public func text(_ value: Value) -> String {
    if let identifier = value.identifier { return name(identifier) }
    let text = value.description
    return text.utf8.count > 200 ? "\(text.prefix(80))...(\(text.utf8.count) digits)" : text
  }

  /// An identifier, by name where it has one.
  public func name(_ identifier: Identifier) -> String {
    if let name = scenario.names[identifier] { return name }
    if identifier.isZero { return "zero" }
    if let index = scenario.modules.firstIndex(where: { $0.codeHash == identifier.bytes }) {
      return "code of module \(index)"
    }
    return "0x\(identifier.description)"
  }

  /// A receipt in lines.
  public func lines(_ receipt: Receipt) -> [String] {
    var lines: [String] = []
    switch receipt.status {
    case .succeeded(let results): lines.append("succeeds with (\(list(results)))")
    case .failed(let failure):
      switch failure.reason {
      case .trap(let trap): lines.append("traps: \(trap.name)")
      case .declared(let index, let number, let arguments):
        lines.append("fails with error \(index), number \(number), (\(list(arguments)))")
      }
      lines.append("origin \(name(failure.origin))")
      if let site = failure.site {
        lines.append(
          "at function \(site.function), instruction \(site.instruction) of \(name(site.codeHash))"
        )
      } else {
        lines.append("at no instruction")
      }
    }
    lines.append("gas \(receipt.gasUsed)")
    for event in receipt.events {
      lines.append(
        "event \(event.index) of \(name(event.contract)), \(name(event.codeHash)) (\(list(event.fields)))"
      )
    }
    for change in receipt.balanceChanges {
      lines.append(
        "balance of \(name(change.asset)) of \(name(change.holder)): \(change.before) to \(change.after)"
      )
    }
    return lines
  }
}
