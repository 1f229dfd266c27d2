import Commitment
import Foundation
import GRDB
import GRDBSQLite

/// The file of a ledger, before and while it is open: what it must begin with, and how it is opened.
///
/// A file that may be open is never read by other means than SQLite: closing it would end all locks that
/// this process holds on it, and another process could take away the log under a writer.
enum StoreFile {
  /// `Aliq`, which tells a ledger from other files of SQLite.
  static let applicationID = 0x416C_6971
  /// The version of the tables.
  static let format = 1

  /// KiB of pages that a writer keeps in memory, so that a large block need not write one twice.
  private static let writerCache = 65_536

  /// SQLite's code for a page that is not as it was written (`SQLITE_IOERR_DATA`).
  static let damagedPage = SQLITE_IOERR | 32 << 8

  /// The settings of a connection, which waits so long for another that writes.
  ///
  /// Pages of a file are checked unless that is what the connection is to find out; in memory there is
  /// nothing to check.
  static func configuration(
    isReadOnly: Bool, patience: Duration, checksPages: Bool = true
  ) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = isReadOnly
    configuration.busyMode = .timeout(patience / .seconds(1))
    configuration.label = "ledger"
    configuration.maximumReaderCount = 4
    if checksPages { configuration.prepareDatabase { try CheckedPages.begin($0) } }
    return configuration
  }

  // MARK: - Looking at files

  /// Looks at a file, so that what is no ledger is never opened as one, and never changed.
  static func check(_ path: String) throws {
    guard try size(of: path) > 0 else {
      throw LedgerError.notALedger(path: path, reason: "it is empty")
    }
    let (application, version, length): (Int?, Int?, Int?)
    do {
      let queue = try DatabaseQueue(
        path: immutable(path),
        configuration: configuration(isReadOnly: true, patience: .zero, checksPages: false))
      (application, version, length) = try queue.read {
        (
          try Int.fetchOne($0, sql: "PRAGMA application_id"),
          try Int.fetchOne($0, sql: "PRAGMA user_version"),
          try Int.fetchOne(
            $0, sql: "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        )
      }
    } catch let error as DatabaseError {
      switch error.resultCode {
      case .SQLITE_NOTADB:
        throw LedgerError.notALedger(path: path, reason: "it does not begin like one")
      case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
        throw LedgerError.system("\"\(path)\" cannot be read")
      // While a log lies beside the file, the file alone may be any state.
      case _ where hasLog(path): return
      default:
        try checkDamaged(path)
        throw translate(error)
      }
    }
    guard application == applicationID else {
      throw LedgerError.notALedger(path: path, reason: "it is a database of something else")
    }
    guard let version, version <= format else {
      throw LedgerError.newerFormat(path: path, found: version ?? 0, known: format)
    }
    guard version == format else {
      throw LedgerError.damaged("the file names the format \(version), which there never was")
    }
    guard let length, !hasLog(path) else { return }
    let found = try size(of: path)
    guard found >= length else {
      throw LedgerError.truncated(path: path, expected: length, found: found)
    }
  }

  /// The size of an ordinary file.
  private static func size(of path: String) throws -> Int {
    var status = stat()
    guard stat(path, &status) == 0 else {
      guard errno == ENOENT || errno == ENOTDIR else { throw systemError(path) }
      throw LedgerError.noLedger(path: path)
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return Int(status.st_size)
    case S_IFDIR: throw LedgerError.notALedger(path: path, reason: "it is a folder")
    default: throw LedgerError.notALedger(path: path, reason: "it is no ordinary file")
    }
  }

  /// Names what is missing of a file that SQLite cannot read, and that nobody can have open therefore.
  private static func checkDamaged(_ path: String) throws {
    guard let handle = FileHandle(forReadingAtPath: path) else { return }
    defer { try? handle.close() }
    let header = [UInt8](try handle.read(upToCount: 100) ?? Data())
    guard header.count == 100 else { return }
    func number(_ offset: Int, _ count: Int) -> Int {
      header[offset..<offset + count].reduce(0) { $0 << 8 | Int($1) }
    }
    let pageSize = number(16, 2) == 1 ? 65_536 : number(16, 2)
    let expected = pageSize * number(28, 4)
    let found = Int(try handle.seekToEnd())
    guard found >= expected else {
      throw LedgerError.truncated(path: path, expected: expected, found: found)
    }
  }

  /// Whether a log of changes lies beside the file.
  static func hasLog(_ path: String) -> Bool {
    let size = try? FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int
    return (size ?? 0) > 0
  }

  /// The name under which SQLite reads a file as one that nobody changes.
  private static func immutable(_ path: String) -> String {
    let allowed = CharacterSet.urlPathAllowed.subtracting(CharacterSet(charactersIn: "?#"))
    return "file:\(path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path)?immutable=1"
  }

  // MARK: - Opening files

  /// Opens the file for reading and writing.
  static func openForWriting(_ path: String, patience: Duration) throws -> DatabasePool {
    do {
      let pool = try DatabasePool(
        path: path, configuration: configuration(isReadOnly: false, patience: patience))
      // What is acknowledged survives the loss of power, not only of the process. The pool has just
      // chosen less.
      try pool.writeWithoutTransaction {
        try $0.execute(sql: "PRAGMA synchronous = FULL")
        try $0.execute(sql: "PRAGMA cache_size = -\(writerCache)")
      }
      return pool
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN {
      throw isWritable(path) ? error : LedgerError.readOnly
    }
  }

  /// Whether the file, and others beside it, can be written.
  private static func isWritable(_ path: String) -> Bool {
    let folder = folder(of: path)
    return access(folder, W_OK) == 0 && (access(path, F_OK) != 0 || access(path, W_OK) == 0)
  }

  private static func folder(of path: String) -> String {
    (path as NSString).deletingLastPathComponent
  }

  /// Opens the file for reading only.
  ///
  /// Where not even the files beside it can be made, it is taken as one that nobody changes.
  static func openReadOnly(
    _ path: String, patience: Duration, checksPages: Bool = true
  ) throws -> DatabaseQueue {
    let configuration = configuration(
      isReadOnly: true, patience: patience, checksPages: checksPages)
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      _ = try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master") }
      return queue
    } catch let error as DatabaseError
      where [.SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode)
    {
      guard !hasLog(path) else {
        throw LedgerError.system(
          "what was written last lies in \"\(path)-wal\", and reading it needs a folder that can be "
            + "written")
      }
      return try DatabaseQueue(path: immutable(path), configuration: configuration)
    }
  }

  /// Ends the use of a file, with everything in it unless somebody else has it open.
  static func finish(_ database: any DatabaseWriter) throws {
    // The connection that is closed last takes the log into the file, which one that only reads cannot.
    (database as? DatabasePool)?.invalidateReadOnlyConnections()
    try database.close()
  }

  // MARK: - Making and removing files

  /// A path that SQLite takes for nothing else than a path.
  static func plain(_ path: String) throws -> String {
    guard !path.utf8.contains(0) else { throw LedgerError.system("no path holds a zero byte") }
    return path.hasPrefix("/") ? path : "./" + path
  }

  /// Sees to it that a file can be made.
  static func checkFolder(of path: String) throws {
    let folder = folder(of: path)
    guard access(folder, F_OK) == 0 else { throw systemError(folder) }
    guard access(folder, W_OK) == 0 else { throw LedgerError.readOnly }
  }

  /// Gives a finished file its name, unless there is one of this name already.
  static func moveIntoPlace(_ draft: String, _ path: String) throws {
    guard link(draft, path) == 0 else {
      guard errno == EEXIST else { throw systemError(path) }
      throw LedgerError.exists(path: path)
    }
    // The name, too, survives the loss of power.
    let folder = open(folder(of: path), O_RDONLY)
    defer { close(folder) }
    guard folder >= 0, fsync(folder) == 0 else { throw systemError(path) }
  }

  /// Removes a file and those that lie beside it.
  static func remove(_ path: String) {
    for ending in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: path + ending)
    }
  }

  // MARK: - Errors

  private static func systemError(_ path: String) -> LedgerError {
    .system("\(path): \(String(cString: strerror(errno)))")
  }

  /// What an error of the database means to whoever uses a ledger.
  static func translate(_ error: any Error) -> any Error {
    if let error = error as? DamagedPage { return LedgerError.damaged(error.description) }
    guard let error = error as? DatabaseError else { return error }
    if error.extendedResultCode.rawValue == damagedPage {
      return LedgerError.damaged("a page of the file is not as it was written; verify tells which")
    }
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED: return LedgerError.busy
    case .SQLITE_FULL: return LedgerError.diskFull
    case .SQLITE_READONLY, .SQLITE_PERM: return LedgerError.readOnly
    case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT:
      return LedgerError.damaged(error.message ?? "the file is no database any more")
    default: return LedgerError.system(error.message ?? "\(error.resultCode)")
    }
  }
}
