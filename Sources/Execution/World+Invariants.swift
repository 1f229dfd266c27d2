public import Bytecode
import Hosting
import Integers
public import State

/// What whoever watches over a world asks after a block.
extension World {
  /// The contracts whose fields, totals or balances changes touched, in the order of their addresses.
  public func contracts(touchedBy changes: [StateChange]) -> [Identifier] {
    Conservation.touchedContracts(changes).filter { codeHash(of: $0) != nil }
  }

  /// The invariants of a contract that do not hold, or that fail, in the order of their declaration.
  public func brokenInvariants(of contract: Identifier) -> [Invariant] {
    (module(of: contract)?.invariants ?? []).filter {
      check($0, of: contract).results?.first != .int(1)
    }
  }
}
