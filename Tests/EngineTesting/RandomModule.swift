public import Bytecode
public import Integers

/// Makes random modules that the verifier accepts: all instructions, with every sort of operand.
///
/// Every module has the same declarations and the same functions by number and signature; only what
/// the functions do is random. So modules can call each other and themselves.
public struct RandomModule {
  /// What the code may do.
  public struct Options: Sendable {
    /// Whether `try_next` occurs.
    public var tries = true
    /// Whether other contracts are called and assets moved.
    public var interacts = true
    /// Whether anything of the ledger is read or written.
    public var usesLedger = true
    /// Instructions of the main function, about.
    public var length = 40
    /// The largest operands, in bits.
    public var bits = Integer.maximumBitCount

    /// Everything.
    public init() {}
  }

  /// The random numbers.
  public var random: SplitMix64
  let options: Options
  var builder = ModuleBuilder("Random")

  /// Registers that code uses, by bank; windows of calls may go beyond.
  private let registers = (int: 8, bytes: 8, list: 4)
  private var code: [Instruction] = []
  private var results: [Kind] = []
  private var allows = (writes: true, interacts: true, hookField: false)

  /// Starts a generator.
  public init(seed: UInt64, options: Options = Options()) {
    random = SplitMix64(seed: seed)
    self.options = options
    declare()
  }

  /// The module of a seed.
  public static func make(seed: UInt64, options: Options = Options()) -> Module {
    var generator = RandomModule(seed: seed, options: options)
    return generator.make()
  }

  /// A module whose `main` runs one instruction behind constants.
  public static func single(_ opcode: Opcode, seed: UInt64) -> Module {
    var generator = RandomModule(seed: seed)
    return generator.make(single: opcode)
  }

  /// The parameters of `main`: a number, the other contract, an asset, and any bytes.
  public static let mainParameters: [Kind] = [.int, .address, .asset, .bytes]

  // MARK: - Declarations

  private mutating func declare() {
    func field(_ name: String, _ key: [Kind], _ value: FieldValue, summed: Bool = false) -> Field {
      Field(
        name: name, key: key.enumerated().map { Parameter("k\($0.offset)", $0.element) },
        value: value, isSummed: summed)
    }
    func named(_ name: String, _ kinds: [Kind]) -> Declaration {
      Declaration(
        name: name,
        parameters: kinds.enumerated().map { Parameter("p\($0.offset)", $0.element) })
    }
    builder.module.enums = [EnumDeclaration(name: "Color", cases: ["red", "green", "blue"])]
    builder.module.fields = [
      field("count", [], .plain(.int)),
      field("name", [], .plain(.text)),
      field("ledger", [.address], .plain(.int), summed: true),
      field(
        "jobs", [.int, .bytes],
        .record(
          name: "Job",
          components: [
            Parameter("owner", .address), Parameter("amount", .int),
            Parameter("state", .enumeration(0)), Parameter("memo", .bytes),
            Parameter("open", .bool),
          ])),
      field("token", [], .plain(.asset)),
      field("numbers", [.int, .text, .bool, .enumeration(0)], .plain(.int)),
      field("planned", [], .plain(.call)),
      field("pairs", [.address, .asset], .plain(.bytes)),
      field("settings", [], .record(name: "Settings", components: [Parameter("rate", .int)])),
      field("settled", [.int], .plain(.int)),
    ]
    builder.module.classes = [
      AssetClass(name: "Coin", title: "Coin", decimals: 6, isBurnable: true, isForceable: true),
      AssetClass(name: "Thing", title: "Thing", decimals: 0, isSingle: true, isKeyed: true),
      AssetClass(
        name: "Hooked", title: "Hooked", decimals: 2,
        hooks: [HookReference(name: "settle", isForeign: false, gas: 3_000)]),
      AssetClass(
        name: "Foreign", title: "Foreign", decimals: 0, isKeyed: true,
        hooks: [HookReference(name: "settle", isForeign: true, gas: 2_000)]),
    ]
    builder.module.events = [
      named("Nothing", []), named("Moved", [.address, .int, .bytes, .bool]),
    ]
    builder.module.errors = [named("Plain", []), named("Rich", [.int, .bytes, .address])]
    builder.module.messages = [named("Order", [.address, .int, .text])]
    builder.module.acceptance = random.chance(60) ? .any : .fields([4])
    builder.module.imports = [
      ImportedSignature(
        name: "main", parameters: Self.mainParameters, results: [.int, .bytes], isView: false),
      ImportedSignature(name: "look", parameters: [.int], results: [.int], isView: true),
      ImportedSignature(name: "pay", parameters: [.int], results: [.int], isView: false),
      ImportedSignature(name: "init", parameters: [.int], results: [], isView: false),
    ]
  }

  /// Instructions that cannot trap.
  private static let harmless = Opcode.allCases.filter { $0.row.traps.isEmpty }

  private static let hookField = 9
  private static let listFunction = 1
  private static let triedFunction = 2

  private mutating func make(single opcode: Opcode? = nil) -> Module {
    // Signatures come first: code refers to functions by number.
    let signatures: [([Kind], [Kind])] = [
      (Self.mainParameters, [.int, .bytes]),
      ([.int, .list, .bytes], [.int, .list]),
      ([.int, .bytes], [.bytes, .int, .int]),
      ([.int, .asset, .int], [.int]),
      ([.int], [.int]),
      (Hook.parameters.map(\.kind), []),
      ([.int], []),
      ([], [.bool]),
    ]
    for (parameters, results) in signatures { builder.function(parameters, results, []) }
    for index in signatures.indices {
      allows = (true, options.interacts, false)
      switch index {
      case 4, 7: allows = (false, false, false)
      case 5: allows = (true, false, true)
      default: break
      }
      let length = index == 0 ? options.length : max(3, options.length / 3)
      builder.module.functions[index].code = body(
        of: builder.module.functions[index], length: index == 6 || index == 7 ? 0 : length)
    }
    if let opcode { builder.module.functions[0].code = alone(opcode) }
    if options.interacts, options.usesLedger {
      builder.module.functions[6].code = [
        Instruction(.assetOf, 0, 0, 7), Instruction(.selfAddress, 1),
        Instruction(.intSmall, 1, 1000), Instruction(.mint, 0, 1, 1), Instruction(.caller, 1),
        Instruction(.mint, 0, 1, 1), Instruction(.storeBytes, 4, 0, 0, 0, 0),
        Instruction(.ret, 0, 0, 0),
      ]
    }
    for (name, index) in [("main", 0), ("look", 4), ("pay", 3), ("init", 6)] {
      builder.export(
        name, index, payments: name == "pay" ? ["rent"] : [], isView: name == "look")
    }
    builder.module.hooks = [Hook(name: "settle", function: 5)]
    builder.module.invariants = [Invariant(title: "holds", function: 7, isEnforced: true)]
    // Functions that nothing calls would be refused.
    builder.module.functions[0].code.insert(
      contentsOf: [
        Instruction(.call, 1, 4, 6, 3), Instruction(.call, 2, 5, 6, 4),
      ], at: 0)
    shiftTargets(ofFunction: 0, by: 2)
    return builder.finished()
  }

  private mutating func shiftTargets(ofFunction index: Int, by distance: UInt16) {
    for position in builder.module.functions[index].code.indices.dropFirst(Int(distance)) {
      let instruction = builder.module.functions[index].code[position]
      for (operand, kind) in instruction.row.operands.map(\.kind).enumerated() {
        guard case .target = kind else { continue }
        builder.module.functions[index].code[position].operands[operand] += distance
      }
    }
  }

  // MARK: - Code

  private mutating func body(of function: Function, length: Int) -> [Instruction] {
    code = []
    results = function.results
    if length > 0 { prelude(function) }
    while code.count < length { statement() }
    epilogue(function.results)
    fixTargets()
    return code
  }

  /// Constants, one instruction, and a return.
  private mutating func alone(_ opcode: Opcode) -> [Instruction] {
    let function = builder.module.functions[0]
    (code, results, allows) = ([], function.results, (true, true, false))
    prelude(function)
    switch opcode {
    case .jump: code.append(Instruction(.jump, UInt16(code.count + 1)))
    case .ret: break
    case .tryNext:
      code += [Instruction(.intSmall, 7, 9_000), Instruction(.tryNext, 0, 1, 0, 1, 7)]
      code.append(Instruction(.send, 0, 0, 1))
    default:
      var next = instruction(opcode)
      while next == nil { next = instruction(opcode) }
      if let next { code.append(next) }
    }
    if opcode.row.flow != .leave || opcode == .ret { epilogue(function.results) }
    fixTargets()
    return code
  }

  /// Constants of several sorts in the registers behind the parameters.
  private mutating func prelude(_ function: Function) {
    let taken = BankCounts(function.parameters)
    for register in taken.int..<max(taken.int, registers.int) {
      let value = random.chance(50) ? Integer(random.below(9)) : random.integer(bits: options.bits)
      code.append(Instruction(.intConst, UInt16(register), builder.integer(value)))
    }
    for register in taken.bytes..<max(taken.bytes, registers.bytes) {
      switch random.below(8) {
      case 0, 5, 6: code.append(Instruction(.selfAddress, UInt16(register)))
      case 1, 7: code.append(Instruction(.assetOf, UInt16(register), UInt16(random.below(4)), 7))
      case 2:
        let text = random.pick(["", "a", "a\u{0}b", "größer", String(repeating: "x", count: 40)])
        code.append(Instruction(.bytesConst, UInt16(register), builder.string(Array(text.utf8))))
      case 3:
        let bytes = random.bytes(random.pick([0, 1, 31, 32, 33, 64, 96, 200]))
        code.append(Instruction(.bytesConst, UInt16(register), builder.string(bytes)))
      default: code.append(Instruction(.caller, UInt16(register)))
      }
    }
  }

  private mutating func epilogue(_ results: [Kind]) {
    let given = BankCounts(results)
    func window(_ count: Int, _ limit: Int, _ random: inout SplitMix64) -> UInt16 {
      count == 0 ? 0 : UInt16(random.below(max(1, limit - count + 1)))
    }
    // The results of main and of the invariant have kinds that not every value is of.
    if results == [.bool] { code.append(Instruction(.intSmall, 0, 1)) }
    let ints = results == [.bool] ? 0 : window(given.int, registers.int, &random)
    code.append(
      Instruction(
        .ret, ints, window(given.bytes, registers.bytes, &random),
        window(given.list, registers.list, &random)))
  }

  private mutating func statement() {
    if random.chance(8) { return skip() }
    if random.chance(12) {
      let value = random.integer(bits: options.bits)
      code.append(
        Instruction(.intConst, UInt16(random.below(registers.int)), builder.integer(value)))
      return
    }
    let opcode = random.pick(random.chance(50) ? Opcode.allCases : Self.harmless)
    if opcode == .fail { return }
    guard let instruction = instruction(opcode) else { return }
    if opcode == .tryNext {
      guard options.tries else { return }
      let tried: [Opcode] = [.call, .invoke, .perform, .create, .send, .mint, .burn, .force]
      var next: Instruction?
      while next == nil { next = self.instruction(allows.interacts ? random.pick(tried) : .call) }
      guard var next else { return }
      if next.opcode == .call { next = call(Self.triedFunction) }
      // Enough gas, mostly.
      code.append(Instruction(.intSmall, instruction.operands[4], UInt16(random.below(32_000))))
      code.append(instruction)
      code.append(next)
      return
    }
    code.append(instruction)
  }

  /// A jump, a return or a failure that is passed over or not.
  private mutating func skip() {
    let register = UInt16(random.below(registers.int))
    let here = code.count
    let branch = Instruction(
      random.pick([.jumpEqualSmall, .jumpLessSmall, .jumpGreaterSmall]), register,
      Instruction.immediate(random.below(7) - 3), UInt16(here + 2))
    code.append(branch)
    if random.chance(50) {
      code.append(Instruction(.jump, UInt16(random.below(here + 12))))
    } else if random.chance(50), let fail = instruction(.fail) {
      code.append(fail)
    } else {
      epilogue(results)
    }
  }

  /// Moves targets into the function, and away from what is tried.
  private mutating func fixTargets() {
    for position in code.indices {
      for (index, operand) in code[position].row.operands.enumerated() {
        guard case .target = operand.kind else { continue }
        var target = Int(code[position].operands[index]) % code.count
        while target > 0, code[target - 1].opcode == .tryNext { target -= 1 }
        code[position].operands[index] = UInt16(target)
      }
    }
  }

  private mutating func call(_ function: Int) -> Instruction {
    let callee = builder.module.functions[function]
    let taken = BankCounts(callee.parameters)
    let given = BankCounts(callee.results)
    func base(_ limit: Int, _ count: Int) -> UInt16 {
      UInt16(limit - count + random.below(count + 3))
    }
    return Instruction(
      .call, UInt16(function), base(registers.int, max(taken.int, given.int)),
      base(registers.bytes, max(taken.bytes, given.bytes)),
      base(registers.list, max(taken.list, given.list)))
  }

  /// A random instruction, or nil if this code may not have one of the sort.
  private mutating func instruction(_ opcode: Opcode) -> Instruction? {
    let row = opcode.row
    switch row.effect {
    case .writes, .records: if !allows.writes || !options.usesLedger { return nil }
    case .interacts:
      if !allows.interacts || !options.usesLedger { return nil }
    case .reads: if !options.usesLedger, opcode != .tryNext { return nil }
    case .none: break
    }
    switch opcode {
    case .ret, .jump: return nil
    case .call:
      let function = random.pick([1, 2, 2, 4])
      // A view may call only what changes nothing.
      if !allows.writes { return call(4) }
      if !allows.interacts { return call(4) }
      return call(function)
    case .encodeCall where !options.usesLedger: return nil
    default: break
    }
    var instruction = Instruction(opcode, vector: SIMD8())
    for (index, operand) in row.operands.enumerated() {
      if case .window = operand.kind { continue }
      guard let value = value(of: operand.kind, opcode, instruction) else { return nil }
      instruction.operands[index] = value
    }
    guard isSound(instruction) else { return nil }
    let function = Function(
      parameters: [], results: results, registers: BankCounts(), code: [])
    for (index, operand) in row.operands.enumerated() {
      guard case .window(let bank, let shape) = operand.kind else { continue }
      let count = ModuleBuilder.width(of: shape, bank, instruction, function, builder.module)
      let limit = bank == .int ? registers.int : bank == .bytes ? registers.bytes : registers.list
      instruction.operands[index] =
        count == 0 ? 0 : UInt16(random.below(max(1, limit - count + 1)))
    }
    return instruction
  }

  private mutating func value(
    of kind: OperandKind, _ opcode: Opcode, _ instruction: Instruction
  ) -> UInt16? {
    let module = builder.module
    func index(_ count: Int) -> UInt16 { UInt16(random.below(count)) }
    switch kind {
    case .int: return index(registers.int)
    case .bytes: return index(registers.bytes)
    case .list: return index(registers.list)
    case .window: return 0
    case .immediate:
      if opcode == .checkEnum { return 1 + index(256) }
      return Instruction.immediate(random.pick([0, 1, -1, 2, 7, 100, -100, 32_767, -32_768]))
    case .target: return index(code.count + 8)
    case .intConstant: return builder.integer(random.integer(bits: options.bits))
    case .bytesConstant: return builder.string(random.bytes(random.below(50)))
    case .function: return index(module.functions.count)
    case .imported: return index(module.imports.count)
    case .field: return index(module.fields.count)
    case .component:
      return index(module.fields[fieldIndex(instruction)].components.count)
    case .prefix:
      let count = module.fields[fieldIndex(instruction)].key.count
      return count == 0 ? nil : index(count)
    case .event: return index(module.events.count)
    case .error: return index(module.errors.count)
    case .assetClass: return index(module.classes.count)
    case .message: return index(module.messages.count)
    case .rounding: return index(Rounding.allCases.count)
    case .scheme: return index(SignatureScheme.allCases.count)
    case .seekMode: return index(SeekMode.allCases.count)
    case .kind: return opcode == .checkInt ? 0 : 1 + index(Kind.checkable.count - 1)
    case .payments: return random.chance(70) ? 0 : index(5)
    case .width: return 1 + index(random.chance(80) ? 16 : 255)
    }
  }

  private func fieldIndex(_ instruction: Instruction) -> Int {
    switch instruction.opcode {
    case .storeInt, .storeBytes, .putRecord, .delete: Int(instruction.operands[0])
    default: Int(instruction.operands[1])
    }
  }

  /// Whether the instruction is what the verifier requires beyond its operands.
  private func isSound(_ instruction: Instruction) -> Bool {
    let o = instruction.operands
    let field = builder.module.fields[min(fieldIndex(instruction), 9)]
    switch instruction.opcode {
    case .storeInt, .storeBytes, .putRecord, .delete:
      if (Int(o[0]) == Self.hookField) != allows.hookField { return false }
    default: break
    }
    switch instruction.opcode {
    case .loadInt: return field.components[Int(o[2])].bank == .int
    case .loadBytes: return field.components[Int(o[2])].bank == .bytes
    case .storeInt: return field.components[Int(o[1])].bank == .int
    case .storeBytes: return field.components[Int(o[1])].bank == .bytes
    case .putRecord: return field.isRecord
    case .seek: return !field.key.isEmpty
    case .total: return field.isSummed
    case .invoke:
      if !allows.interacts || !allows.writes { return o[0] == 1 && o[4] == 0 }
      return o[0] != 3
    case .encodeCall: return o[1] != 3
    case .create: return o[2] == 3
    default: return true
    }
  }
}
