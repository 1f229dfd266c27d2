import Bytecode
import EngineTesting
import Foundation
import Integers
import Testing
import Transactions

/// Transactions with their bytes, for other implementations.
struct TransactionVectorFile: Codable, Equatable {
  /// An account.
  struct Account: Codable, Equatable {
    let scheme: UInt8
    let seed: String
    let publicKey: String
    let address: String
  }

  /// A transaction that is accepted.
  struct Accepted: Codable, Equatable {
    let name: String
    let sender: String
    let transaction: String
    let id: String
    let signature: String
  }

  /// Bytes that are refused, in decoding or in verifying, and why.
  struct Refused: Codable, Equatable {
    let bytes: String
    let reason: String
  }

  /// The chain that all are for.
  let chain: String
  let accounts: [Account]
  let accepted: [Accepted]
  let refused: [Refused]
}

extension TransactionVectorFile {
  /// Signatures of P-256 over the samples, by the nonces of RFC 6979, in the low form.
  ///
  /// They were made by another implementation, in plain integers, which also made the ids and the
  /// signatures of Ed25519 in the file.
  private static let p256Signatures = [
    "97ce444e18c5928a253189788e2ceb4d94c5fa9979c7417f58e2eb1fc9e06a98396a89037be0124c34aebd79bc839dba7bcc5124a5bbfde0382a8340d0e6b0e8",
    "16d74fc1b29f88c0263136a9f967846b98a3878f54b9a8b0bccd38ee54ec3bd0087668e078bd426c58811fb6dec419106933f2d7863d3f925d0f6438912e68be",
    "ce17180e917e3bfbf1624a10cccacb329aa0a2a289dd6ccc849916596cba2a327065428f377117160082b349aadf7a0b28400f9b8fbd6afe63e98457510d8bd2",
    "48d6d983c0fc463e2b10eef012a194922b9aadbba3154795fbab069de0771392159ba56ff54ff918046f87242edff972f6be648635f8a815d8ee25134a0e7456",
  ]

  static func made() throws -> TransactionVectorFile {
    let keys = try TransactionSamples.keys() + [.development(named: "bob")]
    var accepted: [Accepted] = []
    var refused: [Refused] = []
    func refuse(_ bytes: [UInt8]) {
      guard case .failure(let error) = SignatureTests.arrival(bytes) else { return }
      refused.append(Refused(bytes: Hexadecimal.encode(bytes), reason: error.description))
    }
    for key in keys.prefix(3) {
      for (index, sample) in TransactionSamples.actions.enumerated() {
        let transaction = try TransactionSamples.transaction(sample.action, by: key)
        var signed = try key.sign(transaction)
        if key.publicKey.scheme == .p256 {
          signed = try SignedTransaction(
            transaction, signature: Hexadecimal.decode(p256Signatures[index]) ?? [])
        }
        accepted.append(
          Accepted(
            name: "\(sample.name), \(key.publicKey.scheme)", sender: key.address.description,
            transaction: Hexadecimal.encode(transaction.encoded()),
            id: transaction.id.description, signature: Hexadecimal.encode(signed.signature)))
        let bytes = signed.encoded()
        for place in [0, 1, 33, 34, 40, bytes.count - 65, bytes.count - 64, bytes.count - 1] {
          var spoiled = bytes
          spoiled[place] ^= 0x80
          refuse(spoiled)
        }
        refuse(Array(bytes.dropLast()))
        refuse(bytes + [0])
      }
    }
    try ForgedTransactions.encodings().forEach(refuse)
    return TransactionVectorFile(
      chain: TransactionSamples.chain.description,
      accounts: keys.map {
        Account(
          scheme: $0.publicKey.scheme.rawValue, seed: Hexadecimal.encode($0.seed),
          publicKey: Hexadecimal.encode($0.publicKey.bytes), address: $0.address.description)
      }, accepted: accepted, refused: refused)
  }
}

/// The vectors and the example of the page: they are what the module makes, and it reads them.
///
/// `RECORD=1` writes the file anew; that run fails, so that nobody takes it for a test.
@Suite struct TransactionVectorTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  private static let url = folder.appending(path: "Vectors/transactions.json")

  @Test func theFileIsWhatIsMade() throws {
    let made = try TransactionVectorFile.made()
    if ProcessInfo.processInfo.environment["RECORD"] != nil {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try (encoder.encode(made) + Data([0x0A])).write(to: Self.url)
      Issue.record("the vectors were recorded")
      return
    }
    let stored = try JSONDecoder().decode(
      TransactionVectorFile.self, from: Data(contentsOf: Self.url))
    #expect(stored.accounts == made.accounts && stored.chain == made.chain)
    #expect(stored.accepted == made.accepted)
    #expect(stored.refused == made.refused && stored.refused.count == 130)
  }

  @Test func whatTheFileAcceptsIsAccepted() throws {
    let stored = try JSONDecoder().decode(
      TransactionVectorFile.self, from: Data(contentsOf: Self.url))
    let chain = try #require(Identifier(hexadecimal: stored.chain))
    for vector in stored.accepted {
      let bytes = try #require(Hexadecimal.decode(vector.transaction + vector.signature))
      let signed = try SignedTransaction(decoding: bytes)
      #expect(signed.id.description == vector.id)
      #expect(
        try signed.verify(on: chain, forDevelopment: true).description == vector.sender)
    }
    for vector in stored.refused {
      let bytes = try #require(Hexadecimal.decode(vector.bytes))
      guard case .failure(let error) = SignatureTests.arrival(bytes, chain: chain) else {
        Issue.record("\(vector.bytes) was accepted")
        continue
      }
      #expect(error.description == vector.reason)
    }
  }

  @Test func theExampleOfThePageIsTrue() throws {
    let page = try String(
      contentsOf: Self.folder.appending(
        path: "../../Sources/Transactions/Transactions.docc/Transactions.md"), encoding: .utf8)
    let key = try TransactionSamples.keys()[0]
    let signed = try key.sign(
      TransactionSamples.transaction(TransactionSamples.actions[3].action, by: key))
    let example = try #require(page.components(separatedBy: "## An example").last)
    let block = try #require(example.components(separatedBy: "```").dropFirst().first)
    let digits = block.split(separator: "\n").map { $0.prefix { $0 != ";" } }.joined()
      .filter { !$0.isWhitespace }
    #expect(digits == Hexadecimal.encode(signed.encoded()))
    for text in [key.address, signed.id, .developmentAccount(named: "alice")] {
      #expect(page.contains(text.description))
    }
  }
}
