import ArgumentParser
import Bytecode
import Chain
import Ledger

/// Shows what a transaction did, and proves it.
struct ReceiptCommand: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "receipt",
    abstract: "Show what a transaction did, and prove that its block says so.",
    discussion: """
      The proof leads from the receipt to the receipt root in the header of its block. The receipt's \
      hash is SHA-256 of 00 and its encoding, which --json gives; each step hashes 01, the left and the \
      right. The instruction `verify_merkle` takes the same path.

      Examples:
        aliquot receipt 0x39cb36d1
        aliquot receipt 0x39cb36d1 --json
      """)

  @Argument(help: ArgumentHelp("The id of a transaction.", valueName: "id")) var id: String
  @OptionGroup var store: LedgerOptions
  @OptionGroup var global: GlobalOptions

  func perform() throws -> Outcome {
    let session = try store.open(isReadOnly: true)
    let names = try session.names()
    let sent = try session.sent(session.transaction(id))
    let path = try session.failurePath(of: sent)
    let proof = try LedgerFailure.translating { try ReceiptProof(sent) }
    let text = TransactionText(names: names, paint: global.paint(.output))
    let outcome = Outcome(
      text: text.text(
        sent.transaction, sent.receipt, header: sent.header, path: path) + "\n" + proof.text,
      result: text.json(sent, path: path) + ["proof": proof.json])
    try session.check()
    return outcome
  }
}

/// The way from a receipt to the receipt root of its block.
struct ReceiptProof {
  private let encoding: [UInt8]
  private let header: BlockHeader
  private let path: MerkleList.Path

  /// Makes the proof, and checks that it leads to the root.
  init(_ sent: TransactionHistory.Entry) throws {
    encoding = sent.receipt.encoded()
    header = sent.header
    let receipts = sent.block.receipts.lazy.map { $0.encoded() }
    guard let path = MerkleList.path(to: sent.position, in: receipts),
      path.root(from: encoding) == header.receiptRoot
    else {
      throw LedgerError.damaged(
        "the receipts of block \(header.height) are not those that its header commits to")
    }
    self.path = path
  }

  /// Each hash beside the way, and whether it stands to the left.
  private var steps: [(hash: Identifier, isLeft: Bool)] {
    path.siblings.enumerated().map { level, sibling in
      (sibling, level < 64 && path.index >> UInt64(level) & 1 == 1)
    }
  }

  /// The proof for people.
  var text: String {
    var table = Table(["", ""])
    table.add("receipt", "0x\(MerkleList.leaf(encoding))")
    for step in steps { table.add(step.isLeft ? "left" : "right", "0x\(step.hash)") }
    table.add("root", "0x\(header.receiptRoot)  (receipts of block \(header.height))")
    return table.text()
  }

  /// The proof for programs.
  var json: JSON {
    [
      "encoding": .bytes(encoding), "receipt": .identifier(MerkleList.leaf(encoding)),
      "siblings": .array(
        steps.map {
          ["hash": .identifier($0.hash), "side": .string($0.isLeft ? "left" : "right")]
        }),
      "index": .string(String(path.index)), "receiptRoot": .identifier(header.receiptRoot),
      "height": .number(header.height), "block": .identifier(header.hash),
    ]
  }
}
