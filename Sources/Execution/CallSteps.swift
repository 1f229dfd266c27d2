import Bytecode
import Hosting
import Integers
import State
import Verification

/// The bodies of the instructions that call, and of those that read the contract's surroundings.
extension Machine {
  /// The bodies of the instructions that need the world, but for the most common ones.
  func perform(_ opcode: Opcode, _ o: SIMD8<UInt16>) throws(Halt) {
    switch opcode {
    case .selfAddress: try setIdentifier(o[0], current.address)
    case .caller: try setIdentifier(o[0], current.caller)
    case .chainID: try setIdentifier(o[0], world.block.chain)
    case .height: context.setInt(o[0], Word(world.block.height))
    case .time: context.setInt(o[0], Word(world.block.time))
    case .beacon:
      guard let height = context.int(o[1]).int, let beacon = world.block.beacon(at: height) else {
        throw Halt(.beaconUnavailable)
      }
      try setIdentifier(o[0], beacon)
    case .putRecord: try putRecord(o)
    case .exists: try exists(o)
    case .delete: try delete(o)
    case .seek: try seek(o)
    case .total: try total(o)
    case .assetOf: try assetOf(o)
    case .createAsset: try createAsset(o)
    case .mint: try mint(o)
    case .burn: try burn(o)
    case .send: try send(o)
    case .force: try force(o)
    case .balance: try balance(o)
    case .supply: try supply(o)
    case .holder: try holder(o)
    case .issuer: try issuer(o)
    case .className: try className(o)
    case .assetID: try assetID(o)
    case .admit: try admit(o, true)
    case .dismiss: try admit(o, false)
    case .invoke: try invoke(o)
    case .tryNext: try tryNext(o)
    case .encodeCall: try encodeCall(o)
    case .perform: try performCall(o)
    case .create: try create(o)
    case .digest: try digest(o)
    case .fail: try fail(o)
    default: preconditionFailure("\(opcode) has no body")
    }
  }

  /// Shows an instruction to the observer; the gas for it is looked at first.
  func record(_ index: Int) throws(Halt) {
    guard context.gasLeft > 0 else { throw Halt(.outOfGas) }
    guard let observer else { return }
    let frame = current
    let (function, instruction) = frame.program.location(ofInstruction: index)
    observer.willExecute(
      MomentOfExecution(
        contract: frame.address,
        codeHash: frame.program.codeHash, function: function,
        instruction: instruction, depth: contractCount, gasLeft: UInt64(context.gasLeft),
        context: context))
  }

  // MARK: - Values in windows

  /// The values of kinds in the windows of the current frame, each checked to be of its kind.
  ///
  /// What their bytes cost is charged before any of them is looked at.
  func values(
    _ kinds: [Kind], of program: Program, ints: UInt16, strings: UInt16,
    price: (_ values: Int, _ bytes: Int) -> Int
  ) throws(Halt) -> [Value] {
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
        checks += GasSchedule.kindCheck(kind, length)
        string += 1
      }
    }
    try context.charge(price(kinds.count, count) + checks)
    int = ints
    string = strings
    var values: [Value] = []
    values.reserveCapacity(kinds.count)
    for kind in kinds {
      if kind.bank == .int {
        let word = context.int(int)
        try program.require(word, kind)
        values.append(.int(Integer(context.view(word, 0))))
        int += 1
      } else {
        let bytes = Cell.bytes(context.string(string))
        if !kind.admits(bytes) { throw Halt(.kindMismatch) }
        values.append(.bytes(Array(bytes)))
        string += 1
      }
    }
    return values
  }

  /// Puts values in the windows of the current frame.
  func set(_ values: [Value], ints: UInt16, strings: UInt16) throws(Halt) {
    var int = ints
    var string = strings
    for value in values {
      switch value {
      case .int(let integer):
        context.setInt(int, try context.makeWord(integer))
        int += 1
      case .bytes(let bytes):
        context.setString(string, try context.makeString(bytes))
        string += 1
      }
    }
  }

  /// Bytes that values count for in gas.
  func byteCount(_ values: [Value]) -> Int {
    values.reduce(0) { total, value in
      switch value {
      case .int(let integer): total + (integer.bitLength + 7) / 8
      case .bytes(let bytes): total + bytes.count
      }
    }
  }

  // MARK: - Contracts

  func create(_ o: SIMD8<UInt16>) throws(Halt) {
    let frame = current
    let imported = frame.program.module.imports[Int(o[2])]
    let arguments = try values(
      imported.parameters, of: frame.program, ints: o[3], strings: o[4],
      price: { GasSchedule.values($0 + 2 * Int(o[5]), $1) })
    let payments = try payments(
      o[5], behind: imported.parameters, ints: o[3], strings: o[4])
    let address = try createContract(
      try identifier(o[1]), signature: frame.program.importSignatures[Int(o[2])],
      arguments: arguments, payments: payments, creator: frame.address)
    try setIdentifier(o[0], address)
  }

  /// Makes a contract from deployed code and runs its initialiser.
  ///
  /// The arguments have been paid.
  func createContract(
    _ codeHash: Identifier, signature: String, arguments: [Value], payments: [AttachedPayment],
    creator: Identifier
  ) throws(Halt) -> Identifier {
    guard depth < size.callDepth else { throw Halt(.callDepthExceeded) }
    // What the world remembers of code may be of a state that has been undone.
    key.begin(.code)
    key.append(codeHash)
    guard state.value(in: state.slot(for: key.bytes)) != nil else { throw Halt(.codeNotDeployed) }
    guard let program = program(ofCode: codeHash)?.takeUnretainedValue() else {
      throw malformedState()
    }
    key.begin(.creations)
    key.append(creator)
    let counter = try warmSlot()
    let count = try integer(in: counter)
    let address = Self.address(creator: creator, count: count)
    let next: Integer
    do { next = try count.adding(1) } catch { throw Halt(arithmetic: error) }
    try set(counter, to: next)
    key.begin(.contract)
    key.append(address)
    let slot = try warmSlot()
    try put(codeHash.bytes + creator.bytes, in: slot)
    push(address, .passUnretained(program), caller: creator)
    do throws(Halt) {
      for assetClass in program.module.classes where assetClass.isCreatedAtDeployment {
        try createAsset(assetClass, id: [], foreign: [])
      }
    } catch {
      pop()
      throw error
    }
    pop()
    if let index = program.verified.export(signature: signature) {
      _ = try enter(
        address, .passUnretained(program), entry: index, arguments: arguments,
        payments: payments, caller: creator)
    } else if program.module.export(named: "init") != nil || !arguments.isEmpty {
      throw Halt(.noSuchFunction)
    } else if !payments.isEmpty {
      throw Halt(.unexpectedPayment)
    }
    return address
  }

  /// The address of the contract that a creator makes after so many others.
  static func address(creator: Identifier, count: Integer) -> Identifier {
    var writer = ByteWriter()
    writer.write(Array("aliquot.contract".utf8))
    writer.write(creator.bytes)
    writer.write(count.encoded())
    return Identifier(writer.bytes.withUnsafeBytes { Digests.sha256($0) }) ?? .zero
  }

  // MARK: - Errors, events and messages

  func fail(_ o: SIMD8<UInt16>) throws(Halt) {
    let frame = current
    let index = Int(o[0])
    let declaration = frame.program.module.errors[index]
    let arguments = try values(
      declaration.parameters.map(\.kind), of: frame.program, ints: o[1], strings: o[2],
      price: GasSchedule.output)
    failure = Failure(
      reason: .declared(
        index: index, number: frame.program.errorNumbers[index], arguments: arguments),
      origin: frame.address, site: site(nil))
    throw .failed
  }

  func emit(_ o: SIMD8<UInt16>) throws(Halt) {
    let frame = context.pointee.contract
    let fields = frame.pointee.events[Int(o[0])].fields
    var int = o[1]
    var string = o[2]
    var count = 0
    var checks = 0
    for field in fields {
      if field.isInteger {
        count &+= (context.int(int).bitCount &+ 7) / 8
        int &+= 1
      } else {
        let length = Cell.byteCount(context.string(string))
        count &+= length
        if !field.isIdentifier { checks &+= GasSchedule.kindCheck(field.kind, length) }
        string &+= 1
      }
    }
    try context.charge(GasSchedule.output(fields.count, count) &+ checks)
    events.begin(
      contract: frame.pointee.address, codeHash: frame.pointee.codeHash, index: Int(o[0]),
      fieldCount: fields.count, emitter: frame.pointee.serial)
    int = o[1]
    string = o[2]
    for field in fields {
      if field.isInteger {
        let word = context.int(int)
        try field.require(word)
        events.append(context.view(word, 0))
        int &+= 1
      } else {
        let bytes = Cell.bytes(context.string(string))
        if field.isIdentifier ? bytes.count != 32 : !field.kind.admits(bytes) {
          throw Halt(.kindMismatch)
        }
        events.append(bytes)
        string &+= 1
      }
    }
    events.end()
    if _slowPath(context.pointee.isObserved), let event = events.last {
      observer?.didEmit(event)
    }
  }

  func digest(_ o: SIMD8<UInt16>) throws(Halt) {
    let frame = current
    let module = frame.program.module
    let message = module.messages[Int(o[1])]
    let fields = try values(
      message.parameters.map(\.kind), of: frame.program, ints: o[2], strings: o[3],
      price: GasSchedule.digest)
    let encoded = MessageDigest.encoding(
      of: message, signature: frame.program.messageSignatures[Int(o[1])],
      chain: world.block.chain, contract: frame.address, fields: fields)
    let digest = encoded.withUnsafeBytes { Digests.sha256($0) }
    context.setString(o[0], try context.makeString(digest))
  }

  // MARK: - Try

  /// Runs the next instruction under a savepoint and with a limit of its own.
  func tryNext(_ o: SIMD8<UInt16>) throws(Halt) {
    guard depth < size.callDepth else { throw Halt(.callDepthExceeded) }
    guard let gas = context.int(o[4]).int, gas >= 0, gas <= context.gasLeft else {
      throw Halt(.insufficientTryGas)
    }
    let kept = context.gasLeft - gas
    let shift = context.pointee.activation.stepShift
    let program = current.program
    // In a recording program the place is in front of the next instruction's `record`.
    let next =
      (Int(bitPattern: context.pointee.activation.pc)
        - Int(bitPattern: context.pointee.activation.steps)) >> shift
    let instruction = program.instructions[next]
    context.pointee.activation.pc += 1 << (shift - 3)
    context.setGasLeft(gas)
    gasKept += kept
    observer?.willTry()
    let suspension = Suspension(
      activation: context.pointee.activation, frames: context.pointee.frames)
    let checkpoint = state.checkpoint()
    let eventMark = events.mark
    let contract = context.pointee.contract
    depth += 1
    defer { depth -= 1 }
    do throws(Halt) {
      if shift == 4 { try record(next) }
      try context.charge(
        context.pointee.baseGas[Int(unsafeBitCast(instruction.opcode, to: UInt8.self))])
      if instruction.opcode == .call {
        try callUnderTry(instruction.operands)
      } else {
        try perform(instruction.opcode, instruction.operands)
      }
      let left = context.gasLeft
      context.setInt(o[0], Word(1))
      context.setInt(o[1], .zero)
      context.setString(o[2], 0)
      context.setString(o[3], 0)
      try setIdentifier(o[2], .zero)
      gasKept -= kept
      context.setGasLeft(kept + left)
      observer?.didTry()
    } catch {
      gasKept -= kept
      if isFatal(error) {
        context.setGasLeft(kept + max(0, context.gasLeft))
        throw error
      }
      let left = error == Halt(.outOfGas) ? 0 : context.gasLeft
      noteFailure(error)
      context.pointee.activation = suspension.activation
      context.pointee.frames = suspension.frames
      context.pointee.contract = contract
      events.truncate(to: eventMark)
      state.revert(to: checkpoint)
      let failure = failure
      self.failure = nil
      clearWindows(of: instruction, program)
      context.setGasLeft(kept + left)
      if let failure { observer?.didUndo(failure) }
      try report(failure, o, program)
    }
  }

  /// An internal call that comes back here when its function returns.
  private func callUnderTry(_ o: SIMD8<UInt16>) throws(Halt) {
    let suspension = try suspend()
    // The frame that `suspend` pushed brings the loop back; the call itself must not push another.
    context.pointee.frames = suspension.frames
    try context.enterFunction(o)
    (context.pointee.frames - 1).pointee.pc = UnsafePointer(exitStep)
    try runToEnd()
    let left = context.gasLeft
    context.pointee.activation = suspension.activation
    context.pointee.frames = suspension.frames
    context.setGasLeft(left)
  }

  /// Whether no `try` catches a halt.
  private func isFatal(_ halt: Halt) -> Bool {
    if halt == .failed, case .trap(let trap) = failure?.reason { return trap.isFatal }
    return Trap(rawValue: halt.code)?.isFatal ?? false
  }

  /// Zeroes what an instruction that failed under `try` may have written.
  ///
  /// That is the windows of a call of another contract. An internal call has the caller's registers
  /// from its windows on: how much of them a function wrote before it ran out of gas is no one's
  /// business.
  private func clearWindows(of instruction: Instruction, _ program: Program) {
    let o = instruction.operands
    if instruction.opcode == .call {
      let function = context.pointee.activation.function.pointee
      for register in o[1]..<max(o[1], UInt16(function.intSize / 16)) {
        context.setInt(register, .zero)
      }
      for register in o[2]..<max(o[2], UInt16(function.bytesSize / 8)) {
        context.setString(register, 0)
      }
      for register in o[3]..<max(o[3], UInt16(function.listSize / 8)) {
        context.setList(register, 0)
      }
    } else if instruction.opcode == .invoke {
      let imported = program.module.imports[Int(o[0])]
      let taken = BankCounts(imported.parameters)
      let given = BankCounts(imported.results)
      for index in 0..<UInt16(max(taken.int + Int(o[4]), given.int)) {
        context.setInt(o[2] + index, .zero)
      }
      for index in 0..<UInt16(max(taken.bytes + Int(o[4]), given.bytes)) {
        context.setString(o[3] + index, 0)
      }
    }
  }

  /// Puts what a failure was in the registers that `try` names.
  private func report(
    _ failure: Failure?, _ o: SIMD8<UInt16>, _ program: Program
  ) throws(Halt) {
    var arguments: [UInt8] = []
    if case .declared(let index, _, let values) = failure?.reason,
      let module = failure.flatMap({ world.module(withCode: $0.site?.codeHash) })
    {
      var writer = ByteWriter()
      for (parameter, value) in zip(module.errors[index].parameters, values) {
        writer.write(value, of: parameter.kind)
      }
      arguments = writer.bytes
    }
    if arguments.count > Limits.bytesLength { arguments = [] }
    context.setInt(o[0], .zero)
    context.setInt(o[1], Word(failure?.number ?? 0))
    try setIdentifier(o[2], failure?.origin ?? .zero)
    context.setString(o[3], try context.makeString(arguments))
  }
}
