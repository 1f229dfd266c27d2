import Foundation
import Ledger

/// Flips single bits of a ledger's file, and looks whether verifying tells.
public struct FlipCampaign {
  /// What came of a flip.
  public enum Outcome: Hashable, Sendable {
    /// Verifying told of the page, and of something in this table if something is stored there.
    case found(table: String?)
    /// The file was refused as a whole.
    case refused
    /// Nobody noticed.
    case silent
  }

  private let file: [UInt8]
  private let folder: TemporaryFolder
  /// How often each outcome came.
  public private(set) var counts: [Outcome: Int] = [:]

  /// Makes a campaign on a sound file.
  public init(_ file: [UInt8]) throws {
    self.file = file
    folder = try TemporaryFolder()
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
    guard let report = try? Ledger.verify(fileAt: path) else { return .refused }
    // The page is told first; what stands in it, if anything does, comes after.
    guard report.findings.first?.place.table == nil, !report.isIntact else { return .silent }
    return .found(table: report.findings.lazy.compactMap(\.place.table).first)
  }
}
