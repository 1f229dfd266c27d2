/// A line through points in tenths of a pixel, with the few corners that can be seen.
struct PlotPath {
  private var points: [(x: Int, y: Int)] = []

  /// A line through points whose places go from left to right.
  init(_ corners: [(x: Int, y: Int)]) {
    var index = 0
    while index < corners.count {
      let x = corners[index].x
      let column = corners[index...].prefix { $0.x == x }
      for corner in Self.outline(column) { add(corner) }
      index = column.endIndex
    }
  }

  /// Of points above each other, the first and the last, and between them the lowest and the highest.
  private static func outline(_ column: ArraySlice<(x: Int, y: Int)>) -> [(x: Int, y: Int)] {
    guard column.count > 4, let first = column.first, let last = column.last,
      let low = column.min(by: { $0.y < $1.y }), let high = column.max(by: { $0.y < $1.y })
    else { return Array(column) }
    return [first, low, high, last]
  }

  /// Adds a corner; what lies on the way to it goes.
  private mutating func add(_ corner: (x: Int, y: Int)) {
    if let last = points.last, last == corner { return }
    if points.count > 1 {
      let (before, last) = (points[points.count - 2], points[points.count - 1])
      let isLevel = before.y == last.y && last.y == corner.y
      let isUpright =
        before.x == last.x && last.x == corner.x && (last.y > before.y) == (corner.y > last.y)
      if isLevel || isUpright { points.removeLast() }
    }
    points.append(corner)
  }

  /// The path as SVG writes it.
  var text: String {
    guard let first = points.first else { return "" }
    var text = "M\(Self.pixels(first.x)) \(Self.pixels(first.y))"
    for (last, next) in zip(points, points.dropFirst()) {
      if next.y == last.y {
        text += "H\(Self.pixels(next.x))"
      } else if next.x == last.x {
        text += "V\(Self.pixels(next.y))"
      } else {
        text += "L\(Self.pixels(next.x)) \(Self.pixels(next.y))"
      }
    }
    return text
  }

  /// What lies between the line and a level below it.
  func area(above level: Int) -> String {
    guard let first = points.first, let last = points.last else { return "" }
    return text + "L\(Self.pixels(last.x)) \(Self.pixels(level))H\(Self.pixels(first.x))Z"
  }

  private static func pixels(_ tenths: Int) -> String {
    tenths % 10 == 0 ? String(tenths / 10) : "\(tenths / 10).\(abs(tenths % 10))"
  }
}
