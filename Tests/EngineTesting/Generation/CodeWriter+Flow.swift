import Bytecode
import Integers

/// Statements that decide how control goes on, and the order of all statements.
extension CodeWriter {
  /// So many statements, in a block of their own.
  mutating func statements(_ count: Int) {
    for _ in 0..<count { statement() }
  }

  /// One statement.
  mutating func statement() {
    beginStatement()
    switch random.below(1_000) {
    case 0..<250: arithmetic()
    case 250..<340: stringWork()
    case 340..<430: listWork()
    case 430..<455: surroundings()
    case 455..<575: storage()
    case 575..<610: seeking()
    case 610..<650: assetQuestion()
    case 650..<670: if power >= .writes { assetRecord() }
    case 670..<730: if power == .interacts { assetMove() } else { storage() }
    case 730..<765:
      if let callee = random.some(of: callees) { call(callee) }
    case 765..<800: if world.options.interacts { invoke() }
    case 800..<815: if world.options.interacts { encodedCall() }
    case 815..<825: if power == .interacts, !world.verified.isEmpty { createContract() }
    case 825..<850: if power >= .writes { event() }
    case 850..<860: messageDigest()
    case 860..<920: condition()
    case 920..<965: loop()
    case 965..<985: leave()
    case 985..<990: if magnitude.isLarge || random.chance(30) { extreme() }
    case 990..<992: if world.options.verifiesSignatures { signature() }
    default: arithmetic()
    }
  }

  private mutating func extreme() {
    switch random.below(5) {
    case 0: extremeInteger()
    case 1, 2, 3: extremeBytes()
    default: extremeList()
    }
  }

  // MARK: - Branches

  /// A jump to a label on any condition.
  private mutating func branch(to label: Int) {
    let pairs: [Opcode] = [.jumpEqual, .jumpNotEqual, .jumpLess, .jumpLessEqual]
    let immediates: [Opcode] = [
      .jumpEqualSmall, .jumpNotEqualSmall, .jumpLessSmall, .jumpLessEqualSmall, .jumpGreaterSmall,
      .jumpGreaterEqualSmall,
    ]
    switch random.below(10) {
    case 0...3: emit(random.pick(pairs), int(), int(), label)
    case 4...7:
      let value = random.pick([0, 0, 1, -1, 2, 5, 32_767, -32_768])
      emit(random.pick(immediates), int(), Int(Instruction.immediate(value)), label)
    default:
      emit(random.chance(50) ? .jumpSame : .jumpDifferent, bytes(), bytes(), label)
    }
  }

  /// Statements under a condition, with others if it does not hold or none.
  private mutating func condition() {
    if nesting > 3 { return arithmetic() }
    let end = newLabel()
    branch(to: end)
    let before = facts
    nesting += 1
    statements(1 + random.below(3))
    if random.chance(40) {
      let other = newLabel()
      emit(.jump, other)
      bind(end)
      let after = facts
      facts = before
      statements(1 + random.below(3))
      facts = facts.merged(with: after)
      bind(other)
    } else {
      bind(end)
      facts = facts.merged(with: before)
    }
    nesting -= 1
  }

  /// Leaves the function early under a condition, or fails.
  private mutating func leave() {
    let end = newLabel()
    let before = facts
    branch(to: end)
    // Mostly passed over.
    if random.chance(60) { emit(.jumpNotEqualSmall, int(), 7, end) }
    beginStatement()
    if random.chance(50) { fail() } else { result() }
    bind(end)
    facts = before
  }

  /// Fails with a declared error.
  private mutating func fail() {
    let index = random.below(module.errors.count)
    let windows = place(module.errors[index].parameters.map(\.kind))
    emit(.fail, index, windows.ints, windows.strings)
  }

  /// Returns results of the right kinds, mostly.
  mutating func result() {
    if role == .invariant {
      let register = intDestination()
      if random.chance(96) {
        emit(.intSmall, register, 1)
        return emit(.ret, register, 0, 0)
      }
      return emit(.ret, int(.kind(.bool)), 0, 0)
    }
    let windows = place(function.results)
    emit(.ret, windows.ints, windows.strings, windows.lists)
  }

  // MARK: - Loops

  private mutating func loopCount() -> Int {
    if magnitude.isLarge, random.chance(15) { return random.below(400) }
    return loops > 0 ? random.below(3) : random.below(6)
  }

  /// Statements that are repeated a few times.
  private mutating func loop() {
    if loops > 1 || nesting > 3 { return arithmetic() }
    let counter = usual.int + guardedInts
    let limit = counter + 1
    guardedInts += 2
    nesting += 1
    loops += 1
    let before = facts
    let count = loopCount()
    let (top, end) = (newLabel(), newLabel())
    let length = 1 + random.below(3)
    switch random.below(4) {
    case 0:
      emit(.intSmall, counter, 0)
      emit(.intSmall, limit, count)
      bind(top)
      statements(length)
      emit(.loopLess, counter, limit, top)
    case 1:
      emit(.intSmall, counter, count)
      bind(top)
      emit(.jumpLessEqualSmall, counter, 0, end)
      statements(length)
      emit(.addSmall, counter, counter, Int(Instruction.immediate(-1)))
      emit(.jump, top)
    case 2:
      emit(.intSmall, counter, Int(Instruction.immediate(-count)))
      bind(top)
      statements(length)
      emit(.addSmall, counter, counter, 1)
      emit(
        random.pick([.jumpLessSmall, .jumpLessEqualSmall]), counter, 0, top)
    default:
      emit(.intSmall, counter, 0)
      emit(.intSmall, limit, count)
      bind(top)
      emit(random.chance(50) ? .jumpEqual : .jumpLessEqual, limit, counter, end)
      statements(length)
      emit(.addSmall, counter, counter, 1)
      emit(.jump, top)
    }
    bind(end)
    facts = facts.merged(with: before)
    guardedInts -= 2
    nesting -= 1
    loops -= 1
  }

  // MARK: - Whole functions

  /// Constants of all sorts, so that code has something to work on.
  mutating func prelude() {
    let taken = BankCounts(function.parameters)
    for register in taken.int..<min(usual.int, 12) where random.chance(40) {
      make(.any, in: register)
    }
    for register in taken.bytes..<min(usual.bytes, 8) where random.chance(30) {
      beginStatement()
      make(random.pick(ModulePlan.kinds.filter { $0.bank == .bytes }), in: register)
    }
  }

  /// What an initialiser does first: it admits others, and makes and spends what it issues.
  mutating func initialise() {
    for contract in world.contracts where power >= .writes {
      beginStatement()
      let register = bytesDestination()
      constant(contract.address.bytes, .address, in: register)
      emit(.admit, register)
    }
    guard power == .interacts else { return }
    for (index, item) in module.classes.enumerated() where random.chance(85) {
      beginStatement()
      let id = bytesDestination()
      constant(item.isKeyed ? [0x61] : [], .text, in: id)
      busyStrings.append(id)
      // A foreign hook is there only behind the contract that has it.
      let isBound = item.hooks.allSatisfy { !$0.isForeign || !hookContracts($0.name).isEmpty }
      if !isBound, random.chance(98) { continue }
      if !item.isCreatedAtDeployment { create(index, id) }
      let asset = bytesDestination()
      emit(.assetOf, asset, index, id)
      set(asset, CodeWriter.facts(ofBytes: .asset))
      busyStrings.append(asset)
      for _ in 0..<random.below(3) {
        let attempt = item.hooks.isEmpty ? nil : beginTry(percent: 90)
        let amount = intDestination()
        constant(Integer(item.isSingle ? 1 : 1 + random.below(1_000)), in: amount)
        busyInts.append(amount)
        let to = bytesDestination()
        if random.chance(60) {
          emit(.selfAddress, to)
          set(to, CodeWriter.facts(ofBytes: .address))
        } else {
          constant(random.pick(WorldPlan.accounts).bytes, .address, in: to)
        }
        finish(attempt, .mint, [asset, amount, to])
        if item.isSingle { break }
      }
    }
  }

  /// Stores a number that depends on all registers, so that what went wrong in one of them is seen.
  private mutating func reveal() {
    guard let field = module.fields.firstIndex(where: { $0.name == "sums" }) else { return }
    beginStatement()
    let sum = usual.int + guardedInts
    let part = sum + 1
    guardedInts += 2
    emit(.intSmall, sum, 0)
    for register in 0..<min(usual.int, 12) {
      emit(.mulSmall, sum, sum, 31)
      emit(.add, sum, sum, register)
    }
    for register in 0..<usual.list where random.chance(60) {
      emit(.listSum, part, register)
      emit(.add, sum, sum, part)
    }
    let text = min(usual.bytes + guardedStrings, 255)
    for register in 0..<min(usual.bytes, 8) { emit(.concat, text, text, register) }
    emit(.sha256, text, text)
    emit(.bytesToInt, part, text)
    emit(.bitXor, sum, sum, part)
    busyInts.append(sum)
    guardedInts -= 2
    let windows = place(module.fields[field].key.map(\.kind), .key)
    // The key may have taken the place of the sum; it is a number in any case.
    emit(.storeInt, field, 0, windows.ints, windows.strings, sum)
  }

  /// The whole code of the function.
  ///
  /// `required` are helpers that nothing else calls.
  mutating func write(required: [Int]) -> [Instruction] {
    if role == .export, let field = plan.hookFields.min(), random.chance(50) {
      beginStatement()
      emit(.storeInt, field, 0, 0, 0, int(.range(0...9)))
    }
    if plan.recursive.contains(index) { recursion() }
    if role == .initialiser { initialise() }
    if role != .hook || random.chance(30) { prelude() }
    for callee in required {
      beginStatement()
      call(callee)
    }
    let length: Int
    switch role {
    case .export: length = magnitude.length
    case .view, .helper: length = max(1, magnitude.length / 3)
    case .initialiser: length = max(1, magnitude.length / 4)
    case .hook, .invariant: length = random.below(5)
    }
    while code.count < length * 4 {
      let before = code.count
      statement()
      if code.count == before { arithmetic() }
    }
    if role == .export, power >= .writes, random.chance(60) { reveal() }
    beginStatement()
    result()
    resolveLabels()
    return code
  }
}
