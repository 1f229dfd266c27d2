import Bytecode
import EngineTesting
import Execution
import Foundation
import Hosting
import Integers
import State
import Testing
import Verification

/// The examples of the specification are what the machine does.
@Suite struct SpecificationTests {
  static let ret = Instruction(.ret, 0, 0, 0)
  static let eleven = Fixture.account(0x11)
  static let twentyTwo = Fixture.account(0x22)

  /// A page of the specification.
  static func page(_ path: String) throws -> String {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Sources/\(path)")
    return try String(contentsOf: file, encoding: .utf8)
  }

  static func values() throws -> String { try page("Execution/Execution.docc/Values.md") }

  /// Bytes in the way the pages write them, with one byte repeated in front of `…`.
  static func bytes(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    for word in text.split(separator: " ") {
      if let dots = word.firstIndex(of: "…"), let byte = Hexadecimal.decode(word[..<dots])?.first {
        bytes += [UInt8](repeating: byte, count: 32)
      } else {
        bytes += Hexadecimal.decode(word) ?? []
      }
    }
    return bytes
  }

  // MARK: - Values

  @Test(arguments: [
    (0, "00"), (1, "02 01"), (-1, "03 01"), (128, "02 80"), (256, "04 01 00"), (-256, "05 01 00"),
    (1_000_000_000_000_000_000, "10 0d e0 b6 b3 a7 64 00 00"),
  ]) func integers(value: Int, text: String) throws {
    #expect(Integer(value).encoded() == Self.bytes(text))
    #expect(try Self.values().contains("`\(text)`"))
  }

  @Test func longIntegers() throws {
    let ones = Integer.power(of: 504, minus: 1)
    #expect(ones.encoded() == [0x7E] + [UInt8](repeating: 0xFF, count: 63))
    let next = try ones.adding(1)
    #expect(next.encoded() == [0x80, 1, 1] + [UInt8](repeating: 0, count: 63))
    let largest = Integer.power(of: 16_384, minus: 1)
    #expect(largest.encoded() == [0x80, 0x20] + [UInt8](repeating: 0xFF, count: 2_048))
  }

  @Test(arguments: [
    (0, "80"), (1, "81 01"), (-1, "7f fe"), (255, "81 ff"), (256, "82 01 00"), (-255, "7f 00"),
    (-256, "7e fe ff"),
  ]) func keys(value: Int, text: String) throws {
    #expect(try Integer(value).encodedKey() == Self.bytes(text))
    #expect(try Self.values().contains("`\(text)`"))
  }

  @Test func counts() throws {
    for (count, text) in [
      (0, "00"), (127, "7f"), (128, "80 01"), (300, "ac 02"), (16_384, "80 80 01"),
      (65_536, "80 80 04"),
    ] {
      var writer = ByteWriter()
      writer.writeCount(count)
      #expect(writer.bytes == Self.bytes(text))
      #expect(try Self.values().contains("`\(text)`"))
    }
  }

  @Test func errorNumbers() throws {
    for signature in ["WrongToken()", "NothingToClaim(address)", "Both(int,enum3)"] {
      let line = "| `\(signature)` | \(ErrorNumber.of(signature)) |"
      #expect(try Self.values().contains(line))
    }
  }

  @Test func identifiers() throws {
    let world = World()
    let code = world.deploy(code: try Verifier.verify(Self.share()))
    let first = world.create(code, by: Self.eleven).results?.first?.identifier
    let second = world.create(code, by: Self.eleven).results?.first?.identifier
    let share = World.asset(issuer: Self.eleven, className: "Share")
    let passport = World.asset(issuer: Self.eleven, className: "Passport", id: [0xAB, 0xCD])
    var module = Module(name: "Test")
    module.messages = [
      Declaration(name: "Order", parameters: [Parameter("to", .address), Parameter("n", .int)])
    ]
    let fields = [Value(Self.twentyTwo), .int(500)]
    let digest = MessageDigest.digest(
      of: module.messages[0], in: module, chain: Fixture.account(0xC0), contract: Self.eleven,
      fields: fields)
    let page = try Self.values()
    for identifier in [first, second, share, passport, Identifier(digest)] {
      #expect(page.contains("`\(try #require(identifier))`"))
    }
    let hashed = MessageDigest.encoding(
      of: module.messages[0], in: module, chain: Fixture.account(0xC0), contract: Self.eleven,
      fields: fields)
    let text =
      "616c6971756f742e6d657373616765 c0c0…c0 1111…11 12 4f7264657228616464726573732c696e7429 2222…22 0401f4"
    #expect(page.contains(text))
    #expect(hashed == Self.bytes(text))
  }

  /// A contract that issues the asset of the page's example.
  static func share() -> Module {
    var builder = ModuleBuilder("Shares")
    builder.module.classes = [
      AssetClass(
        name: "Share", title: "Share", decimals: 6, isBurnable: true, isForceable: true,
        hooks: [HookReference(name: "settle", isForeign: false, gas: 40_000)])
    ]
    let hook = builder.function(Hook.parameters.map(\.kind), [], [ret])
    builder.module.hooks = [Hook(name: "settle", function: hook)]
    builder.module.fields = [
      Field(name: "a", value: .plain(.int)), Field(name: "b", value: .plain(.int)),
      Field(name: "c", value: .plain(.int)),
      Field(
        name: "d", key: [Parameter("i", .int), Parameter("a", .address), Parameter("b", .bytes)],
        value: .plain(.int)),
    ]
    builder.export(
      "put",
      builder.function(
        [.int, .address, .bytes, .int], [], [Instruction(.storeInt, 3, 0, 0, 0, 1), ret]))
    return builder.finished()
  }

  @Test func stateEntries() throws {
    let fixture = Fixture()
    let contract = try fixture.add(Self.share(), by: Self.eleven)
    let arguments: [Value] = [.int(-5), Value(Self.twentyTwo), .bytes([0x41, 0, 0x42]), .int(7)]
    #expect(fixture.run(contract, "put", arguments).failure == nil)
    let key = "04 1111…11 03  7f fa  2222…22  41 00 ff 42 00 00"
    let record = "1111…11  05 5368617265  00  06  06  01  1111…11 06 736574746c65 c0b802"
    let page = try Self.values()
    #expect(page.contains(key) && page.contains(record))
    /// The example with the contract's own address in place of the page's.
    func replaced(_ text: String) -> [UInt8] {
      text.components(separatedBy: "1111…11").map(Self.bytes).map { [$0] }
        .joined(separator: [contract.bytes]).flatMap { $0 }
    }
    #expect(fixture.contents[replaced(key)] == [2, 7])
    let asset = World.asset(issuer: contract, className: "Share")
    #expect(fixture.contents[[6] + asset.bytes] == replaced(record))
    let code = try #require(fixture.world.codeHash(of: contract))
    #expect(fixture.contents[[1] + contract.bytes] == code.bytes + Self.eleven.bytes)
    #expect(fixture.contents[[2] + Self.eleven.bytes] == [2, 1])
    #expect(fixture.contents[[3] + code.bytes] == Self.share().encoded())
  }

  @Test func encodedCall() throws {
    var module = Module(name: "Test")
    module.enums = [EnumDeclaration(name: "Side", cases: ["a", "b", "c"])]
    let call = ContractCall(
      target: Self.eleven, name: "pay",
      parameters: [.int, .enumeration(0), .text].map { WireKind($0, in: module) },
      results: [WireKind(.bool, in: module)],
      arguments: [.int(1_000), .int(1), .bytes(Array("hé".utf8))],
      payments: [AttachedPayment(asset: Self.twentyTwo, amount: 25)])
    let text =
      "1111…11  03 706179  03 00 02 02 04  01 01  0403e8 0201 03 68c3a9  01 2222…22 0219"
    #expect(try Self.values().contains(text))
    #expect(call.encoded() == Self.bytes(text))
    #expect(call.signature == "pay(int,enum3,text)->(bool)")
  }

  // MARK: - Modules

  /// The module whose dump the page shows.
  static func tip() throws -> (page: String, bytes: [UInt8]) {
    let page = try page("Bytecode/Bytecode.docc/ModuleFormat.md")
    var bytes: [UInt8] = []
    for line in page.split(separator: "\n") {
      guard let offset = Int(line.prefix(3), radix: 16), line.dropFirst(3).hasPrefix("  ") else {
        continue
      }
      #expect(offset == bytes.count, "\(line)")
      bytes += Self.bytes(String(line.dropFirst(5).prefix(34)))
    }
    return (page, bytes)
  }

  @Test func moduleDump() throws {
    let (page, bytes) = try Self.tip()
    let module = try Verifier.verify(bytes)
    #expect(bytes.count == 163)
    #expect(page.contains("`\(Hexadecimal.encode(module.codeHash))`"))
    #expect(module.module.encoded() == bytes)
  }

  // MARK: - Gas

  /// Every formula as the page writes it, and once more to compute with.
  @Test func formulasAreThoseOfTheSchedule() throws {
    let page = try Self.page("Execution/Execution.docc/Gas.md")
    typealias Pair = (Int, Int) -> Int
    let pairs: [(row: String, written: Pair, schedule: Pair)] = [
      ("| sum(n, m) | 10 + max(n, m) |", { 10 + max($0, $1) }, GasSchedule.sum),
      ("| comparison(n, m) | 4 + min(n, m) |", { 4 + min($0, $1) }, GasSchedule.comparison),
      (
        "| product(n, m) | 12 + 2(n + m) + ⌊nm / 2⌋ |", { 12 + 2 * ($0 + $1) + $0 * $1 / 2 },
        GasSchedule.product
      ),
      (
        "| quotient(n, m) | 24 + 5n + ⌊5qm / 8⌋ with q = max(n - m + 1, 1) |",
        { 24 + 5 * $0 + 5 * max($0 - $1 + 1, 1) * $1 / 8 }, GasSchedule.quotient
      ),
      (
        "| gcd(n, m) | quotient(N, k) + 120k + 2kk with N = max(n, m) and k = min(n, m) |",
        { n, m in
          let k = min(n, m)
          return GasSchedule.quotient(max(n, m), k) + 120 * k + 2 * k * k
        }, GasSchedule.gcd
      ),
      ("| bitwise(n, m) | 10 + 2 max(n, m) |", { 10 + 2 * max($0, $1) }, GasSchedule.bitwise),
      ("| shift(n) | 10 + n |", { n, _ in 10 + n }, { n, _ in GasSchedule.shift(n) }),
      (
        "| root(n) | 4 quotient(n, n) + ⌊nn / 8⌋ |",
        { n, _ in 4 * GasSchedule.quotient(n, n) + n * n / 8 },
        { n, _ in GasSchedule.root(n) }
      ),
      (
        "| modularPower(b, n, m) | max(b, 1) (8 + 4m + mm) + quotient(n, m) |",
        { 9 * (8 + 4 * $1 + $1 * $1) + GasSchedule.quotient($0, $1) },
        { GasSchedule.modularPower(bits: 9, $0, $1) }
      ),
      ("| frame(r) | ⌊r / 4⌋", { r, _ in r / 4 }, { r, _ in GasSchedule.frame(registers: r) }),
      ("| bytesResult(c) | ⌊c / 16⌋", { c, _ in c / 16 }, { c, _ in GasSchedule.bytesResult(c) }),
      ("| bytesToInt(c) | ⌊c / 3⌋", { c, _ in c / 3 }, { c, _ in GasSchedule.bytesToInt(c) }),
      (
        "| bytesComparison(c) | ⌊c / 32⌋", { c, _ in c / 32 },
        { c, _ in GasSchedule.bytesComparison(c) }
      ),
      ("| sha256(c) | c |", { c, _ in c }, { c, _ in GasSchedule.sha256(c) }),
      ("| keccak256(c) | 3c |", { c, _ in 3 * c }, { c, _ in GasSchedule.keccak256(c) }),
      (
        "Ed25519: 40,000 + 2c", { c, _ in 40_000 + 2 * c },
        { c, _ in GasSchedule.signature(.ed25519, message: c) }
      ),
      (
        "P-256: 60,000", { _, _ in 60_000 },
        { c, _ in GasSchedule.signature(.p256, message: c) }
      ),
      (
        "P-384: 500,000", { _, _ in 500_000 },
        { c, _ in GasSchedule.signature(.p384, message: c) }
      ),
      ("| merkle | 300 per level", { l, _ in 300 * l }, { l, _ in GasSchedule.merkle(levels: l) }),
      ("| listResult(c) | c elements |", { c, _ in c }, { c, _ in GasSchedule.listResult(c) }),
      (
        "| listSort(c, w) | (8c + w) max(B, 1)",
        { (8 * $0 + $1) * max(Int.bitWidth - $0.leadingZeroBitCount, 1) },
        { GasSchedule.listSort($0, wideWords: $1) }
      ),
      (
        "| listBytes(c, width) | 4c + ⌊c · width / 4⌋ |", { 4 * $0 + $0 * $1 / 4 },
        { GasSchedule.listBytes($0, width: $1) }
      ),
      ("| output(v, c) | 15v + 2c", { 15 * $0 + 2 * $1 }, { GasSchedule.output($0, $1) }),
      ("| values(v, c) | 50v + ⌊c / 8⌋", { 50 * $0 + $1 / 8 }, { GasSchedule.values($0, $1) }),
      ("| digest(v, c) | 50v + c", { 50 * $0 + $1 }, { GasSchedule.digest($0, $1) }),
      (
        "| call(c) | 21 min(c, 1024) + max(c - 1024, 0)",
        { c, m in 21 * min(c * m, 1_024) + max(c * m - 1_024, 0) },
        { c, m in GasSchedule.call(c * m) }
      ),
      ("| transaction(c) | 2c", { c, _ in 2 * c }, { c, _ in GasSchedule.transaction(c) }),
      (
        "| key(n, c) | 10n + ⌊c / 2⌋", { 10 * $0 + $1 / 2 },
        { GasSchedule.key(components: $0, bytes: $1) }
      ),
      ("| seek(c) | 2c", { c, _ in 2 * c }, { c, _ in GasSchedule.seek(c) }),
      ("| assetRecord(c) | 2c", { c, _ in 2 * c }, { c, _ in GasSchedule.assetRecord(c) }),
      (
        "| intToBytes(c, n) | ⌊c / 16⌋ + 2n", { $0 / 16 + 2 * $1 },
        { GasSchedule.intToBytes($0, words: $1) }
      ),
      (
        "text: c; call: 10 min(c, 1024) + max(c - 1024, 0)",
        { c, m in 10 * min(c * m, 1_024) + max(c * m - 1_024, 0) },
        { c, m in GasSchedule.kindCheck(.call, c * m) }
      ),
      ("| storedRead(c) | ⌊c / 2⌋", { c, _ in c / 2 }, { c, _ in GasSchedule.storedRead(c) }),
      ("| storedWrite(c) | 4c", { c, _ in 4 * c }, { c, _ in GasSchedule.storedWrite(c) }),
      ("| `cold` | 200 |", { _, _ in 200 }, { _, _ in GasSchedule.cold }),
      ("| `coldContract` | 400 |", { _, _ in 400 }, { _, _ in GasSchedule.coldContract }),
      ("| `newKey` | 200 |", { _, _ in 200 }, { _, _ in GasSchedule.newKey }),
      ("| `hook` | 500 |", { _, _ in 500 }, { _, _ in GasSchedule.hook }),
    ]
    for (row, written, schedule) in pairs {
      #expect(page.contains(row), "the page has no \(row)")
      for n in [1, 2, 3, 8, 31, 64, 255, 256] {
        for m in [1, 2, 7, 64, 256] {
          #expect(written(n, m) == schedule(n, m), "\(row) for \(n) and \(m)")
        }
      }
    }
  }

  /// The sum of each example's table is what the transaction uses.
  @Test func gasOfTheExamples() throws {
    let fixture = Fixture()
    let module = try Verifier.verify(try Self.tip().bytes)
    let creation = fixture.world.create(fixture.world.deploy(code: module), by: Fixture.alice)
    let contract = try #require(creation.results?.first?.identifier)
    let call = fixture.run(contract, "thank", [.int(2_000_000_000_000)])
    #expect(call.results == [.int(2_000_000_000_000)])
    let transfer = fixture.world.send(
      25, of: fixture.money, from: Fixture.alice, to: Fixture.bob)
    #expect(transfer.failure == nil)
    let page = try Self.page("Execution/Execution.docc/Gas.md")
    let tables = page.components(separatedBy: "| step | gas |").dropFirst()
    #expect(tables.count == 3)
    for (receipt, text) in zip([call, creation, transfer], tables) {
      let numbers = text.components(separatedBy: "\n\n")[0].split(separator: "\n").compactMap {
        $0.split(separator: "|").last.flatMap {
          Int($0.filter { $0 != "*" }.trimmingCharacters(in: .whitespaces))
        }
      }
      #expect(numbers.dropLast().reduce(0, +) == Int(receipt.gasUsed))
      #expect(numbers.last == Int(receipt.gasUsed))
    }
  }

  @Test func powersFollowTheLadder() {
    func written(_ bits: Int, _ exponent: Int) -> Int {
      func words(_ bits: Int) -> Int { max(1, (bits + 63) / 64) }
      if bits <= 1 || exponent == 0 { return 0 }
      var (gas, square, result, rest) = (0, bits, 0, exponent)
      while rest > 0 {
        if rest % 2 == 1 {
          gas += GasSchedule.product(words(max(result, 1)), words(square))
          result = min(result + square, 16_384)
        }
        rest /= 2
        if rest > 0 {
          gas += GasSchedule.product(words(square), words(square))
          square = min(2 * square, 16_384)
        }
      }
      return gas
    }
    for bits in [0, 1, 2, 64, 65, 1_000, 16_384] {
      for exponent in [0, 1, 2, 3, 100, 16_383] {
        #expect(
          GasSchedule.power(bits: bits, exponent: UInt64(exponent)) == written(bits, exponent))
      }
    }
  }

  // MARK: - Rules that are easily missed

  /// Runs code with parameters and results; gives the receipt.
  static func run(
    _ parameters: [Kind], _ results: [Kind], _ arguments: [Value], _ code: [Instruction],
    strings: [[UInt8]] = []
  ) throws -> Receipt {
    var builder = ModuleBuilder()
    for string in strings { _ = builder.string(string) }
    builder.export("run", builder.function(parameters, results, code + [ret]))
    let fixture = Fixture()
    let contract = try fixture.add(builder.finished())
    return fixture.run(contract, "run", arguments)
  }

  /// Gas of the instructions of a run, without the call of it and its arguments and results.
  static func gas(
    _ parameters: [Kind], _ arguments: [Value], _ code: [Instruction], strings: [[UInt8]] = []
  ) throws -> Int {
    let all = try run(parameters, [], arguments, code, strings: strings)
    let none = try run(parameters, [], arguments, [])
    return Int(all.gasUsed) - Int(none.gasUsed)
  }

  @Test func bitsMayNotFit() throws {
    let largest = Integer.power(of: 16_384, minus: 1).negated()
    let other = try largest.adding(1)
    for opcode in [Opcode.bitAnd, .bitXor] {
      let right: Integer = opcode == .bitAnd ? other : 1
      let receipt = try Self.run(
        [.int, .int], [], [.int(largest), .int(right)], [Instruction(opcode, 2, 0, 1)])
      #expect(receipt.failure?.reason == .trap(.integerTooLarge))
    }
  }

  @Test func incrementsCompareWideIntegers() throws {
    let large = Integer.power(of: 200, minus: 0)
    let code = [Instruction(.loopLess, 0, 1, 1)]
    #expect(
      try Self.gas([.int, .int], [.int(1), .int(large)], code)
        == Opcode.loopLess.row.gas + GasSchedule.comparison(1, 4))
    #expect(
      try Self.gas([.int, .int], [.int(large), .int(1)], code)
        == Opcode.loopLess.row.gas + GasSchedule.sum(4, 1) + GasSchedule.comparison(4, 1))
  }

  @Test func elementsAreCopied() throws {
    let string = [UInt8](repeating: 7, count: 64)
    #expect(
      try Self.gas([.bytes, .int], [.bytes(string), .int(1)], [Instruction(.element, 1, 0, 0)])
        == Opcode.element.row.gas + GasSchedule.bytesResult(32))
  }

  @Test func aFailedPerformLeavesItsRegister() throws {
    let receipt = try Self.run(
      [.bytes, .int], [.int, .int, .bytes], [.bytes([1, 2, 3]), .int(1_000)],
      [
        Instruction(.tryNext, 1, 2, 1, 2, 0), Instruction(.perform, 0, 0),
        Instruction(.intMove, 0, 1), Instruction(.intMove, 1, 2),
      ])
    #expect(
      receipt.results == [.int(0), .int(Integer(Trap.malformedCall.rawValue)), .bytes([1, 2, 3])])
  }
}
