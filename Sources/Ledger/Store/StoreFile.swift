import Commitment
import Foundation
import GRDB

/// The file of a ledger, before and while it is open: what it must begin with, and how it is opened.
enum StoreFile {
  /// `Aliq`, which tells a ledger from other files of SQLite.
  static let applicationID = 0x416C_6971
  /// The version of the tables.
  static let format = 1
  /// How long a writer waits for another, in seconds.
  static let patience = 10.0

  /// The settings of a connection.
  static func configuration(isReadOnly: Bool) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = isReadOnly
    configuration.busyMode = .timeout(patience)
    configuration.label = "ledger"
    configuration.maximumReaderCount = 4
    if !isReadOnly {
      // What is acknowledged survives the loss of power, not only of the process.
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
    }
    return configuration
  }

  /// Looks at the first bytes of a file, so that what is no ledger is never opened as one.
  static func check(_ path: String) throws {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw FileManager.default.fileExists(atPath: path)
        ? LedgerError.system("\"\(path)\" cannot be read") : .noLedger(path: path)
    }
    defer { try? handle.close() }
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    guard !isFolder.boolValue else {
      throw LedgerError.notALedger(path: path, reason: "it is a folder")
    }
    let header = [UInt8](try handle.read(upToCount: 100) ?? Data())
    guard header.count == 100, header.starts(with: Array("SQLite format 3\0".utf8)) else {
      throw LedgerError.notALedger(path: path, reason: "it does not begin like one")
    }
    func number(_ offset: Int, _ count: Int) -> Int {
      header[offset..<offset + count].reduce(0) { $0 << 8 | Int($1) }
    }
    guard number(68, 4) == applicationID else {
      throw LedgerError.notALedger(path: path, reason: "it is a database of something else")
    }
    let version = number(60, 4)
    guard version <= format else {
      throw LedgerError.newerFormat(path: path, found: version, known: format)
    }
    guard version == format else {
      throw LedgerError.damaged("the file names the format \(version), which there never was")
    }
    let pageSize = number(16, 2) == 1 ? 65_536 : number(16, 2)
    let expected = pageSize * number(28, 4)
    let found = Int(try handle.seekToEnd())
    // Pages that are still in the log may be counted already.
    if found < expected, !hasLog(path) {
      throw LedgerError.truncated(path: path, expected: expected, found: found)
    }
  }

  /// Whether a log of changes lies beside the file.
  static func hasLog(_ path: String) -> Bool {
    let size = try? FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int
    return (size ?? 0) > 0
  }

  /// Opens the file for reading and writing.
  static func open(_ path: String) throws -> any DatabaseWriter {
    try DatabasePool(path: path, configuration: configuration(isReadOnly: false))
  }

  /// Opens the file for reading only.
  ///
  /// Where not even the files beside it can be made, it is taken as one that nobody changes.
  static func openReadOnly(_ path: String) throws -> any DatabaseWriter {
    let configuration = configuration(isReadOnly: true)
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      _ = try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master") }
      return queue
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN {
      guard !hasLog(path) else { throw LedgerError.readOnly }
      let allowed = CharacterSet.urlPathAllowed.subtracting(CharacterSet(charactersIn: "?#"))
      let escaped = path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path
      return try DatabaseQueue(
        path: "file:\(escaped)?immutable=1", configuration: configuration)
    }
  }

  /// Gives a finished file its name, unless there is one of this name already.
  static func moveIntoPlace(_ draft: String, _ path: String) throws {
    guard link(draft, path) == 0 else {
      guard errno == EEXIST else {
        throw LedgerError.system("\(path): \(String(cString: strerror(errno)))")
      }
      throw LedgerError.exists(path: path)
    }
  }

  /// Removes a file and those that lie beside it.
  static func remove(_ path: String) {
    for ending in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: path + ending)
    }
  }

  /// What an error of the database means to whoever uses a ledger.
  static func translate(_ error: any Error) -> any Error {
    if let page = error as? DamagedPage { return LedgerError.damaged(page.description) }
    guard let error = error as? DatabaseError else { return error }
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
