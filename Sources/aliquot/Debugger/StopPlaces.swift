import Bytecode
import Execution

/// Makes breakpoints and watches: finds all positions of a recording at which they stop.
struct StopPlaces {
  let recording: ExecutionRecording
  let names: DebugNames
  let finder: StepFinder
  let history: StorageHistory

  private var lines: SourceLines { names.lines }

  // MARK: - Breakpoints

  /// The breakpoint that a text means: `File.alq:53`, `53`, a function, `event NAME` or `error NAME`.
  func breakpoint(
    _ text: String, number: Int, near position: Int
  ) throws(CommandFailure) -> Breakpoint {
    let words = text.split(separator: " ").map(String.init)
    switch (words.first, words.count) {
    case ("event", 2): return try event(words[1], number)
    case ("error", 1...2): return try error(words.count == 2 ? words[1] : nil, number)
    case (_, 1):
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      if let last = parts.last, let line = Int(last), line > 0 {
        let path = parts.dropLast().joined(separator: ":")
        return try self.line(line, in: path.isEmpty ? nil : path, number, near: position)
      }
      return try function(text, number)
    default:
      throw CommandFailure(
        .usage, "\"\(text)\" is no place to stop at",
        help: "for example: break Shop.alq:12, break buy, break event Sold, break error")
    }
  }

  /// A line; without a path it is one of the file that the position is in.
  private func line(
    _ wanted: Int, in path: String?, _ number: Int, near position: Int
  ) throws(CommandFailure) -> Breakpoint {
    let here = finder.line(at: min(position, max(0, recording.steps.count - 1)))
    let all = recording.codes.indices.reduce(into: Set<SourceLine>()) {
      $0.formUnion(lines.lines(ofCode: $1))
    }
    let inFile = all.filter { line in
      guard let path else { return here.map { lines.path($0) == lines.path(line) } ?? true }
      let own = lines.path(line)
      return own == path || own.hasSuffix("/\(path)")
    }
    guard !inFile.isEmpty else {
      if all.isEmpty {
        throw CommandFailure(
          .notFound, "there is no source to name a line of",
          help: "stop at a function, an event or an error instead")
      }
      throw .unknown(
        "source", path ?? "", among: Set(all.map { lines.path($0) }).sorted())
    }
    let later = inFile.filter { $0.line >= wanted }.map(\.line).min()
    guard let found = later else {
      throw CommandFailure(
        .notFound, "line \(wanted) has no code, nor has any behind it",
        help: "the last line with code is \(inFile.map(\.line).max() ?? 0)")
    }
    let targets = inFile.filter { $0.line == found }
    let positions = recording.steps.indices.filter { position in
      finder.line(at: position).map(targets.contains) == true && finder.beginsLine(position)
    }
    let file = targets.first.map { lines.path($0) } ?? ""
    let moved = found == wanted ? "" : ", the first from \(wanted) on that has code"
    return Breakpoint(
      number: number, kind: .step, text: "\(file):\(found)\(moved)", positions: positions)
  }

  private func function(_ name: String, _ number: Int) throws(CommandFailure) -> Breakpoint {
    let known = recording.codes.flatMap { code in
      code.module.functions.indices.map {
        lines.code(code.number)?.functionName($0) ?? "function \($0)"
      }
    }
    // A function may be called very often, and is looked at once.
    var meant: [SIMD4<UInt32>: Bool] = [:]
    let frames = recording.frames.indices.filter { frame in
      let call = recording.frames[frame]
      let function = SIMD4(call.contract, call.code, UInt32(call.function), 0)
      let isMeant =
        meant[function]
        ?? (names.function(of: frame) == name || names.title(of: frame) == name)
      meant[function] = isMeant
      return isMeant
    }
    let isKnown = known.contains(name) || !frames.isEmpty
    guard isKnown else { throw .unknown("function", name, among: known) }
    let positions = frames.compactMap { frame in
      let first = Int(recording.frames[frame].firstStep)
      return recording.frame(at: first) == frame ? first : nil
    }
    return Breakpoint(number: number, kind: .step, text: name, positions: positions.sorted())
  }

  private func event(_ name: String, _ number: Int) throws(CommandFailure) -> Breakpoint {
    let known = recording.codes.flatMap { $0.module.events.map(\.name) }
    guard known.contains(name) else { throw .unknown("event", name, among: known) }
    let text = ValueText(names: names.world)
    let emissions = recording.emissions.filter { self.name(of: $0.event) == name }
    return Breakpoint(
      number: number, kind: .step, text: "event \(name)",
      positions: emissions.compactMap(\.span.step)
    ) { position, _ in
      emissions.first { $0.span.step == position }.map {
        "about to emit \(text.text(of: $0.event))"
      }
    }
  }

  private func name(of event: Event) -> String? {
    let code = recording.codes.first { $0.hash == event.codeHash }
    guard let module = code?.module, module.events.indices.contains(event.index) else {
      return nil
    }
    return module.events[event.index].name
  }

  private func error(_ name: String?, _ number: Int) throws(CommandFailure) -> Breakpoint {
    let failures = FailureText(names: names.world)
    func title(_ failure: Failure) -> String {
      String(failures.title(failure).prefix { $0 != "(" })
    }
    if let name {
      let known =
        recording.codes.flatMap { $0.module.errors.map(\.name) } + Trap.allCases.map(\.name)
      guard known.contains(name) else { throw .unknown("error", name, among: known) }
    }
    let faults = recording.faults.filter { name == nil || title($0.failure) == name }
    return Breakpoint(
      number: number, kind: .step, text: name.map { "error \($0)" } ?? "any error",
      positions: faults.compactMap(\.step)
    ) { position, _ in
      faults.first { $0.step == position }.map { fault in
        "about to fail with \(failures.title(fault.failure))"
          + (fault.isCaught ? ", which a try catches" : "")
      }
    }
  }

  // MARK: - Watches

  /// A watch of a register by its name in the function that a call runs, whichever call that is.
  func watch(_ name: String, of frame: Int, number: Int) -> Breakpoint {
    let code = recording.frames[frame].code
    let function = recording.frames[frame].function
    var registers: [Int: DebugNames.Register?] = [:]
    func register(at step: Int) -> DebugNames.Register? {
      let instruction = Int(recording.steps[step].instruction)
      if let known = registers[instruction] { return known }
      let found = names.register(name, of: frame, at: instruction)
      registers[instruction] = .some(found)
      return found
    }
    var positions: [Int] = []
    var cursor = DebugCursor(recording)
    for position in 1..<max(1, recording.end) {
      cursor.move(to: position)
      let changes = recording.changes(leadingTo: position)
      guard !changes.isEmpty, let frame = recording.frame(at: position),
        recording.frames[frame].code == code, recording.frames[frame].function == function,
        let here = register(at: position), let before = finder.previousInFrame(position),
        let change = changes.first(where: {
          touches(recording.changes[$0], here, frame, cursor)
        }).map({ recording.changes[$0] })
      else { continue }
      let isNew = register(at: before) != here || here.bank == .list
      let new = cursor.reference(here.bank, here.number, in: frame)
      if isNew
        || cursor.held(here.bank, reference: change.old) != cursor.held(here.bank, reference: new)
      {
        positions.append(position)
      }
    }
    return Breakpoint(
      number: number, kind: .change, text: "\(name) of \(names.function(of: frame))",
      positions: positions
    ) { position, cursor in note(on: name, at: position, cursor) }
  }

  /// What a named register became at a position, and what it was if it had the name before.
  private func note(on name: String, at position: Int, _ cursor: DebugCursor) -> String? {
    var cursor = cursor
    cursor.move(to: position)
    guard let frame = recording.frame(at: position),
      let before = finder.previousInFrame(position),
      let here = names.register(
        name, of: frame, at: Int(recording.steps[position].instruction))
    else { return nil }
    let module = names.module(of: frame)
    func text(_ cursor: DebugCursor) -> String {
      names.text(cursor.held(here.bank, here.number, in: frame), of: here.kind, in: module)
    }
    let new = text(cursor)
    let old = names.register(name, of: frame, at: Int(recording.steps[before].instruction))
    guard old == here else { return "= \(new)" }
    cursor.move(to: position - 1)
    return "\(text(cursor)) -> \(new)"
  }

  /// Whether a change is one of a register, or of the list that it holds.
  func touches(
    _ change: RegisterChange, _ register: DebugNames.Register, _ frame: Int,
    _ cursor: DebugCursor
  ) -> Bool {
    let base = recording.frames[frame].bases[Int(register.bank.rawValue)]
    switch change.place {
    case .int, .bytes, .list:
      return change.place == RegisterChange.place(of: register.bank)
        && change.index == base + UInt32(register.number)
    case .count, .element:
      return register.bank == .list
        && change.index == cursor.reference(.list, register.number, in: frame)
    }
  }

  /// A watch of a stored value.
  func watch(_ place: StoragePlace, number: Int) -> Breakpoint {
    let title = history.name(place, inside: nil)
    let changes = history.changes(of: place)
    return Breakpoint(
      number: number, kind: .change, text: title, positions: changes.map(\.position)
    ) { position, _ in
      changes.first { $0.position == position }.map { change in
        change.text + (change.isUndone ? " (undone)" : "")
      }
    }
  }
}
