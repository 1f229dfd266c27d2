public import Bytecode

/// What a block commits to.
public struct BlockHeader: Hashable, Sendable {
  /// The version of the encoding.
  public static let version: UInt8 = 1
  /// Transactions that a block may hold.
  public static let transactionLimit = 1 << 20

  /// The chain.
  public let chain: Identifier
  /// How many blocks there were before, those included that nothing happened in and that have no header.
  public let height: Int
  /// The hash of the header before; zero for the first.
  public let parent: Identifier
  /// Seconds since 1970, not before the parent's.
  public let time: Int
  /// 32 bytes that contracts may read from the next block on.
  public let beacon: Identifier
  /// How many transactions the block holds.
  public let transactionCount: Int
  /// The gas that they used.
  public let gasUsed: UInt64
  /// The `MerkleList` of the signed transactions.
  public let transactionRoot: Identifier
  /// The `MerkleList` of the receipts.
  public let receiptRoot: Identifier
  /// The commitment to the state after the block.
  public let stateRoot: Identifier

  /// Makes a header.
  public init(
    chain: Identifier, height: Int, parent: Identifier, time: Int, beacon: Identifier,
    transactionCount: Int, gasUsed: UInt64, transactionRoot: Identifier, receiptRoot: Identifier,
    stateRoot: Identifier
  ) {
    self.chain = chain
    self.height = height
    self.parent = parent
    self.time = time
    self.beacon = beacon
    self.transactionCount = transactionCount
    self.gasUsed = gasUsed
    self.transactionRoot = transactionRoot
    self.receiptRoot = receiptRoot
    self.stateRoot = stateRoot
  }

  /// SHA-256 of `aliquot.block` and the encoding.
  public var hash: Identifier { ChainDomain.block.hash(encoded()) }

  /// The canonical encoding.
  public func encoded() -> [UInt8] {
    var writer = ByteWriter()
    writer.write(Self.version)
    writer.write(chain)
    writer.writeCount(height)
    writer.write(parent)
    writer.writeCount(time)
    writer.write(beacon)
    writer.writeCount(transactionCount)
    writer.writeUnsigned(gasUsed)
    writer.write(transactionRoot)
    writer.write(receiptRoot)
    writer.write(stateRoot)
    return writer.bytes
  }

  /// Reads a header from its encoding.
  public init(decoding bytes: [UInt8]) throws(Refusal) {
    var reader = ByteReader(bytes)
    let version = try reader.readByte("the version")
    guard version == Self.version else {
      throw reader.failure("version \(version) of block headers is unknown", at: 0)
    }
    chain = try reader.readIdentifier("the chain")
    height = try reader.readCount("the height", atMost: Genesis.timeMaximum)
    parent = try reader.readIdentifier("the parent")
    time = try reader.readCount("the time", atMost: Genesis.timeMaximum)
    beacon = try reader.readIdentifier("the beacon")
    transactionCount = try reader.readCount(
      "the number of transactions", atMost: Self.transactionLimit)
    gasUsed = try reader.readUnsigned("the gas")
    transactionRoot = try reader.readIdentifier("the transaction root")
    receiptRoot = try reader.readIdentifier("the receipt root")
    stateRoot = try reader.readIdentifier("the state root")
    try reader.finish("the header")
  }

  /// The beacon of a block that is given none, and of a height that has no header: SHA-256 of
  /// `aliquot.beacon`, the hash of the header before, and the height in 8 bytes, the highest first.
  ///
  /// Whoever seals the header before can know it, so it suits tests and what is worth less than a block.
  public static func derivedBeacon(after parent: Identifier, height: Int) -> Identifier {
    let number = (0..<8).map { UInt8(truncatingIfNeeded: height >> (56 - 8 * $0)) }
    return ChainDomain.beacon.hash(parent.bytes + number)
  }
}
