import Testing

@testable import aliquot

/// A line as the keys of a terminal make it.
@Suite struct LineBufferTests {
  /// What the buffer holds after some keys, with a bar where the cursor stands.
  private func line(_ keys: String, _ buffer: inout LineBuffer) -> String {
    for byte in keys.utf8 { _ = buffer.feed(byte) }
    let scalars = buffer.scalars.map(Character.init)
    return String(scalars[..<buffer.cursor]) + "|" + String(scalars[buffer.cursor...])
  }

  @Test(arguments: [
    ("abc", "abc|"), ("abc\u{1B}[D\u{1B}[Dx", "ax|bc"), ("abc\u{01}x", "x|abc"),
    ("abc\u{02}\u{02}\u{05}x", "abcx|"), ("abc\u{7F}\u{08}", "a|"), ("\u{7F}", "|"),
    ("abc\u{01}\u{1B}[3~", "|bc"), ("abc\u{01}\u{04}", "|bc"), ("ab cd  \u{17}x", "ab x|"),
    ("abc\u{02}\u{15}", "|c"), ("abc\u{01}\u{06}\u{0B}", "a|"), ("naïve€😀", "naïve€😀|"),
    ("a😀\u{7F}b", "ab|"), ("abc\u{1B}[H\u{1B}OFx", "abcx|"), ("a\u{1B}[1;5Cb", "ab|"),
    ("a\u{1B}xb", "ab|"), ("a\u{00}\u{1F}b", "ab|"),
  ])
  func keysEditTheLine(keys: String, shown: String) {
    var buffer = LineBuffer()
    #expect(line(keys, &buffer) == shown)
  }

  @Test func linesAreRemembered() {
    var buffer = LineBuffer()
    _ = line("one\rtwo\rtwo\r\rdraft", &buffer)
    let up = "\u{1B}[A"
    let down = "\u{1B}[B"
    #expect(line(up, &buffer) == "two|")
    #expect(line(up, &buffer) == "one|")
    #expect(line(up, &buffer) == "one|")
    #expect(line(down + down, &buffer) == "draft|")
    #expect(line(down, &buffer) == "draft|")
    #expect(line("\u{10}\u{10}", &buffer) == "one|")
  }

  @Test func linesEnd() {
    var buffer = LineBuffer()
    #expect(buffer.feed(0x04) == .ended)
    #expect(buffer.feed(UInt8(ascii: "a")) == .changed)
    #expect(buffer.feed(0x0D) == .accepted("a"))
    #expect(buffer.text.isEmpty)
    _ = buffer.feed(UInt8(ascii: "b"))
    #expect(buffer.feed(0x03) == .cancelled)
    #expect(buffer.text.isEmpty && buffer.feed(0x0A) == .accepted(""))
  }

  /// Bytes that no terminal sends do no harm.
  @Test func anyBytesAreALine() {
    var buffer = LineBuffer()
    for byte in (0..<4_000).map({ UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }) {
      _ = buffer.feed(byte)
      #expect((0...buffer.scalars.count).contains(buffer.cursor))
    }
  }
}
