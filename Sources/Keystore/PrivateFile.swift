#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Files that nobody but their owner may read.
enum PrivateFile {
  /// Reads a file of at most so many bytes.
  ///
  /// It refuses a file that others may read or write.
  static func read(_ path: String, limit: Int) throws(KeystoreError) -> [UInt8] {
    // A pipe in the place of a file must not make anybody wait.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure("read", path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("read", path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .malformed(path: path, "it is no regular file")
    }
    let mode = UInt32(status.st_mode) & 0o777
    guard mode & 0o077 == 0 else { throw .tooOpen(path: path, mode: mode, isDirectory: false) }
    guard status.st_size <= limit else {
      throw .malformed(path: path, "it has more than \(limit) bytes")
    }

    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: limit + 1)
    while bytes.count <= limit {
      let count = systemRead(descriptor, &buffer, buffer.count)
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure("read", path)
      }
      bytes += buffer[..<count]
    }
    return bytes
  }

  /// Makes a file that was not there, with all of its bytes on the disk, or none at all.
  ///
  /// The bytes go into a hidden file beside it, which then gets the name too: this fails if the name is
  /// taken, whoever was first.
  static func create(_ path: String, _ bytes: [UInt8]) throws(KeystoreError) {
    let (directory, name) = parts(of: path)
    let suffix = String(UInt64.random(in: 0 ... .max), radix: 16)
    let temporary = "\(directory)/.\(name).\(suffix).new"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("written", path) }
    defer { unlink(temporary) }
    do throws(KeystoreError) {
      // The mask of the process may have taken rights from the owner.
      guard fchmod(descriptor, 0o600) == 0 else { throw failure("written", path) }
      try write(bytes, to: descriptor, path)
      guard fsync(descriptor) == 0 else { throw failure("written", path) }
    } catch {
      close(descriptor)
      throw error
    }
    guard close(descriptor) == 0 else { throw failure("written", path) }
    guard link(temporary, path) == 0 else {
      throw errno == EEXIST ? .fileExists(path: path) : failure("written", path)
    }
    try synchronize(directory)
  }

  private static func write(
    _ bytes: [UInt8], to descriptor: Int32, _ path: String
  ) throws(KeystoreError) {
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes { systemWrite(descriptor, $0[offset...]) }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure("written", path)
      }
      offset += count
    }
  }

  /// Whether anything has the name.
  static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// The directory of a file, and its name in it.
  private static func parts(of path: String) -> (directory: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let directory = String(path[..<slash])
    return (directory.isEmpty ? "/" : directory, String(path[path.index(after: slash)...]))
  }

  /// Brings the names of a directory to the disk.
  fileprivate static func synchronize(_ directory: String) throws(KeystoreError) {
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("written", directory) }
    defer { close(descriptor) }
    // Some file systems do this by themselves, and say so with EINVAL.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure("written", directory) }
  }

  fileprivate static func failure(_ operation: String, _ path: String) -> KeystoreError {
    .system(path: path, operation: operation, code: errno)
  }
}

/// Directories to which nobody but their owner may write.
enum PrivateDirectory {
  /// Makes a directory, and those that it stands in, unless they are there.
  static func make(_ path: String) throws(KeystoreError) {
    var made = path.hasPrefix("/") ? "/" : "."
    for part in path.split(separator: "/") {
      let parent = made
      made += "/" + part
      if mkdir(made, 0o700) == 0 {
        try PrivateFile.synchronize(parent)
      } else if errno != EEXIST {
        throw PrivateFile.failure("made", path)
      }
    }
  }

  /// Whether the directory is there; it is refused if others may write to it, for they could put their own
  /// keys in the place of the owner's.
  static func isThere(_ path: String) throws(KeystoreError) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == ENOENT { return false }
      throw PrivateFile.failure("read", path)
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw .system(path: path, operation: "used as a directory of keys", code: ENOTDIR)
    }
    let mode = UInt32(status.st_mode) & 0o777
    guard mode & 0o022 == 0 else { throw .tooOpen(path: path, mode: mode, isDirectory: true) }
    return true
  }

  /// The names in a directory that end so, in order; hidden ones are passed over.
  static func names(in path: String, endingIn suffix: String) throws(KeystoreError) -> [String] {
    guard let stream = opendir(path) else { throw PrivateFile.failure("read", path) }
    defer { closedir(stream) }
    var names: [String] = []
    while let item = readdir(stream) {
      let name = withUnsafePointer(to: item.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(suffix), !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }
}

private func systemRead(_ descriptor: Int32, _ buffer: inout [UInt8], _ count: Int) -> Int {
  read(descriptor, &buffer, count)
}

private func systemWrite(_ descriptor: Int32, _ bytes: Slice<UnsafeRawBufferPointer>) -> Int {
  let rest = UnsafeRawBufferPointer(rebasing: bytes)
  return write(descriptor, rest.baseAddress, rest.count)
}
