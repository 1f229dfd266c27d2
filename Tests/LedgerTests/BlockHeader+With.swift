import Chain
import Bytecode
import Transactions

extension BlockHeader {
  /// The header with some of its parts replaced.
  func with(
    chain: Identifier? = nil, height: Int? = nil, parent: Identifier? = nil, time: Int? = nil,
    beacon: Identifier? = nil, transactionCount: Int? = nil, gasUsed: UInt64? = nil,
    transactionRoot: Identifier? = nil, receiptRoot: Identifier? = nil,
    stateRoot: Identifier? = nil
  ) -> BlockHeader {
    BlockHeader(
      chain: chain ?? self.chain, height: height ?? self.height, parent: parent ?? self.parent,
      time: time ?? self.time, beacon: beacon ?? self.beacon,
      transactionCount: transactionCount ?? self.transactionCount,
      gasUsed: gasUsed ?? self.gasUsed, transactionRoot: transactionRoot ?? self.transactionRoot,
      receiptRoot: receiptRoot ?? self.receiptRoot, stateRoot: stateRoot ?? self.stateRoot)
  }
}
