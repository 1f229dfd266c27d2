import Bytecode
import Transactions

/// The transactions or the receipts of a block as they are stored, with their root: each item is encoded
/// once for both.
struct EncodedList {
  /// The number of items, and each with its length.
  let bytes: [UInt8]
  /// The root of the list.
  let root: Identifier

  init(_ transactions: [SignedTransaction]) {
    self.init(transactions) { $0.pointee.write(to: &$1) }
  }

  init(_ receipts: [TransactionReceipt]) {
    self.init(receipts) { $0.pointee.write(to: &$1) }
  }

  /// The items are shown where they are, since copying one copies all of its parts.
  private init<Item>(
    _ items: [Item], _ write: (UnsafePointer<Item>, inout ByteWriter) -> Void
  ) {
    var list = ByteWriter()
    var leaves: [Identifier] = []
    leaves.reserveCapacity(items.count)
    list.writeCount(items.count)
    var item = ByteWriter()
    items.withUnsafeBufferPointer { items in
      guard let base = items.baseAddress else { return }
      for index in items.indices {
        item.removeAll()
        write(base + index, &item)
        // Most items of a block are of one length.
        if index == 0 { list.reserve(items.count * (item.bytes.count + 3)) }
        leaves.append(MerkleList.leaf(item.bytes))
        list.writeBytes(item.bytes)
      }
    }
    bytes = list.bytes
    root = MerkleList.root(ofLeaves: leaves)
  }
}
