public import Bytecode
import Crypto
import Integers

/// How identifiers come about, so that a scenario can name what does not exist yet.
public enum Addresses {
  /// The account with this number.
  public static func account(_ number: UInt8) -> Identifier {
    Identifier([UInt8](repeating: number, count: 32)) ?? .zero
  }

  /// The contract that a creator makes after so many others.
  public static func contract(creator: Identifier, count: Int = 0) -> Identifier {
    var writer = ByteWriter()
    writer.write(Array("aliquot.contract".utf8))
    writer.write(creator)
    writer.write(Integer(count).encoded())
    return hash(writer.bytes)
  }

  /// The asset of an issuer's class with an id.
  public static func asset(
    issuer: Identifier, className: String, id: [UInt8] = []
  ) -> Identifier {
    var writer = ByteWriter()
    writer.write(Array("aliquot.asset".utf8))
    writer.write(issuer)
    writer.writeText(className)
    writer.write(id)
    return hash(writer.bytes)
  }

  /// The SHA-256 of bytes.
  public static func hash(_ bytes: [UInt8]) -> Identifier {
    Identifier(Array(SHA256.hash(data: bytes))) ?? .zero
  }
}
