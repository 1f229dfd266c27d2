import Bytecode

/// Draws a profile: every path of calls is a box as wide as its gas, standing on the box of its caller.
///
/// The picture needs nothing else: what does not fit in a box is in its title, which viewers show when
/// one points at it.
struct FlameGraph {
  private let text: ProfileText
  private let title: String

  /// Prepares to draw a profile.
  init(_ text: ProfileText, title: String) {
    self.text = text
    self.title = title
  }

  /// Pixels of the picture and of its parts.
  private static let width = 1_200
  private static let margin = 10
  private static let boxHeight = 18
  private static let headHeight = 44
  /// Hundredths of a pixel that a box needs to be drawn, and that a character takes.
  private static let leastWidth = 10
  private static let characterWidth = 725

  private struct Box {
    let name: String
    let gas: UInt64
    let calls: UInt64?
    /// Gas to the left of it, and boxes below it.
    let start: UInt64
    let depth: Int
  }

  private var total: UInt64 { max(1, text.profile.gasUsed) }

  /// The picture as an SVG document.
  var svg: String {
    let boxes = boxes
    let depth = (boxes.map(\.depth).max() ?? 0) + 1
    let height = Self.headHeight + depth * Self.boxHeight + Self.margin
    var svg = """
      <?xml version="1.0" encoding="UTF-8"?>
      <svg xmlns="http://www.w3.org/2000/svg" width="\(Self.width)" height="\(height)" \
      viewBox="0 0 \(Self.width) \(height)">
      <style>
      text { font: 12px "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #1c1c1c }
      .title { font-size: 15px; font-weight: bold }
      g:hover rect { stroke: #1c1c1c }
      </style>
      <rect width="\(Self.width)" height="\(height)" fill="#fcfbf8"/>
      <text class="title" x="\(Self.width / 2)" y="26" text-anchor="middle">\
      \(XMLText.escaped(Self.fitting(title, characters: 120)))</text>

      """
    for box in boxes { svg += drawn(box, height) }
    return svg + "</svg>\n"
  }

  private var boxes: [Box] {
    let profile = text.profile
    let totals = profile.totalsByNode
    var boxes = [Box(name: "all", gas: profile.gasUsed, calls: nil, start: 0, depth: 0)]
    var next: UInt64 = 0
    var pending: [(node: Int, start: UInt64)] = []
    for root in profile.roots {
      pending.append((root, next))
      next += totals[root]
    }
    pending.reverse()
    while let (number, start) = pending.popLast() {
      let node = profile.nodes[number]
      boxes.append(
        Box(
          name: text.name(ofNode: node), gas: totals[number], calls: node.calls, start: start,
          depth: node.depth))
      // The gas of the node itself is to the right of what it calls.
      var inner = start
      var children: [(Int, UInt64)] = []
      for child in node.children {
        children.append((child, inner))
        inner += totals[child]
      }
      pending += children.reversed()
    }
    boxes.append(
      Box(
        name: ProfileText.transaction, gas: profile.transaction, calls: nil, start: next, depth: 1))
    return boxes
  }

  private func drawn(_ box: Box, _ height: Int) -> String {
    let room = UInt64((Self.width - 2 * Self.margin) * 100)
    let left = Int(Self.scaled(box.start, room, total))
    let right = Int(Self.scaled(box.start + box.gas, room, total))
    guard right - left >= Self.leastWidth else { return "" }
    let y = height - Self.margin - (box.depth + 1) * Self.boxHeight
    let x = Self.margin * 100 + left
    let characters = (right - left - 600) / Self.characterWidth
    var fitting = Self.fitting(box.name, characters: characters)
    // A narrow box says more with the function alone.
    if fitting.count < box.name.count, let name = box.name.split(separator: ".").last {
      fitting = Self.fitting(String(name), characters: characters)
    }
    var svg = "<g><title>\(XMLText.escaped(tip(box)))</title>"
    svg +=
      "<rect x=\"\(Self.pixels(x))\" y=\"\(y)\" width=\"\(Self.pixels(right - left - 5))\" "
      + "height=\"\(Self.boxHeight - 1)\" rx=\"2\" fill=\"\(Self.color(box.name))\"/>"
    if !fitting.isEmpty {
      svg += "<text x=\"\(Self.pixels(x + 300))\" y=\"\(y + 13)\">"
      svg += "\(XMLText.escaped(fitting))</text>"
    }
    return svg + "</g>\n"
  }

  private func tip(_ box: Box) -> String {
    let tenths = Self.scaled(box.gas, 1_000, total)
    var tip = "\(box.name): \(Numbers.grouped(String(box.gas))) gas"
    tip += ", \(tenths / 10).\(tenths % 10) %"
    if let calls = box.calls { tip += ", \(Words.count(Int(clamping: calls), "call"))" }
    return tip
  }

  // MARK: - Parts

  /// A part of a whole, of a room.
  private static func scaled(_ part: UInt64, _ room: UInt64, _ whole: UInt64) -> UInt64 {
    let product = part.multipliedFullWidth(by: room)
    return product.high < whole ? whole.dividingFullWidth(product).quotient : room
  }

  /// Hundredths of a pixel as a number.
  private static func pixels(_ hundredths: Int) -> String {
    let rest = max(0, hundredths) % 100
    return "\(max(0, hundredths) / 100).\(rest < 10 ? "0" : "")\(rest)"
  }

  /// As much of a name as there is room for; nothing where that says nothing.
  private static func fitting(_ name: String, characters: Int) -> String {
    if name.count <= characters { return name }
    return characters < 3 ? "" : name.prefix(characters - 1) + "…"
  }

  /// A warm colour that depends on the name alone; grey for what is no function.
  private static func color(_ name: String) -> String {
    if name == "all" || name.hasPrefix("(") { return "#d5d2cb" }
    var hash: UInt32 = 2_166_136_261
    for byte in name.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    let red = 222 + Int(hash & 0xFF) * 32 / 255
    let green = 120 + Int(hash >> 8 & 0xFF) * 100 / 255
    let blue = 60 + Int(hash >> 16 & 0xFF) * 60 / 255
    return "#" + Hexadecimal.encode([red, green, blue].map { UInt8(clamping: $0) })
  }
}
