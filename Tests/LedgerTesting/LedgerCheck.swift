public import Bytecode
import Chain
import Commitment
import Execution
import Integers
public import Ledger
import Transactions

/// What holds of every ledger, whatever was done to it.
public struct LedgerCheck {
  private let ledger: Ledger

  /// What does not hold, in sentences.
  public private(set) var problems: [String] = []

  /// Looks at the state after the last block, and at so many of the last blocks.
  public init(_ ledger: Ledger, blocks: Int = .max) throws {
    self.ledger = ledger
    try checkState(ledger.snapshot())
    try checkBlocks(blocks)
  }

  private mutating func require(_ condition: Bool, _ problem: @autoclosure () -> String) {
    if !condition { problems.append(problem()) }
  }

  // MARK: - State

  /// The root is that of all entries, and what everybody has of an asset is its supply.
  private mutating func checkState(_ snapshot: LedgerSnapshot) throws {
    let entries = try Self.entries(of: snapshot)
    let root = try Self.root(of: entries)
    require(root == snapshot.header.stateRoot, "the state root \(root) is not the header's")
    var missing: [Identifier: Integer] = [:]
    for entry in entries {
      switch StateKey(entry.key) {
      case .supply(let asset):
        missing[asset] = try missing[asset, default: 0].adding(Integer(stored: entry.value))
      case .balance(let asset, _):
        missing[asset] = try missing[asset, default: 0].subtracting(Integer(stored: entry.value))
      default: break
      }
    }
    for (asset, amount) in missing {
      require(amount.isZero, "of \(asset) the holders have \(amount) less than there is")
    }
  }

  /// All entries of a state.
  public static func entries(of snapshot: LedgerSnapshot) throws -> [StoredEntry] {
    var entries: [StoredEntry] = []
    var start: [UInt8] = []
    while true {
      let page = try snapshot.entries(withPrefix: [], from: start, limit: 500)
      entries += page
      guard page.count == 500, let last = page.last else { return entries }
      start = last.key + [0]
    }
  }

  /// The commitment to entries, made anew.
  public static func root(of entries: [StoredEntry]) throws -> Identifier {
    var trie = try Trie(source: CommitmentPages { _ in nil }, keptNodes: .max)
    return try trie.update(entries.map { (key: $0.key, value: $0.value as [UInt8]?) })
  }

  // MARK: - Blocks

  /// Headers follow each other and commit to what is stored beside them, and the indexes name exactly
  /// what is there.
  private mutating func checkBlocks(_ count: Int) throws {
    let headers = try ledger.headers(limit: min(count, 1 << 30))
    for (header, parent) in zip(headers, headers.dropFirst()) {
      require(header.parent == parent.hash, "block \(header.height) has another parent")
      require(header.height > parent.height, "block \(header.height) is not above its parent")
    }
    require(
      headers.last?.height == 0 || headers.count == count, "the first block is missing")
    for header in headers { try checkBlock(header) }
  }

  private mutating func checkBlock(_ header: BlockHeader) throws {
    guard let block = try ledger.block(at: header.height), block.header == header else {
      problems.append("block \(header.height) is missing")
      return
    }
    let name = "of block \(header.height)"
    try require(ledger.block(header.hash) == block, "the hash \(name) leads elsewhere")
    require(
      MerkleList.root(of: block.transactions.map { $0.encoded() }) == header.transactionRoot,
      "the transaction root \(name) is wrong")
    require(
      MerkleList.root(of: block.receipts.map { $0.encoded() }) == header.receiptRoot,
      "the receipt root \(name) is wrong")
    require(
      block.transactions.map(\.id) == block.receipts.map(\.transaction),
      "the receipts \(name) are for other transactions")
    var places: [[Int]] = []
    for (position, receipt) in block.receipts.enumerated() {
      let place = try ledger.place(of: receipt.transaction)
      require(
        place.height == header.height && place.position == position,
        "transaction \(position) \(name) is said to stand at \(place)")
      places += receipt.outcome.events.indices.map {
        [header.height, position, $0]
      }
    }
    let emissions = try ledger.emissions(heights: header.height...header.height)
    require(
      emissions.map { [$0.height, $0.position, $0.ordinal] } == places,
      "the events \(name) are not those of its receipts")
  }
}

extension Ledger {
  /// A ledger in memory that has executed the same blocks, each held against its header.
  public func replica() throws -> Ledger {
    let replica = try Ledger.create(genesis, at: .memory)
    for header in try headers(limit: 1 << 30).reversed() where header.height > 0 {
      if let block = try block(at: header.height) {
        try replica.apply(header, block.transactions)
      }
    }
    return replica
  }
}
