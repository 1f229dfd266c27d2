import Bytecode
import Crypto

/// What a hash of a chain is for: a text in front of the bytes.
enum ChainDomain: String {
  /// The id of a chain.
  case chain = "aliquot.chain"
  /// The hash of a block.
  case block = "aliquot.block"
  /// The beacon of a block that is given none.
  case beacon = "aliquot.beacon"
  /// The rules and prices of a machine.
  case schedule = "aliquot.schedule"

  /// SHA-256 of the text and the bytes.
  func hash(_ bytes: [UInt8]) -> Identifier {
    Identifier(Array(SHA256.hash(data: Array(rawValue.utf8) + bytes))) ?? .zero
  }
}
