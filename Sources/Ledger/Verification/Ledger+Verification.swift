import GRDB

extension Ledger {
  /// Executes the chain once more from its genesis, in memory, and compares everything that the ledger
  /// holds with what it leads to: every block, receipt, root and signature, every value of the present and
  /// of the past, the commitment, and what blocks are found by.
  ///
  /// It needs memory for the present state, not for the history. Nobody is kept from reading or writing,
  /// and what is written meanwhile is not looked at; a ledger in memory waits.
  ///
  /// - Parameters:
  ///   - findingLimit: How many findings are kept; the others are counted.
  ///   - progress: Is told of every block; what it throws ends the work.
  /// - Returns: What was compared, and what was found.
  /// - Throws: A `LedgerError` if the store cannot be read at all, or what `progress` throws.
  public func verify(
    findingLimit: Int = 100, progress: (LedgerProgress) throws -> Void = { _ in }
  ) throws -> VerificationReport {
    if let path {
      return try Self.verify(fileAt: path, findingLimit: findingLimit, progress: progress)
    }
    return try Self.verify(database, findingLimit, progress)
  }

  /// Verifies the ledger in a file, also one that is too damaged to be opened.
  ///
  /// It throws if the file is no ledger at all.
  public static func verify(
    fileAt path: String, findingLimit: Int = 100,
    progress: (LedgerProgress) throws -> Void = { _ in }
  ) throws -> VerificationReport {
    do {
      let path = try StoreFile.plain(path)
      try StoreFile.check(path)
      // Pages that are not right are read all the same, to tell what is wrong in them.
      let database = try StoreFile.openReadOnly(
        path, patience: .seconds(10), checksPages: false)
      defer { try? database.close() }
      return try verify(database, findingLimit, progress)
    } catch { throw StoreFile.translate(error) }
  }

  private static func verify(
    _ database: any DatabaseReader, _ findingLimit: Int,
    _ progress: (LedgerProgress) throws -> Void
  ) throws -> VerificationReport {
    do {
      return try withoutActuallyEscaping(progress) { progress in
        try database.read { db in
          try LedgerVerifier(db, findingLimit: findingLimit, progress: progress).run()
        }
      }
    } catch { throw StoreFile.translate(error) }
  }
}
