/// Whether bytes are equal: sixteen at a time, the last of them together with some in front of them.
@inline(__always)
func areEqual(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ count: Int) -> Bool {
  @inline(__always)
  func differs(_ offset: Int) -> UInt64 {
    a.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      ^ b.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }
  if _fastPath(count >= 16) {
    var offset = 0
    while offset &+ 16 < count {
      if differs(offset) | differs(offset &+ 8) != 0 { return false }
      offset &+= 16
    }
    return differs(count &- 16) | differs(count &- 8) == 0
  }
  for offset in 0..<count
  where a.load(fromByteOffset: offset, as: UInt8.self)
    != b.load(fromByteOffset: offset, as: UInt8.self)
  {
    return false
  }
  return true
}

/// Compares bytes as unsigned numbers.
@inline(__always)
func memoryCompare(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ count: Int) -> Int {
  var offset = 0
  while offset + 8 <= count {
    let x = a.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    let y = b.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    if x != y { return x.bigEndian < y.bigEndian ? -1 : 1 }
    offset += 8
  }
  while offset < count {
    let x = a.load(fromByteOffset: offset, as: UInt8.self)
    let y = b.load(fromByteOffset: offset, as: UInt8.self)
    if x != y { return x < y ? -1 : 1 }
    offset += 1
  }
  return 0
}

/// Orders keys as strings of bytes, a prefix before what it begins.
func compareKeys(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
  let count = min(a.count, b.count)
  if count > 0, let x = a.baseAddress, let y = b.baseAddress {
    let order = memoryCompare(x, y, count)
    if order != 0 { return order }
  }
  return a.count - b.count
}
