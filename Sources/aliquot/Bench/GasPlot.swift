import Bytecode

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Draws what a unit of gas takes: a row for every instruction, a dot for every size, on a logarithmic
/// axis with the median and three times the median.
struct GasPlot {
  let results: GasResults

  private let rowHeight = 13.0
  private let left = 190.0
  private let plotWidth = 720.0
  private let top = 64.0
  private let low = 0.01
  private let high = 10.0

  /// The place of a value on the axis; what lies beyond is drawn at its ends.
  private func x(_ value: Double) -> Double {
    let share = (log10(min(max(value, low), high)) - log10(low)) / (log10(high) - log10(low))
    return left + share * plotWidth
  }

  private func text(
    _ x: Double, _ y: Double, _ content: String, anchor: String = "start", size: Int = 11
  ) -> String {
    """
    <text x="\(number(x))" y="\(number(y))" text-anchor="\(anchor)" font-size="\(size)">\(XMLText.escaped(content))</text>

    """
  }

  private func number(_ value: Double) -> String { Numbers.decimal(value, 1) }

  private func line(
    _ x: Double, _ y1: Double, _ y2: Double, _ color: String, width: Double = 1
  )
    -> String
  {
    """
    <line x1="\(number(x))" y1="\(number(y1))" x2="\(number(x))" y2="\(number(y2))" stroke="\(color)" stroke-width="\(width)"/>

    """
  }

  /// The drawing as SVG: instructions from the worst down.
  func svg() -> String {
    let sorted = results.lines.sorted {
      $0.worst.nanosecondsPerGas > $1.worst.nanosecondsPerGas
    }
    let bottom = top + Double(sorted.count) * rowHeight
    let width = left + plotWidth + 30
    let height = bottom + 56
    var svg = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(number(width))" height="\(number(height))" \
      viewBox="0 0 \(number(width)) \(number(height))" font-family="sans-serif" fill="#222">
      <rect width="100%" height="100%" fill="white"/>

      """
    svg += text(left, 22, "Time per unit of gas, by instruction", size: 15)
    svg += text(
      left, 40, "a dot for each size of operands; a bar to the worst; sorted by the worst")
    for decade in [0.01, 0.1, 1, 10] {
      for part in 1...9 {
        let value = decade * Double(part)
        guard value <= high else { break }
        svg += line(x(value), top, bottom, part == 1 ? "#bbb" : "#eee")
      }
      let label = decade < 0.1 ? "0.01" : decade < 1 ? "0.1" : decade < 10 ? "1" : "10"
      svg += text(x(decade), bottom + 16, label, anchor: "middle")
    }
    for (index, item) in sorted.enumerated() {
      let y = top + (Double(index) + 0.5) * rowHeight
      svg += text(left - 8, y + 4, item.opcode.row.mnemonic, anchor: "end", size: 10)
      let from = x(low)
      svg += """
        <rect x="\(number(from))" y="\(number(y - 4))" \
        width="\(number(x(item.worst.nanosecondsPerGas) - from))" height="8" fill="#cfe0f3"/>

        """
      // Sizes that fall on one place are drawn once.
      var drawn = Set<String>()
      for row in item.rows {
        let place = number(x(row.nanosecondsPerGas))
        guard drawn.insert(place).inserted else { continue }
        svg += "<circle cx=\"\(place)\" cy=\"\(number(y))\" r=\"1.6\" fill=\"#2b6cb0\"/>\n"
      }
      svg += line(x(item.median), y - 5, y + 5, "#1a365d", width: 2)
    }
    for (value, color, label) in [
      (results.median, "#2f855a", "median \(Numbers.decimal(results.median, 2))"),
      (
        results.median * GasResults.target, "#c53030",
        "3 × median \(Numbers.decimal(results.median * GasResults.target, 2))"
      ),
    ] {
      svg += line(x(value), top - 4, bottom, color, width: 1.5)
      svg += text(
        x(value), top - 8, label, anchor: value == results.median ? "end" : "start")
    }
    svg += text(
      left + plotWidth / 2, bottom + 40,
      "nanoseconds of processor time per unit of gas (logarithmic)",
      anchor: "middle", size: 12)
    return svg + "</svg>\n"
  }
}
