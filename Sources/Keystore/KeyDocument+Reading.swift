import Bytecode
import Transactions

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension KeyDocument {
  /// Bytes of the longest file that is looked at: many times what any has.
  static let lengthMax = 16 << 10

  /// Reads the file at a path, whose bytes these are.
  ///
  /// Everything that the public part tells is checked: an address that is not that of the public key is
  /// refused here, without a passphrase.
  init(reading bytes: [UInt8], of path: String) throws(KeystoreError) {
    guard bytes.count <= Self.lengthMax else {
      throw .malformed(path: path, "it has more than \(Self.lengthMax) bytes")
    }
    guard let document = try? JSONDecoder().decode(FieldValue.self, from: Data(bytes)),
      case .object(let members) = document
    else { throw .malformed(path: path, "it is no JSON object, or not a whole one") }

    var fields = FieldReader(members, prefix: "", path: path)
    let version = try fields.number("version")
    guard version <= Self.version else { throw .newerVersion(path: path, version) }
    guard version == Self.version else { throw fields.malformed("version", "is unknown") }
    let nameText = try fields.text("name")
    do {
      name = try AccountName(nameText)
    } catch { throw fields.malformed("name", "is refused: \(error.message)") }
    publicKey = try fields.publicKey()
    guard try fields.text("address") == publicKey.address.description else {
      throw fields.malformed("address", "is not the address of the public key")
    }

    var derivation = try fields.object("kdf")
    try derivation.expect("name", "scrypt")
    let (n, r, p) = try (
      derivation.number("n"), derivation.number("r"), derivation.number("p")
    )
    guard let cost = ScryptCost(n: n, r: r, p: p) else {
      throw fields.malformed("kdf", "has a cost that scrypt does not allow, or that is too high")
    }
    self.cost = cost
    salt = try derivation.bytes("salt", count: Self.saltLength)
    try derivation.finish()

    var cipher = try fields.object("cipher")
    try cipher.expect("name", "aes-256-gcm")
    nonce = try cipher.bytes("nonce", count: Self.nonceLength)
    ciphertext = try cipher.bytes("ciphertext", count: Self.ciphertextLength)
    try cipher.finish()
    try fields.finish()
  }
}

/// A value of the JSON that is used here.
private indirect enum FieldValue: Decodable {
  case text(String)
  case number(Int)
  case object([String: FieldValue])
  /// Something that only a later version may have.
  case other

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let number = try? container.decode(Int.self) {
      self = .number(number)
    } else if let members = try? container.decode([String: FieldValue].self) {
      self = .object(members)
    } else {
      self = .other
    }
  }
}

/// Takes the members of an object one after the other, and says which one is wrong.
private struct FieldReader {
  private var members: [String: FieldValue]
  private let prefix: String
  private let path: String

  init(_ members: [String: FieldValue], prefix: String, path: String) {
    self.members = members
    self.prefix = prefix
    self.path = path
  }

  func malformed(_ field: String, _ problem: String) -> KeystoreError {
    .malformed(path: path, "\((prefix + field).debugDescription) \(problem)")
  }

  private mutating func take(_ field: String) throws(KeystoreError) -> FieldValue {
    guard let value = members.removeValue(forKey: field) else {
      throw malformed(field, "is missing")
    }
    return value
  }

  mutating func text(_ field: String) throws(KeystoreError) -> String {
    guard case .text(let text) = try take(field) else { throw malformed(field, "is no text") }
    return text
  }

  mutating func number(_ field: String) throws(KeystoreError) -> Int {
    guard case .number(let number) = try take(field) else {
      throw malformed(field, "is no whole number")
    }
    return number
  }

  mutating func object(_ field: String) throws(KeystoreError) -> FieldReader {
    guard case .object(let inner) = try take(field) else { throw malformed(field, "is no object") }
    return FieldReader(inner, prefix: "\(field).", path: path)
  }

  mutating func expect(_ field: String, _ only: String) throws(KeystoreError) {
    guard try text(field) == only else {
      throw malformed(field, "is not \(only.debugDescription)")
    }
  }

  /// Bytes in their one form: two lower-case digits each.
  mutating func bytes(_ field: String, count: Int) throws(KeystoreError) -> [UInt8] {
    let text = try text(field)
    guard let bytes = Hexadecimal.decode(text), bytes.count == count,
      Hexadecimal.encode(bytes) == text
    else { throw malformed(field, "is not \(2 * count) lower-case hexadecimal digits") }
    return bytes
  }

  mutating func publicKey() throws(KeystoreError) -> AccountPublicKey {
    let keyword = try text("scheme")
    let schemes: [AccountScheme] = [.ed25519, .p256]
    guard let scheme = schemes.first(where: { $0.keyword == keyword }) else {
      throw malformed("scheme", "is neither \"ed25519\" nor \"p256\"")
    }
    let bytes = try bytes("publicKey", count: scheme.publicKeyLength)
    do {
      return try AccountPublicKey(scheme: scheme, bytes: bytes)
    } catch { throw malformed("publicKey", "is no key of its scheme") }
  }

  /// Refuses what is left, since nothing protects it.
  func finish() throws(KeystoreError) {
    if let field = members.keys.min() { throw malformed(field, "is not a field of this version") }
  }
}
