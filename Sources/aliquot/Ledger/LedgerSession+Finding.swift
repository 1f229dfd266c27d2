import Bytecode
import Chain
import Hosting
import Integers
import Ledger
import Transactions

/// Finds transactions and blocks by what people write for them.
extension LedgerSession {
  /// The transaction that a text means: all 64 digits of its id, or as many as make it the only one.
  func transaction(_ text: String) throws -> Identifier {
    guard let digits = IdentifierDigits(text) else {
      throw CommandFailure(
        .usage, "\"\(text)\" is not the id of a transaction",
        help: "\(IdentifierDigits.form); `aliquot tx` lists the last ones")
    }
    let found = try LedgerFailure.translating {
      try ledger.transactions(in: digits.range, limit: IdentifierDigits.limit)
    }.filter(digits.matches)
    return try digits.only(of: found, "transaction")
  }

  /// A transaction of the past, with what it did and where it stands.
  func sent(_ id: Identifier) throws -> TransactionHistory.Entry {
    try LedgerFailure.translating {
      let place = try ledger.place(of: id)
      guard let block = try ledger.block(at: place.height),
        block.transactions.indices.contains(place.position),
        block.transactions[place.position].id == id
      else { throw LedgerError.damaged("the index of transactions is wrong about \(id)") }
      return TransactionHistory.Entry(block, place.position)
    }
  }

  /// The way to the failure of a transaction of the past, outermost first; nothing if it went well.
  func failurePath(
    of sent: TransactionHistory.Entry
  ) throws -> [TraceRecorder.Place] {
    guard sent.receipt.outcome.failure != nil else { return [] }
    return try record(sent.transaction.id, detail: .path).watcher.failurePath
  }

  /// The block that a text means: its height, or `0x` and the first digits of its hash.
  func block(_ text: String) throws -> SealedBlock {
    let height: Int
    if !text.hasPrefix("0x"), let number = ArgumentReader.plainInteger(text) {
      guard let number = number.asInt, number >= 0 else {
        throw CommandFailure(.notFound, "there is no block \(text)")
      }
      height = number
    } else {
      guard let digits = IdentifierDigits(text) else {
        throw CommandFailure(
          .usage, "\"\(text)\" is not a block",
          help: "its height, or of its hash \(IdentifierDigits.form)")
      }
      height = try self.height(ofBlock: digits)
    }
    return try LedgerFailure.translating {
      if let block = try ledger.block(at: height) { return block }
      let before = try ledger.header(atOrBelow: height)
      throw CommandFailure(
        .notFound, "no block has the height \(height)",
        help: "time went on without one; the last block before it has the height \(before.height)")
    }
  }

  private func height(ofBlock digits: IdentifierDigits) throws -> Int {
    try LedgerFailure.translating {
      let heights = try ledger.heights(
        ofBlocksIn: digits.range, limit: IdentifierDigits.limit)
      var hashes: [Identifier: Int] = [:]
      for height in heights {
        let header = try ledger.header(atOrBelow: height)
        if digits.matches(header.hash) { hashes[header.hash] = height }
      }
      let hash = try digits.only(of: Array(hashes.keys), "block")
      return hashes[hash] ?? 0
    }
  }
}
