import Bytecode
import Chain
import Execution
import Foundation
import GRDB
import State

/// What a state is read from: the values after the last block, or after an earlier one.
///
/// What cannot be read is nothing to the machine; the reason is kept, and whoever owns the source looks
/// at it before he believes a result.
final class StoreSource: StateSource {
  private let height: Int?
  private let reading: ((StoreReader) throws -> Void) throws -> Void
  /// Why something could not be read, the first time.
  private(set) var failure: (any Error)?
  private var queryCount = 0

  /// Makes a source.
  ///
  /// - Parameters:
  ///   - height: The height of the block after which the state is read; nil for the last.
  ///   - reading: Calls a function with a reader.
  init(height: Int?, reading: @escaping ((StoreReader) throws -> Void) throws -> Void) {
    self.height = height
    self.reading = reading
  }

  private func read<Result>(_ fallback: Result, _ body: (StoreReader) throws -> Result) -> Result {
    queryCount += 1
    var result = fallback
    do {
      try reading { result = try body($0) }
    } catch {
      failure = failure ?? error
    }
    return result
  }

  /// How often the database was asked since this was asked.
  func takeQueryCount() -> Int {
    defer { queryCount = 0 }
    return queryCount
  }

  /// Throws if something could not be read, or was not what a machine writes: then nothing counts that the
  /// world which reads from here has said.
  func check(_ world: World) throws {
    if let failure { throw StoreFile.translate(failure) }
    if world.hasMalformedState {
      throw LedgerError.damaged("the state holds something that no contract can have written")
    }
  }

  func value(forKey key: UnsafeRawBufferPointer) -> [UInt8]? {
    let key = Data(key)
    return read(nil) {
      if let height { try $0.value(for: key, at: height)?.bytes } else { try $0.value(for: key) }
    }
  }

  func entries(
    atOrAbove key: UnsafeRawBufferPointer, limit: Int
  ) -> [(key: [UInt8], value: [UInt8])] {
    entries(from: Data(key), upward: true, limit: limit)
  }

  func entries(
    below key: UnsafeRawBufferPointer, limit: Int
  ) -> [(key: [UInt8], value: [UInt8])] {
    entries(from: Data(key), upward: false, limit: limit)
  }

  private func entries(
    from key: Data, upward: Bool, limit: Int
  ) -> [(key: [UInt8], value: [UInt8])] {
    read([]) {
      let entries =
        if let height {
          try $0.entries(from: key, upward: upward, limit: limit, at: height)
        } else {
          try $0.entries(from: key, upward: upward, limit: limit)
        }
      return entries.map { ($0.key, $0.value) }
    }
  }
}
