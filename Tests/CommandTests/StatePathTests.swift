import Bytecode
import EngineTesting
import Execution
import Integers
import Testing
import Verification

@testable import aliquot

/// Paths that people write, and those that the command prints.
@Suite struct StatePathTests {
  /// A world with one contract named `shop`, which has fields of every sort, and one named `rig`.
  static func world() throws -> (names: NamedWorld, shop: Identifier, rig: Identifier) {
    let fixture = Fixture()
    var module = Module(name: "Shop")
    module.enums = [EnumDeclaration(name: "Side", cases: ["Bid", "Ask"])]
    module.fields = [
      Field(name: "token", value: .plain(.asset)),
      Field(
        name: "jobs", key: [Parameter("job", .int)],
        value: .record(
          name: "Job", components: [Parameter("payer", .address), Parameter("amount", .int)])),
      Field(
        name: "book",
        key: [
          Parameter("side", .enumeration(0)), Parameter("rank", .int), Parameter("id", .bytes),
        ],
        value: .plain(.bool)),
      Field(name: "roles.admin", value: .plain(.address)),
      Field(
        name: "roles.members", key: [Parameter("role", .text), Parameter("member", .address)],
        value: .plain(.bool)),
      Field(name: "sums", key: [Parameter("of", .asset)], value: .plain(.int), isSummed: true),
      Field(
        name: "terms", value: .record(name: "Terms", components: [Parameter("fee", .int)])),
      Field(name: "flags", key: [Parameter("on", .bool)], value: .plain(.int)),
    ]
    let shop = try fixture.add(module)
    var other = Module(name: "Rig")
    other.classes = [
      AssetClass(name: "Passport", title: "Passport", decimals: 0, isSingle: true, isKeyed: true),
      AssetClass(name: "Share", title: "Share", decimals: 2),
    ]
    let rig = try fixture.add(other)
    let names = NamedWorld(world: fixture.world)
    names.addAccount("alice", Fixture.alice)
    names.addAccount("bob", Fixture.bob)
    names.addContract("shop", shop)
    names.addContract("rig", rig)
    names.addGenesisAsset("USD")
    return (names, shop, rig)
  }

  private static let fieldKinds: [[Kind]] = [
    [], [.int], [.enumeration(0), .int, .bytes], [], [.text, .address], [.asset], [], [.bool],
  ]

  private static func key(_ shop: Identifier, _ index: UInt8, _ values: Value...) throws -> StateKey
  {
    try .field(contract: shop, index: index, key: values, of: fieldKinds[Int(index)])
  }

  @Test func leadToKeys() throws {
    let (names, shop, rig) = try Self.world()
    let usd = World.asset(issuer: .zero, className: "USD")
    let passport = World.asset(issuer: rig, className: "Passport", id: Array("gpu-7".utf8))
    let alice = Value(Fixture.alice)
    let expected: [String: (StateKey, Int?)] = [
      "shop.token": (try Self.key(shop, 0), nil),
      "0x\(shop).token": (try Self.key(shop, 0), nil),
      "shop.jobs[7]": (try Self.key(shop, 1, .int(7)), nil),
      " shop.jobs[ -1_000 ] ": (try Self.key(shop, 1, .int(-1000)), nil),
      "shop.jobs[7].payer": (try Self.key(shop, 1, .int(7)), 0),
      "shop.jobs[7].amount": (try Self.key(shop, 1, .int(7)), 1),
      "shop.book[Ask, 25.50 USD, \"x, ]\"]": (
        try Self.key(shop, 2, .int(1), .int(25_500_000), .bytes(Array("x, ]".utf8))), nil
      ),
      "shop.roles.admin": (try Self.key(shop, 3), nil),
      "shop.roles.members[\"clerk\", alice]": (
        try Self.key(shop, 4, .bytes(Array("clerk".utf8)), alice), nil
      ),
      "shop.roles.members[clerk, 0x\(Fixture.alice)]": (
        try Self.key(shop, 4, .bytes(Array("clerk".utf8)), alice), nil
      ),
      "shop.sums[USD]": (try Self.key(shop, 5, Value(usd)), nil),
      "shop.sums[rig.Passport[\"gpu-7\"]]": (try Self.key(shop, 5, Value(passport)), nil),
      "shop.terms": (try Self.key(shop, 6), nil),
      "shop.terms.fee": (try Self.key(shop, 6), 0),
      "shop.flags[true]": (try Self.key(shop, 7, .int(1)), nil),
      "total(shop.sums)": (.total(contract: shop, index: 5), nil),
      "balance(USD, alice)": (.balance(asset: usd, holder: Fixture.alice), nil),
      "balance( rig.Passport[\"gpu-7\"] , shop )": (.balance(asset: passport, holder: shop), nil),
      "supply(USD)": (.supply(usd), nil),
      "holder(rig.Passport[\"gpu-7\"])": (.holder(passport), nil),
      "asset(USD)": (.asset(usd), nil),
      "admits(rig, shop)": (.admission(contract: rig, issuer: shop), nil),
      "contract(rig)": (.contract(rig), nil),
      "creations(alice)": (.creations(by: Fixture.alice), nil),
      "nonce(alice)": (.nonce(of: Fixture.alice), nil),
      "code(0x\(shop))": (.code(shop), nil),
      "key(0x00ff)": (.other([0, 0xFF]), nil),
    ]
    for (text, (key, component)) in expected {
      #expect(
        try StatePath.read(text, in: names).target == .value(key, component: component), "\(text)")
    }
  }

  @Test func leadToManyEntries() throws {
    let (names, shop, _) = try Self.world()
    #expect(try StatePath.read("shop", in: names).target == .contract(shop))
    #expect(
      try StatePath.read("shop.jobs", in: names).target
        == .entries(contract: shop, index: 1, components: []))
    let below = try StatePath.read("shop.book[Ask, 5]", in: names)
    let one = try StatePath.read("shop.book[Ask, 5, \"x\"]", in: names)
    #expect(one.prefix.starts(with: below.prefix) && one.prefix.count > below.prefix.count)
    #expect(below.key == nil && one.key?.bytes == one.prefix)
    #expect(
      try StatePath.read("balance(USD)", in: names).target
        == .balances(of: World.asset(issuer: .zero, className: "USD")))
  }

  @Test func nameFieldsFromWithin() throws {
    let (names, shop, _) = try Self.world()
    for text in ["token", "jobs[7].payer", "roles.admin", "jobs"] {
      #expect(
        try StatePath.read("@\(text)", in: names, inside: shop)
          == StatePath.read("shop.\(text)", in: names))
    }
    #expect(throws: CommandFailure.self) { try StatePath.read("@token", in: names) }
    #expect(throws: CommandFailure.self) { try StatePath.read("token", in: names) }
    names.home = shop
    #expect(
      try StatePath.read("token", in: names) == StatePath.read("shop.token", in: names))
  }

  @Test(arguments: [
    ("", "begins with a contract", "shop."),
    ("shp.jobs", "no contract \"shp\"", "\"shop\""),
    ("shop.job", "shop has no field \"job\"", "\"jobs\""),
    ("shop.jobs[7].payr", "Job has no component \"payr\"", "\"payer\""),
    ("shop.jobs[1, 2]", "a key of jobs has 1 component, not 2", "shop.jobs[7]"),
    ("shop.jobs[]", "not 0", "jobs map job int -> Job"),
    ("shop.jobs[x]", "key component \"job\" is of kind int, and \"x\" is not", "1_000"),
    ("shop.jobs[7", "expected \"]\"", ""),
    ("shop.jobs[7]x", "\"x\" is not understood", ""),
    ("shop.jobs[10^400]", "too long", "127"),
    ("shop.jobs.payer", "jobs is a map", "shop.jobs[7].payer"),
    ("shop.book[Ask].x", "has 3 components, not 1", "shop.book[Bid, 7, 0x0aff]"),
    ("shop.book[Buy]", "is of kind Side", "Bid, Ask"),
    ("shop.token[1]", "token is no map", "token asset"),
    ("shop.token.x", "token holds no record", "token asset"),
    ("shop.roles.members[clerk, alcie]", "key component \"member\"", "\"alice\""),
    ("rig.Passport[\"gpu-7\"]", "class of assets", "holder(rig.Passport[\"gpu-7\"])"),
    ("rig.Share", "class of assets", "supply(rig.Share)"),
    ("total(shop.jobs)", "not summed", "sums"),
    ("balance()", "lacks", "balance(USD, alice)"),
    ("balance(USDD, alice)", "no asset \"USDD\"", "\"USD\""),
    ("suply(USD)", "no form of a path \"suply(…)\"", "supply(…)"),
    ("shop.buy(5)", "looks like a call", "shop.jobs[7].payer"),
    ("key(0x0)", "is not a key", "pairs"),
    ("key(5)", "is not a key", "0x"),
    ("code(x)", "not the hash of code", "64"),
  ])
  func sayWhatIsWrong(text: String, message: String, help: String) throws {
    let (names, _, _) = try Self.world()
    do {
      let path = try StatePath.read(text, in: names)
      Issue.record("\(text) is \(path)")
    } catch {
      #expect(error.message.contains(message), "\(error)")
      #expect(help.isEmpty || error.help?.contains(help) == true, "\(error)")
    }
  }

  @Test func neverFailOtherwise() throws {
    let (names, _, _) = try Self.world()
    var random = SplitMix64(seed: 5)
    let words = [
      "shop", ".", "jobs", "[", "]", "(", ")", ",", "7", "\"", "\\", "book", "Ask", " ", "total",
      "balance", "USD", "roles", "members", "alice", "0x", "@", "ß", "\u{301}", "key", "{",
    ]
    for _ in 0..<Effort.rounds(3_000) {
      let text = (0..<random.below(14)).map { _ in random.pick(words) }.joined()
      do { _ = try StatePath.read(text, in: names) } catch {
        #expect(error.message != "", "\(text)")
      }
    }
  }

  // MARK: - Back and forth

  @Test func areReadBackWithWildKeys() throws {
    let (names, shop, rig) = try Self.world()
    var random = SplitMix64(seed: 7)
    let texts = [
      "", " ", "\"", "\\", "\u{301}x", "a\r\nb", "\t", "\u{0}", "]", ",", "u{41}", "\\u{41}",
      "0x61",
      "\u{202E}x", "👩‍👩‍👧", "\u{85}", "n", "alice", "\u{FEFF}",
    ]
    let assets = [
      .zero, World.asset(issuer: .zero, className: "USD"), Fixture.alice,
      World.asset(issuer: rig, className: "Share"),
      World.asset(issuer: rig, className: "Passport", id: Array("a\\\"].".utf8)),
    ]
    for _ in 0..<Effort.rounds(500) {
      let text = (0..<random.below(4)).map { _ in random.pick(texts) }.joined()
      let bytes = random.bytes(random.pick([0, 1, 5, 33, 90]))
      let integer = Value.int(random.integer(bits: 1_016))
      let address = random.pick([.zero, Fixture.alice, shop, Fixture.account(77)])
      let keys: [StateKey] = [
        try Self.key(shop, 1, integer),
        try Self.key(shop, 2, .int(Integer(random.below(2))), integer, .bytes(bytes)),
        try Self.key(shop, 4, .bytes(Array(text.utf8)), Value(address)),
        try Self.key(shop, 5, Value(random.pick(assets))),
        try Self.key(shop, 7, .int(Integer(random.below(2)))),
      ]
      for key in keys {
        let text = StatePath.text(of: key, in: names)
        #expect(text.hasPrefix("shop."))
        #expect(try StatePath.read(text, in: names).key == key, "\(text)")
      }
    }
  }

  /// Whatever a random world stores, the name that is printed for its key leads back to it.
  @Test(arguments: 0..<10) func areReadBackInRandomWorlds(seed: Int) throws {
    for round in 0..<Effort.rounds(6) {
      let scenario = ScenarioGenerator.make(seed: UInt64(seed * 1_000 + round))
      let world = World(block: scenario.block, size: scenario.size)
      world.begin(scenario)
      for operation in scenario.operations { _ = world.run(operation, of: scenario) }
      let names = NamedWorld(world: world)
      for (address, name) in scenario.names where name.hasPrefix("c") && !name.contains("of") {
        // Some contracts have a name, others none.
        if name.hasSuffix("1") { continue }
        names.addContract(name.replacing(" ", with: "_"), address)
      }
      for entry in world.entries {
        let key = StateKey(entry.key)
        let text = StatePath.text(of: key, in: names)
        #expect(!text.hasPrefix("key("), "\(text)")
        #expect(try StatePath.read(text, in: names).target == .value(key, component: nil))
      }
    }
  }
}
