import Bytecode
import Hosting
import Verification
import EngineTesting
import Foundation

let arguments = Array(CommandLine.arguments.dropFirst())
func number(_ name: String, _ standard: Int) -> Int {
  guard let index = arguments.firstIndex(of: name), index + 1 < arguments.count else {
    return standard
  }
  return Int(arguments[index + 1]) ?? standard
}
let count = number("--count", 1000)
let first = number("--seed", 0)
var options = ScenarioOptions()
if arguments.contains("--tiny") { options.size = .tiny }
let start = Date()
if arguments.contains("--coverage") {
  let coverage = Coverage()
  for seed in first..<first + count { coverage.run(ScenarioGenerator.make(seed: UInt64(seed), options)) }
  print(coverage.text)
} else if arguments.contains("--show") {
  let scenario = ScenarioGenerator.make(seed: UInt64(first), options)
  print(ScenarioText(scenario).story)
  for text in ScenarioText(scenario).sources { print(text) }
} else if arguments.contains("--stats") {
  var counts: [String: Int] = [:]
  for seed in first..<first + count {
    let scenario = ScenarioGenerator.make(seed: UInt64(seed), options)
    let e = EngineMaker.fast.make(scenario.block, scenario.size)
    e.begin(scenario)
    for operation in scenario.operations {
      guard let receipt = e.run(operation, of: scenario) else { continue }
      let kind = "\(operation)".prefix { $0 != "(" }
      var what = "ok"
      if let failure = receipt.failure {
        what = "\(failure.reason)".replacingOccurrences(of: "Bytecode.Trap.", with: "")
        if case .declared = failure.reason { what = "declared" }
        if let site = failure.site, let module = scenario.modules.first(where: { $0.codeHash == site.codeHash.bytes })?.module {
          what += " " + module.functions[site.function].code[site.instruction].row.mnemonic
        }
      }
      counts["\(kind) \(what)", default: 0] += 1
    }
  }
  for (name, count) in counts.sorted(by: { $0.value > $1.value }).prefix(70) { print(count, name) }
} else if arguments.contains("--canaries") {
  for canary in Canary.all {
    let comparison = Comparison(.fast, canary.maker)
    var tried = 0
    for seed in first..<first + count {
      let scenario = ScenarioGenerator.make(seed: UInt64(seed), options)
      tried += 1
      guard let difference = comparison.difference(in: scenario) else { continue }
      let small = Shrinker.shrink(scenario, difference) { comparison.difference(in: $0) }
      print("\(canary.name): after \(tried), \(small.scenario.operations.count) operations")
      print(ScenarioText(small.scenario).story)
      for text in ScenarioText(small.scenario).sources { print(text) }
      print(small.difference.text)
      tried = 0
      break
    }
    if tried > 0 { print("\(canary.name): NOT CAUGHT") }
  }
} else if arguments.contains("--make") {
  for seed in first..<first + count { _ = ScenarioGenerator.make(seed: UInt64(seed), options) }
} else {
  let comparison = Comparison(.fast, .fast)
  for seed in first..<first + count {
    if let difference = comparison.difference(in: ScenarioGenerator.make(seed: UInt64(seed), options)) {
      print(seed, difference.text)
    }
  }
}
let seconds = Date().timeIntervalSince(start)
print("\(seconds) s, \(seconds / Double(count) * 1000) ms each")
