import Assembly
import Bytecode

/// Writes a profile: tables, annotated sources, folded stacks, and all of it for programs.
struct ProfileText {
  /// The profile.
  let profile: Profile
  /// The world whose names are used.
  let names: NamedWorld
  /// Where instructions come from.
  private let lines: SourceLines

  /// The name of what is used outside of all functions.
  static let transaction = "(transaction)"
  /// The name of calls that are not told apart.
  static let others = "(deeper calls)"
  /// Rows of a table before the rest is summed.
  static let rowsMax = 20

  /// Prepares to write a profile.
  init(_ profile: Profile, names: NamedWorld) {
    self.profile = profile
    self.names = names
    lines = SourceLines(profile.codes) { names.code($0) }
  }

  // MARK: - Names

  /// The contract and the name of the function of a node.
  func name(ofNode node: Profile.Node) -> String {
    node.function.map { name(profile.functions[$0]) } ?? Self.others
  }

  private func name(_ function: Profile.Function) -> String {
    let module = profile.codes[function.code].module
    let contract = names.book.name(function.contract) ?? module.name
    return "\(contract).\(functionName(function))"
  }

  private func functionName(_ function: Profile.Function) -> String {
    lines.code(function.code)?.functionName(function.function) ?? "function \(function.function)"
  }

  // MARK: - Lines

  /// A line of a source, or an instruction of code without one, and what it used.
  struct Row {
    /// The file and the line, or the function and the instruction.
    let place: String
    /// The text of the line, or the instruction.
    let text: String
    /// The line; nil without a source.
    let line: SourceLine?
    /// Gas.
    var gas: UInt64
    /// Instructions that ran.
    var count: UInt64
  }

  /// All lines that used gas, the most expensive first.
  var rows: [Row] {
    var rows: [Row] = []
    var places: [SourceLine: Int] = [:]
    for (function, costs) in zip(profile.functions, profile.costs) {
      for (index, cost) in costs.enumerated() where cost.gas > 0 || cost.count > 0 {
        let line = lines.line(
          code: function.code, function: function.function, instruction: index)
        if let line, let place = places[line] {
          rows[place].gas += cost.gas
          rows[place].count += cost.count
          continue
        }
        if let line { places[line] = rows.count }
        rows.append(row(function, index, line, cost))
      }
    }
    return rows.sorted { ($1.gas, $0.place) < ($0.gas, $1.place) }
  }

  private func row(
    _ function: Profile.Function, _ index: Int, _ line: SourceLine?, _ cost: Profile.Cost
  ) -> Row {
    guard let line else {
      let code = profile.codes[function.code]
      let instruction = code.functions[function.function][index]
      return Row(
        place: "\(name(function)) \(index)", text: instruction.row.mnemonic, line: nil,
        gas: cost.gas, count: cost.count)
    }
    return Row(
      place: "\(lines.path(line)):\(line.line)", text: lines.text(line).trimmingSpaces,
      line: line, gas: cost.gas, count: cost.count)
  }

  // MARK: - Tables

  /// The most expensive lines and functions.
  func text(_ paint: Paint) -> String {
    lineTable(paint) + "\n" + functionTable(paint)
  }

  private func lineTable(_ paint: Paint) -> String {
    var table = Table(["gas", "share", "line", "source"], right: ["gas", "share"])
    var all = rows.map { ($0.gas, $0.place, $0.text) }
    all.append((profile.transaction, Self.transaction, ""))
    all.sort { ($1.0, $0.1) < ($0.0, $1.1) }
    for row in all.prefix(Self.rowsMax) { table.add(gas(row.0), share(row.0), row.1, row.2) }
    let rest = all.dropFirst(Self.rowsMax)
    if !rest.isEmpty {
      let sum = rest.reduce(0) { $0 + $1.0 }
      table.add(gas(sum), share(sum), Words.count(rest.count, "more line"), "")
    }
    table.add(gas(profile.gasUsed), share(profile.gasUsed), "in all", "")
    return table.text(indentation: 2, paint: paint)
  }

  /// What a function used.
  private struct FunctionRow {
    let name: String
    let gas: UInt64
    let total: UInt64
    let calls: UInt64
  }

  private var functionRows: [FunctionRow] {
    profile.functions.indices.map { number in
      FunctionRow(
        name: name(profile.functions[number]),
        gas: profile.costs[number].reduce(0) { $0 + $1.gas },
        total: profile.totals[number].gas, calls: profile.totals[number].calls)
    }.sorted { ($1.gas, $0.name) < ($0.gas, $1.name) }
  }

  private func functionTable(_ paint: Paint) -> String {
    var table = Table(
      ["gas", "share", "with calls", "calls", "function"],
      right: ["gas", "share", "with calls", "calls"])
    let all = functionRows
    for row in all.prefix(Self.rowsMax) {
      table.add(gas(row.gas), share(row.gas), gas(row.total), gas(row.calls), row.name)
    }
    let rest = all.dropFirst(Self.rowsMax)
    if !rest.isEmpty {
      let sum = rest.reduce(0) { $0 + $1.gas }
      table.add(gas(sum), share(sum), "", "", Words.count(rest.count, "more function"))
    }
    return table.isEmpty ? "" : table.text(indentation: 2, paint: paint)
  }

  private func gas(_ gas: UInt64) -> String { Numbers.grouped(String(gas)) }

  /// The part of the whole in percent, with one digit behind the point.
  private func share(_ gas: UInt64) -> String {
    guard profile.gasUsed > 0 else { return "" }
    let tenths = (gas * 2_000 + profile.gasUsed) / (2 * profile.gasUsed)
    return "\(tenths / 10).\(tenths % 10) %"
  }

  // MARK: - Sources

  /// The sources that used gas, each line with its gas beside it.
  func annotated(_ paint: Paint) -> String {
    var used: [String: [Int: UInt64]] = [:]
    var files: [String: SourceText] = [:]
    for row in rows {
      guard let line = row.line, let code = lines.code(line.code) else { continue }
      let path = lines.path(line)
      used[path, default: [:]][line.line, default: 0] += row.gas
      files[path] = code.sources[line.file]
    }
    var text = ""
    for path in used.keys.sorted() {
      guard let file = files[path], let gases = used[path] else { continue }
      if !text.isEmpty { text += "\n" }
      let width = gases.values.map { gas($0).count }.max() ?? 0
      text += "\(paint.bold(path))  \(gas(gases.values.reduce(0, +))) gas\n"
      for number in 1...file.lineCount {
        if number == file.lineCount, file.text(ofLine: number).isEmpty { break }
        let shown = gases[number].map(gas) ?? ""
        let space = String(repeating: " ", count: width - shown.count)
        let margin = "\(space)\(paint.yellow(shown)) \(paint.blue("|"))"
        let line = file.text(ofLine: number)
        text += line.isEmpty ? "\(margin)\n" : "\(margin) \(line)\n"
      }
    }
    return text.isEmpty ? "no source used gas\n" : text
  }

  // MARK: - Stacks

  /// The paths of calls with the gas that was used at their ends, the form that flame graph tools read:
  /// `Rig.claim;Rig.accrue 1234`.
  var folded: String {
    var text = ""
    for (path, gas) in stacks where gas > 0 {
      let names = path.map { name in
        String(name.map { $0 == ";" || $0.isNewline ? "," : $0 })
      }
      text += "\(names.joined(separator: ";")) \(gas)\n"
    }
    return text
  }

  private var stacks: [(path: [String], gas: UInt64)] {
    var stacks: [([String], UInt64)] = []
    var pending = profile.roots.reversed().map { (node: $0, path: [String]()) }
    while let (node, path) = pending.popLast() {
      let own = path + [name(ofNode: profile.nodes[node])]
      stacks.append((own, profile.nodes[node].gas))
      pending += profile.nodes[node].children.reversed().map { ($0, own) }
    }
    stacks.append(([Self.transaction], profile.transaction))
    return stacks
  }

  // MARK: - For programs

  /// The profile for programs.
  var json: JSON {
    [
      "gas": .gas(profile.gasUsed), "transaction": .gas(profile.transaction),
      "lines": .array(
        rows.map { row in
          [
            "place": .string(row.place), "file": row.line.map { .string(lines.path($0)) } ?? .null,
            "line": row.line.map { .number($0.line) } ?? .null, "text": .string(row.text),
            "gas": .gas(row.gas), "instructions": .gas(row.count),
          ]
        }),
      "functions": .array(
        functionRows.map { row in
          [
            "name": .string(row.name), "gas": .gas(row.gas), "total": .gas(row.total),
            "calls": .gas(row.calls),
          ]
        }),
      "stacks": .array(
        stacks.map { stack in
          ["path": .array(stack.path.map { .string($0) }), "gas": .gas(stack.gas)]
        }),
    ]
  }
}
