import Chain
import Ledger

/// What errors of a ledger mean to somebody at the command line.
enum LedgerFailure {
  /// The failure that an error is; errors of other origin stay as they are.
  static func of(_ error: any Error) -> any Error {
    switch error {
    case let error as LedgerError: failure(error)
    case let refusal as TransactionRefusal: RefusalText.failure(refusal.description)
    default: error
    }
  }

  /// Runs something whose errors are those of a ledger.
  static func translating<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch { throw of(error) }
  }

  private static func failure(_ error: LedgerError) -> CommandFailure {
    switch error {
    case .noLedger:
      CommandFailure(
        .notFound, error.description, help: "`aliquot chain new` makes one; --store names another")
    case .noSuchHeight, .noSuchBlock: CommandFailure(.notFound, error.description)
    case .noSuchTransaction:
      CommandFailure(
        .notFound, error.description, help: "`aliquot tx` lists the last ones")
    case .noSuchSnapshot:
      CommandFailure(
        .notFound, error.description, help: "`aliquot chain status` lists the snapshots")
    case .exists:
      CommandFailure(
        .usage, error.description,
        help: "`aliquot chain status` looks at a ledger; --store names another file")
    case .snapshotExists, .unusableName, .notForDevelopment, .genesis:
      CommandFailure(.usage, error.description)
    case .damaged, .truncated:
      CommandFailure(
        .store, error.description, help: "`aliquot verify` tells what is damaged, and where")
    case .notALedger:
      CommandFailure(
        .store, error.description,
        help: "`aliquot chain new` makes a ledger; --store names another file")
    case .newerFormat:
      CommandFailure(
        .store, error.description, help: "a later version of aliquot wrote it, and opens it")
    case .malformedArchive:
      CommandFailure(.store, error.description, help: "`aliquot chain export` writes exports")
    case .otherRules, .busy, .readOnly, .diskFull, .system, .block, .refusedBlock:
      CommandFailure(.store, error.description)
    }
  }
}
