import Assembly
import Bytecode

/// What code costs before it runs: base prices by function and by line, and the formulas that add to
/// them.
struct StaticGas {
  /// The price of one line of source in one function.
  struct Line: Hashable {
    let site: ContractCode.Site
    var gas = 0
    var instructions = 0
    /// What large operands or work in the world add, by name, each once.
    var formulas: [String] = []
  }

  /// The price of one function.
  struct Function {
    let name: String
    var gas = 0
    var instructions = 0
    var lines: [Line] = []
  }

  /// The functions, in the order of the module.
  let functions: [Function]

  /// Adds up the prices of a contract.
  init(_ code: ContractCode) {
    functions = code.module.functions.enumerated().map { index, function in
      var result = Function(name: code.functionName(index))
      var places: [String: Int] = [:]
      for (offset, instruction) in function.code.enumerated() {
        let row = instruction.row
        result.gas += row.gas
        result.instructions += 1
        guard let site = code.site(function: index, instruction: offset) else { continue }
        let key = "\(site.path):\(site.line)"
        let place = places[key, default: result.lines.count]
        if place == result.lines.count {
          places[key] = place
          result.lines.append(Line(site: site))
        }
        result.lines[place].gas += row.gas
        result.lines[place].instructions += 1
        let formula = "\(row.formula)"
        if row.formula != .none, !result.lines[place].formulas.contains(formula) {
          result.lines[place].formulas.append(formula)
        }
      }
      result.lines.sort { ($0.site.path, $0.site.line) < ($1.site.path, $1.site.line) }
      return result
    }
  }

  /// The prices for people.
  func text(_ paint: Paint) -> String {
    var text = ""
    for function in functions {
      text += paint.bold(function.name)
      text += "  \(Numbers.grouped(String(function.gas))) gas in "
      text += "\(Words.count(function.instructions, "instruction"))\n"
      var table = Table(["line", "gas", "source", "adds"], right: ["line", "gas"])
      for line in function.lines {
        table.add(
          String(line.site.line), String(line.gas), line.site.text.trimmingSpaces,
          line.formulas.joined(separator: ", "))
      }
      if !table.isEmpty { text += table.text(indentation: 2, paint: paint) }
      text += "\n"
    }
    return text
  }

  /// The prices for programs.
  var json: JSON {
    .array(
      functions.map { function in
        [
          "name": .string(function.name), "gas": .number(function.gas),
          "instructions": .number(function.instructions),
          "lines": .array(
            function.lines.map { line in
              line.site.json + [
                "gas": .number(line.gas), "instructions": .number(line.instructions),
                "formulas": .array(line.formulas.map { .string($0) }),
              ]
            }),
        ]
      })
  }
}

extension String {
  /// The text without spaces and tabs at both ends.
  var trimmingSpaces: String {
    var rest = self[...]
    while let first = rest.first, first == " " || first == "\t" || first == "\r" {
      rest.removeFirst()
    }
    while let last = rest.last, last == " " || last == "\t" || last == "\r" { rest.removeLast() }
    return String(rest)
  }
}
