public import Bytecode

/// What whoever orders transactions gives a block besides them: height, time and beacon.
public struct BlockInput: Hashable, Sendable {
  /// The height, above the parent's.
  public var height: Int
  /// Seconds since 1970, not before the parent's.
  public var time: Int
  /// 32 bytes that contracts may read from the next block on.
  public var beacon: Identifier

  /// Makes an input.
  public init(height: Int, time: Int, beacon: Identifier) {
    self.height = height
    self.time = time
    self.beacon = beacon
  }

  /// The next height, one block interval later, and a beacon from the hash of the block before: the same
  /// wherever the same transactions come in the same order.
  public init(after head: BlockHeader, genesis: Genesis) {
    height = head.height + 1
    time = min(head.time + genesis.blockInterval, Genesis.timeMaximum)
    beacon = BlockHeader.derivedBeacon(after: head.hash, height: height)
  }

  /// So many blocks later, of which the last has a header.
  ///
  /// Numbers that are too large for a block become ones that are refused.
  public init(after head: BlockHeader, genesis: Genesis, blocks: Int) {
    let blocks = min(blocks, Genesis.timeMaximum + 1)
    height = head.height.addingReportingOverflow(blocks).partialValue
    let (seconds, overflow) = blocks.multipliedReportingOverflow(by: genesis.blockInterval)
    time = overflow ? .max : head.time.addingReportingOverflow(seconds).partialValue
    beacon = BlockHeader.derivedBeacon(after: head.hash, height: height)
  }
}

/// Why a block cannot follow the one before.
public enum BlockRefusal: Error, Hashable, Sendable {
  /// It is for another chain.
  case wrongChain(expected: Identifier, found: Identifier)
  /// It follows another block than the last.
  case wrongParent(expected: Identifier, found: Identifier)
  /// Its height is not above the parent's, or too great.
  case heightOutOfRange(parent: Int, found: Int)
  /// Its time is before the parent's, or too late.
  case timeOutOfRange(parent: Int, found: Int)
  /// A transaction in it is refused.
  case transaction(index: Int, TransactionRefusal)
  /// Something in its header is not what its transactions lead to.
  case mismatch(String)
}

extension BlockRefusal: CustomStringConvertible {
  /// What is wrong, on one line.
  public var description: String {
    switch self {
    case .wrongChain(let expected, let found):
      "the block is for the chain \(found), and this is \(expected)"
    case .wrongParent(let expected, let found):
      "the block follows \(found), and the last block is \(expected)"
    case .heightOutOfRange(let parent, let found):
      "the height \(found) cannot follow \(parent)"
    case .timeOutOfRange(let parent, let found):
      "the time \(found) cannot follow \(parent)"
    case .transaction(let index, let refusal):
      "transaction \(index) of the block is refused: \(refusal)"
    case .mismatch(let what): "\(what) is not what the transactions of the block lead to"
    }
  }
}
