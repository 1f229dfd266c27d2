import Bytecode
import Hosting
import Integers
import Verification

/// An engine that is wrong on purpose, to see that a comparison notices.
///
/// It runs code that differs from what it was given, or alters the receipts of an engine that is right.
public struct Canary: Sendable {
  /// What is wrong with it.
  public let name: String
  /// What it runs in place of an instruction; nil where it runs the same.
  let change: @Sendable (Instruction) -> [Instruction]?
  /// What it adds to every integer constant.
  var constantOffset = 0
  /// What it says in place of a receipt.
  var retell: @Sendable (Receipt) -> Receipt = { $0 }
  /// Whether it keeps something of a transaction that failed.
  var keepsFailures = false

  private init(
    _ name: String, change: @escaping @Sendable (Instruction) -> [Instruction]? = { _ in nil }
  ) {
    self.name = name
    self.change = change
  }

  /// An engine that is wrong in this way, on top of the fast one.
  public var maker: EngineMaker {
    EngineMaker("canary") { CanaryEngine(EngineMaker.fast.make($0, $1), self) }
  }

  private static func replacing(_ name: String, _ old: Opcode, _ new: Opcode) -> Canary {
    Canary(name) { instruction in
      instruction.opcode == old ? [Instruction(new, vector: instruction.operands)] : nil
    }
  }

  private static func operand(
    _ name: String, _ opcode: Opcode, _ index: Int, _ old: UInt16, _ new: UInt16
  ) -> Canary {
    Canary(name) { instruction in
      guard instruction.opcode == opcode, instruction.operands[index] == old else { return nil }
      var changed = instruction
      changed.operands[index] = new
      return [changed]
    }
  }

  /// One unit of gas too much for an instruction: a jump to it stands before it.
  private static func dearer(_ opcode: Opcode) -> Canary {
    Canary("\(opcode.row.mnemonic) costs one gas more") { instruction in
      instruction.opcode == opcode ? [Instruction(.jump, next), instruction] : nil
    }
  }

  /// The target that means the next instruction.
  static let next = UInt16.max

  private static func retelling(
    _ name: String, _ retell: @escaping @Sendable (Receipt) -> Receipt
  ) -> Canary {
    var canary = Canary(name)
    canary.retell = retell
    return canary
  }

  private static func rounding(_ rounding: Rounding) -> UInt16 { UInt16(rounding.rawValue) }

  private static func mode(_ mode: SeekMode) -> UInt16 { UInt16(mode.rawValue) }

  /// A canary with nothing wrong: its code differs from what it was given in what cannot be seen.
  public static let harmless = Canary("sums are taken the other way around") { instruction in
    let o = instruction.operands
    return instruction.opcode == .add ? [Instruction(.add, o[0], o[2], o[1])] : nil
  }

  /// All canaries.
  public static let all: [Canary] = {
    var offset = Canary("constants are one too large")
    offset.constantOffset = 1
    var keeping = Canary("a failed transaction leaves an entry")
    keeping.keepsFailures = true
    return [
      operand(
        "div floor truncates", .div, 3, rounding(.floor), rounding(.trunc)),
      operand("div even rounds up", .div, 3, rounding(.even), rounding(.ceil)),
      operand("muldiv trunc rounds down", .muldiv, 4, rounding(.trunc), rounding(.floor)),
      operand("seek after finds the key itself", .seek, 3, mode(.after), mode(.from)),
      operand("seek upto passes the key itself", .seek, 3, mode(.upto), mode(.before)),
      operand("seek last finds the first", .seek, 3, mode(.last), mode(.first)),
      replacing("less is less or equal", .less, .lessEqual),
      replacing("a branch on less takes equals", .jumpLess, .jumpLessEqual),
      replacing("min is max", .min, .max), replacing("or is exclusive", .bitOr, .bitXor),
      replacing("copies share", .listCopy, .listShare),
      removing(.emit), removing(.storeInt), removing(.listSort),
      replacing("height is time", .height, .time),
      dearer(.add), dearer(.storeInt), dearer(.send), dearer(.listPush), dearer(.ret),
      offset, keeping,
      retelling("an event is lost") { receipt in
        Receipt(
          status: receipt.status, gasUsed: receipt.gasUsed, events: receipt.events.dropLast(1),
          balanceChanges: receipt.balanceChanges)
      },
      retelling("a balance is not told") { receipt in
        Receipt(
          status: receipt.status, gasUsed: receipt.gasUsed, events: receipt.events,
          balanceChanges: receipt.balanceChanges.count > 2
            ? receipt.balanceChanges.dropLast(1) : receipt.balanceChanges)
      },
      retelling("a failure is told without its place") { receipt in
        guard let failure = receipt.failure else { return receipt }
        return Receipt(
          status: .failed(Failure(reason: failure.reason, origin: failure.origin, site: nil)),
          gasUsed: receipt.gasUsed, events: [], balanceChanges: [])
      },
    ]
  }()

  private static func removing(_ opcode: Opcode) -> Canary {
    Canary("\(opcode.row.mnemonic) does nothing") { $0.opcode == opcode ? [] : nil }
  }

  // MARK: - Code

  /// A changed module, and for each function and instruction of it the one that it came from.
  func changed(_ module: Module) -> (module: VerifiedModule, origins: [[Int]])? {
    var builder = ModuleBuilder(module.name)
    builder.module = module
    if constantOffset != 0 {
      builder.module.integers = module.integers.map {
        (try? $0.adding(Integer(constantOffset))) ?? $0
      }
    }
    var origins: [[Int]] = []
    for (index, function) in module.functions.enumerated() {
      var code: [Instruction] = []
      var own: [Int] = []
      var places: [Int] = []
      for (position, instruction) in function.code.enumerated() {
        places.append(code.count)
        let isTried = position > 0 && function.code[position - 1].opcode == .tryNext
        let isLast = position + 1 == function.code.count
        var group = isTried ? nil : change(instruction)
        if group?.isEmpty == true, isLast { group = nil }
        code += group ?? [instruction]
        own += (group ?? [instruction]).map { _ in position }
      }
      for position in code.indices {
        for (operand, kind) in code[position].row.operands.map(\.kind).enumerated() {
          guard case .target = kind else { continue }
          let target = code[position].operands[operand]
          code[position].operands[operand] =
            target == Self.next ? UInt16(position + 1) : UInt16(places[Int(target)])
        }
      }
      builder.module.functions[index].code = code
      origins.append(own)
    }
    guard let verified = try? Verifier.verify(builder.finished()), verified.module != module
    else { return nil }
    return (verified, origins)
  }
}

/// An engine whose contracts run changed code, and that calls the code by the name of the original.
private final class CanaryEngine: ContractEngine {
  private let engine: any ContractEngine
  private let canary: Canary
  /// The changed code of an original.
  private var changed: [Identifier: Identifier] = [:]
  /// The original of changed code, and where its instructions came from.
  private var originals: [Identifier: (hash: Identifier, origins: [[Int]])] = [:]
  private var failures = 0

  init(_ engine: any ContractEngine, _ canary: Canary) {
    (self.engine, self.canary) = (engine, canary)
  }

  var block: Block {
    get { engine.block }
    set { engine.block = newValue }
  }

  var entries: [StateEntry] {
    var entries: [StateEntry] = []
    for entry in engine.entries {
      if entry.key.count == 33, let hash = Identifier(entry.key[1...]), originals[hash] != nil {
        continue
      }
      guard entry.value.count == 64, let hash = Identifier(entry.value.prefix(32)),
        let original = originals[hash]
      else {
        entries.append(entry)
        continue
      }
      entries.append(
        StateEntry(key: entry.key, value: original.hash.bytes + entry.value.dropFirst(32)))
    }
    if canary.keepsFailures, failures > 0 {
      entries.append(StateEntry(key: [0xFF], value: [1]))
    }
    return entries
  }

  func deploy(code module: VerifiedModule) -> Identifier {
    let hash = engine.deploy(code: module)
    if let (other, origins) = canary.changed(module.module) {
      let otherHash = engine.deploy(code: other)
      changed[hash] = otherHash
      originals[otherHash] = (hash, origins)
    }
    return hash
  }

  func createGenesisAsset(
    named name: String, decimals: UInt8, supply: Integer, holder: Identifier
  ) -> Identifier {
    engine.createGenesisAsset(named: name, decimals: decimals, supply: supply, holder: holder)
  }

  func create(
    _ codeHash: Identifier, arguments: [Value], payments: [AttachedPayment],
    by creator: Identifier, gas: UInt64
  ) -> Receipt {
    retold(
      engine.create(
        changed[codeHash] ?? codeHash, arguments: arguments, payments: payments, by: creator,
        gas: gas))
  }

  func call(_ call: ContractCall, by caller: Identifier, gas: UInt64) -> Receipt {
    retold(engine.call(call, by: caller, gas: gas))
  }

  func view(_ call: ContractCall, by caller: Identifier, gas: UInt64) -> Receipt {
    retold(engine.view(call, by: caller, gas: gas))
  }

  func send(
    _ amount: Integer, of asset: Identifier, from: Identifier, to: Identifier, gas: UInt64
  ) -> Receipt {
    retold(engine.send(amount, of: asset, from: from, to: to, gas: gas))
  }

  func check(_ invariant: Invariant, of contract: Identifier, gas: UInt64) -> Receipt {
    retold(engine.check(invariant, of: contract, gas: gas))
  }

  /// The receipt with the original code in it, as the canary tells it.
  private func retold(_ receipt: Receipt) -> Receipt {
    var status = receipt.status
    if let failure = receipt.failure {
      failures += 1
      if let site = failure.site, let original = originals[site.codeHash] {
        status = .failed(
          Failure(
            reason: failure.reason, origin: failure.origin,
            site: FailureSite(
              codeHash: original.hash, function: site.function,
              instruction: original.origins[site.function][site.instruction])))
      }
    }
    return canary.retell(
      Receipt(
        status: status, gasUsed: receipt.gasUsed,
        events: receipt.events.map {
          Event(
            contract: $0.contract, codeHash: originals[$0.codeHash]?.hash ?? $0.codeHash,
            index: $0.index, fields: $0.fields)
        }, balanceChanges: receipt.balanceChanges))
  }
}
