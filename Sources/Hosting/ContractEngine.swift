public import Bytecode
public import Integers
public import Verification

/// One entry of the state.
public struct StateEntry: Hashable, Sendable {
  /// The key.
  public let key: [UInt8]
  /// The value.
  public let value: [UInt8]

  /// Makes an entry.
  public init(key: [UInt8], value: [UInt8]) {
    self.key = key
    self.value = value
  }
}

/// What an engine is to its host: a world whose contracts it runs, one transaction at a time.
///
/// Two engines that are given the same operations in the same order have the same entries and give the
/// same receipts, to the last bit. Every operation that gives a receipt is one transaction: it happens
/// wholly or not at all. Gas above `Limits.gas` counts as that much.
public protocol ContractEngine: AnyObject {
  /// The block that transactions run in.
  var block: Block { get set }
  /// Everything that is stored, in the order of the keys.
  var entries: [StateEntry] { get }

  /// Deploys code: from now on contracts can be made from it.
  ///
  /// Gives the hash of the code.
  @discardableResult
  func deploy(code module: VerifiedModule) -> Identifier

  /// Creates an asset that no contract issues, and gives all of it to one holder: how the money of a
  /// test or of a genesis comes into the world.
  @discardableResult
  func createGenesisAsset(
    named name: String, decimals: UInt8, supply: Integer, holder: Identifier
  ) -> Identifier

  /// Makes a contract from deployed code.
  ///
  /// The receipt's result is the contract's address.
  func create(
    _ codeHash: Identifier, arguments: [Value], payments: [AttachedPayment],
    by creator: Identifier, gas: UInt64
  ) -> Receipt

  /// Calls a contract from an account.
  func call(_ call: ContractCall, by caller: Identifier, gas: UInt64) -> Receipt

  /// Calls a view, and leaves nothing behind.
  func view(_ call: ContractCall, by caller: Identifier, gas: UInt64) -> Receipt

  /// Sends an asset from an account.
  func send(
    _ amount: Integer, of asset: Identifier, from: Identifier, to: Identifier, gas: UInt64
  ) -> Receipt

  /// Runs an invariant of a contract, and leaves nothing behind.
  ///
  /// The receipt's result is whether it holds.
  func check(_ invariant: Invariant, of contract: Identifier, gas: UInt64) -> Receipt
}
