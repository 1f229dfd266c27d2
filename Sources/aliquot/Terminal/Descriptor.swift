#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// One of the two channels on which a command speaks.
struct Descriptor: Sendable {
  private let number: Int32

  /// The result, and nothing else.
  static let output = Descriptor(number: 1)
  /// Diagnostics and progress.
  static let error = Descriptor(number: 2)

  /// Whether a person watches the channel.
  var isTerminal: Bool { isatty(number) == 1 }

  /// The columns of the terminal; nil where no terminal is, whose lines have any length.
  var width: Int? {
    guard isTerminal else { return nil }
    var size = winsize()
    if ioctl(number, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    return Environment.variable("COLUMNS").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
  }

  /// Writes all of a text.
  ///
  /// A reader that went away is no failure: what is left is dropped.
  func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while let base = rest.baseAddress, rest.count > 0 {
        let count = systemWrite(number, base, rest.count)
        if count > 0 {
          rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        } else if errno != EINTR, errno != EAGAIN {
          return
        }
      }
    }
  }

  /// Waits, and tells whether nobody reads the channel any more; that ends the waiting.
  func isClosed(within milliseconds: Int32) -> Bool {
    var state = pollfd(fd: number, events: 0, revents: 0)
    return poll(&state, 1, milliseconds) > 0
      && Int32(state.revents) & Int32(POLLERR | POLLHUP | POLLNVAL) != 0
  }

  /// Lets a closed pipe show as an error of `write` and not as the end of the process.
  static func ignoreBrokenPipes() { _ = signal(SIGPIPE, SIG_IGN) }
}

private func systemWrite(_ number: Int32, _ start: UnsafeRawPointer, _ count: Int) -> Int {
  write(number, start, count)
}

/// What the surroundings of the process say.
enum Environment {
  /// The value of a variable.
  static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  /// How many processors there are to work with.
  static var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
