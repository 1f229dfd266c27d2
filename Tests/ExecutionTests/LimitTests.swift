import Bytecode
import EngineTesting
import Execution
import Integers
import Testing

/// Where the machine ends: gas, memory, stacks and far jumps.
@Suite struct LimitTests {
  static let ret = Instruction(.ret, 0, 0, 0)

  private func fixture(
    _ size: MachineSize = MachineSize(), _ build: (inout ModuleBuilder) -> Void
  ) throws -> (Fixture, Identifier) {
    var builder = ModuleBuilder()
    build(&builder)
    let fixture = Fixture(size: size)
    return (fixture, try fixture.add(builder.finished()))
  }

  @Test func endlessLoopsRunOutOfGas() throws {
    let (fixture, contract) = try fixture { builder in
      builder.export("loop", builder.function([], [], [Instruction(.jump, 0)]))
      builder.export(
        "count",
        builder.function(
          [], [], [Instruction(.addSmall, 0, 0, 1), Instruction(.jump, 0)]))
      builder.export(
        "call", builder.function([], [], [Instruction(.call, 3, 0, 0, 0), Instruction(.jump, 0)]))
      builder.function([], [], [Self.ret])
    }
    for name in ["loop", "count", "call"] {
      for gas: UInt64 in [0, 1, 399, 400, 401, 402, 500, 77_777] {
        let receipt = fixture.run(contract, name, gas: gas)
        #expect(receipt.failure?.reason == .trap(.outOfGas))
        #expect(receipt.gasUsed == gas)
      }
    }
  }

  @Test func deepRecursionOverflows() throws {
    var size = MachineSize()
    // n counts how deep it goes; the frame has three registers and begins at the second.
    let build: (inout ModuleBuilder) -> Void = { builder in
      builder.export(
        "f",
        builder.function(
          [.int], [.int],
          [
            Instruction(.jumpLessEqualSmall, 0, 0, 5), Instruction(.addSmall, 1, 0, 0xFFFF),
            Instruction(.call, 0, 1, 0, 0), Instruction(.addSmall, 0, 1, 1), Self.ret, Self.ret,
          ]))
    }
    let (whole, contract) = try fixture(MachineSize(), build)
    func run(_ fixture: Fixture, _ contract: Identifier, _ n: Int) -> Receipt {
      fixture.run(contract, "f", [.int(Integer(n))])
    }
    // One frame is the caller's, and each call takes another.
    #expect(run(whole, contract, 4_095).results == [.int(4_095)])
    #expect(run(whole, contract, 4_096).failure?.reason == .trap(.stackOverflow))
    size.frames = 10
    let (few, small) = try fixture(size, build)
    #expect(run(few, small, 9).results == [.int(9)])
    #expect(run(few, small, 10).failure?.reason == .trap(.stackOverflow))
    size.frames = 4_096
    size.integerStack = 12
    let (narrow, thin) = try fixture(size, build)
    #expect(run(narrow, thin, 10).results == [.int(10)])
    #expect(run(narrow, thin, 11).failure?.reason == .trap(.stackOverflow))
    size.integerStack = 1
    let (none, bare) = try fixture(size, build)
    #expect(run(none, bare, 0).failure?.reason == .trap(.stackOverflow))
  }

  @Test func memoryEnds() throws {
    let build: (inout ModuleBuilder) -> Void = { builder in
      // Doubles a list of wide integers for ever.
      builder.export(
        "lists",
        builder.function(
          [.int], [],
          [Instruction(.listPush, 0, 0), Instruction(.listCopy, 1, 0), Instruction(.jump, 0)]))
      // Makes garbage for ever.
      builder.export(
        "garbage",
        builder.function(
          [.int], [],
          [Instruction(.add, 1, 0, 0), Instruction(.selfAddress, 0), Instruction(.jump, 0)]))
      // Keeps more and more on the stack.
      builder.export(
        "stack",
        builder.function(
          [.int], [],
          [Instruction(.add, 1, 0, 0), Instruction(.call, 2, 1, 0, 0), Self.ret]))
    }
    let wide = Value.int(.power(of: 8_000, minus: 1))
    for arena in [1, 1_000, 32_768] {
      var size = MachineSize()
      size.arenaWords = arena
      size.liveMemory = 200_000
      size.memoryBetweenCounts = 50_000
      let (fixture, contract) = try fixture(size, build)
      let lists = fixture.run(contract, "lists", [wide], gas: 10_000_000)
      #expect(lists.failure?.reason == .trap(.memoryExceeded))
      #expect(lists.failure?.site != nil)
      let garbage = fixture.run(contract, "garbage", [wide], gas: 3_000_000)
      #expect(garbage.failure?.reason == .trap(.outOfGas))
      let stack = fixture.run(contract, "stack", [wide], gas: 10_000_000)
      #expect(stack.failure?.reason == .trap(.memoryExceeded))
      // The next transaction begins with nothing.
      #expect(fixture.run(contract, "lists", [.int(1)], gas: 2_000).failure != nil)
    }
  }

  /// A function so long that its jumps do not fit the loop's instructions.
  @Test(arguments: [16_000, 16_384, 32_768, 65_000]) func jumpsFar(length: Int) throws {
    let (fixture, contract) = try fixture { builder in
      // Forward over everything, back to the start, and out.
      var code = [
        Instruction(.addSmall, 0, 0, 1), Instruction(.jumpLessSmall, 0, 3, UInt16(length - 2)),
        Instruction(.jump, UInt16(length - 1)),
      ]
      while code.count < length - 2 {
        code.append(Instruction(.jumpEqualSmall, 0, 99, UInt16((code.count + 1) % length)))
      }
      // Reached through branches of their own.
      code[1] = Instruction(.jumpLessSmall, 0, 3, UInt16(length - 2))
      code[2] = Instruction(.jumpGreaterEqualSmall, 0, 3, UInt16(length - 1))
      code.append(Instruction(.jump, 0))
      code.append(Self.ret)
      builder.export("f", builder.function([.int], [.int], code))
    }
    let receipt = fixture.run(contract, "f", [.int(0)])
    #expect(receipt.results == [.int(3)])
    fixture.world.observer = GasRecorder()
    #expect(Outcome(fixture.run(contract, "f", [.int(0)])) == Outcome(receipt))
    fixture.world.observer = nil
    for gas in 0..<receipt.gasUsed {
      let short = fixture.run(contract, "f", [.int(0)], gas: gas)
      #expect(short.failure?.reason == .trap(.outOfGas))
    }
  }
}
