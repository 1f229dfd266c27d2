import Bytecode
import Chain
import Crypto
import EngineTesting
import Foundation
import Hosting
import Integers
import LedgerTesting
import Testing
import Transactions

@testable import Ledger

/// An export becomes the same ledger again, and anything else is refused and leaves nothing.
@Suite struct ArchiveTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A ledger with contracts, failed transactions, skipped blocks, snapshots and notes.
  static func sample(at location: Ledger.Location = .memory) throws -> Ledger {
    let ledger = try Ledger.create(MarketLoad.genesis(), at: location)
    try SampleLedger.fill(ledger, MarketLoad(ledger, seed: 3), blocks: 6, size: 12)
    return ledger
  }

  static func export(_ ledger: Ledger) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try ledger.export { bytes += $0 }
    return bytes
  }

  /// Imports bytes, which come in pieces of at most so many.
  static func `import`(
    _ bytes: [UInt8], at location: Ledger.Location = .memory, piece: Int = .max,
    progress: (LedgerProgress) throws -> Void = { _ in }
  ) throws -> Ledger {
    var rest = bytes[...]
    return try Ledger.importing(
      from: { count in
        let part = rest.prefix(min(count, piece))
        rest = rest.dropFirst(part.count)
        return Array(part)
      }, to: location, progress: progress)
  }

  // MARK: - Round trips

  @Test func comesBackTheSame() throws {
    let ledger = try Self.sample(at: .file(folder.file("a.ledger")))
    let receipts = try ledger.headers(limit: 100).flatMap {
      try ledger.block(at: $0.height)?.receipts ?? []
    }
    #expect(receipts.contains { $0.outcome.failure != nil })
    #expect(receipts.contains { !$0.outcome.events.isEmpty })
    let bytes = try Self.export(ledger)
    let copy = try Self.import(bytes, at: .file(folder.file("b.ledger")), piece: 1_000)
    #expect(try copy.head() == ledger.head())
    #expect(try copy.snapshots() == ledger.snapshots())
    #expect(try copy.notes() == ledger.notes())
    #expect(try Self.export(copy) == bytes)
    #expect(try copy.verify().findings == [])
    for height in 0...(try ledger.head().height) {
      #expect(try copy.block(at: height) == ledger.block(at: height))
    }
    let entries = try LedgerCheck.entries(of: ledger.snapshot())
    #expect(try LedgerCheck.entries(of: copy.snapshot()) == entries)
    for entry in entries {
      let (one, other) = (try ledger.history(of: entry.key), try copy.history(of: entry.key))
      #expect(one.map(\.entry) == other.map(\.entry))
      #expect(one.map(\.until) == other.map(\.until))
    }
    _ = try copy.append([])
    try copy.close()
    #expect(try folder.names().filter { $0.hasPrefix("b") } == ["b.ledger"])
  }

  @Test(arguments: [1, 7, 100_000]) func doesNotDependOnPieces(piece: Int) throws {
    let bytes = try Self.export(Self.sample())
    #expect(try Self.export(Self.import(bytes, piece: piece)) == bytes)
  }

  @Test func carriesAnEmptyChain() throws {
    let ledger = try Ledger.create(MarketLoad.genesis(), at: .memory)
    let bytes = try Self.export(ledger)
    let copy = try Self.import(bytes)
    #expect(try copy.head() == ledger.head())
    #expect(try Self.export(copy) == bytes)
  }

  @Test func tellsHowFarItIs() throws {
    let ledger = try Self.sample()
    let blocks = try ledger.headers(limit: 100)
    var progress: [LedgerProgress] = []
    try ledger.export(to: { _ in }, progress: { progress.append($0) })
    #expect(progress.map(\.blocks) == Array(1...blocks.count))
    #expect(progress.allSatisfy { $0.blockCount == blocks.count })
    let transactions = blocks.reduce(0) { $0 + $1.transactionCount }
    #expect(progress.last?.transactions == transactions)
    progress = []
    _ = try Self.import(Self.export(ledger)) { progress.append($0) }
    #expect(progress.last?.blocks == blocks.count)
    #expect(progress.last?.transactions == transactions)
  }

  // MARK: - What is refused

  @Test func leavesWhatIsThere() throws {
    let bytes = try Self.export(Self.sample())
    let path = folder.file("a.ledger")
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path))
    #expect(throws: LedgerError.exists(path: path)) {
      try Self.import(bytes, at: .file(path))
    }
    #expect(FileManager.default.contents(atPath: path) == Data([1, 2, 3]))
    #expect(try folder.names() == ["a.ledger"])
  }

  /// The error of an import into a file, of which nothing is left.
  private func refusal(_ bytes: [UInt8]) throws -> LedgerError? {
    let error = #expect(throws: LedgerError.self) {
      try Self.import(bytes, at: .file(folder.file("a.ledger")))
    }
    #expect(try folder.names() == [])
    return error
  }

  /// A small export, so that it can be tried at every length.
  private static let small = Result {
    let scene = try LedgerScene()
    let module = try LedgerScene.module(tally)
    let contract = try scene.deploy(module)
    try scene.submit(by: "bob", LedgerScene.call(contract, "add", [.int(5_000)], in: module))
    try scene.submit(by: "bob", LedgerScene.call(contract, "add", [.int(5)], in: module))
    try scene.ledger.markSnapshot("a")
    try scene.ledger.markSnapshot("b")
    try scene.ledger.setNote(Note(kind: "name", name: [1, 2], bytes: [3, 4, 5]))
    try scene.ledger.setNote(Note(kind: "name", name: [1, 3], bytes: []))
    return try export(scene.ledger)
  }

  @Test func refusesEveryPart() throws {
    let bytes = try Self.small.get()
    #expect(try Self.export(Self.import(bytes)) == bytes)
    var random = SplitMix64(seed: 21)
    let lengths = [0, 1, 15, 16, 17, 18, 19, bytes.count - 33, bytes.count - 32, bytes.count - 1]
    for length in lengths + (0..<Effort.rounds(20)).map({ _ in random.below(bytes.count) }) {
      guard case .malformedArchive = try refusal(Array(bytes[..<length])) else {
        Issue.record("\(length) bytes are not called malformed")
        continue
      }
    }
  }

  @Test(arguments: 0..<4) func refusesEveryChange(part: Int) throws {
    let bytes = try Self.small.get()
    var random = SplitMix64(seed: UInt64(30 + part))
    for _ in 0..<Effort.rounds(10) {
      var changed = bytes
      let place = random.below(bytes.count)
      changed[place] ^= UInt8(1 + random.below(255))
      #expect(try refusal(changed) != nil, "byte \(place)")
    }
  }

  @Test func refusesWhatFollows() throws {
    let error = try refusal(Self.small.get() + [0])
    #expect(error?.description.contains("bytes follow the end of the export") == true)
  }

  /// Bytes with the hash that they should end in.
  private static func sealed(_ bytes: [UInt8]) -> [UInt8] { bytes + SHA256.hash(data: bytes) }

  /// A part of an export: the byte in front, and what writes the rest.
  private typealias Part = (UInt8, (inout ByteWriter) -> Void)

  /// An export of parts.
  private static func archive(_ genesis: Genesis, _ parts: [Part]) -> [UInt8] {
    var writer = ByteWriter()
    writer.write(Array("aliquot.archive\n".utf8) + [1])
    writer.writeBytes(genesis.encoded())
    for (part, body) in parts {
      writer.write(part)
      body(&writer)
    }
    writer.write(0)
    return sealed(writer.bytes)
  }

  /// A block that leads to something else than its header says is refused with its height.
  @Test func namesTheBlockThatDiffers() throws {
    let ledger = try Self.sample()
    let genesis = ledger.genesis
    let blocks = try ledger.headers(limit: 100).reversed().dropFirst().map {
      try #require(try ledger.block(at: $0.height))
    }
    func parts(
      _ change: (Int, SealedBlock) -> (BlockHeader, [SignedTransaction])
    ) -> [Part] {
      blocks.enumerated().map { index, block in
        let (header, transactions) = change(index, block)
        return (
          1,
          {
            $0.writeBytes(header.encoded())
            $0.writeBytes(SealedBlock.encode(transactions))
          }
        )
      }
    }
    let sound = Self.archive(genesis, parts { _, block in (block.header, block.transactions) })
    #expect(try Self.import(sound).head() == ledger.head())
    for (name, header) in Self.changes(of: blocks[4].header) {
      let changed = Self.archive(
        genesis,
        parts { index, block in
          (index == 4 ? header : block.header, block.transactions)
        })
      guard case .refusedBlock(let height, _) = try refusal(changed) else {
        Issue.record("\(name)")
        continue
      }
      // Time and beacon are inputs: the block with others is a good one, but not what the next follows.
      let isInput = name == "time" || name == "beacon"
      #expect(height == (isInput ? blocks[5].header : header).height, "\(name)")
    }
    for change in 0..<3 {
      let changed = Self.archive(
        genesis,
        parts { index, block in
          var transactions = block.transactions
          if index == 4 {
            switch change {
            case 0: transactions.removeLast()
            case 1: transactions.swapAt(0, 5)
            default: transactions[0] = Self.forged(transactions[0])
            }
          }
          return (block.header, transactions)
        })
      guard case .refusedBlock(let height, _) = try refusal(changed) else {
        Issue.record("change \(change) of the transactions")
        continue
      }
      #expect(height == blocks[4].height)
    }
    let missing = Self.archive(
      genesis,
      Array(parts { ($1.header, $1.transactions) }.enumerated().filter { $0.0 != 4 }.map(\.1)))
    guard case .refusedBlock(let height, .wrongParent) = try refusal(missing) else {
      Issue.record("a missing block")
      return
    }
    #expect(height == blocks[5].height)
  }

  /// A transaction with the signature of nobody.
  private static func forged(_ signed: SignedTransaction) -> SignedTransaction {
    var signature = signed.signature
    signature[3] ^= 1
    return (try? SignedTransaction(signed.transaction, signature: signature)) ?? signed
  }

  /// A header with each of its fields changed.
  private static func changes(of header: BlockHeader) -> [(field: String, header: BlockHeader)] {
    [
      ("chain", header.with(chain: .zero)), ("parent", header.with(parent: .zero)),
      ("height", header.with(height: header.height + 1)),
      ("time", header.with(time: header.time + 1)),
      ("beacon", header.with(beacon: .zero)),
      ("count", header.with(transactionCount: header.transactionCount + 1)),
      ("gas", header.with(gasUsed: header.gasUsed + 1)),
      ("transactions", header.with(transactionRoot: .zero)),
      ("receipts", header.with(receiptRoot: .zero)), ("state", header.with(stateRoot: .zero)),
    ]
  }

  /// Parts in another order, twice, or about what is not there.
  @Test func refusesOtherOrders() throws {
    let genesis = try MarketLoad.genesis()
    func snapshot(_ name: String, _ height: Int = 0) -> Part {
      (
        2,
        {
          $0.writeText(name)
          $0.writeCount(height)
        }
      )
    }
    func note(_ kind: String, _ name: [UInt8]) -> Part {
      (
        3,
        {
          $0.writeText(kind)
          $0.writeBytes(name)
          $0.writeBytes([9])
        }
      )
    }
    let sound = Self.archive(
      genesis, [snapshot("a"), snapshot("b"), note("a", [1]), note("a", [2]), note("b", [0])])
    #expect(try Self.export(Self.import(sound)) == sound)
    let wrong: [[Part]] = [
      [snapshot("b"), snapshot("a")], [snapshot("a"), snapshot("a")], [snapshot("a", 1)],
      [note("a", [2]), note("a", [1])], [note("b", []), note("a", [])],
      [note("a", [1]), note("a", [1])], [note("a", [1]), snapshot("a")],
      [(4, { _ in })], [(1, { $0.writeBytes([]) })],
    ]
    for parts in wrong {
      guard case .malformedArchive = try refusal(Self.archive(genesis, parts)) else {
        Issue.record("a wrong order is not called malformed")
        continue
      }
    }
  }

  @Test func refusesOtherRules() throws {
    let genesis = try MarketLoad.genesis()
    var bytes = Self.archive(genesis, [])
    let rules = genesis.schedule.bytes
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: rules) })
    bytes[place] ^= 1
    guard case .otherRules = try refusal(bytes) else {
      Issue.record("other rules are not called so")
      return
    }
  }

  @Test func stopsWhereItsCallerStops() throws {
    struct Stop: Error {}
    let bytes = try Self.export(Self.sample())
    let path = folder.file("a.ledger")
    #expect(throws: Stop.self) {
      try Self.import(bytes, at: .file(path)) { _ in throw Stop() }
    }
    #expect(throws: Stop.self) {
      try Ledger.importing(from: { _ in throw Stop() }, to: .file(path))
    }
    #expect(try folder.names() == [])
    let ledger = try Self.import(bytes)
    #expect(throws: Stop.self) { try ledger.export(to: { _ in throw Stop() }) }
    #expect(throws: Stop.self) {
      try ledger.export(to: { _ in }, progress: { _ in throw Stop() })
    }
    #expect(try Self.export(ledger) == bytes)
  }
}
