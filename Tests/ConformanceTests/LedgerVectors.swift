import Assembly
import Bytecode
import EngineTesting
import Execution
import Integers

/// Vectors of the rules for assets, storage, calls and creation, each chosen by hand from both sides.
enum LedgerVectors {
  /// Issues single things and coins, and asks about them.
  private static let things = """
    contract Things
    class Thing "Thing" each single forceable burnable
    class Coin "Coin" decimals 0

    state
        wanted asset

    accepts @wanted

    export make (id bytes) -> (thing asset)
        thing = create Thing[id]
        return thing
    end

    export issue (thing asset, amount int, receiver address)
        mint thing, amount to receiver
    end

    export coins (amount int, receiver address)
        mint Coin, amount to receiver
    end

    export give (thing asset, amount int, receiver address)
        send thing, amount to receiver
    end

    export take (thing asset, amount int, owner address, receiver address)
        force thing, amount from owner to receiver
    end

    export end_of (thing asset, amount int)
        burn thing, amount
    end

    export want (thing asset)
        @wanted = thing
    end

    view about (thing asset) -> (owner address, all int, maker address, name text, id bytes)
        return holder(thing), supply(thing), issuer(thing), class_name(thing), asset_id(thing)
    end
    """

  /// Maps with keys of every kind, and a map with a total.
  private static let maps = """
    contract Maps
    record Row
        n int
        note text

    state
        named summed map name text, level int -> int
        rows map key bytes, owner address -> Row
        large map n int -> bytes

    export set (name text, level int, n int)
        @named[name, level] = n
    end

    export put (key bytes, owner address, n int, note text)
        @rows[key, owner] = Row(n, note)
    end

    export note (key bytes, owner address, note text)
        @rows[key, owner].note = note
    end

    export drop (key bytes, owner address)
        delete @rows[key, owner]
    end

    export store (n int, value bytes)
        @large[n] = value
    end

    export grow (n int, width int)
        @large[n] = concat(bytes(0, width), bytes(1, width))
    end

    view sum () -> (all int)
        return total(@named)
    end

    view walk () -> (visits int, levels int, length int)
        visits = 0
        levels = 0
        length = 0
        for each (name, level) in @named
            visits = visits + 1
            levels = levels * 1000 + level
            length = length + length(name)
        end
        for each (key, owner) in @rows down
            visits = visits + 1
            levels = levels * 7 + @rows[key, owner].n
            length = length * 3 + length(key)
        end
        return visits, levels, length
    end
    """

  /// Made with an amount and a payment.
  private static let made = """
    contract Made
    state
        n int

    init (n int)
        @n = n
    end

    view get () -> (n int)
        return @n
    end
    """

  /// Made with nothing.
  private static let plain = """
    contract Plain
    export nothing ()
        return
    end

    invariant "never holds"
        false
    end
    """

  private static func module(_ source: String) throws -> Module {
    let result = Assembler().assemble(path: "Vector.alq", text: source)
    guard let artifact = result.artifact else {
      throw VectorFailure(
        DiagnosticRenderer().render(result.diagnostics, in: result.sources))
    }
    return artifact.module
  }

  /// The file.
  static func file(engine: any ContractEngine) throws -> VectorFile {
    let recorder = VectorRecorder(
      "The rules for assets, keys, totals, creation and invariants, from both sides.",
      engine: engine)
    let money = try recorder.money("USD", supply: 1_000_000, holder: Fixture.alice)
    try recordThings(recorder, money)
    try recordMaps(recorder)
    try recordCreations(recorder, money)
    return recorder.finished()
  }

  private static func recordThings(_ recorder: VectorRecorder, _ money: Identifier) throws {
    let things = try recorder.contract(try module(things))
    let (alice, bob) = (Value(Fixture.alice), Value(Fixture.bob))
    func about(_ asset: Identifier) throws {
      try recorder.call(
        things, "about(asset)->(address,int,address,text,bytes)", [Value(asset)])
    }
    let made = try recorder.call(things, "make(bytes)->(asset)", [.bytes([7, 7])])
    let thing = made.results?.first?.value.identifier ?? .zero
    try recorder.call(things, "make(bytes)->(asset)", [.bytes([7, 7])])
    try recorder.call(things, "make(bytes)->(asset)", [.bytes([UInt8](repeating: 1, count: 257))])
    try about(thing)
    let issue = "issue(asset,int,address)->()"
    for (amount, receiver) in [(2, bob), (-1, bob), (0, bob), (1, Value(Identifier.zero))] {
      try recorder.call(things, issue, [Value(thing), .int(Integer(amount)), receiver])
    }
    try recorder.call(things, issue, [Value(money), .int(1), bob])
    try recorder.call(things, issue, [Value(Fixture.account(77)), .int(1), bob])
    try recorder.call(things, issue, [Value(thing), .int(1), bob])
    try recorder.call(things, issue, [Value(thing), .int(1), bob])
    try about(thing)
    try recorder.add(send(thing, 1, from: Fixture.bob, to: Fixture.alice))
    try about(thing)
    try recorder.add(send(thing, 2, from: Fixture.alice, to: Fixture.bob))
    try recorder.add(send(thing, 0, from: Fixture.alice, to: Fixture.bob))
    try recorder.add(send(thing, -1, from: Fixture.alice, to: Fixture.bob))
    let take = "take(asset,int,address,address)->()"
    for amount in [-1, 0, 2, 1] {
      try recorder.call(things, take, [Value(thing), .int(Integer(amount)), alice, bob])
    }
    try recorder.call(things, take, [Value(money), .int(1), alice, bob])
    try recorder.call(things, take, [Value(thing), .int(1), bob, Value(things)])
    try about(thing)
    try recorder.call(things, "give(asset,int,address)->()", [Value(thing), .int(1), bob])
    try recorder.call(things, take, [Value(thing), .int(1), bob, Value(things)])
    for amount in [-1, 2, 0, 1, 1] {
      try recorder.call(
        things, "end_of(asset,int)->()", [Value(thing), .int(Integer(amount))])
    }
    try about(thing)
    try about(Fixture.account(78))
    // A contract takes what it asks for by a field, and nothing else.
    try recorder.add(send(money, 5, from: Fixture.alice, to: things))
    try recorder.call(things, "want(asset)->()", [Value(money)])
    try recorder.add(send(money, 5, from: Fixture.alice, to: things))
    try recorder.call(things, "give(asset,int,address)->()", [Value(money), .int(6), bob])
    try recorder.call(things, "give(asset,int,address)->()", [Value(money), .int(5), bob])
    try recorder.call(things, "end_of(asset,int)->()", [Value(money), .int(1)])
    // The largest supply, and one more.
    let most = Integer.power(of: 16_384, minus: 1)
    try recorder.call(things, "coins(int,address)->()", [.int(most), bob])
    try recorder.call(things, "coins(int,address)->()", [.int(1), alice])
  }

  private static func send(
    _ asset: Identifier, _ amount: Integer, from: Identifier, to: Identifier
  ) -> StepVector {
    StepVector(
      send: SendVector(
        asset: IdentifierVector(asset), amount: ValueVector(.int(amount)),
        from: IdentifierVector(from), to: IdentifierVector(to), gas: VectorRecorder.gas))
  }

  private static func recordMaps(_ recorder: VectorRecorder) throws {
    let maps = try recorder.contract(try module(maps))
    let set = "set(text,int,int)->()"
    let names = ["", "a", "ab", "b", "\u{0}", "a\u{0}b", "ä"]
    for (index, name) in names.enumerated() {
      for level in [0, -1, 255, 256, -256, -65_536, 1 << 40] {
        try recorder.call(
          maps, set,
          [.bytes(Array(name.utf8)), .int(Integer(level)), .int(Integer(index * 3 - 4))])
      }
    }
    try recorder.call(maps, set, [.bytes([0xC3]), .int(0), .int(1)])
    let edge = Integer.power(of: 127 * 8, minus: 1)
    try recorder.call(maps, set, [.bytes([]), .int(edge), .int(1)])
    try recorder.call(maps, set, [.bytes([]), .int(edge.negated()), .int(1)])
    try recorder.call(maps, set, [.bytes([]), .int(.power(of: 127 * 8, minus: 0)), .int(1)])
    // 34 bytes of prefix, the name and its two zeros, and one byte of the level 0.
    for count in [987, 988] {
      let name = [UInt8](repeating: 0x61, count: count)
      try recorder.call(maps, set, [.bytes(name), .int(0), .int(1)])
    }
    let most = Integer.power(of: 16_384, minus: 1)
    try recorder.call(maps, set, [.bytes([1]), .int(0), .int(most)])
    try recorder.call(maps, set, [.bytes([2]), .int(0), .int(1_000)])
    try recorder.call(maps, "sum()->(int)")
    for (key, owner, n) in [
      ([], Fixture.alice, 1), ([0], Fixture.bob, 2), ([0, 0], Fixture.alice, 3),
      ([0, 1], Fixture.alice, 4), ([255], Fixture.bob, 5), ([255, 255], Fixture.bob, 6),
    ] as [([UInt8], Identifier, Integer)] {
      try recorder.call(
        maps, "put(bytes,address,int,text)->()",
        [.bytes(key), Value(owner), .int(n), .bytes(Array("row".utf8))])
    }
    let note = "note(bytes,address,text)->()"
    try recorder.call(maps, note, [.bytes([0]), Value(Fixture.bob), .bytes(Array("longer".utf8))])
    try recorder.call(maps, note, [.bytes([1]), Value(Fixture.bob), .bytes([])])
    try recorder.call(maps, "walk()->(int,int,int)")
    for key in [[0, 0], [9]] as [[UInt8]] {
      try recorder.call(maps, "drop(bytes,address)->()", [.bytes(key), Value(Fixture.alice)])
    }
    try recorder.call(maps, "walk()->(int,int,int)")
    try recorder.call(maps, "store(int,bytes)->()", [.int(1), .bytes([1, 2, 3])])
    try recorder.call(maps, "store(int,bytes)->()", [.int(1), .bytes([])])
    for width in [32_768, 32_769] {
      try recorder.call(maps, "grow(int,int)->()", [.int(2), .int(Integer(width))])
    }
  }

  private static func recordCreations(_ recorder: VectorRecorder, _ money: Identifier) throws {
    let made = try recorder.deploy(try module(made))
    let plain = try recorder.deploy(try module(plain))
    func create(
      _ hash: Identifier, _ arguments: [Value], _ payments: [(Identifier, Integer)] = []
    ) throws -> StepVector {
      try recorder.add(
        StepVector(
          create: CreationVector(
            codeHash: IdentifierVector(hash), arguments: arguments.map(ValueVector.init),
            payments: payments.map {
              PaymentVector(asset: IdentifierVector($0.0), amount: ValueVector(.int($0.1)))
            },
            by: IdentifierVector(Fixture.alice), gas: VectorRecorder.gas)))
    }
    _ = try create(Fixture.account(9), [])
    _ = try create(made, [])
    _ = try create(made, [.bytes([1])])
    _ = try create(made, [.int(5), .int(6)])
    _ = try create(made, [.int(5)], [(money, 1)])
    let first = try create(made, [.int(5)]).receipt?.results?.first?.value.identifier ?? .zero
    try recorder.call(first, "get()->(int)")
    try recorder.call(first, "init(int)->()", [.int(9)])
    _ = try create(plain, [.int(5)])
    _ = try create(plain, [], [(money, 1)])
    let second = try create(plain, []).receipt?.results?.first?.value.identifier ?? .zero
    try recorder.call(second, "nothing()->()", paying: [(money, 1)])
    try recorder.call(second, "nothing()->()")
    try recorder.add(
      StepVector(
        check: CheckVector(
          contract: IdentifierVector(second), invariant: 0, gas: VectorRecorder.gas)))
    try recorder.add(
      StepVector(check: CheckVector(contract: IdentifierVector(second), invariant: 0, gas: 401)))
  }
}
