extension Action {
  /// The action that does what the steps from here on do one after the other, for sequences that compiled
  /// contracts show often or that their inner loops are made of.
  static func fused(_ steps: UnsafeBufferPointer<Step>) -> Action? {
    func action(_ index: Int) -> Action { index < steps.count ? steps[index].action : .exit }
    switch (action(0), action(1), action(2), action(3)) {
    case (.small, .listSet, .add, .jumpLess): return .smallListSetAddJumpLess
    case (.add, .const, .bitAnd, _): return .addConstBitAnd
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
}
