import Bytecode
import Integers

/// Statements on lists, and those that read what surrounds a contract.
extension CodeWriter {
  private static let opcodes: [Opcode] = [
    .listNew, .listGet, .listGet, .listSet, .listSet, .listPush, .listPush, .listCount, .listSlice,
    .listSort, .listSortBy, .listSum, .listDot, .listToBytes, .bytesToList, .split, .split,
    .listCopy, .listShare,
  ]

  private mutating func place(below count: Int) -> Int {
    int(.range(0...max(0, count - 1)))
  }

  /// One instruction on lists.
  mutating func listWork() {
    let opcode = random.pick(Self.opcodes)
    switch opcode {
    case .listNew:
      makeList(in: listDestination(), count: random.below(magnitude.listCount))
    case .listGet:
      let a = list(atLeast: 1)
      let d = intDestination()
      emit(.listGet, d, a, place(below: listFacts(a).count))
      set(d, IntFacts(bits: 130, isNonNegative: listFacts(a).isNonNegative))
    case .listSet:
      let a = list(atLeast: 1)
      let index = place(below: listFacts(a).count)
      emit(.listSet, a, index, int())
      set(a, ListFacts(count: listFacts(a).count, isNonNegative: false))
    case .listPush:
      let a = list()
      emit(.listPush, a, int())
      set(a, ListFacts(count: listFacts(a).count + 1, isNonNegative: false))
    case .listCount:
      let d = intDestination()
      emit(.listCount, d, list())
      set(d, IntFacts(bits: 20, isNonNegative: true))
    case .listSlice:
      let a = list()
      let count = listFacts(a).count
      let start = int(.range(0...count / 2))
      let length = int(.range(0...count - count / 2))
      let d = listDestination()
      emit(.listSlice, d, a, start, length)
      set(d, ListFacts(count: 0, isNonNegative: listFacts(a).isNonNegative))
    case .listSort: emit(.listSort, list())
    case .listSum:
      let d = intDestination()
      emit(.listSum, d, list())
      set(d, IntFacts(bits: 1_000))
    case .listCopy, .listShare:
      let a = list()
      let d = listDestination()
      emit(opcode, d, a)
      set(d, listFacts(a))
    default: listPair(opcode)
    }
  }

  private mutating func listPair(_ opcode: Opcode) {
    switch opcode {
    case .listSortBy, .listDot:
      let a = list()
      var b = list()
      if listFacts(a).count != listFacts(b).count, random.chance(90) {
        b = listDestination()
        if random.chance(50) || listFacts(a).count > 60 {
          emit(.listCopy, b, a)
          set(b, listFacts(a))
        } else {
          makeList(in: b, count: listFacts(a).count)
        }
      }
      if opcode == .listSortBy { return emit(opcode, a, b) }
      let d = intDestination()
      emit(opcode, d, a, b)
      set(d, IntFacts(bits: 2_000))
    case .listToBytes:
      var a = list()
      if !listFacts(a).isNonNegative, random.chance(80) {
        a = listDestination()
        makeList(in: a, count: random.below(5), isNonNegative: true)
      }
      let d = bytesDestination()
      let width = random.chance(50) ? 255 : 1 + random.below(80)
      emit(.listToBytes, d, a, width)
      set(d, BytesFacts(kind: .bytes, count: listFacts(a).count * width))
    case .bytesToList:
      let d = listDestination()
      if random.chance(60) {
        let a = bytes(random.pick([.address, .addresses, .assets]))
        emit(.bytesToList, d, a, random.pick([1, 2, 8, 16, 32]))
      } else {
        emit(.bytesToList, d, bytes(), 1)
      }
      set(d, ListFacts(count: 1))
    default: split()
    }
  }

  /// Splits a total by weights, often so that remainders tie.
  private mutating func split() {
    var weights = list(atLeast: 1)
    if random.chance(60) || !listFacts(weights).isNonNegative {
      weights = listDestination()
      let count = intDestination()
      constant(Integer(1 + random.below(6)), in: count)
      emit(.listNew, weights, count)
      let weight = intDestination()
      let isEven = random.chance(50)
      for index in 0..<2 + random.below(4) {
        if !isEven || index == 0 { make(isEven ? .range(1...3) : .nonNegative, in: weight) }
        emit(.listPush, weights, weight)
      }
      set(weights, ListFacts(count: 3))
    }
    let total = random.chance(60) ? int(.range(0...60)) : int(.nonNegative)
    let d = listDestination()
    emit(.split, d, total, weights)
    set(d, ListFacts(count: max(1, listFacts(weights).count)))
  }

  /// Works at the very limit of a list.
  mutating func extremeList() {
    let (n, d) = (intDestination(), listDestination())
    constant(Integer((1 << 20) - 1 + random.below(3)), in: n)
    emit(.listNew, d, n)
    set(d, ListFacts(count: 1 << 20))
    for _ in 0..<2 { emit(.listPush, d, int(.range(0...9))) }
    beginStatement()
    if random.chance(50) { emit(.listCopy, listDestination(), d) }
  }

  // MARK: - Surroundings

  /// One instruction on what the contract runs in.
  mutating func surroundings() {
    switch random.below(7) {
    case 0...2:
      let opcode = random.pick([.selfAddress, .caller, .chainID] as [Opcode])
      let d = bytesDestination()
      emit(opcode, d)
      set(d, BytesFacts(kind: opcode == .chainID ? .bytes : .address, count: 32))
    case 3, 4:
      let d = intDestination()
      emit(random.chance(50) ? .height : .time, d)
      set(d, IntFacts(bits: 40, isNonNegative: true, isNonZero: true))
    default:
      let height = intDestination()
      if random.chance(95) {
        emit(.height, height)
        let far = random.pick([1, 2, 3, 100, 255, 256, 255, 2, 257, 0])
        emit(.addSmall, height, height, Int(Instruction.immediate(-far)))
      } else {
        make(.any, in: height)
      }
      set(height, IntFacts.unknown)
      let d = bytesDestination()
      emit(.beacon, d, height)
      set(d, BytesFacts(kind: .bytes, count: 32))
    }
  }
}
