import Bytecode
import Crypto
import Integers

/// The bodies of the instructions on strings of bytes.
extension UnsafeMutablePointer<Context> {
  func concatenate(_ o: SIMD8<UInt16>) throws(Halt) {
    let leftCount = Cell.byteCount(string(o[1]))
    let rightCount = Cell.byteCount(string(o[2]))
    let count = leftCount + rightCount
    if count > Limits.bytesLength { throw Halt(.bytesTooLong) }
    try charge(GasSchedule.bytesResult(count))
    if rightCount == 0 { return setString(o[0], string(o[1])) }
    if leftCount == 0 { return setString(o[0], string(o[2])) }
    let (block, target) = try makeString(count: count)
    copy(string(o[1]), to: target)
    copy(string(o[2]), to: target + leftCount)
    setString(o[0], block)
  }

  private func copy(_ block: UInt, to target: UnsafeMutableRawPointer) {
    let bytes = Cell.bytes(block)
    if let base = bytes.baseAddress { target.copyMemory(from: base, byteCount: bytes.count) }
  }

  func slice(_ o: SIMD8<UInt16>) throws(Halt) {
    let (start, count) = try range(int(o[2]), int(o[3]), within: Cell.byteCount(string(o[1])))
    try slice(from: o[1], start: start, count: count, to: o[0])
  }

  func element(_ o: SIMD8<UInt16>) throws(Halt) {
    let index = int(o[2])
    let count = UInt(bitPattern: Cell.byteCount(string(o[1])) &>> 5)
    guard index.isSmall, UInt(bitPattern: index.small) < count else {
      throw Halt(.indexOutOfRange)
    }
    try charge(GasSchedule.bytesResult(32))
    let (block, element) = try makeString(count: 32)
    if let base = Cell.bytes(string(o[1])).baseAddress {
      element.copyMemory(from: base + index.small &<< 5, byteCount: 32)
    }
    setString(o[0], block)
  }

  /// A range that lies within so many elements.
  func range(
    _ start: Word, _ count: Word, within length: Int
  ) throws(Halt) -> (start: Int, count: Int) {
    guard let start = start.int, let count = count.int, start >= 0, count >= 0, start <= length,
      count <= length - start
    else { throw Halt(.indexOutOfRange) }
    return (start, count)
  }

  private func slice(
    from source: UInt16, start: Int, count: Int, to target: UInt16
  ) throws(Halt) {
    try charge(GasSchedule.bytesResult(count))
    if count == 0 { return setString(target, 0) }
    let (block, bytes) = try makeString(count: count)
    let all = Cell.bytes(string(source))
    if let base = all.baseAddress { bytes.copyMemory(from: base + start, byteCount: count) }
    setString(target, block)
  }

  func byteAt(_ o: SIMD8<UInt16>) throws(Halt) {
    let bytes = Cell.bytes(string(o[1]))
    guard let index = int(o[2]).int, index >= 0, index < bytes.count else {
      throw Halt(.indexOutOfRange)
    }
    setInt(o[0], Word(Int(bytes[index])))
  }

  /// Whether two strings are the same, paid by the shorter.
  func same(_ left: UInt, _ right: UInt) throws(Halt) -> Bool {
    let a = Cell.bytes(left)
    let b = Cell.bytes(right)
    try charge(GasSchedule.bytesComparison(min(a.count, b.count)))
    return left == right || haveSameBytes(a, b)
  }

  func bytesToInt(_ o: SIMD8<UInt16>) throws(Halt) {
    let bytes = Cell.bytes(string(o[1]))
    try charge(GasSchedule.bytesToInt(bytes.count))
    var start = 0
    while start < bytes.count, bytes[start] == 0 { start += 1 }
    setInt(o[0], try makeWord(unsigned: UnsafeRawBufferPointer(rebasing: bytes[start...])))
  }

  /// The integer whose big-endian bytes are these, without leading zeros.
  func makeWord(unsigned bytes: UnsafeRawBufferPointer) throws(Halt) -> Word {
    guard let base = bytes.baseAddress, bytes.count > 0 else { return .zero }
    if bytes.count > Limits.integerBits / 8 { throw Halt(.integerTooLarge) }
    let size = LimbArithmetic.loadBytes(base, count: bytes.count, into: place)
    return try takeWord(size: size)
  }

  func intToBytes(_ o: SIMD8<UInt16>) throws(Halt) {
    let value = int(o[1])
    guard let width = int(o[2]).int, width >= 0, !value.isNegative else { throw Halt(.doesNotFit) }
    if width > Limits.bytesLength { throw Halt(.bytesTooLong) }
    try charge(GasSchedule.intToBytes(width, words: value.words))
    if width == 0 {
      if !value.isZero { throw Halt(.doesNotFit) }
      return setString(o[0], 0)
    }
    let (block, bytes) = try makeString(count: width)
    try store(int(o[1]), to: bytes, width: width)
    setString(o[0], block)
  }

  /// Writes an integer that is not negative as big-endian bytes of the given width.
  func store(_ value: Word, to bytes: UnsafeMutableRawPointer, width: Int) throws(Halt) {
    let view = view(value, 0)
    let count = LimbArithmetic.byteCount(view)
    if value.isNegative || count > width { throw Halt(.doesNotFit) }
    bytes.initializeMemory(as: UInt8.self, repeating: 0, count: width - count)
    LimbArithmetic.storeBytes(of: view, to: bytes + (width - count))
  }

  // MARK: - Hashes and proofs

  func sha256(_ o: SIMD8<UInt16>) throws(Halt) {
    try charge(GasSchedule.sha256(Cell.byteCount(string(o[1]))))
    let (block, digest) = try makeString(count: 32)
    Digests.sha256(Cell.bytes(string(o[1])), to: digest)
    setString(o[0], block)
  }

  func keccak256(_ o: SIMD8<UInt16>) throws(Halt) {
    try charge(GasSchedule.keccak256(Cell.byteCount(string(o[1]))))
    let (block, digest) = try makeString(count: 32)
    Keccak256.hash(Cell.bytes(string(o[1])), to: digest)
    setString(o[0], block)
  }

  func verifySignature(_ o: SIMD8<UInt16>) throws(Halt) {
    guard let scheme = SignatureScheme(rawValue: UInt8(truncatingIfNeeded: o[1])) else {
      throw Halt(.kindMismatch)
    }
    let message = Cell.bytes(string(o[3]))
    try charge(GasSchedule.signature(scheme, message: message.count))
    let isValid = Signatures.verify(
      scheme, key: Cell.bytes(string(o[2])), message: message,
      signature: Cell.bytes(string(o[4])))
    setInt(o[0], Word(isValid ? 1 : 0))
  }

  func verifyMerkle(_ o: SIMD8<UInt16>) throws(Halt) {
    let root = Cell.bytes(string(o[1]))
    let leaf = Cell.bytes(string(o[2]))
    let path = Cell.bytes(string(o[3]))
    let levels = path.count / 32
    guard path.count % 32 == 0, levels <= Limits.merkleDepth, root.count == 32 else {
      throw Halt(.malformedProof)
    }
    try charge(GasSchedule.merkle(levels: levels) + GasSchedule.sha256(leaf.count))
    let index = int(o[4])
    var isValid = false
    if !index.isNegative, index.bitCount <= levels {
      let bits = UInt64(truncatingIfNeeded: index.narrow)
      isValid = Digests.merkleRoot(leaf: leaf, path: path, index: bits).elementsEqual(root)
    }
    setInt(o[0], Word(isValid ? 1 : 0))
  }

  // MARK: - Kinds

  func checkBytes(_ o: SIMD8<UInt16>) throws(Halt) {
    let bytes = Cell.bytes(string(o[0]))
    let kind = Kind.checkable[Int(o[1])]
    try charge(GasSchedule.kindCheck(kind, bytes.count))
    if !kind.admits(bytes) { throw Halt(.kindMismatch) }
  }

  func checkInt(_ value: Word, below bound: Int) throws(Halt) {
    guard let value = value.int, value >= 0, value < bound else { throw Halt(.kindMismatch) }
  }
}

extension Kind {
  /// Whether bytes are of this kind, for kinds of the bytes bank.
  func admits(_ bytes: UnsafeRawBufferPointer) -> Bool {
    switch self {
    case .address, .asset: bytes.count == 32
    case .addresses, .assets: bytes.count % 32 == 0
    case .text: isWellFormedUTF8(bytes)
    case .call: bytes.isEmpty || (try? ContractCall(decoding: Array(bytes))) != nil
    default: true
    }
  }
}

/// Whether two strings are the same.
func haveSameBytes(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
  guard a.count == b.count else { return false }
  guard let x = a.baseAddress, let y = b.baseAddress else { return true }
  var offset = 0
  while offset + 8 <= a.count {
    if x.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      != y.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    {
      return false
    }
    offset += 8
  }
  while offset < a.count {
    if a[offset] != b[offset] { return false }
    offset += 1
  }
  return true
}

/// Whether bytes are UTF-8 as Unicode defines it: shortest forms, no surrogates, nothing above U+10FFFF.
func isWellFormedUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
  var decoder = UTF8()
  var iterator = bytes.makeIterator()
  while true {
    switch decoder.decode(&iterator) {
    case .scalarValue: continue
    case .emptyInput: return true
    case .error: return false
    }
  }
}
