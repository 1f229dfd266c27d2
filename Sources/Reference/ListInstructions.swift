import BigInt
import Bytecode

/// The bodies of the instructions on lists. A register without a list is an empty one that nobody shares.
extension Interpreter {
  func listNew(_ o: SIMD8<UInt16>) throws(Halt) {
    guard let count = count(o[1]), count >= 0 else { throw .trap(.indexOutOfRange) }
    if count > Limits.listCount { throw .trap(.listTooLong) }
    try charge(Gas.listResult(count))
    try set(o[0], list: [BigInt](repeating: 0, count: count))
  }

  /// Makes an empty list where a register has none, so that there is something to share or to change.
  private func materialize(_ register: UInt16) throws(Halt) {
    if list(register) == nil { try set(register, list: []) }
  }

  func listShare(_ o: SIMD8<UInt16>) throws(Halt) {
    try materialize(o[1])
    lists[base.lists + Int(o[0])] = list(o[1])
  }

  func listCopy(_ o: SIMD8<UInt16>) throws(Halt) {
    let items = items(o[1])
    try charge(Gas.listResult(items.count))
    try set(o[0], list: items)
  }

  func listSlice(_ o: SIMD8<UInt16>) throws(Halt) {
    let items = items(o[1])
    let range = try range(from: o[2], count: o[3], within: items.count)
    try charge(Gas.listResult(range.count))
    try set(o[0], list: Array(items[range]))
  }

  func listGet(_ o: SIMD8<UInt16>) throws(Halt) {
    let items = items(o[1])
    move(items[try index(o[2], below: items.count)], to: o[0])
  }

  func listSet(_ o: SIMD8<UInt16>) throws(Halt) {
    let index = try index(o[1], below: items(o[0]).count)
    list(o[0])?.items[index] = int(o[2])
  }

  func listPush(_ o: SIMD8<UInt16>) throws(Halt) {
    try materialize(o[0])
    if items(o[0]).count >= Limits.listCount { throw .trap(.listTooLong) }
    try meter(Memory.size(ofList: 1) - Memory.size(ofList: 0))
    list(o[0])?.items.append(int(o[1]))
  }

  // MARK: - Order

  private func paySort(_ keys: [BigInt]) throws(Halt) {
    let wideWords = keys.reduce(0) { $0 + ($1.isNarrow ? 0 : $1.wordCount) }
    try charge(Gas.listSort(keys.count, wideWords: wideWords))
  }

  func listSort(_ o: SIMD8<UInt16>) throws(Halt) {
    try paySort(items(o[0]))
    list(o[0])?.items.sort()
  }

  func listSortBy(_ o: SIMD8<UInt16>) throws(Halt) {
    let (items, keys) = (items(o[0]), items(o[1]))
    if items.count != keys.count { throw .trap(.indexOutOfRange) }
    try paySort(keys)
    let order = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
    list(o[0])?.items = order.map { items[$0] }
  }

  // MARK: - Sums

  func listSum(_ o: SIMD8<UInt16>) throws(Halt) {
    let items = items(o[1])
    try charge(Gas.listSum(items))
    try set(o[0], try Arithmetic.limited(items.reduce(0, +)))
  }

  func listDot(_ o: SIMD8<UInt16>) throws(Halt) {
    let (left, right) = (items(o[1]), items(o[2]))
    if left.count != right.count { throw .trap(.indexOutOfRange) }
    try charge(Gas.listDot(left, right))
    let sum = zip(left, right).reduce(BigInt(0)) { $0 + $1.0 * $1.1 }
    try set(o[0], try Arithmetic.limited(sum))
  }

  // MARK: - Bytes

  func listToBytes(_ o: SIMD8<UInt16>) throws(Halt) {
    let items = items(o[1])
    let width = Int(o[2])
    if items.count * width > Limits.bytesLength { throw .trap(.bytesTooLong) }
    try charge(Gas.listBytes(items.count, width: width))
    // The string is made before the elements are looked at.
    try meter(Memory.size(ofBytes: items.count * width))
    var string: [UInt8] = []
    for item in items { string += try bigEndian(item, width: width) }
    move(string, to: o[0])
  }

  func bytesToList(_ o: SIMD8<UInt16>) throws(Halt) {
    let source = bytes(o[1])
    let width = Int(o[2])
    if source.count % width != 0 { throw .trap(.indexOutOfRange) }
    let count = source.count / width
    try charge(Gas.listBytes(count, width: width))
    try fill(o[0], count: count) { (index) throws(Halt) in
      try unsigned(source[index * width..<index * width + width])
    }
  }

  func split(_ o: SIMD8<UInt16>) throws(Halt) {
    let total = int(o[1])
    let weights = items(o[2])
    try charge(Gas.split(total, weights))
    let parts = try Arithmetic.split(total, weights)
    try fill(o[0], count: parts.count) { parts[$0] }
  }

  /// Makes a list of zeros, and then one element after the other: each is metered with those before it
  /// in the list.
  private func fill(
    _ register: UInt16, count: Int, _ element: (Int) throws(Halt) -> BigInt
  ) throws(Halt) {
    try set(register, list: [BigInt](repeating: 0, count: count))
    for index in 0..<count {
      let element = try element(index)
      try meter(Memory.size(of: element))
      list(register)?.items[index] = element
    }
  }
}
