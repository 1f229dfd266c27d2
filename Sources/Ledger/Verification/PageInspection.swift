import Foundation
import GRDB

/// Holds every page of a file against its checksum, also those that nothing is stored in.
struct PageInspection {
  let db: Database
  let findings: FindingList
  /// How often a page is read that is not right: another process may be writing it just now.
  private static let attempts = 5

  init(_ db: Database, _ findings: FindingList) {
    self.db = db
    self.findings = findings
  }

  func run() throws {
    guard let file = try RawFile.main(db) else { return }
    let log = try RawFile.log(db).map { try LogInspection($0, findings).run() } ?? []
    let size = try file.size()
    let pageSize = PageChecksum.pageSize
    if size % pageSize != 0 {
      findings.add(.init(), "the file has \(size) bytes, which are no whole pages")
    }
    for number in 1...max(1, size / pageSize) where number <= size / pageSize {
      // What the log holds of a page replaces the page.
      guard !log.contains(number), try !isRight(number, file) else { continue }
      let start = (number - 1) * pageSize
      findings.add(
        .init(),
        "page \(number), the bytes from \(start) to \(start + pageSize - 1), is not as written")
    }
  }

  private func isRight(_ number: Int, _ file: RawFile) throws -> Bool {
    try withUnsafeTemporaryAllocation(byteCount: PageChecksum.pageSize, alignment: 8) { page in
      for attempt in 1...Self.attempts {
        try file.read(page, at: (number - 1) * PageChecksum.pageSize)
        if PageChecksum.isRight(UnsafeRawBufferPointer(page), number: number) { return true }
        if attempt < Self.attempts { Thread.sleep(forTimeInterval: 0.005) }
      }
      return false
    }
  }
}
