import Execution
import Assembly
import ArgumentParser
import Bytecode
import Integers

/// Runs a contract in a fresh world in memory.
struct Run: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a contract in a fresh world in memory, and tell what it did.",
    discussion: """
      The world has accounts by name (alice, bob, carol, dave, operator, owner and more), the assets \
      that --asset makes, and the contract, made with --init. Name a function and its arguments, or \
      give whole steps, in quotes or in a file of lines:

        asset USD decimals 6, 1_000 to operator       money, in whole units
        operator: init(token: USD, shares: 100)       makes the contract
        market = deploy Market(token: USD)            makes a contract given by --with
        operator: distribute() paying 300 USD         a call; views need no actor
        alice: send 25 Share to bob                   moves an asset
        warp 30 days                                  time goes on; also blocks
        # a comment

      Values are written by their kind: 1_000, 10^18, 25.50 USD, 7 days; true; a case of an enum; \
      alice or 64 hexadecimal digits; USD, Share, Passport["gpu-7"]; 0x0aff or "text"; [alice, bob].

      Examples:
        aliquot run Shop.alq --script Story.run --trace
        aliquot run Shop.alq buy --as alice --pay "25 USD" --asset "USD decimals 6, 100 to alice" \
      --init owner=bob --init token=USD --init price=2_500_000
        aliquot run Shop.alq 'alice: buy() paying 5 USD' 'hours(alice)'
      """)

  @Argument(help: "A source or a module.")
  var file: String

  @Argument(help: "A function and its arguments as name=value, or steps.")
  var steps: [String] = []

  @Option(
    help: ArgumentHelp("Steps in a file, one per line; - is standard input.", valueName: "file"))
  var script: String?

  @Option(help: ArgumentHelp("Who acts where a step does not say.", valueName: "name"))
  var `as` = "alice"

  @Option(
    help: ArgumentHelp("Money: \"USD decimals 6, 1_000 to alice\".", valueName: "asset"))
  var asset: [String] = []

  @Option(
    name: .customLong("init"),
    help: ArgumentHelp("An argument of the initialiser.", valueName: "name=value"))
  var initial: [String] = []

  @Option(help: ArgumentHelp("A payment of the call: \"25.50 USD\".", valueName: "payment"))
  var pay: [String] = []

  @Option(
    help: ArgumentHelp(
      "Another contract: Market.alq, or a name for it and the file.", valueName: "name=file"))
  var with: [String] = []

  @Option(help: "The gas limit of each step.", transform: SigningOptions.option)
  var gas: UInt64 = 100_000_000

  @Option(help: "Seconds since 1970 in the first block.")
  var time = 1_767_225_600

  @Option(help: "The height of the first block.")
  var height = 1

  @Flag(help: "Show the tree of calls, with source lines, reads and writes.")
  var trace = false

  @Flag(help: "Show every instruction too, with registers by name; also --trace=ops.")
  var traceOps = false

  @Flag(help: "Go on after a step that fails.")
  var keepGoing = false

  @OptionGroup var examination: Examination

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard [detail != nil, examination.records, examination.profiles].count(where: \.self) <= 1
    else {
      throw ValidationError("A run is traced, debugged or profiled: one at a time.")
    }
    guard script != "-" || !examination.readsInput else {
      throw ValidationError("Standard input gives the steps or the commands, not both.")
    }
    guard (1...1 << 48).contains(height), (0...1 << 48).contains(time) else {
      throw ValidationError("Height and time are numbers that a block can have.")
    }
  }

  private var detail: TraceRecorder.Detail? { traceOps ? .ops : trace ? .calls : nil }

  func perform() throws -> Outcome {
    let loaded = try ContractLoading.load(file)
    let sandbox = Sandbox(height: height, time: time)
    sandbox.add(loaded.code)
    let planned = try RunPlan(
      steps: steps, script: script.map(FileSystem.readText), payments: pay, initial: initial)
    let runner = StepRunner(
      sandbox: sandbox, main: loaded.code, actor: `as`, gas: gas, tracing: detail,
      initial: planned.initial)
    let report = RunReport(
      names: sandbox.names, paint: global.paint(.output), showsTrace: detail != nil)
    var outcome = Outcome()
    outcome.reports = loaded.reports.filter { global.verbose || $0.isError }
    var results: [JSON] = []
    var examined: (step: StepResult, watcher: Examination.Watcher)?
    do throws(CommandFailure) {
      for text in asset { _ = try runner.run(StepParser.parseAsset(text)) }
      try addOthers(to: sandbox)
      for step in planned.steps {
        let watcher = try watch(step, runner)
        let result = try runner.run(step)
        if let watcher, result.receipt != nil { examined = (result, watcher) }
        if global.json {
          results.append(report.json(result))
        } else {
          outcome.text += report.text(result)
        }
        guard result.status != .success else { continue }
        if outcome.status == .success { outcome.status = result.status }
        if let failure = result.receipt?.failure {
          outcome.reports.append(
            .message(
              .error,
              "\"\(step.text)\" failed: \(FailureText(names: sandbox.names).title(failure))",
              help: nil))
        }
        if !keepGoing { break }
      }
      if planned.steps.isEmpty {
        try runner.deployMain()
        outcome.remarks = ["made \(loaded.code.module.name); name a function to call it"]
      }
    } catch {
      outcome.status = error.status
      outcome.reports += error.allReports
    }
    outcome.result = ["steps": .array(results), "contracts": report.contracts]
    if let (step, watcher) = examined {
      try examination.tell(step, watcher, sandbox.names, global, &outcome)
    }
    return outcome
  }

  /// Watches the transaction of a step, if it is to be examined.
  private func watch(
    _ step: Step, _ runner: StepRunner
  ) throws(CommandFailure) -> Examination.Watcher? {
    let world = runner.sandbox.world
    guard let watcher = examination.watcher(of: world) else { return nil }
    // A first call makes the contract by itself, which would be watched in place of the call.
    if case .call = step.action, runner.sandbox.names.contracts.isEmpty { try runner.deployMain() }
    switch watcher {
    case .recorder(let recorder): world.observer = recorder
    case .profiler(let profiler): world.observer = profiler
    }
    return watcher
  }

  /// Makes the contracts of `--with` known.
  ///
  /// `NAME=FILE` also makes one of that name, if its
  /// initialiser takes nothing.
  private func addOthers(to sandbox: Sandbox) throws(CommandFailure) {
    for text in with {
      let (name, path) = Invocation.parts(text)
      let code = try ContractLoading.load(path).code
      sandbox.add(code)
      guard let name else { continue }
      let parameters = code.module.export(named: "init")?.parameters ?? []
      if parameters.isEmpty {
        sandbox.makeContract(name, of: code, by: NameBook.account("operator"))
      } else {
        throw CommandFailure(
          .usage, "the initialiser of \(code.module.name) takes arguments",
          help: "use --with \(path), and a step: \(name) = deploy \(code.module.name)"
            + code.module.text(of: parameters))
      }
    }
  }
}

/// What the command line and the script ask for, as steps.
struct RunPlan {
  /// The steps.
  var steps: [Step] = []
  /// The arguments of the initialiser.
  var initial = Invocation(function: "init")

  /// Puts the words of the command line together.
  init(
    steps words: [String], script: String?, payments: [String], initial arguments: [String]
  ) throws(CommandFailure) {
    for text in arguments { initial.arguments.append(try Invocation.Argument.parse(text)) }
    if let script {
      for (number, line) in script.split(separator: "\n", omittingEmptySubsequences: false)
        .enumerated()
      {
        do {
          if let step = try StepParser.parse(String(line.filter { $0 != "\r" })) {
            steps.append(step)
          }
        } catch {
          var failure = error
          failure.message = "line \(number + 1): \(error.message)"
          throw failure
        }
      }
    }
    if let first = words.first, Invocation.isName(first) {
      var invocation = Invocation(function: first)
      for word in words.dropFirst() {
        let argument = try Invocation.Argument.parse(word)
        if let label = argument.label, label.hasPrefix("init.") {
          initial.arguments.append(
            Invocation.Argument(label: String(label.dropFirst(5)), text: argument.text))
        } else {
          invocation.arguments.append(argument)
        }
      }
      for text in payments { invocation.payments.append(try Invocation.Payment.parse(text)) }
      steps.append(Step(actor: nil, action: .call(invocation), text: invocation.text))
      return
    }
    for word in words {
      guard let step = try StepParser.parse(word) else { continue }
      steps.append(step)
    }
    guard payments.isEmpty else {
      throw CommandFailure(
        .usage, "--pay goes with one function, and these are steps",
        help: "write it in the step: buy() paying 25 USD")
    }
  }
}
