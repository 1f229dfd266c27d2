import EngineTesting
import Foundation
import Synchronization

/// Runs random scenarios on both engines and tells where they differ.
struct Run: Sendable {
  /// How many scenarios.
  let count: UInt64
  /// The number of the first.
  let first: UInt64
  /// How many run at once.
  let jobs: Int
  /// Where failures are written.
  let folder: URL
  /// How many differences end the run.
  let most: Int
  let campaign = Campaign()

  init(_ arguments: [String]) {
    func value(_ name: String) -> String? {
      guard let index = arguments.firstIndex(of: name), index + 1 < arguments.count else {
        return nil
      }
      return arguments[index + 1]
    }
    count = arguments.first.flatMap { UInt64($0) } ?? 10_000
    first = value("--seed").flatMap { UInt64($0) } ?? 0
    jobs = value("--jobs").flatMap { Int($0) } ?? ProcessInfo.processInfo.activeProcessorCount
    most = value("--most").flatMap { Int($0) } ?? 5
    let standard = FileManager.default.temporaryDirectory.appending(path: "aliquot-differ")
    folder = value("--out").map { URL(fileURLWithPath: $0) } ?? standard
  }

  /// Writes a failing scenario as sources and a story, and prints it.
  func report(_ seed: UInt64, _ found: (scenario: Scenario, difference: Difference)) {
    let small = campaign.shrunk(found.scenario, found.difference)
    let text = ScenarioText(small.scenario)
    let target = folder.appending(path: "seed-\(seed)")
    var files = [("story.txt", "\(text.story)\n\(small.difference.text)\n")]
    for (index, source) in text.sources.enumerated() {
      files.append(("module\(index).alq", source))
    }
    do {
      try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
      for (name, contents) in files {
        try contents.write(to: target.appending(path: name), atomically: true, encoding: .utf8)
      }
    } catch { print("cannot write \(target.path): \(error)") }
    print("seed \(seed): the engines differ; see \(target.path)")
    for (name, contents) in files { print("--- \(name)\n\(contents)") }
  }

  func callAsFunction() -> Int {
    let start = Date()
    let next = Mutex<UInt64>(first)
    let done = Mutex<UInt64>(0)
    let failures = Mutex<[UInt64]>([])
    DispatchQueue.concurrentPerform(iterations: jobs) { job in
      while failures.withLock({ $0.count }) < most {
        let chunk = next.withLock { next in
          defer { next += 50 }
          return next..<min(next + 50, max(next, first + count))
        }
        if chunk.isEmpty { return }
        for seed in chunk {
          Position.note(seed, job)
          guard let found = campaign.difference(seed) else { continue }
          failures.withLock { $0.append(seed) }
          report(seed, found)
        }
        let total = done.withLock { done in
          done += UInt64(chunk.count)
          return done
        }
        if total % 5_000 < UInt64(chunk.count) {
          tell(total, failures.withLock { $0.count }, start)
        }
      }
    }
    tell(done.withLock { $0 }, failures.withLock { $0.count }, start)
    return failures.withLock { $0.count }
  }

  private func tell(_ count: UInt64, _ failures: Int, _ start: Date) {
    let seconds = max(0.001, Date().timeIntervalSince(start))
    let rate = Int(Double(count) / seconds)
    print("\(count) scenarios, \(failures) differences, \(Int(seconds)) s, \(rate) per second")
    fflush(nil)
  }
}

/// Which scenario every worker is at, told if the process crashes.
enum Position {
  nonisolated(unsafe) static let seeds = UnsafeMutablePointer<UInt64>.allocate(capacity: 256)

  static func note(_ seed: UInt64, _ job: Int) { seeds[job % 256] = seed }

  static func tellOnCrash() {
    seeds.initialize(repeating: .max, count: 256)
    for signal in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE] {
      Foundation.signal(signal) { number in
        for job in 0..<256 where Position.seeds[job] != .max {
          print("crashed with signal \(number) at seed \(Position.seeds[job])")
        }
        fflush(nil)
        _exit(2)
      }
    }
  }
}

if !CommandLine.arguments.contains("--raw") { Position.tellOnCrash() }
let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.contains("--coverage") {
  let run = Run(arguments)
  let coverage = Coverage()
  for seed in run.first..<run.first + run.count { coverage.run(run.campaign.scenario(seed)) }
  print(coverage.text)
} else if arguments.contains("--show") {
  let run = Run(arguments)
  let text = ScenarioText(run.campaign.scenario(run.first))
  print(text.story)
  for source in text.sources { print(source) }
} else {
  exit(Run(arguments)() == 0 ? 0 : 1)
}
