import Bytecode
import EngineTesting
import Execution
import Integers
import Verification

/// Vectors of whole worlds: random contracts that call, pay, store, hook, try and fail.
enum WorldVectors {
  /// The scenarios, chosen so that together they run every instruction and end in every trap that a
  /// contract can meet, most of them at more than one instruction.
  static let seeds: [UInt64] = [
    0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 16, 17, 18, 19, 22, 23, 24, 25, 30, 35, 43, 50, 54,
    57, 58, 62, 71, 98, 116, 128, 195, 308, 311, 317, 358, 366, 370, 386, 390, 397, 408, 499, 507,
    533, 573, 608, 633, 702, 713, 723, 726, 737, 767, 862, 963, 1023, 1039, 1042, 1048, 1051, 1052,
    1072, 1089, 1095, 1102, 1112, 1144, 1179, 1185, 1201, 1216, 1217, 1234, 1236, 1237, 1246, 1250,
    1273, 1285, 1293, 1306, 1312, 1383, 1392, 1398, 1432, 1451,
  ]

  /// The scenario of a seed, with fewer beacons than the generator gives.
  static func scenario(_ seed: UInt64) -> Scenario {
    var options = ScenarioOptions()
    options.size = .normal
    var scenario = ScenarioGenerator.make(seed: seed, options)
    scenario.block.beacons = scenario.block.beacons.filter { $0.key % 32 == 0 }
    return scenario
  }

  /// The file of a seed.
  static func file(seed: UInt64, engine: any ContractEngine) throws -> VectorFile {
    let scenario = scenario(seed)
    let recorder = VectorRecorder(
      "A world of random contracts, number \(seed).", engine: engine,
      block: BlockVector(scenario.block))
    for module in scenario.modules { try recorder.deploy(module.module) }
    for item in scenario.money {
      _ = try recorder.money(item.name, supply: item.supply, holder: item.holder)
    }
    var block = scenario.block
    for operation in scenario.operations {
      var step = StepVector()
      switch operation {
      case .create(let module, let arguments, let payments, let creator, let gas):
        step.create = CreationVector(
          codeHash: IdentifierVector(Identifier(scenario.modules[module].codeHash) ?? .zero),
          arguments: arguments.map(ValueVector.init), payments: payments.map(PaymentVector.init),
          by: IdentifierVector(creator), gas: gas)
      case .call(let call, let caller, let gas):
        step.call = CallVector(call, by: caller, gas: gas)
      case .view(let call, let caller, let gas):
        step.view = CallVector(call, by: caller, gas: gas)
      case .send(let amount, let asset, let from, let to, let gas):
        step.send = SendVector(
          asset: IdentifierVector(asset), amount: ValueVector(.int(amount)),
          from: IdentifierVector(from), to: IdentifierVector(to), gas: gas)
      case .check(_, let invariant, let contract, let gas):
        let check = CheckVector(
          contract: IdentifierVector(contract), invariant: invariant, gas: gas)
        guard (try? check.invariant(in: engine)) != nil else { continue }
        step.check = check
      case .warp(let height, let time):
        block.height = height
        block.time = time
        step.block = BlockVector(block)
      }
      try recorder.add(step)
    }
    return recorder.finished()
  }
}

extension BlockVector {
  init(_ block: Block) {
    self.init(
      chain: IdentifierVector(block.chain), height: block.height, time: block.time,
      beacons: Dictionary(
        uniqueKeysWithValues: block.beacons.map { ("\($0.key)", IdentifierVector($0.value)) }))
  }
}

extension PaymentVector {
  init(_ payment: AttachedPayment) {
    self.init(asset: IdentifierVector(payment.asset), amount: ValueVector(.int(payment.amount)))
  }
}

extension CallVector {
  init(_ call: ContractCall, by caller: Identifier, gas: UInt64) {
    self.init(
      contract: IdentifierVector(call.target), function: call.signature,
      arguments: call.arguments.map(ValueVector.init),
      payments: call.payments.map(PaymentVector.init), by: IdentifierVector(caller), gas: gas)
  }
}
