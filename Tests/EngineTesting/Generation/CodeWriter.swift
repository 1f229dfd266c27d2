import Bytecode
import Integers

/// Writes random code for one function, which the verifier accepts and which mostly gets far.
///
/// It writes statement by statement with an expectation of what is in each register, and prefers
/// operands that an instruction succeeds on; `WorldPlan.mischief` says how often it does not care.
struct CodeWriter {
  var random: SplitMix64
  let world: WorldPlan
  let plan: ModulePlan
  var builder: ModuleBuilder
  let index: Int
  let role: ModulePlan.Role
  let power: Power
  var mischief: Int

  var code: [Instruction] = []
  private var labels: [Int] = []
  var facts: RegisterFacts
  /// Registers that code uses as it likes, by bank.
  let usual: (int: Int, bytes: Int, list: Int)
  /// Registers behind the usual ones that loops and the like keep to themselves.
  var guardedInts = 0
  var guardedStrings = 0
  /// Registers that the statement at hand has given a meaning.
  var busyInts: [Int] = []
  var busyStrings: [Int] = []
  var busyLists: [Int] = []
  /// Whether another contract or a hook may have run.
  var hasInteracted = false
  var nesting = 0
  var loops = 0

  var module: Module { builder.module }
  var function: Function { builder.module.functions[index] }
  var magnitude: Magnitude { world.magnitude }

  init(
    function index: Int, of plan: ModulePlan, in world: WorldPlan, _ builder: ModuleBuilder,
    _ random: SplitMix64
  ) {
    self.random = random
    (self.world, self.plan, self.builder, self.index) = (world, plan, builder, index)
    role = plan.roles[index]
    power = plan.powers[index]
    mischief = role == .initialiser ? 0 : world.mischief
    let taken = BankCounts(builder.module.functions[index].parameters)
    let isWide = self.random.chance(2)
    usual = (
      int: isWide ? 190 : max(taken.int + 2, self.random.pick([4, 6, 8, 10])),
      bytes: isWide ? 40 : max(taken.bytes + 2, self.random.pick([4, 5, 7])),
      list: max(taken.list + 1, self.random.pick([2, 3, 4]))
    )
    facts = RegisterFacts(
      ints: usual.int + 24, strings: usual.bytes + 24, lists: usual.list + 8)
    for (register, kind) in parameters(in: .int) {
      facts.ints[register] = Self.facts(ofInt: kind, module)
    }
    for (register, kind) in parameters(in: .bytes) {
      facts.strings[register] = Self.facts(ofBytes: kind)
    }
    for (register, _) in parameters(in: .list) {
      facts.lists[register] = ListFacts(count: 0, isNonNegative: false)
    }
  }

  private func parameters(in bank: Bank) -> [(Int, Kind)] {
    Array(function.parameters.filter { $0.bank == bank }.enumerated())
  }

  static func facts(ofInt kind: Kind, _ module: Module) -> IntFacts {
    switch kind {
    case .bool: IntFacts(0...1)
    case .enumeration(let index): IntFacts(0...module.enums[Int(index)].cases.count - 1)
    default: .unknown
    }
  }

  static func facts(ofBytes kind: Kind) -> BytesFacts {
    BytesFacts(kind: kind, count: kind.isIdentifier ? 32 : 64)
  }

  // MARK: - Emission

  mutating func emit(_ opcode: Opcode, _ operands: Int...) {
    var instruction = Instruction(opcode, vector: SIMD8())
    for (index, operand) in operands.enumerated() {
      instruction.operands[index] = UInt16(truncatingIfNeeded: operand)
    }
    code.append(instruction)
  }

  mutating func newLabel() -> Int {
    labels.append(-1)
    return labels.count - 1
  }

  /// Puts a label in front of the next instruction.
  mutating func bind(_ label: Int) { labels[label] = code.count }

  /// Turns labels into indices of instructions.
  mutating func resolveLabels() {
    for position in code.indices {
      for (index, operand) in code[position].row.operands.enumerated() {
        guard case .target = operand.kind else { continue }
        let label = Int(code[position].operands[index])
        code[position].operands[index] = UInt16(labels[label])
      }
    }
  }

  mutating func beginStatement() {
    busyInts.removeAll(keepingCapacity: true)
    busyStrings.removeAll(keepingCapacity: true)
    busyLists.removeAll(keepingCapacity: true)
  }

  // MARK: - Registers

  private mutating func destination(_ count: Int, _ busy: [Int]) -> Int {
    for _ in 0..<4 {
      let register = random.below(count)
      if !busy.contains(register) { return register }
    }
    return random.below(count)
  }

  mutating func intDestination() -> Int {
    // Now and then the very last register, which makes a large frame.
    if random.below(400) == 0 { return 255 }
    return destination(usual.int, busyInts)
  }

  mutating func bytesDestination() -> Int { destination(usual.bytes, busyStrings) }

  mutating func listDestination() -> Int { destination(usual.list, busyLists) }

  mutating func set(_ register: Int, _ value: IntFacts) {
    if register < facts.ints.count { facts.ints[register] = value }
  }

  mutating func set(_ register: Int, _ value: BytesFacts) {
    if register < facts.strings.count { facts.strings[register] = value }
  }

  mutating func set(_ register: Int, _ value: ListFacts) {
    if register < facts.lists.count { facts.lists[register] = value }
  }

  func intFacts(_ register: Int) -> IntFacts {
    register < facts.ints.count ? facts.ints[register] : .unknown
  }

  func bytesFacts(_ register: Int) -> BytesFacts {
    register < facts.strings.count ? facts.strings[register] : .unknown
  }

  func listFacts(_ register: Int) -> ListFacts {
    register < facts.lists.count
      ? facts.lists[register] : ListFacts(count: 0, isNonNegative: false)
  }

  func satisfies(_ register: Int, _ role: IntRole) -> Bool {
    let facts = intFacts(register)
    switch role {
    case .any, .kind(.int): return true
    case .nonZero: return facts.isNonZero
    case .positive: return facts.isNonZero && facts.isNonNegative
    case .nonNegative: return facts.isNonNegative
    case .bits(let bits): return facts.bits <= bits
    case .range(let wanted):
      guard let range = facts.range else { return false }
      return wanted.contains(range.lowerBound) && wanted.contains(range.upperBound)
    case .kind(let kind):
      guard let range = facts.range else { return false }
      let limit = Self.facts(ofInt: kind, module).range ?? 0...0
      return limit.contains(range.lowerBound) && limit.contains(range.upperBound)
    }
  }

  func satisfies(_ register: Int, _ kind: Kind) -> Bool {
    let facts = bytesFacts(register)
    switch kind {
    case .bytes: return true
    case .address, .asset: return facts.kind == kind
    default: return facts.kind == kind || facts.count == 0
    }
  }

  // MARK: - Integers

  /// A register with an integer for a role: one that has it, or one that is given it.
  mutating func int(_ role: IntRole = .any) -> Int {
    var register = random.below(usual.int)
    if random.below(1000) < mischief * 5 { return register }
    if random.chance(72) {
      for _ in 0..<usual.int {
        register = register + 1 < usual.int ? register + 1 : 0
        if satisfies(register, role) {
          busyInts.append(register)
          return register
        }
      }
    }
    register = intDestination()
    make(role, in: register)
    busyInts.append(register)
    return register
  }

  /// Puts an integer for a role in a register.
  mutating func make(_ role: IntRole, in register: Int) {
    let value: Integer
    switch role {
    case .any, .kind(.int):
      value =
        random.chance(45)
        ? Integer(random.below(40) - 12) : Interesting.integer(bits: magnitude.bits, &random)
    case .nonZero:
      let some = Interesting.integer(bits: magnitude.bits, &random)
      value = some.isZero || random.chance(40) ? Integer(random.below(9) + 1) : some
    case .positive:
      let some = Interesting.integer(bits: magnitude.bits, &random).magnitude
      value = some.isZero || random.chance(40) ? Integer(random.below(9) + 1) : some
    case .nonNegative: value = Interesting.integer(bits: magnitude.bits, &random).magnitude
    case .bits(let bits): value = Interesting.integer(bits: min(bits, magnitude.bits), &random)
    case .range(let range):
      value = Integer(range.lowerBound + random.below(range.count))
    case .kind(let kind):
      let range = Self.facts(ofInt: kind, module).range ?? 0...0
      value = Integer(random.below(range.count))
    }
    constant(value, in: register)
  }

  /// Puts an integer in a register.
  mutating func constant(_ value: Integer, in register: Int) {
    if let small = value.asInt.flatMap({ Int16(exactly: $0) }), random.chance(85) {
      emit(.intSmall, register, Int(UInt16(bitPattern: small)))
    } else {
      emit(.intConst, register, Int(builder.integer(value)))
    }
    set(register, IntFacts(value))
  }

  // MARK: - Bytes

  /// A register with bytes of a kind: one that has it, or one that is given it.
  mutating func bytes(_ kind: Kind = .bytes) -> Int {
    var register = random.below(usual.bytes)
    if random.below(1000) < mischief * 5 { return register }
    if random.chance(70) {
      for _ in 0..<usual.bytes {
        register = register + 1 < usual.bytes ? register + 1 : 0
        if satisfies(register, kind) {
          busyStrings.append(register)
          return register
        }
      }
    }
    register = bytesDestination()
    make(kind, in: register)
    busyStrings.append(register)
    return register
  }

  /// Puts bytes in a register.
  mutating func constant(_ value: [UInt8], _ kind: Kind, in register: Int) {
    emit(.bytesConst, register, Int(builder.string(value)))
    set(register, BytesFacts(kind: kind, count: value.count))
  }

  /// Puts bytes of a kind in a register.
  mutating func make(_ kind: Kind, in register: Int) {
    switch kind {
    case .address:
      switch random.below(6) {
      case 0: emit(.selfAddress, register)
      case 1: emit(.caller, register)
      default:
        return constant(
          Interesting.address(in: world, zeroPercent: 2 + mischief, &random).bytes, .address,
          in: register)
      }
      set(register, Self.facts(ofBytes: .address))
    case .asset:
      if let index = random.some(of: module.classes.indices), random.chance(45) {
        let id = destination(usual.bytes, busyStrings + [register])
        constant(module.classes[index].isKeyed ? [0x61] : [], .text, in: id)
        emit(.assetOf, register, index, id)
        return set(register, Self.facts(ofBytes: .asset))
      }
      constant(Interesting.asset(in: world, &random).bytes, .asset, in: register)
    case .bytes where random.chance(6):
      emit(.chainID, register)
      set(register, BytesFacts(kind: .bytes, count: 32))
    default: constant(Interesting.bytes(of: kind, in: world, &random), kind, in: register)
    }
  }

  // MARK: - Lists

  /// A register with a list of at least so many elements, as far as that is known.
  mutating func list(atLeast count: Int = 0) -> Int {
    var register = random.below(usual.list)
    if random.below(1000) < mischief * 5 { return register }
    if random.chance(85) {
      for _ in 0..<usual.list {
        register = register + 1 < usual.list ? register + 1 : 0
        if facts.lists[register].count >= count {
          busyLists.append(register)
          return register
        }
      }
    }
    register = listDestination()
    makeList(in: register, count: max(count, random.below(magnitude.listCount)))
    busyLists.append(register)
    return register
  }

  /// Puts a new list in a register, with a few elements that are not zero.
  mutating func makeList(in register: Int, count: Int, isNonNegative: Bool = false) {
    let size = intDestination()
    constant(Integer(count), in: size)
    emit(.listNew, register, size)
    var facts = ListFacts(count: count)
    for _ in 0..<min(count, random.below(4)) {
      let value = intDestination()
      make(isNonNegative ? .nonNegative : .any, in: value)
      let place = intDestination()
      constant(Integer(random.below(count)), in: place)
      emit(.listSet, register, place, place == value ? place : value)
      facts.isNonNegative = facts.isNonNegative && intFacts(value).isNonNegative
    }
    for _ in 0..<random.below(4) {
      let value = int(isNonNegative ? .nonNegative : .any)
      emit(.listPush, register, value)
      facts.count += 1
      facts.isNonNegative = facts.isNonNegative && intFacts(value).isNonNegative
    }
    set(register, facts)
  }

  // MARK: - Windows

  /// Where the windows of an instruction begin.
  struct Windows {
    var ints = 0
    var strings = 0
    var lists = 0
  }

  /// How windows are filled.
  enum Filling {
    /// With any values of the kinds.
    case plain
    /// With values that are met again as keys.
    case key
    /// Not at all.
    case none
  }

  private mutating func base(_ count: Int, _ usual: Int, guarded: Int, _ busy: [Int]) -> Int {
    if count == 0 { return 0 }
    let percent = random.below(100)
    if percent < 2 { return 256 - count }
    if percent < 12 || count > usual { return min(usual + guarded + random.below(4), 256 - count) }
    for _ in 0..<3 {
      let base = random.below(usual - count + 1)
      if !busy.contains(where: { $0 >= base && $0 < base + count }) { return base }
    }
    return min(usual + guarded, 256 - count)
  }

  /// Picks windows for values of kinds, followed by payments, and fills them.
  ///
  /// `width` is how many registers the windows have at least.
  mutating func place(
    _ kinds: [Kind], payments: Int = 0, width: BankCounts = BankCounts(), at fixed: Windows? = nil,
    _ filling: Filling = .plain
  ) -> Windows {
    let counts = BankCounts(kinds)
    let ints = max(counts.int + payments, width.int)
    let strings = max(counts.bytes + payments, width.bytes)
    let lists = max(counts.list, width.list)
    let windows =
      fixed
      ?? Windows(
        ints: base(ints, usual.int, guarded: guardedInts, busyInts),
        strings: base(strings, usual.bytes, guarded: guardedStrings, busyStrings),
        lists: base(lists, usual.list, guarded: 0, busyLists))
    if filling == .none { return windows }
    busyInts += windows.ints..<windows.ints + counts.int + payments
    busyStrings += windows.strings..<windows.strings + counts.bytes + payments
    busyLists += windows.lists..<windows.lists + counts.list
    var next = windows
    for kind in kinds {
      switch kind.bank {
      case .int:
        fillInt(next.ints, kind, filling)
        next.ints += 1
      case .bytes:
        fillBytes(next.strings, kind, filling)
        next.strings += 1
      case .list:
        if listFacts(next.lists).count == 0, random.chance(60) {
          makeList(in: next.lists, count: random.below(5))
        }
        next.lists += 1
      }
    }
    for _ in 0..<payments {
      fillPayment(next)
      next.ints += 1
      next.strings += 1
    }
    return windows
  }

  private mutating func fillInt(_ register: Int, _ kind: Kind, _ filling: Filling) {
    if random.below(1000) < mischief * 5 { return }
    if filling == .key, kind == .int {
      if satisfies(register, .range(0...3)), random.chance(60) { return }
      if random.chance(85) { return make(.range(0...3), in: register) }
      return make(.bits(300), in: register)
    }
    if satisfies(register, .kind(kind)), random.chance(60) { return }
    make(.kind(kind), in: register)
  }

  private mutating func fillBytes(_ register: Int, _ kind: Kind, _ filling: Filling) {
    if random.below(1000) < mischief * 5 { return }
    let isShort = bytesFacts(register).count < 100
    if satisfies(register, kind), isShort, random.chance(60) { return }
    if filling == .key, kind == .bytes || kind == .text {
      let key = random.chance(98) ? random.pick(["", "a", "b", "ab", "größe"]) : nil
      let long = String(repeating: "k", count: 900 + random.below(110))
      return constant(Array((key ?? long).utf8), .text, in: register)
    }
    make(kind, in: register)
  }

  private mutating func fillPayment(_ windows: Windows) {
    make(.range(random.chance(20) ? 0...0 : 0...4), in: windows.ints)
    if !satisfies(windows.strings, .asset) || random.chance(30) {
      make(.asset, in: windows.strings)
    }
  }

  /// Expects values of kinds in windows.
  mutating func expect(_ kinds: [Kind], at windows: Windows) {
    var next = windows
    for kind in kinds {
      switch kind.bank {
      case .int:
        set(next.ints, Self.facts(ofInt: kind, module))
        next.ints += 1
      case .bytes:
        set(next.strings, Self.facts(ofBytes: kind))
        next.strings += 1
      case .list:
        set(next.lists, ListFacts(count: 0, isNonNegative: false))
        next.lists += 1
      }
    }
  }
}
