public import Bytecode
public import Hosting
public import Integers
public import Verification

/// One thing that happens in a scenario.
///
/// Everything is spelled out, addresses too: a contract is made by an account of its own, so its address
/// is known before it exists and stays the same whatever is left out of a scenario.
public enum Operation: Sendable {
  /// Makes a contract from a module of the scenario.
  case create(
    module: Int, arguments: [Value], payments: [AttachedPayment], creator: Identifier, gas: UInt64)
  /// Calls a contract.
  case call(ContractCall, caller: Identifier, gas: UInt64)
  /// Calls a view.
  case view(ContractCall, caller: Identifier, gas: UInt64)
  /// Sends an asset.
  case send(Integer, asset: Identifier, from: Identifier, to: Identifier, gas: UInt64)
  /// Runs an invariant of a contract: the module that declares it, and its number there.
  case check(module: Int, invariant: Int, contract: Identifier, gas: UInt64)
  /// Goes on to a later block.
  case warp(height: Int, time: Int)

  /// The limit of gas of a transaction.
  public var gas: UInt64? {
    get {
      switch self {
      case .create(_, _, _, _, let gas), .call(_, _, let gas), .view(_, _, let gas),
        .send(_, _, _, _, let gas), .check(_, _, _, let gas):
        gas
      case .warp: nil
      }
    }
    set {
      guard let newValue else { return }
      switch self {
      case .create(let module, let arguments, let payments, let creator, _):
        self = .create(
          module: module, arguments: arguments, payments: payments, creator: creator,
          gas: newValue)
      case .call(let call, let caller, _): self = .call(call, caller: caller, gas: newValue)
      case .view(let call, let caller, _): self = .view(call, caller: caller, gas: newValue)
      case .send(let amount, let asset, let from, let to, _):
        self = .send(amount, asset: asset, from: from, to: to, gas: newValue)
      case .check(let module, let invariant, let contract, _):
        self = .check(module: module, invariant: invariant, contract: contract, gas: newValue)
      case .warp: break
      }
    }
  }
}

/// An asset that is there from the start.
public struct GenesisAsset: Sendable {
  /// Its name.
  public var name: String
  /// Its supply.
  public var supply: Integer
  /// Who has it.
  public var holder: Identifier

  /// The asset.
  public var asset: Identifier { Addresses.asset(issuer: .zero, className: name) }
}

/// A world and what happens in it, as a value: every engine can run it.
public struct Scenario: Sendable {
  /// The seed that it was made from.
  public var seed: UInt64
  /// How large the machine is.
  public var size = MachineSize()
  /// The block that it begins in.
  public var block: Block
  /// The code, deployed at the start.
  public var modules: [VerifiedModule]
  /// The money, made at the start.
  public var money: [GenesisAsset]
  /// What happens.
  public var operations: [Operation]
  /// Names of accounts, contracts and assets, for people.
  public var names: [Identifier: String]

  /// The block before the first warp: 256 beacons and more behind it.
  public static let genesis: Block = {
    var beacons: [Int: Identifier] = [:]
    for height in 0..<420 { beacons[height] = Addresses.account(UInt8(height % 251)) }
    return Block(
      chain: Addresses.account(0xC0), height: 300, time: 1_700_000_000, beacons: beacons)
  }()
}
