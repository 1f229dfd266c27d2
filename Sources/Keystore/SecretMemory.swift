#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Memory that held a secret.
public enum SecretMemory {
  /// Writes zeros over an array, if nobody else holds its bytes.
  public static func wipe(_ bytes: inout [UInt8]) {
    bytes.withUnsafeMutableBytes { wipe($0) }
  }

  /// Writes zeros, also where the compiler sees that nobody reads them.
  static func wipe(_ buffer: UnsafeMutableRawBufferPointer) {
    guard let start = buffer.baseAddress else { return }
    #if canImport(Darwin)
    memset_s(start, buffer.count, 0, buffer.count)
    #else
    explicit_bzero(start, buffer.count)
    #endif
  }
}
