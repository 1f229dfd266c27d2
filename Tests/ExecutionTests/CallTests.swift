import Bytecode
import EngineTesting
import Execution
import Integers
import State
import Testing
import Verification

/// Calls between contracts, `try`, `perform`, `create`, hooks and payments.
@Suite struct CallTests {
  static let ret = Instruction(.ret, 0, 0, 0)

  /// A contract that others call: it keeps a number, fails, and looks at who called.
  static func callee() -> Module {
    var builder = ModuleBuilder("Callee")
    builder.module.acceptance = .any
    builder.module.fields = [Field(name: "n", value: .plain(.int))]
    builder.module.events = [Declaration(name: "Set", parameters: [Parameter("n", .int)])]
    builder.module.errors = [
      Declaration(name: "Bad", parameters: [Parameter("n", .int), Parameter("b", .bytes)])
    ]
    func export(
      _ name: String, _ parameters: [Kind], _ results: [Kind], payments: [String] = [],
      isView: Bool = false, _ code: [Instruction]
    ) {
      builder.export(
        name, builder.function(parameters, results, code), payments: payments, isView: isView)
    }
    export("get", [], [.int], isView: true, [Instruction(.loadInt, 0, 0, 0, 0, 0), ret])
    export(
      "set", [.int], [], [Instruction(.storeInt, 0, 0, 0, 0, 0), Instruction(.emit, 0, 0, 0), ret])
    export(
      "bad", [.int, .bytes], [],
      [Instruction(.storeInt, 0, 0, 0, 0, 0), Instruction(.fail, 0, 0, 0)])
    export("spin", [], [], [Instruction(.jump, 0)])
    export("who", [], [.address], [Instruction(.caller, 0), ret])
    export(
      "wrong", [], [.bool], [Instruction(.intSmall, 0, 2), ret])
    export(
      "pay", [.asset, .int, .asset, .int], [.int, .int, .int, .asset], payments: ["a", "b"],
      [
        Instruction(.selfAddress, 2), Instruction(.balance, 2, 0, 2), Instruction(.bytesMove, 0, 1),
        Instruction(.ret, 0, 0, 0),
      ])
    return builder.finished()
  }

  /// A contract that calls the first: each export takes its address.
  static func caller() -> Module {
    var builder = ModuleBuilder("Caller")
    builder.module.acceptance = .any
    builder.module.fields = [Field(name: "n", value: .plain(.int))]
    func signature(_ name: String, _ p: [Kind], _ r: [Kind], _ isView: Bool = false) -> UInt16 {
      builder.module.imports.append(
        ImportedSignature(name: name, parameters: p, results: r, isView: isView))
      return UInt16(builder.module.imports.count - 1)
    }
    let get = signature("get", [], [.int], true)
    let set = signature("set", [.int], [])
    let setView = signature("set", [.int], [], true)
    let bad = signature("bad", [.int, .bytes], [])
    let spin = signature("spin", [], [])
    let who = signature("who", [], [.address])
    let wrong = signature("wrong", [], [.bool])
    let missing = signature("get", [.int], [.int])
    let pay = signature("pay", [], [.int, .int, .int, .asset])
    let back = signature("back", [.address], [.int])
    let look = signature("look", [], [.int], true)
    func export(
      _ name: String, _ parameters: [Kind], _ results: [Kind], isView: Bool = false,
      _ code: [Instruction]
    ) {
      let isDone = code.last?.opcode == .ret
      builder.export(
        name, builder.function(parameters, results, isDone ? code : code + [ret]), isView: isView)
    }
    export("look", [], [.int], isView: true, [Instruction(.loadInt, 0, 0, 0, 0, 0)])
    export("get", [.address], [.int], [Instruction(.invoke, get, 0, 0, 0, 0)])
    export("set", [.address, .int], [], [Instruction(.invoke, set, 0, 0, 0, 0)])
    export("setView", [.address, .int], [], [Instruction(.invoke, setView, 0, 0, 0, 0)])
    export("who", [.address], [.address], [Instruction(.invoke, who, 0, 0, 0, 0)])
    export("wrong", [.address], [.int], [Instruction(.invoke, wrong, 0, 0, 0, 0)])
    export("missing", [.address, .int], [.int], [Instruction(.invoke, missing, 0, 0, 0, 0)])
    // other, a, b and the amounts of the payments
    export(
      "pay", [.address, .asset, .asset, .int, .int], [.int, .int, .int, .asset],
      [
        Instruction(.bytesMove, 3, 0), Instruction(.bytesMove, 4, 1), Instruction(.bytesMove, 5, 2),
        Instruction(.bytesMove, 0, 4), Instruction(.bytesMove, 1, 5),
        Instruction(.invoke, pay, 3, 0, 0, 2),
      ])
    export(
      "payOne", [.address, .asset, .int], [.int, .int, .int, .asset],
      [
        Instruction(.bytesMove, 2, 0), Instruction(.bytesMove, 0, 1),
        Instruction(.invoke, pay, 2, 0, 0, 1),
      ])
    // Calls `back` of the other with its own address, which calls `look` here.
    export(
      "ping", [.address], [.int],
      [
        Instruction(.bytesMove, 1, 0), Instruction(.selfAddress, 0),
        Instruction(.invoke, back, 1, 0, 0, 0),
      ])
    export("back", [.address], [.int], [Instruction(.invoke, look, 0, 0, 0, 0)])
    // Tries: gas, then what it tries; gives ok, code, value left in the window, origin, arguments.
    let results: [Kind] = [.int, .int, .int, .bytes, .bytes]
    func tried(_ name: String, _ import: UInt16) {
      let signature = builder.module.imports[Int(`import`)]
      let kinds = signature.parameters + signature.results
      let ints: UInt16 = kinds.contains { $0.bank == .int } ? 4 : 0
      let strings: UInt16 = kinds.contains { $0.bank == .bytes } ? 4 : 0
      export(
        name, [.address, .int, .int, .bytes], results,
        [
          Instruction(.intMove, 5, 0),  // gas
          Instruction(.intMove, 4, 1), Instruction(.bytesMove, 4, 1),
          Instruction(.tryNext, 2, 3, 5, 6, 5), Instruction(.invoke, `import`, 0, ints, strings, 0),
          Instruction(.ret, 2, 5, 0),
        ])
    }
    tried("trySet", set)
    tried("tryBad", bad)
    tried("trySpin", spin)
    tried("tryGet", get)
    tried("tryWrong", wrong)
    return builder.finished()
  }

  static func pair() throws -> (Fixture, Identifier, Identifier) {
    let fixture = Fixture()
    let callee = try fixture.add(callee())
    let caller = try fixture.add(caller())
    return (fixture, callee, caller)
  }

  @Test func callsByNameAndSignature() throws {
    let (fixture, callee, caller) = try Self.pair()
    let to = Value(callee)
    #expect(fixture.run(caller, "set", [to, .int(7)]).events.map(\.fields) == [[.int(7)]])
    #expect(fixture.run(caller, "get", [to]).results == [.int(7)])
    #expect(fixture.run(caller, "who", [to]).results == [Value(caller)])
    #expect(fixture.run(callee, "who").results == [Value(Fixture.alice)])
    let none = fixture.run(caller, "get", [Value(Fixture.bob)])
    #expect(none.failure?.reason == .trap(.noSuchContract))
    let missing = fixture.run(caller, "missing", [to, .int(1)])
    #expect(missing.failure?.reason == .trap(.noSuchFunction))
    #expect(missing.failure?.origin == caller)
    // Only a view will do.
    let view = fixture.run(caller, "setView", [to, .int(1)])
    #expect(view.failure?.reason == .trap(.noSuchFunction))
    let wrong = fixture.run(caller, "wrong", [to])
    #expect(wrong.failure?.reason == .trap(.kindMismatch))
    #expect(wrong.failure?.origin == callee)
    #expect(wrong.failure?.site == nil)
    #expect(fixture.run(callee, "get").results == [.int(7)])
  }

  /// Names are bytes: a Kelvin sign is not the letter K, although Swift thinks them equal.
  @Test func namesAreBytes() throws {
    var builder = ModuleBuilder()
    builder.export("K", builder.function([], [], [Self.ret]))
    let fixture = Fixture()
    let contract = try fixture.add(builder.finished())
    var call = fixture.call(contract, "K")
    #expect(fixture.world.call(call, by: Fixture.alice).failure == nil)
    call.name = "\u{212A}"
    #expect(
      fixture.world.call(call, by: Fixture.alice).failure?.reason == .trap(.noSuchFunction))
  }

  @Test func refusesReentrance() throws {
    let (fixture, _, caller) = try Self.pair()
    let second = try fixture.add(Self.caller())
    // Even a view of a contract on the stack is closed.
    let receipt = fixture.run(caller, "ping", [Value(second)])
    #expect(receipt.failure?.reason == .trap(.reentrantCall))
    #expect(receipt.failure?.origin == second)
    #expect(fixture.run(caller, "back", [Value(second)]).results == [.int(0)])
    let itself = fixture.run(caller, "back", [Value(caller)])
    #expect(itself.failure?.reason == .trap(.reentrantCall))
  }

  @Test func paysBeforeItCalls() throws {
    let (fixture, callee, caller) = try Self.pair()
    let other = fixture.world.createGenesisAsset(
      named: "EUR", decimals: 2, supply: 500, holder: caller)
    #expect(
      fixture.world.send(100, of: fixture.money, from: Fixture.alice, to: caller).failure == nil)
    func pay(_ a: Identifier, _ b: Identifier, _ x: Integer, _ y: Integer) -> Receipt {
      fixture.run(caller, "pay", [Value(callee), Value(a), Value(b), .int(x), .int(y)])
    }
    #expect(
      pay(fixture.money, other, 30, 5).results == [.int(30), .int(5), .int(30), Value(other)])
    #expect(fixture.world.balance(of: fixture.money, holder: callee) == 30)
    #expect(fixture.world.balance(of: other, holder: caller) == 495)
    #expect(
      pay(fixture.money, fixture.money, 1, 1).failure?.reason == .trap(.unexpectedPayment))
    #expect(pay(fixture.money, other, 71, 1).failure?.reason == .trap(.insufficientBalance))
    #expect(pay(fixture.money, other, -1, 1).failure?.reason == .trap(.negativeAmount))
    #expect(pay(fixture.money, Fixture.bob, 1, 1).failure?.reason == .trap(.noSuchAsset))
    #expect(fixture.world.balance(of: fixture.money, holder: caller) == 70)
    // A payment that is not attached is nothing of no asset.
    let one = fixture.run(caller, "payOne", [Value(callee), Value(fixture.money), .int(3)])
    #expect(one.results == [.int(3), .int(0), .int(33), Value(Identifier.zero)])
    let tooMany = fixture.run(
      callee, "get", paying: [AttachedPayment(asset: fixture.money, amount: 1)])
    #expect(tooMany.failure?.reason == .trap(.unexpectedPayment))
    let paid = fixture.run(
      callee, "pay", paying: [AttachedPayment(asset: fixture.money, amount: 9)])
    #expect(paid.results == [.int(9), .int(0), .int(42), Value(Identifier.zero)])
  }

  @Test func triesUnderASavepoint() throws {
    let (fixture, callee, caller) = try Self.pair()
    let to = Value(callee)
    func run(_ name: String, gas: Int, _ n: Integer = 5, limit: UInt64 = 200_000) -> Receipt {
      fixture.run(caller, name, [to, .int(Integer(gas)), .int(n), .bytes([7, 8])], gas: limit)
    }
    let nobody = Value(Identifier.zero)
    let set = run("trySet", gas: 20_000)
    #expect(set.results == [.int(1), .int(0), .int(5), nobody, .bytes([])])
    #expect(set.events.count == 1)
    let get = run("tryGet", gas: 20_000, 99)
    #expect(get.results == [.int(1), .int(0), .int(5), nobody, .bytes([])])

    let number = ErrorNumber.of("Bad(int,bytes)")
    let bad = run("tryBad", gas: 20_000, 6)
    // The error's arguments are encoded like a call's: 2 is one byte of an integer.
    #expect(
      bad.results == [
        .int(0), .int(Integer(number)), .int(0), to, .bytes([2, 6, 2, 7, 8]),
      ])
    #expect(bad.events.isEmpty)
    #expect(fixture.run(callee, "get").results == [.int(5)])
    #expect(bad.failure == nil)

    let spin = run("trySpin", gas: 30_000)
    #expect(spin.results?[0] == .int(0))
    #expect(spin.results?[1] == .int(Integer(Int(Trap.outOfGas.rawValue))))
    #expect(spin.gasUsed > 30_000 && spin.gasUsed < 32_000)

    let wrong = run("tryWrong", gas: 20_000)
    #expect(wrong.results?[1] == .int(Integer(Int(Trap.kindMismatch.rawValue))))
    #expect(wrong.results?[3] == to)

    #expect(
      run("trySet", gas: 300_000).failure?.reason == .trap(.insufficientTryGas))
    #expect(run("trySet", gas: -1).failure?.reason == .trap(.insufficientTryGas))
    // All gas of the try is used up, and what is left behind it is not enough to go on.
    let short = run("trySpin", gas: 2_000, limit: 2_700)
    #expect(short.failure == nil || short.failure?.reason == .trap(.outOfGas))
  }

  /// What a function under `try` wrote into the registers from its windows on is gone when it fails,
  /// however far it came.
  @Test func triesFunctions() throws {
    var builder = ModuleBuilder()
    let inner = builder.function(
      [.int], [.int],
      [
        Instruction(.intSmall, 1, 11), Instruction(.intSmall, 2, 22), Instruction(.selfAddress, 1),
        Instruction(.listNew, 1, 1), Instruction(.jumpEqualSmall, 0, 0, 6), Self.ret,
        Instruction(.div, 0, 1, 0, 0), Self.ret,
      ])
    // n, gas: the callee's registers begin at 4, so 5 and 6 are shared with it.
    let outer = builder.function(
      [.int, .int], [.int, .int, .int, .int, .int, .int],
      [
        Instruction(.intSmall, 5, 55), Instruction(.intSmall, 6, 66), Instruction(.intMove, 4, 0),
        Instruction(.selfAddress, 1), Instruction(.listNew, 1, 1),
        Instruction(.tryNext, 2, 3, 2, 3, 1), Instruction(.call, UInt16(inner), 4, 0, 0),
        Instruction(.length, 7, 1), Instruction(.ret, 2, 0, 0),
      ])
    builder.export("f", outer)
    let fixture = Fixture()
    let contract = try fixture.add(builder.finished())
    let ok = fixture.run(contract, "f", [.int(9), .int(1_000)])
    #expect(ok.results == [.int(1), .int(0), .int(9), .int(11), .int(22), .int(32)])
    let failed = fixture.run(contract, "f", [.int(0), .int(1_000)])
    let code = Integer(Int(Trap.divisionByZero.rawValue))
    #expect(failed.results == [.int(0), .int(code), .int(0), .int(0), .int(0), .int(0)])
    let spent = Integer(Int(Trap.outOfGas.rawValue))
    for gas in 0..<20 {
      let receipt = fixture.run(contract, "f", [.int(9), .int(Integer(gas))])
      if receipt.results?[0] == .int(1) { continue }
      #expect(receipt.results == [.int(0), .int(spent), .int(0), .int(0), .int(0), .int(0)])
    }
  }

  @Test func doesNotCatchWhatIsFatal() throws {
    var builder = ModuleBuilder()
    let inner = builder.function([], [], [Instruction(.call, 0, 0, 0, 0), Self.ret])
    let outer = builder.function(
      [], [],
      [
        Instruction(.intConst, 0, builder.integer(300_000)),
        Instruction(.tryNext, 1, 2, 0, 1, 0), Instruction(.call, UInt16(inner), 3, 2, 0), Self.ret,
      ])
    builder.export("f", outer)
    let fixture = Fixture()
    let contract = try fixture.add(builder.finished())
    let receipt = fixture.run(contract, "f", gas: 1_000_000)
    #expect(receipt.failure?.reason == .trap(.stackOverflow))
    // What was set aside for after the try is not used.
    #expect(receipt.gasUsed < 300_000)
    #expect(receipt.failure?.site?.function == inner)
  }

  @Test func performsWhatItEncodes() throws {
    var builder = ModuleBuilder()
    builder.module.imports = [
      ImportedSignature(name: "bad", parameters: [.int, .bytes], results: [], isView: false),
      ImportedSignature(
        name: "pay", parameters: [], results: [.int, .int, .int, .asset], isView: false),
    ]
    builder.export(
      "encode",
      builder.function(
        [.address, .asset, .int], [.call],
        [
          Instruction(.encodeCall, 2, 1, 0, 0, 1, 1), Instruction(.bytesMove, 0, 2), Self.ret,
        ]))
    builder.export(
      "encodeBad",
      builder.function(
        [.address, .bytes, .int], [.call],
        [
          Instruction(.encodeCall, 2, 0, 0, 0, 1, 0), Instruction(.bytesMove, 0, 2), Self.ret,
        ]))
    builder.export(
      "perform", builder.function([.call], [.bytes], [Instruction(.perform, 0, 0), Self.ret]))
    builder.module.acceptance = .any
    let fixture = Fixture()
    let callee = try fixture.add(Self.callee())
    let contract = try fixture.add(builder.finished())
    let receipt = fixture.run(
      contract, "encode", [Value(callee), Value(fixture.money), .int(12)])
    let bytes = try #require(receipt.results?.first?.string)
    let call = try ContractCall(decoding: bytes)
    #expect(
      call
        == fixture.call(
          callee, "pay", paying: [AttachedPayment(asset: fixture.money, amount: 12)]))
    #expect(
      fixture.run(contract, "perform", [.bytes(bytes)]).failure?.reason
        == .trap(.insufficientBalance))
    _ = fixture.world.send(50, of: fixture.money, from: Fixture.alice, to: contract)
    let performed = fixture.run(contract, "perform", [.bytes(bytes)])
    var writer = ByteWriter()
    writer.write(.int(12), of: .int)
    writer.write(.int(0), of: .int)
    writer.write(.int(12), of: .int)
    writer.write(Value(Identifier.zero), of: .asset)
    #expect(performed.results == [.bytes(writer.bytes)])
    let bad = fixture.run(contract, "encodeBad", [Value(callee), .bytes([1]), .int(3)])
    let failing = fixture.run(contract, "perform", [bad.results?.first ?? .int(0)])
    #expect(
      failing.failure?.reason
        == .declared(
          index: 0, number: ErrorNumber.of("Bad(int,bytes)"), arguments: [.int(3), .bytes([1])]))
    #expect(failing.failure?.origin == callee)
    #expect(
      fixture.run(contract, "perform", [.bytes([1, 2, 3])]).failure?.reason
        == .trap(.kindMismatch))
  }

  @Test func createsContracts() throws {
    var child = ModuleBuilder("Child")
    child.module.acceptance = .any
    child.module.fields = [
      Field(name: "n", value: .plain(.int)), Field(name: "by", value: .plain(.address)),
    ]
    child.module.classes = [AssetClass(name: "C", title: "", decimals: 0)]
    child.export(
      "init",
      child.function(
        [.int, .asset, .int], [],
        [
          Instruction(.add, 0, 0, 1), Instruction(.storeInt, 0, 0, 0, 0, 0),
          Instruction(.caller, 0), Instruction(.storeBytes, 1, 0, 0, 0, 0), Self.ret,
        ]), payments: ["deposit"])
    child.export("n", child.function([], [.int], [Instruction(.loadInt, 0, 0, 0, 0, 0), Self.ret]))
    child.export(
      "by", child.function([], [.address], [Instruction(.loadBytes, 0, 1, 0, 0, 0), Self.ret]))
    var parent = ModuleBuilder("Parent")
    parent.module.acceptance = .any
    parent.module.imports = [
      ImportedSignature(name: "init", parameters: [.int], results: [], isView: false),
      ImportedSignature(name: "init", parameters: [.bytes], results: [], isView: false),
    ]
    parent.export(
      "make",
      parent.function(
        [.bytes, .asset, .int, .int], [.address],
        [Instruction(.create, 0, 0, 0, 0, 1, 1), Self.ret]))
    parent.export(
      "makeWrong",
      parent.function(
        [.bytes], [.address], [Instruction(.create, 0, 0, 1, 0, 0, 0), Self.ret]))
    let fixture = Fixture()
    let contract = try fixture.add(parent.finished())
    _ = fixture.world.send(50, of: fixture.money, from: Fixture.alice, to: contract)
    let module = try Verifier.verify(child.finished())
    let start = fixture.world.state.checkpoint()
    let hash = Value(fixture.world.deploy(code: module))
    func make(_ n: Integer, _ amount: Integer) -> Receipt {
      fixture.run(contract, "make", [hash, Value(fixture.money), .int(n), .int(amount)])
    }
    let first = try #require(make(1, 10).results?.first?.identifier)
    let second = try #require(make(2, 5).results?.first?.identifier)
    #expect(first != second)
    #expect(fixture.run(first, "n").results == [.int(11)])
    #expect(fixture.run(second, "n").results == [.int(7)])
    #expect(fixture.run(first, "by").results == [Value(contract)])
    #expect(fixture.world.balance(of: fixture.money, holder: first) == 10)
    #expect(fixture.world.asset(World.asset(issuer: first, className: "C"))?.issuer == first)
    let before = fixture.contents
    #expect(make(1, 1_000).failure?.reason == .trap(.insufficientBalance))
    #expect(fixture.contents == before)
    #expect(
      fixture.run(contract, "makeWrong", [hash]).failure?.reason == .trap(.noSuchFunction))
    // The initialiser runs once.
    #expect(
      fixture.run(first, "init", [.int(4)]).failure?.reason == .trap(.noSuchFunction))
    // When the deployment is undone the code is gone.
    fixture.world.state.revert(to: start)
    #expect(make(1, 1).failure?.reason == .trap(.codeNotDeployed))
  }

  @Test func knowsItsSurroundings() throws {
    var builder = ModuleBuilder()
    builder.module.messages = [
      Declaration(name: "Order", parameters: [Parameter("to", .address), Parameter("n", .int)])
    ]
    builder.export(
      "all",
      builder.function(
        [], [.address, .address, .bytes, .int, .int],
        [
          Instruction(.selfAddress, 0), Instruction(.caller, 1), Instruction(.chainID, 2),
          Instruction(.height, 0), Instruction(.time, 1), Self.ret,
        ]))
    builder.export(
      "beacon", builder.function([.int], [.bytes], [Instruction(.beacon, 0, 0), Self.ret]))
    builder.export(
      "digest",
      builder.function(
        [.address, .int], [.bytes], [Instruction(.digest, 0, 0, 0, 0), Self.ret]))
    let fixture = Fixture()
    let contract = try fixture.add(builder.finished())
    let block = fixture.world.block
    #expect(
      fixture.run(contract, "all").results == [
        Value(contract), Value(Fixture.alice), Value(block.chain), .int(300), .int(1_700_000_000),
      ])
    for (height, isThere) in [(299, true), (44, true), (43, false), (300, false), (-1, false)] {
      let receipt = fixture.run(contract, "beacon", [.int(Integer(height))])
      if isThere {
        #expect(receipt.results == block.beacons[height].map { [Value($0)] })
      } else {
        #expect(receipt.failure?.reason == .trap(.beaconUnavailable))
      }
    }
    let module = try #require(fixture.world.module(of: contract))
    let fields: [Value] = [Value(Fixture.bob), .int(-5)]
    let digest = MessageDigest.digest(
      of: module.messages[0], in: module, chain: block.chain, contract: contract, fields: fields)
    #expect(fixture.run(contract, "digest", fields).results == [.bytes(digest)])
  }

  /// Calls nest as deep as the limit says, and then the transaction ends.
  @Test func limitsTheDepth() throws {
    var builder = ModuleBuilder()
    builder.module.imports = [
      ImportedSignature(name: "go", parameters: [.addresses, .int], results: [], isView: false)
    ]
    // Calls the contract at the index in the list, with the next index.
    builder.export(
      "go",
      builder.function(
        [.addresses, .int], [],
        [
          Instruction(.length, 1, 0), Instruction(.mulSmall, 2, 0, 32),
          Instruction(.jumpLess, 2, 1, 4), Self.ret,
          Instruction(.element, 1, 0, 0), Instruction(.addSmall, 0, 0, 1),
          Instruction(.invoke, 0, 1, 0, 0, 0), Self.ret,
        ]))
    let fixture = Fixture()
    for _ in 0..<70 { try fixture.add(builder.finished()) }
    for (count, works) in [(1, true), (63, true), (64, false), (69, false)] {
      let list = fixture.contracts[1...count].flatMap(\.bytes)
      let receipt = fixture.run(
        fixture.contracts[0], "go", [.bytes(list), .int(0)], gas: 100_000_000)
      #expect(receipt.failure?.reason == (works ? nil : .trap(.callDepthExceeded)), "\(count)")
    }
  }
}
