import Bytecode
import EngineTesting
import Integers
import Testing
import Verification

/// The encoding of modules and calls: one string of bytes for each, and each other string refused.
@Suite struct ModuleCodingTests {
  static let small: Module = {
    var builder = ModuleBuilder("Small.One")
    builder.module.enums = [EnumDeclaration(name: "E", cases: ["a", "b"])]
    builder.module.fields = [
      Field(name: "plain", value: .plain(.text)),
      Field(
        name: "sums", key: [Parameter("k", .enumeration(0))], value: .plain(.int), isSummed: true),
      Field(
        name: "records", key: [Parameter("k", .address), Parameter("l", .int)],
        value: .record(name: "R", components: [Parameter("c", .bool), Parameter("d", .call)])),
    ]
    builder.module.classes = [
      AssetClass(
        name: "C", title: "Größe", decimals: 3, isSingle: false, isBurnable: true,
        isForceable: true, isKeyed: true,
        hooks: [HookReference(name: "h", isForeign: true, gas: 1 << 20)])
    ]
    builder.module.events = [Declaration(name: "Ev", parameters: [Parameter("x", .addresses)])]
    builder.module.errors = [Declaration(name: "Er", parameters: [])]
    builder.module.messages = [Declaration(name: "Me", parameters: [Parameter("x", .assets)])]
    builder.module.acceptance = .fields([0, 2])
    builder.module.imports = [
      ImportedSignature(name: "f", parameters: [.int, .asset], results: [.bytes], isView: true)
    ]
    let index = builder.function(
      [.int, .list], [.int],
      [
        Instruction(.intConst, 1, builder.integer(Integer(-300))),
        Instruction(.intConst, 2, builder.integer(.power(of: 200, minus: 1))),
        Instruction(.bytesConst, 0, builder.string([0, 1, 255])),
        Instruction(.loopLess, 1, 2, 0), Instruction(.ret, 1, 0, 0),
      ])
    builder.module.exports = [
      Export(
        name: "f", function: index, parameters: [Parameter("p", .int)],
        results: [Parameter("r", .int)], payments: ["x", "y"])
    ]
    builder.module.hooks = [Hook(name: "h", function: 0)]
    builder.module.invariants = [Invariant(title: "sum", function: 0, isEnforced: true)]
    // Nothing here is verified, only encoded; the import stays although nothing names it.
    var module = builder.finished()
    module.imports = builder.module.imports
    return module
  }()

  private static func random(_ seed: Int) -> Module {
    ScenarioGenerator.make(seed: UInt64(seed)).modules[0].module
  }

  @Test func readsWhatItWrites() throws {
    for seed in 0..<20 {
      let module = seed == 0 ? Self.small : Self.random(seed)
      let bytes = module.encoded()
      let (decoded, layout) = try Module.decode(bytes)
      #expect(decoded == module)
      #expect(decoded.encoded() == bytes)
      #expect(layout.instructionOffsets.map(\.count) == module.functions.map(\.code.count))
      for (index, function) in module.functions.enumerated() {
        for (position, instruction) in function.code.enumerated() {
          let offset = layout.instructionOffsets[index][position]
          #expect(bytes[offset] == instruction.opcode.rawValue)
        }
      }
    }
  }

  @Test func refusesEveryTruncation() {
    let bytes = Self.small.encoded()
    for count in bytes.indices {
      #expect(throws: Refusal.self) { try Module.decode(Array(bytes[..<count])) }
    }
    #expect(throws: Refusal.self) { try Module.decode(bytes + [0]) }
  }

  /// Every change of one byte is refused, or is another module with just that encoding.
  @Test func hasOneEncodingForEachModule() throws {
    let bytes = Self.small.encoded()
    for index in bytes.indices {
      for value in UInt8.min...UInt8.max where value != bytes[index] {
        var changed = bytes
        changed[index] = value
        guard let module = try? Module.decode(changed).module else { continue }
        try #require(module.encoded() == changed, "byte \(index) as \(value)")
        #expect(module != Self.small)
      }
    }
  }

  @Test(arguments: 0..<8) func survivesRandomDamage(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let original = Self.random(seed).encoded()
    for _ in 0..<120 {
      var bytes = original
      for _ in 0...random.below(4) {
        let index = random.below(bytes.count)
        switch random.below(4) {
        case 0: bytes.remove(at: index)
        case 1: bytes.insert(UInt8(random.below(256)), at: index)
        case 2: bytes[index] = UInt8(random.below(256))
        default: bytes[index] ^= 1 << UInt8(random.below(8))
        }
      }
      if let module = try? Module.decode(bytes).module {
        try #require(module.encoded() == bytes)
      }
    }
  }

  @Test func refusesTooMuch() throws {
    var module = Module(name: String(repeating: "n", count: 129))
    #expect(throws: Refusal.self) { try Module.decode(module.encoded()) }
    module.name = "n"
    module.enums = [
      EnumDeclaration(name: "e", cases: (0..<257).map { "c\($0)" })
    ]
    #expect(throws: Refusal.self) { try Module.decode(module.encoded()) }
    #expect(throws: Refusal.self) {
      try Module.decode([UInt8](repeating: 0, count: Limits.moduleLength + 1))
    }
    // A count that promises more than the bytes hold costs nothing.
    #expect(throws: Refusal.self) {
      try Module.decode(Array("ALQM".utf8) + [1, 1, 0x6E, 0x80, 0x02])
    }
  }

  @Test(arguments: 0..<10) func codesCalls(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    for _ in 0..<12 {
      let call = Self.randomCall(&random)
      let bytes = call.encoded()
      #expect(try ContractCall(decoding: bytes) == call)
      for count in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 30)) {
        #expect(throws: Refusal.self) { try ContractCall(decoding: Array(bytes[..<count])) }
      }
      for _ in 0..<40 {
        var changed = bytes
        changed[random.below(bytes.count)] = UInt8(random.below(256))
        if let other = try? ContractCall(decoding: changed) { #expect(other.encoded() == changed) }
      }
    }
  }

  static func randomCall(_ random: inout SplitMix64) -> ContractCall {
    var module = Module(name: "M")
    module.enums = [EnumDeclaration(name: "E", cases: ["a", "b", "c"])]
    let kinds: [Kind] = [
      .int, .bool, .enumeration(0), .bytes, .text, .address, .asset, .addresses, .assets, .call,
    ]
    let parameters = (0..<random.below(6)).map { _ in random.pick(kinds) }
    let arguments: [Value] = parameters.map { kind in
      switch kind {
      case .int: .int(random.integer())
      case .bool: .int(Integer(random.below(2)))
      case .enumeration: .int(Integer(random.below(3)))
      case .text: .bytes(Array("grün".utf8))
      case .address, .asset: .bytes(random.bytes(32))
      case .addresses, .assets: .bytes(random.bytes(32 * random.below(4)))
      default: .bytes(random.bytes(random.below(300)))
      }
    }
    return ContractCall(
      target: Identifier(random.bytes(32)) ?? .zero, name: random.pick(["f", "transfer", "x.y"]),
      parameters: parameters.map { WireKind($0, in: module) },
      results: (0..<random.below(3)).map { _ in WireKind(random.pick(kinds), in: module) },
      arguments: arguments,
      payments: (0..<random.below(5)).map { _ in
        AttachedPayment(
          asset: Identifier(random.bytes(32)) ?? .zero, amount: random.integer(bits: 200))
      })
  }

  @Test func looksUpSignatures() {
    let module = Self.small
    #expect(module.signature(of: module.exports[0]) == "f(int)->(int)")
    #expect(module.signature(of: module.imports[0]) == "f(int,asset)->(bytes)")
    #expect(module.signature(of: module.events[0]) == "Ev(addresses)")
    #expect(module.signature(of: .enumeration(0)) == "enum2")
    #expect(module.errorNumber(0) == ErrorNumber.of("Er()"))
    #expect(module.errorNumber(0) >= 65_536)
  }
}
