import Bytecode
import EngineTesting
import Execution
import Integers
import Testing

/// The instructions on strings of bytes and on lists, against plain Swift.
@Suite struct BytesAndListTests {
  static let ret = Instruction(.ret, 0, 0, 0)

  /// A contract with one export for each piece of code.
  static func contract(
    _ exports: [(String, [Kind], [Kind], [Instruction])]
  ) throws -> (Fixture, Identifier) {
    var builder = ModuleBuilder()
    for (name, parameters, results, code) in exports {
      let isDone = code.last?.opcode == .ret
      builder.export(name, builder.function(parameters, results, isDone ? code : code + [ret]))
    }
    let fixture = Fixture()
    return (fixture, try fixture.add(builder.finished()))
  }

  private func string(_ random: inout SplitMix64) -> [UInt8] {
    random.bytes(random.pick([0, 1, 7, 8, 9, 31, 32, 33, 64, 100, 1_000]))
  }

  @Test func handlesBytes() throws {
    let (fixture, contract) = try Self.contract([
      ("concat", [.bytes, .bytes], [.bytes], [Instruction(.concat, 0, 0, 1)]),
      ("slice", [.bytes, .int, .int], [.bytes], [Instruction(.slice, 0, 0, 0, 1)]),
      ("length", [.bytes], [.int], [Instruction(.length, 0, 0)]),
      ("byteAt", [.bytes, .int], [.int], [Instruction(.byteAt, 0, 0, 0)]),
      ("element", [.bytes, .int], [.bytes], [Instruction(.element, 0, 0, 0)]),
      ("same", [.bytes, .bytes], [.int], [Instruction(.same, 0, 0, 1)]),
      (
        "jumpSame", [.bytes, .bytes], [.int],
        [Instruction(.jumpSame, 0, 1, 2), Self.ret, Instruction(.intSmall, 0, 1), Self.ret]
      ),
      (
        "jumpDifferent", [.bytes, .bytes], [.int],
        [Instruction(.jumpDifferent, 0, 1, 2), Self.ret, Instruction(.intSmall, 0, 1), Self.ret]
      ),
      ("toInt", [.bytes], [.int], [Instruction(.bytesToInt, 0, 0)]),
      ("toBytes", [.int, .int], [.bytes], [Instruction(.intToBytes, 0, 0, 1)]),
    ])
    var random = SplitMix64(seed: 3)
    func run(_ name: String, _ arguments: Value...) -> Receipt {
      fixture.run(contract, name, arguments)
    }
    for _ in 0..<Effort.rounds(150) {
      let a = string(&random)
      let b = random.chance(30) ? a : string(&random)
      #expect(run("concat", .bytes(a), .bytes(b)).results == [.bytes(a + b)])
      #expect(run("length", .bytes(a)).results == [.int(Integer(a.count))])
      let isSame: Value = .int(a == b ? 1 : 0)
      #expect(run("same", .bytes(a), .bytes(b)).results == [isSame])
      #expect(run("jumpSame", .bytes(a), .bytes(b)).results == [isSame])
      #expect(run("jumpDifferent", .bytes(a), .bytes(b)).results == [.int(a == b ? 0 : 1)])
      let start = random.pick([0, 1, a.count, a.count + 1, -1, random.below(a.count + 1)])
      let count = random.pick([0, 1, a.count - start, a.count, -1, random.below(a.count + 1)])
      let isInside = start >= 0 && count >= 0 && start + count <= a.count
      let slice = run("slice", .bytes(a), .int(Integer(start)), .int(Integer(count)))
      #expect(slice.results == (isInside ? [.bytes(Array(a[start..<start + count]))] : nil))
      let byte = run("byteAt", .bytes(a), .int(Integer(start)))
      #expect(
        byte.results == (a.indices.contains(start) ? [.int(Integer(Int(a[start])))] : nil))
      let element = run("element", .bytes(a), .int(Integer(start)))
      let isElement = start >= 0 && start < a.count / 32
      #expect(
        element.results
          == (isElement ? [.bytes(Array(a[start * 32..<start * 32 + 32]))] : nil))
      let value = Integer(hexadecimal: a.isEmpty ? "0" : Hexadecimal.encode(a))
      #expect(run("toInt", .bytes(a)).results == value.map { [.int($0)] })
      let width = random.pick([a.count, a.count + 3, max(0, a.count - 1)])
      let back = run("toBytes", .int(value ?? 0), .int(Integer(width)))
      let minimal = Array(a.drop { $0 == 0 })
      if minimal.count <= width {
        let padded = [UInt8](repeating: 0, count: width - minimal.count) + minimal
        #expect(back.results == [.bytes(padded)])
      } else {
        #expect(back.failure?.reason == .trap(.doesNotFit))
      }
    }
    #expect(run("toBytes", .int(-1), .int(9)).failure?.reason == .trap(.doesNotFit))
    #expect(run("toBytes", .int(1), .int(65_537)).failure?.reason == .trap(.bytesTooLong))
    #expect(run("toBytes", .int(1), .int(-1)).failure?.reason == .trap(.doesNotFit))
    let long = [UInt8](repeating: 1, count: 65_536)
    #expect(run("concat", .bytes(long), .bytes([])).results == [.bytes(long)])
    #expect(run("concat", .bytes(long), .bytes([0])).failure?.reason == .trap(.bytesTooLong))
    #expect(run("toInt", .bytes(long)).failure?.reason == .trap(.integerTooLarge))
    let large = Integer.power(of: 126, minus: 0)
    #expect(run("slice", .bytes([1]), .int(large), .int(0)).failure != nil)
    #expect(run("element", .bytes(long), .int(large)).failure != nil)
  }

  /// What comparing costs does not tell whether two registers share one string.
  @Test func comparingPaysByTheBytes() throws {
    let (fixture, contract) = try Self.contract([
      ("itself", [.bytes, .bytes], [.int], [Instruction(.same, 0, 0, 0)]),
      ("other", [.bytes, .bytes], [.int], [Instruction(.same, 0, 0, 1)]),
    ])
    let bytes = Value.bytes([UInt8](repeating: 5, count: 6_400))
    let itself = fixture.run(contract, "itself", [bytes, bytes])
    let other = fixture.run(contract, "other", [bytes, bytes])
    #expect(itself.results == [.int(1)] && other.results == [.int(1)])
    #expect(itself.gasUsed == other.gasUsed)
  }

  @Test func checksKinds() throws {
    let kinds = Kind.checkable
    let (fixture, contract) = try Self.contract(
      kinds.enumerated().dropFirst().map { index, kind in
        ("\(kind)", [.bytes], [], [Instruction(.checkBytes, 0, UInt16(index))])
      } + [
        ("int", [.int], [], [Instruction(.checkInt, 0, 0)]),
        ("enum", [.int], [], [Instruction(.checkEnum, 0, 3)]),
      ])
    func admits(_ name: String, _ value: Value) -> Bool {
      let receipt = fixture.run(contract, name, [value])
      if let failure = receipt.failure { #expect(failure.reason == .trap(.kindMismatch)) }
      return receipt.failure == nil
    }
    for count in [0, 31, 32, 33, 64] {
      let bytes = Value.bytes([UInt8](repeating: 0x41, count: count))
      #expect(admits("address", bytes) == (count == 32))
      #expect(admits("asset", bytes) == (count == 32))
      #expect(admits("addresses", bytes) == (count % 32 == 0))
      #expect(admits("assets", bytes) == (count % 32 == 0))
      #expect(admits("text", bytes))
      #expect(admits("call", bytes) == (count == 0))
    }
    for bad: [UInt8] in [
      [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80],
      [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x41, 0xFF],
    ] {
      #expect(!admits("text", .bytes(bad)))
    }
    for good in ["", "ä", "€", "😀", "\u{10FFFF}", "\u{0}"] {
      #expect(admits("text", .bytes(Array(good.utf8))))
    }
    #expect(admits("call", .bytes(fixture.call(contract, "int", [.int(1)]).encoded())))
    for (value, isBool, isEnum) in [
      (0, true, true), (1, true, true), (2, false, true), (3, false, false), (-1, false, false),
    ] {
      #expect(admits("int", .int(Integer(value))) == isBool)
      #expect(admits("enum", .int(Integer(value))) == isEnum)
    }
    #expect(!admits("enum", .int(.power(of: 64, minus: 0))))
    #expect(!admits("int", .int(.power(of: 300, minus: 0))))
  }

  // MARK: - Lists

  /// Lists go in and out as bytes of this width.
  private static let width = 40

  private static func encode(_ items: [Integer]) -> Value {
    .bytes(
      items.flatMap { item -> [UInt8] in
        let bytes = item.withLimbs { view in
          (0..<view.limbCount * 8).map {
            UInt8(truncatingIfNeeded: view.limbs[$0 / 8] >> ($0 % 8 * 8))
          }
          .reversed().drop { $0 == 0 }
        }
        return [UInt8](repeating: 0, count: width - bytes.count) + bytes
      })
  }

  private static func list(_ random: inout SplitMix64) -> [Integer] {
    (0..<random.pick([0, 1, 2, 3, 9, 40])).map { _ in
      random.chance(30)
        ? Integer(random.below(3)) : random.integer(bits: random.pick([60, 126, 320])).magnitude
    }
  }

  @Test func handlesLists() throws {
    let w = UInt16(Self.width)
    let load = Instruction(.bytesToList, 0, 0, w)
    let show = Instruction(.listToBytes, 0, 0, w)
    let (fixture, contract) = try Self.contract([
      (
        "copy", [.bytes], [.bytes],
        [load, Instruction(.listCopy, 1, 0), Instruction(.listToBytes, 0, 1, w)]
      ),
      ("count", [.bytes], [.int], [load, Instruction(.listCount, 0, 0)]),
      ("get", [.bytes, .int], [.int], [load, Instruction(.listGet, 0, 0, 0)]),
      ("set", [.bytes, .int, .int], [.bytes], [load, Instruction(.listSet, 0, 0, 1), show]),
      (
        "push", [.bytes, .int], [.bytes],
        [load, Instruction(.listPush, 0, 0), Instruction(.listPush, 0, 0), show]
      ),
      (
        "slice", [.bytes, .int, .int], [.bytes], [load, Instruction(.listSlice, 0, 0, 0, 1), show]
      ),
      ("sort", [.bytes], [.bytes], [load, Instruction(.listSort, 0), show]),
      (
        "sortBy", [.bytes, .bytes], [.bytes],
        [load, Instruction(.bytesToList, 1, 1, w), Instruction(.listSortBy, 0, 1), show]
      ),
      ("sum", [.bytes], [.int], [load, Instruction(.listSum, 0, 0)]),
      (
        "dot", [.bytes, .bytes], [.int],
        [load, Instruction(.bytesToList, 1, 1, w), Instruction(.listDot, 0, 0, 1)]
      ),
      ("split", [.bytes, .int], [.bytes], [load, Instruction(.split, 0, 0, 0), show]),
      ("new", [.int], [.bytes], [Instruction(.listNew, 0, 0), show]),
      (
        "share", [.bytes, .int], [.bytes],
        // What is pushed through one is seen through the other; a copy stays as it was.
        [
          load, Instruction(.listCopy, 2, 0), Instruction(.listShare, 1, 0),
          Instruction(.listPush, 1, 0), Instruction(.listToBytes, 0, 0, w),
          Instruction(.listToBytes, 1, 2, w), Instruction(.concat, 0, 0, 1),
        ]
      ),
      (
        "shareEmpty", [.int], [.int],
        [
          Instruction(.listShare, 1, 0), Instruction(.listPush, 0, 0),
          Instruction(.listGet, 0, 1, 1),
        ]
      ),
    ])
    var random = SplitMix64(seed: 4)
    func run(_ name: String, _ arguments: Value...) -> Receipt {
      fixture.run(contract, name, arguments)
    }
    for _ in 0..<Effort.rounds(80) {
      let items = Self.list(&random)
      let list = Self.encode(items)
      #expect(run("copy", list).results == [list])
      #expect(run("count", list).results == [.int(Integer(items.count))])
      let index = random.below(items.count + 2) - 1
      let value = random.integer(bits: 320).magnitude
      let place = Value.int(Integer(index))
      let isInside = items.indices.contains(index)
      #expect(run("get", list, place).results == (isInside ? [.int(items[index])] : nil))
      var changed = items
      if isInside { changed[index] = value }
      #expect(
        run("set", list, place, .int(value)).results == (isInside ? [Self.encode(changed)] : nil))
      #expect(
        run("push", list, .int(value)).results == [Self.encode(items + [value, value])])
      let count = random.below(items.count + 2)
      let fits = index >= 0 && index + count <= items.count
      #expect(
        run("slice", list, place, .int(Integer(count))).results
          == (fits ? [Self.encode(Array(items[index..<index + count]))] : nil))
      #expect(run("sort", list).results == [Self.encode(items.sorted())])
      let keys = items.map { _ in Integer(random.below(4)) }
      let order = items.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
      #expect(
        run("sortBy", list, Self.encode(keys)).results == [Self.encode(order.map { items[$0] })])
      #expect(
        run("sum", list).results == [.int(try items.reduce(0) { try $0.adding($1) })])
      let other = items.map { _ in random.integer(bits: 200).magnitude }
      let dot = try zip(items, other).reduce(Integer(0)) {
        try $0.adding(try $1.0.multiplied(by: $1.1))
      }
      #expect(run("dot", list, Self.encode(other)).results == [.int(dot)])
      let parts = try? Integer.split(value, weights: items)
      #expect(run("split", list, .int(value)).results == parts.map { [Self.encode($0)] })
      if parts == nil {
        #expect(run("split", list, .int(value)).failure?.reason == .trap(.invalidWeights))
      }
      #expect(
        run("share", list, .int(value)).results == [
          .bytes((Self.encode(items + [value]).string ?? []) + (list.string ?? []))
        ])
    }
    #expect(run("shareEmpty", .int(5)).results == [.int(5)])
    #expect(
      run("dot", Self.encode([1]), Self.encode([])).failure?.reason == .trap(.indexOutOfRange))
    #expect(run("sortBy", Self.encode([1]), Self.encode([])).failure != nil)
    #expect(run("new", .int(3)).results == [Self.encode([0, 0, 0])])
    #expect(run("new", .int(-1)).failure?.reason == .trap(.indexOutOfRange))
    #expect(run("new", .int(1_048_577)).failure?.reason == .trap(.listTooLong))
    #expect(run("count", .bytes([1])).failure?.reason == .trap(.indexOutOfRange))
    #expect(
      run("set", Self.encode([1]), .int(0), .int(.power(of: 320, minus: 0))).failure?.reason
        == .trap(.doesNotFit))
    #expect(
      run("set", Self.encode([1]), .int(0), .int(-1)).failure?.reason == .trap(.doesNotFit))
  }

  /// Sums and products that leave the range of an integer on the way, but not in the end.
  @Test func sumsAreExact() throws {
    let largest = Integer.power(of: 16_384, minus: 1)
    let (fixture, contract) = try Self.contract([
      (
        "sum", [.int, .int, .int], [.int],
        [
          Instruction(.listPush, 0, 0), Instruction(.listPush, 0, 1), Instruction(.listPush, 0, 2),
          Instruction(.listSum, 0, 0),
        ]
      ),
      (
        "dot", [.int, .int, .int], [.int],
        [
          Instruction(.listPush, 0, 0), Instruction(.listPush, 0, 1), Instruction(.listPush, 1, 2),
          Instruction(.neg, 2, 2), Instruction(.listPush, 1, 2), Instruction(.listDot, 0, 0, 1),
        ]
      ),
    ])
    func run(_ name: String, _ arguments: Integer...) -> Receipt {
      fixture.run(contract, name, arguments.map { .int($0) }, gas: Limits.gas)
    }
    #expect(run("sum", largest, largest, largest.negated()).results == [.int(largest)])
    #expect(run("sum", largest, 1, 0).failure?.reason == .trap(.integerTooLarge))
    let narrow = Integer.power(of: 126, minus: 1)
    #expect(run("sum", narrow, narrow, narrow).results == [.int(try narrow.multiplied(by: 3))])
    #expect(run("dot", largest, largest, largest).results == [.int(0)])
    #expect(run("dot", largest, 0, largest).failure?.reason == .trap(.integerTooLarge))
  }
}
