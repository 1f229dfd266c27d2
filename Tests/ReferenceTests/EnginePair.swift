import Bytecode
import EngineTesting
import Execution
import Hosting
import Integers
import Reference
import Testing
import Verification

/// Both engines, given the same operations: whatever one says, the other must say.
final class EnginePair {
  let fast: World
  let reference: ReferenceWorld
  /// The contracts, in the order of their making.
  private(set) var contracts: [Identifier] = []
  /// An asset of the genesis, held by alice.
  let money: Identifier
  /// What the random runs did, so that a test sees that they did something.
  private(set) var succeeded = 0
  private(set) var failed: [Trap: Int] = [:]

  init(size: MachineSize = MachineSize()) {
    let chain = Fixture.account(0xC0)
    var beacons: [Int: Identifier] = [:]
    for height in 0..<400 { beacons[height] = Fixture.account(UInt8(height % 251)) }
    let block = Block(chain: chain, height: 300, time: 1_700_000_000, beacons: beacons)
    fast = World(block: block, size: size)
    reference = ReferenceWorld(block: block, size: size)
    money = fast.createGenesisAsset(
      named: "USD", decimals: 6, supply: 1_000_000, holder: Fixture.alice)
    reference.createGenesisAsset(
      named: "USD", decimals: 6, supply: 1_000_000, holder: Fixture.alice)
  }

  /// Both engines, as their host sees them.
  private var engines: [any ContractEngine] { [fast, reference] }

  /// Runs one transaction in both, and compares what they say and what they have.
  @discardableResult
  func run(_ what: String, _ transaction: (any ContractEngine) -> Receipt) -> Receipt? {
    let receipts = engines.map(transaction)
    let difference = Self.difference(receipts[0], receipts[1])
    if let difference {
      Issue.record("\(what): \(difference)")
      return nil
    }
    if receipts[0].results != nil { succeeded += 1 }
    if case .trap(let trap) = receipts[0].failure?.reason { failed[trap, default: 0] += 1 }
    return receipts[0]
  }

  /// What two receipts do not agree about.
  static func difference(_ fast: Receipt, _ reference: Receipt) -> String? {
    if fast.status != reference.status { return "\(fast.status) is not \(reference.status)" }
    if fast.gasUsed != reference.gasUsed {
      return "\(fast.gasUsed) gas is not \(reference.gasUsed), \(fast.status)"
    }
    if fast.events != reference.events { return "\(fast.events) is not \(reference.events)" }
    if fast.balanceChanges != reference.balanceChanges {
      return "\(fast.balanceChanges) is not \(reference.balanceChanges)"
    }
    return nil
  }

  /// Compares everything that is stored.
  func compareEntries(_ what: String) {
    if fast.entries != reference.entries { Issue.record("\(what): the entries differ") }
  }

  /// Makes a contract; gives nil if neither engine made it.
  @discardableResult
  func add(_ module: Module, arguments: [Value]) throws -> Identifier? {
    let verified = try Verifier.verify(module)
    let receipt = run("create") { engine in
      engine.create(
        engine.deploy(code: verified), arguments: arguments, payments: [], by: Fixture.alice,
        gas: 1_000_000)
    }
    guard let address = receipt?.results?.first?.identifier else { return nil }
    contracts.append(address)
    return address
  }

  /// A call of `main`, `look` or `pay` of the first contract.
  func randomCall(_ random: inout SplitMix64) -> ContractCall {
    let (first, second) = (contracts[0], contracts[1])
    func call(
      _ name: String, _ arguments: [Value], paying payments: [AttachedPayment] = []
    ) -> ContractCall {
      guard let module = fast.module(of: first), let export = module.export(named: name) else {
        fatalError("there is no \(name)")
      }
      return ContractCall(
        target: first, export: export, in: module, arguments: arguments, payments: payments)
    }
    switch random.below(10) {
    case 0: return call("look", [.int(random.integer())])
    case 1:
      return call(
        "pay", [.int(random.integer(bits: 70))],
        paying: [AttachedPayment(asset: money, amount: Integer(random.below(50)))])
    default:
      let asset = random.pick([
        money, World.asset(issuer: first, className: "Coin"),
        World.asset(issuer: first, className: "Hooked"),
      ])
      return call(
        "main",
        [
          .int(random.integer()), Value(random.pick([first, second, Fixture.bob])),
          Value(asset), .bytes(random.bytes(random.below(100))),
        ])
    }
  }
}
