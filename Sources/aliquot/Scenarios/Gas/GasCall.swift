import Assembly
import Bytecode
import Execution

/// A function that transactions call, by what it costs.
struct GasTarget: Hashable, Comparable, Sendable {
  /// The name of the contract in its source.
  let contract: String
  /// The name of the function; `init` for deployments, `send(Share)` for transfers of what the contract
  /// issues, which run its hooks.
  let function: String
  /// The file of the contract.
  let path: String

  /// The contract and the function.
  var name: String { "\(contract).\(function)" }

  static func < (left: GasTarget, right: GasTarget) -> Bool {
    (left.contract, left.function, left.path) < (right.contract, right.function, right.path)
  }
}

/// A step of a scenario that called a function, and what that cost.
struct GasCall: Sendable {
  /// The function.
  let target: GasTarget
  /// Gas that the whole transaction used.
  let gas: UInt64
  /// Whether it succeeded.
  let isSuccess: Bool
  /// The step.
  let span: Span
}

extension GasTarget {
  /// The hooks of what a contract issues; nil for assets that no contract of a source issues.
  init?(sending asset: Identifier, in names: NamedWorld) {
    guard let description = names.world.asset(asset),
      let code = names.code(of: description.issuer)
    else { return nil }
    self.init(
      contract: code.module.name, function: "send(\(description.className))", path: code.path)
  }
}
