import Bytecode
import Integers
import Verification

/// Statements that call: functions of the module, other contracts, and both under `try_next`.
extension CodeWriter {
  /// An instruction that will be tried.
  struct Attempt {
    let gas: Int
  }

  /// Decides whether the next call is tried, and with how much gas.
  mutating func beginTry(percent: Int = 35) -> Attempt? {
    guard world.options.tries, random.chance(percent) else { return nil }
    let gas = usual.int + guardedInts
    guardedInts += 1
    let amounts = [0, 60, 400, 1_500, 6_000, 6_000, 20_000, 20_000]
    constant(Integer(random.pick(amounts) + random.below(50)), in: gas)
    return Attempt(gas: gas)
  }

  /// Emits a call, tried or not.
  mutating func finish(_ attempt: Attempt?, _ opcode: Opcode, _ operands: [Int]) {
    var instruction = Instruction(opcode, vector: SIMD8())
    for (index, operand) in operands.enumerated() {
      instruction.operands[index] = UInt16(truncatingIfNeeded: operand)
    }
    if opcode != .invoke || power == .interacts { hasInteracted = true }
    guard let attempt else { return code.append(instruction) }
    let (ok, number) = (intDestination(), intDestination())
    let (origin, arguments) = (bytesDestination(), bytesDestination())
    emit(.tryNext, ok, number, origin, arguments, attempt.gas)
    code.append(instruction)
    guardedInts -= 1
    set(ok, IntFacts(0...1))
    set(number, IntFacts(bits: 33, isNonNegative: true))
    set(origin, CodeWriter.facts(ofBytes: .address))
    set(arguments, BytesFacts.unknown)
  }

  // MARK: - Functions of the module

  private mutating func frameWindows(_ counts: BankCounts) -> Windows {
    func base(_ count: Int, _ usual: Int, _ guarded: Int, _ random: inout SplitMix64) -> Int {
      let base = random.chance(92) ? usual + guarded + random.below(3) : random.below(usual + 1)
      return min(base, 256 - max(1, count))
    }
    return Windows(
      ints: base(counts.int, usual.int, guardedInts, &random),
      strings: base(counts.bytes, usual.bytes, guardedStrings, &random),
      lists: base(counts.list, usual.list, 0, &random))
  }

  private func width(of callee: Function) -> BankCounts {
    let (taken, given) = (BankCounts(callee.parameters), BankCounts(callee.results))
    var width = BankCounts()
    width.int = max(taken.int, given.int)
    width.bytes = max(taken.bytes, given.bytes)
    width.list = max(taken.list, given.list)
    return width
  }

  /// The helpers that code here may call.
  var callees: [Int] {
    module.functions.indices.filter { callee in
      guard plan.roles[callee] == .helper else { return false }
      if self.role == .helper, callee <= index { return false }
      return plan.powers[callee] <= (self.role == .hook ? .pure : power)
    }
  }

  /// Calls a helper.
  mutating func call(_ callee: Int, depth: Int? = nil, percent: Int = 30) {
    let function = module.functions[callee]
    let kinds = function.parameters
    let takesLists = (kinds + function.results).contains(.list)
    let attempt = takesLists ? nil : beginTry(percent: percent)
    let width = width(of: function)
    let windows = frameWindows(width)
    _ = place(kinds, width: width, at: windows)
    if plan.recursive.contains(callee) {
      let isDeep = random.chance(magnitude.isLarge ? 20 : 3)
      let depth = depth ?? (isDeep ? random.pick([70, 300, 5_000]) : random.below(4))
      constant(Integer(depth), in: windows.ints)
    }
    finish(attempt, .call, [callee, windows.ints, windows.strings, windows.lists])
    hasInteracted = hasInteracted || plan.powers[callee] == .interacts
    facts.forget(ints: windows.ints, strings: windows.strings, lists: windows.lists)
    expect(function.results, at: windows)
  }

  /// The beginning of a function that calls itself as deep as its first parameter says.
  mutating func recursion() {
    let end = newLabel()
    let before = facts
    beginStatement()
    emit(.jumpLessEqualSmall, 0, 0, end)
    if random.chance(80) {
      emit(.jumpGreaterSmall, 0, random.pick([4, 80, 400]), end)
    }
    let takesLists = (function.parameters + function.results).contains(.list)
    let width = width(of: function)
    let isTried = !takesLists && world.options.tries && random.chance(35)
    let gas = usual.int + guardedInts
    if isTried {
      // Each level leaves enough for those below.
      emit(.mulSmall, gas, 0, random.pick([120, 400, 1_500]))
      guardedInts += 1
      busyInts.append(gas)
    }
    busyInts.append(0)
    let windows = frameWindows(width)
    if windows.ints > 0 {
      _ = place(function.parameters, width: width, at: windows)
    }
    emit(.addSmall, windows.ints, 0, Int(Instruction.immediate(-1)))
    finish(
      isTried ? Attempt(gas: gas) : nil, .call,
      [index, windows.ints, windows.strings, windows.lists])
    facts.forget(ints: windows.ints, strings: windows.strings, lists: windows.lists)
    bind(end)
    facts = facts.merged(with: before)
  }

  // MARK: - Other contracts

  /// The index of an imported signature.
  private mutating func imported(_ signature: ImportedSignature) -> Int {
    if let index = builder.module.imports.firstIndex(of: signature) { return index }
    builder.module.imports.append(signature)
    return builder.module.imports.count - 1
  }

  /// The signature of an export, now and then not quite.
  private mutating func signature(of export: Export, isView: Bool) -> ImportedSignature {
    var signature = ImportedSignature(
      name: export.name, parameters: export.parameters.map(\.kind),
      results: export.results.map(\.kind), isView: isView)
    if random.below(100) < 2 + mischief {
      switch random.below(3) {
      case 0: signature.name = "nothing"
      case 1: signature.parameters.append(.int)
      default: signature.results.append(.bool)
      }
    }
    return signature
  }

  private mutating func target(_ contract: WorldPlan.Contract) -> Int {
    let register = bytesDestination()
    busyStrings.append(register)
    let percent = random.below(100)
    if percent < 2 {
      emit(.selfAddress, register)
    } else if percent < 4 {
      emit(.caller, register)
    } else if percent < 5 + mischief {
      make(.address, in: register)
    } else {
      constant(contract.address.bytes, .address, in: register)
    }
    set(register, CodeWriter.facts(ofBytes: .address))
    return register
  }

  /// How many payments go with a call: none, as many as are taken, or too many.
  private mutating func paymentCount(_ taken: Int) -> Int {
    if power < .interacts { return 0 }
    if random.below(100) < 2 + mischief { return random.below(5) }
    return random.chance(60) ? random.below(taken + 1) : 0
  }

  /// Calls another contract.
  mutating func invoke() {
    let needsView = power < .interacts
    var choices: [(WorldPlan.Contract, Export)] = []
    for contract in random.chance(3) ? world.contracts[...] : reachable {
      let isOwn = world.modules[contract.module].module.name == module.name
      if isOwn, random.chance(96) { continue }
      for export in world.modules[contract.module].module.exports
      where export.name != "init" && (!needsView || export.isView || random.chance(5)) {
        choices.append((contract, export))
      }
    }
    guard let (contract, export) = random.some(of: choices) else { return }
    let isView = needsView || export.isView && random.chance(60)
    let attempt = beginTry()
    let signature = signature(of: export, isView: isView)
    let index = imported(signature)
    let payments = paymentCount(export.payments.count)
    let target = target(contract)
    let width = BankCounts(signature.results)
    let windows = place(signature.parameters, payments: payments, width: width)
    if attempt != nil || !isView || payments > 0 { hasInteracted = true }
    finish(
      attempt, .invoke, [index, target, windows.ints, windows.strings, payments])
    expect(signature.results, at: windows)
  }

  /// Makes a contract of a module whose code is known.
  mutating func createContract() {
    guard let made = random.some(of: world.verified.indices) else { return }
    let attempt = beginTry()
    let export = world.verified[made].module.export(named: "init")
    var signature = ImportedSignature(
      name: "init", parameters: export?.parameters.map(\.kind) ?? [], results: [], isView: false)
    if random.chance(4) { signature.parameters.append(.int) }
    let index = imported(signature)
    let payments = paymentCount(export?.payments.count ?? 0)
    let code = bytesDestination()
    busyStrings.append(code)
    if random.chance(88) {
      constant(world.verified[made].codeHash, .bytes, in: code)
    } else {
      make(.address, in: code)
    }
    let windows = place(signature.parameters, payments: payments)
    let d = bytesDestination()
    finish(
      attempt, .create, [d, code, index, windows.ints, windows.strings, payments])
    set(d, CodeWriter.facts(ofBytes: .address))
  }

  /// Encodes a call, and perhaps makes it, whole or damaged.
  mutating func encodedCall() {
    let d = bytesDestination()
    if random.chance(75), let contract = random.some(of: reachable) {
      let exports = world.modules[contract.module].module.exports.filter { $0.name != "init" }
      let export = random.pick(exports)
      let signature = signature(of: export, isView: false)
      let index = imported(signature)
      let payments = paymentCount(export.payments.count)
      let target = target(contract)
      let windows = place(signature.parameters, payments: payments)
      emit(.encodeCall, d, index, target, windows.ints, windows.strings, payments)
    } else {
      make(.call, in: d)
    }
    set(d, CodeWriter.facts(ofBytes: .call))
    guard power == .interacts, random.chance(75) else { return }
    if random.chance(10) {
      emit(.concat, d, d, bytes())
      set(d, BytesFacts.unknown)
    }
    beginStatement()
    busyStrings.append(d)
    let attempt = beginTry()
    let result = bytesDestination()
    finish(attempt, .perform, [result, d])
    set(result, BytesFacts.unknown)
  }
}
