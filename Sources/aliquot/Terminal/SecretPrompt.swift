import Keystore
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Asks a person for something that nobody else shall see.
enum SecretPrompt {
  /// Bytes of the longest answer.
  private static let lengthMax = 4096
  /// Signals that end the process, which must not leave a terminal behind that shows nothing.
  private static let endings = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

  /// Whether standard input is a terminal, so that there is somebody to ask.
  static var isPossible: Bool { isatty(0) == 1 }

  /// Asks a question on standard error, and reads one line that the terminal does not show.
  static func ask(_ question: String) throws(CommandFailure) -> [UInt8] {
    var shown = termios()
    guard tcgetattr(0, &shown) == 0 else { throw failure() }
    var hidden = shown
    hidden.c_lflag &= ~tcflag_t(ECHO)
    hidden.c_lflag |= tcflag_t(ICANON | ISIG | ECHONL)

    caught.store(0, ordering: .relaxed)
    let before = endings.map { ($0, signal($0) { caught.store($0, ordering: .relaxed) }) }
    let stop = signal(SIGTSTP, SIG_IGN)
    defer {
      tcsetattr(0, TCSADRAIN, &shown)
      for (number, handler) in before { signal(number, handler) }
      signal(SIGTSTP, stop)
      let number = caught.load(ordering: .relaxed)
      if number != 0 { raise(number) }
    }
    guard tcsetattr(0, TCSADRAIN, &hidden) == 0 else { throw failure() }
    Descriptor.error.write(question)
    return try readLine()
  }

  private static func readLine() throws(CommandFailure) -> [UInt8] {
    // Room for all of it from the start, so that growing leaves no copies.
    var line: [UInt8] = []
    line.reserveCapacity(lengthMax)
    while line.count < lengthMax {
      // A signal that comes between the question and the wait is seen after a moment.
      var ready = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
      let count = poll(&ready, 1, 200)
      guard caught.load(ordering: .relaxed) == 0 else { break }
      if count == 0 || count < 0 && errno == EINTR { continue }
      var byte: UInt8 = 0
      let length = read(0, &byte, 1)
      if length < 0, errno == EINTR { continue }
      guard length >= 0 else { throw failure() }
      if length == 0 || byte == UInt8(ascii: "\n") { return line }
      line.append(byte)
    }
    SecretMemory.wipe(&line)
    throw CommandFailure(.usage, "the answer was not given, or is too long")
  }

  private static func failure() -> CommandFailure {
    CommandFailure(.failure, "the terminal cannot be asked: \(String(cString: strerror(errno)))")
  }
}

/// The signal that came while a question was open, or zero.
private let caught = Atomic<Int32>(0)
