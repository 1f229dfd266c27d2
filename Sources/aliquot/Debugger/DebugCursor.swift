import Bytecode
import Integers

/// A position in a recording, with what the registers hold there.
struct DebugCursor {
  /// The recording.
  let recording: ExecutionRecording
  /// The position.
  private(set) var position = 0
  private var registers = RegisterFile()

  /// A register's value at a position.
  enum Held: Hashable {
    case value(Value)
    /// A list: how many elements it has, and the first of them.
    case list(count: Int, elements: [Integer])
  }

  /// Stands at the beginning of a recording.
  init(_ recording: ExecutionRecording) {
    self.recording = recording
    for index in recording.changes(leadingTo: 0) { registers.apply(recording.changes[index]) }
  }

  /// Goes to a position, or to the end that is nearest to it.
  mutating func move(to target: Int) {
    let target = min(max(target, 0), recording.end)
    while position < target {
      position += 1
      for index in recording.changes(leadingTo: position) {
        registers.apply(recording.changes[index])
      }
    }
    while position > target {
      for index in recording.changes(leadingTo: position).reversed() {
        registers.revert(recording.changes[index])
      }
      position -= 1
    }
  }

  /// What is in a register of a frame that is not over.
  func held(_ bank: Bank, _ number: Int, in frame: Int) -> Held {
    held(bank, reference: reference(bank, number, in: frame))
  }

  /// The reference that is in a register of a frame.
  func reference(_ bank: Bank, _ number: Int, in frame: Int) -> UInt32 {
    registers[bank, Int(recording.frames[frame].bases[Int(bank.rawValue)]) + number]
  }

  /// What a reference of a bank means.
  func held(_ bank: Bank, reference: UInt32) -> Held {
    switch bank {
    case .int: return .value(.int(recording.values.integer(reference)))
    case .bytes: return .value(.bytes(recording.values.string(reference)))
    case .list:
      let list = registers.list(reference)
      let elements = list.elements.prefix(Int(list.count)).map(recording.values.integer)
      let missing = min(Int(list.count), RegisterFile.elementsMax) - elements.count
      return .list(
        count: Int(list.count),
        elements: elements + [Integer](repeating: 0, count: max(0, missing)))
    }
  }

  /// The arguments of a call, by the kinds of its parameters.
  func arguments(of frame: Int) -> [Held] {
    let call = recording.frames[frame]
    let function = recording.codes[Int(call.code)].module.functions[Int(call.function)]
    return held(function.parameters, from: Int(call.arguments))
  }

  /// The results of a call, if it gave any.
  func results(of frame: Int) -> [Held]? {
    let call = recording.frames[frame]
    let function = recording.codes[Int(call.code)].module.functions[Int(call.function)]
    return call.results.map { held(function.results, from: Int($0)) }
  }

  private func held(_ kinds: [Kind], from start: Int) -> [Held] {
    zip(kinds, start..<start + kinds.count).map { kind, index in
      let reference = index < recording.references.count ? recording.references[index] : 0
      return kind.bank == .list
        ? .list(count: Int(reference), elements: []) : held(kind.bank, reference: reference)
    }
  }
}
