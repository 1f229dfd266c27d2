import Bytecode
import EngineTesting
import Integers
import State
import Testing

@testable import Execution

/// What is done for assets without arrays and limbs comes to what they would come to.
@Suite struct AssetShortcutTests {
  private static func identifier(_ random: inout SplitMix64) -> Identifier {
    Identifier(random.bytes(32)) ?? .zero
  }

  private static func record(_ random: inout SplitMix64) -> AssetRecord {
    let name = random.pick(["", "Coin", "Münze", String(repeating: "x", count: 128)])
    let hooks = (0..<(random.chance(70) ? 0 : 1 + random.below(4))).map { _ in
      AssetRecord.BoundHook(
        contract: identifier(&random), name: random.pick(["check", "é"]), gas: random.next())
    }
    return AssetRecord(
      issuer: identifier(&random),
      assetClass: AssetClass(
        name: name, title: name, decimals: UInt8(random.below(78)), isSingle: random.chance(50),
        isBurnable: random.chance(50), isForceable: random.chance(50)),
      id: random.bytes(random.pick([0, 1, 32, 127, 128, 200, 256])), hooks: hooks)
  }

  private static func isSame(_ rules: AssetRules?, _ record: AssetRecord?) -> Bool {
    guard let rules, let record else { return rules == nil && record == nil }
    return rules.issuer == record.issuer && rules.isSingle == record.isSingle
      && rules.isBurnable == record.isBurnable && rules.isForceable == record.isForceable
      && rules.hooks.count == record.hooks.count
      && zip(rules.hooks, record.hooks).allSatisfy {
        $0.contract == $1.contract && $0.name == $1.name && $0.gas == $1.gas
      }
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func rulesAreThoseOfTheRecord(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let encoded = Self.record(&random).encoded()
    func compare(_ bytes: [UInt8]) {
      let rules = bytes.withUnsafeBytes { AssetRules(decoding: $0) }
      #expect(Self.isSame(rules, AssetRecord(decoding: bytes)), "\(bytes)")
    }
    compare(encoded)
    for count in 0..<encoded.count { compare(Array(encoded[..<count])) }
    for _ in 0..<200 {
      var damaged = encoded
      damaged[random.below(damaged.count)] = UInt8(random.below(256))
      compare(damaged)
    }
  }

  @Test func assetsAreTheHashesOfWhatTheyAreRememberedBy() {
    let memo = AssetMemo()
    var random = SplitMix64(seed: 7)
    let issuers = (0..<5).map { _ in Self.identifier(&random) }
    let codes = (0..<2).map { _ in Self.identifier(&random) }
    let ids = [[], [0], [0, 0], [1]] + [1, 31, 32, 33, 256].map { random.bytes($0) }
    var hashed = 0
    for _ in 0..<5_000 {
      let issuer = random.pick(issuers)
      let code = random.pick(codes)
      let index = random.below(3)
      let id = random.pick(ids)
      let expected = Machine.asset(issuer: issuer, className: "\(code)\(index)", id: id)
      let asset = id.withUnsafeBytes {
        memo.asset(issuer: issuer, code: code, classIndex: index, id: $0) {
          hashed += 1
          return expected
        }
      }
      #expect(asset == expected)
    }
    #expect(hashed < 5_000)
  }

  @Test func amountsAreTheIntegersTheyAreMadeOf() throws {
    var random = SplitMix64(seed: 11)
    let limit = try Integer(2).power(126)
    var integers = try [
      limit, limit.negated(), limit.subtracting(1), limit.negated().subtracting(1),
    ]
    integers += [0, 1, Integer(Int.max), Integer(Int.min), try Integer(Int.max).adding(1)]
    for _ in 0..<1_000 { integers.append(random.integer(bits: 1 + random.below(300))) }
    for integer in integers {
      let amount = Amount(integer)
      #expect(amount.integer == integer)
      #expect(amount.isNegative == integer.isNegative)
      #expect(amount.isZero == integer.isZero)
      #expect(amount.isOne == (integer == 1))
    }
  }

  @Test func storedIntegersAreRead() throws {
    #expect(Int128(stored: nil) == 0)
    var random = SplitMix64(seed: 13)
    for _ in 0..<2_000 {
      let integer = random.integer(bits: 1 + random.below(160))
      let encoded = integer.encoded()
      let short = encoded.withUnsafeBytes { Int128(stored: $0) }
      #expect(short.map { Integer($0) } == (encoded.count <= 16 ? integer : nil))
      let cut = Array(encoded.dropLast())
      #expect(cut.withUnsafeBytes { Int128(stored: $0) } == nil)
    }
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func sumsAreThoseOfAllChanges(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let assets = (0..<(1 + random.below(20))).map { _ in Self.identifier(&random) }
    let room = UnsafeMutablePointer<AssetSums.Sum>.allocate(capacity: AssetSums.capacity)
    defer { room.deallocate() }
    var sums = AssetSums(sums: room)
    var gains: [Identifier: Integer] = [:]
    let bits = random.pick([60, 100, 119, 200])
    var isShort = true
    for _ in 0..<50 {
      let asset = random.pick(assets)
      let before = random.integer(bits: 1 + random.below(bits))
      let after = random.integer(bits: 1 + random.below(bits))
      let isSupply = random.chance(30)
      let gain = try isSupply ? before.subtracting(after) : after.subtracting(before)
      gains[asset] = try (gains[asset] ?? 0).adding(gain)
      if max(before.encoded().count, after.encoded().count) > 16 { isShort = false }
      before.encoded().withUnsafeBytes { before in
        after.encoded().withUnsafeBytes { after in
          sums.add(asset, lost: before, gained: after, isSupply: isSupply)
        }
      }
    }
    #expect(sums.isComplete == (isShort && gains.count <= AssetSums.capacity))
    guard sums.isComplete else { return }
    let sum = Dictionary(
      uniqueKeysWithValues: (0..<gains.count).map {
        (room[$0].asset, Integer(room[$0].gain))
      })
    #expect(sum == gains)
  }

  /// More assets than the machine sums up without a table, and amounts of any size.
  @Test(arguments: [1, 16, 17, 40])
  func manyAssetsMoveInOneTransaction(count: Int) throws {
    var builder = ModuleBuilder("Many")
    builder.module.classes = [AssetClass(name: "C", title: "C", decimals: 0, isKeyed: true)]
    let amount = builder.integer(try Integer(2).power(count % 2 == 0 ? 200 : 60))
    var code: [Instruction] = [Instruction(.intConst, 0, amount)]
    for index in 0..<count {
      let id = builder.string([UInt8(index)])
      code.append(Instruction(.bytesConst, 1, id))
      code.append(Instruction(.createAsset, 2, 0, 1, 0))
      code.append(Instruction(.mint, 2, 0, 0))
    }
    builder.export("mint", builder.function([.address], [], code + [Instruction(.ret, 0, 0, 0)]))
    let fixture = Fixture()
    let contract = try fixture.add(builder.finished())
    let receipt = fixture.world.call(
      contract, "mint", [Value(Fixture.alice)], by: Fixture.alice)
    #expect(receipt.failure == nil)
    #expect(receipt.balanceChanges.count == count)
    #expect(
      receipt.balanceChanges.map(\.asset)
        == (0..<count).map {
          World.asset(issuer: contract, className: "C", id: [UInt8($0)])
        }.sorted())
    #expect(receipt.balanceChanges.allSatisfy { $0.before == 0 && $0.after > 0 })
  }
}
