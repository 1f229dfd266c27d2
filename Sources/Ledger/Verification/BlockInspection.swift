import Bytecode
import Chain
import Transactions

/// Looks at blocks one after the other for what can be said without executing them.
struct BlockInspection {
  let findings: FindingList
  /// The chain that all blocks must be of; nil if the genesis cannot be read.
  let chain: Identifier?
  private var previous: (height: Int, hash: Identifier)?

  init(_ findings: FindingList, chain: Identifier?) {
    self.findings = findings
    self.chain = chain
  }

  /// The height of the last block that was looked at.
  var height: Int? { previous?.height }

  /// Looks at a block, and gives its header if that can be read.
  mutating func inspect(_ row: BlockRow, _ block: PreparedBlock) -> BlockHeader? {
    let place = VerificationFinding.Place(table: "block", height: row.height)
    let header: BlockHeader
    switch block.header {
    case .success(let decoded): header = decoded
    case .failure(let refusal):
      findings.add(place, "the header is malformed at \(refusal)")
      previous = Identifier(row.hash).map { (row.height, $0) }
      inspectTransactions(block, nil, place)
      return nil
    }
    let hash = header.hash
    if header.height != row.height {
      findings.add(place, "the header is that of the height \(header.height)")
    }
    if hash.bytes != row.hash { findings.add(place, "the hash is not that of the header") }
    if let chain, header.chain != chain {
      findings.add(place, "the block is for the chain \(header.chain)")
    }
    if header.parent != previous?.hash ?? .zero {
      findings.add(
        place,
        previous.map { "the parent is not the block before, at the height \($0.height)" }
          ?? "the first block has a parent")
    }
    previous = (row.height, hash)
    inspectTransactions(block, header, place)
    return header
  }

  private func inspectTransactions(
    _ block: PreparedBlock, _ header: BlockHeader?, _ place: VerificationFinding.Place
  ) {
    switch block.transactions {
    case .failure(let refusal):
      findings.add(place, "the transactions are malformed at \(refusal)")
    case .success(let transactions):
      for (index, transaction) in transactions.enumerated() {
        guard case .failure(let error) = transaction else { continue }
        findings.add(place, "transaction \(index): \(error)")
      }
      if let header, header.transactionCount != transactions.count {
        findings.add(
          place,
          "the header counts \(header.transactionCount) transactions, and there are "
            + "\(transactions.count)")
      }
    }
  }

  /// Holds the receipts of a block that is not executed against its header.
  func inspectReceipts(_ row: BlockRow, _ header: BlockHeader) {
    let place = VerificationFinding.Place(table: "block", height: row.height)
    do {
      let receipts = try SealedBlock.decodeReceipts(row.receipts)
      if MerkleList.root(of: receipts.lazy.map { $0.encoded() }) != header.receiptRoot {
        findings.add(place, "the receipts are not those that the header commits to")
      }
    } catch { findings.add(place, "the receipts are malformed at \(error)") }
  }
}
