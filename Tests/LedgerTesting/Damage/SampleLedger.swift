import Bytecode
import Chain
import Foundation
public import Ledger
import Transactions

/// A small ledger with something in every table, as the bytes of its file.
public enum SampleLedger {
  /// Three contracts, fees, transactions that fail, blocks that were skipped, snapshots, notes, and blocks
  /// that were taken back.
  public static let file = Result { try make(blocks: 6, size: 6) }

  /// Makes the bytes of a file.
  public static func make(blocks: Int, size: Int) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    let path = folder.file("sample.ledger")
    let ledger = try Ledger.create(MarketLoad.genesis(), at: .file(path))
    let load = try MarketLoad(ledger)
    try fill(ledger, load, blocks: blocks, size: size)
    try ledger.close()
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// Does everything that a ledger can remember.
  public static func fill(
    _ ledger: Ledger, _ load: MarketLoad, blocks: Int, size: Int
  ) throws {
    try note(ledger)
    for block in 0..<blocks {
      try load.appendBlock(size)
      if block == blocks / 3 { try ledger.markSnapshot("early") }
      if block == blocks / 2 { try load.warp(300) }
    }
    let kept = try ledger.head().height
    try load.appendBlock(size)
    try ledger.goBack(toHeight: kept)
    try load.resume()
    try load.appendBlock(size)
    try ledger.markSnapshot("late")
  }

  private static func note(_ ledger: Ledger) throws {
    for index in 0..<3 {
      try ledger.setNote(
        Note(kind: "name", name: Array("contract \(index)".utf8), bytes: [UInt8(index), 0, 255]))
    }
    try ledger.setNote(
      Note(kind: "source", name: [], bytes: [UInt8](repeating: 7, count: 300)))
  }
}

/// A folder that is gone when nobody has it any more.
public final class TemporaryFolder {
  /// Its path.
  public let path: String

  /// Makes a folder.
  public init() throws {
    path = NSTemporaryDirectory() + "ledger-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file in it.
  public func file(_ name: String) -> String { path + "/" + name }

  /// Writes a file, in the place of one with this name and of all that lies beside it; gives its path.
  public func write(_ bytes: [UInt8], to name: String) throws -> String {
    for ending in ["", "-wal", "-shm", "-journal"] {
      try? FileManager.default.removeItem(atPath: file(name) + ending)
    }
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }

  /// The names of the files in it.
  public func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }
}
