import Bytecode
import Hosting
import Integers
import State
import Verification

/// How contracts are called: from outside, by each other, and by the machine.
extension Machine {
  /// The program of the contract at an address, or nil if there is none there.
  func program(at address: Identifier) throws(Halt) -> Program? {
    try code(at: address)?.takeUnretainedValue()
  }

  /// The program of the contract at an address, which the world keeps.
  private func code(at address: Identifier) throws(Halt) -> Unmanaged<Program>? {
    key.begin(.contract)
    key.append(address)
    let slot = state.slot(for: key.bytes)
    if state.warm(slot) { try context.charge(GasSchedule.coldContract) }
    guard let value = state.value(in: slot) else { return nil }
    guard value.count == 64, let base = value.baseAddress,
      let program = program(ofCode: Identifier(reading: base))
    else { throw malformedState() }
    return program
  }

  // MARK: - Entering

  /// Runs a function of a contract with arguments, and gives its results.
  @discardableResult
  func enter(
    _ address: Identifier, _ program: Unmanaged<Program>, _ function: Int, gas: Int,
    caller: Identifier, arguments: [Value]
  ) throws(Halt) -> [Value] {
    var results: [Value] = []
    let kinds = program.interface.pointee.functions[function].results
    try enter(
      address, program, function, gas: gas, caller: caller, arguments: { arguments },
      fill: { _ throws(Halt) in try set(arguments, ints: 0, strings: 0) },
      collect: { () throws(Halt) in
        try check(kinds, ints: 0, strings: 0)
        if !kinds.isEmpty { results = values(kinds, ints: 0, strings: 0) }
      },
      results: { results })
    return results
  }

  /// Runs a function of a contract.
  ///
  /// `fill` puts the arguments in its registers, `collect` takes the results out of them; what both are as
  /// values only an observer asks.
  @inline(__always)
  private func enter(
    _ address: Identifier, _ program: Unmanaged<Program>, _ function: Int, gas: Int,
    caller: Identifier, arguments: () -> [Value],
    fill: (_ suspension: Suspension) throws(Halt) -> Void,
    collect: () throws(Halt) -> Void, results: () -> [Value]
  ) throws(Halt) {
    guard depth < size.callDepth else { throw Halt(.callDepthExceeded) }
    let isObserved = context.pointee.isObserved
    depth += 1
    push(address, program, caller: caller)
    defer {
      pop()
      depth -= 1
    }
    if isObserved {
      observer?.willEnter(
        address, codeHash: program.codeHash, function: function, caller: caller,
        arguments: arguments())
    }
    do {
      try run(program, function: function, gas: gas, fill: fill, collect: collect)
      if isObserved { observer?.didLeave(address, results: results(), failure: nil) }
    } catch {
      if isObserved { observer?.didLeave(address, results: [], failure: failure) }
      throw error
    }
  }

  // MARK: - Calls by values

  /// Calls an export of a contract, with payments moved first.
  ///
  /// The arguments have been paid.
  func call(
    _ call: ContractCall, isView: Bool, caller: Identifier
  ) throws(Halt) -> [Value] {
    let program = try callee(call.target)
    let interface = program.interface
    guard let index = interface.pointee.entry(of: call) else { throw Halt(.noSuchFunction) }
    let entry = interface.pointee.entries[index]
    if entry.isInitializer || (isView && !entry.isView) { throw Halt(.noSuchFunction) }
    return try enter(
      call.target, program, entry: index, arguments: call.arguments, payments: call.payments,
      caller: caller)
  }

  /// The program of a contract that may be called now.
  private func callee(_ target: Identifier) throws(Halt) -> Unmanaged<Program> {
    guard let program = try code(at: target) else { throw Halt(.noSuchContract) }
    if isOpen(target) { throw Halt(.reentrantCall) }
    guard depth < size.callDepth else { throw Halt(.callDepthExceeded) }
    return program
  }

  /// Checks the arguments, moves the payments and runs an export.
  func enter(
    _ target: Identifier, _ program: Unmanaged<Program>, entry index: Int, arguments: [Value],
    payments: [AttachedPayment], caller: Identifier
  ) throws(Halt) -> [Value] {
    let entry = program.interface.pointee.entries[index]
    for (kind, argument) in zip(entry.signature.parameters, arguments)
    where !isAdmitted(argument, by: kind) {
      throw Halt(.kindMismatch)
    }
    try pay(payments, for: entry, of: target, from: caller)
    if entry.payments == 0 {
      return try enter(
        target, program, entry.function, gas: context.gasLeft, caller: caller,
        arguments: arguments)
    }
    return try enter(
      target, program, entry.function, gas: context.gasLeft, caller: caller,
      arguments: arguments + parameters(of: payments, count: entry.payments))
  }

  /// Whether an argument is of a kind of the form of calls; the common kinds are looked at here.
  @inline(__always)
  private func isAdmitted(_ argument: Value, by kind: Kind) -> Bool {
    switch (kind, argument) {
    case (.int, .int): true
    case (.address, .bytes(let bytes)), (.asset, .bytes(let bytes)): bytes.count == 32
    default: WireKind(kind: kind).admits(argument)
    }
  }

  /// Moves what goes with a call.
  private func pay(
    _ payments: [AttachedPayment], for entry: ProgramInterface.Entry, of target: Identifier,
    from caller: Identifier
  ) throws(Halt) {
    if payments.isEmpty { return }
    if payments.count > entry.payments { throw Halt(.unexpectedPayment) }
    for (index, payment) in payments.enumerated() {
      if payments[..<index].contains(where: { $0.asset == payment.asset }) {
        throw Halt(.unexpectedPayment)
      }
      try move(
        asset: payment.asset, amount: Amount(payment.amount), from: caller, to: target,
        isPayment: true)
    }
  }

  /// What a function gets for its payments: asset and amount of each, zeros for those not made.
  private func parameters(of payments: [AttachedPayment], count: Int) -> [Value] {
    (0..<count).flatMap { index in
      index < payments.count
        ? [Value(payments[index].asset), .int(payments[index].amount)]
        : [Value(Identifier.zero), .int(0)]
    }
  }

  func performCall(_ o: SIMD8<UInt16>) throws(Halt) {
    let encoded = Array(Cell.bytes(context.string(o[1])))
    try context.charge(GasSchedule.call(encoded.count))
    let call: ContractCall
    do { call = try ContractCall(decoding: encoded) } catch { throw Halt(.malformedCall) }
    let results = try self.call(call, isView: false, caller: current.address)
    var writer = ByteWriter()
    for (wire, value) in zip(call.results, results) { writer.write(value, of: wire.kind) }
    if writer.bytes.count > Limits.bytesLength { throw Halt(.bytesTooLong) }
    context.setString(o[0], try context.makeString(writer.bytes))
  }

  func encodeCall(_ o: SIMD8<UInt16>) throws(Halt) {
    let frame = current
    let imported = frame.program.module.imports[Int(o[1])]
    let wires = frame.program.importWires[Int(o[1])]
    let call = ContractCall(
      target: try identifier(o[2]), name: imported.name, parameters: wires.parameters,
      results: wires.results,
      arguments: try values(
        imported.parameters, of: frame.program, ints: o[3], strings: o[4],
        price: { GasSchedule.values($0 + 2 * Int(o[5]), $1) }),
      payments: try payments(o[5], behind: imported.parameters, ints: o[3], strings: o[4]))
    let encoded = call.encoded()
    if encoded.count > Limits.bytesLength { throw Halt(.bytesTooLong) }
    context.setString(o[0], try context.makeString(encoded))
  }

  /// The payments that stand in the windows behind the arguments.
  func payments(
    _ count: UInt16, behind parameters: some Sequence<Kind>, ints: UInt16, strings: UInt16
  ) throws(Halt) -> [AttachedPayment] {
    if count == 0 { return [] }
    let counts = BankCounts(parameters)
    var payments: [AttachedPayment] = []
    for index in 0..<count {
      let asset = try identifier(strings + UInt16(counts.bytes) + index)
      let word = context.int(ints + UInt16(counts.int) + index)
      payments.append(
        AttachedPayment(asset: asset, amount: Integer(context.view(word, 0))))
    }
    return payments
  }

  // MARK: - Calls from registers to registers

  /// Calls a function of another contract: what it takes and gives goes from registers to registers.
  func invoke(_ o: SIMD8<UInt16>) throws(Halt) {
    let frame = context.pointee.contract
    let interface = frame.pointee.code.interface
    let kinds = interface.pointee.imports[Int(o[0])].signature
    let target = try identifier(o[1])
    try check(kinds.parameters, ints: o[2], strings: o[3], payments: Int(o[4]))
    let payments = try payments(o[4], behind: kinds.parameters, ints: o[2], strings: o[3])
    let callee = try callee(target)
    guard let index = interface.pointee.entry(ofImport: Int(o[0]), in: callee.interface) else {
      throw Halt(.noSuchFunction)
    }
    let entry = callee.interface.pointee.entries[index]
    if entry.isInitializer || (interface.pointee.imports[Int(o[0])].isView && !entry.isView) {
      throw Halt(.noSuchFunction)
    }
    try pay(payments, for: entry, of: target, from: frame.pointee.address)
    var results: [Value] = []
    var left = RegisterPlace(ints: context.pointee.intBase, strings: context.pointee.stringBase)
    try enter(
      target, callee, entry.function, gas: context.gasLeft, caller: frame.pointee.address,
      arguments: {
        values(kinds.parameters, ints: o[2], strings: o[3])
          + parameters(of: payments, count: entry.payments)
      },
      fill: { suspension throws(Halt) in
        var source = RegisterPlace(suspension.activation)
        source.move(ints: o[2], strings: o[3])
        var target = RegisterPlace(context.pointee.activation)
        try copy(kinds.parameters, from: &source, to: &target)
        if entry.payments > 0 {
          let counts = BankCounts(kinds.parameters)
          try set(
            parameters(of: payments, count: entry.payments), ints: UInt16(counts.int),
            strings: UInt16(counts.bytes))
        }
      },
      collect: { () throws(Halt) in
        try check(entry.signature.results, ints: 0, strings: 0)
        left = RegisterPlace(context.pointee.activation)
        if context.pointee.isObserved {
          results = values(entry.signature.results, ints: 0, strings: 0)
        }
      },
      results: { results })
    // Nothing has been allocated since the function returned: its registers are as it left them.
    var window = RegisterPlace(context.pointee.activation)
    window.move(ints: o[2], strings: o[3])
    try copy(entry.signature.results, from: &left, to: &window)
  }

  /// Copies values between registers, and counts them as memory of their own.
  ///
  /// The values themselves never change, so that both registers may hold the same.
  private func copy(
    _ kinds: UnsafeBufferPointer<Kind>, from source: inout RegisterPlace,
    to target: inout RegisterPlace
  ) throws(Halt) {
    for kind in kinds {
      if kind.bank == .int {
        let word = source.nextInt()
        if !word.isNarrow {
          try context.meter(MemorySchedule.integer(words: Cell.limbCount(word.block)))
        }
        target.setNext(word)
      } else {
        let string = source.nextString()
        let count = Cell.byteCount(string)
        if count > 0 { try context.meter(MemorySchedule.bytes(count)) }
        target.setNext(count > 0 ? string : 0)
      }
    }
  }

  // MARK: - Windows

  /// Charges for values in windows of the current frame that go from one contract to another, and checks
  /// that each is of its kind.
  private func check(
    _ kinds: UnsafeBufferPointer<Kind>, ints: UInt16, strings: UInt16, payments: Int = 0
  ) throws(Halt) {
    var int = ints
    var string = strings
    var count = 0
    var checks = 0
    for kind in kinds {
      if kind.bank == .int {
        count += (context.int(int).bitCount + 7) / 8
        int += 1
      } else {
        let length = Cell.byteCount(context.string(string))
        count += length
        if !kind.isIdentifier { checks += GasSchedule.kindCheck(kind, length) }
        string += 1
      }
    }
    try context.charge(GasSchedule.values(kinds.count + 2 * payments, count) + checks)
    int = ints
    string = strings
    for kind in kinds {
      if kind.bank == .int {
        try require(context.int(int), kind)
        int += 1
      } else {
        let bytes = Cell.bytes(context.string(string))
        if kind.isIdentifier ? bytes.count != 32 : !kind.admits(bytes) {
          throw Halt(.kindMismatch)
        }
        string += 1
      }
    }
  }

  /// Halts unless an integer is of a kind of the form of calls.
  private func require(_ word: Word, _ kind: Kind) throws(Halt) {
    let last: Int
    switch kind {
    case .bool: last = 1
    case .enumeration(let index): last = Int(index)
    default: return
    }
    guard let value = word.int, value >= 0, value <= last else { throw Halt(.kindMismatch) }
  }

  /// The values in windows of the current frame, which have been checked.
  private func values(
    _ kinds: UnsafeBufferPointer<Kind>, ints: UInt16, strings: UInt16
  ) -> [Value] {
    var int = ints
    var string = strings
    var values: [Value] = []
    values.reserveCapacity(kinds.count)
    for kind in kinds {
      if kind.bank == .int {
        values.append(.int(Integer(context.view(context.int(int), 0))))
        int += 1
      } else {
        values.append(.bytes(Array(Cell.bytes(context.string(string)))))
        string += 1
      }
    }
    return values
  }
}

/// A place among the registers of a frame, from which values are read or written one after another.
private struct RegisterPlace {
  var ints: UnsafeMutableRawPointer
  var strings: UnsafeMutableRawPointer

  init(ints: UnsafeMutableRawPointer, strings: UnsafeMutableRawPointer) {
    self.ints = ints
    self.strings = strings
  }

  init(_ activation: Activation) { self.init(ints: activation.ints, strings: activation.strings) }

  mutating func move(ints: UInt16, strings: UInt16) {
    self.ints += Int(ints) * 16
    self.strings += Int(strings) * 8
  }

  mutating func nextInt() -> Word {
    defer { ints += 16 }
    return ints.load(as: Word.self)
  }

  mutating func nextString() -> UInt {
    defer { strings += 8 }
    return strings.load(as: UInt.self)
  }

  mutating func setNext(_ word: Word) {
    ints.storeBytes(of: word, as: Word.self)
    ints += 16
  }

  mutating func setNext(_ string: UInt) {
    strings.storeBytes(of: string, as: UInt.self)
    strings += 8
  }
}
