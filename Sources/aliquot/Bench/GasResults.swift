import Bytecode

/// All measurements, by instruction, and what they come to.
struct GasResults {
  /// One instruction over all its sizes.
  struct Line {
    let opcode: Opcode
    let rows: [GasBenchmark.Row]
    let median: Double
    let worst: GasBenchmark.Row
    let best: GasBenchmark.Row
  }

  /// How often the median the worst may be.
  static let target = 3.0

  let lines: [Line]
  /// The median of the instructions' medians: every instruction counts once.
  let median: Double
  let worst: GasBenchmark.Row

  init?(_ rows: [GasBenchmark.Row]) {
    let measured = rows.filter { $0.gas > 0 }
    guard let worst = measured.max(by: { $0.nanosecondsPerGas < $1.nanosecondsPerGas }) else {
      return nil
    }
    self.worst = worst
    var lines: [Line] = []
    for opcode in Opcode.allCases {
      let own = measured.filter { $0.opcode == opcode }
        .sorted { $0.nanosecondsPerGas < $1.nanosecondsPerGas }
      guard let first = own.first, let last = own.last else { continue }
      lines.append(
        Line(
          opcode: opcode, rows: own, median: Self.median(own.map(\.nanosecondsPerGas)),
          worst: last, best: first))
    }
    self.lines = lines
    median = Self.median(lines.map(\.median))
  }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// The worst by the median.
  var ratio: Double { worst.nanosecondsPerGas / median }

  /// One line that says it all.
  var summary: String {
    var parts = [
      "median \(Numbers.decimal(median, 2)) ns/gas",
      "worst \(Numbers.decimal(worst.nanosecondsPerGas, 2)) (\(worst.mnemonic), \(worst.operands))",
    ]
    // The target is about the median of all instructions.
    if lines.count == Opcode.allCases.count {
      parts.append(
        "worst/median \(Numbers.decimal(ratio, 2)), target \(Numbers.decimal(Self.target, 0))")
    }
    return parts.joined(separator: "; ")
  }

  /// Every measurement as a line of values with commas.
  static func csv(_ rows: [GasBenchmark.Row]) -> String {
    var text = "instruction,operands,gas,nanoseconds,nanoseconds_per_gas\n"
    for row in rows {
      let operands =
        row.operands.contains(",") ? "\"\(row.operands)\"" : row.operands
      text += "\(row.mnemonic),\(operands),\(Numbers.decimal(row.gas, 2)),"
      text +=
        "\(Numbers.decimal(row.nanoseconds, 2)),\(Numbers.decimal(row.nanosecondsPerGas, 3))\n"
    }
    return text
  }
}
