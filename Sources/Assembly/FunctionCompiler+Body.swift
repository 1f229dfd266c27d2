internal import Bytecode

/// A compiled function, before unused ones are left out.
struct CompiledFunction {
  var code: [Instruction]
  var spans: [Span]
  var registerNames: [SourceMap.RegisterName]
  var branches: [SourceMap.Branch]
}

extension FunctionCompiler {
  /// Compiles the whole function.
  func compileFunction() -> CompiledFunction {
    switch entry.body {
    case .statements(let list, let end): compileStatements(list, end: end)
    case .code(let registers, let lines, let end):
      CodeBodyCompiler(self, registers: registers).compile(lines, end: end)
    case .shared: break
    }
    resolveLabels()
    endAllLocals()
    if code.count > Limits.instructionsPerFunction {
      report(
        .codeTooLong,
        "a function has at most \(Limits.instructionsPerFunction) instructions, "
          + "and this has \(code.count)", at: entry.span)
    }
    return CompiledFunction(
      code: code, spans: spans, registerNames: registerNames, branches: branches)
  }

  private func compileStatements(_ list: [Statement], end: Span) {
    declareParameters()
    if entry.isInvariant, let last = list.last, case .expression(let condition) = last.kind {
      statements(Array(list.dropLast()))
      if !isReachable {
        report(.unreachable, "this can never run", at: last.span)
        isReachable = true
      }
      span = last.span
      if let register = compile(condition, as: .bool) { emit(.ret, register, 0, 0) }
      isReachable = false
      return
    }
    statements(list)
    guard isReachable else { return }
    span = end
    if entry.isInvariant {
      report(
        .invariantValue, "an invariant ends with a condition", at: end,
        help: "write a comparison as its last line")
    } else if entry.results.isEmpty {
      emit(.ret, 0, 0, 0)
    } else {
      let names = entry.results.map(\.name).joined(separator: ", ")
      report(
        .missingReturn, "\"\(entry.name)\" can end without giving its result", at: end,
        help: "write return \(names)")
    }
  }
}
