import Bytecode

/// What the machine needs of a value that is stored, or of a component of a key.
struct ComponentPlan {
  let kind: Kind
  let isInteger: Bool
  let isIdentifier: Bool
  /// Integers are from 0 to below this, if it is not 0.
  let bound: Int

  init(_ kind: Kind, in module: Module) {
    self.kind = kind
    isInteger = kind.bank == .int
    isIdentifier = kind.isIdentifier
    bound =
      switch kind {
      case .bool: 2
      case .enumeration(let index): module.enums[Int(index)].cases.count
      default: 0
      }
  }

  /// The plans of a row of values, which whoever makes them deallocates.
  static func row(_ kinds: [Kind], in module: Module) -> UnsafeBufferPointer<ComponentPlan> {
    let plans = UnsafeMutableBufferPointer<ComponentPlan>.allocate(capacity: kinds.count)
    _ = plans.initialize(from: kinds.map { ComponentPlan($0, in: module) })
    return UnsafeBufferPointer(plans)
  }

  /// Halts if an integer is none of the kind's.
  @inline(__always)
  func require(_ word: Word) throws(Halt) {
    if bound == 0 { return }
    guard word.isSmall, word.small >= 0, word.small < bound else { throw Halt(.kindMismatch) }
  }
}

/// What the machine needs of a field, without its names.
struct FieldPlan {
  /// What the words of a key's registers are, which say the same key whenever they are the same.
  enum KeyShape {
    case none, string, integer, strings, stringAndInteger, other
  }

  let key: UnsafeBufferPointer<ComponentPlan>
  let components: UnsafeBufferPointer<ComponentPlan>
  let isRecord: Bool
  let isSummed: Bool
  let keyShape: KeyShape
  /// Whether the key is one address or asset.
  let isKeyedByIdentifier: Bool

  init(_ field: Field, in module: Module) {
    key = ComponentPlan.row(field.key.map(\.kind), in: module)
    components = ComponentPlan.row(field.components, in: module)
    isRecord = field.isRecord
    isSummed = field.isSummed
    isKeyedByIdentifier = field.key.count == 1 && field.key[0].kind.isIdentifier
    let counts = BankCounts(field.key.map(\.kind))
    keyShape =
      switch (counts.bytes, counts.int) {
      case (0, 0): .none
      case (1, 0): .string
      case (0, 1): .integer
      case (2, 0): .strings
      case (1, 1): .stringAndInteger
      default: .other
      }
  }

  func deallocate() {
    key.deallocate()
    components.deallocate()
  }
}

/// What the machine needs of an event.
struct OutputPlan {
  let fields: UnsafeBufferPointer<ComponentPlan>

  init(_ event: Declaration, in module: Module) {
    fields = ComponentPlan.row(event.parameters.map(\.kind), in: module)
  }

  func deallocate() { fields.deallocate() }
}

extension Program {
  /// Halts unless an integer is of a kind.
  func require(_ word: Word, _ kind: Kind) throws(Halt) {
    if kind == .int { return }
    try ComponentPlan(kind, in: module).require(word)
  }
}
