internal import Bytecode
internal import Integers

/// A value in a register.
struct Value {
  var kind: Kind
  var register: Int
}

/// A named register of a function.
struct Local {
  var name: String
  /// What it holds; nil if that could not be found out, which has been reported.
  var kind: Kind?
  var register: Int
  var span: Span
  var isParameter = false
  /// Whether only the machine changes it: the name of a loop.
  var isLoopName = false
  var isUsed = false
  /// The instruction from which on it holds its value.
  var start: Int
}

/// The registers of a payment.
struct PaymentLocal {
  var asset: Int
  var amount: Int
}

/// A place of the state whose key stands in registers of its own.
struct EntryPlace {
  var field: Int
  var key: BankCounts
}

/// A place in the code that instructions jump to.
struct Label {
  fileprivate var index: Int
}

/// Compiles one function: registers, labels and instructions.
///
/// The themes stand in extensions.
final class FunctionCompiler {
  let compilation: Compilation
  let entry: FunctionEntry
  var scope: Scope { entry.scope }

  private(set) var code: [Instruction] = []
  private(set) var spans: [Span] = []
  private(set) var registerNames: [SourceMap.RegisterName] = []
  private(set) var branches: [SourceMap.Branch] = []
  /// The source of what is emitted now.
  var span: Span
  /// Whether control can come to the next instruction.
  var isReachable = true

  /// The locals that are visible, by name.
  private var visible: [String: Local] = [:]
  private var payments: [String: PaymentLocal] = [:]
  /// Places that have a name of their own until their block ends.
  private(set) var entries: [String: EntryPlace] = [:]
  /// Names in the order of declaration, for the ends of blocks.
  private var declared: [String] = []
  /// Locals whose block has ended.
  private var expired: [String: Span] = [:]
  /// Registers of named locals.
  private(set) var localTop = BankCounts()
  /// Registers of named locals and temporaries.
  private(set) var top = BankCounts()
  private var hasTooManyRegisters = false

  private var labelTargets: [Int?] = []
  private var labelIsUsed: [Bool] = []
  private var patches: [(instruction: Int, label: Int)] = []

  /// The loops around the statement, innermost last.
  var loops: [(continuation: Label, end: Label)] = []
  /// Statements and expressions around what is compiled now.
  var depth = 0
  static let depthMax = 400

  init(_ entry: FunctionEntry, in compilation: Compilation) {
    self.entry = entry
    self.compilation = compilation
    span = entry.span
  }

  // MARK: - Instructions

  /// Adds an instruction.
  @discardableResult
  func emit(_ opcode: Opcode, _ operands: Int...) -> Int {
    var vector = SIMD8<UInt16>()
    for (index, operand) in operands.enumerated() where index < 8 {
      vector[index] = UInt16(truncatingIfNeeded: operand)
    }
    return append(Instruction(opcode, vector: vector), at: span)
  }

  /// Adds an instruction with its source.
  @discardableResult
  func append(_ instruction: Instruction, at span: Span) -> Int {
    code.append(instruction)
    spans.append(span)
    switch instruction.row.flow {
    case .jump, .leave: isReachable = false
    case .next, .branch: break
    }
    return code.count - 1
  }

  /// Makes a label that is bound later.
  func makeLabel() -> Label {
    labelTargets.append(nil)
    labelIsUsed.append(false)
    return Label(index: labelTargets.count - 1)
  }

  /// Lets a label stand for the next instruction.
  func bind(_ label: Label) {
    labelTargets[label.index] = code.count
    if labelIsUsed[label.index] { isReachable = true }
  }

  /// Adds an instruction whose last operand is a label.
  func emit(_ opcode: Opcode, _ operands: Int..., to label: Label) {
    var vector = SIMD8<UInt16>()
    for (index, operand) in operands.enumerated() where index < 7 {
      vector[index] = UInt16(truncatingIfNeeded: operand)
    }
    labelIsUsed[label.index] = true
    patches.append((append(Instruction(opcode, vector: vector), at: span), label.index))
  }

  /// Notes what the last instruction, a branching one, decides.
  func note(_ sort: SourceMap.Branch.Sort, holdsAtTarget: Bool) {
    branches.append(
      SourceMap.Branch(instruction: code.count - 1, sort: sort, holdsAtTarget: holdsAtTarget))
  }

  /// Adds an instruction that may end in a label.
  func append(_ instruction: Instruction, label: Label?, at span: Span) {
    let index = append(instruction, at: span)
    if let label {
      labelIsUsed[label.index] = true
      patches.append((index, label.index))
    }
  }

  /// Adds a jump, if control can come to it.
  func jump(to label: Label) {
    if isReachable { emit(.jump, to: label) }
  }

  /// Fills in the targets of all jumps.
  func resolveLabels() {
    for (instruction, label) in patches {
      guard let target = labelTargets[label] else { continue }
      let operands = code[instruction].row.operands
      for (index, operand) in operands.enumerated() {
        if case .target = operand.kind {
          code[instruction].operands[index] = UInt16(truncatingIfNeeded: target)
        }
      }
    }
  }

  // MARK: - Registers

  /// Takes the next free register of a bank.
  func allocate(_ bank: Bank) -> Int {
    let register = top[bank]
    guard register < Limits.registersPerBank else {
      if !hasTooManyRegisters {
        hasTooManyRegisters = true
        compilation.report(
          .tooManyRegisters,
          "a function has at most \(Limits.registersPerBank) registers of each bank", at: span,
          help: "move a part into a function of its own")
      }
      return Limits.registersPerBank - 1
    }
    top[bank] += 1
    return register
  }

  /// Gives back all temporaries taken since `mark`.
  func release(to mark: BankCounts) {
    top.int = Swift.max(mark.int, localTop.int)
    top.bytes = Swift.max(mark.bytes, localTop.bytes)
    top.list = Swift.max(mark.list, localTop.list)
  }

  /// Makes everything below the current top belong to named locals, until the block ends.
  func keepTemporaries() { localTop = top }

  /// Whether a register belongs to a named local.
  func isNamed(_ register: Int, _ bank: Bank) -> Bool { register < localTop[bank] }

  /// A register for a result: the wanted one, or a new temporary.
  func target(_ destination: Int?, _ bank: Bank) -> Int { destination ?? allocate(bank) }

  /// A register to build a result in, which is not one of the locals that the building may read.
  func workplace(_ destination: Int?, _ bank: Bank) -> Int {
    if let destination, !isNamed(destination, bank) { return destination }
    return allocate(bank)
  }

  /// Copies a value to another register; lists are shared.
  func move(_ bank: Bank, _ register: Int, to destination: Int) {
    guard register != destination else { return }
    switch bank {
    case .int: emit(.intMove, destination, register)
    case .bytes: emit(.bytesMove, destination, register)
    case .list: emit(.listShare, destination, register)
    }
  }

  // MARK: - Locals

  /// The local with this name.
  func local(_ name: String) -> Local? { visible[name] }

  /// The registers of a payment.
  func payment(_ name: String) -> PaymentLocal? { payments[name] }

  /// Whether a word is the name of a local or a payment.
  func isLocal(_ name: String) -> Bool { visible[name] != nil || payments[name] != nil }

  /// Marks a local as read.
  func use(_ name: String) { visible[name]?.isUsed = true }

  /// Where a local of this name was visible before.
  func expiredLocal(_ name: String) -> Span? { expired[name] }

  /// The names of the locals and payments.
  var localNames: [String] { (Array(visible.keys) + Array(payments.keys)).sorted() }

  /// Declares a local in a register.
  func declare(
    _ name: Name, _ kind: Kind?, register: Int, isParameter: Bool = false, isLoopName: Bool = false
  ) {
    checkHiding(name, isParameter: isParameter)
    if let kind {
      localTop[kind.bank] = Swift.max(
        localTop[kind.bank], Swift.min(register + 1, Limits.registersPerBank))
      top[kind.bank] = Swift.max(top[kind.bank], localTop[kind.bank])
    }
    if visible[name.text] == nil { declared.append(name.text) }
    visible[name.text] = Local(
      name: name.text, kind: kind, register: register, span: name.span, isParameter: isParameter,
      isLoopName: isLoopName, start: code.count)
  }

  private func checkHiding(_ name: Name, isParameter: Bool) {
    for sort in [NameSort.constant, .assetClass] {
      guard let first = compilation.names.span(sort, scope.full(name.text)) else { continue }
      let what = isParameter ? "parameter" : "local"
      compilation.report(
        .hidesName, "the \(what) \"\(name.text)\" hides \(sort.described)", at: name.span,
        notes: [Diagnostic.Note("declared here", at: first)])
      return
    }
    if payments[name.text] != nil {
      compilation.report(
        .hidesName, "the local \"\(name.text)\" hides a payment", at: name.span)
    }
  }

  /// Gives a place a name; the registers of its key stay until the block ends.
  func declareEntry(_ name: Name, _ place: EntryPlace) {
    for sort in [NameSort.field, .library] {
      guard let first = compilation.names.span(sort, scope.full(name.text)) else { continue }
      compilation.report(
        .hidesName, "the entry \"\(name.text)\" hides \(sort.described)", at: name.span,
        notes: [Diagnostic.Note("declared here", at: first)])
    }
    entries[name.text] = place
    keepTemporaries()
  }

  /// Declares the parameters in their registers.
  func declareParameters() {
    guard let syntax = entry.syntax else { return }
    for (parameter, declared) in zip(entry.parameters, syntax.parameters) {
      declare(
        declared.name, parameter.kind, register: allocate(parameter.kind.bank), isParameter: true)
    }
    for name in syntax.payments {
      let registers = PaymentLocal(asset: allocate(.bytes), amount: allocate(.int))
      registerNames.append(
        SourceMap.RegisterName(
          name: "\(name.text).asset", kind: .asset, register: registers.asset, from: 0, to: .max))
      registerNames.append(
        SourceMap.RegisterName(
          name: "\(name.text).amount", kind: .int, register: registers.amount, from: 0, to: .max))
      payments[name.text] = registers
    }
    keepTemporaries()
  }

  /// Runs the statements of a block, whose locals end with it.
  func block(_ body: () -> Void) {
    let mark = (declared.count, localTop)
    let outerEntries = entries
    body()
    entries = outerEntries
    endLocals(from: mark.0)
    localTop = mark.1
    top = mark.1
  }

  private func endLocals(from first: Int) {
    for name in declared[first...] {
      guard let local = visible.removeValue(forKey: name) else { continue }
      expired[name] = local.span
      if let kind = local.kind {
        registerNames.append(
          SourceMap.RegisterName(
            name: name, kind: kind, register: local.register, from: local.start, to: code.count))
      }
      if !local.isUsed, !local.isParameter, !local.isLoopName, local.kind != nil {
        compilation.report(
          .unusedLocal, "\"\(name)\" is never read", at: local.span,
          help: "write `_` to drop the value", fix: Diagnostic.Fix(local.span, "_"))
      }
    }
    declared.removeSubrange(first...)
  }

  /// Ends the function: its parameters and outermost locals end with it.
  func endAllLocals() {
    endLocals(from: 0)
    for index in registerNames.indices where registerNames[index].to > code.count {
      registerNames[index].to = code.count
    }
    registerNames.sort {
      ($0.from, $0.kind.bank.rawValue, $0.register) < ($1.from, $1.kind.bank.rawValue, $1.register)
    }
  }

  // MARK: - Reporting

  /// Adds an error or a warning.
  func report(
    _ code: SemanticCode, _ message: String, at span: Span, notes: [Diagnostic.Note] = [],
    help: String? = nil, fix: Diagnostic.Fix? = nil, suggestion: String? = nil
  ) {
    compilation.report(
      code, message, at: span, notes: notes, help: help, fix: fix, suggestion: suggestion)
  }

  /// A kind in words.
  func describe(_ kind: Kind) -> String { compilation.describe(kind) }

  /// Folds an expression.
  func fold(_ expression: Expression) -> Folded {
    ConstantFolder(
      compilation: compilation, scope: scope, isLocal: { [unowned self] in isLocal($0) }
    ).fold(expression)
  }

  /// Runs `body` one level deeper, unless that is too deep.
  func nested<Result>(at span: Span, _ body: () -> Result?) -> Result? {
    guard depth < Self.depthMax else {
      report(.nestedTooDeeply, "this is nested more than \(Self.depthMax) deep", at: span)
      return nil
    }
    depth += 1
    let outer = self.span
    self.span = span
    defer {
      depth -= 1
      self.span = outer
    }
    return body()
  }
}

extension BankCounts {
  /// The registers of one bank.
  subscript(bank: Bank) -> Int {
    get {
      switch bank {
      case .int: int
      case .bytes: bytes
      case .list: list
      }
    }
    set {
      switch bank {
      case .int: int = newValue
      case .bytes: bytes = newValue
      case .list: list = newValue
      }
    }
  }
}
