import Bytecode
import Chain
import Integers
import Ledger
import Testing
import Transactions

/// Somebody with a key who speaks on one chain.
struct Signer {
  let key: AccountKey
  let chain: Identifier

  var address: Identifier { key.address }

  init(_ name: String, on ledger: Ledger) throws {
    key = try .development(named: name)
    chain = ledger.chain
  }

  /// Somebody whose key nobody knows.
  init(_ scheme: AccountScheme, seed: UInt8, on chain: Identifier) throws {
    key = try AccountKey(scheme: scheme, seed: [UInt8](repeating: seed, count: 32))
    self.chain = chain
  }

  func sign(
    _ action: Transaction.Action, nonce: UInt64 = 0, gas: UInt64 = 1_000_000, price: Integer = 0
  ) throws -> SignedTransaction {
    try key.sign(
      Transaction(
        chain: chain, sender: key.publicKey, nonce: nonce, gasLimit: gas, gasPrice: price,
        action: action))
  }
}

/// Appends a transaction that must be refused for this reason, and sees that nothing at all has changed.
func expectRefusal(
  of transaction: SignedTransaction, by ledger: Ledger, _ reason: TransactionRefusal,
  _ location: SourceLocation = #_sourceLocation
) throws {
  let before = try ledger.tables()
  let appended = try ledger.append([transaction])
  #expect(appended.block == nil, sourceLocation: location)
  #expect(appended.refused.map(\.reason) == [reason], sourceLocation: location)
  #expect(throws: reason, sourceLocation: location) { try ledger.submit(transaction) }
  #expect(throws: reason, sourceLocation: location) {
    try ledger.dryRun().execute(transaction)
  }
  #expect(try ledger.tables() == before, sourceLocation: location)
  // In somebody else's block it is refused for that reason, too.
  let head = try ledger.head()
  let header = BlockHeader(
    chain: head.chain, height: head.height + 1, parent: head.hash, time: head.time,
    beacon: .zero, transactionCount: 1, gasUsed: 0, transactionRoot: .zero, receiptRoot: .zero,
    stateRoot: .zero)
  #expect(
    throws: LedgerError.block(.transaction(index: 0, reason)), sourceLocation: location
  ) { try ledger.apply(header, [transaction]) }
  #expect(try ledger.tables() == before, sourceLocation: location)
}
