import Bytecode
import EngineTesting
import Execution
import Integers
import State
import Testing

/// Keys as embedders make them and take them apart, against those that contracts really use.
@Suite struct StateKeyTests {
  static let kinds: [Kind] = [.int, .bool, .enumeration(0), .bytes, .text, .address, .asset]

  static func value(of kind: Kind, _ random: inout SplitMix64) -> Value {
    switch kind {
    case .bool: .int(Integer(random.below(2)))
    case .enumeration: .int(Integer(random.below(200)))
    case .int: .int(random.integer(bits: random.pick([70, 300, 1_016])))
    case .address, .asset: .bytes(random.bytes(32))
    case .text:
      .bytes(random.pick([[], [0], Array("a\u{0}b".utf8), Array("ß\u{301}".utf8), [0x7F]]))
    default: .bytes((0..<random.below(6)).map { _ in random.pick([0, 0, 1, 0xFF, 0xFE, 0x61]) })
    }
  }

  @Test(arguments: KeySpace.allCases) func areTheBytesThatTheyComeFrom(space: KeySpace) {
    var random = SplitMix64(seed: UInt64(space.rawValue))
    var taken = 0
    for _ in 0..<Effort.rounds(500) {
      let bytes = [space.rawValue] + random.bytes(random.pick([0, 31, 32, 33, 34, 40, 63, 64, 65]))
      let key = StateKey(bytes)
      #expect(key.bytes == bytes)
      if case .other = key { continue }
      taken += 1
      let identifier = Identifier(bytes[1..<33]) ?? .zero
      #expect(bytes.starts(with: StateKey.prefix(space, of: identifier)))
    }
    #expect(taken > 0)
    for count in 0..<33 {
      let bytes = [space.rawValue] + random.bytes(count)
      #expect(StateKey(Array(bytes.dropLast())) == .other(Array(bytes.dropLast())))
    }
  }

  /// The example of the page about values.
  @Test func areTheBytesOfTheSpecification() throws {
    let key = try StateKey.field(
      contract: Fixture.account(0x11), index: 3,
      key: [.int(-5), Value(Fixture.account(0x22)), .bytes([0x41, 0, 0x42])],
      of: [.int, .address, .bytes])
    let bytes =
      "04" + String(repeating: "11", count: 32) + "03" + "7ffa"
      + String(repeating: "22", count: 32) + "4100ff420000"
    #expect(Hexadecimal.encode(key.bytes) == bytes)
  }

  @Test func areNothingOutsideOfTheSpaces() {
    for first in UInt8.min...UInt8.max where KeySpace(rawValue: first) == nil {
      let bytes = [first] + [UInt8](repeating: 7, count: 32)
      #expect(StateKey(bytes) == .other(bytes))
    }
    #expect(StateKey([]) == .other([]))
  }

  @Test func giveTheirComponentsBack() throws {
    var random = SplitMix64(seed: 1)
    for _ in 0..<Effort.rounds(1_000) {
      let kinds = (0..<random.below(5)).map { _ in random.pick(Self.kinds) }
      let values = kinds.map { Self.value(of: $0, &random) }
      let contract = Fixture.account(UInt8(random.below(256)))
      let index = UInt8(random.below(256))
      let key = try StateKey.field(contract: contract, index: index, key: values, of: kinds)
      #expect(StateKey(key.bytes) == key)
      #expect(key.components(of: kinds) == values)
      for count in 0...kinds.count {
        let first = try StateKey.field(
          contract: contract, index: index, key: Array(values.prefix(count)), of: kinds)
        #expect(key.bytes.starts(with: first.bytes))
        #expect(first.components(of: kinds) == Array(values.prefix(count)))
      }
      if case .field(_, _, let bytes) = key, !bytes.isEmpty {
        let cut = StateKey.field(
          contract: contract, index: index, components: Array(bytes.dropLast()))
        #expect(cut.components(of: kinds) != values)
        let longer = StateKey.field(contract: contract, index: index, components: bytes + [0])
        #expect(longer.components(of: kinds) == nil)
      }
    }
  }

  @Test func haveOneEncoding() throws {
    var random = SplitMix64(seed: 2)
    for _ in 0..<Effort.rounds(3_000) {
      let kinds = (0..<1 + random.below(3)).map { _ in random.pick(Self.kinds) }
      let bytes = (0..<random.below(40)).map { _ in
        random.pick([0, 0, 0xFF, 0x80, 0x81, 0x7F, 1, UInt8(random.below(256))])
      }
      let key = StateKey.field(contract: .zero, index: 0, components: bytes)
      guard let values = key.components(of: kinds),
        let again = try? StateKey.field(contract: .zero, index: 0, key: values, of: kinds)
      else { continue }
      #expect(again == key)
    }
  }

  @Test func refuseWhatIsNoComponent() {
    func error(_ values: [Value], _ kinds: [Kind]) -> KeyComponentError? {
      do throws(KeyComponentError) {
        _ = try StateKey.field(contract: .zero, index: 0, key: values, of: kinds)
        return nil
      } catch { return error }
    }
    #expect(error([.int(1)], []) == .tooMany)
    #expect(error([.int(1), .int(2)], [.int, .bool]) == .kindMismatch(1))
    #expect(error([.bytes([])], [.int]) == .kindMismatch(0))
    #expect(error([.int(0)], [.text]) == .kindMismatch(0))
    #expect(error([.bytes([0xFF])], [.text]) == .kindMismatch(0))
    #expect(error([.bytes([1])], [.address]) == .kindMismatch(0))
    #expect(error([.bytes([])], [.list]) == .kindMismatch(0))
    #expect(error([.int(.power(of: 1_016, minus: 1))], [.int]) == nil)
    #expect(error([.int(.power(of: 1_016, minus: 0))], [.int]) == .tooLong(0))
    #expect(
      error([.int(0), .bytes([UInt8](repeating: 0, count: 600))], [.int, .bytes]) == .tooLong(1))
  }

  /// The keys that a contract stores under, and the length at which it traps.
  @Test func areThoseOfContracts() throws {
    var random = SplitMix64(seed: 3)
    let fixture = Fixture()
    let contract = try fixture.add(StorageTests.mapModule())
    let kinds: [Kind] = [.int, .text, .bool, .bytes]
    for _ in 0..<Effort.rounds(200) {
      var key = StorageTests.key(&random)
      if random.chance(40) { key.bytes = random.bytes(970 + random.below(30)) }
      let receipt = fixture.run(contract, "set", key.values + [.int(5)])
      // The components in the order of the field, not of the banks.
      let ordered: [Value] = [
        .int(key.number), .bytes(key.text), .int(key.flag), .bytes(key.bytes),
      ]
      do throws(KeyComponentError) {
        let made = try StateKey.field(contract: contract, index: 0, key: ordered, of: kinds)
        #expect(receipt.results == [])
        #expect(fixture.world.state.value(for: made.bytes) == Integer(5).encoded())
      } catch {
        #expect(receipt.failure?.reason == .trap(.keyTooLong))
        if case .tooLong = error {} else { Issue.record("\(error)") }
      }
    }
    let total = StateKey.total(contract: contract, index: 0)
    #expect(
      fixture.run(contract, "total").results
        == [.int(Integer(stored: fixture.world.state.value(for: total.bytes)))])
  }

  /// Every key of random worlds takes apart, and what the world says of assets stands under its keys.
  @Test(arguments: 0..<12) func areAllThatWorldsHold(seed: Int) throws {
    var fields = 0
    for round in 0..<Effort.rounds(8) {
      let scenario = ScenarioGenerator.make(seed: UInt64(seed * 1_000 + round))
      let world = World(block: scenario.block, size: scenario.size)
      world.begin(scenario)
      for operation in scenario.operations { _ = world.run(operation, of: scenario) }
      for entry in world.entries {
        let key = StateKey(entry.key)
        #expect(key.bytes == entry.key)
        switch key {
        case .field(let contract, let index, _):
          let field = try #require(world.module(of: contract)?.fields[Int(index)])
          let kinds = field.key.map(\.kind)
          let values = try #require(key.components(of: kinds))
          fields += 1
          #expect(values.count == kinds.count)
          #expect(
            try StateKey.field(contract: contract, index: index, key: values, of: kinds) == key)
          #expect(try field.values(decoding: entry.value)?.count == field.components.count)
        case .balance(let asset, let holder):
          #expect(world.balance(of: asset, holder: holder) == Integer(stored: entry.value))
        case .supply(let asset): #expect(world.supply(of: asset) == Integer(stored: entry.value))
        case .asset(let asset): #expect(world.asset(asset) != nil)
        case .contract(let contract): #expect(world.codeHash(of: contract) != nil)
        case .code(let hash): #expect(world.verifiedModule(hash) != nil)
        case .total, .holder, .admission, .creations, .nonce: break
        case .other: Issue.record("\(entry.key) is no key")
        }
      }
    }
    #expect(fields > 0)
  }

  @Test func readWhatIsNotStored() throws {
    let plain = Field(name: "p", value: .plain(.address))
    #expect(try plain.values(decoding: nil) == [.bytes([UInt8](repeating: 0, count: 32))])
    let record = Field(
      name: "r", value: .record(name: "R", components: [Parameter("n", .int)]))
    #expect(try record.values(decoding: nil) == nil)
    #expect(try record.values(decoding: Integer(-9).encoded()) == [.int(-9)])
    #expect(throws: Refusal.self) { try record.values(decoding: []) }
    #expect(Integer(stored: nil) == 0)
    #expect(Integer(stored: Integer(300).encoded()) == 300)
  }
}
