import Assembly

/// What gas has become since a snapshot.
struct GasComparison: Sendable {
  /// A number that is another one.
  struct Change: Hashable, Sendable {
    /// The function.
    let name: String
    /// Which number: `min`, `median` or `max`.
    let figure: String
    let old: UInt64
    let new: UInt64
    /// Whether it differs more than is tolerated.
    let isOver: Bool
  }

  /// Numbers that are others, by function.
  private(set) var changes: [Change] = []
  /// Functions that the snapshot does not know.
  let added: [String]
  /// Functions that only the snapshot knows.
  let removed: [String]
  /// How many functions were compared.
  let count: Int

  private let now: GasSnapshot
  private let before: GasSnapshot
  /// The steps that cost most, by function.
  private let dearest: [String: SourcePlace]

  init(_ before: GasSnapshot, _ figures: GasFigures, tolerance: GasTolerance) {
    let now = GasSnapshot(figures)
    let rows = figures.rows
    let names = GasFigures.names(of: rows)
    dearest = Dictionary(
      rows.compactMap { row in
        row.dearest.flatMap { place in names[row.target].map { ($0, place) } }
      },
      uniquingKeysWith: { first, _ in first })
    self.before = before
    self.now = now
    added = now.functions.keys.filter { before.functions[$0] == nil }.sorted()
    removed = before.functions.keys.filter { now.functions[$0] == nil }.sorted()
    let both = now.functions.keys.filter { before.functions[$0] != nil }.sorted()
    count = both.count
    for name in both {
      guard let old = before.functions[name], let new = now.functions[name] else { continue }
      let figures = [
        ("min", old.min, new.min), ("median", old.median, new.median), ("max", old.max, new.max),
      ]
      for (figure, old, new) in figures where old != new {
        changes.append(
          Change(
            name: name, figure: figure, old: old, new: new,
            isOver: !tolerance.allows(new, insteadOf: old)))
      }
    }
  }

  /// Whether the snapshot says what is so, as far as is tolerated.
  var isTolerated: Bool {
    added.isEmpty && removed.isEmpty && !changes.contains(where: \.isOver)
  }

  // MARK: - Writing

  /// The changes, one below the other; nothing if there are none.
  func table(_ paint: Paint) -> String {
    var table = Table(
      ["function", "", "old", "new", "change", "", "", "dearest"], right: ["old", "new", "change"])
    for change in changes {
      table.add(
        change.name, change.figure, Self.text(change.old), Self.text(change.new),
        Self.difference(change), Self.percent(change), change.isOver ? "over" : "",
        change.figure == "max" ? dearest[change.name]?.text ?? "" : "")
    }
    for name in added {
      let median = now.functions[name].map { Self.text($0.median) } ?? ""
      table.add(name, "median", "", median, "", "", "new", dearest[name]?.text ?? "")
    }
    for name in removed {
      let median = before.functions[name].map { Self.text($0.median) } ?? ""
      table.add(name, "median", median, "", "", "", "gone", "")
    }
    return table.isEmpty ? "" : table.text(paint: paint)
  }

  private static func text(_ gas: UInt64) -> String { Numbers.grouped(String(gas)) }

  private static func difference(_ change: Change) -> String {
    change.new > change.old
      ? "+\(text(change.new - change.old))" : "-\(text(change.old - change.new))"
  }

  /// The change in percent of what was, with two digits behind the point, rounded away from zero: what
  /// changed is never shown as nothing.
  private static func percent(_ change: Change) -> String {
    guard change.old > 0 else { return "" }
    let size = change.new > change.old ? change.new - change.old : change.old - change.new
    let (scaled, isTooLarge) = size.multipliedReportingOverflow(by: 10_000)
    guard !isTooLarge else { return "" }
    let hundredths = scaled / change.old + (scaled % change.old == 0 ? 0 : 1)
    let rest = hundredths % 100
    let sign = change.new > change.old ? "+" : "-"
    return "\(sign)\(text(hundredths / 100)).\(rest < 10 ? "0" : "")\(rest) %"
  }

  /// The comparison for programs.
  var json: JSON {
    [
      "compared": .number(count),
      "changes": .array(
        changes.map {
          [
            "function": .string($0.name), "figure": .string($0.figure), "old": .gas($0.old),
            "new": .gas($0.new), "isOver": .bool($0.isOver),
          ]
        }),
      "added": .array(added.map { .string($0) }), "removed": .array(removed.map { .string($0) }),
    ]
  }
}
