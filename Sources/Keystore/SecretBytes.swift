/// Bytes that are wiped when nobody holds them any more.
final class SecretBytes: @unchecked Sendable {
  // Nobody writes to the buffer after `init`, so that it may be read from anywhere.
  private let buffer: UnsafeMutableRawBufferPointer
  /// How many bytes there are.
  let count: Int

  init(_ bytes: some Collection<UInt8>) {
    count = bytes.count
    // Never empty, since the libraries below want an address.
    buffer = .allocate(byteCount: max(1, count), alignment: 1)
    buffer[0] = 0
    buffer.copyBytes(from: bytes)
  }

  deinit {
    SecretMemory.wipe(buffer)
    buffer.deallocate()
  }

  /// Lends the bytes.
  func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(start: buffer.baseAddress, count: count))
  }
}
