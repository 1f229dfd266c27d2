import Bytecode

/// One contract on the call stack.
struct ContractFrame {
  let address: Identifier
  let caller: Identifier
  /// The program, which the world keeps for as long as a transaction runs.
  let code: Unmanaged<Program>
  /// A number that no other entry into a contract has, so that what is remembered under it is of this one.
  let serial: UInt64
  let codeHash: Identifier
  /// What the machine needs of the program's fields and events.
  let fields: UnsafePointer<FieldPlan>
  let events: UnsafePointer<OutputPlan>

  @inline(__always)
  var program: Program { code.takeUnretainedValue() }
}

/// The contracts that have called each other, in memory that is made once.
///
/// The context points to the frame of the one that runs, so that no instruction goes through the machine
/// to find it.
extension Machine {
  /// Frames at most: each call has one, and a contract that is being made one more.
  static func frameCapacity(_ size: MachineSize) -> Int { size.callDepth + 2 }

  /// The contract that runs.
  @inline(__always)
  var current: ContractFrame {
    precondition(context.pointee.contract >= contracts, "an instruction runs outside of contracts")
    return context.pointee.contract.pointee
  }

  /// The contract that runs, or nil between transactions and at their start.
  var running: ContractFrame? {
    context.pointee.contract >= contracts ? context.pointee.contract.pointee : nil
  }

  /// How many contracts are on the stack.
  var contractCount: Int { context.pointee.contract - contracts + 1 }

  func push(_ address: Identifier, _ program: Unmanaged<Program>, caller: Identifier) {
    serial += 1
    context.pointee.contract += 1
    program._withUnsafeGuaranteedRef { code in
      context.pointee.contract.initialize(
        to: ContractFrame(
          address: address, caller: caller, code: program, serial: serial,
          codeHash: code.codeHash, fields: UnsafePointer(code.fields),
          events: UnsafePointer(code.events)))
    }
  }

  func pop() { context.pointee.contract -= 1 }

  /// Whether a contract is on the stack.
  func isOpen(_ address: Identifier) -> Bool {
    var frame = contracts
    while frame <= context.pointee.contract {
      if frame.pointee.address == address { return true }
      frame += 1
    }
    return false
  }
}
