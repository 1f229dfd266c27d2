import Assembly
import Bytecode
import Execution

/// A cursor over a recording that goes forwards and backwards, by instruction, by line, by call and from
/// one stop to the next.
final class DebugSession {
  /// Ways to go.
  enum Motion {
    case step, stepBack, line, lineBack, into, intoBack, out, outBack, on, back

    /// Whether it leads to what happened later.
    var isForward: Bool {
      switch self {
      case .step, .line, .into, .out, .on: true
      case .stepBack, .lineBack, .intoBack, .outBack, .back: false
      }
    }
  }

  /// The recording.
  let recording: ExecutionRecording
  /// Names of what is in it.
  let names: DebugNames
  /// Ways through it.
  let finder: StepFinder
  /// What was stored in it.
  let history: StorageHistory
  /// The position and its registers.
  private(set) var cursor: DebugCursor
  /// Where going on stops, by number.
  private(set) var breakpoints: [Breakpoint] = []
  private var nextNumber = 1
  /// The position before the last motion.
  private(set) var origin: Int?
  /// The call whose registers are meant, if it is not the innermost.
  private var selected: Int?

  /// Opens a recording at its beginning, by the names of the world that the transaction has left.
  init(_ recording: ExecutionRecording, names world: NamedWorld) {
    self.recording = recording
    let lines = SourceLines(recording.codes) { world.code($0) }
    names = DebugNames(recording: recording, world: world, lines: lines)
    finder = StepFinder(recording: recording, lines: lines)
    history = StorageHistory(recording: recording, names: world)
    cursor = DebugCursor(recording)
    for frame in recording.frames {
      world.addUndone(
        recording.addresses[Int(frame.contract)], code: recording.codes[Int(frame.code)].hash)
    }
  }

  /// The call whose registers are meant; nil at the end.
  var frame: Int? { selected ?? recording.frame(at: cursor.position) }

  /// The contract whose code is meant; at the end the one that the transaction called.
  var contract: Identifier? {
    selected.map { recording.addresses[Int(recording.frames[$0].contract)] }
      ?? recording.contract(at: cursor.position)
  }

  // MARK: - Motion

  /// Goes some way, as often as wanted, and says which stops it came to, if not because it arrived.
  func go(_ motion: Motion, times: Int = 1) -> [String] {
    let start = cursor.position
    var notes: [String] = []
    for _ in 0..<max(1, times) {
      let before = cursor.position
      notes = goOnce(motion)
      if !notes.isEmpty || cursor.position == before { break }
    }
    origin = start
    return notes
  }

  private func goOnce(_ motion: Motion) -> [String] {
    let start = cursor.position
    let target: Int
    switch motion {
    case .step: target = start + 1
    case .stepBack: target = start - 1
    case .line: target = finder.nextLine(start)
    case .lineBack: target = finder.previousLine(start)
    case .into: target = finder.intoLine(start)
    case .intoBack: target = finder.intoPreviousLine(start)
    case .out: target = finder.outOfFrame(start)
    case .outBack: target = finder.callOfFrame(start) ?? 0
    case .on: target = recording.end
    case .back: target = 0
    }
    return move(to: target)
  }

  /// Goes towards a position, up to the first stop.
  private func move(to target: Int) -> [String] {
    let start = cursor.position
    let target = min(max(target, 0), recording.end)
    let isForward = target >= start
    let reached = breakpoints.compactMap { breakpoint in
      breakpoint.next(from: start, to: target).map { (position: $0, breakpoint: breakpoint) }
    }
    let positions = reached.map(\.position)
    let nearest = isForward ? positions.min() : positions.max()
    jump(to: nearest ?? target)
    return reached.filter { $0.position == nearest }.map { _, breakpoint in
      let note = breakpoint.note(at: cursor, isForward: isForward).map { ": \($0)" } ?? ""
      return "stop \(breakpoint.number), \(breakpoint.text)\(note)"
    }
  }

  /// Goes to a position without stopping.
  func jump(to position: Int) {
    origin = cursor.position
    cursor.move(to: position)
    selected = nil
  }

  // MARK: - Calls

  /// Selects the call so many further out (or, if negative, further in) than the one that is meant.
  func select(outwards count: Int) throws(CommandFailure) {
    let open = openFrames
    guard let frame, let index = open.firstIndex(of: frame) else {
      throw CommandFailure(.usage, "no call is open here")
    }
    try select(number: index + count)
  }

  /// Selects a call by its number in `where`.
  func select(number: Int) throws(CommandFailure) {
    let open = openFrames
    guard open.indices.contains(number) else {
      throw CommandFailure(
        .usage, number < 0 ? "this is the innermost call" : "there is no call that far out",
        help: "`where` lists the \(Words.count(open.count, "call")) that are open")
    }
    selected = open[number]
  }

  /// The calls that are open, innermost first.
  private var openFrames: [Int] {
    var frames: [Int] = []
    var next = recording.frame(at: cursor.position)
    while let frame = next {
      frames.append(frame)
      next = recording.frames[frame].parent.map { Int($0) }
    }
    return frames
  }

  // MARK: - Stops

  /// The places where stops are found.
  private var places: StopPlaces {
    StopPlaces(recording: recording, names: names, finder: finder, history: history)
  }

  /// Adds a breakpoint.
  func addBreakpoint(_ text: String) throws(CommandFailure) -> Breakpoint {
    add(try places.breakpoint(text, number: nextNumber, near: cursor.position))
  }

  /// Adds a watch of a register or of a stored value.
  func addWatch(_ text: String) throws(CommandFailure) -> Breakpoint {
    if let frame, isRegister(text, of: frame) {
      return add(places.watch(text, of: frame, number: nextNumber))
    }
    return add(places.watch(try storage(text), number: nextNumber))
  }

  private func add(_ breakpoint: Breakpoint) -> Breakpoint {
    breakpoints.append(breakpoint)
    nextNumber += 1
    return breakpoint
  }

  /// Removes a stop, or all of them.
  func removeBreakpoint(_ number: Int?) throws(CommandFailure) {
    guard let number else { return breakpoints.removeAll() }
    guard let index = breakpoints.firstIndex(where: { $0.number == number }) else {
      throw CommandFailure(
        .usage, "there is no stop \(number)",
        help: breakpoints.isEmpty
          ? "there is none at all"
          : "there are \(breakpoints.map { "\($0.number)" }.joined(separator: ", "))")
    }
    breakpoints.remove(at: index)
  }

  // MARK: - Names

  /// Whether a name is one of a register anywhere in the function of a call.
  func isRegister(_ name: String, of frame: Int) -> Bool {
    let instruction = names.instruction(of: frame, at: cursor.position)
    return names.register(name, of: frame, at: instruction) != nil
      || names.registerNames(of: frame).contains { $0.name == name }
  }

  /// The register that a name means here.
  func register(_ name: String, of frame: Int) throws(CommandFailure) -> DebugNames.Register {
    let instruction = names.instruction(of: frame, at: cursor.position)
    if let register = names.register(name, of: frame, at: instruction) { return register }
    throw CommandFailure(
      .notFound, "\"\(name)\" holds no value here",
      help: "it is a name of \(names.function(of: frame)) elsewhere; `watch \(name)` and "
        + "`continue` go to where it gets one")
  }

  /// The stored value that a path means here.
  ///
  /// The failure also tells of registers, since a name that is neither may be meant as either.
  func storage(_ path: String) throws(CommandFailure) -> StoragePlace {
    do throws(CommandFailure) {
      return try history.place(path, inside: contract)
    } catch {
      guard let frame, error.status == .notFound, !path.hasPrefix("@"), !path.contains(".") else {
        throw error
      }
      let known = Set(names.registerNames(of: frame).map(\.name)).sorted()
      let meant = Suggestion.nearest(to: path, among: known)
      throw CommandFailure(
        .notFound, "\(names.function(of: frame)) has no \"\(path)\", and \(error.message)",
        help: meant.map { "did you mean \"\($0)\"?" } ?? error.help)
    }
  }

  // MARK: - Origins

  /// Goes back to the step that gave a register or a stored value what it holds, and says what it does.
  func goToLastWrite(of text: String) throws(CommandFailure) -> String {
    if let frame, isRegister(text, of: frame) {
      return goToLastWrite(of: try register(text, of: frame), in: frame)
    }
    let place = try storage(text)
    let title = history.name(place, inside: contract)
    let changes = history.changes(of: place)
    guard let last = changes.last(where: { $0.position <= cursor.position }) else {
      throw CommandFailure(
        .notFound, "nothing has changed \(title) before this step",
        help: changes.isEmpty
          ? "this transaction never changes it"
          : "`watch \(text)` and `continue` go to what changes it later")
    }
    let what = "\(title): \(last.text)"
    jump(to: last.step ?? max(0, last.position - 1))
    if last.step == nil { return "the transaction itself writes \(what)" }
    return last.isUndone ? "this step undid \(what)" : "this step writes \(what)"
  }

  private func goToLastWrite(of register: DebugNames.Register, in frame: Int) -> String {
    let module = names.module(of: frame)
    let value = names.text(
      cursor.held(register.bank, register.number, in: frame), of: register.kind, in: module)
    var entry = frame
    while !recording.frames[entry].isEntry, let parent = recording.frames[entry].parent {
      entry = Int(parent)
    }
    let first = Int(recording.frames[entry].firstStep)
    var position = cursor.position
    let search = places
    while position > first {
      let isWritten = recording.changes(leadingTo: position).contains {
        search.touches(recording.changes[$0], register, frame, cursor)
      }
      if isWritten {
        jump(to: position - 1)
        return "this step writes \(register.name) = \(value)"
      }
      position -= 1
    }
    if let call = recording.frames[entry].callStep {
      jump(to: Int(call))
      return "this call gives \(register.name) = \(value)"
    }
    jump(to: 0)
    return "the transaction gives \(register.name) = \(value)"
  }
}
