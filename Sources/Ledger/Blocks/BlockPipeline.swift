/// Blocks from a source, prepared a batch ahead of whoever takes them.
///
/// It holds two batches at a time, however long the chain is.
struct BlockPipeline<Item> {
  /// What a source gives: a block, something that goes with it, and the bytes of both.
  struct Entry {
    let item: Item
    let block: RawBlock
    let byteCount: Int
  }

  /// Blocks that are prepared together, at most.
  private static var blockLimit: Int { 256 }
  /// Bytes that are held for one batch, unless a single block has more.
  private static var byteLimit: Int { 1 << 20 }

  private let next: () throws -> Entry?
  private var items: [Item] = []
  private var preparation: BlockPreparation?
  private var ready: ArraySlice<(Item, PreparedBlock)> = []
  private var failure: (any Error)?

  /// Makes a pipeline of a function that gives the next block; nil after the last.
  init(_ next: @escaping () throws -> Entry?) {
    self.next = next
    startBatch()
  }

  /// What the source throws is kept until the blocks before have been taken.
  private mutating func startBatch() {
    items = []
    var blocks: [RawBlock] = []
    var byteCount = 0
    do {
      while failure == nil, blocks.count < Self.blockLimit, byteCount < Self.byteLimit,
        let entry = try next()
      {
        items.append(entry.item)
        blocks.append(entry.block)
        byteCount += entry.byteCount
      }
    } catch { failure = error }
    preparation = blocks.isEmpty ? nil : BlockPreparation(blocks)
  }

  /// The next block; nil after the last.
  mutating func nextBlock() throws -> (item: Item, block: PreparedBlock)? {
    if ready.isEmpty, let preparation {
      ready = Array(zip(items, preparation.finish()))[...]
      startBatch()
    }
    if let block = ready.popFirst() { return block }
    if let failure { throw failure }
    return nil
  }
}
