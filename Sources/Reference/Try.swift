import BigInt
import Bytecode
import Hosting

/// The instruction that catches failures.
extension Interpreter {
  /// Runs the next instruction under a savepoint and with a limit of its own.
  func tryNext(_ o: SIMD8<UInt16>) throws(Halt) {
    if depth >= size.callDepth { throw .trap(.callDepthExceeded) }
    guard let limit = count(o[4]), limit >= 0, limit <= gas else {
      throw .trap(.insufficientTryGas)
    }
    let instruction = fetch()
    let (height, savepoint, eventCount) = (frames.count, ledger.savepoint, events.count)
    let kept = gas - limit
    gas = limit
    depth += 1
    defer { depth -= 1 }
    do throws(Halt) {
      try charge(Self.baseGas[Int(instruction.opcode.rawValue)])
      if instruction.opcode == .call {
        if height >= size.frames { throw .trap(.stackOverflow) }
        try callFunction(instruction.operands)
        try run(until: height)
      } else {
        try execute(instruction)
      }
      move(1, to: o[0])
      move(0, to: o[1])
      move([], to: o[2])
      move([], to: o[3])
      try set(o[2], .zero)
      gas += kept
    } catch {
      let halt = error
      // What was written since is undone; what was used stays used.
      if isFatal(halt) {
        gas += kept
        throw halt
      }
      note(halt)
      gas = kept + (halt == .trap(.outOfGas) ? 0 : gas)
      frames.removeLast(frames.count - height)
      events.removeLast(events.count - eventCount)
      ledger.undo(to: savepoint)
      let caught = failure
      failure = nil
      clearWindows(of: instruction)
      try report(caught, o)
    }
  }

  /// Whether no `try` catches a halt.
  private func isFatal(_ halt: Halt) -> Bool {
    switch halt {
    case .trap(let trap): return trap.isFatal
    case .failed:
      if case .trap(let trap) = failure?.reason { return trap.isFatal }
      return false
    }
  }

  /// Zeroes what an instruction that failed may have written: the windows of a call between contracts,
  /// and for an internal call all of the caller's registers from its windows on.
  private func clearWindows(of instruction: Instruction) {
    let o = instruction.operands
    var (ints, strings, lists) = (0..<0, 0..<0, 0..<0)
    if instruction.opcode == .call {
      let frame = frames[frames.count - 1]
      let registers = frame.code.module.functions[frame.function].registers
      ints = Int(o[1])..<max(Int(o[1]), registers.int)
      strings = Int(o[2])..<max(Int(o[2]), registers.bytes)
      lists = Int(o[3])..<max(Int(o[3]), registers.list)
    } else if instruction.opcode == .invoke {
      let imported = module.imports[Int(o[0])]
      let taken = BankCounts(imported.parameters)
      let given = BankCounts(imported.results)
      ints = Int(o[2])..<Int(o[2]) + max(taken.int + Int(o[4]), given.int)
      strings = Int(o[3])..<Int(o[3]) + max(taken.bytes + Int(o[4]), given.bytes)
    }
    for register in ints { self.ints[base.ints + register] = 0 }
    for register in strings { self.strings[base.strings + register] = [] }
    for register in lists { self.lists[base.lists + register] = nil }
  }

  /// Puts what a failure was in the registers that `try` names.
  private func report(_ failure: Failure?, _ o: SIMD8<UInt16>) throws(Halt) {
    var arguments: [UInt8] = []
    if case .declared(let index, _, let values) = failure?.reason,
      let code = failure?.site.flatMap({ codes[$0.codeHash] })
    {
      let kinds = code.module.errors[index].parameters.map(\.kind)
      arguments = Encoding.values(values.map { Datum($0) }, of: kinds)
    }
    if arguments.count > Limits.bytesLength { arguments = [] }
    move(0, to: o[0])
    move(BigInt(failure?.number ?? 0), to: o[1])
    try set(o[2], failure?.origin ?? .zero)
    try set(o[3], arguments)
  }
}
