#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file that is written piece by piece, and that has its name only when it is whole.
final class OutputFile {
  private let path: String
  private let draft: String
  private var descriptor: Int32

  /// Begins a file where there is none; `-` is standard output.
  init(path: String) throws(CommandFailure) {
    self.path = path
    draft = "\(path).\(getpid()).new"
    guard path != "-" else {
      descriptor = 1
      return
    }
    guard FileSystem.entry(at: path) == .nothing else {
      throw CommandFailure(.usage, "there is a file \"\(path)\" already")
    }
    descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileSystem.failure("cannot be written", path) }
  }

  /// Writes bytes at the end.
  func write(_ bytes: [UInt8]) throws(CommandFailure) {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes {
        systemWrite(descriptor, $0.baseAddress.map { $0 + offset }, bytes.count - offset)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw FileSystem.failure("cannot be written", path)
      }
      offset += count
    }
  }

  /// Gives the file its name.
  func finish() throws(CommandFailure) {
    guard path != "-" else { return }
    guard fsync(descriptor) == 0, close(descriptor) == 0, link(draft, path) == 0 else {
      throw FileSystem.failure("cannot be written", path)
    }
    unlink(draft)
  }

  /// Removes what has been written.
  func discard() { if path != "-" { unlink(draft) } }
}

/// A file that is read piece by piece.
final class InputFile {
  private let path: String
  private let descriptor: Int32

  /// Opens a file; `-` is standard input.
  init(path: String) throws(CommandFailure) {
    self.path = path
    switch path == "-" ? .file : FileSystem.entry(at: path) {
    case .nothing: throw CommandFailure(.notFound, "there is no file \"\(path)\"")
    case .directory:
      throw CommandFailure(.failure, "\"\(path)\" is a directory, and a file is needed")
    case .file: break
    }
    descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileSystem.failure("cannot be read", path) }
  }

  deinit { if descriptor > 0 { close(descriptor) } }

  /// The next bytes, at most so many; none at the end.
  func read(_ limit: Int) throws(CommandFailure) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: limit)
    while true {
      let count = systemRead(descriptor, &bytes, limit)
      if count >= 0 { return Array(bytes[..<count]) }
      guard errno == EINTR else { throw FileSystem.failure("cannot be read", path) }
    }
  }
}

private func systemRead(_ descriptor: Int32, _ buffer: inout [UInt8], _ count: Int) -> Int {
  read(descriptor, &buffer, count)
}

private func systemWrite(_ descriptor: Int32, _ start: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, start, count)
}
