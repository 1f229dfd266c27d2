import Bytecode

/// The errors that a function can fail with, as far as the code of its contract tells.
///
/// What other contracts fail with that it calls, and foreign hooks, is not known from the code.
enum ReachableErrors {
  /// The errors by their index in the module, in the order of their declaration.
  static func of(_ function: Int, in module: Module) -> [Int] {
    let hooks = ownHooks(of: module)
    var errors = Set<Int>()
    var seen = Set<Int>()
    var pending = [function]
    while let index = pending.popLast() {
      guard module.functions.indices.contains(index), seen.insert(index).inserted else { continue }
      for instruction in module.functions[index].code {
        switch instruction.opcode {
        case .fail:
          if let error = instruction.operand(where: \.isError) { errors.insert(error) }
        case .mint, .burn, .force: pending += hooks
        default:
          if let called = instruction.operand(where: \.isFunction) { pending.append(called) }
        }
      }
    }
    return errors.filter(module.errors.indices.contains).sorted()
  }

  /// The functions that run when the contract changes balances of its own assets.
  private static func ownHooks(of module: Module) -> [Int] {
    let named = Set(module.classes.flatMap(\.hooks).filter { !$0.isForeign }.map(\.name))
    return module.hooks.filter { named.contains($0.name) }.map(\.function)
  }
}

extension OperandKind {
  fileprivate var isError: Bool { if case .error = self { true } else { false } }
  fileprivate var isFunction: Bool { if case .function = self { true } else { false } }
}
