import GRDB
import GRDBSQLite
import Synchronization

/// Lets a connection write every page of its file with a checksum, and read none that is not as written.
///
/// SQLite reads and writes a file through a table of functions that the file points to. Here the
/// connection's file gets a table in which reading and writing go through the checksum, and all else is as
/// it was. It concerns this one file only, and nothing else that the process does with SQLite. The log is
/// not concerned: it has checksums of its own, and what goes from it to the file goes through here.
enum CheckedPages {
  /// Checks the pages of a connection's file from now on; nothing may have been read yet.
  ///
  /// In a file that is still empty it sees to the room for the checksums.
  static func begin(_ db: Database) throws {
    var reserved = CInt(PageChecksum.byteCount)
    sqlite3_file_control(
      db.sqliteConnection, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved)
    let file = try file(of: db)
    guard let plain = file.pointee.pMethods else {
      throw LedgerError.system("SQLite has not opened the file")
    }
    file.pointee.pMethods = CheckedMethods.table(for: plain)
  }

  /// The file of a connection, as SQLite has it.
  static func file(of db: Database) throws -> UnsafeMutablePointer<sqlite3_file> {
    var file: UnsafeMutablePointer<sqlite3_file>?
    let code = sqlite3_file_control(
      db.sqliteConnection, "main", SQLITE_FCNTL_FILE_POINTER, &file)
    guard code == SQLITE_OK, let file else {
      throw LedgerError.system("SQLite does not show its file")
    }
    return file
  }
}

/// A table of functions that check pages, and behind it the one that it stands for.
private struct CheckedMethods {
  var checked: sqlite3_io_methods
  let plain: UnsafePointer<sqlite3_io_methods>

  /// The tables that were made, by those that they stand for, as addresses: one or two, which live as long
  /// as the process.
  private static let tables = Mutex<[UInt: UInt]>([:])

  /// The table for another one.
  static func table(
    for plain: UnsafePointer<sqlite3_io_methods>
  ) -> UnsafePointer<sqlite3_io_methods>? {
    let address = tables.withLock { tables in
      if let address = tables[UInt(bitPattern: plain)] { return address }
      let table = UnsafeMutablePointer<CheckedMethods>.allocate(capacity: 1)
      table.initialize(to: CheckedMethods(checked: plain.pointee, plain: plain))
      table.pointee.checked.xRead = { CheckedMethods.read($0, $1, $2, $3) }
      table.pointee.checked.xWrite = { CheckedMethods.write($0, $1, $2, $3) }
      // Nothing is read past `xRead`, by pages that are mapped into memory.
      table.pointee.checked.xFetch = { _, _, _, page in
        page?.pointee = nil
        return SQLITE_OK
      }
      let address = UInt(bitPattern: table)
      tables[UInt(bitPattern: plain)] = address
      return address
    }
    return UnsafePointer(bitPattern: address)
  }

  private static func plain(
    _ file: UnsafeMutablePointer<sqlite3_file>?
  ) -> UnsafePointer<sqlite3_io_methods>? {
    file?.pointee.pMethods.map {
      UnsafeRawPointer($0).assumingMemoryBound(to: CheckedMethods.self).pointee.plain
    }
  }

  /// Reads, and fails if what was read is a page that is not as it was written.
  private static func read(
    _ file: UnsafeMutablePointer<sqlite3_file>?, _ bytes: UnsafeMutableRawPointer?,
    _ count: CInt, _ offset: Int64
  ) -> CInt {
    guard let read = plain(file)?.pointee.xRead else { return SQLITE_IOERR }
    let code = read(file, bytes, count, offset)
    guard code == SQLITE_OK, let number = pageNumber(count, offset) else { return code }
    let page = UnsafeRawBufferPointer(start: bytes, count: Int(count))
    return PageChecksum.isRight(page, number: number) ? code : StoreFile.damagedPage
  }

  /// Writes; a page with its checksum.
  private static func write(
    _ file: UnsafeMutablePointer<sqlite3_file>?, _ bytes: UnsafeRawPointer?, _ count: CInt,
    _ offset: Int64
  ) -> CInt {
    guard let write = plain(file)?.pointee.xWrite else { return SQLITE_IOERR }
    guard let bytes, let number = pageNumber(count, offset) else {
      return write(file, bytes, count, offset)
    }
    return withUnsafeTemporaryAllocation(byteCount: Int(count), alignment: 8) { page in
      page.copyMemory(from: UnsafeRawBufferPointer(start: bytes, count: Int(count)))
      PageChecksum.put(in: page, number: number)
      return write(file, page.baseAddress, count, offset)
    }
  }

  /// The number of the page that stands at an offset, if it is a whole one.
  private static func pageNumber(_ count: CInt, _ offset: Int64) -> Int? {
    let size = Int64(PageChecksum.pageSize)
    return Int64(count) == size && offset % size == 0 ? Int(offset / size) + 1 : nil
  }
}
