import Assembly
import Dispatch
import Synchronization

/// Makes every change in the sources of contracts, one at a time, and finds those that no case notices.
struct MutationRun {
  /// The cases.
  let trial: MutationTrial
  /// Where changes are made; if nowhere, then in the sources that the suites are about.
  let places: [Place]

  /// A source, or a line of it.
  struct Place: Hashable, Sendable {
    let path: String
    let line: Int?

    /// Whether a line of a source is meant.
    func includes(_ number: Int, of source: String) -> Bool {
      path == source && (line == nil || line == number)
    }
  }

  /// What became of the changes in a file.
  struct FileResult: Sendable {
    let source: SourceText
    /// Changes that a case noticed.
    var noticed = 0
    /// Changes that make no other contract.
    var pointless = 0
    /// Changes that no case noticed, in the order of their places.
    var survivors: [SourceMutation] = []

    /// The changes that were noticed, of those that count.
    var part: CoverageFigures.Part { .init(covered: noticed, all: noticed + survivors.count) }
  }

  /// Makes all changes with so many workers; gives the files in order.
  func results(workers: Int, progress: @escaping (Int, Int) -> Void) -> [FileResult] {
    let sources =
      places.isEmpty
      ? trial.subjects
      : trial.sources.filter { source in places.contains { $0.path == source.path } }
    let changes = sources.enumerated().flatMap { index, source in
      source.mutations.filter { mutation in
        let line = source.line(at: mutation.range.lowerBound)
        return places.isEmpty || places.contains { $0.includes(line, of: source.path) }
      }.map { (file: index, mutation: $0) }
    }
    let verdicts = Mutex([MutationTrial.Verdict?](repeating: nil, count: changes.count))
    let next = Atomic<Int>(0)
    let done = Mutex(0)
    // What tells of the progress is not for several threads.
    nonisolated(unsafe) let progress = progress
    DispatchQueue.concurrentPerform(iterations: max(1, min(workers, changes.count))) { _ in
      while true {
        let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard number < changes.count else { return }
        let (file, mutation) = changes[number]
        let verdict = trial.verdict(on: mutation, in: sources[file])
        verdicts.withLock { $0[number] = verdict }
        done.withLock {
          $0 += 1
          progress($0, changes.count)
        }
      }
    }
    var results = sources.map { FileResult(source: $0) }
    for (change, verdict) in zip(changes, verdicts.withLock { $0 }) {
      switch verdict {
      case .noticed: results[change.file].noticed += 1
      case .survived: results[change.file].survivors.append(change.mutation)
      case .pointless, nil: results[change.file].pointless += 1
      }
    }
    return results
  }
}
