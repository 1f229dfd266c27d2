import Bytecode
import EngineTesting
import Execution
import Integers
import Testing
import Verification

/// Assets: who may do what, what is conserved, and the hooks.
@Suite struct AssetTests {
  static let ret = Instruction(.ret, 0, 0, 0)

  /// A contract whose exports are the instructions on assets.
  static func issuer(
    _ name: String = "Issuer", acceptance: Acceptance = .none,
    change: (inout ModuleBuilder) -> Void = { _ in }
  ) -> Module {
    var builder = ModuleBuilder(name)
    builder.module.acceptance = acceptance
    builder.module.fields = [Field(name: "accepted", value: .plain(.asset))]
    builder.module.classes = [
      AssetClass(name: "Coin", title: "Coin", decimals: 2, isForceable: true),
      AssetClass(name: "Free", title: "Free", decimals: 2, isBurnable: true),
      AssetClass(name: "Thing", title: "Thing", decimals: 0, isSingle: true, isKeyed: true),
    ]
    func export(
      _ name: String, _ parameters: [Kind], _ results: [Kind], _ code: [Instruction]
    ) {
      builder.export(name, builder.function(parameters, results, code + [ret]))
    }
    export("mint", [.asset, .int, .address], [], [Instruction(.mint, 0, 0, 1)])
    export("burn", [.asset, .int], [], [Instruction(.burn, 0, 0)])
    export("send", [.asset, .int, .address], [], [Instruction(.send, 0, 0, 1)])
    export("force", [.asset, .int, .address, .address], [], [Instruction(.force, 0, 0, 1, 2)])
    export("balance", [.asset, .address], [.int], [Instruction(.balance, 0, 0, 1)])
    export("supply", [.asset], [.int], [Instruction(.supply, 0, 0)])
    export("holder", [.asset], [.address], [Instruction(.holder, 0, 0)])
    export(
      "describe", [.asset], [.address, .bytes, .bytes],
      [
        Instruction(.className, 1, 0), Instruction(.assetID, 2, 0), Instruction(.issuer, 0, 0),
      ])
    export("create", [.bytes], [.asset], [Instruction(.createAsset, 0, 2, 0, 0)])
    export("thing", [.bytes], [.asset], [Instruction(.assetOf, 0, 2, 0)])
    export("accept", [.asset], [], [Instruction(.storeBytes, 0, 0, 0, 0, 0)])
    change(&builder)
    return builder.finished()
  }

  private func expect(
    _ receipt: Receipt, _ trap: Trap?, _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(receipt.failure?.reason == trap.map { .trap($0) }, sourceLocation: location)
  }

  @Test func mintsAndBurns() throws {
    let fixture = Fixture()
    let a = try fixture.add(Self.issuer())
    let b = try fixture.add(Self.issuer("Other", acceptance: .any))
    let coin = World.asset(issuer: a, className: "Coin")
    let free = World.asset(issuer: a, className: "Free")
    let alice = Value(Fixture.alice)
    func run(_ contract: Identifier, _ name: String, _ arguments: Value...) -> Receipt {
      fixture.run(contract, name, arguments)
    }
    expect(run(a, "mint", Value(coin), .int(100), Value(a)), nil)
    expect(run(a, "mint", Value(coin), .int(50), Value(b)), nil)
    expect(run(a, "mint", Value(free), .int(50), Value(b)), nil)
    expect(run(b, "mint", Value(coin), .int(1), Value(b)), .notIssuer)
    expect(run(a, "mint", Value(coin), .int(-1), Value(b)), .negativeAmount)
    expect(run(a, "mint", Value(coin), .int(1), Value(Identifier.zero)), .zeroAddress)
    expect(run(a, "mint", alice, .int(1), alice), .noSuchAsset)
    expect(
      run(a, "mint", Value(coin), .int(.power(of: 16_384, minus: 1)), alice), .integerTooLarge)
    expect(run(a, "burn", Value(coin), .int(30)), nil)
    expect(run(a, "burn", Value(coin), .int(71)), .insufficientBalance)
    expect(run(b, "burn", Value(coin), .int(1)), .notBurnable)
    expect(run(b, "burn", Value(free), .int(50)), nil)
    #expect(run(b, "supply", Value(coin)).results == [.int(120)])
    #expect(run(b, "supply", Value(free)).results == [.int(0)])
    #expect(run(b, "balance", Value(coin), Value(a)).results == [.int(70)])
    #expect(
      run(b, "describe", Value(coin)).results
        == [Value(a), .bytes(Array("Coin".utf8)), .bytes([])])
    #expect(
      run(b, "describe", alice).results == [Value(Identifier.zero), .bytes([]), .bytes([])])
    // Sending nothing is nothing, even to where nothing is accepted.
    expect(run(b, "send", Value(coin), .int(0), Value(a)), nil)
    expect(run(b, "send", Value(coin), .int(51), alice), .insufficientBalance)
    expect(run(b, "send", Value(coin), .int(1), Value(Identifier.zero)), .zeroAddress)
    let sent = run(b, "send", Value(coin), .int(20), alice)
    #expect(sent.balanceChanges.map(\.after).sorted() == [20, 30])
    expect(run(a, "force", Value(coin), .int(5), alice, Value(b)), nil)
    #expect(fixture.world.balance(of: coin, holder: b) == 35)
    expect(run(b, "force", Value(coin), .int(5), alice, Value(b)), .notIssuer)
    expect(run(a, "force", Value(free), .int(5), alice, Value(b)), .notForceable)
    expect(run(a, "force", Value(coin), .int(16), alice, Value(b)), .insufficientBalance)
  }

  @Test func acceptsWhatItDeclares() throws {
    let fixture = Fixture()
    let none = try fixture.add(Self.issuer("None"))
    let any = try fixture.add(Self.issuer("Any", acceptance: .any))
    let some = try fixture.add(Self.issuer("Some", acceptance: .fields([0])))
    func send(_ asset: Identifier, to receiver: Identifier) -> Receipt {
      fixture.world.send(1, of: asset, from: Fixture.alice, to: receiver)
    }
    expect(send(fixture.money, to: none), .notAccepted)
    expect(send(fixture.money, to: any), nil)
    expect(send(fixture.money, to: some), .notAccepted)
    expect(fixture.run(some, "accept", [Value(fixture.money)]), nil)
    expect(send(fixture.money, to: some), nil)
    let own = World.asset(issuer: none, className: "Coin")
    expect(fixture.run(none, "mint", [Value(own), .int(9), Value(Fixture.alice)]), nil)
    expect(send(own, to: none), nil)
    expect(send(own, to: some), .notAccepted)
    expect(send(own, to: Fixture.bob), nil)
    expect(fixture.run(none, "mint", [Value(own), .int(9), Value(some)]), .notAccepted)
    expect(
      fixture.run(none, "force", [Value(own), .int(1), Value(Fixture.alice), Value(some)]),
      .notAccepted)
  }

  @Test func refusesAnIDWhereThereIsOneAssetOnly() throws {
    var builder = ModuleBuilder()
    builder.module.classes = [AssetClass(name: "Coin", title: "Coin", decimals: 0)]
    builder.export(
      "create",
      builder.function(
        [.bytes], [.asset],
        [Instruction(.createAsset, 0, 0, 0, 0), Instruction(.ret, 0, 0, 0)]))
    let fixture = Fixture()
    let contract = try fixture.add(builder.finished())
    expect(fixture.run(contract, "create", [.bytes([1])]), .unexpectedAssetID)
    expect(fixture.run(contract, "create", [.bytes([])]), .assetExists)
  }

  @Test func keepsThingsSingle() throws {
    let fixture = Fixture()
    let a = try fixture.add(Self.issuer(acceptance: .any))
    let thing = try #require(
      fixture.run(a, "create", [.bytes([1, 2])]).results?.first?.identifier)
    #expect(thing == World.asset(issuer: a, className: "Thing", id: [1, 2]))
    #expect(fixture.run(a, "thing", [.bytes([1, 2])]).results == [Value(thing)])
    expect(fixture.run(a, "create", [.bytes([1, 2])]), .assetExists)
    expect(fixture.run(a, "create", [.bytes([UInt8](repeating: 0, count: 257))]), .assetIDTooLong)
    #expect(fixture.run(a, "holder", [Value(thing)]).results == [Value(Identifier.zero)])
    expect(fixture.run(a, "mint", [Value(thing), .int(2), Value(a)]), .singleSupply)
    expect(fixture.run(a, "mint", [Value(thing), .int(1), Value(Fixture.bob)]), nil)
    expect(fixture.run(a, "mint", [Value(thing), .int(1), Value(a)]), .singleSupply)
    #expect(fixture.run(a, "holder", [Value(thing)]).results == [Value(Fixture.bob)])
    expect(fixture.world.send(1, of: thing, from: Fixture.bob, to: a), nil)
    #expect(fixture.run(a, "holder", [Value(thing)]).results == [Value(a)])
    expect(fixture.run(a, "burn", [Value(thing), .int(1)]), nil)
    #expect(fixture.run(a, "holder", [Value(thing)]).results == [Value(Identifier.zero)])
    expect(fixture.run(a, "mint", [Value(thing), .int(1), Value(a)]), nil)
    #expect(fixture.world.asset(thing)?.isSingle == true)
  }

  // MARK: - Hooks

  /// A contract whose hook counts its runs, tells them in an event, and refuses the amount 13; with a
  /// class that names it, and one that names the hook of another contract behind its own.
  static func hooked() -> Module {
    issuer("Hooked", acceptance: .any) { builder in
      builder.module.fields.append(Field(name: "runs", value: .plain(.int)))
      builder.module.events = [
        Declaration(
          name: "Ran",
          parameters: Hook.parameters + [
            Parameter("balance", .int), Parameter("caller", .address),
          ])
      ]
      builder.module.errors = [Declaration(name: "Unlucky", parameters: [])]
      let hook = builder.function(
        Hook.parameters.map(\.kind), [],
        [
          Instruction(.jumpEqualSmall, 0, 13, 6), Instruction(.loadInt, 1, 1, 0, 0, 0),
          Instruction(.addSmall, 1, 1, 1), Instruction(.storeInt, 1, 0, 0, 0, 1),
          // The balance of the sender, before anything moves.
          Instruction(.balance, 1, 0, 1), Instruction(.jump, 7),
          Instruction(.fail, 0, 0, 0), Instruction(.caller, 4), Instruction(.emit, 0, 0, 0), ret,
        ])
      builder.module.hooks = [Hook(name: "watch", function: hook)]
      builder.module.classes += [
        AssetClass(
          name: "Watched", title: "", decimals: 0, isBurnable: true,
          hooks: [HookReference(name: "watch", isForeign: false, gas: 20_000)]),
        AssetClass(
          name: "Twice", title: "", decimals: 0, isKeyed: true,
          hooks: [
            HookReference(name: "watch", isForeign: false, gas: 20_000),
            HookReference(name: "watch", isForeign: true, gas: 20_000),
          ]),
        AssetClass(
          name: "Poor", title: "", decimals: 0,
          hooks: [HookReference(name: "watch", isForeign: false, gas: 100)]),
      ]
      builder.export(
        "runs", builder.function([], [.int], [Instruction(.loadInt, 0, 1, 0, 0, 0), ret]))
      builder.export(
        "twice",
        builder.function(
          [.address], [.asset],
          [Instruction(.createAsset, 0, 4, 1, 0), ret]))
      builder.export("admit", builder.function([.address], [], [Instruction(.admit, 0), ret]))
      builder.export("dismiss", builder.function([.address], [], [Instruction(.dismiss, 0), ret]))
    }
  }

  @Test func runsHooksBeforeEveryChange() throws {
    let fixture = Fixture()
    let a = try fixture.add(Self.hooked())
    let asset = World.asset(issuer: a, className: "Watched")
    let zero = Value(Identifier.zero)
    func fields(
      _ from: Value, _ to: Value, _ amount: Integer, _ balance: Integer, by: Identifier
    ) -> [Value] {
      [Value(asset), from, to, .int(amount), Value(by), .int(balance), Value(by)]
    }
    // The fields of events are in the order of declaration.
    let minted = fixture.run(a, "mint", [Value(asset), .int(50), Value(Fixture.alice)])
    #expect(
      minted.events.map(\.fields) == [fields(zero, Value(Fixture.alice), 50, 0, by: a)])
    let sent = fixture.world.send(20, of: asset, from: Fixture.alice, to: a)
    #expect(
      sent.events.map(\.fields) == [
        fields(Value(Fixture.alice), Value(a), 20, 50, by: Fixture.alice)
      ])
    let burnt = fixture.run(a, "burn", [Value(asset), .int(5)])
    #expect(burnt.events.map(\.fields) == [fields(Value(a), zero, 5, 20, by: a)])
    #expect(fixture.run(a, "send", [Value(asset), .int(0), Value(Fixture.bob)]).events.isEmpty)
    #expect(fixture.run(a, "runs").results == [.int(3)])
    // A hook may refuse.
    let before = fixture.contents
    let refused = fixture.world.send(13, of: asset, from: Fixture.alice, to: Fixture.bob)
    #expect(
      refused.failure?.reason
        == .declared(index: 0, number: ErrorNumber.of("Unlucky()"), arguments: []))
    #expect(refused.failure?.origin == a)
    #expect(fixture.contents == before)
    let poor = World.asset(issuer: a, className: "Poor")
    let mint = fixture.run(a, "mint", [Value(poor), .int(1), Value(a)], gas: 100_000)
    expect(mint, .outOfGas)
    #expect(mint.gasUsed < 10_000)
  }

  @Test func bindsHooksOfOthers() throws {
    let fixture = Fixture()
    let a = try fixture.add(Self.hooked())
    let b = try fixture.add(Self.hooked())
    expect(fixture.run(a, "twice", [Value(b)]), .hookNotAdmitted)
    expect(fixture.run(b, "admit", [Value(a)]), nil)
    let receipt = fixture.run(a, "twice", [Value(b)])
    let asset = try #require(receipt.results?.first?.identifier)
    expect(fixture.run(b, "dismiss", [Value(a)]), nil)
    // What exists keeps its hooks, in their order.
    let minted = fixture.run(a, "mint", [Value(asset), .int(4), Value(Fixture.alice)])
    #expect(minted.events.map(\.contract) == [a, b])
    #expect(fixture.run(b, "runs").results == [.int(1)])
    // Both contracts' hooks run while both are on the stack.
    #expect(fixture.world.send(4, of: asset, from: Fixture.alice, to: b).events.count == 2)
    #expect(fixture.run(b, "send", [Value(asset), .int(1), Value(a)]).events.count == 2)
  }

  // MARK: - Conservation

  @Test(arguments: 0..<4) func conserves(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let fixture = Fixture()
    for _ in 0..<3 { try fixture.add(Self.hooked()) }
    let holders = fixture.contracts + [Fixture.alice, Fixture.bob]
    let assets =
      fixture.contracts.flatMap { contract in
        ["Coin", "Free", "Watched"].map { World.asset(issuer: contract, className: $0) }
      } + [fixture.money]
    for _ in 0..<Effort.rounds(120) {
      let contract = random.pick(fixture.contracts)
      let asset = Value(random.pick(assets))
      let amount = Value.int(Integer(random.below(30)))
      let holder = Value(random.pick(holders))
      let before = fixture.contents
      let receipt =
        switch random.below(5) {
        case 0: fixture.run(contract, "mint", [asset, amount, holder])
        case 1: fixture.run(contract, "burn", [asset, amount])
        case 2: fixture.run(contract, "send", [asset, amount, holder])
        case 3:
          fixture.run(contract, "force", [asset, amount, holder, Value(random.pick(holders))])
        default:
          fixture.world.send(
            Integer(random.below(30)), of: random.pick(assets), from: Fixture.alice,
            to: random.pick(holders))
        }
      if receipt.failure != nil { #expect(fixture.contents == before) }
      for asset in assets {
        let sum = try holders.reduce(Integer(0)) {
          try $0.adding(fixture.world.balance(of: asset, holder: $1))
        }
        #expect(sum == fixture.world.supply(of: asset))
      }
    }
  }

  /// An enforced invariant undoes the transaction that breaks it, whoever made it.
  @Test func enforcesInvariants() throws {
    let fixture = Fixture()
    let module = Self.issuer("Bounded", acceptance: .any) { builder in
      builder.module.fields.append(Field(name: "n", value: .plain(.int)))
      let small = builder.function(
        [], [.bool],
        [
          Instruction(.loadInt, 0, 1, 0, 0, 0), Instruction(.intSmall, 1, 10),
          Instruction(.less, 0, 0, 1), Self.ret,
        ])
      let odd = builder.function(
        [], [.bool],
        [
          Instruction(.loadInt, 0, 1, 0, 0, 0), Instruction(.intSmall, 1, 5),
          Instruction(.notEqual, 0, 0, 1), Self.ret,
        ])
      builder.module.invariants = [
        Invariant(title: "small", function: small, isEnforced: true),
        Invariant(title: "not five", function: odd, isEnforced: false),
      ]
      builder.export(
        "set", builder.function([.int], [], [Instruction(.storeInt, 1, 0, 0, 0, 0), Self.ret]))
    }
    let contract = try fixture.add(module)
    expect(fixture.run(contract, "set", [.int(9)]), nil)
    let before = fixture.contents
    let broken = fixture.run(contract, "set", [.int(10)])
    expect(broken, .invariantBroken)
    #expect(broken.failure?.origin == contract && broken.failure?.site != nil)
    #expect(fixture.contents == before)
    expect(fixture.run(contract, "set", [.int(5)]), nil)
    let invariants = try #require(fixture.world.module(of: contract)).invariants
    #expect(fixture.world.check(invariants[0], of: contract).results == [.int(1)])
    #expect(fixture.world.check(invariants[1], of: contract).results == [.int(0)])
  }
}
