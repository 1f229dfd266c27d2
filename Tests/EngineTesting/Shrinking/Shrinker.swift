import Bytecode
import Hosting
import Integers
import Verification

/// Makes a scenario on which engines differ as small as it can while they still differ.
public struct Shrinker {
  private let difference: (Scenario) -> Difference?
  private var attempts: Int
  /// The smallest scenario so far.
  public private(set) var scenario: Scenario
  /// How the engines differ in it.
  public private(set) var found: Difference

  /// Shrinks a scenario in which `difference` finds something; it is asked at most `attempts` times.
  public static func shrink(
    _ scenario: Scenario, _ found: Difference, attempts: Int = 4_000,
    difference: @escaping (Scenario) -> Difference?
  ) -> (scenario: Scenario, difference: Difference) {
    var shrinker = Shrinker(
      difference: difference, attempts: attempts, scenario: scenario, found: found)
    shrinker.shrink()
    return (shrinker.scenario, shrinker.found)
  }

  private mutating func shrink() {
    var isSmaller = true
    while isSmaller, attempts > 0 {
      isSmaller = false
      if dropOperations() { isSmaller = true }
      if dropModules() { isSmaller = true }
      if simplifyMachine() { isSmaller = true }
      if emptyFunctions() { isSmaller = true }
      if dropInterfaces() { isSmaller = true }
      if dropInstructions() { isSmaller = true }
      if dropDeclarations() { isSmaller = true }
      if simplifyInstructions() { isSmaller = true }
      if simplifyOperations() { isSmaller = true }
    }
  }

  /// Takes a candidate if the engines still differ in it.
  private mutating func accept(_ candidate: Scenario) -> Bool {
    if attempts <= 0 { return false }
    attempts -= 1
    guard let difference = difference(candidate) else { return false }
    scenario = candidate
    found = difference
    return true
  }

  // MARK: - Operations

  private mutating func dropOperations() -> Bool {
    var isSmaller = false
    if found.operation + 1 < scenario.operations.count {
      var candidate = scenario
      candidate.operations.removeSubrange((found.operation + 1)...)
      isSmaller = accept(candidate)
    }
    var length = scenario.operations.count / 2
    while length > 0 {
      var end = scenario.operations.count
      while end > 0 {
        let start = max(0, end - length)
        var candidate = scenario
        candidate.operations.removeSubrange(start..<end)
        if accept(candidate) { isSmaller = true }
        end = min(start, scenario.operations.count)
      }
      length /= 2
    }
    for index in scenario.money.indices.reversed() {
      var candidate = scenario
      candidate.money.remove(at: index)
      if accept(candidate) { isSmaller = true }
    }
    return isSmaller
  }

  private mutating func dropModules() -> Bool {
    var isSmaller = false
    for index in scenario.modules.indices.reversed() {
      let isUsed = scenario.operations.contains {
        switch $0 {
        case .create(let module, _, _, _, _), .check(let module, _, _, _): module == index
        default: false
        }
      }
      if isUsed { continue }
      var candidate = scenario
      candidate.modules.remove(at: index)
      candidate.operations = candidate.operations.map {
        switch $0 {
        case .create(let module, let arguments, let payments, let creator, let gas):
          .create(
            module: module > index ? module - 1 : module, arguments: arguments,
            payments: payments, creator: creator, gas: gas)
        case .check(let module, let invariant, let contract, let gas):
          .check(
            module: module > index ? module - 1 : module, invariant: invariant,
            contract: contract, gas: gas)
        default: $0
        }
      }
      if accept(candidate) { isSmaller = true }
    }
    return isSmaller
  }

  private mutating func simplifyMachine() -> Bool {
    let standard = MachineSize()
    let parts: [WritableKeyPath<MachineSize, Int>] = [
      \.integerStack, \.bytesStack, \.listStack, \.frames, \.callDepth, \.arenaWords,
      \.liveMemory, \.memoryBetweenCounts,
    ]
    var isSmaller = false
    for part in parts where scenario.size[keyPath: part] != standard[keyPath: part] {
      var candidate = scenario
      candidate.size[keyPath: part] = standard[keyPath: part]
      if accept(candidate) { isSmaller = true }
    }
    return isSmaller
  }

  private mutating func simplifyOperations() -> Bool {
    var isSmaller = false
    for index in scenario.operations.indices {
      for candidate in simpler(scenario.operations[index]) {
        var changed = scenario
        changed.operations[index] = candidate
        if accept(changed) { isSmaller = true }
      }
      guard let gas = scenario.operations[index].gas else { continue }
      for lower: UInt64 in [1_000, 10_000, 100_000, 1_000_000] where lower < gas {
        var changed = scenario
        changed.operations[index].gas = lower
        if accept(changed) {
          isSmaller = true
          break
        }
      }
    }
    return isSmaller
  }

  /// The same operation with less in it.
  private func simpler(_ operation: Operation) -> [Operation] {
    func simpler(_ values: [Value]) -> [[Value]] {
      values.indices.flatMap { index in
        var candidates: [[Value]] = []
        func add(_ value: Value) {
          var changed = values
          changed[index] = value
          candidates.append(changed)
        }
        switch values[index] {
        case .int(let integer):
          if !integer.isZero { add(.int(0)) }
          if integer.bitLength > 1 {
            add(.int(1))
            if let half = try? integer.divided(by: 2, rounding: .trunc) { add(.int(half)) }
          }
        case .bytes(let bytes):
          if bytes.count == 32 {
            if bytes.contains(where: { $0 != 0 }) { add(Value(.zero)) }
          } else if !bytes.isEmpty {
            add(.bytes([]))
            add(.bytes(Array(bytes.prefix(bytes.count / 2))))
          }
        }
        return candidates
      }
    }
    switch operation {
    case .create(let module, let arguments, let payments, let creator, let gas):
      var candidates = simpler(arguments).map {
        Operation.create(
          module: module, arguments: $0, payments: payments, creator: creator, gas: gas)
      }
      if !payments.isEmpty {
        candidates.append(
          .create(
            module: module, arguments: arguments, payments: [], creator: creator, gas: gas))
      }
      return candidates
    case .call(let call, let caller, let gas), .view(let call, let caller, let gas):
      var isView = false
      if case .view = operation { isView = true }
      var calls: [ContractCall] = []
      for index in call.payments.indices {
        var changed = call
        changed.payments.remove(at: index)
        calls.append(changed)
      }
      calls += simpler(call.arguments).map {
        var changed = call
        changed.arguments = $0
        return changed
      }
      return calls.map {
        isView ? .view($0, caller: caller, gas: gas) : .call($0, caller: caller, gas: gas)
      }
    default: return []
    }
  }

  // MARK: - Modules

  /// Takes a changed module if it is sound and the engines still differ.
  private mutating func accept(_ module: Module, at index: Int) -> Bool {
    if attempts <= 0 || module == scenario.modules[index].module { return false }
    guard let verified = module.settled() else { return false }
    var candidate = scenario
    candidate.modules[index] = verified
    return accept(candidate)
  }

  private mutating func emptyFunctions() -> Bool {
    var isSmaller = false
    for index in scenario.modules.indices {
      var function = 0
      while function < scenario.modules[index].module.functions.count {
        var module = scenario.modules[index].module
        let ret = Instruction(.ret, 0, 0, 0)
        let isTruth = module.functions[function].results == [.bool]
        let code = isTruth ? [Instruction(.intSmall, 0, 1), ret] : [ret]
        if module.functions[function].code.count > code.count {
          module.functions[function].code = code
          if accept(module, at: index) { isSmaller = true }
        }
        function += 1
      }
    }
    return isSmaller
  }

  private mutating func dropInterfaces() -> Bool {
    var isSmaller = false
    for index in scenario.modules.indices {
      for item in scenario.modules[index].module.exports.indices.reversed() {
        var module = scenario.modules[index].module
        module.exports.remove(at: item)
        if accept(module, at: index) { isSmaller = true }
      }
      for item in scenario.modules[index].module.invariants.indices.reversed() {
        var module = scenario.modules[index].module
        module.invariants.remove(at: item)
        if accept(module, at: index) { isSmaller = true }
      }
      for item in scenario.modules[index].module.classes.indices {
        for hook in scenario.modules[index].module.classes[item].hooks.indices.reversed() {
          var module = scenario.modules[index].module
          module.classes[item].hooks.remove(at: hook)
          if accept(module, at: index) { isSmaller = true }
        }
      }
    }
    return isSmaller
  }

  private mutating func dropDeclarations() -> Bool {
    var isSmaller = false
    for index in scenario.modules.indices {
      let module = scenario.modules[index].module
      if accept(module.withoutUnusedDeclarations(), at: index) { isSmaller = true }
      var open = scenario.modules[index].module
      open.acceptance = .any
      if accept(open, at: index) { isSmaller = true }
    }
    return isSmaller
  }

  private mutating func dropInstructions() -> Bool {
    var isSmaller = false
    for index in scenario.modules.indices {
      var function = 0
      while function < scenario.modules[index].module.functions.count {
        var length = scenario.modules[index].module.functions[function].code.count / 2
        while length > 0, attempts > 0 {
          var end = scenario.modules[index].module.functions[safe: function]?.code.count ?? 0
          while end > 0 {
            let start = max(0, end - length)
            let module = scenario.modules[index].module.removing(start..<end, from: function)
            if accept(module, at: index) { isSmaller = true }
            let count = scenario.modules[index].module.functions[safe: function]?.code.count ?? 0
            end = min(start, count)
          }
          length /= 2
        }
        function += 1
      }
    }
    return isSmaller
  }

  private mutating func simplifyInstructions() -> Bool {
    var isSmaller = false
    for index in scenario.modules.indices {
      for function in scenario.modules[index].module.functions.indices {
        for position in scenario.modules[index].module.functions[function].code.indices {
          let instruction = scenario.modules[index].module.functions[function].code[position]
          for candidate in simpler(instruction, in: scenario.modules[index].module) {
            var module = scenario.modules[index].module
            module.functions[function].code[position] = candidate
            if accept(module, at: index) {
              isSmaller = true
              break
            }
          }
        }
      }
    }
    return isSmaller
  }

  /// The same constant, but smaller.
  private func simpler(_ instruction: Instruction, in module: Module) -> [Instruction] {
    switch instruction.opcode {
    case .intConst:
      let value = module.integers[Int(instruction.operands[1])]
      var values = [0, 1, 2].map { Int16($0) }
      if let small = value.asInt.flatMap({ Int16(exactly: $0) }) { values.append(small) }
      return values.map {
        Instruction(.intSmall, instruction.operands[0], UInt16(bitPattern: $0))
      }
    case .intSmall:
      let value = Int16(bitPattern: instruction.operands[1])
      return [0, 1, 2, value / 2].filter { $0.magnitude < value.magnitude }.map {
        Instruction(.intSmall, instruction.operands[0], UInt16(bitPattern: $0))
      }
    case .bytesConst: return []
    default: return []
    }
  }
}

extension Array {
  fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
