import Bytecode
import EngineTesting
import Execution
import Integers
import Verification

/// Makes a file of vectors: does each step as it is added, so that later steps can name what came of it.
final class VectorRecorder {
  private let engine: any ContractEngine
  private(set) var file: VectorFile

  static let gas: UInt64 = 100_000_000
  static let alice = Fixture.alice
  static let bob = Fixture.bob

  /// The block of most files: with beacons at both ends of what a contract can read.
  static let block = BlockVector(
    chain: IdentifierVector(Fixture.account(0xC0)), height: 300, time: 1_700_000_000,
    beacons: [
      "44": IdentifierVector(Fixture.account(44)), "43": IdentifierVector(Fixture.account(43)),
      "299": IdentifierVector(Fixture.account(99)), "300": IdentifierVector(Fixture.account(100)),
    ])

  init(_ about: String, engine: any ContractEngine, block: BlockVector = block) {
    file = VectorFile(about: about, block: block, steps: [], entries: [:])
    self.engine = engine
    engine.block = block.block
  }

  /// Does a step.
  @discardableResult
  func add(_ step: StepVector) throws -> StepVector {
    let done = try step.done(by: engine)
    file.steps.append(done)
    return done
  }

  /// The file, with all that is stored now.
  func finished() -> VectorFile {
    var file = file
    file.entries = Dictionary(
      uniqueKeysWithValues: engine.entries.map {
        ("0x\(Hexadecimal.encode($0.key))", "0x\(Hexadecimal.encode($0.value))")
      })
    return file
  }

  // MARK: - Steps

  /// Deploys code and gives its hash.
  @discardableResult
  func deploy(_ module: Module) throws -> Identifier {
    let verified = try Verifier.verify(module)
    let step = try add(
      StepVector(
        deploy: DeploymentVector(
          module: ValueVector(.bytes(verified.encoded)), codeHash: IdentifierVector(.zero))))
    return step.deploy?.codeHash.identifier ?? .zero
  }

  /// Deploys code and makes a contract of it.
  @discardableResult
  func contract(
    _ module: Module, _ arguments: [Value] = [], by creator: Identifier = alice
  ) throws -> Identifier {
    let step = try add(
      StepVector(
        create: CreationVector(
          codeHash: IdentifierVector(try deploy(module)),
          arguments: arguments.map(ValueVector.init),
          payments: [], by: IdentifierVector(creator), gas: Self.gas)))
    guard let address = step.receipt?.results?.first?.value.identifier else {
      throw VectorFailure("the contract could not be made: \(String(describing: step.receipt))")
    }
    return address
  }

  /// Creates an asset of the genesis.
  func money(_ name: String, supply: Integer, holder: Identifier) throws -> Identifier {
    let step = try add(
      StepVector(
        genesisAsset: GenesisVector(
          name: name, decimals: 6, supply: ValueVector(.int(supply)),
          holder: IdentifierVector(holder), asset: IdentifierVector(.zero))))
    return step.genesisAsset?.asset.identifier ?? .zero
  }

  /// Calls an export.
  @discardableResult
  func call(
    _ contract: Identifier, _ function: String, _ arguments: [Value] = [],
    paying payments: [(Identifier, Integer)] = [], by caller: Identifier = alice,
    gas: UInt64 = gas
  ) throws -> ReceiptVector {
    let call = CallVector(
      contract: IdentifierVector(contract), function: function,
      arguments: arguments.map(ValueVector.init),
      payments: payments.map {
        PaymentVector(asset: IdentifierVector($0.0), amount: ValueVector(.int($0.1)))
      },
      by: IdentifierVector(caller), gas: gas)
    guard let receipt = try add(StepVector(call: call)).receipt else {
      throw VectorFailure("a call gave no receipt")
    }
    return receipt
  }

  /// Looks at a function for many arguments; some rows are repeated with less gas than they used.
  func table(_ contract: Identifier, _ function: String, _ rows: [[Value]]) throws {
    let table = TableVector(
      contract: IdentifierVector(contract), function: function, limit: 10_000_000,
      rows: rows.map { TableVector.Row(in: $0.map(ValueVector.init)) })
    var step = try StepVector(table: table).done(by: engine)
    // The last unit of gas decides, also of a row that traps.
    for row in step.table?.rows.filter({ $0.trap != "OutOfGas" }).suffix(2) ?? [] {
      for less in [1, 2] as [UInt64] {
        var short = row
        short.limit = (row.gas ?? 0) - less
        step.table?.rows.append(short)
      }
    }
    try add(step)
  }
}
