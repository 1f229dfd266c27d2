import Integers

/// What was measured of workloads, for people and for programs.
struct WorkResults {
  let rows: [Workload.Row]

  /// Measures workloads one after the other.
  static func measuring(
    _ workloads: [Workload], operations: Int?, rounds: Int, isQuick: Bool
  ) throws -> WorkResults {
    WorkResults(
      rows: try workloads.map { workload in
        let usual = isQuick || workload.operations == 0 ? workload.few : workload.operations
        return try workload.measure(
          operations: operations ?? max(1, usual), rounds: isQuick ? 1 : rounds)
      })
  }

  /// A table, and below it the figures of the rows that have some.
  func text(paint: Paint) -> String {
    let columns = ["operations", "ns", "gas", "ns/gas"]
    var table = Table(["row"] + columns + ["checksum", "one operation"], right: Set(columns))
    for row in rows {
      table.add(
        row.workload.name, Numbers.grouped(String(row.operations)),
        Numbers.decimal(row.nanoseconds, 1), row.gas.map { Numbers.decimal($0, 1) } ?? "-",
        row.gas.map { Numbers.decimal(row.nanoseconds / max(1, $0), 2) } ?? "-",
        row.checksum.description, row.workload.title)
    }
    let figures = rows.filter { !$0.figures.isEmpty }.map { row in
      let texts = row.figures.map { "\($0.name) \(Numbers.decimal($0.value, 0)) \($0.unit)" }
      return "\(row.workload.name): \(texts.joined(separator: ", "))\n"
    }
    return table.text(paint: paint) + (figures.isEmpty ? "" : "\n" + figures.joined())
  }

  /// The same for programs; times in nanoseconds of processor time for one operation.
  var json: JSON {
    [
      "suite": "work",
      "rows": .array(
        rows.map { row in
          [
            "name": .string(row.workload.name), "title": .string(row.workload.title),
            "operations": .number(row.operations),
            "nanoseconds": .string(Numbers.decimal(row.nanoseconds, 4)),
            "gas": row.gas.map { .string(Numbers.decimal($0, 3)) } ?? .null,
            "checksum": .integer(row.checksum),
            "figures": .object(
              row.figures.map {
                JSON.Member(
                  name: $0.name,
                  value: [
                    "value": .string(Numbers.decimal($0.value, 1)), "unit": .string($0.unit),
                  ])
              }),
          ]
        }),
    ]
  }
}
