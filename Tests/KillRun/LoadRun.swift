import Chain
import EngineTesting
import Foundation
import Ledger
import LedgerTesting

/// Says a line at once.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

/// Creates or opens a ledger and writes to it, and says before everything what it does, and after it what
/// is acknowledged: the process that is killed.
struct LoadRun {
  let path: String
  let seed: UInt64
  let steps: Int

  func callAsFunction() throws {
    let exists = FileManager.default.fileExists(atPath: path)
    say(exists ? "opening" : "creating")
    let ledger =
      try exists
      ? Ledger.open(.file(path)) : Ledger.create(LedgerLoad.genesis(), at: .file(path))
    try sayHead(of: ledger)
    var random = SplitMix64(seed: seed)
    if try LedgerLoad.contract(on: ledger) == nil { say("appending") }
    var load = try LedgerLoad(ledger, seed: random.next())
    try sayHead(of: ledger)
    for _ in 0..<steps {
      switch random.below(20) {
      case 0: try goBack(ledger, &load, &random)
      case 1:
        let number = random.below(256)
        say("noting \(number)")
        try ledger.setNote(Note(kind: "count", name: [], bytes: [UInt8(number)]))
        say("note \(number)")
      default:
        let input = BlockInput(
          after: try ledger.head(), genesis: ledger.genesis,
          blocks: random.chance(10) ? 1 + random.below(300) : 1)
        let transactions = try load.transactions(1 + random.below(8))
        say("appending")
        let appended = try ledger.append(transactions, input: input)
        guard appended.refused.isEmpty else { throw Refused(appended: appended) }
        try sayHead(of: ledger)
      }
    }
    say("closing")
    try ledger.close()
    say("closed")
  }

  private struct Refused: Error { let appended: Ledger.Appended }

  private func goBack(
    _ ledger: Ledger, _ load: inout LedgerLoad, _ random: inout SplitMix64
  ) throws {
    let height = max(1, try ledger.head().height - random.below(40))
    let target = try ledger.header(atOrBelow: height)
    guard target.height > 0 else { return }
    say("returning \(target.height) \(target.stateRoot)")
    try ledger.goBack(toHeight: height)
    try sayHead(of: ledger)
    try load.readNonces()
  }

  private func sayHead(of ledger: Ledger) throws {
    let head = try ledger.head()
    say("head \(head.height) \(head.stateRoot)")
  }
}
