import Bytecode
import EngineTesting
import Execution
import Hosting
import Integers
import Reference
import Testing

/// Both engines end where the machine ends: depth, frames and registers of the full size.
@Suite struct LimitTests {
  private static let ret = Instruction(.ret, 0, 0, 0)

  /// Calls a function of one contract with one number.
  private func run(
    _ pair: EnginePair, _ contract: Identifier, _ name: String, _ arguments: [Value]
  ) throws -> Receipt {
    let module = try #require(pair.fast.module(of: contract))
    let export = try #require(module.export(named: name))
    let call = ContractCall(target: contract, export: export, in: module, arguments: arguments)
    let receipt = pair.run("\(name) of \(arguments)") {
      $0.call(call, by: Fixture.alice, gas: 10_000_000)
    }
    return try #require(receipt)
  }

  @Test func recursionEndsAtTheLastFrame() throws {
    var builder = ModuleBuilder()
    // The frame has three registers and begins at the caller's second.
    builder.export(
      "f",
      builder.function(
        [.int], [.int],
        [
          Instruction(.jumpLessEqualSmall, 0, 0, 5), Instruction(.addSmall, 1, 0, 0xFFFF),
          Instruction(.call, 0, 1, 0, 0), Instruction(.addSmall, 0, 1, 1), Self.ret, Self.ret,
        ]))
    let pair = EnginePair()
    let contract = try #require(try pair.add(builder.finished(), arguments: []))
    #expect(try run(pair, contract, "f", [.int(4_095)]).results == [.int(4_095)])
    let failure = try run(pair, contract, "f", [.int(4_096)]).failure
    #expect(failure?.reason == .trap(.stackOverflow))
  }

  @Test func attemptsEndAtTheLastDepth() throws {
    var builder = ModuleBuilder()
    // Tries itself with 200 gas less than it was given.
    builder.export(
      "f",
      builder.function(
        [.int], [],
        [
          Instruction(.addSmall, 1, 0, Instruction.immediate(-200)), Instruction(.intMove, 4, 1),
          Instruction(.tryNext, 2, 3, 0, 1, 1), Instruction(.call, 0, 4, 2, 0), Self.ret,
        ]))
    let pair = EnginePair()
    let contract = try #require(try pair.add(builder.finished(), arguments: []))
    #expect(try run(pair, contract, "f", [.int(9_000)]).failure == nil)
    let failure = try run(pair, contract, "f", [.int(50_000)]).failure
    #expect(failure?.reason == .trap(.callDepthExceeded))
  }

  @Test func callsEndAtTheLastContract() throws {
    var builder = ModuleBuilder()
    let zero = builder.string(Identifier.zero.bytes)
    builder.module.fields = [Field(name: "next", value: .plain(.address))]
    builder.module.imports = [
      ImportedSignature(name: "go", parameters: [], results: [], isView: false)
    ]
    builder.export(
      "init",
      builder.function([.address], [], [Instruction(.storeBytes, 0, 0, 0, 0, 0), Self.ret]))
    builder.export(
      "go",
      builder.function(
        [], [],
        [
          Instruction(.loadBytes, 0, 0, 0, 0, 0), Instruction(.bytesConst, 1, zero),
          Instruction(.jumpSame, 0, 1, 4), Instruction(.invoke, 0, 0, 0, 0, 0), Self.ret,
        ]))
    let pair = EnginePair()
    var next = Identifier.zero
    for length in 1...65 {
      next = try #require(try pair.add(builder.finished(), arguments: [Value(next)]))
      let failure = try run(pair, next, "go", []).failure
      #expect(failure?.reason == (length > 64 ? .trap(.callDepthExceeded) : nil))
    }
    pair.compareEntries("a chain of contracts")
  }
}
