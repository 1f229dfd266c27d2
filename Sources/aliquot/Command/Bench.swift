import ArgumentParser
import Assembly

/// Measures the machine.
struct Bench: AliquotCommand {
  /// What is measured.
  enum Suite: String, CaseIterable, ExpressibleByArgument { case loop, gas }

  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure the interpreter: small programs beside Lua, or time per gas.",
    discussion: """
      loop runs small programs and prints nanoseconds per instruction, beside the same programs in \
      Lua 5.4 if lua5.4 is on the path. gas measures every instruction over operand sizes. Only a \
      release build says anything about speed.

      Examples:
        aliquot bench loop
        aliquot bench gas --json
      """)

  @Argument(help: "What to measure: loop or gas.")
  var suite: Suite

  @Argument(help: "Part of the mnemonics to measure.")
  var filter: String?

  @OptionGroup var global: GlobalOptions

  func perform() throws -> Outcome {
    var outcome = suite == .loop ? try loop() : try gas()
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
        Self.decimal(row.nanoseconds / 1e6, 2), Self.decimal(row.perInstruction, 2),
        Self.decimal(row.perGas, 2),
        row.luaNanoseconds.map { Self.decimal($0 / 1e6, 2) } ?? "-",
        row.ratio.map { Self.decimal($0, 2) } ?? "-",
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
        "ratio": row.ratio.map { .string(Self.decimal($0, 3)) } ?? .null,
        "remark": .string(row.kernel.remark),
      ]
    }
    let hasLua = rows.contains { $0.luaNanoseconds != nil }
    return Outcome(
      text: table.text(paint: global.paint(.output)),
      result: ["suite": "loop", "programs": .array(result)],
      remarks: hasLua ? [] : ["there is no lua5.4 on the path to compare with"])
  }

  private func gas() throws -> Outcome {
    let columns = ["gas", "ns", "ns/gas"]
    var table = Table(["instruction", "operands"] + columns, right: Set(columns))
    var result: [JSON] = []
    for row in try GasBenchmark().rows(matching: filter, progress: { print($0) }) {
      table.add(
        row.mnemonic, row.operands, Self.decimal(row.gas, 1), Self.decimal(row.nanoseconds, 1),
        Self.decimal(row.nanosecondsPerGas, 2))
      result.append([
        "instruction": .string(row.mnemonic), "operands": .string(row.operands),
        "gas": .string(Self.decimal(row.gas, 3)),
        "nanoseconds": .string(Self.decimal(row.nanoseconds, 3)),
      ])
    }
    return Outcome(
      text: table.text(paint: global.paint(.output)),
      result: ["suite": "gas", "instructions": .array(result)])
  }

  /// A number with so many digits behind the point.
  static func decimal(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite, value.magnitude < 1e15 else { return "-" }
    var scale = 1
    for _ in 0..<digits { scale *= 10 }
    let units = Int((value.magnitude * Double(scale)).rounded())
    let fraction = String(units % scale)
    let zeros = String(repeating: "0", count: max(0, digits - fraction.count))
    let text = digits == 0 ? String(units) : "\(units / scale).\(zeros)\(fraction)"
    return value < 0 ? "-\(text)" : text
  }
}
