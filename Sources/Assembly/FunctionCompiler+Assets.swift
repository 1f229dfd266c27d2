internal import Bytecode

/// Assets: naming them, creating them and moving them.
extension FunctionCompiler {
  /// The asset of a class, under an id if the class is keyed.
  func asset(
    ofClass index: Int, id: Expression?, at span: Span, into destination: Int?
  ) -> Value? {
    let mark = top
    guard let identifier = assetID(ofClass: index, id: id, at: span) else { return nil }
    release(to: mark)
    let register = target(destination, .bytes)
    emit(.assetOf, register, index, identifier)
    return Value(kind: .asset, register: register)
  }

  /// The register of an asset's id: empty if the class is not keyed.
  private func assetID(ofClass index: Int, id: Expression?, at span: Span) -> Int? {
    let declared = compilation.module.classes[index]
    guard declared.isKeyed == (id != nil) else {
      if let id { _ = compile(id) }
      report(
        .classUse,
        declared.isKeyed
          ? "\"\(declared.name)\" has many assets, each with an id"
          : "\"\(declared.name)\" has one asset, without an id",
        at: span,
        help: declared.isKeyed
          ? "write \(declared.name)[id]" : "declare it as `class … each` to have many")
      return nil
    }
    guard let id else {
      let register = allocate(.bytes)
      emit(.bytesConst, register, compilation.index(ofString: []))
      return register
    }
    guard let value = compile(id) else { return nil }
    guard value.kind == .bytes || value.kind == .text else {
      report(
        .kindMismatch, "an id is bytes or text, not \(describe(value.kind))", at: id.span,
        help: value.kind.bank == .bytes ? "bytes(…) gives its bytes" : "bytes(n, width) gives bytes"
      )
      return nil
    }
    return value.register
  }

  /// `create Class[id] with a, b`.
  func createAsset(
    _ expression: Expression, hooks: [Expression], into destination: Int?
  ) -> Value? {
    var path = expression
    var id: Expression?
    if case .subscripted(let base, let keys) = expression.kind, keys.count == 1 {
      path = base
      id = keys.first
    }
    guard let words = path.path else {
      report(.classUse, "`create` names a class: create Passport[id]", at: expression.span)
      return nil
    }
    guard let index = compilation.names.index(.assetClass, scope.full(words.dotted)) else {
      compilation.reportUnknown(.assetClass, words, in: scope)
      return nil
    }
    let declared = compilation.module.classes[index]
    guard !declared.isCreatedAtDeployment else {
      report(
        .classUse, "\"\(declared.name)\" exists from deployment", at: expression.span,
        help: "a class is created at run time if it is `each` or has hooks of others")
      return nil
    }
    guard hooks.count == declared.foreignHookCount else {
      for hook in hooks { _ = compile(hook) }
      report(
        .classUse,
        "\"\(declared.name)\" has \(declared.foreignHookCount) hook\(declared.foreignHookCount == 1 ? "" : "s")"
          + " of other contracts, and \(hooks.count) \(hooks.count == 1 ? "is" : "are") given",
        at: expression.span, help: "write create … with the address of each")
      return nil
    }
    let mark = top
    guard let identifier = assetID(ofClass: index, id: id, at: expression.span),
      let contracts = window(hooks.map { WindowArgument(expression: $0, kind: .address) })
    else { return nil }
    release(to: mark)
    let register = target(destination, .bytes)
    emit(.createAsset, register, index, identifier, contracts.bytes)
    return Value(kind: .asset, register: register)
  }

  /// `mint`, `burn`, `send` and `force`.
  func moveAsset(_ statement: Statement, tried: TryRegisters?) {
    switch statement.kind {
    case .mint(let asset, let amount, let to): move(.mint, asset, amount, [to], tried)
    case .burn(let asset, let amount): move(.burn, asset, amount, [], tried)
    case .send(let asset, let amount, let to): move(.send, asset, amount, [to], tried)
    case .force(let asset, let amount, let from, let to):
      move(.force, asset, amount, [from, to], tried)
    default:
      report(
        .notTryable, "this cannot be tried", at: statement.span,
        help: "`try` runs a call, a send, a mint, a burn or a force")
    }
  }

  private func move(
    _ opcode: Opcode, _ asset: Expression, _ amount: Expression, _ parties: [Expression],
    _ tried: TryRegisters?
  ) {
    let thing = compile(asset, as: .asset)
    let count = integer(amount)
    let addresses = parties.map { compile($0, as: .address) }
    guard let thing, let count else { return }
    let present = addresses.compactMap(\.self)
    guard present.count == parties.count else { return }
    var vector = SIMD8<UInt16>()
    for (index, operand) in ([thing, count] + present).enumerated() {
      vector[index] = UInt16(truncatingIfNeeded: operand)
    }
    emitTry(tried)
    append(Instruction(opcode, vector: vector), at: span)
  }
}
