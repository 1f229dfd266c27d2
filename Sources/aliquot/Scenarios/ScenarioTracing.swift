import Assembly
import Bytecode
import Execution
import State

/// Tells how a transaction came to what it did, by running it again under observers.
struct ScenarioTracing {
  /// The world of the case.
  let scope: ScenarioScope
  /// Where the transaction begins.
  let start: StateTable.Checkpoint
  /// Who makes it, and what is paid with it.
  var caller = Identifier.zero
  var payments: [AttachedPayment] = []
  /// The transaction.
  let run: (World) -> Receipt

  /// A problem with the tree of calls of the transaction, and if that failed with the place, the registers
  /// there and the way to it.
  func problem(_ problem: ScenarioProblem) -> ScenarioProblem {
    guard problem.isFailure else { return problem }
    let recorder = TraceRecorder(names: scope.names, detail: .calls)
    let receipt = again(under: recorder)
    var problem = problem
    problem.trace =
      TraceText(names: scope.names, paint: .plain).text(recorder, indentation: 0) + problem.trace
    guard let failure = receipt.failure else { return problem }
    problem.details += shortages(failure)
    let registers = RegisterCapture(names: scope.names, count: recorder.instructionCount)
    if failure.site != nil { _ = again(under: registers) }
    problem.details += FailureText(names: scope.names).lines(
      failure, path: recorder.failurePath, registers: registers.text, paint: .plain)
    return problem
  }

  /// What the caller has of that which it should pay and cannot.
  private func shortages(_ failure: Failure) -> [String] {
    guard failure.site == nil, case .trap(.insufficientBalance) = failure.reason else { return [] }
    let names = scope.names
    return payments.compactMap { payment in
      let balance = scope.world.balance(of: payment.asset, holder: caller)
      guard balance < payment.amount else { return nil }
      return "\(names.book.text(caller)) has \(names.amountText(balance, of: payment.asset)), and "
        + "\(names.amountText(payment.amount, of: payment.asset)) are needed"
    }
  }

  private func again(under observer: any ExecutionObserver) -> Receipt {
    scope.world.state.revert(to: start)
    return scope.retold(to: observer) { run(scope.world) }
  }
}

/// Notes the named registers before the last of so many instructions.
private final class RegisterCapture: ExecutionObserver {
  /// Bytes of the text of all registers.
  private static let textMax = 600

  private let names: NamedWorld
  private var left: Int
  /// Names and values, as the source knows them.
  private(set) var text: String?

  init(names: NamedWorld, count: Int) {
    self.names = names
    left = count
  }

  func willExecute(_ moment: MomentOfExecution) {
    left -= 1
    guard left == 0, let code = names.code(moment.codeHash), let map = code.map,
      map.functions.indices.contains(moment.function)
    else { return }
    var shown: [String] = []
    var length = 0
    let registers = map.functions[moment.function].registers.filter {
      $0.from <= moment.instruction && moment.instruction < $0.to
    }
    for register in registers {
      guard let text = text(of: register, among: registers, moment, code.module) else { continue }
      length += text.utf8.count
      guard length <= Self.textMax else {
        shown.append("…")
        break
      }
      shown.append(text)
    }
    if !shown.isEmpty { text = shown.joined(separator: ", ") }
  }

  /// A register; a payment in one piece.
  private func text(
    of register: SourceMap.RegisterName, among registers: [SourceMap.RegisterName],
    _ moment: MomentOfExecution, _ module: Module
  ) -> String? {
    let suffixes = (asset: ".asset", amount: ".amount")
    for (suffix, other) in [(suffixes.asset, suffixes.amount), (suffixes.amount, suffixes.asset)]
    where register.name.hasSuffix(suffix) {
      let payment = register.name.dropLast(suffix.count)
      guard let partner = registers.first(where: { $0.name == payment + other }) else { continue }
      guard suffix == suffixes.amount else { return nil }
      let asset = Identifier(moment.bytes(partner.register)) ?? .zero
      return "\(payment) = \(names.amountText(moment.int(register.register), of: asset))"
    }
    return "\(register.name) = \(value(register.register, register.kind, moment, module))"
  }

  private func value(
    _ register: Int, _ kind: Kind, _ moment: MomentOfExecution, _ module: Module
  ) -> String {
    let values = ValueText(names: names)
    switch kind.bank {
    case .int: return values.text(.int(moment.int(register)), of: kind, in: module)
    case .bytes:
      let bytes = moment.bytes(register)
      // A register that holds nothing yet has no 32 bytes to show.
      let shown = kind.isIdentifier && bytes.count != 32 ? .bytes : kind
      return values.text(.bytes(bytes), of: shown, in: module)
    case .list:
      let count = moment.listCount(register)
      let elements = moment.elements(register, atMost: 8).map(Numbers.short)
      return "[\((elements + (count > 8 ? ["… \(count) in all"] : [])).joined(separator: ", "))]"
    }
  }
}
