import Bytecode

/// Checks that the pools hold each entry once, in the order of first use, and nothing else: so that
/// one program has one encoding.
struct PoolChecker {
  let module: Module
  private var integers = 0
  private var strings = 0
  private var imports = 0

  init(module: Module) { self.module = module }

  mutating func scan(_ function: Function, offsets: [Int]) throws(Refusal) {
    for (position, instruction) in function.code.enumerated() {
      for (index, operand) in instruction.row.operands.enumerated() {
        let value = Int(instruction.operands[index])
        switch operand.kind {
        case .intConstant: try use(value, &integers, "integers", offsets[position])
        case .bytesConstant: try use(value, &strings, "strings", offsets[position])
        case .imported: try use(value, &imports, "imported signatures", offsets[position])
        default: break
        }
      }
    }
  }

  private func use(
    _ value: Int, _ next: inout Int, _ what: String, _ offset: Int
  ) throws(Refusal) {
    guard value <= next else {
      throw Refusal(offset: offset, reason: "the \(what) are not in the order of their first use")
    }
    if value == next { next += 1 }
  }

  func finish() throws(Refusal) {
    let counts = [
      (integers, module.integers.count, "integers"), (strings, module.strings.count, "strings"),
      (imports, module.imports.count, "imported signatures"),
    ]
    for (used, count, what) in counts where used < count {
      throw Refusal(offset: 0, reason: "\(count - used) of the \(what) are never used")
    }
    guard Set(module.integers).count == module.integers.count else {
      throw Refusal(offset: 0, reason: "an integer is in the pool twice")
    }
    guard Set(module.strings).count == module.strings.count else {
      throw Refusal(offset: 0, reason: "a string is in the pool twice")
    }
  }
}
