import Bytecode
import Crypto

/// What a hash or a signature is for: a text in front of the bytes.
///
/// No text is the beginning of another.
enum Domain: String {
  /// The address of an account.
  case account = "aliquot.account"
  /// The seed of a development account.
  case development = "aliquot.development"
  /// The id of a transaction.
  case transaction = "aliquot.transaction"
  /// What the sender signs.
  case signature = "aliquot.signature"

  /// The text and the bytes.
  func tagged(_ bytes: [UInt8]) -> [UInt8] { Array(rawValue.utf8) + bytes }

  /// SHA-256 of the text and the bytes.
  func hash(_ bytes: [UInt8]) -> Identifier {
    Identifier(Array(SHA256.hash(data: tagged(bytes)))) ?? .zero
  }
}
