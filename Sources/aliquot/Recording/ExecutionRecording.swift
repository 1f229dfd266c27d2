import Bytecode
import Execution
import Integers

/// A transaction as it ran, complete enough to go through it in both directions.
///
/// A *position* is a moment of the execution: position `p` is before the step `p`, and position
/// `steps.count` behind the last one. What happens while a step runs has happened from the position behind
/// the step on; what happens before the first step (a payment moves, arguments are put in place) has
/// happened at position 0.
struct ExecutionRecording {
  /// The most steps that are kept.
  static let stepsMax = 4_000_000
  /// The most bytes that are kept, steps and values together; the process needs up to twice as many while
  /// it records.
  static let bytesMax = 256 << 20

  /// An instruction that ran.
  struct Step {
    /// The number of the frame that it ran in.
    let frame: UInt32
    /// Its index in the function.
    let instruction: UInt16
    /// Gas that the transaction has used before it.
    let gasUsed: UInt32
    /// Gas that is left to the running code before it, which is less where a limit holds.
    let gasLeft: UInt32
    /// Where its changes of registers begin among all.
    let changes: UInt32
  }

  /// How a call ended.
  enum Ending: UInt8 {
    /// It was running when the recording ended.
    case none
    /// With its results.
    case returned
    /// With a failure, its own or one that went through it.
    case failed
  }

  /// A call of a function, of another contract or of the same.
  struct Frame {
    /// The number of the frame of the caller; nil if the transaction itself calls.
    let parent: Int32?
    /// The step that called; nil if the transaction itself did.
    let callStep: Int32?
    /// The first step, which is the caller's next if the call was left before its first.
    let firstStep: Int32
    /// The position from which on it is over.
    var end = Int32.max
    /// Numbers of the contract and of its code.
    let contract: UInt32
    let code: UInt32
    /// The index of the function.
    let function: UInt16
    /// Whether the machine entered it: an export, an initialiser, a hook or an invariant.
    let isEntry: Bool
    /// How it ended.
    var ending = Ending.none
    /// Where its registers begin in the rows, and where nobody's registers begin above it.
    let bases: SIMD4<UInt32>
    let tops: SIMD4<UInt32>
    /// Where its arguments and its results begin among the references; nil if it gave none.
    let arguments: UInt32
    var results: UInt32?
    /// The number of who called, of an entry.
    let caller: UInt32
  }

  /// The steps.
  var steps = ContiguousArray<Step>()
  /// The calls in the order of their beginning.
  var frames = ContiguousArray<Frame>()
  /// The changes of registers, in their order.
  var changes = ContiguousArray<RegisterChange>()
  /// The values of registers.
  var values = ValueStore()
  /// Arguments and results of calls: a reference for each, and for a list its number of elements.
  var references = ContiguousArray<ValueStore.Reference>()
  /// The code that ran, by its number.
  var codes: [CallTracker.Code] = []
  /// The contracts that ran and their callers, by number.
  var addresses: [Identifier] = []
  /// What was done to the world.
  var effects = Effects()
  /// Instructions that ran after the recording was full.
  var stepsLeftOut = 0
  /// What the transaction came to; nil before it has ended.
  var receipt: Receipt?

  /// Whether the transaction went on after the recording was full.
  var isCutOff: Bool { stepsLeftOut > 0 }

  /// The last position: behind the last step, or before it if the recording is cut off there.
  var end: Int { isCutOff ? max(0, steps.count - 1) : steps.count }

  /// The frame that is on top at a position; nil where no step comes any more.
  func frame(at position: Int) -> Int? {
    steps.indices.contains(position) ? Int(steps[position].frame) : nil
  }

  /// The contract whose code runs at a position; at the end the one that the transaction called last.
  func contract(at position: Int) -> Identifier? {
    (frame(at: position) ?? frames.indices.last { frames[$0].parent == nil }).map {
      addresses[Int(frames[$0].contract)]
    }
  }

  /// The instruction that a step runs.
  func instruction(of step: Int) -> Instruction {
    let frame = frames[Int(steps[step].frame)]
    return codes[Int(frame.code)].functions[Int(frame.function)][Int(steps[step].instruction)]
  }

  /// The changes of registers that lead to a position from the one before it; those to 0 come before it.
  func changes(leadingTo position: Int) -> Range<Int> {
    let start = position == 0 ? 0 : Int(steps[position - 1].changes)
    let end = position < steps.count ? Int(steps[position].changes) : changes.count
    return start..<max(start, end)
  }

  /// Gas that the transaction has used at a position.
  func gasUsed(at position: Int) -> UInt64 {
    steps.indices.contains(position)
      ? UInt64(steps[position].gasUsed) : receipt?.gasUsed ?? UInt64(steps.last?.gasUsed ?? 0)
  }
}
