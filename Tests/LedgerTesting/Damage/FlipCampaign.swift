import Foundation
import Ledger

/// Flips single bits of a ledger's file, and looks whether verifying tells.
public struct FlipCampaign {
  /// What came of a flip.
  public enum Outcome: Hashable, Sendable {
    /// Verifying found it, first of all in this table; nil for the file as a whole.
    case found(table: String?)
    /// The file was refused as a whole.
    case refused
    /// The bit belongs to nothing that is stored: all tables are as before.
    case irrelevant
    /// Nobody noticed.
    case silent
  }

  private let file: [UInt8]
  private let folder: TemporaryFolder
  private let contents: LogicalContents
  /// How often each outcome came.
  public private(set) var counts: [Outcome: Int] = [:]

  /// Makes a campaign on a sound file.
  public init(_ file: [UInt8]) throws {
    self.file = file
    folder = try TemporaryFolder()
    contents = try LogicalContents(folder.write(file, to: "sound"))
  }

  /// Bits of the file.
  public var bitCount: Int { file.count * 8 }

  /// Flips a bit of the file, and nothing else.
  @discardableResult
  public mutating func flip(_ bit: Int) throws -> Outcome {
    var flipped = file
    flipped[bit / 8] ^= 1 << UInt8(bit % 8)
    let outcome = try outcome(of: folder.write(flipped, to: "flipped"))
    counts[outcome, default: 0] += 1
    return outcome
  }

  private func outcome(of path: String) -> Outcome {
    let report: VerificationReport
    do { report = try Ledger.verify(fileAt: path) } catch { return .refused }
    if let finding = report.findings.first { return .found(table: finding.place.table) }
    let found = try? LogicalContents(path)
    return found == contents ? .irrelevant : .silent
  }
}
