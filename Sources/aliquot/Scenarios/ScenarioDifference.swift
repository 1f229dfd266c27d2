import Assembly
import Bytecode
import Integers

/// Two values that should be the same, as a failure tells them.
struct ScenarioDifference: Sendable {
  /// What the two are called.
  let labels: (first: String, second: String)
  /// The values as people read them.
  let first: String
  let second: String
  /// How far they are apart, or where they part, if they show it badly.
  let remark: String?

  init(
    labels: (first: String, second: String) = ("expected", "actual"), first: String,
    second: String, remark: String? = nil
  ) {
    self.labels = labels
    self.first = first
    self.second = second
    self.remark = remark
  }

  /// The lines, one value below the other.
  var lines: [String] {
    let width = max(labels.first.count, labels.second.count) + 1
    func line(_ label: String, _ text: String) -> String {
      "\(label):".padded(to: width) + " \(text)"
    }
    return [line(labels.first, first), line(labels.second, second)]
      + (remark.map { [String(repeating: " ", count: width) + " \($0)"] } ?? [])
  }

  /// The difference for programs.
  var json: JSON { [labels.first: .string(first), labels.second: .string(second)] }
}

extension ScenarioText {
  /// Two values, amounts of an asset if one is given.
  func difference(
    _ first: ScenarioValue, _ second: ScenarioValue, of unit: Identifier? = nil,
    labels: (first: String, second: String) = ("expected", "actual"), isRemarked: Bool = true
  ) -> ScenarioDifference {
    var texts = (text(first, of: unit), text(second, of: unit))
    // Long values may be shown without what makes them different.
    if texts.0 == texts.1 { texts = (first.text, second.text) }
    return ScenarioDifference(
      labels: labels, first: texts.0, second: texts.1,
      remark: isRemarked ? remark(first, second, of: unit) : nil)
  }

  /// A value, in whole units of an asset if it is an amount of one.
  func text(_ value: ScenarioValue, of unit: Identifier?) -> String {
    guard let unit, case .int(let amount) = value else { return text(value) }
    return names.amountText(amount, of: unit)
  }

  private func remark(
    _ first: ScenarioValue, _ second: ScenarioValue, of unit: Identifier?
  ) -> String? {
    switch (first, second) {
    case (.int(let a), .int(let b)):
      // Of small numbers everybody sees it.
      guard max(a.magnitude, b.magnitude) >= 1_000 else { return nil }
      let distance = b.minus(a)
      let amount = text(.int(distance.magnitude), of: unit)
      return "\(amount) \(distance.isNegative ? "less" : "more")"
    case (.list(let a), .list(let b)):
      if a.count != b.count {
        return "\(Words.count(b.count, "element")) where \(a.count) should be"
      }
      return zip(a, b).enumerated().first { $1.0 != $1.1 }.map { place, pair in
        "element \(place) is \(text(pair.1)) and not \(text(pair.0))"
      }
    case (.bytes(let a), .bytes(let b)): return parting(a, b)
    case (.text(let a), .text(let b)): return parting(Array(a.utf8), Array(b.utf8))
    default: return nil
    }
  }

  private func parting(_ a: [UInt8], _ b: [UInt8]) -> String? {
    guard max(a.count, b.count) > 16 else { return nil }
    let common = zip(a, b).prefix { $0 == $1 }.count
    return common == 0
      ? "the two have no beginning in common"
      : "they are the same for the first \(Words.count(common, "byte"))"
  }
}

extension ScenarioEvaluator {
  /// The asset that an expression is an amount of, if it says so: `25 USD`, `balance(USD, alice) + 1`.
  func unit(of expression: Expression) -> Identifier? {
    switch expression.kind {
    case .measured(_, let unit):
      guard ArgumentReader.seconds(in: unit.text) == nil, unit.text != "bps" else { return nil }
      return try? asset(unit)
    case .negate(let operand): return unit(of: operand)
    case .binary(let binary, let left, let right):
      switch binary {
      case .add, .subtract, .multiply, .modulo: return unit(of: left) ?? unit(of: right)
      default: return nil
      }
    case .name(let name): return scope.row[name.text].flatMap(unit)
    case .call(let callee, let arguments, _):
      guard case .name(let function) = callee.kind, let first = arguments.first?.value else {
        return nil
      }
      switch function.text {
      case "balance", "supply":
        guard case .identifier(let asset)? = try? value(first) else { return nil }
        return asset
      case "min", "max", "abs": return unit(of: first)
      default: return nil
      }
    default: return nil
    }
  }
}

extension String {
  /// The text with spaces behind it up to a width.
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - count))
  }
}
