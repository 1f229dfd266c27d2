import Foundation
import Ledger
import LedgerTesting

let arguments = Array(CommandLine.arguments.dropFirst())

/// The number behind so many arguments, or another.
func number(_ index: Int, or other: Int) -> Int {
  arguments.indices.contains(index) ? Int(arguments[index]) ?? other : other
}

do {
  switch arguments.first {
  case "load":
    let call = number(4, or: 0)
    if call > 0 { SystemCalls.die(at: call) }
    try LoadRun(
      path: arguments[1], seed: UInt64(arguments[2]) ?? 0, steps: number(3, or: 10))()
  case "touch": try Roles.touch(arguments[1])
  case "send": try Roles.send(arguments[1], by: arguments[2], count: number(3, or: 10))
  case "watch": try Roles.watch(arguments[1], until: number(2, or: 10))
  case "fill": try Roles.fill(arguments[1], limit: number(2, or: 1 << 20))
  case "probe": try Roles.probe(arguments[1])
  default:
    let start = Date()
    var campaign = try KillCampaign(
      executable: Helper.executable(), folder: NSTemporaryDirectory(),
      seed: UInt64(number(1, or: 1)))
    try campaign.run(kills: number(0, or: 1_000))
    print(campaign.figures)
    print("\(Int(Date().timeIntervalSince(start))) s")
    if !campaign.figures.problems.isEmpty { exit(1) }
  }
} catch {
  say("error \(error)")
  exit(1)
}
