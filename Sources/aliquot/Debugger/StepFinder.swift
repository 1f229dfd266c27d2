/// Finds the positions that steps by line and by call lead to, forwards and backwards.
struct StepFinder {
  /// The recording.
  let recording: ExecutionRecording
  /// Where its instructions come from.
  let lines: SourceLines

  /// The line of the step at a position; nil without a source and at the end.
  func line(at position: Int) -> SourceLine? {
    guard recording.steps.indices.contains(position) else { return nil }
    let step = recording.steps[position]
    let frame = recording.frames[Int(step.frame)]
    return lines.line(
      code: Int(frame.code), function: Int(frame.function), instruction: Int(step.instruction))
  }

  /// The call of `frame` that `inner` is in, or nil if it is in none.
  private func call(of frame: Int, around inner: Int) -> Int? {
    var inner = inner
    while let parent = recording.frames[inner].parent {
      if Int(parent) == frame { return inner }
      inner = Int(parent)
    }
    return nil
  }

  /// The next position that is in the same call; nil if it is over then.
  func nextInFrame(_ position: Int) -> Int? {
    guard let frame = recording.frame(at: position) else { return nil }
    var next = position + 1
    while let other = recording.frame(at: next) {
      if other == frame { return next }
      guard let inner = call(of: frame, around: other) else { return nil }
      next = max(next + 1, Int(recording.frames[inner].end))
    }
    return nil
  }

  /// The position before that is in the same call; nil at its first.
  func previousInFrame(_ position: Int) -> Int? {
    guard let frame = recording.frame(at: position), position > 0,
      position > Int(recording.frames[frame].firstStep),
      let before = recording.frame(at: position - 1)
    else { return nil }
    if before == frame { return position - 1 }
    guard let inner = call(of: frame, around: before) else { return nil }
    return recording.frames[inner].callStep.map { Int($0) }
  }

  /// Whether a position is where control comes to a line: from another one, by a call or by a jump back.
  func beginsLine(_ position: Int) -> Bool {
    guard let line = line(at: position) else { return false }
    guard let before = previousInFrame(position), self.line(at: before) == line else {
      return true
    }
    return recording.steps[position].instruction <= recording.steps[before].instruction
  }

  /// The next line, over calls.
  ///
  /// At the end of a function it is the place in the caller to which the call returns. Without a source
  /// every instruction is a line.
  func nextLine(_ position: Int) -> Int {
    guard recording.frame(at: position) != nil else { return recording.end }
    let start = line(at: position)
    var last = position
    while let next = nextInFrame(last) {
      if start == nil || line(at: next) != start || beginsLine(next) { return next }
      last = next
    }
    return outOfFrame(position)
  }

  /// The beginning of the line before, over calls: of the present one, if it has begun earlier.
  func previousLine(_ position: Int) -> Int {
    var start = position - 1
    guard start >= 0 else { return 0 }
    if recording.frame(at: position) != nil {
      if let before = previousInFrame(position) {
        start = before
      } else if let call = callOfFrame(position) {
        start = call
      }
    }
    guard line(at: start) != nil else { return start }
    while !beginsLine(start), let before = previousInFrame(start) { start = before }
    return start
  }

  /// The next line, into calls.
  func intoLine(_ position: Int) -> Int {
    guard let frame = recording.frame(at: position) else { return recording.end }
    let start = line(at: position)
    var next = position + 1
    while let other = recording.frame(at: next) {
      if other != frame || start == nil || line(at: next) != start || beginsLine(next) {
        return next
      }
      next += 1
    }
    return recording.end
  }

  /// The beginning of the line that ran before, into calls.
  func intoPreviousLine(_ position: Int) -> Int {
    var start = position - 1
    guard start > 0, line(at: start) != nil else { return max(0, start) }
    while !beginsLine(start), let before = previousInFrame(start), before == start - 1 {
      start = before
    }
    return start
  }

  /// The position behind the present call: in its caller, or the end.
  func outOfFrame(_ position: Int) -> Int {
    guard let frame = recording.frame(at: position) else { return recording.end }
    return min(recording.end, max(position + 1, Int(recording.frames[frame].end)))
  }

  /// The step that made the present call; nil if the transaction did.
  func callOfFrame(_ position: Int) -> Int? {
    recording.frame(at: position).flatMap { recording.frames[$0].callStep.map { Int($0) } }
  }
}
