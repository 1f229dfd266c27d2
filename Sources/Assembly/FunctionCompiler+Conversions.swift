internal import Bytecode
internal import Integers

/// Conversions between kinds, which are written with the name of the kind.
extension FunctionCompiler {
  func conversion(
    _ name: String, _ values: [Expression], at span: Span, into destination: Int?
  ) -> Value? {
    switch name {
    case "bool":
      return convertToSmall(
        .bool, values.map { ArgumentSyntax(label: nil, value: $0) }, at: span, into: destination)
    case "int": return convertToInt(values, at: span, into: destination)
    case "bytes": return convertToBytes(values, at: span, into: destination)
    case "list": return convertToList(values, at: span, into: destination)
    case "addresses", "assets":
      return convertToIdentifiers(name, values, at: span, into: destination)
    default:
      guard let kind = Kind.named(name), expect(1, values, of: name, at: span) else { return nil }
      return checked(kind, values[0], into: destination)
    }
  }

  /// Bytes as another kind, which the machine checks.
  private func checked(_ kind: Kind, _ expression: Expression, into destination: Int?) -> Value? {
    guard let value = compile(expression) else { return nil }
    guard value.kind == .bytes else {
      reportConversion(value.kind, to: kind, at: expression.span)
      return nil
    }
    if let index = Kind.checkable.firstIndex(of: kind) {
      emit(.checkBytes, value.register, index)
    }
    return settle(kind, value.register, into: destination)
  }

  private func reportConversion(_ from: Kind, to kind: Kind, at span: Span) {
    report(
      .noConversion, "there is no conversion from \(describe(from)) to \(describe(kind))",
      at: span,
      help: from == kind
        ? "it is one already"
        : from.bank == .bytes && kind.bank == .bytes ? "go by way of bytes(…)" : nil)
  }

  func convertToSmall(
    _ kind: Kind, _ arguments: [ArgumentSyntax], at span: Span, into destination: Int?
  ) -> Value? {
    guard let values = unlabelled(arguments, of: describe(kind)),
      expect(1, values, of: describe(kind), at: span), let value = compile(values[0])
    else { return nil }
    guard value.kind == .int else {
      reportConversion(value.kind, to: kind, at: values[0].span)
      return nil
    }
    if case .enumeration(let index) = kind {
      emit(.checkEnum, value.register, compilation.module.enums[Int(index)].cases.count)
    } else if let index = Kind.checkable.firstIndex(of: kind) {
      emit(.checkInt, value.register, index)
    }
    return settle(kind, value.register, into: destination)
  }

  private func convertToInt(
    _ values: [Expression], at span: Span, into destination: Int?
  ) -> Value? {
    guard expect(1, values, of: "int", at: span) else { return nil }
    let mark = top
    guard let value = compile(values[0]) else { return nil }
    switch value.kind {
    case .bool, .enumeration: return settle(.int, value.register, into: destination)
    case .bytes:
      release(to: mark)
      let register = target(destination, .int)
      emit(.bytesToInt, register, value.register)
      return Value(kind: .int, register: register)
    default:
      reportConversion(value.kind, to: .int, at: values[0].span)
      return nil
    }
  }

  private func convertToBytes(
    _ values: [Expression], at span: Span, into destination: Int?
  ) -> Value? {
    guard values.count == 1 || expect(2, values, of: "bytes", at: span) else { return nil }
    let mark = top
    guard let value = compile(values[0]) else { return nil }
    if values.count == 1 {
      guard value.kind.bank == .bytes else {
        report(
          .noConversion, "bytes(…) of \(describe(value.kind)) needs a width", at: span,
          help: "write bytes(value, width)")
        return nil
      }
      return settle(.bytes, value.register, into: destination)
    }
    switch value.kind {
    case .int:
      guard let width = integer(values[1]) else { return nil }
      release(to: mark)
      let register = target(destination, .bytes)
      emit(.intToBytes, register, value.register, width)
      return Value(kind: .bytes, register: register)
    case .list:
      guard let width = width(values[1]) else { return nil }
      release(to: mark)
      let register = target(destination, .bytes)
      emit(.listToBytes, register, value.register, width)
      return Value(kind: .bytes, register: register)
    default:
      report(
        .noConversion, "bytes(…) with a width takes int or a list, not \(describe(value.kind))",
        at: values[0].span)
      return nil
    }
  }

  /// A constant width from 1 to 255.
  private func width(_ expression: Expression) -> Int? {
    guard let small = immediate(expression), small.kind == .int else {
      if case .failed = fold(expression) { return nil }
      compilation.reportNotConstant(expression)
      return nil
    }
    guard (1...255).contains(small.value) else {
      report(.outOfRange, "a width lies from 1 to 255", at: expression.span)
      return nil
    }
    return small.value
  }

  private func convertToList(
    _ values: [Expression], at span: Span, into destination: Int?
  ) -> Value? {
    if values.isEmpty {
      let mark = top
      let count = allocate(.int)
      emit(.intSmall, count, 0)
      release(to: mark)
      let register = target(destination, .list)
      emit(.listNew, register, count)
      return Value(kind: .list, register: register)
    }
    guard expect(2, values, of: "list", at: span) else { return nil }
    let mark = top
    let bytes = anyBytes(values[0])
    guard let width = width(values[1]), let bytes else { return nil }
    release(to: mark)
    let register = target(destination, .list)
    emit(.bytesToList, register, bytes.register, width)
    return Value(kind: .list, register: register)
  }

  private func convertToIdentifiers(
    _ name: String, _ values: [Expression], at span: Span, into destination: Int?
  ) -> Value? {
    let kind: Kind = name == "assets" ? .assets : .addresses
    let element: Kind = kind == .assets ? .asset : .address
    if values.count == 1 {
      guard let value = compile(values[0]) else { return nil }
      switch value.kind {
      case .bytes: emit(.checkBytes, value.register, Kind.checkable.firstIndex(of: kind) ?? 0)
      case element: break
      default:
        reportConversion(value.kind, to: kind, at: values[0].span)
        return nil
      }
      return settle(kind, value.register, into: destination)
    }
    let register = joined(values, into: destination) { compile($0, as: element) }
    return register.map { Value(kind: kind, register: $0) }
  }
}
