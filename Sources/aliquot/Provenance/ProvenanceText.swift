import Bytecode
import Chain
import Execution
import Transactions

/// Writes what wrote a stored value, by names and lines of the source.
struct ProvenanceText {
  /// The world whose names are used.
  let names: NamedWorld
  /// Colours.
  let paint: Paint

  private var states: StateText { StateText(names: names) }
  private var transactions: TransactionText { TransactionText(names: names, paint: paint) }

  // MARK: - For people

  /// The value, and each write below its transaction, the newest first.
  func text(_ provenance: Provenance) -> String {
    let path = states.path(of: provenance.place)
    guard !provenance.writes.isEmpty else {
      return "no block up to \(provenance.height) left anything at \(path)\n"
    }
    var lines = [
      paint.bold("\(path) = \(states.text(provenance.value, at: provenance.place))")
    ]
    var shown: Identifier?
    for write in provenance.writes {
      let transaction = write.origin?.transaction
      if transaction == nil || transaction?.id != shown {
        lines += ["", title(write)]
        shown = transaction?.id
      }
      lines += self.lines(write, provenance.place)
    }
    if provenance.leftOut > 0 || provenance.next != nil {
      lines += ["", paint.faint("… \(more(provenance))")]
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private func title(_ write: StoredWrite) -> String {
    let block = "block \(write.header.height)  \(Calendar.text(write.header.time))"
    guard let transaction = write.origin?.transaction else { return block }
    let sender = names.book.text(transaction.sender.address)
    return "\(block)  tx \(NameBook.short(transaction.id))  "
      + paint.bold("\(sender): \(transactions.action(transaction))")
  }

  private func lines(_ write: StoredWrite, _ place: StoragePlace) -> [String] {
    var lines: [String] = []
    if let last = write.path.last {
      if let site = site(last) {
        lines.append("  \(paint.blue(site.place))  \(site.text.trimmingSpaces)")
      } else {
        lines.append("  \(placeText(last))")
      }
    } else {
      lines.append("  \(write.cause.text)")
    }
    lines += states.changes(from: write.before, to: write.after, at: place).map {
      "    \($0.text)"
    }
    if write.path.count > 1, let last = write.path.last {
      let function = names.code(last.codeHash)?.functionName(last.function) ?? "a function"
      lines.append(paint.faint("    in \(names.book.text(last.contract)).\(function)"))
      lines += write.path.dropLast().reversed().map { paint.faint("    from \(placeText($0))") }
    }
    return lines
  }

  private func more(_ provenance: Provenance) -> String {
    var parts: [String] = []
    if provenance.leftOut > 0 {
      let height = provenance.writes.last?.header.height ?? 0
      parts.append("\(provenance.leftOut) more in block \(height): a higher --limit")
    }
    if let next = provenance.next { parts.append("older: --at \(next)") }
    return parts.joined(separator: "; ")
  }

  // MARK: - Places

  private func site(_ place: TraceRecorder.Place) -> ContractCode.Site? {
    names.code(place.codeHash)?.site(
      function: place.function, instruction: place.instruction)
  }

  /// The contract, the function and the line; without a source the instruction.
  private func placeText(_ place: TraceRecorder.Place) -> String {
    let text = FailureText(names: names).text(of: place)
    return site(place) == nil ? "\(text) at instruction \(place.instruction)" : text
  }

  // MARK: - For programs

  /// The value, and each write, the newest first.
  func json(_ provenance: Provenance) -> JSON {
    [
      "path": .string(states.path(of: provenance.place)),
      "key": .bytes(provenance.place.key.bytes), "height": .number(provenance.height),
      "current": states.json(provenance.value, at: provenance.place),
      "writes": .array(provenance.writes.map { json($0, provenance.place) }),
      "leftOut": .number(provenance.leftOut),
      "next": provenance.next.map { .number($0) } ?? .null,
    ]
  }

  private func json(_ write: StoredWrite, _ place: StoragePlace) -> JSON {
    let transaction = write.origin?.transaction
    let sender = transaction?.sender.address
    return [
      "height": .number(write.header.height), "time": .number(write.header.time),
      "transaction": transaction.map { .identifier($0.id) } ?? .null,
      "position": write.origin.map { .number($0.position) } ?? .null,
      "sender": sender.map { .string(names.book.text($0)) } ?? .null,
      "senderAddress": sender.map { .identifier($0) } ?? .null,
      "action": transaction.map { .string(transactions.action($0)) } ?? .null,
      "cause": .string(write.cause.rawValue),
      "site": write.path.last.flatMap(site)?.json ?? .null,
      "path": .array(write.path.map(json)),
      "before": states.json(write.before, at: place),
      "after": states.json(write.after, at: place),
    ]
  }

  private func json(_ place: TraceRecorder.Place) -> JSON {
    let function = names.code(place.codeHash)?.functionName(place.function)
    return [
      "contract": .string(names.book.text(place.contract)),
      "address": .identifier(place.contract),
      "function": .string(function ?? "function \(place.function)"),
      "instruction": .number(place.instruction), "site": site(place)?.json ?? .null,
    ]
  }
}
