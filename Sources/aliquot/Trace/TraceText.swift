import Bytecode
import Execution
import Integers

/// Writes a recorded transaction: the tree of calls, with source lines and what each did.
struct TraceText {
  /// The world whose names are used.
  let names: NamedWorld
  /// Colours.
  let paint: Paint
  /// Whether only what happened is told, each value to its last digit: no gas, no lines of the source, and
  /// nothing that was read or written before and is read once more.
  var isBare = false

  /// The lines, and what the reader knows by them.
  private struct Page {
    var lines: [String] = []
    /// Stored values that were told.
    var known: [[UInt8]: [UInt8]?] = [:]

    mutating func append(_ line: String) { lines.append(line) }
  }

  private var values: ValueText { ValueText(names: names, isExact: isBare) }
  private var states: StateText { StateText(names: names, isExact: isBare) }

  /// The whole trace, each line indented.
  func text(_ recorder: TraceRecorder, indentation: Int) -> String {
    var page = Page()
    for root in recorder.roots { write(root, indentation, &page) }
    if recorder.leftOut > 0 {
      page.append(
        "… \(Numbers.grouped(String(recorder.leftOut))) more things that are not kept")
    }
    return page.lines.map { $0 + "\n" }.joined()
  }

  private func write(_ call: TraceRecorder.Call, _ depth: Int, _ page: inout Page) {
    let margin = String(repeating: " ", count: depth)
    let code = names.code(call.codeHash)
    let contract = values.text(of: call.contract)
    let name = code?.functionName(call.function) ?? "function \(call.function)"
    var title = call.caller == nil ? name : "\(contract).\(name)"
    if let code {
      let parameters = code.parameters(ofFunction: call.function)
      title = paint.bold(title) + "(\(list(call.arguments, parameters, in: code.module)))"
    }
    if let caller = call.caller { title += paint.faint("  by \(values.text(of: caller))") }
    page.append(
      "\(margin)\(title)" + (isBare ? "" : paint.faint("  \(gas(call.gasUsed)) gas")))
    var shown: Int?
    for item in call.items {
      if case .operation = item.content {
      } else if case .write(let key, _, _) = item.content,
        StateKey(key).isBookkeeping
      {
        continue
      }
      if !isBare, let site = code?.site(function: call.function, instruction: item.instruction),
        site.line != shown
      {
        shown = site.line
        page.append("\(margin)  \(paint.blue("\(site.line) |")) \(site.text.trimmingSpaces)")
      }
      write(item, in: call, depth + (isBare ? 2 : 4), &page)
    }
    if let failure = call.failure {
      let text = FailureText(names: names).title(failure)
      page.append("\(margin)  \(paint.red("failed")) \(text)")
    } else if let results = call.results, !results.isEmpty, let code {
      let declared = code.results(ofFunction: call.function)
      page.append("\(margin)  -> \(list(results, declared, in: code.module))")
    }
  }

  /// Values under their names; a list shows how many elements it has.
  private func list(_ values: [Value], _ parameters: [Parameter], in module: Module) -> String {
    let hasLists = parameters.contains { $0.kind == .list }
    guard hasLists else { return self.values.list(values, parameters, in: module) }
    return zip(parameters, values).map { parameter, value in
      let text =
        parameter.kind == .list
        ? "list of \(value.integer ?? 0)"
        : self.values.text(value, of: parameter.kind, in: module)
      return parameter.name.isEmpty ? text : "\(parameter.name): \(text)"
    }.joined(separator: ", ")
  }

  private func write(
    _ item: TraceRecorder.Item, in call: TraceRecorder.Call, _ depth: Int,
    _ page: inout Page
  ) {
    let margin = String(repeating: " ", count: depth)
    switch item.content {
    case .call(let inner): write(inner, depth, &page)
    case .event(let event):
      page.append("\(margin)\(paint.green("emit")) \(values.text(of: event))")
    case .read(let bytes, let value):
      if isBare, page.known[bytes] == .some(value) { return }
      page.known[bytes] = .some(value)
      let key = StateKey(bytes)
      page.append(
        "\(margin)\(paint.faint("read")) \(states.text(key, inside: call.contract)) = "
          + states.value(value, under: key))
    case .write(let bytes, let old, let new):
      page.known[bytes] = .some(new)
      let key = StateKey(bytes)
      page.append(
        "\(margin)\(paint.yellow("write")) \(states.text(key, inside: call.contract)): "
          + "\(states.value(old, under: key)) -> \(states.value(new, under: key))")
    case .move(let asset, let amount, let from, let to):
      page.append(
        "\(margin)\(paint.yellow("move")) \(names.amountText(amount, of: asset)) "
          + moved(from, to))
    case .undone(let failure):
      let text = FailureText(names: names).title(failure)
      page.append("\(margin)\(paint.red("undone")) \(text)")
    case .operation(let operation):
      page.append(margin + text(of: operation, item.instruction, in: call))
    }
  }

  private func moved(_ from: Identifier, _ to: Identifier) -> String {
    if from.isZero { return "minted to \(values.text(of: to))" }
    if to.isZero { return "burned by \(values.text(of: from))" }
    return "from \(values.text(of: from)) to \(values.text(of: to))"
  }

  private func text(
    of operation: TraceRecorder.Operation, _ index: Int, in call: TraceRecorder.Call
  ) -> String {
    let module = names.module(call.codeHash)
    func shown(_ register: TraceRecorder.Register) -> String {
      guard let value = register.value, let module else {
        return "\(register.name) = list of \(register.count ?? 0)"
      }
      return "\(register.name) = \(self.text(of: value, register.kind, in: module))"
    }
    let number = String(index)
    let space = String(repeating: " ", count: max(0, 4 - number.count))
    var text = "\(paint.faint(space + number)) \(operation.instruction.row.mnemonic)"
    if !operation.reads.isEmpty {
      text += "  \(operation.reads.map(shown).joined(separator: ", "))"
    }
    if !operation.writes.isEmpty {
      text += paint.green("  => \(operation.writes.map(shown).joined(separator: ", "))")
    }
    return text
  }

  /// A value of a register.
  ///
  /// One without a name may hold an address or an asset, and is shown as such if
  /// it is known.
  private func text(of value: Value, _ kind: Kind, in module: Module) -> String {
    if kind == .bytes, let identifier = value.identifier {
      if let name = names.book.name(identifier) { return name }
      if names.world.asset(identifier) != nil { return names.assetText(identifier) }
    }
    return values.text(value, of: kind, in: module)
  }

  private func gas(_ gas: UInt64) -> String { Numbers.grouped(String(gas)) }

  // MARK: - For programs

  /// The tree of calls.
  func json(_ recorder: TraceRecorder) -> JSON {
    ["calls": .array(recorder.roots.map(json)), "leftOut": .number(recorder.leftOut)]
  }

  private func json(_ call: TraceRecorder.Call) -> JSON {
    let code = names.code(call.codeHash)
    let module = code?.module ?? Module(name: "")
    return [
      "contract": .string(names.book.text(call.contract)),
      "address": .identifier(call.contract),
      "function": .string(code?.functionName(call.function) ?? "function \(call.function)"),
      "caller": call.caller.map { .string(names.book.text($0)) } ?? .null,
      "arguments": values.json(
        call.arguments, code?.parameters(ofFunction: call.function) ?? [], in: module),
      "gas": .gas(call.gasUsed),
      "results": call.results.map {
        values.json($0, code?.results(ofFunction: call.function) ?? [], in: module)
      } ?? .null,
      "failure": call.failure.map { FailureText(names: names).json($0, path: []) } ?? .null,
      "items": .array(call.items.map { json($0, in: call, code) }),
    ]
  }

  private func json(
    _ item: TraceRecorder.Item, in call: TraceRecorder.Call, _ code: ContractCode?
  ) -> JSON {
    let site = code?.site(function: call.function, instruction: item.instruction)
    let place: JSON = [
      "instruction": .number(item.instruction), "line": site.map { .number($0.line) } ?? .null,
    ]
    let content: JSON =
      switch item.content {
      case .call(let inner): ["type": "call", "call": json(inner)]
      case .event(let event): ["type": "event", "text": .string(values.text(of: event))]
      case .read(let key, let value):
        [
          "type": "read", "key": .bytes(key),
          "name": .string(states.text(StateKey(key), inside: nil)),
          "value": .string(states.value(value, under: StateKey(key))),
        ]
      case .write(let key, let old, let new):
        [
          "type": "write", "key": .bytes(key),
          "name": .string(states.text(StateKey(key), inside: nil)),
          "before": .string(states.value(old, under: StateKey(key))),
          "after": .string(states.value(new, under: StateKey(key))),
        ]
      case .move(let asset, let amount, let from, let to):
        [
          "type": "move", "asset": .identifier(asset),
          "assetName": .string(names.assetText(asset)), "amount": .integer(amount),
          "from": .string(names.book.text(from)), "to": .string(names.book.text(to)),
        ]
      case .undone(let failure):
        ["type": "undone", "failure": FailureText(names: names).json(failure, path: [])]
      case .operation(let operation):
        [
          "type": "operation", "mnemonic": .string(operation.instruction.row.mnemonic),
          "gasLeft": .gas(operation.gasLeft), "reads": json(operation.reads, code),
          "writes": json(operation.writes, code),
        ]
      }
    return place + content
  }

  private func json(_ registers: [TraceRecorder.Register], _ code: ContractCode?) -> JSON {
    let module = code?.module ?? Module(name: "")
    return .array(
      registers.map { register in
        [
          "name": .string(register.name),
          "value": register.value.map { values.json($0, of: register.kind, in: module) }
            ?? .string("list of \(register.count ?? 0)"),
        ]
      })
  }
}

extension StateKey {
  /// Whether it belongs to a balance, which is told as a move.
  var isBookkeeping: Bool {
    switch self {
    case .balance, .supply, .holder: true
    default: false
    }
  }
}
