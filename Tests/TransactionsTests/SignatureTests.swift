import Bytecode
import Crypto
import EngineTesting
import Integers
import Testing
import Transactions

/// What a signature holds fast: everything.
@Suite struct SignatureTests {
  /// What becomes of bytes that arrive at a ledger: the sender, or why they are refused.
  static func arrival(
    _ bytes: [UInt8], chain: Identifier = TransactionSamples.chain
  ) -> Result<Identifier, TransactionError> {
    do throws(TransactionError) {
      return .success(
        try SignedTransaction(decoding: bytes).verify(on: chain, forDevelopment: true))
    } catch { return .failure(error) }
  }

  static func isRefused(_ bytes: [UInt8]) -> Bool {
    if case .failure = arrival(bytes) { true } else { false }
  }

  /// An encoded signed transaction of every action by a key of every scheme.
  static func encodings() throws -> [(key: AccountKey, bytes: [UInt8])] {
    try TransactionSamples.keys().flatMap { key in
      try TransactionSamples.actions.map {
        (key, try key.sign(TransactionSamples.transaction($0.action, by: key)).encoded())
      }
    }
  }

  @Test(arguments: 0..<12)
  func everyChangeOfAByteIsFound(_ index: Int) throws {
    let (key, bytes) = try Self.encodings()[index]
    #expect(Self.arrival(bytes) == .success(key.address))
    var random = SplitMix64(seed: UInt64(index))
    for place in bytes.indices {
      let masks =
        (0..<8).map { 1 << $0 } + (0..<Effort.rounds(2)).map { _ in 1 + random.below(255) }
      for mask in masks {
        var changed = bytes
        changed[place] ^= UInt8(mask)
        #expect(Self.isRefused(changed), "byte \(place) with \(mask)")
      }
      var shorter = bytes
      shorter.remove(at: place)
      #expect(Self.isRefused(shorter))
      for byte in [0, bytes[place], UInt8(random.below(256))] {
        var longer = bytes
        longer.insert(byte, at: place)
        #expect(Self.isRefused(longer))
      }
    }
  }

  @Test func noFieldCanBeChangedUnderASignature() throws {
    let keys = try TransactionSamples.keys()
    for key in keys {
      for (name, action) in TransactionSamples.actions {
        let transaction = try TransactionSamples.transaction(action, by: key)
        let signed = try key.sign(transaction)
        let stranger = try #require(keys.first { $0.publicKey != key.publicKey })
        let other = TransactionSamples.identifier(0xC1)
        var changed = try [
          TransactionSamples.transaction(action, by: stranger),
          TransactionSamples.transaction(action, by: key, chain: other),
          TransactionSamples.transaction(action, by: key, nonce: 8),
          TransactionSamples.transaction(action, by: key, gasLimit: 100_001),
          TransactionSamples.transaction(action, by: key, gasPrice: 1),
        ]
        changed += try TransactionSamples.actions.filter { $0.name != name }
          .map { try TransactionSamples.transaction($0.action, by: key) }
        changed += try Self.variants(of: action)
          .map { try TransactionSamples.transaction($0, by: key) }
        for forged in changed {
          #expect(forged != transaction && forged.id != transaction.id)
          let claim = try SignedTransaction(forged, signature: signed.signature)
          #expect(throws: TransactionError.self) {
            try claim.verify(on: forged.chain, forDevelopment: true)
          }
        }
      }
    }
  }

  /// The same action with one field changed.
  static func variants(of action: Transaction.Action) -> [Transaction.Action] {
    let other = TransactionSamples.identifier(0x55)
    switch action {
    case .deploy(let module): return [.deploy(module: module + [0]), .deploy(module: [])]
    case .create(let creation):
      var variants = [ContractCreation](repeating: creation, count: 5)
      variants[0].codeHash = other
      variants[1].parameters[0] = WireKind(kind: .address)
      variants[2].arguments[1] = .int(101)
      variants[3].payments[0].amount = 6
      variants[4].payments = []
      return variants.map { .create($0) }
    case .call(let call):
      var variants = [ContractCall](repeating: call, count: 6)
      variants[0].target = other
      variants[1].name = "pays"
      variants[2].parameters[1] = WireKind(kind: .enumeration(3))
      variants[3].results = []
      variants[4].arguments[0] = .int(-1_000)
      variants[5].payments[0].asset = other
      return variants.map { .call($0) }
    case .transfer(let transfer):
      var variants = [AssetTransfer](repeating: transfer, count: 3)
      variants[0].asset = other
      variants[1].amount = 1_001
      variants[2].receiver = other
      return variants.map { .transfer($0) }
    }
  }

  @Test func anotherChainRefusesIt() throws {
    let other = TransactionSamples.identifier(0xC1)
    for (_, bytes) in try Self.encodings() {
      #expect(
        Self.arrival(bytes, chain: other)
          == .failure(.wrongChain(expected: other, found: TransactionSamples.chain)))
    }
  }

  @Test func developmentAccountsAreForDevelopmentOnly() throws {
    let key = try AccountKey.development(named: "bob")
    let signed = try key.sign(
      TransactionSamples.transaction(TransactionSamples.actions[3].action, by: key))
    let chain = TransactionSamples.chain
    #expect(throws: TransactionError.developmentAccount) { try signed.verify(on: chain) }
    #expect(
      try signed.verify(on: chain, forDevelopment: true) == .developmentAccount(named: "bob"))
    // Under another mark the known key is another account, and the signature does not fit it.
    var disguised = signed.encoded()
    disguised[33] = AccountScheme.ed25519.rawValue
    #expect(Self.arrival(disguised) == .failure(.badSignature))
  }

  @Test func aKeySignsOnlyForItsAccount() throws {
    let keys = try TransactionSamples.keys()
    let transaction = try TransactionSamples.transaction(
      TransactionSamples.actions[3].action, by: keys[0])
    #expect(
      throws: TransactionError.foreignKey(sender: keys[0].address, signer: keys[1].address)
    ) { try keys[1].sign(transaction) }
    #expect(throws: TransactionError.signatureNotCanonical) {
      try SignedTransaction(transaction, signature: [1, 2, 3])
    }
  }

  /// A number of 32 bytes, most significant first.
  private static func number(_ bytes: some Sequence<UInt8>) -> Integer {
    Integer(hexadecimal: Hexadecimal.encode(Array(bytes))) ?? 0
  }

  private static func bytes(_ number: Integer) -> [UInt8] {
    let header = number.encoded()
    let magnitude = header.dropFirst(header[0] & 0x80 == 0 ? 1 : 2)
    return [UInt8](repeating: 0, count: 32 - magnitude.count) + magnitude
  }

  static let order = number(
    Hexadecimal.decode("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551") ?? [])

  @Test func theOtherHalfOfP256IsRefused() throws {
    let key = try TransactionSamples.keys()[1]
    let library = try P256.Signing.PublicKey(compressedRepresentation: key.publicKey.bytes)
    for nonce in 0..<UInt64(Effort.rounds(30)) {
      let transaction = try TransactionSamples.transaction(
        TransactionSamples.actions[3].action, by: key, nonce: nonce)
      let signed = try key.sign(transaction)
      #expect(try signed.verify(on: transaction.chain) == key.address)
      let s = Self.number(signed.signature[32...])
      #expect(try s.adding(s) < Self.order)
      let high = Array(signed.signature[..<32]) + Self.bytes(try Self.order.subtracting(s))
      // Any verifier of ECDSA takes it; a ledger does not.
      let parsed = try P256.Signing.ECDSASignature(rawRepresentation: high)
      #expect(library.isValidSignature(parsed, for: transaction.signedMessage))
      #expect(throws: TransactionError.signatureNotCanonical) {
        try SignedTransaction(transaction, signature: high).verify(on: transaction.chain)
      }
    }
  }

  @Test func numbersOutOfRangeAreNotCanonical() throws {
    let keys = try TransactionSamples.keys()
    let zero = [UInt8](repeating: 0, count: 32)
    func error(_ key: AccountKey, _ signature: [UInt8]) throws -> TransactionError? {
      let transaction = try TransactionSamples.transaction(
        TransactionSamples.actions[3].action, by: key)
      do throws(TransactionError) {
        try SignedTransaction(transaction, signature: signature).verify(on: transaction.chain)
      } catch { return error }
      return nil
    }
    let one = Array(zero.dropLast()) + [1]
    let half = Self.number(
      Hexadecimal.decode("7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8") ?? [])
    #expect(try half.adding(half).adding(1) == Self.order)
    for signature in [
      zero + one, one + zero, Self.bytes(Self.order) + one, one + Self.bytes(Self.order),
      one + Self.bytes(try half.adding(1)),
    ] {
      #expect(try error(keys[1], signature) == .signatureNotCanonical)
    }
    for signature in [
      one + Self.bytes(half), Self.bytes(try Self.order.subtracting(1)) + one,
    ] {
      #expect(try error(keys[1], signature) == .badSignature)
    }
    // Ed25519: S and S + L.
    let edwards = Self.number(
      Hexadecimal.decode("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed") ?? [])
    let signed = try keys[0].sign(
      TransactionSamples.transaction(TransactionSamples.actions[3].action, by: keys[0]))
    let s = Self.number(signed.signature[32...].reversed())
    let shifted =
      signed.signature[..<32] + Self.bytes(try s.adding(edwards)).reversed()
    #expect(try error(keys[0], signed.signature) == nil)
    #expect(try error(keys[0], Array(shifted)) == .signatureNotCanonical)
    #expect(try error(keys[0], one + Self.bytes(edwards).reversed()) == .signatureNotCanonical)
    #expect(
      try error(keys[0], one + Self.bytes(try edwards.subtracting(1)).reversed()) == .badSignature)
  }

  /// The signature is no part of the id, and what contracts have signed is no transaction.
  @Test func whatIsSignedIsTheIDUnderATextOfItsOwn() throws {
    let key = try TransactionSamples.keys()[1]
    let transaction = try TransactionSamples.transaction(
      TransactionSamples.actions[3].action, by: key)
    let (first, second) = (try key.sign(transaction), try key.sign(transaction))
    #expect(first.id == second.id)
    #expect(transaction.signedMessage == Array("aliquot.signature".utf8) + transaction.id.bytes)
    let secret = try P256.Signing.PrivateKey(rawRepresentation: key.seed)
    for message in [transaction.id.bytes, transaction.encoded()] {
      for _ in 0..<4 {
        let signature = Array(try secret.signature(for: message).rawRepresentation)
        #expect(throws: TransactionError.self) {
          try SignedTransaction(transaction, signature: signature).verify(on: transaction.chain)
        }
      }
    }
  }
}
