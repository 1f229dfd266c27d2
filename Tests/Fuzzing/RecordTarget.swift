import Bytecode
import Chain
import Commitment
import Execution
import State
import Transactions

/// What decodes as a part of a chain encodes to the same bytes: the first byte tells which part the rest
/// claims to be.
func checkRecord(_ input: [UInt8]) throws(Violation) {
  guard let first = input.first else { return }
  let bytes = Array(input.dropFirst())
  switch FuzzTarget.Record(rawValue: first % UInt8(FuzzTarget.Record.allCases.count)) {
  case .transaction: try checkSignedTransaction(bytes)
  case .receipt:
    try checkCoding(bytes) { bytes throws(Refusal) in
      try TransactionReceipt(decoding: bytes).encoded()
    }
  case .header:
    try checkCoding(bytes) { bytes throws(Refusal) in
      try BlockHeader(decoding: bytes).encoded()
    }
  case .genesis: try checkGenesis(bytes)
  case .transactions:
    try checkCoding(bytes) { bytes throws(Refusal) in
      SealedBlock.encode(try SealedBlock.decodeTransactions(bytes))
    }
  case .receipts:
    try checkCoding(bytes) { bytes throws(Refusal) in
      SealedBlock.encode(try SealedBlock.decodeReceipts(bytes))
    }
  case .proof:
    if let proof = TrieProof(decoding: bytes) {
      try require(proof.encoded() == bytes, "a proof encodes to other bytes")
      _ = proof.shows(nil, under: bytes, inMapWithRoot: .zero)
    }
  case nil: break
  }
}

extension FuzzTarget {
  /// What the bytes behind the first claim to be.
  public enum Record: UInt8, CaseIterable, Sendable {
    case transaction, receipt, header, genesis, transactions, receipts, proof
  }
}

/// What is read is written as the same bytes; what is refused is wrong somewhere in them.
private func checkCoding(
  _ bytes: [UInt8], _ recode: ([UInt8]) throws(Refusal) -> [UInt8]
) throws(Violation) {
  let again: [UInt8]
  do throws(Refusal) { again = try recode(bytes) } catch {
    try require((0...bytes.count).contains(error.offset), "\(error) lies outside of the bytes")
    return
  }
  try require(again == bytes, "what is read encodes to other bytes")
}

private func checkSignedTransaction(_ bytes: [UInt8]) throws(Violation) {
  let signed: SignedTransaction
  do throws(TransactionError) { signed = try SignedTransaction(decoding: bytes) } catch {
    if case .malformed(let refusal) = error {
      try require(
        (0...bytes.count).contains(refusal.offset), "\(refusal) lies outside of the bytes")
    }
    return
  }
  try require(signed.encoded() == bytes, "a transaction encodes to other bytes")
  // Whether somebody signed this is not known, but it ends in one or the other.
  _ = try? signed.verify(on: signed.transaction.chain, forDevelopment: true)
}

/// A genesis that is read is one that a chain can begin with.
private func checkGenesis(_ bytes: [UInt8]) throws(Violation) {
  let genesis: Genesis
  do throws(Refusal) { genesis = try Genesis(decoding: bytes) } catch {
    try require((0...bytes.count).contains(error.offset), "\(error) lies outside of the bytes")
    return
  }
  try require(genesis.encoded() == bytes, "a genesis encodes to other bytes")
  do {
    let executor = try ChainExecutor(
      genesis: genesis, state: StateTable(), pages: CommitmentPages { _ in nil }, head: nil,
      beacons: [:])
    let sealed = try executor.sealGenesis()
    executor.commit()
    for asset in genesis.assets {
      let supply = executor.world.supply(of: asset.identifier)
      try require(supply == asset.supply, "of \(asset.name) there is \(supply)")
    }
    try require(sealed.block.header.chain == genesis.chain, "the first block is of another chain")
  } catch let violation as Violation { throw violation } catch {
    throw Violation("a genesis that is read cannot begin: \(error)")
  }
}
