import Bytecode
import Integers

/// A contract that is measured: a prelude which fills registers, and a loop over copies of a body.
///
/// The function `main` takes how often to go round, and a number that differs from run to run, for keys
/// that were never used. All programs declare the same fields, classes, events and so on.
struct BenchProgram {
  /// The register with the number of rounds.
  static let rounds: UInt16 = 0
  /// The register with the number that differs from run to run.
  static let start: UInt16 = 1
  private static let counter: UInt16 = 2

  private var module = Module(name: "Bench")
  private var prelude: [Instruction] = []
  /// What a transaction of its own does before anything is measured, with registers of its own.
  var preparation: [Instruction] = []
  private var next = BankCounts()
  private var random: BenchRandom

  /// What the loop holds.
  ///
  /// Targets of jumps count from the instruction that jumps.
  struct Body {
    /// What stands before each copy, and is not measured.
    var setup: [Instruction] = []
    /// What is measured.
    var code: [Instruction]
  }

  init(seed: UInt64 = 1) {
    random = BenchRandom(seed: seed)
    next.int = 3
    BenchDeclarations.declare(in: &module)
  }

  // MARK: - Registers

  /// Registers side by side that hold nothing yet.
  mutating func reserve(_ bank: Bank, _ count: Int = 1) -> UInt16 {
    switch bank {
    case .int:
      defer { next.int += count }
      return UInt16(next.int)
    case .bytes:
      defer { next.bytes += count }
      return UInt16(next.bytes)
    case .list:
      defer { next.list += count }
      return UInt16(next.list)
    }
  }

  /// Adds an instruction that runs once.
  mutating func once(_ opcode: Opcode, _ operands: UInt16...) {
    var vector = SIMD8<UInt16>()
    for (index, operand) in operands.enumerated() { vector[index] = operand }
    prelude.append(Instruction(opcode, vector: vector))
  }

  /// The place of the next instruction that runs once.
  var position: Int { prelude.count }

  /// The place of an integer in the pool.
  mutating func constant(_ value: Integer) -> UInt16 {
    if let index = module.integers.firstIndex(of: value) { return UInt16(index) }
    module.integers.append(value)
    return UInt16(module.integers.count - 1)
  }

  /// The place of a string in the pool.
  mutating func constant(_ value: [UInt8]) -> UInt16 {
    if let index = module.strings.firstIndex(of: value) { return UInt16(index) }
    module.strings.append(value)
    return UInt16(module.strings.count - 1)
  }

  /// A register that holds an integer.
  mutating func int(_ value: Integer) -> UInt16 {
    let register = reserve(.int)
    once(.intConst, register, constant(value))
    return register
  }

  /// A register that holds an integer of random bits, the highest of them set.
  mutating func int(bits: Int) -> UInt16 { int(random.integer(bits: bits)) }

  /// A register that holds a string.
  mutating func bytes(_ value: [UInt8]) -> UInt16 {
    let register = reserve(.bytes)
    once(.bytesConst, register, constant(value))
    return register
  }

  /// A register that holds a string of random bytes without zeros.
  mutating func bytes(count: Int) -> UInt16 { bytes(random.bytes(count)) }

  /// Random bytes without zeros.
  mutating func randomBytes(_ count: Int) -> [UInt8] { random.bytes(count) }

  /// A register that holds an asset of the contract's class without an id, of which the contract and
  /// another have something.
  mutating func asset(ofClass index: Int, minted: Bool = true) -> UInt16 {
    let register = reserve(.bytes)
    let id = reserve(.bytes)
    once(.assetOf, register, UInt16(index), id)
    if minted {
      let amount = int(Integer(1_000_000_000))
      let holder = reserve(.bytes)
      once(.selfAddress, holder)
      once(.mint, register, amount, holder)
    }
    return register
  }

  /// A list of pseudo-random elements around a number of so many bits, or of narrow ones below 2^31.
  mutating func list(count: Int, bits: Int = 0) -> UInt16 {
    let list = reserve(.list)
    let size = int(Integer(count))
    let index = int(0)
    let value = int(12_345)
    let factor = int(1_103_515_245)
    let mask = int(0x7FFF_FFFF)
    let element = reserve(.int)
    once(.listNew, list, size)
    if count == 0 { return list }
    let base = bits > 0 ? int(bits: bits) : int(0)
    let top = UInt16(prelude.count)
    once(.mul, value, value, factor)
    once(.addSmall, value, value, 12_345)
    once(.bitAnd, value, value, mask)
    once(.add, element, base, value)
    once(.listSet, list, index, element)
    once(.loopLess, index, size, top)
    return list
  }

  /// Adds a function, which the prelude pretends to call.
  mutating func function(
    _ parameters: [Kind], _ results: [Kind], registers: BankCounts = BankCounts(),
    _ code: [Instruction]
  ) -> UInt16 {
    if module.functions.isEmpty {
      module.functions.append(
        Function(parameters: [.int, .int], results: [], registers: BankCounts(), code: []))
    }
    // What the counts want beyond the code is named by moves that nothing looks at.
    var code = code
    func name(_ opcode: Opcode, _ count: Int) {
      if count > 0 {
        code.insert(Instruction(opcode, UInt16(count - 1), UInt16(count - 1)), at: 0)
      }
    }
    name(.intMove, registers.int)
    name(.bytesMove, registers.bytes)
    name(.listShare, registers.list)
    module.functions.append(
      Function(parameters: parameters, results: results, registers: BankCounts(), code: code))
    let index = UInt16(module.functions.count - 1)
    once(.jumpNotEqualSmall, Self.rounds, UInt16(bitPattern: -1), UInt16(prelude.count + 2))
    once(.call, index, 0, 0, 0)
    return index
  }

  /// The index of an imported signature.
  mutating func imported(
    _ name: String, _ parameters: [Kind] = [], _ results: [Kind] = [], isView: Bool = false
  ) -> UInt16 {
    module.imports.append(
      ImportedSignature(name: name, parameters: parameters, results: results, isView: isView))
    return UInt16(module.imports.count - 1)
  }

  // MARK: - The module

  /// The module so far, for what it declares.
  var declarations: Module { module }

  /// How many registers of a bank a window of an instruction holds.
  func windowCount(_ shape: WindowShape, _ bank: Bank, _ instruction: Instruction) -> Int {
    let main = Function(parameters: [], results: [], registers: BankCounts(), code: [])
    return ModuleLaw.width(of: shape, bank, instruction, main, module)
  }

  /// The module whose loop holds so many copies of the body, with or without what is measured.
  func finished(_ body: Body, copies: Int, isEmpty: Bool = false) -> Module {
    var module = module
    var code = prelude
    code.append(Instruction(.intSmall, Self.counter, 0))
    let top = UInt16(code.count)
    for _ in 0..<copies {
      for var instruction in body.setup + (isEmpty ? [] : body.code) {
        for (index, operand) in instruction.row.operands.enumerated() {
          if case .target = operand.kind { instruction.operands[index] &+= UInt16(code.count) }
        }
        code.append(instruction)
      }
    }
    code.append(Instruction(.loopLess, Self.counter, Self.rounds, top))
    code.append(Instruction(.ret, 0, 0, 0))
    if module.functions.isEmpty {
      module.functions.append(
        Function(parameters: [.int, .int], results: [], registers: BankCounts(), code: []))
    }
    module.functions[0].code = code
    module.exports.append(
      Export(
        name: "main", function: 0,
        parameters: [Parameter("rounds", .int), Parameter("start", .int)], results: []))
    if !preparation.isEmpty {
      module.functions.append(
        Function(
          parameters: [.int, .int], results: [], registers: BankCounts(),
          code: preparation + [Instruction(.ret, 0, 0, 0)]))
      module.exports.append(
        Export(
          name: "prepare", function: module.functions.count - 1,
          parameters: module.exports[0].parameters, results: []))
    }
    for hook in 0..<BenchDeclarations.hookCount {
      let kinds = Hook.parameters.map(\.kind)
      module.functions.append(
        Function(
          parameters: kinds, results: [], registers: BankCounts(),
          code: [Instruction(.ret, 0, 0, 0)]))
      module.hooks.append(
        Hook(name: BenchDeclarations.hookName(hook), function: module.functions.count - 1))
    }
    ModuleLaw.order(&module)
    return module
  }
}

/// Random numbers that are the same for a seed everywhere.
struct BenchRandom: RandomNumberGenerator {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func next() -> UInt64 { generator.next() }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  mutating func pick<Item>(_ items: [Item]) -> Item { items[below(items.count)] }

  /// Bytes from 1 to 255.
  mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(1 + below(255)) } }

  /// An integer of exactly so many bits.
  mutating func integer(bits: Int) -> Integer {
    guard bits > 0 else { return 0 }
    var digits = ""
    for _ in 0..<(bits + 3) / 4 { digits.append(Character(String(below(16), radix: 16))) }
    let top = (bits - 1) % 4
    let first = 1 << top | below(1 << top)
    return Integer(hexadecimal: String(first, radix: 16) + digits.dropFirst()) ?? 1
  }
}

/// What the verifier asks of pools and registers: entries in the order of first use, and registers
/// counted.
enum ModuleLaw {
  static func order(_ module: inout Module) {
    let (integers, strings, imports) = (module.integers, module.strings, module.imports)
    var (newIntegers, newStrings, newImports): ([Int: UInt16], [Int: UInt16], [Int: UInt16]) =
      ([:], [:], [:])
    (module.integers, module.strings, module.imports) = ([], [], [])
    func place<Item>(
      _ index: Int, _ old: [Item], _ new: inout [Item], _ places: inout [Int: UInt16]
    ) -> UInt16 {
      if let place = places[index] { return place }
      new.append(old[index])
      places[index] = UInt16(new.count - 1)
      return UInt16(new.count - 1)
    }
    for function in module.functions.indices {
      for position in module.functions[function].code.indices {
        var instruction = module.functions[function].code[position]
        for (index, operand) in instruction.row.operands.enumerated() {
          let value = Int(instruction.operands[index])
          switch operand.kind {
          case .intConstant:
            instruction.operands[index] = place(value, integers, &module.integers, &newIntegers)
          case .bytesConstant:
            instruction.operands[index] = place(value, strings, &module.strings, &newStrings)
          case .imported:
            instruction.operands[index] = place(value, imports, &module.imports, &newImports)
          default: break
          }
        }
        module.functions[function].code[position] = instruction
      }
    }
    for index in module.functions.indices {
      module.functions[index].registers = registers(module.functions[index], in: module)
    }
  }

  /// The registers that a function names.
  private static func registers(_ function: Function, in module: Module) -> BankCounts {
    var counts = BankCounts(function.parameters)
    func cover(_ bank: Bank, _ count: Int) {
      switch bank {
      case .int: counts.int = max(counts.int, count)
      case .bytes: counts.bytes = max(counts.bytes, count)
      case .list: counts.list = max(counts.list, count)
      }
    }
    for instruction in function.code {
      for (index, operand) in instruction.row.operands.enumerated() {
        let register = Int(instruction.operands[index])
        switch operand.kind {
        case .int: cover(.int, register + 1)
        case .bytes: cover(.bytes, register + 1)
        case .list: cover(.list, register + 1)
        case .window(let bank, let shape):
          let count = width(of: shape, bank, instruction, function, module)
          if count > 0 || instruction.opcode == .call { cover(bank, register + count) }
        default: break
        }
      }
    }
    return counts
  }

  static func width(
    of shape: WindowShape, _ bank: Bank, _ instruction: Instruction, _ function: Function,
    _ module: Module
  ) -> Int {
    func named(_ matches: (OperandKind) -> Bool) -> Int { instruction.operand(where: matches) ?? 0 }
    func count(_ kinds: [Kind]) -> Int { kinds.count { $0.bank == bank } }
    switch shape {
    case .results: return count(function.results)
    case .function:
      let callee = module.functions[named { if case .function = $0 { true } else { false } }]
      return max(count(callee.parameters), count(callee.results))
    case .imported:
      let signature = module.imports[named { if case .imported = $0 { true } else { false } }]
      let payments = named { if case .payments = $0 { true } else { false } }
      let given = instruction.opcode == .invoke ? count(signature.results) : 0
      return max(count(signature.parameters) + (bank == .list ? 0 : payments), given)
    case .key, .record:
      let field = module.fields[named { if case .field = $0 { true } else { false } }]
      return shape == .key ? count(field.key.map(\.kind)) : count(field.components)
    case .event:
      let index = named { if case .event = $0 { true } else { false } }
      return count(module.events[index].parameters.map(\.kind))
    case .error:
      let index = named { if case .error = $0 { true } else { false } }
      return count(module.errors[index].parameters.map(\.kind))
    case .message:
      let index = named { if case .message = $0 { true } else { false } }
      return count(module.messages[index].parameters.map(\.kind))
    case .foreignHooks:
      let index = named { if case .assetClass = $0 { true } else { false } }
      return bank == .bytes ? module.classes[index].foreignHookCount : 0
    }
  }
}
