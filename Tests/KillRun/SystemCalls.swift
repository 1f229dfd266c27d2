import Foundation
import GRDBSQLite

/// Kills the process at one of the system calls by which SQLite changes files: in the middle of a write,
/// or in front of a truncation or a removal.
enum SystemCalls {
  // Written before the first call, and counted down by the one thread that writes.
  nonisolated(unsafe) fileprivate static var left = 0

  /// Dies at the call with this number, counted from now.
  static func die(at number: Int) {
    left = number
    replace("pwrite64", unsafeBitCast(writeAt, to: sqlite3_syscall_ptr.self))
    replace("pwrite", unsafeBitCast(writeAt, to: sqlite3_syscall_ptr.self))
    replace("write", unsafeBitCast(write, to: sqlite3_syscall_ptr.self))
    replace("ftruncate", unsafeBitCast(truncate, to: sqlite3_syscall_ptr.self))
    replace("unlink", unsafeBitCast(remove, to: sqlite3_syscall_ptr.self))
  }

  private static func replace(_ name: String, _ function: sqlite3_syscall_ptr) {
    guard let system = sqlite3_vfs_find(nil), system.pointee.xGetSystemCall(system, name) != nil
    else { return }
    _ = system.pointee.xSetSystemCall(system, name, function)
  }
}

/// Whether this is the call to die at.
private func isLast() -> Bool {
  SystemCalls.left -= 1
  return SystemCalls.left == 0
}

private func die() { kill(getpid(), SIGKILL) }

private let writeAt: @convention(c) (CInt, UnsafeRawPointer?, Int, Int) -> Int = {
  file, bytes, count, offset in
  if isLast() {
    _ = Foundation.pwrite(file, bytes, count / 2, off_t(offset))
    die()
  }
  return Foundation.pwrite(file, bytes, count, off_t(offset))
}

private let write: @convention(c) (CInt, UnsafeRawPointer?, Int) -> Int = { file, bytes, count in
  if isLast() {
    _ = Foundation.write(file, bytes, count / 2)
    die()
  }
  return Foundation.write(file, bytes, count)
}

private let truncate: @convention(c) (CInt, Int) -> CInt = { file, length in
  if isLast() { die() }
  return Foundation.ftruncate(file, off_t(length))
}

private let remove: @convention(c) (UnsafePointer<CChar>?) -> CInt = { path in
  if isLast() { die() }
  return path.map { Foundation.unlink($0) } ?? -1
}
