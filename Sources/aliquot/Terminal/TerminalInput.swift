#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A person's keyboard and screen.
///
/// Keys are seen one by one while a line is read, and only then.
struct TerminalInput {
  private var line = LineBuffer()

  /// Whether a person types and watches.
  static var isInteractive: Bool { isatty(0) == 1 && isatty(1) == 1 }

  /// How many columns and lines the screen has.
  static var size: (columns: Int, lines: Int) {
    var size = winsize()
    guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return (80, 24)
    }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// Reads a line; nil when there will be no more.
  mutating func readLine(prompt: String) -> String? {
    var old = termios()
    guard tcgetattr(0, &old) == 0 else { return nil }
    var raw = old
    cfmakeraw(&raw)
    tcsetattr(0, TCSADRAIN, &raw)
    defer { tcsetattr(0, TCSADRAIN, &old) }
    draw(prompt)
    var byte: UInt8 = 0
    while true {
      let count = read(0, &byte, 1)
      if count < 0, errno == EINTR { continue }
      guard count == 1 else { return nil }
      switch line.feed(byte) {
      case .none: break
      case .changed: draw(prompt)
      case .accepted(let text):
        Descriptor.output.write("\r\n")
        return text
      case .cancelled:
        Descriptor.output.write("^C\r\n")
        draw(prompt)
      case .ended:
        Descriptor.output.write("\r\n")
        return nil
      }
    }
  }

  /// Draws the prompt and as much of the line around the cursor as the screen is wide.
  private func draw(_ prompt: String) {
    let room = max(8, Self.size.columns - prompt.count - 1)
    let first = max(0, line.cursor - room)
    var shown = ""
    shown.unicodeScalars.append(contentsOf: line.scalars[first...].prefix(room))
    let back = min(line.scalars.count - first, room) - (line.cursor - first)
    Descriptor.output.write(
      "\r\(prompt)\(shown)\u{1B}[K" + (back > 0 ? "\u{1B}[\(back)D" : ""))
  }
}
