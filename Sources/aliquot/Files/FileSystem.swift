#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// When a file was written, how long it is, and which one it is.
struct FileStamp: Hashable, Sendable {
  let seconds: Int
  let nanoseconds: Int
  let size: Int
  let number: UInt64
}

/// Files by path.
///
/// Every failure is a `CommandFailure` that names the file.
enum FileSystem {
  /// Bytes of the largest file that is read: more than any source or module may have.
  static let sizeMax = 16 << 20

  /// Whether something is there, and what.
  enum Entry { case nothing, file, directory }

  /// What is at a path.
  static func entry(at path: String) -> Entry {
    var status = stat()
    guard stat(path, &status) == 0 else { return .nothing }
    return status.st_mode & S_IFMT == S_IFDIR ? .directory : .file
  }

  /// The bytes of a file.
  static func read(_ path: String) throws(CommandFailure) -> [UInt8] {
    switch entry(at: path) {
    case .nothing: throw CommandFailure(.notFound, "there is no file \"\(path)\"")
    case .directory:
      throw CommandFailure(.failure, "\"\(path)\" is a directory, and a file is needed")
    case .file: break
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("cannot be read", path) }
    defer { close(descriptor) }
    return try readAll(descriptor, path)
  }

  /// The bytes of standard input.
  static func readInput() throws(CommandFailure) -> [UInt8] {
    try readAll(0, "standard input")
  }

  private static func readAll(
    _ descriptor: Int32, _ path: String
  ) throws(CommandFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = systemRead(descriptor, &buffer, buffer.count)
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure("cannot be read", path)
      }
      bytes += buffer[..<count]
      if bytes.count > sizeMax {
        throw CommandFailure(
          .failure, "\"\(path)\" is larger than \(sizeMax >> 20) MiB, the most that is read")
      }
    }
  }

  /// Writes a file: first beside it, then in its place, so that no reader sees a part.
  static func write(_ bytes: [UInt8], to path: String) throws(CommandFailure) {
    let temporary = "\(path).\(getpid()).new"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure("cannot be written", path) }
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        systemWrite(descriptor, buffer[offset...])
      }
      if count < 0 {
        if errno == EINTR { continue }
        let error = failure("cannot be written", path)
        close(descriptor)
        unlink(temporary)
        throw error
      }
      offset += count
    }
    close(descriptor)
    guard rename(temporary, path) == 0 else {
      let error = failure("cannot be written", path)
      unlink(temporary)
      throw error
    }
  }

  /// Makes a directory and those that it stands in, unless they are there.
  static func makeDirectory(_ path: String) throws(CommandFailure) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += (made.isEmpty || made == "/" ? "" : "/") + part
      if mkdir(made, 0o755) != 0, errno != EEXIST { throw failure("cannot be made", made) }
    }
    guard entry(at: path) == .directory else {
      throw CommandFailure(.failure, "\"\(path)\" is a file, and a directory is needed")
    }
  }

  /// The files below a directory whose names end so, in order.
  ///
  /// Hidden ones are passed over.
  static func files(
    below directory: String, endingIn suffix: String
  ) throws(CommandFailure) -> [String] {
    var found: [String] = []
    var pending = [directory]
    while let path = pending.popLast() {
      guard let stream = opendir(path) else { throw failure("cannot be read", path) }
      defer { closedir(stream) }
      while let item = readdir(stream) {
        let name = withUnsafePointer(to: item.pointee.d_name) { pointer in
          pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name.hasPrefix(".") { continue }
        let inner = Path.join(path, name)
        switch entry(at: inner) {
        case .directory where !isLink(inner): pending.append(inner)
        case .file where name.hasSuffix(suffix): found.append(inner)
        default: break
        }
      }
    }
    return found.sorted()
  }

  /// Bytes of a file; 0 if there is none.
  static func size(of path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  /// What tells a file from the one that was there before; nil if there is none.
  static func stamp(of path: String) -> FileStamp? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    #if canImport(Darwin)
    let time = status.st_mtimespec
    #else
    let time = status.st_mtim
    #endif
    return FileStamp(
      seconds: Int(time.tv_sec), nanoseconds: Int(time.tv_nsec), size: Int(status.st_size),
      number: UInt64(status.st_ino))
  }

  /// Makes a new directory for files that nobody keeps, where `$TMPDIR` says or in `/tmp`.
  static func makeTemporaryDirectory() throws(CommandFailure) -> String {
    let parent = Environment.variable("TMPDIR") ?? "/tmp"
    var template = Array(Path.join(parent, "aliquot-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { throw failure("cannot hold a new directory", parent) }
    return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Removes a directory of files.
  static func removeAll(_ directory: String) {
    for file in (try? files(below: directory, endingIn: "")) ?? [] { unlink(file) }
    rmdir(directory)
  }

  /// The path that leads from a directory to a file.
  static func path(of file: String, from directory: String) throws(CommandFailure) -> String {
    guard let working = getcwd(nil, 0) else { throw failure("cannot be found", ".") }
    defer { free(working) }
    let present = String(cString: working)
    func parts(_ path: String) -> [Substring] {
      let whole = path.hasPrefix("/") ? path : "\(present)/\(path)"
      return Path.normalized(whole).split(separator: "/")
    }
    let (from, to) = (parts(directory), parts(file))
    let common = zip(from, to).prefix { $0 == $1 }.count
    return (Array(repeating: "..", count: from.count - common) + to[common...].map(String.init))
      .joined(separator: "/")
  }

  private static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// What the system says about a file.
  static func failure(_ what: String, _ path: String) -> CommandFailure {
    CommandFailure(.failure, "\"\(path)\" \(what): \(String(cString: strerror(errno)))")
  }
}

private func systemRead(_ descriptor: Int32, _ buffer: inout [UInt8], _ count: Int) -> Int {
  read(descriptor, &buffer, count)
}

private func systemWrite(_ descriptor: Int32, _ bytes: Slice<UnsafeRawBufferPointer>) -> Int {
  let rest = UnsafeRawBufferPointer(rebasing: bytes)
  return write(descriptor, rest.baseAddress, rest.count)
}

/// Paths as text.
enum Path {
  /// A name inside a directory.
  static func join(_ directory: String, _ name: String) -> String {
    directory.isEmpty || directory == "."
      ? name
      : directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
  }

  /// The directory that a file is in.
  static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The last part of a path, without what follows its last dot.
  static func stem(of path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
    return String(name[..<dot])
  }

  /// The path without `.` and with `..` applied, as far as text tells.
  static func normalized(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    let joined = parts.joined(separator: "/")
    return path.hasPrefix("/") ? "/" + joined : joined
  }
}
