import Bytecode
import Execution
import Hosting
import Integers
import State
import Verification

/// The world that measured contracts live in, with what they call and many keys that are not theirs.
final class GasWorld {
  let world: World
  /// A contract that all may call and bind hooks to.
  let target: Identifier
  /// Contracts like it, for first calls.
  let others: [Identifier]
  /// The hash of code that contracts can be made from.
  let code: Identifier

  private static let creator = Identifier([UInt8](repeating: 0xA1, count: 32)) ?? .zero
  private var created = 0

  /// Keys that are stored before anything is measured.
  static let ballast = 100_000
  static let otherCount = 400
  static let height = 300

  init() throws {
    var beacons: [Int: Identifier] = [:]
    for height in 0..<Self.height {
      beacons[height] = Identifier([UInt8](repeating: UInt8(height % 251), count: 32))
    }
    world = World(
      block: Block(chain: Self.creator, height: Self.height, time: 1_700_000_000, beacons: beacons))
    code = world.deploy(code: try Verifier.verify(Self.targetModule()))
    var made: [Identifier] = []
    for _ in 0...Self.otherCount {
      if let address = world.create(code, by: Self.creator).results?.first?.identifier {
        made.append(address)
      }
    }
    target = made[0]
    others = Array(made.dropFirst())
    try fill()
  }

  private func fill() throws {
    var program = BenchProgram()
    let key = program.int(0)
    let body = BenchProgram.Body(code: [
      Instruction(.storeInt, BenchDeclarations.Field.map, 0, key, 0, BenchProgram.rounds),
      Instruction(.addSmall, key, key, 7),
    ])
    let module = program.finished(body, copies: 10)
    let address = try create(module)
    _ = world.call(call(address, module, rounds: Self.ballast / 10, start: 0), by: Self.creator)
    world.state.commit()
  }

  /// Makes a contract of a module, by a creator who made nothing before.
  func create(_ module: Module) throws -> Identifier {
    created += 1
    var bytes = [UInt8](repeating: 0xB2, count: 32)
    for index in 0..<8 { bytes[index] = UInt8(truncatingIfNeeded: created >> (8 * index)) }
    let receipt = world.create(
      world.deploy(code: try Verifier.verify(module)), by: Identifier(bytes) ?? .zero)
    guard let address = receipt.results?.first?.identifier else {
      throw CommandFailure(.failure, "a measured contract could not be made: \(receipt.status)")
    }
    if module.exports.count > 1 {
      let prepared = world.call(
        call(address, module, rounds: 0, start: 0, export: 1), by: Self.creator)
      if let failure = prepared.failure {
        throw CommandFailure(
          .failure, "a measured contract could not be prepared: \(failure.reason)")
      }
    }
    return address
  }

  /// The call of `main`, or of another export.
  func call(
    _ address: Identifier, _ module: Module, rounds: Int, start: Int, export: Int = 0
  ) -> ContractCall {
    ContractCall(
      target: address, export: module.exports[export], in: module,
      arguments: [.int(Integer(rounds)), .int(Integer(start))])
  }

  /// Calls and undoes; gives the receipt and the nanoseconds of processor time.
  func run(_ call: ContractCall) -> (receipt: Receipt, nanoseconds: Double) {
    let checkpoint = world.state.checkpoint()
    let start = ThreadClock.now()
    let receipt = world.call(call, by: Self.creator)
    let time = ThreadClock.now() - start
    world.state.revert(to: checkpoint)
    return (receipt, time)
  }

  /// The contract that is called: exports with nothing, many and large arguments, and payments.
  private static func targetModule() throws -> Module {
    var module = Module(name: "Target")
    BenchDeclarations.declare(in: &module)
    module.classes = []
    func export(
      _ name: String, _ kinds: [Kind], _ results: [Kind], payments: Int = 0, isView: Bool = false,
      _ code: [Instruction] = [Instruction(.ret, 0, 0, 0)]
    ) {
      let paid = (0..<payments).flatMap { _ in [Kind.asset, .int] }
      module.functions.append(
        Function(parameters: kinds + paid, results: results, registers: BankCounts(), code: code))
      module.exports.append(
        Export(
          name: name, function: module.functions.count - 1,
          parameters: BenchDeclarations.named(kinds, "p"),
          results: BenchDeclarations.named(results, "r"),
          payments: (0..<payments).map { "pay\($0)" }, isView: isView))
    }
    export("nothing", [], [])
    export("look", [.int], [.int], isView: true)
    export("echo", [.bytes], [.bytes])
    export("letters", [.text], [.text])
    export("number", [.int], [.int])
    export("many", BenchDeclarations.manyKinds, BenchDeclarations.manyKinds)
    export("pay", [], [], payments: Limits.payments)
    export("refuse", [], [], [Instruction(.fail, 0, 0, 0)])
    export(
      "admit", [.address], [], [Instruction(.admit, 0), Instruction(.ret, 0, 0, 0)])
    for hook in 0..<BenchDeclarations.hookCount {
      module.functions.append(
        Function(
          parameters: Hook.parameters.map(\.kind), results: [], registers: BankCounts(),
          code: [Instruction(.ret, 0, 0, 0)]))
      module.hooks.append(
        Hook(name: BenchDeclarations.hookName(hook), function: module.functions.count - 1))
    }
    ModuleLaw.order(&module)
    return module
  }
}
