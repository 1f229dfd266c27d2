/// What must hold for every string of bytes; each case has a file of its own.
///
/// `Tests/fuzz` looks for bytes for which it does not hold, and the ordinary tests check the corpus.
public enum FuzzTarget: String, CaseIterable, Sendable {
  /// What decodes as a module encodes to the same bytes.
  case module
  /// What verifies disassembles to a source that assembles to the same bytes.
  case verifier
  /// What verifies runs to an end, whatever it is.
  case execution
  /// Every source is assembled to a module that verifies and comes back, or has errors that can be shown.
  case assembler
  /// A source that is laid out stays so, and means the same.
  case formatter
  /// What decodes as a call encodes to the same bytes.
  case call
  /// What decodes as a transaction, a receipt, a header, a genesis or a proof encodes to the same bytes.
  case record

  /// The folder in `Corpus` with what to begin with.
  public var corpus: String {
    switch self {
    case .module, .verifier, .execution: "Modules"
    case .assembler, .formatter: "Sources"
    case .call: "Calls"
    case .record: "Records"
    }
  }

  /// Checks it for these bytes.
  public func check(_ input: [UInt8]) throws(Violation) {
    switch self {
    case .module: try checkModule(input)
    case .verifier: try checkVerifier(input)
    case .execution: try checkExecution(input)
    case .assembler: try checkAssembler(input)
    case .formatter: try checkFormatter(input)
    case .call: try checkCall(input)
    case .record: try checkRecord(input)
    }
  }
}

/// What does not hold.
public struct Violation: Error, CustomStringConvertible {
  /// In a sentence.
  public let description: String

  init(_ description: String) { self.description = description }
}

/// Throws unless the condition holds.
func require(
  _ condition: Bool, _ description: @autoclosure () -> String
) throws(Violation) {
  if !condition { throw Violation(description()) }
}
