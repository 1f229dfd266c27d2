import Integers

/// A chart of values over the time of a scenario, as they were gathered.
struct Plot: Sendable {
  /// What the values are at a moment.
  struct Sample: Hashable, Sendable {
    /// What there is to know of a moment.
    enum Sort: Sendable {
      /// A block ended, and the values are those that it left.
      case block
      /// Time has passed since the sample before, and nothing but that changed the values.
      case passing
    }

    /// Seconds since 1970.
    let time: Int
    /// The height of the block.
    let height: Int
    /// The values, in the order of the series; nil where an expression has no value.
    let values: [Integer?]
    /// How the values came there.
    let sort: Sort
  }

  /// What the values are counted in.
  struct Unit: Hashable, Sendable {
    /// The name, such as `USD`; empty for numbers that are nothing but numbers.
    var name = ""
    /// How many of the last digits stand behind the point.
    var decimals = 0
  }

  /// The title.
  let title: String
  /// The names of the series.
  let labels: [String]
  /// What the values are counted in.
  let unit: Unit
  /// The values, in the order of time.
  var samples: [Sample] = []
  /// The values a little after the last sample if nothing happens, which a picture needs to show its end.
  var outlook: Sample?

  /// The corners of the line of a series, as parts that have no gap; each goes straight to the next.
  ///
  /// What a block changes changes at that moment, in a step. Between blocks an expression that depends on
  /// the time goes on steadily.
  func lines(ofSeries index: Int) -> [[(time: Int, value: Integer)]] {
    var lines: [[(time: Int, value: Integer)]] = []
    var line: [(time: Int, value: Integer)] = []
    for sample in samples + [outlook].compactMap(\.self) {
      if sample.sort == .block, let last = line.last { line.append((sample.time, last.value)) }
      if let value = sample.values[index] {
        line.append((sample.time, value))
      } else if !line.isEmpty {
        lines.append(line)
        line = []
      }
    }
    return line.isEmpty ? lines : lines + [line]
  }
}
