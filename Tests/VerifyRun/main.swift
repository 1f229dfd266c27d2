// Makes a ledger with a random load, and tells how long making, verifying, exporting and importing it
// take: `verifyrun FILE [BLOCKS [TRANSACTIONS_PER_BLOCK]]`. Or flips random bits of a small ledger, and tells
// what verifying makes of them: `verifyrun --flip SEED COUNT`.
import Chain
import EngineTesting
import Foundation
import Ledger
import LedgerTesting

let arguments = CommandLine.arguments
guard arguments.count >= 2 else {
  print("usage: verifyrun FILE [BLOCKS [TRANSACTIONS_PER_BLOCK]] | verifyrun --flip SEED COUNT")
  exit(64)
}
if arguments[1] == "--flip" {
  var random = SplitMix64(seed: arguments.count > 2 ? UInt64(arguments[2]) ?? 1 : 1)
  var campaign = try FlipCampaign(SampleLedger.file.get())
  for _ in 0..<(arguments.count > 3 ? Int(arguments[3]) ?? 1_000 : 1_000) {
    let bit = random.below(campaign.bitCount)
    if try campaign.flip(bit) == .silent { print("bit \(bit) was flipped in silence") }
  }
  for (outcome, count) in campaign.counts.sorted(by: { $0.value > $1.value }) {
    print("\(count) \(outcome)")
  }
  exit(campaign.counts[.silent] == nil ? 0 : 1)
}
if arguments[1] == "--read" {
  var random = SplitMix64(seed: arguments.count > 2 ? UInt64(arguments[2]) ?? 1 : 1)
  var campaign = try ReadingCampaign(SampleLedger.file.get())
  for _ in 0..<(arguments.count > 3 ? Int(arguments[3]) ?? 1_000 : 1_000) {
    try campaign.flip(random.below(campaign.bitCount))
  }
  for wrong in campaign.wrong { print(wrong) }
  print("\(campaign.right) right, \(campaign.errors) errors, \(campaign.wrong.count) wrong")
  exit(campaign.wrong.isEmpty ? 0 : 1)
}
let path = arguments[1]
let blocks = arguments.count > 2 ? Int(arguments[2]) ?? 1_000 : 1_000
let size = arguments.count > 3 ? Int(arguments[3]) ?? 100 : 100
let clock = ContinuousClock()

func timed<Result>(_ what: String, _ body: () throws -> Result) rethrows -> Result {
  let start = clock.now
  let result = try body()
  print("\(what): \(clock.now - start)")
  return result
}

if !FileManager.default.fileExists(atPath: path) {
  try timed("making \(blocks) blocks of \(size) transactions") {
    let ledger = try Ledger.create(
      MarketLoad.genesis(accounts: 40), at: .file(path))
    let load = try MarketLoad(ledger, accounts: 40)
    for _ in 0..<blocks { try load.appendBlock(size) }
    print(ledger.timings)
    try ledger.close()
  }
}
let bytes = try FileManager.default.attributesOfItem(atPath: path)[.size] ?? 0
print("the file has \(bytes) bytes")
let report = try timed("verifying") { try Ledger.verify(fileAt: path) }
print(
  "\(report.blocks) blocks, \(report.transactions) transactions, \(report.values) values,",
  "\(report.pastValues) past values, \(report.findings.count + report.omittedFindings) findings")
for finding in report.findings { print(finding) }
