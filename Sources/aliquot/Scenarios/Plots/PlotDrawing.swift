import Integers

/// Draws a chart as an SVG document that needs nothing else.
struct PlotDrawing {
  /// The chart.
  let plot: Plot
  /// What stands under its title.
  let subtitle: String

  private let time: TimeAxis
  private let values: ValueAxis
  private let legend: [[(series: Int, x: Int)]]
  private let left: Int

  /// Prepares to draw a chart.
  init(_ plot: Plot, subtitle: String) {
    self.plot = plot
    self.subtitle = subtitle
    let samples = plot.samples + [plot.outlook].compactMap(\.self)
    time = TimeAxis(from: samples.first?.time ?? 0, to: samples.last?.time ?? 0)
    let all = samples.flatMap { $0.values.compactMap(\.self) }
    let values = ValueAxis(from: all.min() ?? 0, to: all.max() ?? 0, in: plot.unit)
    let widest = values.ticks.map { values.label($0).count }.max() ?? 0
    self.values = values
    left = max(64, 34 + widest * Self.characterWidth)
    legend = Self.legend(plot.labels)
  }

  /// Pixels of the picture and of its parts.
  private static let width = 960
  private static let right = 32
  private static let chartHeight = 340
  private static let headHeight = 76
  private static let rowHeight = 24
  /// Pixels that a character takes at most, on the whole.
  private static let characterWidth = 8
  private static let labelMax = 64
  /// Steps of a pixel in which corners are placed.
  private static let grain = 10

  /// Colours that people tell from each other who see few: those of Okabe and Ito, "Color Universal Design",
  /// without their yellow.
  private static let colors = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#3b3f45",
  ]
  private static let dashes = ["", "8 4", "2 4", "8 4 2 4"]

  private var isNamed: Bool { plot.labels.count > 1 || plot.labels != [plot.title] }
  private var top: Int {
    Self.headHeight + (isNamed ? legend.count * Self.rowHeight : 0) + 36
  }
  private var bottom: Int { top + Self.chartHeight }
  private var height: Int { bottom + 60 }
  private var chartWidth: Int { Self.width - left - Self.right }

  // MARK: - The picture

  /// The document.
  var svg: String {
    let width = Self.width
    var svg = """
      <?xml version="1.0" encoding="UTF-8"?>
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
      viewBox="0 0 \(width) \(height)" role="img">
      <title>\(XMLText.escaped(plot.title))</title>
      <desc>\(XMLText.escaped(subtitle))</desc>
      <style>
      text { font: 13px "Helvetica Neue", Helvetica, Arial, "DejaVu Sans", sans-serif; fill: #57606a }
      .title { font-size: 20px; font-weight: bold; fill: #1f2328 }
      .name { fill: #1f2328 }
      .grid { stroke: #e4e7eb; stroke-width: 1; shape-rendering: crispEdges }
      .axis { stroke: #8c959f; stroke-width: 1; shape-rendering: crispEdges }
      .line { fill: none; stroke-width: 2.25; stroke-linejoin: round; stroke-linecap: butt }
      .area { fill-opacity: 0.08 }
      </style>
      <rect width="\(width)" height="\(height)" fill="#ffffff"/>
      <text class="title" x="24" y="38">\(Self.fitting(plot.title, 72))</text>
      <text x="24" y="60">\(Self.fitting(subtitle, 120))</text>

      """
    if isNamed { svg += drawnLegend }
    svg += drawnAxes
    for series in plot.labels.indices.reversed() { svg += drawn(series) }
    return svg + "</svg>\n"
  }

  private var drawnAxes: String {
    var svg = ""
    let end = Self.width - Self.right
    for tick in values.ticks {
      let y = bottom - values.place(tick, of: Self.chartHeight)
      let sort = tick.isZero || y == bottom ? "axis" : "grid"
      svg += "<path class=\"\(sort)\" d=\"M\(left) \(y)H\(end)\"/>"
      svg += text(left - 10, y + 4, values.label(tick), anchor: "end")
    }
    for tick in time.ticks {
      let x = left + time.place(tick, of: chartWidth)
      svg += "<path class=\"axis\" d=\"M\(x) \(bottom)v5\"/>"
      svg += text(x, bottom + 21, time.label(tick), anchor: "middle")
    }
    if !values.title.isEmpty { svg += text(24, top - 20, values.title, anchor: "start") }
    return svg + text(end, bottom + 44, time.title, anchor: "end")
  }

  private func text(_ x: Int, _ y: Int, _ content: String, anchor: String) -> String {
    "<text x=\"\(x)\" y=\"\(y)\" text-anchor=\"\(anchor)\">\(XMLText.escaped(content))</text>\n"
  }

  // MARK: - Names

  /// Rows of names that are no wider than the picture.
  private static func legend(_ labels: [String]) -> [[(series: Int, x: Int)]] {
    var rows: [[(series: Int, x: Int)]] = [[]]
    var x = 24
    for (series, label) in labels.enumerated() {
      let width = 56 + min(labelMax, label.count) * characterWidth
      if x + width > Self.width, !rows[rows.count - 1].isEmpty {
        rows.append([])
        x = 24
      }
      rows[rows.count - 1].append((series, x))
      x += width
    }
    return rows
  }

  private var drawnLegend: String {
    var svg = ""
    for (row, entries) in legend.enumerated() {
      let y = Self.headHeight + row * Self.rowHeight + 14
      for (series, x) in entries {
        svg += "<path class=\"line\"\(style(series)) d=\"M\(x) \(y - 4)h26\"/>"
        svg += "<text class=\"name\" x=\"\(x + 34)\" y=\"\(y)\">"
        svg += Self.fitting(plot.labels[series], Self.labelMax) + "</text>\n"
      }
    }
    return svg
  }

  private func style(_ series: Int) -> String {
    let color = Self.colors[series % Self.colors.count]
    let dash = Self.dashes[series / Self.colors.count % Self.dashes.count]
    return " stroke=\"\(color)\"" + (dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\"")
  }

  /// As much of a text as there is room for.
  private static func fitting(_ text: String, _ characters: Int) -> String {
    XMLText.escaped(text.count <= characters ? text : text.prefix(characters - 1) + "…")
  }

  // MARK: - Lines

  private func drawn(_ series: Int) -> String {
    let lines = plot.lines(ofSeries: series).map { line in
      PlotPath(
        line.map { point in
          (
            x: left * Self.grain + time.place(point.time, of: chartWidth * Self.grain),
            y: bottom * Self.grain - values.place(point.value, of: Self.chartHeight * Self.grain)
          )
        })
    }
    var svg = "<g><title>\(XMLText.escaped(plot.labels[series]))</title>\n"
    if plot.labels.count == 1, values.low.isZero {
      let path = lines.map { $0.area(above: bottom * Self.grain) }.joined()
      svg += "<path class=\"area\" fill=\"\(Self.colors[0])\" d=\"\(path)\"/>\n"
    }
    let path = lines.map(\.text).joined()
    return svg + "<path class=\"line\"\(style(series)) d=\"\(path)\"/></g>\n"
  }
}
