import Bytecode
import EngineTesting
import Execution
import Foundation
import Integers
import Testing
import Verification

@testable import aliquot

/// The debugger on recordings that are not kind to it.
@Suite struct DebugTests {
  /// A console of the last of some steps in a fresh sandbox.
  private func console(
    _ source: String, _ steps: [String], stepsMax: Int = ExecutionRecording.stepsMax,
    hasSource: Bool = true
  ) throws -> DebugConsole {
    var code = try ContractLoading.loadSource("Test.alq", Array(source.utf8)).code
    if !hasSource {
      code = try ContractLoading.loadModule("Test.alqm", code.verified.encoded).code
    }
    let sandbox = Sandbox(height: 1, time: 1_767_225_600)
    sandbox.add(code)
    let runner = StepRunner(
      sandbox: sandbox, main: code, actor: "alice", gas: 100_000_000, tracing: nil,
      initial: Invocation(function: "init"))
    var recording = ExecutionRecording()
    // A call without a contract would make it, and be recorded with that.
    let isMade = steps.contains { $0.hasPrefix("init(") || $0.hasPrefix("asset ") }
    for text in (isMade ? [] : ["init()"]) + steps {
      let step = try #require(try StepParser.parse(text))
      let recorder = ExecutionRecorder(world: sandbox.world, stepsMax: stepsMax)
      sandbox.world.observer = recorder
      if let receipt = try runner.run(step).receipt { recording = recorder.finish(receipt) }
    }
    return DebugConsole(DebugSession(recording, names: sandbox.names), paint: .plain)
  }

  /// What commands show, each without failing.
  private func show(_ console: DebugConsole, _ commands: String...) throws -> [String] {
    var lines: [String] = []
    for command in commands {
      let reply = console.reply(to: command)
      #expect(reply.failure == nil, "\(command): \(reply.failure?.message ?? "")")
      lines = reply.lines
    }
    return lines
  }

  /// Every command, with and without something behind it, in an order that depends on a seed.
  private func tryEverything(_ console: DebugConsole, seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let arguments = [
      "", "1", "0", "-1", "99999999999999999999", "x", "i0", "b0", "l0", "l0[0]", "l0[70]", "i999",
      "@m", "@m[1]", "event E", "error", "error Boom", "start", "end", "Test.alq:9", "[",
      "\u{1B}[2J",
      "self", "é", "a b c",
    ]
    for _ in 0..<300 {
      let command = random.pick(DebugCommand.all)
      let reply = console.reply(to: "\(random.pick(command.words)) \(random.pick(arguments))")
      #expect(reply.failure == nil || reply.lines.isEmpty)
      let session = console.session
      #expect((0...session.recording.end).contains(session.cursor.position))
    }
  }

  static let hostile = """
    contract Hostile

    state
        m     map int -> int
        next  address

    event E (n int)
    error Boom (n int)

    export huge () -> (n int)
        n = 2 ^ 16_000
        n = -n
        return n
    end

    export lists () -> (n int)
        values = list()
        for i in 0..100
            push values, i * i
        end
        alias = zeros(2)
        values[3] = 7
        sort values
        return sum(values) + alias[1]
    end

    export deep (n int) -> (r int)
        return down(n)
    end

    fn down (n int) -> (r int)
        if n == 0
            return 0
        end
        return down(n - 1) + 1
    end

    export attempts (n int) -> (caught int)
        caught = 0
        for i in 0..n
            try gas 20_000 risky(i)
                caught = caught + 0
            else code, origin, arguments
                caught = caught + 1
            end
        end
        return caught
    end

    fn risky (n int)
        @m[n] = n
        emit E(n)
        require n mod 2 == 0 else Boom(n)
    end

    export spin ()
        while true
            @m[1] = @m[1] + 1
        end
    end

    export nothing ()
    end

    """

  @Test func aTransactionWithoutInstructionsHasOnlyAnEnd() throws {
    let empty = DebugConsole(
      DebugSession(ExecutionRecording(), names: NamedWorld(world: World())), paint: .plain)
    #expect(empty.greeting == ["no instruction ran: it succeeded with 0 gas"])
    tryEverything(empty, seed: 1)
    let sent = try console(Self.hostile, ["asset USD decimals 2, 5 to alice", "send 1 USD to bob"])
    #expect(try show(sent, "continue")[0].hasPrefix("no instruction ran: it succeeded with "))
    #expect(try show(sent, "state").contains { $0.hasPrefix("balance(USD, bob)    1 USD") })
    tryEverything(sent, seed: 2)
    let failed = try console(
      Self.hostile, ["asset USD decimals 2, 5 to alice", "send 9 USD to bob"])
    #expect(try show(failed, "where")[1].contains("InsufficientBalance"))
    tryEverything(failed, seed: 3)
  }

  @Test func aFullRecordingSaysWhereItEnds() throws {
    let console = try console(Self.hostile, ["spin() gas 100_000"], stepsMax: 50)
    let end = try show(console, "continue")
    #expect(end.last?.hasPrefix("the recording is full and ends here; ") == true)
    #expect(console.session.cursor.position == 49)
    #expect(try show(console, "step").last == end.last)
    #expect(try show(console, "registers").isEmpty == false)
    tryEverything(console, seed: 4)
    let none = try self.console(Self.hostile, ["nothing()"], stepsMax: 0)
    #expect(none.session.recording.end == 0)
    tryEverything(none, seed: 5)
  }

  @Test func withoutASourceInstructionsTakeThePlaceOfLines() throws {
    let console = try console(Self.hostile, ["attempts(3)"], hasSource: false)
    #expect(console.greeting[1].hasPrefix("0 | "))
    #expect(try show(console, "list").count == 11)
    let before = console.session.cursor.position
    _ = try show(console, "next")
    #expect(console.session.cursor.position == before + 1)
    #expect(try show(console, "break attempts") == ["stop 1, attempts: is reached once"])
    #expect(console.reply(to: "break 12").failure?.message.contains("no source") == true)
    #expect(try show(console, "watch i1")[0].contains("i1 of attempts: changes"))
    tryEverything(console, seed: 6)
  }

  @Test func longValuesAreShortAmongOthersAndWholeAlone() throws {
    let console = try console(Self.hostile, ["huge()"])
    _ = try show(console, "break 13", "continue")
    let digits = try Integer(2).power(16_000).description.count
    let registers = try show(console, "registers")
    #expect(registers.allSatisfy { $0.count < 160 } && registers.contains { $0.contains("…") })
    let alone = try #require(try show(console, "print n").first)
    #expect(alone.filter(\.isNumber).count == digits)
    tryEverything(console, seed: 7)
  }

  @Test func listsAreFollowedThroughTheirNames() throws {
    let console = try console(Self.hostile, ["lists()"])
    _ = try show(console, "break 23", "continue")
    #expect(try show(console, "print values[3]") == ["values[3] = 7"])
    #expect(try show(console, "print values[63]") == ["values[63] = 3969"])
    #expect(console.reply(to: "print values[64]").failure?.message.contains("first 64") == true)
    #expect(
      console.reply(to: "print values[101]").failure?.message.contains("101 elements") == true)
    #expect(try show(console, "print values")[0].hasPrefix("values = list of 101 [0, 1, 4, 7, 16"))
    _ = try show(console, "back")
    #expect(try show(console, "last-write values")[0].hasPrefix("this step writes values = list"))
    #expect(try show(console, "watch values")[0].contains("values of lists: changes 1"))
    tryEverything(console, seed: 8)
  }

  @Test func deepCallsAreListedAndLeft() throws {
    let console = try console(Self.hostile, ["deep(300)"])
    let last = try show(console, "break 33", "continue")
    #expect(last[0] == "stop 1, Test.alq:33")
    let calls = try show(console, "where")
    #expect(calls.count == 101 && calls[90] == "   … 202 more calls")
    #expect(calls.last?.hasPrefix("   301  Hostile.deep(n: 300)") == true)
    #expect(try show(console, "up 150").contains { $0.hasPrefix("-> 150  Hostile.down(n: 150)") })
    #expect(try show(console, "up 151").last?.hasPrefix("-> 301") == true)
    #expect(console.reply(to: "up").failure != nil)
    _ = try show(console, "out back")
    #expect(try show(console, "where").last?.hasPrefix("   300  Hostile.deep(n: 300)") == true)
    #expect(try show(console, "delete", "out").first == "  return 1")
    _ = try show(console, "goto start", "next")
    #expect(console.session.cursor.position == console.session.recording.end)
    tryEverything(console, seed: 9)
  }

  /// The machine's limit: a contract that calls a contract that calls … 64 deep.
  @Test func contractsMayCallEachOtherToTheLimit() throws {
    let source = """
      contract Link

      interface Other
          export go () -> (depth int)

      state
          next  address

      init (next address)
          @next = next
      end

      export go () -> (depth int)
          if @next == zero_address
              return 1
          end
          depth = Other(@next).go() + 1
          return depth
      end

      """
    func steps(_ count: Int) -> [String] {
      ["init(next: zero_address)"]
        + (1..<count).map { number in
          let next = number == 1 ? "Link" : "c\(number - 1)"
          return "c\(number) = deploy Link(next: \(next))"
        } + ["c\(count - 1).go()"]
    }
    let console = try console(source, steps(64))
    #expect(try show(console, "break 15", "continue")[0] == "stop 1, Test.alq:15")
    #expect(try show(console, "where").count == 64)
    #expect(try show(console, "out").first == "  return depth: 1")
    #expect(try show(console, "goto end")[0].contains("succeeded"))
    let tooDeep = try self.console(source, steps(65))
    #expect(try show(tooDeep, "break error", "continue")[0].contains("CallDepthExceeded"))
    tryEverything(tooDeep, seed: 10)
  }

  @Test func whatATryUndoesIsThereUntilThen() throws {
    let console = try console(Self.hostile, ["attempts(4)"])
    #expect(try show(console, "break error")[0].hasSuffix("is reached 2 times"))
    #expect(
      try show(console, "continue")[0]
        == "stop 1, any error: about to fail with Boom(n: 1), which a try catches")
    #expect(try show(console, "state").contains { $0.hasPrefix("@m[1]  1") })
    #expect(try show(console, "events").count == 2)
    #expect(try show(console, "step").first == "  undone Boom(n: 1)")
    #expect(!(try show(console, "state").contains { $0.hasPrefix("@m[1]") }))
    #expect(try show(console, "events").count == 1)
    #expect(try show(console, "last-write @m[1]")[0].hasPrefix("this step undid @m[1]: 1 -> 0"))
    #expect(try show(console, "watch @m[3]")[0].contains("changes 2 times"))
    #expect(try show(console, "goto end", "state").count == 3)
    tryEverything(console, seed: 11)
  }

  /// A contract whose initialiser fails is not there, but what it wrote until then has names.
  @Test func anInitialiserThatFailsIsDebuggedByName() throws {
    let source = """
      contract Stillborn

      state
          owner  address
          sums   map int -> int

      error Never

      init (owner address)
          @owner = owner
          @sums[7] = 5
          fail Never
      end

      """
    let console = try console(source, ["init(owner: bob)"])
    #expect(try show(console, "break error", "continue")[0].hasSuffix("about to fail with Never"))
    let state = try show(console, "state")
    #expect(state.contains { $0.hasPrefix("@owner ") && $0.contains("bob") })
    #expect(state.contains { $0.hasPrefix("@sums[7] ") && $0.contains("5") })
    #expect(try show(console, "print sums[7]") == ["@sums[7] = 5"])
    #expect(try show(console, "goto end", "state") == ["nothing is written here"])
    tryEverything(console, seed: 12)
  }

  // MARK: - Commands

  @Test func anEmptyLineDoesTheLastMotionAgain() throws {
    let console = try console(Self.hostile, ["attempts(2)"])
    _ = try show(console, "step 2", "registers", "")
    #expect(console.session.cursor.position == 4)
    _ = try show(console, "back", "", "")
    #expect(console.session.cursor.position == 1)
  }

  @Test(arguments: [
    ("stp", "did you mean \"step\"?"), ("reverse", "`help` lists the commands"),
    ("lastwrite x", "did you mean \"last-write\"?"), ("%", "`help` lists the commands"),
    ("print", "a register, an element of a list, or a stored value"),
    ("goto 10_000", "start, or end"),
    ("frame x", "look at the registers"), ("delete 7", "there is none at all"),
    ("print caugth", "did you mean \"caught\"?"), ("break attempt", "did you mean \"attempts\"?"),
    ("break event EE", "did you mean \"E\"?"), ("break error Bom", "did you mean \"Boom\"?"),
    ("break 4_000 x", "for example"), ("watch Nobody.m[1]", "there are: "),
  ])
  func mistakesAreExplained(command: String, help: String) throws {
    let console = try console(Self.hostile, ["attempts(2)"])
    let reply = console.reply(to: command)
    #expect(reply.failure?.help?.contains(help) == true, "\(String(describing: reply.failure))")
    #expect(console.session.cursor.position == 0)
  }

  @Test func everyCommandIsInTheHelpAndHasItsOwnWords() {
    let words = DebugCommand.all.flatMap(\.words)
    #expect(Set(words).count == words.count)
    let help = DebugCommand.help(.plain).joined(separator: "\n")
    for command in DebugCommand.all { #expect(help.contains(command.name)) }
  }

  @Test(arguments: [20, 40, 80, 200], [10, 24, 60])
  func theViewFitsTheTerminal(width: Int, height: Int) throws {
    let console = try console(Self.hostile, ["attempts(3)"])
    let painted = DebugConsole(console.session, paint: Paint(isColored: true))
    for position in [0, 10, 30, console.session.recording.end] {
      console.session.jump(to: position)
      for console in [console, painted] {
        let lines = DebugScreen(console.text, console.session).lines(width: width, height: height)
        #expect(lines.allSatisfy { DebugScreen.columns(of: $0) <= width })
        #expect(lines.count <= max(height, 16))
      }
    }
    #expect(DebugScreen.shares(of: 10, among: [1, 20, 2]) == [1, 7, 2])
    #expect(DebugScreen.shares(of: 2, among: [5, 5, 5]).reduce(0, +) == 2)
    #expect(DebugScreen.shares(of: 100, among: [1, 2]) == [1, 2])
  }

  // MARK: - The command line

  @Test func aScriptThatIsNotUnderstoodIsAUsageError() throws {
    let workspace = try Workspace()
    let steps = ["run", "Till.alq", "--script", "Steps.run"]
    try workspace.write("commands", "# nothing\n\nnext # on\nfly\nquit\nnext\n")
    let run = try Tool.run(steps + ["--debug-script", "commands"], in: workspace.path)
    #expect(run.status == 64)
    #expect(run.error.contains("line 4: there is no command \"fly\""))
    #expect(run.output.contains("> next\n") && run.output.hasSuffix("> quit\n"))
    let input = try Tool.run(steps + ["--debug"], in: workspace.path, input: "gas\n")
    #expect(input.status == 0 && input.output.contains("> gas\nused by the transaction"))
    let both = try Tool.run(
      ["run", "Till.alq", "--script", "-", "--debug"], in: workspace.path, input: "gas\n")
    #expect(both.status == 64)
    let missing = try Tool.run(steps + ["--debug-script", "none"], in: workspace.path)
    #expect(missing.status == 40 && missing.error.contains("there is no file \"none\""))
  }

  @Test func aScriptGivesJSON() throws {
    let workspace = try Workspace()
    try workspace.write("commands", "next\ngas\n")
    let document = try workspace.run(
      "run", "Till.alq", "--script", "Steps.run", "--debug-script", "commands", "--json"
    ).document()
    let result = try #require(document["result"] as? [String: Any])
    let replies = try #require(result["debug"] as? [[String: Any]])
    #expect(replies.compactMap { $0["command"] as? String } == ["next", "gas"])
    #expect((replies[0]["text"] as? String)?.contains("Till.alq:18") == true)
  }

  @Test func theLastStepIsDebuggedWhateverItIs() throws {
    let workspace = try Workspace()
    try workspace.write("commands", "where\ngoto end\n")
    func run(_ steps: String...) throws -> Tool.Run {
      try Tool.run(
        ["run", "Till.alq", "--debug-script", "commands", "--init", "token=zero_asset"] + steps,
        in: workspace.path)
    }
    let called = try run("divide(7, 2)")
    #expect(called.status == 0 && called.output.contains("Till.divide(a: 7, b: 2)"))
    let failed = try run("divide(7, 0)", "divide(1, 1)")
    #expect(failed.status == 32 && failed.output.contains("-> 0  Till.divide(a: 7, b: 0)"))
    #expect(failed.output.contains("it failed, and nothing that it did is left"))
    let made = try run("init(token: zero_asset)")
    #expect(made.status == 0 && made.output.contains("Till.init(token: zero_asset)"))
    let after = try run("divide(7, 2)", "warp 3 days")
    #expect(after.status == 0 && after.output.contains("Till.divide(a: 7, b: 2)"))
  }
}
