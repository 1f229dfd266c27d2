import Integers

/// Work that is measured: some operations of one kind, which peers do as well.
///
/// What the operations are is written once more, in Python, below `Tests/Benchmarks`; every peer must come
/// to the same value.
struct Workload {
  /// Work that is ready to run.
  struct Prepared {
    /// Does all operations, and gives the gas that they used; nil if there is no such figure.
    let run: () throws -> UInt64?
    /// What the operations came to.
    let value: () throws -> Integer
    /// Other figures, by name and with their unit.
    var figures: () -> [Figure] = { [] }
  }

  /// A figure besides the time of an operation.
  struct Figure {
    let name: String
    let value: Double
    let unit: String
  }

  /// One measurement.
  struct Row {
    let workload: Workload
    let operations: Int
    /// Nanoseconds of processor time for one operation, the median of the rounds.
    let nanoseconds: Double
    /// Gas of one operation.
    let gas: Double?
    let value: Integer
    let figures: [Figure]

    /// What stands for the value in tables: the rest by the prime 2^61 - 1.
    var checksum: Integer { (try? value.modulo(Integer(1 << 61 - 1))) ?? 0 }
  }

  let name: String
  /// One operation in a few words.
  let title: String
  /// How many operations are measured; 0 for work that is only there to be checked.
  let operations: Int
  /// How many are enough to see that they are right; 0 if that takes too long.
  let few: Int
  /// Whether all threads count, or this one alone.
  var countsAllThreads = false
  /// Makes the work ready for so many operations.
  let prepare: (_ operations: Int) throws -> Prepared

  /// Everything that can be measured.
  static var all: [Workload] {
    numbers + contracts + transactions + [.yuma, .smallYuma] + ledgers + [.passports]
  }

  /// The workload of a name, those with the text in their names, or all if there is none.
  static func matching(_ filter: String?, isQuick: Bool) throws(CommandFailure) -> [Workload] {
    guard let filter else { return all.filter { (isQuick ? $0.few : $0.operations) > 0 } }
    if let exact = all.first(where: { $0.name == filter }) { return [exact] }
    let found = all.filter { $0.name.contains(filter) }
    guard !found.isEmpty else {
      throw CommandFailure.unknown("row", filter, among: all.map(\.name))
    }
    return found
  }

  /// Measures the work on fresh state in each round.
  func measure(operations: Int, rounds: Int) throws -> Row {
    var times: [Double] = []
    var last: (gas: UInt64?, value: Integer, figures: [Figure]) = (nil, 0, [])
    for _ in 0..<max(1, rounds) {
      let prepared = try prepare(operations)
      let start = now
      let gas = try prepared.run()
      times.append(now - start)
      last = (gas, try prepared.value(), prepared.figures())
    }
    let each = Double(max(1, operations))
    return Row(
      workload: self, operations: operations, nanoseconds: times.sorted()[times.count / 2] / each,
      gas: last.gas.map { Double($0) / each }, value: last.value, figures: last.figures)
  }

  private var now: Double { countsAllThreads ? ThreadClock.process() : ThreadClock.now() }
}
