/// What a person remembers, and a key is encrypted by.
///
/// It is wiped from memory when nobody holds it any more, and says nothing of itself when it is printed.
public struct Passphrase: Sendable {
  /// Bytes of the longest passphrase.
  public static let lengthMax = 1024

  let secret: SecretBytes

  /// No passphrase at all: whoever can read the file has the key.
  ///
  /// It has a name of its own, so that nobody asks for it by mistake.
  public static let empty = Passphrase(unchecked: [])

  /// Takes the bytes as they are: a letter that Unicode can write in two ways makes two passphrases.
  ///
  /// It refuses none at all, more than `lengthMax`, and zero bytes: HMAC fills up with zeros, so that scrypt
  /// would take a passphrase with zeros at its end for the one without.
  public init(_ bytes: some Collection<UInt8>) throws(KeystoreError) {
    guard !bytes.isEmpty else { throw .emptyPassphrase }
    guard bytes.count <= Self.lengthMax else { throw .passphraseTooLong(byteCount: bytes.count) }
    guard !bytes.contains(0) else { throw .passphraseWithZero }
    self.init(unchecked: bytes)
  }

  /// Takes a text in UTF-8.
  public init(_ text: String) throws(KeystoreError) { try self.init(text.utf8) }

  private init(unchecked bytes: some Collection<UInt8>) { secret = SecretBytes(bytes) }
}

extension Passphrase: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Only that it is one.
  public var description: String { "passphrase" }

  /// The same as the description.
  public var debugDescription: String { description }

  /// A mirror without children.
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}
