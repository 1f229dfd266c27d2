import ArgumentParser

/// What the command line says of gas.
struct GasOptions: ParsableArguments {
  @Flag(help: "Tell what calls of every function cost: the least, the median and the most.")
  var gas = false

  /// Tells what calls cost, if that is wanted.
  func tell(_ figures: GasFigures, _ outcome: inout Outcome, paint: Paint) -> String {
    guard gas else { return "" }
    let rows = figures.rows
    let names = GasFigures.names(of: rows)
    var table = Table(
      ["function", "calls", "min", "median", "max", "failed", "min", "max", "dearest"],
      right: ["calls", "min", "median", "max", "failed"])
    for row in rows {
      func text(_ gas: UInt64?) -> String { gas.map { Numbers.grouped(String($0)) } ?? "" }
      table.add(
        names[row.target] ?? row.target.name, "\(row.succeeded?.calls ?? 0)",
        text(row.succeeded?.min), text(row.succeeded?.median), text(row.succeeded?.max),
        "\(row.failed?.calls ?? 0)", text(row.failed?.min), text(row.failed?.max),
        row.dearest?.text ?? "")
    }
    outcome.result =
      outcome.result + [
        "gas": .array(
          rows.map { row in
            [
              "file": .string(row.target.path), "contract": .string(row.target.contract),
              "function": .string(row.target.function),
              "succeeded": row.succeeded?.json ?? .null, "failed": row.failed?.json ?? .null,
              "dearest": row.dearest.map { .string($0.text) } ?? .null,
            ]
          })
      ]
    return "\n" + (table.isEmpty ? "no function was called\n" : table.text(paint: paint))
  }
}
