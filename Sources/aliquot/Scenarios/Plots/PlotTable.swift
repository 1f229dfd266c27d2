import Integers

/// Writes the values of a chart as comma-separated values (RFC 4180): exact numbers without grouping.
///
/// Two rows may be of the same moment: what time made of the values before a block, and what the block left.
struct PlotTable {
  /// The chart.
  let plot: Plot

  /// The table, with a line of names and units.
  var text: String {
    let suffix = plot.unit.name.isEmpty ? "" : " (\(plot.unit.name))"
    var text = Self.row(["time (s)", "height"] + plot.labels.map { $0 + suffix })
    for sample in plot.samples {
      text += Self.row(
        [String(sample.time - ScenarioScope.startTime), String(sample.height)]
          + sample.values.map { value in
            value.map { Self.decimal($0, decimals: plot.unit.decimals) } ?? ""
          })
    }
    return text
  }

  private static func row(_ fields: [String]) -> String {
    fields.map(field).joined(separator: ",") + "\r\n"
  }

  private static func field(_ text: String) -> String {
    let special: [Unicode.Scalar] = [",", "\"", "\r", "\n"]
    guard text.unicodeScalars.contains(where: special.contains) else { return text }
    return "\"\(text.replacing("\"", with: "\"\""))\""
  }

  /// An integer with all of its decimals: 25_500_000 at 6 is `25.500000`.
  private static func decimal(_ value: Integer, decimals: Int) -> String {
    guard decimals > 0 else { return value.description }
    var digits = value.magnitude.description
    digits = String(repeating: "0", count: max(0, decimals + 1 - digits.utf8.count)) + digits
    return "\(value.isNegative ? "-" : "")\(digits.dropLast(decimals)).\(digits.suffix(decimals))"
  }
}
