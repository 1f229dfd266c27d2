/// A place in a source text, for people: both numbers start at 1.
public struct SourceLocation: Hashable, Sendable {
  /// The line.
  public let line: Int
  /// The column, counted in Unicode scalars.
  public let column: Int
}

/// One file of a compilation: its path and its bytes.
public struct SourceText: Sendable {
  /// The path, as messages show it.
  public let path: String
  /// The text as it was read; not all of it need be UTF-8.
  public let bytes: [UInt8]
  /// The offset of the first byte of every line.
  let lineStarts: [Int]

  /// Makes a text of bytes.
  public init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      starts.append(offset + 1)
    }
    lineStarts = starts
  }

  /// Makes a text of a string.
  public init(path: String, text: String) {
    self.init(path: path, bytes: Array(text.utf8))
  }

  /// The number of lines; an empty text has one.
  public var lineCount: Int { lineStarts.count }

  /// The line that holds the byte at `offset`; lines start at 1.
  public func line(at offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low + 1
  }

  /// The line and the column of the byte at `offset`.
  public func location(at offset: Int) -> SourceLocation {
    let offset = min(max(offset, 0), bytes.count)
    let line = line(at: offset)
    let scalars = bytes[lineStarts[line - 1]..<offset].count { $0 & 0xC0 != 0x80 }
    return SourceLocation(line: line, column: scalars + 1)
  }

  /// The offsets of a line without its line break; empty for a line that does not exist.
  public func range(ofLine line: Int) -> Range<Int> {
    guard line >= 1, line <= lineStarts.count else { return bytes.count..<bytes.count }
    let start = lineStarts[line - 1]
    var end = line < lineStarts.count ? lineStarts[line] - 1 : bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return start..<end
  }

  /// The text of a line without its line break.
  public func text(ofLine line: Int) -> String {
    String(decoding: bytes[range(ofLine: line)], as: UTF8.self)
  }

  /// The text between two offsets.
  func text(_ start: Int, _ end: Int) -> String {
    let start = min(max(start, 0), bytes.count)
    let end = min(max(end, start), bytes.count)
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }
}

/// The files of one compilation, in the order of loading; the contract's own file is 0.
public struct SourceSet: Sendable {
  /// The files.
  public private(set) var files: [SourceText] = []

  /// Makes a set without files.
  public init() {}

  /// Makes a set of files.
  public init(_ files: [SourceText]) {
    self.files = files
  }

  /// Adds a file and says which index it has.
  public mutating func add(_ file: SourceText) -> Int {
    files.append(file)
    return files.count - 1
  }

  /// The file with this index, or an empty one.
  public subscript(index: Int) -> SourceText {
    files.indices.contains(index) ? files[index] : SourceText(path: "?", bytes: [])
  }

  /// The path, line and column at which a span starts.
  public func location(of span: Span) -> (path: String, SourceLocation) {
    let file = self[span.file]
    return (file.path, file.location(at: span.start))
  }

  /// The text that a span covers.
  public func text(of span: Span) -> String {
    self[span.file].text(span.start, span.end)
  }
}
