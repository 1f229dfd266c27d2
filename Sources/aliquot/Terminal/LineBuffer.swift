/// A line that is being typed, with the lines before it, as a terminal's keys change it.
///
/// It is told bytes and says what came of them; reading and drawing is somebody else's.
struct LineBuffer {
  /// What a byte came to.
  enum Event: Equatable {
    /// Nothing to show.
    case none
    /// The line looks different.
    case changed
    /// The line is finished.
    case accepted(String)
    /// The line was given up.
    case cancelled
    /// There will be no more lines.
    case ended
  }

  /// Lines that are remembered.
  static let historyMax = 500

  /// What has been typed.
  private(set) var scalars: [Unicode.Scalar] = []
  /// The place in it where the next character goes.
  private(set) var cursor = 0
  private var history: [String] = []
  /// The line of the history that is shown; its count for the new one, kept while others are shown.
  private var place = 0
  private var draft: [Unicode.Scalar] = []
  /// Bytes of a character or of an escape sequence that is not whole yet.
  private var pending: [UInt8] = []

  /// What has been typed, as text.
  var text: String {
    var text = ""
    text.unicodeScalars.append(contentsOf: scalars)
    return text
  }

  /// Takes a byte.
  mutating func feed(_ byte: UInt8) -> Event {
    if pending.first == 0x1B { return escape(byte) }
    if !pending.isEmpty || byte >= 0x80 { return character(byte) }
    switch byte {
    case 0x0D, 0x0A: return accept()
    case 0x01: return moveCursor(to: 0)
    case 0x05: return moveCursor(to: scalars.count)
    case 0x02: return moveCursor(to: cursor - 1)
    case 0x06: return moveCursor(to: cursor + 1)
    case 0x10: return show(place - 1)
    case 0x0E: return show(place + 1)
    case 0x03:
      reset()
      return .cancelled
    case 0x04: return scalars.isEmpty ? .ended : remove(cursor..<cursor + 1)
    case 0x08, 0x7F: return remove(cursor - 1..<cursor)
    case 0x0B: return remove(cursor..<scalars.count)
    case 0x15: return remove(0..<cursor)
    case 0x17: return remove(startOfWord..<cursor)
    case 0x1B:
      pending = [byte]
      return .none
    case 0x20...0x7E: return insert(Unicode.Scalar(byte))
    default: return .none
    }
  }

  private mutating func reset() {
    scalars = []
    cursor = 0
    pending = []
    place = history.count
  }

  private mutating func accept() -> Event {
    let line = text
    if !line.allSatisfy(\.isWhitespace), history.last != line {
      history.append(line)
      if history.count > Self.historyMax { history.removeFirst() }
    }
    reset()
    return .accepted(line)
  }

  private mutating func insert(_ scalar: Unicode.Scalar) -> Event {
    scalars.insert(scalar, at: cursor)
    cursor += 1
    return .changed
  }

  private mutating func remove(_ range: Range<Int>) -> Event {
    let range = range.clamped(to: 0..<scalars.count)
    guard !range.isEmpty else { return .none }
    scalars.removeSubrange(range)
    cursor = min(range.lowerBound, scalars.count)
    return .changed
  }

  private mutating func moveCursor(to place: Int) -> Event {
    cursor = min(max(place, 0), scalars.count)
    return .changed
  }

  private var startOfWord: Int {
    var start = cursor
    while start > 0, scalars[start - 1] == " " { start -= 1 }
    while start > 0, scalars[start - 1] != " " { start -= 1 }
    return start
  }

  /// Shows a line of the history.
  private mutating func show(_ wanted: Int) -> Event {
    guard (0...history.count).contains(wanted), wanted != place else { return .none }
    if place == history.count { draft = scalars }
    place = wanted
    scalars = place == history.count ? draft : Array(history[place].unicodeScalars)
    cursor = scalars.count
    return .changed
  }

  /// A byte of a character beyond ASCII.
  private mutating func character(_ byte: UInt8) -> Event {
    pending.append(byte)
    let first = pending[0]
    let count = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
    guard pending.count >= count else { return .none }
    let decoded = String(validating: pending, as: UTF8.self)?.unicodeScalars.first
    pending = []
    return decoded.map { insert($0) } ?? .none
  }

  /// A byte behind an escape: the keys that terminals send as `ESC [` or `ESC O` and a letter.
  private mutating func escape(_ byte: UInt8) -> Event {
    pending.append(byte)
    if pending.count == 2 {
      if byte != UInt8(ascii: "["), byte != UInt8(ascii: "O") { pending = [] }
      return .none
    }
    guard (0x40...0x7E).contains(byte) || pending.count > 8 else { return .none }
    let digits = pending[2..<pending.count - 1]
    pending = []
    switch byte {
    case UInt8(ascii: "A"): return show(place - 1)
    case UInt8(ascii: "B"): return show(place + 1)
    case UInt8(ascii: "C"): return moveCursor(to: cursor + 1)
    case UInt8(ascii: "D"): return moveCursor(to: cursor - 1)
    case UInt8(ascii: "H"): return moveCursor(to: 0)
    case UInt8(ascii: "F"): return moveCursor(to: scalars.count)
    case UInt8(ascii: "~") where digits.first == UInt8(ascii: "3"):
      return remove(cursor..<cursor + 1)
    default: return .none
    }
  }
}
