extension Action {
  /// The action that does what the steps from here on do one after the other, for sequences that compiled
  /// contracts show often or that their inner loops are made of.
  static func fused(_ steps: UnsafeBufferPointer<Step>) -> Action? {
    func action(_ index: Int) -> Action { index < steps.count ? steps[index].action : .exit }
    switch (action(0), action(1), action(2), action(3)) {
    case (.small, .listSet, .add, .jumpLess) where isStride(steps): return .stride
    case (.add, .const, .bitAnd, _) where isWrappingAdd(steps): return .wrappingAdd
    case (.move, .move, .loopLess, _): return .moveMoveLoopLess
    case (.move, .move, _, _): return .moveMove
    case (.const, .bitAnd, _, _): return .constBitAnd
    case (.const, .mul, _, _): return .constMul
    case (.small, .listSet, _, _): return .smallListSet
    case (.add, .jumpLess, _, _): return .addJumpLess
    case (.addSmall, .loopLess, _, _): return .addSmallLoopLess
    case (.listGet, .jumpNotEqualSmall, _, _): return .listGetJumpNotEqualSmall
    case (.listGet, .jumpLessEqual, _, _): return .listGetJumpLessEqual
    default: return nil
    }
  }

  /// Whether the steps are a loop over their own registers: the index is what is stored at, goes on by the
  /// sum and is compared, and nothing else is.
  private static func isStride(_ steps: UnsafeBufferPointer<Step>) -> Bool {
    let index = steps[1].b
    let goesOn = steps[2].a == index && steps[2].b == index && steps[3].a == index
    let isAlone =
      steps[0].a != index && UInt16(bitPattern: steps[2].c) != index && steps[3].b != index
    return goesOn && isAlone && UInt16(bitPattern: steps[1].c) == steps[0].a && steps[3].c == -4
  }

  /// Whether the sum is what the constant masks.
  private static func isWrappingAdd(_ steps: UnsafeBufferPointer<Step>) -> Bool {
    steps[0].a != steps[1].a && steps[2].b == steps[0].a
      && UInt16(bitPattern: steps[2].c) == steps[1].a
  }
}

// The sequences that keep what one step hands to the next in registers of the processor. They leave the
// place at the first step that they have not run.
extension UnsafeMutableRawPointer {
  /// A loop that stores a small integer in a list at every so many places: `small`, `listSet`, `add` and a
  /// `jumpLess` back to the first.
  ///
  /// It stands by itself, so that what it holds does not push out what the other steps need.
  @inline(never)
  func stride(
    _ step: UnsafePointer<Step>, _ context: ContextPointer, _ limit: Int
  ) -> (pc: UnsafePointer<Step>, limit: Int) {
    small(step)
    let value = Word(Int(Int16(bitPattern: step.pointee.b)))
    let distance = word(step[2].c)
    let bound = word(step[3].b)
    guard let list = list(context, step[1].a), _fastPath((distance.low | bound.low) & 1 == 0)
    else { return (step + 1, limit) }
    var limit = limit
    let behind = step + 4
    var index = word(step[1].b)
    while true {
      guard _fastPath(index.isIndex(below: list.pointee.count)),
        store(value, at: index.small, of: list)
      else { return (step + 1, limit) }
      limit &-= Int(step[1].x) &* Step.size
      let (next, overflow) = index.doubled.addingReportingOverflow(distance.doubled)
      guard _fastPath(!overflow) else { return (step + 2, limit) }
      index = Word(doubled: next)
      setWord(index, step[1].b)
      if next >= bound.doubled { return (behind, limit) }
      guard _fastPath(Int(bitPattern: behind) <= limit) else { return (step + 3, limit) }
      limit &-= 4 &* Step.size
    }
  }

  /// A sum of which a constant masks some bits, as one modulo a power of two: `add`, `const`, `bitAnd`.
  @inline(__always)
  func wrappingAdd(
    _ step: UnsafePointer<Step>, _ context: ContextPointer, _ pc: inout UnsafePointer<Step>,
    _ limit: inout Int
  ) -> Bool {
    let x = word(step.pointee.b)
    let y = word(step.pointee.c)
    guard _fastPath((x.low | y.low) & 1 == 0) else { return false }
    let (doubled, overflow) = x.doubled.addingReportingOverflow(y.doubled)
    guard _fastPath(!overflow) else { return false }
    let sum = Word(doubled: doubled)
    let mask = context.pointee.activation.constants[Int(step[1].b)]
    setWord(sum, step.pointee.a)
    setWord(mask, step[1].a)
    pc = step + 2
    guard _fastPath(mask.isNarrow) else { return true }
    limit &-= Int(step[2].x) &* Step.size
    setWord(Word(low: sum.low & mask.low, high: sum.high & mask.high), step[2].a)
    pc = step + 3
    return true
  }
}
