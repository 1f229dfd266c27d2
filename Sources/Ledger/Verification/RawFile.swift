import GRDB
import GRDBSQLite

/// The bytes of a file that a connection has open, read by the functions of SQLite.
///
/// Reading it by other means would end the locks that this process holds on it.
struct RawFile {
  private let file: UnsafeMutablePointer<sqlite3_file>
  private let methods: sqlite3_io_methods

  /// The file of a connection.
  static func main(_ db: Database) throws -> RawFile? { RawFile(try CheckedPages.file(of: db)) }

  /// The log of a connection, if it has one.
  static func log(_ db: Database) -> RawFile? {
    var file: UnsafeMutablePointer<sqlite3_file>?
    let code = sqlite3_file_control(
      db.sqliteConnection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file)
    return code == SQLITE_OK ? file.flatMap { RawFile($0) } : nil
  }

  private init?(_ file: UnsafeMutablePointer<sqlite3_file>) {
    guard let methods = file.pointee.pMethods else { return nil }
    self.file = file
    self.methods = methods.pointee
  }

  /// How many bytes it has.
  func size() throws -> Int {
    var size: Int64 = 0
    guard let code = methods.xFileSize?(file, &size), code == SQLITE_OK else { throw failure() }
    return Int(size)
  }

  /// Reads bytes, which must be there, into a buffer.
  func read(_ buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    let code = methods.xRead?(file, buffer.baseAddress, CInt(buffer.count), Int64(offset))
    guard code == SQLITE_OK else { throw failure() }
  }

  /// Reads bytes, which must be there.
  func read(_ count: Int, at offset: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    try bytes.withUnsafeMutableBytes { try read($0, at: offset) }
    return bytes
  }

  private func failure() -> LedgerError { .system("the file cannot be read") }
}
