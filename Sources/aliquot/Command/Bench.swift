import ArgumentParser
import Assembly
import Bytecode

/// Measures the machine.
struct Bench: AliquotCommand {
  /// What is measured.
  enum Suite: String, CaseIterable, ExpressibleByArgument { case loop, gas, ledger, work }

  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure the interpreter beside Lua, time per gas, a ledger, or work that peers do.",
    discussion: """
      loop runs small programs and prints nanoseconds per instruction, beside the same programs in \
      Lua 5.4 if lua5.4 is on the path. gas measures nanoseconds per unit of gas: every instruction over \
      a grid of operands, or with --search programs that are made to be slow. ledger writes blocks to a \
      file, tells how long signatures and execution, reading, the commitment, writing rows and the wait for \
      the disk take, and verifies the file. work does what the peers of Tests/bench do as well, from Fibonacci \
      numbers to a ledger with 300,000 assets, and prints processor time for one operation and a checksum of \
      what came out. Only a release build says anything about speed.

      Examples:
        aliquot bench loop
        aliquot bench gas
        aliquot bench gas list --csv lists.csv --svg lists.svg
        aliquot bench gas --search 60 --seed 7
        aliquot bench ledger
        aliquot bench ledger --transactions 100000
        aliquot bench work transfer
        aliquot bench work fib --operations 10000000 --rounds 9
      """)

  @Argument(help: "What to measure: loop, gas, ledger or work.")
  var suite: Suite

  @Argument(help: "With gas: part of the mnemonics to measure. With work: part of the rows' names.")
  var filter: String?

  @Option(
    help: ArgumentHelp("With gas: write every measurement to a file, as CSV.", valueName: "file"))
  var csv: String?

  @Option(
    help: ArgumentHelp("With gas: draw all measurements to a file, as SVG.", valueName: "file"))
  var svg: String?

  @Option(
    help: ArgumentHelp(
      "With gas: look for programs that are slow for their gas, for so many seconds.",
      valueName: "seconds"))
  var search: Double?

  @Option(help: "The seed of the search.")
  var seed: UInt64 = 1

  @Option(help: "With ledger: transactions, of all workloads together.")
  var transactions = 40_000

  @Option(help: "With work: operations of each row, instead of what it usually has.")
  var operations: Int?

  @Option(help: "With work: how often each row is measured; the median counts.")
  var rounds = 3

  @Flag(help: "With work: do little of everything, to see that it is right.")
  var quick = false

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (1...100).contains(rounds) else {
      throw ValidationError("There are 1 to 100 rounds.")
    }
    guard operations.map({ (1...10_000_000).contains($0) }) ?? true else {
      throw ValidationError("There are 1 to 10000000 operations.")
    }
    guard (LedgerBenchmark.transactionsMin...10_000_000).contains(transactions) else {
      throw ValidationError(
        "There are \(LedgerBenchmark.transactionsMin) to 10000000 transactions.")
    }
  }

  func perform() throws -> Outcome {
    var outcome: Outcome
    switch suite {
    case .loop: outcome = try loop()
    case .gas: outcome = try search.map { try searchGas(seconds: $0) } ?? gas()
    case .ledger: outcome = try ledger()
    case .work: outcome = try work()
    }
    #if DEBUG
    outcome.reports.append(
      .message(
        .warning, "this is a debug build, whose times say nothing",
        help: "build with `swift build -c release`"))
    #endif
    return outcome
  }

  private func loop() throws(CommandFailure) -> Outcome {
    let rows = try LoopBenchmark.rows()
    let columns = ["instructions", "ms", "ns/instruction", "ns/gas", "lua ms", "ours/lua"]
    var table = Table(["program"] + columns + [""], right: Set(columns))
    for row in rows {
      table.add(
        row.kernel.name, Numbers.grouped(String(row.instructions)),
        Numbers.decimal(row.nanoseconds / 1e6, 2), Numbers.decimal(row.perInstruction, 2),
        Numbers.decimal(row.perGas, 2),
        row.luaNanoseconds.map { Numbers.decimal($0 / 1e6, 2) } ?? "-",
        row.ratio.map { Numbers.decimal($0, 2) } ?? "-",
        row.luaNanoseconds == nil ? "" : row.kernel.remark)
    }
    let result: [JSON] = rows.map { row in
      [
        "program": .string(row.kernel.name), "title": .string(row.kernel.title),
        "instructions": .number(row.instructions), "gas": .gas(row.gas),
        "nanoseconds": .number(Int(row.nanoseconds)),
        "picosecondsPerInstruction": .number(Int(row.perInstruction * 1_000)),
        "picosecondsPerGas": .number(Int(row.perGas * 1_000)),
        "luaNanoseconds": row.luaNanoseconds.map { .number(Int($0)) } ?? .null,
        "ratio": row.ratio.map { .string(Numbers.decimal($0, 3)) } ?? .null,
        "remark": .string(row.kernel.remark),
      ]
    }
    let hasLua = rows.contains { $0.luaNanoseconds != nil }
    return Outcome(
      text: table.text(paint: global.paint(.output)),
      result: ["suite": "loop", "programs": .array(result)],
      remarks: hasLua ? [] : ["there is no lua5.4 on the path to compare with"])
  }

  private func ledger() throws -> Outcome {
    let folder = try FileSystem.makeTemporaryDirectory()
    defer { FileSystem.removeAll(folder) }
    let results = try LedgerFailure.translating {
      var benchmark = try LedgerBenchmark(
        path: Path.join(folder, "bench.ledger"), transactions: transactions)
      return try benchmark.results()
    }
    return Outcome(text: results.text(paint: global.paint(.output)), result: results.json)
  }

  private func work() throws -> Outcome {
    let results = try LedgerFailure.translating {
      try WorkResults.measuring(
        Workload.matching(filter, isQuick: quick), operations: operations, rounds: rounds,
        isQuick: quick)
    }
    return Outcome(text: results.text(paint: global.paint(.output)), result: results.json)
  }

  private func gas() throws -> Outcome {
    let rows = try GasBenchmark().rows(matching: filter)
    guard let results = GasResults(rows) else {
      throw CommandFailure.unknown(
        "instruction", filter ?? "", among: Opcode.allCases.map(\.row.mnemonic))
    }
    if let csv { try FileSystem.write(Array(GasResults.csv(rows).utf8), to: csv) }
    if let svg { try FileSystem.write(Array(GasPlot(results: results).svg().utf8), to: svg) }
    let columns = ["sizes", "median", "worst", "gas", "ns"]
    var table = Table(
      ["instruction"] + columns + ["at"], right: Set(columns))
    for line in results.lines {
      table.add(
        line.opcode.row.mnemonic, String(line.rows.count), Numbers.decimal(line.median, 2),
        Numbers.decimal(line.worst.nanosecondsPerGas, 2), Numbers.decimal(line.worst.gas, 0),
        Numbers.decimal(line.worst.nanoseconds, 0), line.worst.operands)
    }
    return Outcome(
      text: table.text(paint: global.paint(.output)) + "\n\(results.summary)\n",
      result: json(results))
  }

  private func json(_ results: GasResults) -> JSON {
    func measurement(_ row: GasBenchmark.Row) -> JSON {
      [
        "operands": .string(row.operands), "gas": .string(Numbers.decimal(row.gas, 3)),
        "nanoseconds": .string(Numbers.decimal(row.nanoseconds, 3)),
        "nanosecondsPerGas": .string(Numbers.decimal(row.nanosecondsPerGas, 3)),
      ]
    }
    let lines: [JSON] = results.lines.map { line in
      [
        "instruction": .string(line.opcode.row.mnemonic),
        "median": .string(Numbers.decimal(line.median, 3)), "worst": measurement(line.worst),
        "measurements": .array(line.rows.map(measurement)),
      ]
    }
    return [
      "suite": "gas", "schedule": .number(GasSchedule.version),
      "median": .string(Numbers.decimal(results.median, 3)),
      "worst": ["instruction": .string(results.worst.mnemonic)] + measurement(results.worst),
      "ratio": .string(Numbers.decimal(results.ratio, 3)), "instructions": .array(lines),
    ]
  }

  private func searchGas(seconds: Double) throws -> Outcome {
    var search = try GasSearch(seed: seed)
    guard let found = try search.run(seconds: seconds) else {
      throw CommandFailure(.failure, "no program ran to its end")
    }
    let best = found.best
    let rate = Numbers.decimal(best.nanosecondsPerGas, 2)
    let summary =
      "the slowest of \(found.tried) programs takes \(rate) ns/gas: \(Numbers.decimal(best.nanoseconds, 0)) ns "
      + "for \(Numbers.decimal(best.gas, 0)) gas each time round"
    return Outcome(
      text: Disassembler.text(of: best.module) + "\n\(summary)\n",
      result: [
        "suite": "gas",
        "search": [
          "seed": .string(String(seed)), "tried": .number(found.tried),
          "trapped": .number(found.failed),
        ],
        "gas": .string(Numbers.decimal(best.gas, 3)),
        "nanoseconds": .string(Numbers.decimal(best.nanoseconds, 3)),
        "nanosecondsPerGas": .string(rate),
        "climbs": .array(found.climbs.map { .string(Numbers.decimal($0, 3)) }),
        "program": .string(Disassembler.text(of: best.module)),
      ],
      remarks: [
        "\(found.failed) programs trapped; the climbs ended at "
          + found.climbs.map { Numbers.decimal($0, 2) }.joined(separator: ", ")
      ])
  }
}
