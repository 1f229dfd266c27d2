public import Bytecode
public import Integers

/// Builds modules by hand, with pools and registers as the verifier demands them.
public struct ModuleBuilder: Sendable {
  /// What has been built so far; pools may be in any order.
  public var module: Module

  /// Starts an empty module.
  public init(_ name: String = "Test") { module = Module(name: name) }

  /// The index of an integer of the pool.
  public mutating func integer(_ value: Integer) -> UInt16 {
    if let index = module.integers.firstIndex(of: value) { return UInt16(index) }
    module.integers.append(value)
    return UInt16(module.integers.count - 1)
  }

  /// The index of a string of the pool.
  public mutating func string(_ value: [UInt8]) -> UInt16 {
    if let index = module.strings.firstIndex(of: value) { return UInt16(index) }
    module.strings.append(value)
    return UInt16(module.strings.count - 1)
  }

  /// Adds a function and gives its index.
  @discardableResult
  public mutating func function(
    _ parameters: [Kind] = [], _ results: [Kind] = [], _ code: [Instruction]
  ) -> Int {
    module.functions.append(
      Function(
        parameters: parameters, results: results, registers: BankCounts(), code: code))
    return module.functions.count - 1
  }

  /// Adds an export of a function.
  public mutating func export(
    _ name: String, _ function: Int, payments: [String] = [], isView: Bool = false
  ) {
    let declared = module.functions[function]
    let taken = declared.parameters.dropLast(payments.count * 2)
    module.exports.append(
      Export(
        name: name, function: function,
        parameters: taken.enumerated().map { Parameter("p\($0.offset)", $0.element) },
        results: declared.results.enumerated().map { Parameter("r\($0.offset)", $0.element) },
        payments: payments, isView: isView))
  }

  /// The module with pools in the order of their first use and registers counted.
  public func finished() -> Module {
    var module = module
    var pools = Pools(module)
    for index in module.functions.indices {
      for position in module.functions[index].code.indices {
        pools.renumber(&module.functions[index].code[position])
      }
    }
    (module.integers, module.strings, module.imports) = (
      pools.integers, pools.strings, pools.imports
    )
    for index in module.functions.indices {
      module.functions[index].registers = Self.registers(module.functions[index], in: module)
    }
    return module
  }

  /// The registers that a function names.
  public static func registers(_ function: Function, in module: Module) -> BankCounts {
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

  /// How many registers of a bank a window of an instruction holds.
  public static func width(
    of shape: WindowShape, _ bank: Bank, _ instruction: Instruction, _ function: Function,
    _ module: Module
  ) -> Int {
    let o = instruction.operands
    func count(_ kinds: [Kind]?) -> Int { kinds?.count { $0.bank == bank } ?? 0 }
    func item<Item>(_ items: [Item], _ index: Int) -> Item? {
      items.indices.contains(Int(o[index])) ? items[Int(o[index])] : nil
    }
    switch (shape, instruction.opcode) {
    case (.results, _): return count(function.results)
    case (.function, _):
      let callee = item(module.functions, 0)
      return max(count(callee?.parameters), count(callee?.results))
    case (.imported, .invoke):
      let imported = item(module.imports, 0)
      return max(count(imported?.parameters) + Int(o[4]), count(imported?.results))
    case (.imported, .encodeCall): return count(item(module.imports, 1)?.parameters) + Int(o[5])
    case (.imported, _): return count(item(module.imports, 2)?.parameters) + Int(o[5])
    case (.key, .storeInt), (.key, .storeBytes), (.key, .putRecord), (.key, .delete):
      return count(item(module.fields, 0)?.key.map(\.kind))
    case (.key, _): return count(item(module.fields, 1)?.key.map(\.kind))
    case (.record, _): return count(item(module.fields, 0)?.components)
    case (.event, _): return count(item(module.events, 0)?.parameters.map(\.kind))
    case (.error, _): return count(item(module.errors, 0)?.parameters.map(\.kind))
    case (.message, _): return count(item(module.messages, 1)?.parameters.map(\.kind))
    case (.foreignHooks, _):
      return bank == .bytes ? item(module.classes, 1)?.foreignHookCount ?? 0 : 0
    }
  }
}

/// The pools of a module, renumbered in the order of their first use.
private struct Pools {
  let module: Module
  var integers: [Integer] = []
  var strings: [[UInt8]] = []
  var imports: [ImportedSignature] = []

  init(_ module: Module) { self.module = module }

  mutating func renumber(_ instruction: inout Instruction) {
    for (index, operand) in instruction.row.operands.enumerated() {
      let value = Int(instruction.operands[index])
      switch operand.kind {
      case .intConstant:
        instruction.operands[index] = Self.place(module.integers[value], in: &integers)
      case .bytesConstant:
        instruction.operands[index] = Self.place(module.strings[value], in: &strings)
      case .imported:
        instruction.operands[index] = Self.place(module.imports[value], in: &imports)
      default: break
      }
    }
  }

  private static func place<Item: Equatable>(_ item: Item, in pool: inout [Item]) -> UInt16 {
    if let index = pool.firstIndex(of: item) { return UInt16(index) }
    pool.append(item)
    return UInt16(pool.count - 1)
  }
}

extension Instruction {
  /// The operand of an immediate.
  public static func immediate(_ value: Int) -> UInt16 { UInt16(bitPattern: Int16(value)) }
}
