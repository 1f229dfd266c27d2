public import Bytecode
public import Execution
import Integers
import State
import Verification

/// A world with contracts made from modules, and money.
public final class Fixture {
  /// The world.
  public let world: World
  /// The contracts, in the order of the modules.
  public private(set) var contracts: [Identifier] = []
  /// An asset of the genesis, held by alice.
  public let money: Identifier

  /// The account that makes everything.
  public static let alice = account(1)
  /// Another account.
  public static let bob = account(2)

  /// The account with this number.
  public static func account(_ number: UInt8) -> Identifier {
    Identifier([UInt8](repeating: number, count: 32)) ?? .zero
  }

  /// Makes an empty world with money.
  public init(size: MachineSize = .ofTests) {
    let chain = Self.account(0xC0)
    var beacons: [Int: Identifier] = [:]
    for height in 0..<400 { beacons[height] = Self.account(UInt8(height % 251)) }
    world = World(
      block: Block(chain: chain, height: 300, time: 1_700_000_000, beacons: beacons), size: size)
    money = world.createGenesisAsset(
      named: "USD", decimals: 6, supply: 1_000_000, holder: Self.alice)
  }

  /// Makes a contract.
  @discardableResult
  public func add(
    _ module: Module, arguments: [Value] = [], by creator: Identifier = Fixture.alice
  ) throws -> Identifier {
    let hash = world.deploy(code: try Verifier.verify(module))
    let receipt = world.create(hash, arguments: arguments, by: creator)
    guard let address = receipt.results?.first?.identifier else {
      throw FixtureFailure(receipt: receipt)
    }
    contracts.append(address)
    return address
  }

  /// A call of an export of a contract.
  public func call(
    _ contract: Identifier, _ name: String, _ arguments: [Value] = [],
    paying payments: [AttachedPayment] = []
  ) -> ContractCall {
    guard let module = world.module(of: contract), let export = module.export(named: name) else {
      fatalError("there is no \(name)")
    }
    return ContractCall(
      target: contract, export: export, in: module, arguments: arguments, payments: payments)
  }

  /// Calls an export.
  public func run(
    _ contract: Identifier, _ name: String, _ arguments: [Value] = [],
    paying payments: [AttachedPayment] = [], by caller: Identifier = Fixture.alice,
    gas: UInt64 = 10_000_000
  ) -> Receipt {
    world.call(call(contract, name, arguments, paying: payments), by: caller, gas: gas)
  }

  /// Everything that is stored, as one value.
  public var contents: [[UInt8]: [UInt8]] { Self.contents(of: world) }

  /// Everything that a world stores.
  public static func contents(of world: World) -> [[UInt8]: [UInt8]] {
    var contents: [[UInt8]: [UInt8]] = [:]
    var key: [UInt8] = []
    var isFirst = true
    while let slot = key.withUnsafeBytes({ world.state.slot(above: $0, orEqual: isFirst) }) {
      isFirst = false
      key = Array(world.state.key(of: slot))
      contents[key] = world.state.value(in: slot).map { Array($0) }
    }
    return contents
  }
}

/// A contract that could not be made.
public struct FixtureFailure: Error {
  /// What came instead.
  public let receipt: Receipt
}
