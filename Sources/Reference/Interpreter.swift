import BigInt
import Bytecode
import Hosting
import Integers
import Verification

/// Why a run stopped before its function returned.
enum Halt: Error, Equatable {
  /// A trap, whose place is not known yet.
  case trap(Trap)
  /// A failure that `Interpreter.failure` tells.
  case failed
}

/// Verified code, ready to run.
final class Code {
  let verified: VerifiedModule
  let hash: Identifier
  /// The integers of the constant pool.
  let integers: [BigInt]

  var module: Module { verified.module }

  init(_ verified: VerifiedModule) {
    self.verified = verified
    hash = Identifier(verified.codeHash) ?? .zero
    integers = verified.module.integers.map { BigInt($0) }
  }
}

/// A contract on the call stack.
struct RunningContract {
  let address: Identifier
  let code: Code
  let caller: Identifier
}

/// A register of each bank, or a number of registers of each bank.
struct Extent {
  var ints = 0
  var strings = 0
  var lists = 0
}

/// A function that runs.
struct Frame {
  let code: Code
  let function: Int
  let instructions: [Instruction]
  /// Its first registers.
  let base: Extent
  /// The first registers that neither it nor a frame below it uses.
  let top: Extent
  /// The instruction that comes next.
  var next = 0
}

/// One transaction: the registers, the frames and the contracts that run, the gas that is left.
final class Interpreter {
  let size: MachineSize
  let block: Block
  let ledger: Ledger
  let codes: [Identifier: Code]

  /// Gas that is left to what runs.
  var gas: Int
  /// What has been made since the last count of live memory, and was live then.
  var metered = 0
  var ints: [BigInt] = []
  var strings: [[UInt8]] = []
  var lists: [SharedList?] = []
  var frames: [Frame] = []
  var contracts: [RunningContract] = []
  /// Calls between contracts, hooks and `try` that are open.
  var depth = 0
  /// Why the transaction or its innermost failed call failed.
  var failure: Failure?
  var events: [Event] = []

  init(_ ledger: Ledger, codes: [Identifier: Code], block: Block, size: MachineSize, gas: Int) {
    self.ledger = ledger
    self.codes = codes
    self.block = block
    self.size = size
    self.gas = gas
  }

  /// The first registers of the current frame.
  var base: Extent { frames[frames.count - 1].base }

  /// The contract that runs.
  var contract: RunningContract { contracts[contracts.count - 1] }

  /// The module of the contract that runs.
  var module: Module { contract.code.module }

  // MARK: - The loop

  /// Takes gas before an effect.
  func charge(_ amount: Int) throws(Halt) {
    if amount > gas { throw .trap(.outOfGas) }
    gas -= amount
  }

  /// Runs instructions until no more than so many frames are left.
  func run(until height: Int) throws(Halt) {
    while frames.count > height {
      let instruction = fetch()
      try charge(Self.baseGas[Int(instruction.opcode.rawValue)])
      try execute(instruction)
    }
  }

  /// Takes the next instruction of the current frame.
  func fetch() -> Instruction {
    let current = frames.count - 1
    defer { frames[current].next += 1 }
    return frames[current].instructions[frames[current].next]
  }

  /// Gas of every execution, by the byte of the instruction.
  static let baseGas: [Int] = {
    var gas = [Int](repeating: 0, count: 256)
    for opcode in Opcode.allCases { gas[Int(opcode.rawValue)] = opcode.row.gas }
    return gas
  }()

  /// The bodies of all instructions, in the order of the table.
  ///
  /// The base price has been paid.
  func execute(_ instruction: Instruction) throws(Halt) {
    let o = instruction.operands
    switch instruction.opcode {
    case .intConst: move(contract.code.integers[Int(o[1])], to: o[0])
    case .intSmall: move(immediate(o[1]), to: o[0])
    case .intMove: move(int(o[1]), to: o[0])
    case .bytesConst: move(module.strings[Int(o[1])], to: o[0])
    case .bytesMove: move(bytes(o[1]), to: o[0])
    case .listCopy: try listCopy(o)
    case .listShare: try listShare(o)

    case .add: try add(int(o[1]), int(o[2]), to: o[0])
    case .addSmall: try add(int(o[1]), immediate(o[2]), to: o[0])
    case .sub: try subtract(int(o[1]), int(o[2]), to: o[0])
    case .mul: try multiply(int(o[1]), int(o[2]), to: o[0])
    case .mulSmall: try multiply(int(o[1]), immediate(o[2]), to: o[0])
    case .neg: try negate(int(o[1]), to: o[0])
    case .abs: try absolute(int(o[1]), to: o[0])
    case .min: move(int(try compare(int(o[1]), int(o[2])) <= 0 ? o[1] : o[2]), to: o[0])
    case .max: move(int(try compare(int(o[1]), int(o[2])) >= 0 ? o[1] : o[2]), to: o[0])
    case .div: try divide(int(o[1]), int(o[2]), rounding(o[3]), to: o[0])
    case .mod: try modulo(int(o[1]), int(o[2]), to: o[0])
    case .divmod: try divideWithRemainder(int(o[2]), int(o[3]), to: o[0], o[1])
    case .muldiv: try multiplyDivide(int(o[1]), int(o[2]), int(o[3]), rounding(o[4]), to: o[0])
    case .pow: try power(int(o[1]), int(o[2]), to: o[0])
    case .root: try root(int(o[1]), int(o[2]), to: o[0])
    case .bitLength: move(BigInt(int(o[1]).bits), to: o[0])
    case .gcd: try greatestCommonDivisor(int(o[1]), int(o[2]), to: o[0])
    case .powMod: try modularPower(int(o[1]), int(o[2]), int(o[3]), to: o[0])
    case .invMod: try modularInverse(int(o[1]), int(o[2]), to: o[0])
    case .fixedPow: try fixedPower(int(o[1]), int(o[2]), int(o[3]), rounding(o[4]), to: o[0])
    case .bitAnd: try bitwise(int(o[1]), int(o[2]), Arithmetic.and, to: o[0])
    case .bitOr: try bitwise(int(o[1]), int(o[2]), Arithmetic.or, to: o[0])
    case .bitXor: try bitwise(int(o[1]), int(o[2]), Arithmetic.xor, to: o[0])
    case .shiftLeft: try shiftLeft(int(o[1]), int(o[2]), to: o[0])
    case .shiftRight: try shiftRight(int(o[1]), int(o[2]), to: o[0])
    case .equal: set(o[0], try compare(int(o[1]), int(o[2])) == 0)
    case .notEqual: set(o[0], try compare(int(o[1]), int(o[2])) != 0)
    case .less: set(o[0], try compare(int(o[1]), int(o[2])) < 0)
    case .lessEqual: set(o[0], try compare(int(o[1]), int(o[2])) <= 0)
    case .not: set(o[0], int(o[1]).isZero)

    case .jump: jump(to: o[0])
    case .jumpEqual: if try compare(int(o[0]), int(o[1])) == 0 { jump(to: o[2]) }
    case .jumpNotEqual: if try compare(int(o[0]), int(o[1])) != 0 { jump(to: o[2]) }
    case .jumpLess: if try compare(int(o[0]), int(o[1])) < 0 { jump(to: o[2]) }
    case .jumpLessEqual: if try compare(int(o[0]), int(o[1])) <= 0 { jump(to: o[2]) }
    case .jumpEqualSmall: if int(o[0]) == immediate(o[1]) { jump(to: o[2]) }
    case .jumpNotEqualSmall: if int(o[0]) != immediate(o[1]) { jump(to: o[2]) }
    case .jumpLessSmall: if try compare(int(o[0]), immediate(o[1])) < 0 { jump(to: o[2]) }
    case .jumpLessEqualSmall: if try compare(int(o[0]), immediate(o[1])) <= 0 { jump(to: o[2]) }
    case .jumpGreaterSmall: if try compare(int(o[0]), immediate(o[1])) > 0 { jump(to: o[2]) }
    case .jumpGreaterEqualSmall: if try compare(int(o[0]), immediate(o[1])) >= 0 { jump(to: o[2]) }
    case .jumpSame: if try same(bytes(o[0]), bytes(o[1])) { jump(to: o[2]) }
    case .jumpDifferent: if try !same(bytes(o[0]), bytes(o[1])) { jump(to: o[2]) }
    case .loopLess:
      try add(int(o[0]), 1, to: o[0])
      if try compare(int(o[0]), int(o[1])) < 0 { jump(to: o[2]) }
    case .call: try callFunction(o)
    case .ret: try leaveFunction(o)
    case .fail: try fail(o)

    case .concat: try concatenate(o)
    case .slice: try slice(o)
    case .length: move(BigInt(bytes(o[1]).count), to: o[0])
    case .byteAt: try byteAt(o)
    case .same: set(o[0], try same(bytes(o[1]), bytes(o[2])))
    case .bytesToInt: try bytesToInt(o)
    case .intToBytes: try intToBytes(o)
    case .sha256: try sha256(o)
    case .keccak256: try keccak256(o)
    case .verifySignature: try verifySignature(o)
    case .verifyMerkle: try verifyMerkle(o)
    case .element: try element(o)
    case .checkInt: try require(int(o[0]) >= 0 && int(o[0]) < 2)
    case .checkEnum: try require(int(o[0]) >= 0 && int(o[0]) < BigInt(o[1]))
    case .checkBytes: try checkBytes(o)

    case .listNew: try listNew(o)
    case .listGet: try listGet(o)
    case .listSet: try listSet(o)
    case .listPush: try listPush(o)
    case .listCount: move(BigInt(items(o[1]).count), to: o[0])
    case .listSlice: try listSlice(o)
    case .listSort: try listSort(o)
    case .listSortBy: try listSortBy(o)
    case .listSum: try listSum(o)
    case .listDot: try listDot(o)
    case .listToBytes: try listToBytes(o)
    case .bytesToList: try bytesToList(o)
    case .split: try split(o)

    case .selfAddress: try set(o[0], contract.address)
    case .caller: try set(o[0], contract.caller)
    case .chainID: try set(o[0], block.chain)
    case .height: move(BigInt(block.height), to: o[0])
    case .time: move(BigInt(block.time), to: o[0])
    case .beacon: try beacon(o)

    case .loadInt, .loadBytes: try load(o)
    case .storeInt, .storeBytes: try store(o)
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
    case .admit: try admit(o)
    case .dismiss: try dismiss(o)

    case .invoke: try invoke(o)
    case .tryNext: try tryNext(o)
    case .encodeCall: try encodeCall(o)
    case .perform: try performCall(o)
    case .create: try create(o)
    case .emit: try emit(o)
    case .digest: try digest(o)
    }
  }

  /// An immediate is a signed integer of 16 bits.
  private func immediate(_ operand: UInt16) -> BigInt { BigInt(Int16(bitPattern: operand)) }

  private func rounding(_ operand: UInt16) -> Rounding {
    Rounding(rawValue: UInt8(operand)) ?? .floor
  }

  private func jump(to target: UInt16) { frames[frames.count - 1].next = Int(target) }

  /// Traps unless a value is of the kind that is required.
  func require(_ isOfKind: Bool) throws(Halt) {
    if !isOfKind { throw .trap(.kindMismatch) }
  }

  private func beacon(_ o: SIMD8<UInt16>) throws(Halt) {
    guard let height = count(o[1]), let beacon = block.beacon(at: height) else {
      throw .trap(.beaconUnavailable)
    }
    try set(o[0], beacon)
  }

  // MARK: - Functions

  /// Puts a frame on the stack.
  ///
  /// Its registers beyond the parameters are zeroed; the parameters are what the registers hold.
  func push(
    _ code: Code, _ index: Int, at base: Extent, parameters: BankCounts
  ) throws(Halt) {
    let function = code.module.functions[index]
    let end = Extent(
      ints: base.ints + function.registers.int, strings: base.strings + function.registers.bytes,
      lists: base.lists + function.registers.list)
    guard frames.count < size.frames, end.ints <= size.integerStack,
      end.strings <= size.bytesStack, end.lists <= size.listStack
    else { throw .trap(.stackOverflow) }
    clear(&ints, base.ints + parameters.int, end.ints, 0)
    clear(&strings, base.strings + parameters.bytes, end.strings, [])
    clear(&lists, base.lists + parameters.list, end.lists, nil)
    let below = frames.last?.top ?? Extent()
    frames.append(
      Frame(
        code: code, function: index, instructions: function.code, base: base,
        top: Extent(
          ints: max(below.ints, end.ints), strings: max(below.strings, end.strings),
          lists: max(below.lists, end.lists))))
  }

  /// Zeroes registers, which come into being when they are first used.
  private func clear<Item>(_ bank: inout [Item], _ start: Int, _ end: Int, _ zero: Item) {
    while bank.count < end { bank.append(zero) }
    for index in start..<max(start, end) { bank[index] = zero }
  }

  /// An internal call: the callee's registers begin at the windows in the caller's.
  func callFunction(_ o: SIMD8<UInt16>) throws(Halt) {
    let function = module.functions[Int(o[0])]
    try charge(Gas.frame(function.registers))
    try push(
      contract.code, Int(o[0]),
      at: Extent(
        ints: base.ints + Int(o[1]), strings: base.strings + Int(o[2]),
        lists: base.lists + Int(o[3])),
      parameters: BankCounts(function.parameters))
  }

  /// Moves the results to the first registers, where the caller's windows are, and leaves the function.
  ///
  /// A window that begins there has nothing to move.
  func leaveFunction(_ o: SIMD8<UInt16>) throws(Halt) {
    let frame = frames[frames.count - 1]
    let results = BankCounts(frame.code.module.functions[frame.function].results)
    let intCount = o[0] == 0 ? 0 : results.int
    let stringCount = o[1] == 0 ? 0 : results.bytes
    let listCount = o[2] == 0 ? 0 : results.list
    try charge(intCount + stringCount + listCount)
    for index in 0..<intCount {
      ints[base.ints + index] = ints[base.ints + Int(o[0]) + index]
    }
    for index in 0..<stringCount {
      strings[base.strings + index] = strings[base.strings + Int(o[1]) + index]
    }
    for index in 0..<listCount {
      lists[base.lists + index] = lists[base.lists + Int(o[2]) + index]
    }
    frames.removeLast()
  }
}
