import Bytecode
import Integers
import State

/// A key of the state that is being put together, without allocating.
///
/// What changes stands behind a pointer, so that an object that holds the buffer reads a constant: Swift
/// would check every access to a variable of an object for overlap.
struct KeyBuffer: ~Copyable {
  private let start = UnsafeMutableRawPointer.allocate(
    byteCount: Limits.keyLength + 256, alignment: 8)
  private let length: UnsafeMutablePointer<Int>

  init() {
    length = .allocate(capacity: 1)
    length.initialize(to: 0)
  }

  /// Bytes of a field's key in front of its components: the space, the contract and the field.
  static let fieldPrefix = 34

  deinit {
    start.deallocate()
    length.deallocate()
  }

  /// How many bytes there are so far.
  private(set) var count: Int {
    get { length.pointee }
    nonmutating set { length.pointee = newValue }
  }

  /// The bytes so far.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

  func begin(_ space: KeySpace) {
    start.storeBytes(of: space.rawValue, as: UInt8.self)
    count = 1
  }

  /// Begins the key of an entry of a contract's field.
  @inline(__always)
  func begin(field: UInt16, of contract: UnsafeMutablePointer<ContractFrame>) {
    start.storeBytes(of: KeySpace.field.rawValue, as: UInt8.self)
    contract.pointee.address.store(to: start + 1)
    start.storeBytes(of: UInt8(truncatingIfNeeded: field), toByteOffset: 33, as: UInt8.self)
    count = Self.fieldPrefix
  }

  func append(_ byte: UInt8) {
    start.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    count += 1
  }

  func append(_ identifier: Identifier) {
    identifier.store(to: start + count)
    count += 32
  }

  private func requireRoom(_ bytes: Int) throws(Halt) {
    if count + bytes > Limits.keyLength { throw Halt(.keyTooLong) }
  }

  /// Appends an integer so that keys are in the order of the integers.
  func append(_ view: LimbView) throws(Halt) {
    guard let length = IntegerKeyCoding.encodedByteCount(view) else { throw Halt(.keyTooLong) }
    try requireRoom(length)
    do { count += try IntegerKeyCoding.encode(view, to: start + count) } catch {
      throw Halt(.keyTooLong)
    }
  }

  /// Appends an integer of at most sixteen bytes so that keys are in the order of the integers.
  @inline(__always)
  func append(narrow integer: Int128) throws(Halt) {
    let encoding = IntegerKeyCoding.encode(integer)
    try requireRoom(encoding.count)
    // There is more room behind the longest key than the words need.
    count &+= encoding.store(to: start + count)
  }

  /// Appends 32 bytes as they are.
  @inline(__always)
  func append(identifier bytes: UnsafeRawBufferPointer) throws(Halt) {
    guard bytes.count == 32, let base = bytes.baseAddress else { throw Halt(.kindMismatch) }
    try requireRoom(32)
    copyIdentifier(base, to: start + count)
    count &+= 32
  }

  /// Appends a string so that keys are in the order of the strings and tell where it ends: a zero byte
  /// is followed by 0xFF, and the end is two zero bytes.
  func append(string bytes: UnsafeRawBufferPointer) throws(Halt) {
    if bytes.count > Limits.keyLength { throw Halt(.keyTooLong) }
    var zeros = 0
    for byte in bytes where byte == 0 { zeros += 1 }
    try requireRoom(bytes.count + zeros + 2)
    if zeros == 0, let base = bytes.baseAddress {
      (start + count).copyMemory(from: base, byteCount: bytes.count)
      count += bytes.count
    } else {
      var target = start + count
      for byte in bytes {
        target.storeBytes(of: byte, as: UInt8.self)
        target += 1
        if byte == 0 {
          target.storeBytes(of: 0xFF, as: UInt8.self)
          target += 1
        }
      }
      count = target - start
    }
    append(0)
    append(0)
  }

  /// The lowest key above all that begin with the present bytes.
  func raiseAbovePrefix() {
    while count > 0, start.load(fromByteOffset: count - 1, as: UInt8.self) == 0xFF { count -= 1 }
    if count > 0 {
      let last = start.load(fromByteOffset: count - 1, as: UInt8.self)
      start.storeBytes(of: last + 1, toByteOffset: count - 1, as: UInt8.self)
    }
  }
}

/// Bytes that are being put together in memory that is kept from one use to the next.
///
/// As in a `KeyBuffer`, what changes stands behind a pointer.
struct GrowingBuffer: ~Copyable {
  private struct Storage {
    var start = UnsafeMutableRawPointer.allocate(byteCount: 4096, alignment: 8)
    var capacity = 4096
    var count = 0
  }

  private let storage: UnsafeMutablePointer<Storage>

  init() {
    storage = .allocate(capacity: 1)
    storage.initialize(to: Storage())
  }

  deinit {
    storage.pointee.start.deallocate()
    storage.deallocate()
  }

  /// How many bytes there are so far.
  var count: Int { storage.pointee.count }

  var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: storage.pointee.start, count: count)
  }

  func clear() { storage.pointee.count = 0 }

  /// Room for so many bytes at the end, which count as written.
  func extend(by length: Int) -> UnsafeMutableRawPointer {
    if count + length > storage.pointee.capacity { grow(to: (count + length) * 2) }
    defer { storage.pointee.count += length }
    return storage.pointee.start + count
  }

  private func grow(to capacity: Int) {
    let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
    larger.copyMemory(from: storage.pointee.start, byteCount: count)
    storage.pointee.start.deallocate()
    storage.pointee.start = larger
    storage.pointee.capacity = capacity
  }

  func append(_ bytes: UnsafeRawBufferPointer) {
    if let base = bytes.baseAddress, bytes.count > 0 {
      extend(by: bytes.count).copyMemory(from: base, byteCount: bytes.count)
    }
  }

  @inline(__always)
  func append(_ short: IntegerCoding.ShortEncoding) {
    let end = extend(by: 24)
    storage.pointee.count &-= 24 &- short.store(to: end)
  }

  func append(_ view: LimbView) {
    IntegerCoding.encode(view, to: extend(by: IntegerCoding.encodedByteCount(view)))
  }

  /// Appends a count in groups of seven bits, lowest first.
  func append(count value: Int) {
    var rest = value
    while rest >= 0x80 {
      extend(by: 1).storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, as: UInt8.self)
      rest >>= 7
    }
    extend(by: 1).storeBytes(of: UInt8(rest), as: UInt8.self)
  }
}

/// A place in stored bytes.
///
/// The machine itself has written them, so they can be read; but a store can be damaged or forged. What
/// cannot be read is zero or empty, and whoever reads looks at `isMalformed` afterwards.
struct StoredReader {
  let bytes: UnsafeRawBufferPointer
  private(set) var offset = 0
  /// Whether something was not what the machine writes.
  private(set) var isMalformed = false

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  private mutating func count() -> Int {
    var value = 0
    var shift = 0
    while offset < bytes.count, shift < 28 {
      let byte = Int(bytes[offset])
      offset += 1
      value |= (byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    isMalformed = true
    return 0
  }

  /// So many bytes, if they are there.
  private mutating func take(_ count: Int) -> UnsafeRawBufferPointer {
    guard count <= bytes.count - offset else {
      isMalformed = true
      offset = bytes.count
      return UnsafeRawBufferPointer(start: nil, count: 0)
    }
    defer { offset += count }
    return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
  }

  /// Reads the limbs of an integer and gives its signed size.
  mutating func integer(into limbs: UnsafeMutablePointer<UInt>) -> Int {
    let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
    guard let decoded = try? IntegerCoding.decode(rest, into: limbs) else {
      isMalformed = true
      return 0
    }
    offset += decoded.byteCount
    return decoded.size
  }

  /// Reads an integer if it is canonical and has at most fifteen bytes, or leaves it as it is.
  @inline(__always)
  mutating func shortInteger() -> Int128? {
    guard let base = bytes.baseAddress,
      let (value, count) = IntegerCoding.decodeShort(
        base + offset, available: bytes.count &- offset)
    else { return nil }
    offset &+= count
    return value
  }

  @inline(__always)
  mutating func string(_ component: ComponentPlan) -> UnsafeRawBufferPointer {
    if component.isIdentifier { return take(32) }
    let length = count()
    if length > Limits.bytesLength { isMalformed = true }
    return take(length)
  }

  /// Passes over a value.
  @inline(__always)
  mutating func skip(_ component: ComponentPlan) {
    if component.isIdentifier {
      _ = take(32)
    } else if component.isInteger {
      let header = count()
      _ = take(header / 2)
    } else {
      _ = string(component)
    }
  }
}

/// Copies 32 bytes.
@inline(__always)
func copyIdentifier(_ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer) {
  target.storeBytes(of: source.loadUnaligned(as: SIMD4<UInt64>.self), as: SIMD4<UInt64>.self)
}
