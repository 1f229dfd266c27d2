public import Bytecode
public import Integers

/// What an account asks a ledger to do, before it is signed.
///
/// A transaction is what its encoding says: every one has exactly one, and everything in it is within its
/// limits, since it is made by encoding it and reading it back.
public struct Transaction: Sendable {
  /// The version of the encoding.
  public static let version: UInt8 = 1
  /// Bits of a gas price, so that no fee passes the limit of an integer.
  public static let gasPriceBits = 256
  /// Bytes of an encoded transaction: a module and what goes around it.
  public static let lengthLimit = Limits.moduleLength + 512

  /// What a transaction consists of, in one object: a transaction is handed on many times on its way into a
  /// block, and each part of it is an object of its own.
  private final class Parts: Sendable {
    let chain: Identifier
    let sender: AccountPublicKey
    let nonce: UInt64
    let gasLimit: UInt64
    let gasPrice: Integer
    let action: Action
    let bytes: [UInt8]
    let id: Identifier

    init(
      chain: Identifier, sender: AccountPublicKey, nonce: UInt64, gasLimit: UInt64,
      gasPrice: Integer, action: Action, bytes: [UInt8]
    ) {
      self.chain = chain
      self.sender = sender
      self.nonce = nonce
      self.gasLimit = gasLimit
      self.gasPrice = gasPrice
      self.action = action
      self.bytes = bytes
      id = Domain.transaction.hash(bytes)
    }
  }

  private let parts: Parts

  /// The chain it is for.
  public var chain: Identifier { parts.chain }
  /// The sender's key.
  public var sender: AccountPublicKey { parts.sender }
  /// The number that tells the sender's transactions apart.
  public var nonce: UInt64 { parts.nonce }
  /// The gas that it may use.
  public var gasLimit: UInt64 { parts.gasLimit }
  /// What a unit of gas costs, in the smallest unit of the asset that the genesis names for fees.
  public var gasPrice: Integer { parts.gasPrice }
  /// What is to be done.
  public var action: Action { parts.action }
  /// The id: SHA-256 of `aliquot.transaction` and the encoding.
  ///
  /// No signature is part of it.
  public var id: Identifier { parts.id }

  /// Makes a transaction.
  ///
  /// It refuses what has no encoding: a price below zero or of too many bits, a gas limit above
  /// `Limits.gas`, arguments that are not of their kinds, or anything else beyond its limit.
  public init(
    chain: Identifier, sender: AccountPublicKey, nonce: UInt64, gasLimit: UInt64,
    gasPrice: Integer = 0, action: Action
  ) throws(TransactionError) {
    guard action.hasArgumentsOfTheirKinds else { throw .mismatchedArguments }
    var writer = ByteWriter()
    writer.write(Self.version)
    writer.write(chain)
    writer.write(sender.scheme.rawValue)
    writer.write(sender.bytes)
    writer.writeUnsigned(nonce)
    writer.writeUnsigned(gasLimit)
    writer.write(gasPrice.encoded())
    action.write(to: &writer)
    self = try Transaction(decoding: writer.bytes)
  }

  /// The canonical encoding, without a signature.
  public func encoded() -> [UInt8] { parts.bytes }

  /// Bytes of the encoding.
  var byteCount: Int { parts.bytes.count }

  /// What the sender signs: `aliquot.signature` and the id.
  public var signedMessage: [UInt8] { Domain.signature.tagged(id.bytes) }

  /// Bytes of what the sender signs.
  public static let signedMessageLength = Domain.signature.tagged(Identifier.zero.bytes).count

  /// Reads a transaction without a signature from its encoding.
  public init(decoding bytes: [UInt8]) throws(TransactionError) {
    try Self.checkLength(bytes.count, limit: Self.lengthLimit)
    var reader = ByteReader(bytes)
    try self.init(reading: &reader, of: bytes)
    do { try reader.finish("the transaction") } catch { throw .malformed(error) }
  }

  static func checkLength(_ count: Int, limit: Int) throws(TransactionError) {
    guard count <= limit else { throw .tooLarge(byteCount: count, limit: limit) }
  }

  /// Reads a transaction, behind which something may follow in `bytes`.
  init(reading reader: inout ByteReader, of bytes: [UInt8]) throws(TransactionError) {
    let version: UInt8
    do { version = try reader.readByte("the version") } catch { throw .malformed(error) }
    guard version == Self.version else { throw .unknownVersion(version) }

    let chain: Identifier
    let schemeNumber: UInt8
    do {
      chain = try reader.readIdentifier("the chain")
      schemeNumber = try reader.readByte("the scheme of the sender's key")
    } catch { throw .malformed(error) }
    guard let scheme = AccountScheme(rawValue: schemeNumber) else {
      throw .unknownScheme(schemeNumber)
    }

    let key: [UInt8]
    do { key = try reader.read(count: scheme.publicKeyLength, "the sender's key") } catch {
      throw .malformed(error)
    }
    let sender = try AccountPublicKey(scheme: scheme, bytes: key)

    let (nonce, gasLimit): (UInt64, UInt64)
    let gasPrice: Integer
    do {
      nonce = try reader.readUnsigned("the nonce")
      gasLimit = try reader.readGasLimit()
      gasPrice = try reader.readGasPrice()
    } catch { throw .malformed(error) }
    let action = try Action(reading: &reader)

    let own = reader.offset == bytes.count ? bytes : Array(bytes[..<reader.offset])
    try Self.checkLength(own.count, limit: Self.lengthLimit)
    parts = Parts(
      chain: chain, sender: sender, nonce: nonce, gasLimit: gasLimit, gasPrice: gasPrice,
      action: action, bytes: own)
  }
}

extension Transaction: Hashable {
  /// Whether the encodings are the same.
  public static func == (left: Transaction, right: Transaction) -> Bool {
    left.parts === right.parts || left.parts.bytes == right.parts.bytes
  }

  /// Hashes the id.
  public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

extension ByteReader {
  fileprivate mutating func readGasLimit() throws(Refusal) -> UInt64 {
    let start = offset
    let gas = try readUnsigned("the gas limit")
    guard gas <= Limits.gas else {
      throw failure("the gas limit is \(gas), above the limit of \(Limits.gas)", at: start)
    }
    return gas
  }

  fileprivate mutating func readGasPrice() throws(Refusal) -> Integer {
    let start = offset
    let price = try readInteger()
    guard !price.isNegative else { throw failure("the gas price is below zero", at: start) }
    guard price.bitLength <= Transaction.gasPriceBits else {
      throw failure("the gas price has more than \(Transaction.gasPriceBits) bits", at: start)
    }
    return price
  }
}
