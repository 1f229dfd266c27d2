// Makes a ledger with a random load, and tells how long making, verifying, exporting and importing it
// take: `verifyrun FILE [BLOCKS [TRANSACTIONS_PER_BLOCK]]`.
import Chain
import Foundation
import Ledger
import LedgerTesting

let arguments = CommandLine.arguments
guard arguments.count >= 2 else {
  print("usage: verifyrun FILE [BLOCKS [TRANSACTIONS_PER_BLOCK]]")
  exit(64)
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
