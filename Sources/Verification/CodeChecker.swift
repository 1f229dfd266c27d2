import Integers
import Bytecode

/// Checks the code of one function: every operand, every target, and that all of it can be reached.
struct CodeChecker {
  let module: Module
  let index: Int
  let function: Function
  let functionOffset: Int
  /// Offset of each instruction in the module.
  let offsets: [Int]

  func check() throws(Refusal) {
    try require(!function.code.isEmpty, "function \(index) has no instructions")
    for kind in function.parameters + function.results {
      if case .enumeration(let index) = kind {
        try require(
          Int(index) < module.enums.count,
          "function \(self.index) uses enum \(index), which is not there")
      }
    }
    var used = BankCounts()
    used.include(BankCounts(function.parameters))
    for position in function.code.indices { try checkInstruction(position, &used) }
    try require(
      used == function.registers,
      "function \(index) declares \(function.registers.int), \(function.registers.bytes) and \(function.registers.list) registers, but uses \(used.int), \(used.bytes) and \(used.list)"
    )
    try checkFlow()
  }

  private func require(
    _ condition: Bool, at position: Int? = nil, _ reason: @autoclosure () -> String
  ) throws(Refusal) {
    if !condition {
      throw Refusal(offset: position.map { offsets[$0] } ?? functionOffset, reason: reason())
    }
  }

  private func checkInstruction(_ position: Int, _ used: inout BankCounts) throws(Refusal) {
    let instruction = function.code[position]
    let row = instruction.row
    for (index, operand) in row.operands.enumerated() {
      let value = Int(instruction.operands[index])
      switch operand.kind {
      case .int: used.cover(.int, value + 1)
      case .bytes: used.cover(.bytes, value + 1)
      case .list: used.cover(.list, value + 1)
      case .window(let bank, let shape):
        let count = try width(of: shape, bank, in: instruction, at: position)
        // The window of a call says where the callee's frame begins, even if it takes and gives nothing.
        try require(
          count > 0 || value == 0 || instruction.opcode == .call, at: position,
          "\(row.mnemonic) names register \(value) for a window that holds nothing")
        try require(
          value + count <= Limits.registersPerBank, at: position,
          "the window of \(row.mnemonic) passes the last register")
        if count > 0 || instruction.opcode == .call { used.cover(bank, value + count) }
      default: try checkIndex(operand, value, instruction, at: position)
      }
    }
    try checkSpecial(instruction, at: position)
  }

  /// Checks operands that are not registers.
  private func checkIndex(
    _ operand: Operand, _ value: Int, _ instruction: Instruction, at position: Int
  ) throws(Refusal) {
    let limit: Int
    switch operand.kind {
    case .int, .bytes, .list, .window, .immediate: return
    case .target: limit = function.code.count
    case .intConstant: limit = module.integers.count
    case .bytesConstant: limit = module.strings.count
    case .function: limit = module.functions.count
    case .imported: limit = module.imports.count
    case .field: limit = module.fields.count
    case .component: limit = field(of: instruction)?.components.count ?? 0
    case .prefix: limit = field(of: instruction)?.key.count ?? 0
    case .event: limit = module.events.count
    case .error: limit = module.errors.count
    case .assetClass: limit = module.classes.count
    case .message: limit = module.messages.count
    case .rounding: limit = Rounding.allCases.count
    case .scheme: limit = SignatureScheme.allCases.count
    case .seekMode: limit = SeekMode.allCases.count
    case .kind: limit = Kind.checkable.count
    case .payments: limit = Limits.payments + 1
    case .width:
      try require(value > 0, at: position, "a width of zero bytes")
      return
    }
    try require(
      value < limit, at: position,
      "\(instruction.row.mnemonic) names \(operand.name) \(value), but there are \(limit)")
  }

  private func field(of instruction: Instruction) -> Field? {
    let index = instruction.operand {
      if case .field = $0 { true } else { false }
    }
    guard let index, index < module.fields.count else { return nil }
    return module.fields[index]
  }

  /// How many registers of a bank a window covers.
  private func width(
    of shape: WindowShape, _ bank: Bank, in instruction: Instruction, at position: Int
  ) throws(Refusal) -> Int {
    switch shape {
    case .results: return BankCounts(function.results)[bank]
    case .function:
      let callee = try named(module.functions, .function, instruction, at: position)
      return max(BankCounts(callee.parameters)[bank], BankCounts(callee.results)[bank])
    case .imported:
      let signature = try named(module.imports, .imported, instruction, at: position)
      let payments = instruction.operand { if case .payments = $0 { true } else { false } } ?? 0
      let given = instruction.opcode == .invoke ? BankCounts(signature.results)[bank] : 0
      return max(BankCounts(signature.parameters)[bank] + payments, given)
    case .key:
      let field = try named(module.fields, .field, instruction, at: position)
      return BankCounts(field.key.map(\.kind))[bank]
    case .record:
      let field = try named(module.fields, .field, instruction, at: position)
      return BankCounts(field.components)[bank]
    case .event:
      return try count(module.events, .event, bank, instruction, at: position)
    case .error:
      return try count(module.errors, .error, bank, instruction, at: position)
    case .message:
      return try count(module.messages, .message, bank, instruction, at: position)
    case .foreignHooks:
      let item = try named(module.classes, .assetClass, instruction, at: position)
      return bank == .bytes ? item.foreignHookCount : 0
    }
  }

  private enum Section { case function, imported, field, event, error, message, assetClass }

  /// The declaration that another operand of the instruction names.
  private func named<Item>(
    _ items: [Item], _ section: Section, _ instruction: Instruction, at position: Int
  ) throws(Refusal) -> Item {
    let index = instruction.operand { kind in
      switch (kind, section) {
      case (.function, .function), (.imported, .imported), (.field, .field), (.event, .event),
        (.error, .error), (.message, .message), (.assetClass, .assetClass):
        true
      default: false
      }
    }
    guard let index, index < items.count else {
      throw Refusal(
        offset: offsets[position],
        reason: "\(instruction.row.mnemonic) names a \(section) that is not there")
    }
    return items[index]
  }

  private func count(
    _ items: [Declaration], _ section: Section, _ bank: Bank, _ instruction: Instruction,
    at position: Int
  ) throws(Refusal) -> Int {
    let item = try named(items, section, instruction, at: position)
    return BankCounts(item.parameters.map(\.kind))[bank]
  }

  /// Checks what single instructions require beyond their operands.
  private func checkSpecial(_ instruction: Instruction, at position: Int) throws(Refusal) {
    let mnemonic = instruction.row.mnemonic
    switch instruction.opcode {
    case .loadInt, .storeInt, .loadBytes, .storeBytes:
      let component = instruction.operand { if case .component = $0 { true } else { false } }
      guard let field = field(of: instruction), let component else { return }
      let isInt = instruction.opcode == .loadInt || instruction.opcode == .storeInt
      try require(
        field.components[component].bank == (isInt ? .int : .bytes), at: position,
        "\(mnemonic) is of the wrong bank for component \(component) of \(field.name)")
    case .putRecord:
      try require(
        field(of: instruction)?.isRecord == true, at: position,
        "put_record of a field without records")
    case .seek:
      try require(
        field(of: instruction)?.key.isEmpty == false, at: position, "seek in a field that is no map"
      )
    case .total:
      try require(
        field(of: instruction)?.isSummed == true, at: position,
        "total of a field that is not summed")
    case .checkInt:
      try require(instruction.operands[1] == 0, at: position, "check_int requires a kind of bytes")
    case .checkBytes:
      try require(instruction.operands[1] != 0, at: position, "check_bytes requires a kind of int")
    case .checkEnum:
      try require(
        (1...256).contains(instruction.operands[1]), at: position,
        "check_enum of no or too many cases")
    case .invoke, .encodeCall:
      let signature = try named(module.imports, .imported, instruction, at: position)
      try require(signature.name != "init", at: position, "\(mnemonic) of an initialiser")
    case .create:
      let signature = try named(module.imports, .imported, instruction, at: position)
      try require(
        signature.name == "init" && signature.results.isEmpty && !signature.isView, at: position,
        "create with a signature that is no initialiser's")
    case .tryNext:
      let next = position + 1 < function.code.count ? function.code[position + 1] : nil
      try require(
        next?.opcode.canBeTried == true, at: position, "try_next before what cannot be tried")
      if let next, next.opcode == .call {
        let callee = module.functions[min(Int(next.operands[0]), module.functions.count - 1)]
        try require(
          !(callee.parameters + callee.results).contains(.list), at: position,
          "try_next of a function that takes or gives a list")
      }
    default: break
    }
  }

  /// Checks that every instruction can be reached and none runs off the end.
  private func checkFlow() throws(Refusal) {
    let code = function.code
    var reached = [Bool](repeating: false, count: code.count)
    var pending = [0]
    reached[0] = true
    func reach(_ position: Int) {
      if !reached[position] {
        reached[position] = true
        pending.append(position)
      }
    }
    while let position = pending.popLast() {
      let instruction = code[position]
      let flow = instruction.row.flow
      if let target = instruction.target {
        try require(
          target == 0 || code[target - 1].opcode != .tryNext, at: position,
          "a jump between try_next and what it tries")
        reach(target)
      }
      if flow == .next || flow == .branch {
        try require(
          position + 1 < code.count, at: position, "function \(index) runs off its end")
        reach(position + 1)
      }
    }
    if let position = reached.firstIndex(of: false) {
      throw Refusal(offset: offsets[position], reason: "the instruction cannot be reached")
    }
  }
}

extension BankCounts {
  subscript(bank: Bank) -> Int {
    switch bank {
    case .int: int
    case .bytes: bytes
    case .list: list
    }
  }

  mutating func cover(_ bank: Bank, _ count: Int) {
    switch bank {
    case .int: int = max(int, count)
    case .bytes: bytes = max(bytes, count)
    case .list: list = max(list, count)
    }
  }

  mutating func include(_ other: BankCounts) {
    for bank in Bank.allCases { cover(bank, other[bank]) }
  }
}
