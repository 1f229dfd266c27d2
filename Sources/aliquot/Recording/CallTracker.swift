import Bytecode
import Execution

/// Knows which functions run, outermost first, from what an observer is shown.
///
/// The machine tells calls between contracts; calls inside a contract show in the instructions: after
/// `call` the next one is the callee's first, after `ret` it is the caller's.
struct CallTracker {
  /// Code that has run, each once.
  final class Code {
    /// Its hash.
    let hash: Identifier
    /// Its place in the order of first runs.
    let number: Int
    /// The module.
    let module: Module
    /// The instructions of its functions.
    let functions: [[Instruction]]

    fileprivate init(_ hash: Identifier, _ number: Int, _ module: Module) {
      self.hash = hash
      self.number = number
      self.module = module
      functions = module.functions.map(\.code)
    }
  }

  /// A function that runs.
  struct Frame {
    /// The contract.
    let contract: Identifier
    /// Its code.
    let code: Code
    /// The index of the function.
    let function: Int
    /// Whether the machine entered it: an export, an initialiser, a hook or an invariant.
    let isEntry: Bool
    /// The index of the instruction that runs; nil before the first.
    var instruction: Int?
    /// What the user of the tracker knows the frame by.
    var tag = 0

    /// The instruction that runs.
    var current: Instruction? {
      guard let instruction, code.functions.indices.contains(function),
        code.functions[function].indices.contains(instruction)
      else { return nil }
      return code.functions[function][instruction]
    }
  }

  /// How an execution came to the instruction that it is about to run.
  enum Transition {
    /// From another one of the same function, or from a call that it made.
    case stays
    /// From a call inside the contract: there is a new frame.
    case enters
    /// From the end of a function inside the contract: its frame is gone.
    case returns
  }

  /// Finds modules by their hash.
  private let module: (Identifier) -> Module?
  private var numbers: [Identifier: Int] = [:]
  /// The code that has run, in the order of first runs.
  private(set) var codes: [Code] = []
  /// The frames, outermost first.
  private(set) var frames: [Frame] = []
  /// How many frames there were when each open `try` began.
  private var attempts: [Int] = []
  /// The instruction that was shown last, if nothing else has been told since.
  private var shown: Opcode?

  /// Makes a tracker of an execution that has not begun.
  init(module: @escaping (Identifier) -> Module?) { self.module = module }

  /// How many `try` are open.
  var attemptCount: Int { attempts.count }

  /// The tag of the frame on top.
  var tag: Int {
    get { frames.last?.tag ?? 0 }
    set { if !frames.isEmpty { frames[frames.count - 1].tag = newValue } }
  }

  /// An instruction is about to run.
  mutating func willExecute(_ moment: MomentOfExecution) -> Transition {
    var transition = Transition.stays
    switch shown {
    case .call:
      transition = .enters
      if let caller = frames.last {
        frames.append(
          Frame(
            contract: caller.contract, code: caller.code, function: moment.function,
            isEntry: false))
      }
    case .ret:
      transition = .returns
      _ = frames.popLast()
    default: break
    }
    if !frames.isEmpty { frames[frames.count - 1].instruction = moment.instruction }
    shown = frames.last?.current?.opcode
    return transition
  }

  /// The machine enters a function.
  mutating func willEnter(_ contract: Identifier, _ codeHash: Identifier, _ function: Int) {
    let number = numbers[codeHash] ?? codes.count
    if number == codes.count {
      numbers[codeHash] = number
      codes.append(Code(codeHash, number, module(codeHash) ?? Module(name: "")))
    }
    frames.append(
      Frame(contract: contract, code: codes[number], function: function, isEntry: true))
    shown = nil
  }

  /// The function that the machine entered last has returned or failed; gives how many frames are left.
  @discardableResult
  mutating func didLeave() -> Int {
    while let frame = frames.popLast(), !frame.isEntry {}
    while let count = attempts.last, count > frames.count { attempts.removeLast() }
    shown = nil
    return frames.count
  }

  /// The next instruction runs under a savepoint.
  mutating func willTry() {
    attempts.append(frames.count)
    shown = nil
  }

  /// It succeeded; tells whether that was the end of a function inside the contract, whose frame is gone.
  mutating func didTry() -> Bool {
    attempts.removeLast(min(1, attempts.count))
    defer { shown = nil }
    guard shown == .ret else { return false }
    _ = frames.popLast()
    return true
  }

  /// It failed: the frames above the one that tried are gone; gives how many are left.
  @discardableResult
  mutating func didUndo() -> Int {
    let count = attempts.popLast() ?? frames.count
    frames.removeLast(max(0, frames.count - count))
    shown = nil
    return count
  }
}
