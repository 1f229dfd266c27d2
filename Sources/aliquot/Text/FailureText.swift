import Bytecode
import Execution
import Integers

/// Writes failures: the error by name, its arguments, where it happened and how it came there.
struct FailureText {
  /// The world whose names are used.
  let names: NamedWorld

  /// Places of the way to a failure that are shown.
  static let placesMax = 20

  /// The error's name and arguments.
  func title(_ failure: Failure) -> String {
    switch failure.reason {
    case .trap(let trap): return trap.name
    case .declared(let index, let number, let arguments):
      guard let module = module(of: failure), module.errors.indices.contains(index) else {
        return "error \(number)"
      }
      let error = module.errors[index]
      if error.parameters.isEmpty { return error.name }
      let list = ValueText(names: names).list(arguments, error.parameters, in: module)
      return "\(error.name)(\(list))"
    }
  }

  /// The error's name alone.
  func name(_ failure: Failure) -> String {
    switch failure.reason {
    case .trap(let trap): trap.name
    case .declared(let index, let number, _):
      module(of: failure).flatMap {
        $0.errors.indices.contains(index) ? $0.errors[index].name : nil
      } ?? "error \(number)"
    }
  }

  /// What happened, in a sentence; only traps have one.
  func sentence(_ failure: Failure) -> String? {
    if case .trap(let trap) = failure.reason { trap.sentence } else { nil }
  }

  private func module(of failure: Failure) -> Module? {
    (failure.site?.codeHash ?? names.world.codeHash(of: failure.origin))
      .flatMap(names.module)
  }

  /// Where it happened.
  func site(_ failure: Failure) -> ContractCode.Site? {
    guard let site = failure.site, let code = names.code(site.codeHash) else { return nil }
    return code.site(function: site.function, instruction: site.instruction)
  }

  /// The lines that tell a failure; with the registers of the place if they are known.
  func lines(
    _ failure: Failure, path: [TraceRecorder.Place], registers: String? = nil, paint: Paint
  ) -> [String] {
    var lines: [String] = []
    if let sentence = sentence(failure) { lines.append(sentence) }
    if let site = site(failure) {
      let margin = String(site.line).count
      lines.append("\(paint.blue("-->")) \(site.place)")
      lines.append("\(paint.blue("\(site.line) |")) \(site.text)")
      let indentation = site.text.prefix(max(0, site.column - 1)).map { $0 == "\t" ? "\t" : " " }
      lines.append(
        String(repeating: " ", count: margin) + " \(paint.blue("|")) "
          + indentation.joined() + paint.red("^"))
    } else if let site = failure.site, let code = names.code(site.codeHash) {
      lines.append("at instruction \(site.instruction) of \(code.functionName(site.function))")
    }
    if let registers { lines.append("where \(registers)") }
    let places = path.reversed().map { "in \(text(of: $0))" }
    if places.count > Self.placesMax {
      lines += places.prefix(Self.placesMax - 4)
      lines.append("… \(places.count - Self.placesMax) more")
      lines += places.suffix(4)
    } else {
      lines += places
    }
    return lines
  }

  /// The contract, the function and the line of a place.
  func text(of place: TraceRecorder.Place) -> String {
    let contract = names.book.text(place.contract)
    guard let code = names.code(place.codeHash) else { return contract }
    let site = code.site(function: place.function, instruction: place.instruction)
    return "\(contract).\(code.functionName(place.function))"
      + (site.map { " at \($0.place)" } ?? "")
  }

  /// The failure for programs.
  func json(_ failure: Failure, path: [TraceRecorder.Place]) -> JSON {
    var arguments: JSON = []
    var sort: JSON = "trap"
    if case .declared(let index, _, let values) = failure.reason {
      sort = "error"
      if let module = module(of: failure), module.errors.indices.contains(index) {
        arguments = ValueText(names: names).json(
          values, module.errors[index].parameters, in: module)
      }
    }
    return [
      "sort": sort, "name": .string(name(failure)), "number": .number(failure.number),
      "arguments": arguments, "text": .string(title(failure)),
      "sentence": sentence(failure).map { .string($0) } ?? .null,
      "contract": .string(names.book.text(failure.origin)),
      "address": .identifier(failure.origin),
      "instruction": failure.site.map {
        ["function": .number($0.function), "index": .number($0.instruction)]
      } ?? .null,
      "site": site(failure)?.json ?? .null,
      "path": .array(path.map { .string(text(of: $0)) }),
    ]
  }
}
