import Bytecode
import EngineTesting
import Integers

/// Changes modules so that most of them are accepted still, which changing their bytes seldom does.
public enum ModuleMutation {
  /// The bytes of a module with a few changes to its code, or nil if the bytes are no module.
  public static func mutated(_ bytes: [UInt8], seed: UInt64) -> [UInt8]? {
    guard var module = try? Module.decode(bytes).module, !module.functions.isEmpty else {
      return nil
    }
    var random = SplitMix64(seed: seed)
    for _ in 0...random.below(3) { change(&module, &random) }
    guard isWhole(module) else { return nil }
    var builder = ModuleBuilder()
    builder.module = module
    return builder.finished().encoded()
  }

  private static func change(_ module: inout Module, _ random: inout SplitMix64) {
    let function = random.below(module.functions.count)
    let count = module.functions[function].code.count
    guard count > 0 else { return }
    let place = random.below(count)
    switch random.below(8) {
    case 0:
      // The last instruction, which leaves the function, stays.
      if count > 1 { remove(min(place, count - 2), from: &module.functions[function]) }
    case 1:
      let other = random.pick(module.functions).code
      guard let copy = other.isEmpty ? nil : random.pick(other), copy.row.flow == .next else {
        return
      }
      insert(copy, at: place, into: &module.functions[function])
    case 2:
      let operands = (0..<8).map { _ in UInt16(random.below(4)) }
      let opcode = random.pick(Opcode.allCases)
      guard opcode.row.flow == .next else { return }
      let vector = SIMD8<UInt16>(operands)
      insert(Instruction(opcode, vector: vector), at: place, into: &module.functions[function])
    case 3: module.integers.append(random.integer(bits: random.chance(90) ? 130 : 16_384))
    case 4:
      module.strings.append(random.bytes(random.pick([0, 1, 31, 32, 33, 64, 96, 200])))
    default:
      let operands = module.functions[function].code[place].row.operands
      guard !operands.isEmpty else { return }
      let index = random.below(operands.count)
      module.functions[function].code[place].operands[index] = value(
        of: operands[index].kind, in: module, count, &random)
    }
  }

  private static func value(
    of kind: OperandKind, in module: Module, _ count: Int, _ random: inout SplitMix64
  ) -> UInt16 {
    switch kind {
    case .intConstant: UInt16(random.below(max(1, module.integers.count)))
    case .bytesConstant: UInt16(random.below(max(1, module.strings.count)))
    case .imported: UInt16(random.below(max(1, module.imports.count)))
    case .function: UInt16(random.below(module.functions.count))
    case .target: UInt16(random.below(count))
    default: UInt16(random.chance(95) ? random.below(8) : random.below(65_536))
    }
  }

  private static func remove(_ place: Int, from function: inout Function) {
    function.code.remove(at: place)
    moveTargets(of: &function, from: place, by: -1)
  }

  private static func insert(
    _ instruction: Instruction, at place: Int, into function: inout Function
  ) {
    moveTargets(of: &function, from: place, by: 1)
    function.code.insert(instruction, at: place)
  }

  /// Keeps jumps at their instructions.
  private static func moveTargets(of function: inout Function, from place: Int, by distance: Int) {
    for index in function.code.indices {
      for (position, operand) in function.code[index].row.operands.enumerated() {
        guard case .target = operand.kind else { continue }
        let target = Int(function.code[index].operands[position])
        guard target > place || distance > 0 && target == place else { continue }
        function.code[index].operands[position] = UInt16(target + distance)
      }
    }
  }

  /// Whether all constants that code names are there.
  private static func isWhole(_ module: Module) -> Bool {
    module.functions.lazy.flatMap(\.code).allSatisfy { instruction in
      instruction.row.operands.enumerated().allSatisfy { index, operand in
        let value = Int(instruction.operands[index])
        return switch operand.kind {
        case .intConstant: value < module.integers.count
        case .bytesConstant: value < module.strings.count
        case .imported: value < module.imports.count
        default: true
        }
      }
    }
  }
}
