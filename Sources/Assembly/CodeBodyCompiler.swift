internal import Bytecode
internal import Integers

/// Bodies written as instructions with explicit registers.
struct CodeBodyCompiler {
  let compiler: FunctionCompiler
  let declared: BankCounts
  private var labels: [String: Label] = [:]

  init(_ compiler: FunctionCompiler, registers: [Int]) {
    self.compiler = compiler
    var counts = BankCounts()
    for (bank, count) in zip(Bank.allCases, registers) {
      if count < 0 || count > Limits.registersPerBank {
        compiler.report(
          .tooManyRegisters,
          "a function has at most \(Limits.registersPerBank) registers of each bank",
          at: compiler.entry.span)
      }
      counts[bank] = Swift.min(Swift.max(count, 0), Limits.registersPerBank)
    }
    declared = counts
  }

  private var compilation: Compilation { compiler.compilation }
  private var scope: Scope { compiler.scope }

  /// Compiles all lines.
  func compile(_ lines: [CodeLine], end: Span) {
    var body = self
    body.declareLabels(lines)
    for line in lines {
      if let label = line.label, let target = body.labels[label.text] { compiler.bind(target) }
      if let (mnemonic, operands) = line.instruction {
        body.instruction(mnemonic, operands, at: line.span)
      }
    }
    checkEnd(lines, end: end)
  }

  private mutating func declareLabels(_ lines: [CodeLine]) {
    var first: [String: Span] = [:]
    for line in lines {
      guard let label = line.label else { continue }
      if let span = first[label.text] {
        compiler.report(
          .declaredTwice, "the label \"\(label.text)\" is declared twice", at: label.span,
          notes: [Diagnostic.Note("first declared here", at: span)])
        continue
      }
      first[label.text] = label.span
      labels[label.text] = compiler.makeLabel()
    }
  }

  private func checkEnd(_ lines: [CodeLine], end: Span) {
    let last = lines.last { $0.instruction != nil }
    let isLabelled = lines.last.map { $0.instruction == nil && $0.label != nil } ?? false
    if let instruction = last?.instruction, !isLabelled {
      guard let opcode = Opcode(mnemonic: instruction.mnemonic.text) else { return }
      switch opcode.row.flow {
      case .jump, .leave: return
      case .next, .branch: break
      }
    }
    compiler.report(
      .fallsOffEnd, "the code runs past its end", at: end, help: "end it with ret, fail or jump")
  }

  // MARK: - Instructions

  private func instruction(_ mnemonic: Name, _ operands: [CodeOperand], at span: Span) {
    guard let opcode = Opcode(mnemonic: mnemonic.text) else {
      compiler.report(
        .unknownMnemonic, "there is no instruction \"\(mnemonic.text)\"", at: mnemonic.span,
        suggestion: compilation.meant(
          mnemonic.text, among: Opcode.allCases.map(\.row.mnemonic)))
      return
    }
    let row = opcode.row
    guard operands.count == row.operands.count else {
      let list = row.operands.map(\.name).joined(separator: ", ")
      compiler.report(
        .operandCount,
        "\(row.mnemonic) takes \(row.operands.count) operand\(row.operands.count == 1 ? "" : "s"), "
          + "not \(operands.count)", at: span,
        help: row.operands.isEmpty ? nil : "write \(row.mnemonic) \(list)")
      return
    }
    var vector = SIMD8<UInt16>()
    var label: Label?
    var field: Int?
    var isComplete = true
    for (index, (operand, written)) in zip(row.operands, operands).enumerated() {
      if case .target = operand.kind {
        label = target(written)
        if label == nil { isComplete = false }
        continue
      }
      guard let value = value(written, of: operand, field: field) else {
        isComplete = false
        continue
      }
      if case .field = operand.kind { field = value }
      vector[index] = UInt16(truncatingIfNeeded: value)
    }
    guard isComplete else { return }
    compiler.append(Instruction(opcode, vector: vector), label: label, at: span)
    if case .branch = row.flow { compiler.note(.jump, holdsAtTarget: true) }
  }

  private func target(_ operand: CodeOperand) -> Label? {
    guard case .word(let word) = operand.kind else {
      wrong(operand, "a label")
      return nil
    }
    guard let label = labels[word] else {
      compiler.report(
        .unknownLabel, "there is no label \"\(word)\"", at: operand.span,
        suggestion: compilation.meant(word, among: labels.keys.sorted()))
      return nil
    }
    return label
  }

  private func wrong(_ operand: CodeOperand, _ expected: String) {
    compiler.report(.operandKind, "expected \(expected)", at: operand.span)
  }

  // MARK: - Operands

  private func value(_ written: CodeOperand, of operand: Operand, field: Int?) -> Int? {
    switch operand.kind {
    case .int: register(written, .int)
    case .bytes: register(written, .bytes)
    case .list: register(written, .list)
    case .window(let bank, _): register(written, bank, isWindow: true)
    case .immediate: integer(written, Int(Int16.min)...Int(Int16.max), operand.name)
    case .prefix: integer(written, 0...Limits.parameters, operand.name)
    case .payments: integer(written, 0...Limits.payments, operand.name)
    case .width: integer(written, 1...255, operand.name)
    case .intConstant: integerConstant(written)
    case .bytesConstant: bytesConstant(written)
    case .imported: signature(written)
    case .field: self.field(written)
    case .component: component(written, of: field)
    case .function: function(written)
    case .event: named(written, .event)
    case .error: named(written, .error)
    case .assetClass: named(written, .assetClass)
    case .message: named(written, .message)
    case .rounding: word(written, Rounding.allCases.map { "\($0)" }, "a rounding")
    case .scheme: word(written, SignatureScheme.allCases.map { "\($0)" }, "a scheme")
    case .seekMode: word(written, SeekMode.allCases.map { "\($0)" }, "a way to search")
    case .kind: word(written, Kind.checkable.map { "\($0)" }, "a kind")
    case .target: nil
    }
  }

  private func register(_ written: CodeOperand, _ bank: Bank, isWindow: Bool = false) -> Int? {
    let letter = bank == .int ? "i" : bank == .bytes ? "b" : "l"
    guard case .word(let word) = written.kind, word.hasPrefix(letter), word.utf8.count <= 4,
      let number = Int(word.dropFirst()), number >= 0, "\(letter)\(number)" == word
    else {
      wrong(written, "a register of the \(bank) bank, such as \(letter)0")
      return nil
    }
    let count = isWindow ? Limits.registersPerBank : declared[bank]
    guard number < count else {
      compiler.report(
        .registerRange, "\"\(word)\" is not among the \(bank) registers of this function",
        at: written.span, help: "it declares \(count), counted from \(letter)0")
      return nil
    }
    return number
  }

  private func integer(
    _ written: CodeOperand, _ range: ClosedRange<Int>, _ name: String
  ) -> Int? {
    guard case .integer(let value) = written.kind else {
      wrong(written, "an integer")
      return nil
    }
    guard let number = value.asInt, range.contains(number) else {
      compiler.report(
        .outOfRange, "the \(name) lies from \(range.lowerBound) to \(range.upperBound)",
        at: written.span)
      return nil
    }
    return number
  }

  private func integerConstant(_ written: CodeOperand) -> Int? {
    guard case .integer(let value) = written.kind else {
      wrong(written, "an integer")
      return nil
    }
    return compilation.index(ofInteger: value)
  }

  private func bytesConstant(_ written: CodeOperand) -> Int? {
    guard case .bytes(let bytes) = written.kind else {
      wrong(written, "a text or x\"…\"")
      return nil
    }
    if bytes.count > Limits.bytesLength {
      compiler.report(
        .tooLong, "a string has at most \(Limits.bytesLength) bytes", at: written.span)
    }
    return compilation.index(ofString: bytes)
  }

  private func signature(_ written: CodeOperand) -> Int? {
    guard case .signature(let name, let parameters, let results, let isView) = written.kind else {
      wrong(written, "a signature, such as price(asset)->(int)")
      return nil
    }
    let taken = parameters.compactMap { compilation.kind(of: $0, in: scope, for: .outside) }
    let given = results.compactMap { compilation.kind(of: $0, in: scope, for: .outside) }
    guard taken.count == parameters.count, given.count == results.count else { return nil }
    return compilation.index(
      ofImport: ImportedSignature(name: name, parameters: taken, results: given, isView: isView))
  }

  private func field(_ written: CodeOperand) -> Int? {
    guard case .field(let name) = written.kind else {
      wrong(written, "a field, such as @name")
      return nil
    }
    guard let index = compilation.names.index(.field, scope.full(name)) else {
      compilation.reportUnknown(.field, name, at: written.span, in: scope)
      return nil
    }
    return index
  }

  /// `.name` of a record, or 0 for a plain value.
  private func component(_ written: CodeOperand, of field: Int?) -> Int? {
    if case .integer = written.kind { return integer(written, 0...255, "component") }
    guard case .component(let name) = written.kind else {
      wrong(written, "a component, such as .name, or 0")
      return nil
    }
    guard let field,
      case .record(let record, let components) = compilation.module.fields[field].value
    else {
      wrong(written, "0, because the field holds no record")
      return nil
    }
    guard let index = components.firstIndex(where: { $0.name == name }) else {
      compiler.report(
        .unknownMember, "the record \"\(record)\" has no component \"\(name)\"", at: written.span,
        suggestion: compilation.meant(name, among: components.map(\.name)))
      return nil
    }
    return index
  }

  private func named(_ written: CodeOperand, _ sort: NameSort) -> Int? {
    guard case .word(let word) = written.kind else {
      wrong(written, "the name of \(sort.described)")
      return nil
    }
    guard let index = compilation.names.index(sort, scope.full(word)) else {
      compilation.reportUnknown(sort, word, at: written.span, in: scope)
      return nil
    }
    return index
  }

  /// A function with a body of its own.
  private func function(_ written: CodeOperand) -> Int? {
    if case .word(let word) = written.kind,
      compilation.names.index(.function, scope.full(word)) == nil,
      let hook = compilation.names.index(.hook, scope.full(word))
    {
      return compilation.functions[hook].shared ?? hook
    }
    return named(written, .function).map { compilation.functions[$0].shared ?? $0 }
  }

  private func word(_ written: CodeOperand, _ words: [String], _ what: String) -> Int? {
    guard case .word(let word) = written.kind else {
      wrong(written, what)
      return nil
    }
    guard let index = words.firstIndex(of: word) else {
      compiler.report(
        .operandKind, "\"\(word)\" is not \(what)", at: written.span,
        help: "one of \(words.joined(separator: ", "))")
      return nil
    }
    return index
  }
}
