import Bytecode
import GRDB

/// Findings as they are met: the first ones, and how many more there were.
final class FindingList {
  private let limit: Int
  private(set) var findings: [VerificationFinding] = []
  private(set) var omitted = 0
  private(set) var damageCount = 0

  init(limit: Int) { self.limit = limit }

  /// Adds a finding.
  func add(
    _ place: VerificationFinding.Place, _ reason: String,
    kind: VerificationFinding.Kind = .damage
  ) {
    if kind == .damage { damageCount += 1 }
    guard findings.count < limit else {
      omitted += 1
      return
    }
    findings.append(VerificationFinding(kind: kind, place: place, reason: reason))
  }

  /// Runs a part of the work; where the database or a row of it cannot be read, that is a finding.
  func attempt(_ place: VerificationFinding.Place, _ body: () throws -> Void) throws {
    do { try body() } catch let error as DatabaseError {
      guard error.isDamage else { throw error }
      add(place, error.message ?? "it cannot be read")
    } catch LedgerError.damaged(let reason) {
      add(place, reason)
    }
  }
}

extension DatabaseError {
  /// Whether the error tells something of the file, and not of the system or of another process.
  fileprivate var isDamage: Bool {
    switch resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_NOMEM, .SQLITE_INTERRUPT, .SQLITE_FULL,
      .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH, .SQLITE_MISUSE:
      false
    default: true
    }
  }
}
