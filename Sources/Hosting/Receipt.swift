public import Bytecode
public import Integers

/// Where in a contract's code something happened.
public struct FailureSite: Hashable, Sendable {
  /// The hash of the code.
  public let codeHash: Identifier
  /// The index of the function.
  public let function: Int
  /// The index of the instruction in it.
  public let instruction: Int

  /// Makes a place.
  public init(codeHash: Identifier, function: Int, instruction: Int) {
    self.codeHash = codeHash
    self.function = function
    self.instruction = instruction
  }
}

/// Why a transaction failed.
public struct Failure: Hashable, Sendable {
  /// What failed.
  public enum Reason: Hashable, Sendable {
    /// The machine stopped the contract.
    case trap(Trap)
    /// The contract failed with the error of this index in its module, and its arguments.
    case declared(index: Int, number: Int, arguments: [Value])
  }

  /// What failed.
  public let reason: Reason
  /// The contract that failed; zero if none ran.
  public let origin: Identifier
  /// The instruction that failed, if one did.
  public let site: FailureSite?

  /// The number by which `try` tells the failure.
  public var number: Int {
    switch reason {
    case .trap(let trap): Int(trap.rawValue)
    case .declared(_, let number, _): number
    }
  }

  /// Makes a failure.
  public init(reason: Reason, origin: Identifier, site: FailureSite?) {
    self.reason = reason
    self.origin = origin
    self.site = site
  }
}

/// An event that a contract emitted.
public struct Event: Hashable, Sendable {
  /// The contract.
  public let contract: Identifier
  /// The hash of its code, whose module declares the event.
  public let codeHash: Identifier
  /// The index of the event in the module.
  public let index: Int
  /// Its fields.
  public let fields: [Value]

  /// Makes an event.
  public init(contract: Identifier, codeHash: Identifier, index: Int, fields: [Value]) {
    self.contract = contract
    self.codeHash = codeHash
    self.index = index
    self.fields = fields
  }
}

/// A balance that a transaction changed.
public struct BalanceChange: Hashable, Sendable {
  /// The asset.
  public let asset: Identifier
  /// Whose balance it is.
  public let holder: Identifier
  /// The balance before.
  public let before: Integer
  /// The balance after.
  public let after: Integer

  /// Makes a change.
  public init(asset: Identifier, holder: Identifier, before: Integer, after: Integer) {
    self.asset = asset
    self.holder = holder
    self.before = before
    self.after = after
  }
}

/// What a transaction did.
public struct Receipt: Hashable, Sendable {
  /// Whether it succeeded, and with what.
  public enum Status: Hashable, Sendable {
    /// It succeeded with these results.
    case succeeded([Value])
    /// It failed, and nothing is left of it.
    case failed(Failure)
  }

  /// Whether it succeeded.
  public let status: Status
  /// The gas that it used.
  public let gasUsed: UInt64
  /// The events in the order of their emission; none if it failed.
  public let events: EventLog
  /// The balances it changed, by asset and holder.
  public let balanceChanges: [BalanceChange]

  /// The results, if it succeeded.
  public var results: [Value]? {
    if case .succeeded(let results) = status { results } else { nil }
  }

  /// The failure, if it failed.
  public var failure: Failure? {
    if case .failed(let failure) = status { failure } else { nil }
  }

  /// Makes a receipt.
  public init(
    status: Status, gasUsed: UInt64, events: EventLog, balanceChanges: [BalanceChange]
  ) {
    self.status = status
    self.gasUsed = gasUsed
    self.events = events
    self.balanceChanges = balanceChanges
  }

  /// Makes a receipt with events that were made one by one.
  public init(
    status: Status, gasUsed: UInt64, events: [Event], balanceChanges: [BalanceChange]
  ) {
    self.init(
      status: status, gasUsed: gasUsed, events: EventLog(events), balanceChanges: balanceChanges)
  }
}
