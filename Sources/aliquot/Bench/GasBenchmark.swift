import Bytecode
import Execution
import Integers
import Verification

#if canImport(Glibc)
import Glibc
#endif

/// Measures what a unit of gas takes: nanoseconds per gas of every instruction, over operand sizes.
///
/// Each measurement runs a loop whose body holds the instruction many times, and subtracts the same loop
/// without it. The fastest of several rounds counts, since noise only adds.
struct GasBenchmark {
  struct Row {
    let mnemonic: String
    let operands: String
    let gas: Double
    let nanoseconds: Double

    var nanosecondsPerGas: Double { nanoseconds / gas }
  }

  /// Copies of the instruction in the body of the loop.
  private let copies = 50
  private let rounds = 5
  private let sizes = [1, 60, 120, 130, 256, 1024, 4096, 8000]

  func rows() -> [Row] {
    var rows: [Row] = []
    for opcode in Opcode.allCases {
      for sample in samples(opcode) {
        if let row = measure(opcode, sample) { rows.append(row) }
      }
    }
    return rows
  }

  /// Operands of one measurement: values of the int and bytes parameters, and elements of a list.
  struct Sample {
    var label: String
    var ints: [Integer] = []
    var strings: [[UInt8]] = []
    var list: [Integer] = []
    /// Operands that are no registers, in the order of the row.
    var fixed: [UInt16] = []
    var iterations = 2_000
  }

  private func integer(bits: Int) -> Integer {
    // A fixed pattern with the top bit set and the lowest bit odd.
    var digits = ""
    for index in 0..<max(1, (bits + 3) / 4) { digits.append(index % 2 == 0 ? "b" : "5") }
    let value = Integer(hexadecimal: digits) ?? 1
    let excess = value.bitLength - bits
    return (try? value.shiftedRight(by: Integer(max(0, excess)))) ?? value
  }

  private func samples(_ opcode: Opcode) -> [Sample] {
    switch opcode {
    case .add, .sub, .mul, .min, .max, .bitAnd, .bitOr, .bitXor, .equal, .less, .gcd:
      let heavy = opcode == .gcd
      return sizes.map { bits in
        let value = integer(bits: bits)
        return Sample(
          label: "\(bits) bits", ints: [value, (try? value.subtracting(2)) ?? value],
          iterations: heavy ? 20 : bits > 1000 ? 200 : 2000)
      }
    case .neg, .abs, .bitLength, .not, .intMove:
      return sizes.map { Sample(label: "\($0) bits", ints: [integer(bits: $0)]) }
    case .addSmall, .mulSmall:
      return sizes.map { Sample(label: "\($0) bits", ints: [integer(bits: $0)], fixed: [77]) }
    case .div:
      return sizes.flatMap { bits in
        [1, 2].map { part in
          Sample(
            label: "\(bits) by \(max(1, bits / part))",
            ints: [integer(bits: bits), integer(bits: max(1, bits / part))],
            fixed: [0], iterations: bits > 1000 ? 200 : 2000)
        }
      }
    case .mod, .divmod:
      return sizes.map { bits in
        Sample(
          label: "\(bits) by \(max(1, bits / 2))",
          ints: [integer(bits: bits), integer(bits: max(1, bits / 2))],
          iterations: bits > 1000 ? 200 : 2000)
      }
    case .muldiv:
      return sizes.map { bits in
        Sample(
          label: "\(bits) bits",
          ints: [integer(bits: bits), integer(bits: bits), integer(bits: bits)],
          fixed: [0], iterations: bits > 1000 ? 100 : 2000)
      }
    case .pow:
      return [(10, 18), (2, 100), (3, 1000), (3, 10_000)].map { base, exponent in
        Sample(
          label: "\(base)^\(exponent)", ints: [Integer(base), Integer(exponent)], iterations: 50)
      }
    case .root:
      return [2, 3].flatMap { degree in
        sizes.map { bits in
          Sample(
            label: "\(bits) bits, degree \(degree)", ints: [integer(bits: bits), Integer(degree)],
            iterations: bits > 500 ? 20 : 200)
        }
      }
    case .powMod:
      return [60, 256, 1024].map { bits in
        Sample(
          label: "\(bits) bits",
          ints: [integer(bits: bits), integer(bits: bits), integer(bits: bits)], iterations: 2)
      }
    case .invMod:
      return [60, 256, 1024, 4096].map { bits in
        let modulus = integer(bits: bits)
        return Sample(
          label: "\(bits) bits", ints: [(try? modulus.subtracting(1)) ?? 1, modulus],
          iterations: 10)
      }
    case .fixedPow:
      return [27, 60].map { digits in
        let scale = (try? Integer(10).power(Integer(digits))) ?? 1
        let base = (try? scale.adding(Integer(1_000_000))) ?? scale
        return Sample(
          label: "10^\(digits) scale, n = 1000", ints: [base, 1000, scale], fixed: [0],
          iterations: 50)
      }
    case .shiftLeft, .shiftRight:
      return [(60, 20), (60, 500), (4000, 100)].map { bits, places in
        Sample(label: "\(bits) by \(places)", ints: [integer(bits: bits), Integer(places)])
      }
    case .concat, .same:
      return [32, 1000, 20_000].map { count in
        let bytes = [UInt8](repeating: 7, count: count)
        return Sample(
          label: "\(count) bytes", strings: [bytes, bytes], iterations: count > 5000 ? 50 : 500)
      }
    case .sha256, .keccak256:
      return [32, 1000, 20_000].map { count in
        Sample(
          label: "\(count) bytes", strings: [[UInt8](repeating: 7, count: count)],
          iterations: count > 5000 ? 5 : 50)
      }
    case .length, .bytesMove, .bytesToInt:
      return [32, 1000].map { count in
        Sample(label: "\(count) bytes", strings: [[UInt8](repeating: 7, count: count)])
      }
    case .slice:
      return [32, 1000].map { count in
        Sample(
          label: "\(count) bytes", ints: [0, Integer(count)],
          strings: [[UInt8](repeating: 7, count: count)], iterations: 500)
      }
    case .intToBytes:
      return [32, 1000].map { count in
        Sample(label: "\(count) bytes", ints: [12345, Integer(count)], iterations: 500)
      }
    case .element:
      return [
        Sample(
          label: "of 10", ints: [5], strings: [[UInt8](repeating: 7, count: 320)], iterations: 500)
      ]
    case .listGet, .listCount, .listSum, .listCopy, .listSort, .listSet:
      return [10, 1000].map { count in
        Sample(
          label: "\(count) elements",
          ints: opcode == .listGet ? [5] : opcode == .listSet ? [5, 9] : [],
          list: (0..<count).map { Integer(($0 * 7919) % 1000) }, iterations: count > 100 ? 20 : 200)
      }
    case .listDot:
      return [10, 1000].map { count in
        Sample(
          label: "\(count) elements", list: (0..<count).map { Integer($0) },
          iterations: count > 100 ? 20 : 200)
      }
    case .split:
      return [10, 500].map { count in
        Sample(
          label: "\(count) weights", ints: [integer(bits: 90)],
          list: (1...count).map { Integer($0) },
          iterations: 4)
      }
    case .listPush, .listNew:
      return [Sample(label: "small", ints: [16], iterations: 200)]
    case .loadInt, .exists:
      return [Sample(label: "warm", fixed: opcode == .loadInt ? [0, 0] : [0], iterations: 200)]
    case .storeInt:
      return [Sample(label: "warm", ints: [integer(bits: 80)], fixed: [0, 0], iterations: 200)]
    case .selfAddress, .caller, .height, .time:
      return [Sample(label: "", iterations: 200)]
    default: return []
    }
  }

  /// A loop over copies of an instruction, or over none.
  private func module(_ opcode: Opcode, _ sample: Sample, copies: Int) -> Module {
    var module = Module(name: "Bench")
    module.fields = [
      Field(name: "value", value: .plain(.int))
    ]
    let intCount = UInt16(sample.ints.count)
    let stringCount = UInt16(sample.strings.count)
    // Parameters: the count of rounds, the ints, the strings. Then results, counter and loop bound.
    var code: [Instruction] = []
    let counter = intCount + 3
    if !sample.list.isEmpty {
      for element in sample.list {
        code.append(
          Instruction(
            .intConst, intCount + 1,
            UInt16(
              module.integers.firstIndex(of: element)
                ?? {
                  module.integers.append(element)
                  return module.integers.count - 1
                }())))
        code.append(Instruction(.listPush, 0, intCount + 1))
      }
    }
    code.append(Instruction(.intSmall, counter, 0))
    let top = UInt16(code.count)
    for _ in 0..<copies { code.append(instruction(opcode, sample, intCount, stringCount)) }
    code.append(Instruction(.loopLess, counter, 0, top))
    code.append(Instruction(.ret, 0, 0, 0))
    var registers = BankCounts()
    for instruction in code {
      for (index, operand) in instruction.row.operands.enumerated() {
        let register = Int(instruction.operands[index]) + 1
        switch operand.kind {
        case .int: registers.int = max(registers.int, register)
        case .bytes: registers.bytes = max(registers.bytes, register)
        case .list: registers.list = max(registers.list, register)
        default: break
        }
      }
    }
    registers.int = max(registers.int, Int(counter) + 1)
    registers.bytes = max(registers.bytes, Int(stringCount))
    let parameters =
      [Parameter("rounds", .int)] + sample.ints.indices.map { Parameter("a\($0)", .int) }
      + sample.strings.indices.map { Parameter("s\($0)", .bytes) }
    module.functions = [
      Function(
        parameters: parameters.map(\.kind), results: [], registers: registers, code: code)
    ]
    module.exports = [Export(name: "main", function: 0, parameters: parameters, results: [])]
    return module
  }

  private func instruction(
    _ opcode: Opcode, _ sample: Sample, _ intCount: UInt16, _ stringCount: UInt16
  ) -> Instruction {
    var operands = SIMD8<UInt16>()
    var nextInt: UInt16 = 1
    var nextString: UInt16 = 0
    var nextList: UInt16 = 0
    var fixed = sample.fixed[...]
    var results: UInt16 = 0
    for (index, operand) in opcode.row.operands.enumerated() {
      switch operand.kind {
      case .int(.write):
        operands[index] = intCount + 1 + results
        results += 1
      case .bytes(.write): operands[index] = stringCount
      case .list(.write): operands[index] = 1
      case .int(.read):
        operands[index] = nextInt
        nextInt += 1
      case .bytes(.read):
        operands[index] = nextString
        nextString += 1
      case .list(.read):
        operands[index] = nextList
        nextList = opcode == .listDot ? 0 : nextList + 1
      case .window: break
      default: operands[index] = fixed.popFirst() ?? 0
      }
    }
    return Instruction(opcode, vector: operands)
  }

  private func measure(_ opcode: Opcode, _ sample: Sample) -> Row? {
    guard let full = time(module(opcode, sample, copies: copies), sample),
      let empty = time(module(opcode, sample, copies: 0), sample)
    else {
      print("no measurement of", opcode, sample.label)
      return nil
    }
    let count = Double(copies * sample.iterations)
    return Row(
      mnemonic: opcode.row.mnemonic, operands: sample.label,
      gas: Double(full.gas - empty.gas) / count,
      nanoseconds: max(0, full.nanoseconds - empty.nanoseconds) / count)
  }

  private func time(_ module: Module, _ sample: Sample) -> (gas: Int, nanoseconds: Double)? {
    do {
      let verified = try Verifier.verify(module)
      let world = World()
      let creator = Identifier([UInt8](repeating: 1, count: 32)) ?? .zero
      let created = world.create(world.deploy(code: verified), by: creator)
      guard let address = created.results?.first?.identifier else { return nil }
      let arguments =
        [.int(Integer(sample.iterations))] + sample.ints.map { Value.int($0) }
        + sample.strings.map { Value.bytes($0) }
      let call = ContractCall(
        target: address, export: module.exports[0], in: module, arguments: arguments)
      var best = Double.infinity
      var gas = 0
      for _ in 0..<rounds {
        let start = threadNanoseconds()
        let receipt = world.call(call, by: creator)
        best = min(best, threadNanoseconds() - start)
        gas = Int(receipt.gasUsed)
        if let failure = receipt.failure {
          print("failed:", failure.reason)
          return nil
        }
      }
      return (gas, best)
    } catch {
      print("refused:", error)
      return nil
    }
  }

  private func threadNanoseconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
  }
}
