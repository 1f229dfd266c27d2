import Bytecode
import Execution
import Hosting
import Integers
import Verification

/// The contracts of the workloads.
enum WorkContracts {
  /// The sources by the name of the contract.
  static let sources: [String: [UInt8]] = [
    "Numbers": PackageResources.Numbers_alq, "Token": PackageResources.Token_alq,
    "Coins": PackageResources.Coins_alq, "Payer": PackageResources.Payer_alq,
    "Dividend": PackageResources.Dividend_alq, "Lending": PackageResources.Lending_alq,
    "Escrow": PackageResources.Escrow_alq, "Yuma": PackageResources.Yuma_alq,
    "Passports": PackageResources.Passports_alq,
  ]

  /// The verified code of a contract.
  static func code(_ name: String) throws -> VerifiedModule {
    try ContractLoading.loadSource(name + ContractLoading.sourceSuffix, sources[name] ?? []).code
      .verified
  }
}

/// A world in memory with a contract of a workload in it.
struct WorkContract {
  let world: World
  let address: Identifier
  let module: Module

  /// Makes the contract, in a world of its own if none is given.
  init(_ name: String, in world: World = WorkContract.emptyWorld()) throws {
    let code = try WorkContracts.code(name)
    let receipt = world.create(world.deploy(code: code), by: WorkHolders.address(0))
    guard let address = receipt.results?.first?.identifier else {
      throw CommandFailure(.failure, "the contract \(name) could not be made: \(receipt.status)")
    }
    self.world = world
    self.address = address
    module = code.module
  }

  private static func emptyWorld() -> World {
    World(block: Block(chain: WorkHolders.address(0), height: 1, time: 1_700_000_000))
  }

  /// The call of a function.
  func call(_ function: String, _ arguments: [Value] = []) throws -> ContractCall {
    guard let export = module.export(named: function) else {
      throw CommandFailure(.failure, "the contract \(module.name) has no function \(function)")
    }
    return ContractCall(target: address, export: export, in: module, arguments: arguments)
  }

  /// Calls a function, which must succeed.
  @discardableResult
  func run(
    _ function: String, _ arguments: [Value] = [], by caller: Identifier = WorkHolders.address(0)
  ) throws -> Receipt {
    try run(try call(function, arguments), by: caller)
  }

  /// Makes a call, which must succeed.
  @discardableResult
  func run(_ call: ContractCall, by caller: Identifier) throws -> Receipt {
    let receipt = world.call(call, by: caller)
    if let failure = receipt.failure {
      throw CommandFailure(.failure, "the work of \(call.name) failed: \(failure.reason)")
    }
    return receipt
  }

  /// The integer that a view gives.
  func integer(_ view: String, _ arguments: [Value] = []) throws -> Integer {
    let receipt = world.view(try call(view, arguments))
    guard let integer = receipt.results?.first?.integer else {
      throw CommandFailure(.failure, "the view \(view) failed: \(receipt.status)")
    }
    return integer
  }
}

/// The thousand accounts of the workloads, and who pays whom.
enum WorkHolders {
  static let count = 1_000
  /// What each holder has at first: a million at 18 decimals.
  static let given = (try? Integer(10).power(24)) ?? 0
  private static let unit = 1_000_000_000_000_000

  /// All addresses, as a list of addresses holds them.
  static var list: Value { .bytes((0..<count).flatMap { address($0).bytes }) }

  static func address(_ index: Int) -> Identifier {
    var bytes: [UInt8] = []
    for part in 0..<4 {
      var random = BenchRandom(seed: UInt64(4 * index + part) &* 0x9E37_79B9_7F4A_7C15)
      let word = random.next()
      bytes += (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) }
    }
    return Identifier(bytes) ?? .zero
  }

  /// One payment after the other.
  static func payments(_ count: Int) -> [(payer: Int, payee: Int, amount: Integer)] {
    var (payer, payee) = (0, 500)
    return (0..<count).map { i in
      defer { (payer, payee) = ((payer + 7) % Self.count, (payee + 13) % Self.count) }
      return (payer, payee, Integer((i % 97 + 1) * unit))
    }
  }
}
