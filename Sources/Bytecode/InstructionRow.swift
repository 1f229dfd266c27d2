/// Whether an instruction reads a register, writes it, or both.
public enum Access: Sendable {
  case read, write
}

/// The row of values that a window of registers holds: it is decided by the declaration that another
/// operand of the same instruction names.
public enum WindowShape: Sendable {
  /// The parameters, or after the call the results, of a function of this module.
  case function
  /// The results of the function that the instruction stands in.
  case results
  /// The parameters and attached payments, or after the call the results, of an imported signature.
  case imported
  /// The components of a field's key.
  case key
  /// The components of a field's record.
  case record
  /// The fields of an event.
  case event
  /// The arguments of an error.
  case error
  /// The fields of a signed message.
  case message
  /// The contracts of a class's foreign hooks: one address each.
  case foreignHooks
}

/// What one operand of an instruction is, and with that how many bytes it takes.
public enum OperandKind: Sendable {
  /// A register of the integer bank: one byte.
  case int(Access)
  /// A register of the bytes bank: one byte.
  case bytes(Access)
  /// A register of the list bank: one byte.
  case list(Access)
  /// First register of a window in the given bank: one byte.
  case window(Bank, WindowShape)
  /// A signed integer of 16 bits.
  case immediate
  /// The index of an instruction in the same function: two bytes.
  case target
  /// An index into the pool of integers: two bytes.
  case intConstant
  /// An index into the pool of bytes: two bytes.
  case bytesConstant
  /// An index of a function: two bytes.
  case function
  /// An index of an imported signature: two bytes.
  case imported
  /// An index of a field: one byte.
  case field
  /// An index of a component of the field's record, or 0 for a plain value: one byte.
  case component
  /// A number of leading key components: one byte.
  case prefix
  /// An index of an event: one byte.
  case event
  /// An index of an error: one byte.
  case error
  /// An index of an asset class: one byte.
  case assetClass
  /// An index of a message: one byte.
  case message
  /// A rounding: one byte.
  case rounding
  /// A signature scheme: one byte.
  case scheme
  /// A way to search an ordered map: one byte.
  case seekMode
  /// A kind to check a value against: one byte, an index into `Kind.checkable`.
  case kind
  /// A number of attached payments: one byte.
  case payments
  /// A width in bytes: one byte.
  case width

  /// Bytes that the operand takes in the encoding.
  public var length: Int {
    switch self {
    case .immediate, .target, .intConstant, .bytesConstant, .function, .imported: 2
    default: 1
    }
  }
}

/// One operand in a row of the instruction table.
public struct Operand: Sendable {
  /// The operand's name in the reference.
  public let name: String
  /// What it is.
  public let kind: OperandKind

  init(_ name: String, _ kind: OperandKind) {
    self.name = name
    self.kind = kind
  }
}

/// What an instruction does to the world, for views, hooks and the rule about writes after calls.
public enum Effect: Sendable {
  /// Nothing outside its own frame and memory.
  case none
  /// Reads the ledger.
  case reads
  /// Writes a field of the contract.
  case writes
  /// Emits an event or changes what the contract admits.
  case records
  /// May run code of another contract or a hook.
  case interacts
}

/// How control goes on after an instruction.
public enum Flow: Sendable {
  /// To the next instruction.
  case next
  /// To the target or to the next instruction.
  case branch
  /// To the target only.
  case jump
  /// Leaves the function.
  case leave
}

/// One row of the instruction table: everything about an instruction except its body.
public struct InstructionRow: Sendable {
  /// The word that stands for the instruction in listings and in code bodies.
  public let mnemonic: String
  /// Operands in the order of their encoding, results first.
  public let operands: [Operand]
  /// Gas of every execution, before what the formula adds.
  public let gas: Int
  /// What is added for large operands or for work in the world.
  public let formula: GasFormula
  /// Traps besides running out of gas and of memory.
  public let traps: [Trap]
  /// How control goes on.
  public let flow: Flow
  /// What it does to the world.
  public let effect: Effect
  /// One line that says what it does.
  public let summary: String

  init(
    _ mnemonic: String, _ operands: [Operand], gas: Int, plus formula: GasFormula = .none,
    traps: [Trap] = [], flow: Flow = .next, effect: Effect = .none, _ summary: String
  ) {
    self.mnemonic = mnemonic
    self.operands = operands
    self.gas = gas
    self.formula = formula
    self.traps = traps
    self.flow = flow
    self.effect = effect
    self.summary = summary
  }

  /// Bytes of the encoded instruction, its opcode included.
  public var length: Int { operands.reduce(1) { $0 + $1.kind.length } }
}

extension Operand {
  static func int(_ name: String) -> Operand { Operand(name, .int(.read)) }
  static func intResult(_ name: String) -> Operand { Operand(name, .int(.write)) }
  static func bytes(_ name: String) -> Operand { Operand(name, .bytes(.read)) }
  static func bytesResult(_ name: String) -> Operand { Operand(name, .bytes(.write)) }
  static func list(_ name: String) -> Operand { Operand(name, .list(.read)) }
  static func listResult(_ name: String) -> Operand { Operand(name, .list(.write)) }
  static func ints(_ shape: WindowShape) -> Operand { Operand("ints", .window(.int, shape)) }
  static func strings(_ shape: WindowShape) -> Operand {
    Operand("strings", .window(.bytes, shape))
  }
  static func lists(_ shape: WindowShape) -> Operand { Operand("lists", .window(.list, shape)) }
  static let target = Operand("target", .target)
  static let immediate = Operand("immediate", .immediate)
  static let rounding = Operand("rounding", .rounding)
  static let field = Operand("field", .field)
  static let imported = Operand("signature", .imported)
  static let payments = Operand("payments", .payments)
}
