import Foundation

/// The built command, run as a process.
enum Tool {
  /// What a run came to.
  struct Run {
    let status: Int32
    let output: String
    let error: String

    /// The JSON document that is the whole of standard output.
    func document() throws -> [String: Any] {
      let object = try JSONSerialization.jsonObject(with: Data(output.utf8))
      guard let document = object as? [String: Any] else { throw NoDocument(output: output) }
      return document
    }
  }

  struct NoDocument: Error { let output: String }

  /// The product stands beside the test bundle.
  static let path: String = {
    let bundle =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
    var directory = URL(fileURLWithPath: bundle).deletingLastPathComponent()
    for _ in 0..<4 {
      let candidate = directory.appendingPathComponent("aliquot").path
      var isDirectory: ObjCBool = false
      if FileManager.default.fileExists(atPath: candidate, isDirectory: &isDirectory),
        !isDirectory.boolValue
      {
        return candidate
      }
      directory.deleteLastPathComponent()
    }
    return "aliquot"
  }()

  /// Runs the command in a directory.
  static func run(
    _ arguments: [String], in directory: String, input: String? = nil,
    environment: [String: String] = [:]
  ) throws -> Run {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
    // Files hold any amount of output; pipes would have to be read side by side.
    let scratch = FileManager.default.temporaryDirectory.path + "/aliquot-\(UUID().uuidString)"
    for end in [".in", ".out", ".err"] {
      _ = FileManager.default.createFile(
        atPath: scratch + end, contents: end == ".in" ? Data((input ?? "").utf8) : nil)
    }
    defer {
      for end in [".in", ".out", ".err"] {
        try? FileManager.default.removeItem(atPath: scratch + end)
      }
    }
    process.standardInput = FileHandle(forReadingAtPath: scratch + ".in")
    process.standardOutput = FileHandle(forWritingAtPath: scratch + ".out")
    process.standardError = FileHandle(forWritingAtPath: scratch + ".err")
    try process.run()
    process.waitUntilExit()
    return Run(
      status: process.terminationReason == .exit ? process.terminationStatus : -1,
      output: String(
        decoding: FileManager.default.contents(atPath: scratch + ".out") ?? Data(), as: UTF8.self),
      error: String(
        decoding: FileManager.default.contents(atPath: scratch + ".err") ?? Data(), as: UTF8.self))
  }
}

/// A directory with a few contracts, which goes away at the end.
final class Workspace {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/aliquot-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try write("Till.alq", Self.till)
    try write("Broken.alq", "contract Broken\n\nexport f ()\n    x = y\nend\n")
    try write("Untidy.alq", "contract Untidy\n\nview one () -> (n int)\n  return 1\nend\n")
    try write("Steps.run", Self.steps)
    try write("Garbage.alq", Data([0xFF, 0xFE, 0x00, 0x80, 0x0A, 0xC3]))
    try write("Garbage.alqm", Data([0xFF, 0xFE, 0x00, 0x80]))
    try FileManager.default.createDirectory(
      atPath: path + "/empty", withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

  func write(_ name: String, _ data: Data) throws {
    try data.write(to: URL(fileURLWithPath: "\(path)/\(name)"))
  }

  func read(_ name: String) -> String {
    String(
      decoding: FileManager.default.contents(atPath: "\(path)/\(name)") ?? Data(), as: UTF8.self)
  }

  func run(_ arguments: String..., input: String? = nil) throws -> Tool.Run {
    try Tool.run(arguments, in: path, input: input)
  }

  /// A contract with an error, a trap, a loop without end, a map and an event.
  static let till = """
    contract Till

    state
        token  asset
        sums   map address -> int

    event Paid (payer address, amount int)

    error TooLittle (least int)

    init (token asset)
        @token = token
    end

    ;; Adds a payment to the payer's sum.
    export pay () -> (sum int) payable (money)
        require money.amount >= 5 else TooLittle(5)
        call note(caller, money.amount)
        emit Paid(caller, money.amount)
        return @sums[caller]
    end

    fn note (who address, amount int)
        @sums[who] = @sums[who] + amount
    end

    export divide (a int, b int) -> (q int)
        return floor(a / b)
    end

    export spin ()
        while true
            x = 1
            require x == 1 else TooLittle(x)
        end
    end

    """

  static let steps = """
    # a story
    asset USD decimals 2, 1_000 to alice
    operator: init(token: USD)
    alice: pay() paying 25.50 USD
    """
}
