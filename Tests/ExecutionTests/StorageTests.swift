import Bytecode
import EngineTesting
import Execution
import Integers
import Testing

/// Fields, records, totals and the order of keys, against models.
@Suite struct StorageTests {
  static let ret = Instruction(.ret, 0, 0, 0)

  /// A map with keys of several kinds, and functions for all that can be done to it.
  ///
  /// The functions take the key as two integers and two strings in the order of the banks: number,
  /// flag; text, bytes. `seek` takes prefix and mode in its name.
  static func mapModule() -> Module {
    var builder = ModuleBuilder()
    let key: [Kind] = [.int, .text, .bool, .bytes]
    builder.module.fields = [
      Field(
        name: "m", key: key.enumerated().map { Parameter("k\($0.offset)", $0.element) },
        value: .plain(.int), isSummed: true)
    ]
    func export(_ name: String, _ parameters: [Kind], _ results: [Kind], _ code: [Instruction]) {
      let isDone = code.last?.opcode == .ret
      builder.export(name, builder.function(parameters, results, isDone ? code : code + [ret]))
    }
    export("get", key, [.int], [Instruction(.loadInt, 0, 0, 0, 0, 0)])
    export("set", key + [.int], [], [Instruction(.storeInt, 0, 0, 0, 0, 2)])
    export("exists", key, [.int], [Instruction(.exists, 0, 0, 0, 0)])
    export("delete", key, [], [Instruction(.delete, 0, 0, 0)])
    export("total", [], [.int], [Instruction(.total, 0, 0)])
    for prefix in 0..<4 {
      for mode in SeekMode.allCases {
        export(
          "seek\(prefix)\(mode)", key, [.int, .int, .int, .bytes, .bytes],
          [
            Instruction(.seek, 2, 0, UInt16(prefix), UInt16(mode.rawValue), 0, 0),
            Instruction(.intMove, 3, 0), Instruction(.intMove, 4, 1),
            Instruction(.ret, 2, 0, 0),
          ])
      }
    }
    return builder.finished()
  }

  /// A key, in the order of its components.
  struct Key: Hashable {
    var number: Integer
    var text: [UInt8]
    var flag: Integer
    var bytes: [UInt8]

    var values: [Value] { [.int(number), .bytes(text), .int(flag), .bytes(bytes)] }

    /// Orders keys, by so many components.
    static func order(_ a: Key, _ b: Key, by components: Int = 4) -> Int {
      func compare(_ x: [UInt8], _ y: [UInt8]) -> Int {
        x == y ? 0 : x.lexicographicallyPrecedes(y) ? -1 : 1
      }
      let orders = [
        a.number == b.number ? 0 : a.number < b.number ? -1 : 1, compare(a.text, b.text),
        a.flag == b.flag ? 0 : a.flag < b.flag ? -1 : 1, compare(a.bytes, b.bytes),
      ]
      return orders.prefix(components).first { $0 != 0 } ?? 0
    }
  }

  static func key(_ random: inout SplitMix64) -> Key {
    Key(
      number: random.pick([
        0, 1, -1, 2, 255, 256, -255, -256, -257, .power(of: 64, minus: 0),
        .power(of: 64, minus: 1), Integer.power(of: 900, minus: 1).negated(),
        .power(of: 1_016, minus: 1),
      ]),
      text: random.pick([[], [0x61], [0x61, 0], [0x61, 0, 0], [0x61, 1], [0], Array("ß".utf8)]),
      flag: random.pick([0, 1]),
      bytes: random.pick([[], [0], [0, 0xFF], [0xFF], [0xFF, 0xFF, 0], [0, 0, 1]]))
  }

  @Test(arguments: 0..<6) func keepsMapsInOrder(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let fixture = Fixture()
    let contract = try fixture.add(Self.mapModule())
    var model: [Key: Integer] = [:]
    for _ in 0..<Effort.rounds(300) {
      let key = Self.key(&random)
      switch random.below(8) {
      case 0..<3:
        let value = random.pick([0, 5, -7, random.integer(bits: 300)])
        #expect(fixture.run(contract, "set", key.values + [.int(value)]).results == [])
        model[key] = value.isZero ? nil : value
      case 3:
        #expect(fixture.run(contract, "delete", key.values).results == [])
        model[key] = nil
      case 4:
        #expect(fixture.run(contract, "get", key.values).results == [.int(model[key] ?? 0)])
        #expect(
          fixture.run(contract, "exists", key.values).results == [.int(model[key] == nil ? 0 : 1)])
      default:
        let prefix = random.below(4)
        let mode = random.pick(SeekMode.allCases)
        let receipt = fixture.run(contract, "seek\(prefix)\(mode)", key.values)
        let found = Self.find(key, prefix, mode, model)
        let shown = found ?? key
        #expect(
          receipt.results == [
            .int(found == nil ? 0 : 1), .int(shown.number), .int(shown.flag), .bytes(shown.text),
            .bytes(shown.bytes),
          ], "\(mode) \(prefix)")
      }
      let total = try model.values.reduce(Integer(0)) { try $0.adding($1) }
      #expect(fixture.run(contract, "total").results == [.int(total)])
    }
  }

  @Test func checksTheKindsOfKeys() throws {
    var builder = ModuleBuilder()
    builder.module.fields = [
      Field(name: "m", key: [Parameter("k", .text)], value: .plain(.int))
    ]
    // The string comes in as bytes of any kind.
    builder.export(
      "get",
      builder.function(
        [.bytes], [.int], [Instruction(.loadInt, 0, 0, 0, 0, 0), Instruction(.ret, 0, 0, 0)]))
    let fixture = Fixture()
    let contract = try fixture.add(builder.finished())
    #expect(fixture.run(contract, "get", [.bytes(Array("ä".utf8))]).results == [.int(0)])
    #expect(
      fixture.run(contract, "get", [.bytes([0xC3])]).failure?.reason == .trap(.kindMismatch))
    // By the byte: the argument, the look at it, and its place in the key.
    let short = fixture.run(contract, "get", [.bytes([0x41])]).gasUsed
    let long = fixture.run(contract, "get", [.bytes([UInt8](repeating: 0x41, count: 101))]).gasUsed
    #expect(long - short == 100 * 2 + 100 + 100 / 2)
  }

  static func find(_ key: Key, _ prefix: Int, _ mode: SeekMode, _ model: [Key: Integer]) -> Key? {
    let keys = model.keys.filter { Key.order($0, key, by: prefix) == 0 }
      .sorted { Key.order($0, $1) < 0 }
    switch mode {
    case .first: return keys.first
    case .last: return keys.last
    case .after: return keys.first { Key.order($0, key) > 0 }
    case .from: return keys.first { Key.order($0, key) >= 0 }
    case .before: return keys.last { Key.order($0, key) < 0 }
    case .upto: return keys.last { Key.order($0, key) <= 0 }
    }
  }

  @Test func refusesKeys() throws {
    let fixture = Fixture()
    let contract = try fixture.add(Self.mapModule())
    func get(_ key: Key) -> Failure.Reason? {
      fixture.run(contract, "get", key.values).failure?.reason
    }
    var key = Key(number: .power(of: 1_016, minus: 0), text: [], flag: 0, bytes: [])
    #expect(get(key) == .trap(.keyTooLong))
    key.number = 0
    key.bytes = [UInt8](repeating: 0, count: 600)
    #expect(get(key) == .trap(.keyTooLong))
    key.bytes = [UInt8](repeating: 1, count: 900)
    #expect(get(key) == nil)
    key.flag = 2
    #expect(get(key) == .trap(.kindMismatch))
  }

  /// The total traps only if it is too large itself.
  @Test func totalsAreExact() throws {
    let fixture = Fixture()
    let contract = try fixture.add(Self.mapModule())
    let largest = Integer.power(of: 16_384, minus: 1)
    let a = Key(number: 1, text: [], flag: 0, bytes: [])
    var b = a
    b.number = 2
    #expect(fixture.run(contract, "set", a.values + [.int(largest)]).failure == nil)
    #expect(
      fixture.run(contract, "set", b.values + [.int(1)]).failure?.reason == .trap(.integerTooLarge))
    #expect(fixture.run(contract, "set", b.values + [.int(largest.negated())]).failure == nil)
    #expect(fixture.run(contract, "set", a.values + [.int(largest.negated())]).failure != nil)
    #expect(fixture.run(contract, "set", b.values + [.int(-1)]).failure == nil)
    #expect(fixture.run(contract, "set", a.values + [.int(largest)]).failure == nil)
    #expect(fixture.run(contract, "set", b.values + [.int(0)]).failure == nil)
    #expect(fixture.run(contract, "total").results == [.int(largest)])
  }

  // MARK: - Records

  static func recordModule() -> Module {
    var builder = ModuleBuilder()
    let components: [Kind] = [.address, .int, .text, .bool, .int, .bytes]
    builder.module.fields = [
      Field(
        name: "r", key: [Parameter("k", .int)],
        value: .record(
          name: "R",
          components: components.enumerated().map { Parameter("c\($0.offset)", $0.element) }))
    ]
    func export(_ name: String, _ parameters: [Kind], _ results: [Kind], _ code: [Instruction]) {
      builder.export(name, builder.function(parameters, results, code + [ret]))
    }
    // The key is register 0; the integers of the record follow it.
    export("put", [.int] + components, [], [Instruction(.putRecord, 0, 0, 0, 1, 0)])
    export("exists", [.int], [.int], [Instruction(.exists, 0, 0, 0, 0)])
    export("delete", [.int], [], [Instruction(.delete, 0, 0, 0)])
    for (index, kind) in components.enumerated() {
      let component = UInt16(index)
      if kind.bank == .int {
        export("get\(index)", [.int], [kind], [Instruction(.loadInt, 0, 0, component, 0, 0)])
        export("set\(index)", [.int, kind], [], [Instruction(.storeInt, 0, component, 0, 0, 1)])
      } else {
        export("get\(index)", [.int], [kind], [Instruction(.loadBytes, 0, 0, component, 0, 0)])
        export("set\(index)", [.int, kind], [], [Instruction(.storeBytes, 0, component, 0, 0, 0)])
      }
    }
    return builder.finished()
  }

  static func component(_ index: Int, _ random: inout SplitMix64) -> Value {
    switch index {
    case 0: .bytes(random.bytes(32))
    case 1, 4: .int(random.integer(bits: random.pick([1, 70, 600, 16_384])))
    case 2: .bytes(Array(String(repeating: "ä", count: random.below(200)).utf8))
    case 3: .int(Integer(random.below(2)))
    default: .bytes(random.bytes(random.pick([0, 1, 127, 128, 129, 20_000])))
    }
  }

  @Test(arguments: 0..<4) func keepsRecords(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed + 50))
    let fixture = Fixture()
    let contract = try fixture.add(Self.recordModule())
    var model: [Int: [Value]] = [:]
    for _ in 0..<Effort.rounds(150) {
      let key = random.below(3)
      let name: Value = .int(Integer(key))
      let index = random.below(6)
      switch random.below(6) {
      case 0:
        let record = (0..<6).map { Self.component($0, &random) }
        #expect(fixture.run(contract, "put", [name] + record).failure == nil)
        model[key] = record
      case 1:
        #expect(fixture.run(contract, "delete", [name]).failure == nil)
        model[key] = nil
      case 2, 3:
        let value = Self.component(index, &random)
        let receipt = fixture.run(contract, "set\(index)", [name, value])
        #expect(receipt.failure?.reason == (model[key] == nil ? .trap(.entryMissing) : nil))
        model[key]?[index] = value
      default:
        let receipt = fixture.run(contract, "get\(index)", [name])
        #expect(receipt.results == model[key].map { [$0[index]] })
        if model[key] == nil { #expect(receipt.failure?.reason == .trap(.entryMissing)) }
      }
      #expect(
        fixture.run(contract, "exists", [name]).results == [.int(model[key] == nil ? 0 : 1)])
    }
  }

  @Test func refusesLongRecords() throws {
    var builder = ModuleBuilder()
    builder.module.fields = [
      Field(
        name: "r",
        value: .record(
          name: "R", components: (0..<3).map { Parameter("c\($0)", .bytes) }))
    ]
    builder.export(
      "put",
      builder.function(
        [.bytes], [],
        [
          Instruction(.bytesMove, 1, 0), Instruction(.bytesMove, 2, 0),
          Instruction(.putRecord, 0, 0, 0, 0, 0), Self.ret,
        ]))
    let fixture = Fixture()
    let contract = try fixture.add(builder.finished())
    func put(_ count: Int) -> Failure.Reason? {
      fixture.run(contract, "put", [.bytes([UInt8](repeating: 1, count: count))]).failure?.reason
    }
    // Three strings and three bytes of length each.
    let fits = (Limits.valueLength - 9) / 3
    #expect(put(fits) == nil)
    #expect(put(fits + 1) == .trap(.valueTooLong))
  }

  // MARK: - Plain values

  /// A value that is the zero of its kind is not stored, and reads as that zero.
  @Test func doesNotStoreZeros() throws {
    var builder = ModuleBuilder()
    let kinds: [Kind] = [.int, .bool, .bytes, .text, .address, .asset, .call, .addresses]
    builder.module.fields = kinds.enumerated().map {
      Field(name: "f\($0.offset)", value: .plain($0.element))
    }
    for (index, kind) in kinds.enumerated() {
      let field = UInt16(index)
      let isInt = kind.bank == .int
      builder.export(
        "get\(index)",
        builder.function(
          [], [isInt ? .int : .bytes],
          [Instruction(isInt ? .loadInt : .loadBytes, 0, field, 0, 0, 0), Self.ret]))
      builder.export(
        "set\(index)",
        builder.function(
          [isInt ? .int : .bytes], [],
          [Instruction(isInt ? .storeInt : .storeBytes, field, 0, 0, 0, 0), Self.ret]))
    }
    let fixture = Fixture()
    let contract = try fixture.add(builder.finished())
    let empty = fixture.contents
    let call = fixture.call(contract, "get0").encoded()
    let samples: [Value] = [
      .int(7), .int(1), .bytes([0]), .bytes([0x41]), .bytes([UInt8](repeating: 0, count: 31) + [1]),
      .bytes([UInt8](repeating: 9, count: 32)), .bytes(call),
      .bytes([UInt8](repeating: 0, count: 64)),
    ]
    let wrong: [Value?] = [
      nil, .int(2), nil, .bytes([0xFF]), .bytes([UInt8](repeating: 0, count: 31)), .bytes([]),
      .bytes([1]), .bytes([1]),
    ]
    for (index, kind) in kinds.enumerated() {
      let zero = Value.zero(of: kind)
      #expect(fixture.run(contract, "get\(index)").results == [zero])
      #expect(fixture.run(contract, "set\(index)", [samples[index]]).failure == nil)
      #expect(fixture.run(contract, "get\(index)").results == [samples[index]])
      if let bad = wrong[index] {
        #expect(
          fixture.run(contract, "set\(index)", [bad]).failure?.reason == .trap(.kindMismatch))
      }
      #expect(fixture.run(contract, "set\(index)", [zero]).failure == nil)
      #expect(fixture.run(contract, "get\(index)").results == [zero])
      #expect(fixture.contents == empty)
    }
  }

  /// The machine remembers where keys are by the addresses of strings, which new strings take over when
  /// the arena has been copied: what is stored under a key is found under it nevertheless.
  @Test(arguments: [1, 64, 500, 32_768]) func findsKeysWhoseStringsHaveMoved(words: Int) throws {
    var builder = ModuleBuilder()
    builder.module.fields = [
      Field(name: "m", key: [Parameter("k", .bytes)], value: .plain(.int), isSummed: false)
    ]
    // Each key is eight bytes of a number: all are written, then all are read and added up.
    func loop(_ body: [Instruction]) -> [Instruction] {
      [Instruction(.intSmall, 1, 0)]
        + [Instruction(.intSmall, 3, 8), Instruction(.intToBytes, 1, 1, 3)] + body
        + [Instruction(.loopLess, 1, 0, 1)]
    }
    builder.export(
      "fill",
      builder.function(
        [.int], [], loop([Instruction(.storeInt, 0, 0, 0, 1, 1)]) + [Self.ret]))
    builder.export(
      "sum",
      builder.function(
        [.int], [.int],
        loop([Instruction(.loadInt, 4, 0, 0, 0, 1), Instruction(.add, 2, 2, 4)])
          + [Instruction(.ret, 2, 0, 0)]))
    var size = MachineSize()
    size.arenaWords = words
    let fixture = Fixture(size: size)
    let contract = try fixture.add(builder.finished())
    #expect(fixture.run(contract, "fill", [.int(500)]).results == [])
    #expect(fixture.run(contract, "sum", [.int(500)]).results == [.int(124_750)])
  }
}
