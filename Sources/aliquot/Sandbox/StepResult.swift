import Bytecode
import Execution

/// What one step came to.
struct StepResult {
  /// The step.
  var step: Step
  /// Who did it.
  var actor: String?
  /// What the transaction did; nil for a step that is none, such as `warp`.
  var receipt: Receipt?
  /// The declared results, in the order of the receipt's.
  var results: [Parameter] = []
  /// The module that declares them.
  var module: Module?
  /// What was recorded, if the step was traced or failed.
  var recording: TraceRecorder?
  /// Titles of invariants that do not hold afterwards, with the contract's name.
  var brokenInvariants: [(contract: String, title: String)] = []

  /// How a command ends that did only this step.
  var status: ExitStatus { receipt?.failure.map { ExitStatus($0) } ?? .success }
}
