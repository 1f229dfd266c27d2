import Foundation
import Keystore
import Testing
import Transactions

/// Passphrases that a person types: the terminal is one of our own.
@Suite(.serialized) struct PromptTests {
  @Test func asksTwiceForANewAccount() throws {
    let workspace = try Workspace()
    let terminal = try Terminal(
      ["account", "new", "dana", "--keys", workspace.path + "/keys"], in: workspace.path)
    terminal.answer("new passphrase of dana: ", "zebra quagga\n")
    terminal.answer("the same again: ", "zebra quagga\n")
    #expect(terminal.status() == 0)
    #expect(!terminal.shown().contains("zebra"))
    #expect(terminal.showsWhatIsTyped)
    let key = try Keystore(directory: workspace.path + "/keys").key(
      named: "dana", passphrase: Passphrase("zebra quagga"))
    #expect(terminal.output().contains("0x\(key.address)"))
    #expect(!terminal.output().contains("passphrase"))
  }

  @Test func refusesTwoDifferentOnes() throws {
    let workspace = try Workspace()
    let terminal = try Terminal(
      ["account", "new", "dana", "--keys", workspace.path + "/keys"], in: workspace.path)
    terminal.answer("new passphrase of dana: ", "zebra quagga\n")
    terminal.answer("the same again: ", "zebra quaga\n")
    #expect(terminal.status() == 64)
    #expect(terminal.error().contains("the two passphrases differ"))
    #expect(!FileManager.default.fileExists(atPath: workspace.path + "/keys"))
  }

  @Test func asksOnceToOpen() throws {
    let workspace = try Workspace()
    _ = try workspace.store().create("dana", passphrase: Passphrase("zebra quagga"))
    let terminal = try Terminal(
      [
        "account", "export", "dana", "--secret", "--keys", workspace.path + "/keys",
        "--passphrase-file", "-",
      ], in: workspace.path)
    terminal.answer("passphrase of dana: ", "zebra quagga\n")
    #expect(terminal.status() == 0)
    #expect(terminal.output().utf8.count == 65)
  }

  @Test(arguments: ["\n", "\u{4}"])
  func takesNoAnswerForNone(answer: String) throws {
    let workspace = try Workspace()
    let terminal = try Terminal(
      ["account", "new", "dana", "--keys", workspace.path + "/keys"], in: workspace.path)
    terminal.answer("new passphrase of dana: ", answer)
    terminal.answer("the same again: ", answer)
    #expect(terminal.status() == 64)
    #expect(terminal.error().contains("the passphrase is empty"))
    #expect(terminal.showsWhatIsTyped)
  }

  /// Who gives up while the question is open gets the terminal back as it was.
  @Test(arguments: [SIGINT, SIGTERM])
  func givesTheTerminalBack(signal: Int32) throws {
    let workspace = try Workspace()
    let terminal = try Terminal(
      ["account", "new", "dana", "--keys", workspace.path + "/keys"], in: workspace.path)
    terminal.wait(for: "new passphrase of dana: ")
    #expect(!terminal.showsWhatIsTyped)
    terminal.send(signal)
    #expect(terminal.status() == -signal)
    #expect(terminal.showsWhatIsTyped)
    #expect(!FileManager.default.fileExists(atPath: workspace.path + "/keys"))
  }
}

/// A run of the command whose standard input is a terminal.
private final class Terminal {
  private let master: Int32
  private let slave: Int32
  private let directory: String
  private var process: pid_t = 0
  /// How the process ended: its exit code, or the signal below zero.
  private var end: Int32?

  init(_ arguments: [String], in directory: String) throws {
    self.directory = directory
    var (master, slave): (Int32, Int32) = (-1, -1)
    guard openpty(&master, &slave, nil, nil, nil) == 0 else { throw POSIXError(.ENOTTY) }
    (self.master, self.slave) = (master, slave)

    // The threads of tests may block signals, which a process that `Process` starts would inherit.
    var attributes = posix_spawnattr_t()
    var none = sigset_t()
    var actions = posix_spawn_file_actions_t()
    posix_spawnattr_init(&attributes)
    posix_spawn_file_actions_init(&actions)
    defer {
      posix_spawnattr_destroy(&attributes)
      posix_spawn_file_actions_destroy(&actions)
    }
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    posix_spawn_file_actions_adddup2(&actions, slave, 0)
    for (number, file) in [(Int32(1), "out"), (2, "err")] {
      posix_spawn_file_actions_addopen(
        &actions, number, "\(directory)/\(file)", O_WRONLY | O_CREAT, 0o600)
    }
    let words = ([Tool.path] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    guard posix_spawn(&process, Tool.path, &actions, &attributes, words, [nil]) == 0 else {
      throw POSIXError(.ENOEXEC)
    }
  }

  deinit {
    if isRunning {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    close(master)
    close(slave)
  }

  private var isRunning: Bool {
    if end == nil { wait(WNOHANG) }
    return end == nil
  }

  private func wait(_ options: Int32) {
    var status: Int32 = 0
    guard waitpid(process, &status, options) == process else { return }
    end = status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
  }

  func output() -> String { read("out") }
  func error() -> String { read("err") }

  private func read(_ file: String) -> String {
    String(
      decoding: FileManager.default.contents(atPath: "\(directory)/\(file)") ?? Data(),
      as: UTF8.self)
  }

  /// Waits until a question has been asked, or the process has ended.
  func wait(for question: String) {
    while !error().contains(question), isRunning { usleep(2000) }
    #expect(error().contains(question))
  }

  func answer(_ question: String, _ text: String) {
    wait(for: question)
    let bytes = Array(text.utf8)
    #expect(write(master, bytes, bytes.count) == bytes.count)
  }

  func send(_ signal: Int32) { kill(process, signal) }

  /// The exit code, or the signal that ended the process, below zero.
  func status() -> Int32? {
    if end == nil { wait(0) }
    return end
  }

  /// What a person has seen of what was typed.
  func shown() -> String {
    var buffer = [UInt8](repeating: 0, count: 1 << 12)
    _ = fcntl(master, F_SETFL, O_NONBLOCK)
    let count = Foundation.read(master, &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
  }

  var showsWhatIsTyped: Bool {
    var modes = termios()
    return tcgetattr(slave, &modes) == 0 && modes.c_lflag & tcflag_t(ECHO) != 0
  }
}
