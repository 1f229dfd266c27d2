import Bytecode
import EngineTesting
import Integers
import Testing
import Transactions

/// The encoding: one for each transaction, and nothing else is read.
@Suite struct TransactionCodingTests {
  /// What decoding makes of bytes.
  static func refusal(_ bytes: [UInt8]) -> TransactionError? {
    do throws(TransactionError) { _ = try SignedTransaction(decoding: bytes) } catch {
      return error
    }
    return nil
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func randomTransactionsComeBack(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let keys = try TransactionSamples.keys()
    for _ in 0..<Effort.rounds(150) {
      let key = random.pick(keys)
      let transaction = try random.transaction(by: key)
      let read = try Transaction(decoding: transaction.encoded())
      #expect(read == transaction && read.id == transaction.id)
      #expect(read.action == transaction.action && read.gasPrice == transaction.gasPrice)
      let signed = try key.sign(transaction)
      let arrived = try SignedTransaction(decoding: signed.encoded())
      #expect(arrived == signed && arrived.encoded() == signed.encoded())
      #expect(
        try arrived.verify(on: transaction.chain, forDevelopment: true) == key.address)
    }
  }

  @Test func differentTransactionsNeverHaveOneID() throws {
    var random = SplitMix64(seed: 5)
    let keys = try TransactionSamples.keys()
    var encodings: [Identifier: [UInt8]] = [:]
    var fields: [[UInt8]: Transaction.Action] = [:]
    for _ in 0..<Effort.rounds(500) {
      let transaction = try random.transaction(by: random.pick(keys))
      let bytes = transaction.encoded()
      #expect(encodings[transaction.id, default: bytes] == bytes)
      #expect(fields[bytes, default: transaction.action] == transaction.action)
      encodings[transaction.id] = bytes
      fields[bytes] = transaction.action
    }
    // Texts that Swift takes for equal are different bytes, and so different transactions.
    let names = ["é", "e\u{301}"]
    let calls = try names.map {
      try TransactionSamples.transaction(
        .call(
          ContractCall(
            target: .zero, name: $0, parameters: [], results: [], arguments: [])), by: keys[0])
    }
    #expect(names[0] == names[1] && calls[0] != calls[1] && calls[0].id != calls[1].id)
  }

  @Test func everyPrefixAndEverythingLongerIsRefused() throws {
    for key in try TransactionSamples.keys() {
      for (_, action) in TransactionSamples.actions {
        let signed = try key.sign(TransactionSamples.transaction(action, by: key))
        let bytes = signed.encoded()
        for count in bytes.indices {
          guard case .malformed(let refusal) = Self.refusal(Array(bytes.prefix(count))) else {
            Issue.record("\(count) bytes of \(bytes.count) were not refused as malformed")
            continue
          }
          #expect(refusal.offset <= count)
        }
        #expect(Self.refusal(bytes + [0]) != nil)
        #expect(throws: TransactionError.self) {
          try Transaction(decoding: signed.transaction.encoded() + [0])
        }
      }
    }
  }

  /// What is read from mangled bytes is exactly what those bytes say, or nothing.
  @Test func mangledBytesAreReadExactlyOrRefused() throws {
    var random = SplitMix64(seed: 11)
    let keys = try TransactionSamples.keys()
    for _ in 0..<Effort.rounds(3_000) {
      var bytes: [UInt8]
      if random.chance(30) {
        bytes = [1] + random.bytes(32) + [UInt8(random.below(4))] + random.bytes(random.below(300))
      } else {
        let key = random.pick(keys)
        bytes = try key.sign(random.transaction(by: key)).encoded()
        for _ in 0...random.below(4) {
          let place = random.below(bytes.count)
          switch random.below(3) {
          case 0: bytes[place] = random.pick([0, 0x7F, 0x80, 0xFF, bytes[place] ^ 1])
          case 1: bytes.insert(random.pick([0, 0x80, 0xFF]), at: place)
          default: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(40)))
          }
          if bytes.isEmpty { bytes = [1] }
        }
      }
      do throws(TransactionError) {
        #expect(try SignedTransaction(decoding: bytes).encoded() == bytes)
      } catch {
        if case .malformed(let refusal) = error {
          #expect((0...bytes.count).contains(refusal.offset) && !refusal.reason.isEmpty)
        }
      }
    }
  }

  @Test func whatIsWrongIsNamed() throws {
    let key = try TransactionSamples.keys()[0]
    let bytes = try key.sign(
      TransactionSamples.transaction(TransactionSamples.actions[3].action, by: key)
    ).encoded()
    func spoiled(_ offset: Int, _ byte: UInt8) -> [UInt8] {
      var spoiled = bytes
      spoiled[offset] = byte
      return spoiled
    }
    #expect(
      Self.refusal([])
        == .malformed(Refusal(offset: 0, reason: "the bytes end where the version was expected")))
    #expect(Self.refusal(spoiled(0, 2)) == .unknownVersion(2))
    #expect(Self.refusal(spoiled(33, 3)) == .unknownScheme(3))
    #expect(Self.refusal(spoiled(71, 4)) == .unknownAction(4))
    #expect(
      Self.refusal(Array(bytes[..<34]) + [UInt8](repeating: 0, count: 500))
        == .unusableKey(.ed25519))
    let limit = SignedTransaction.lengthLimit
    #expect(
      Self.refusal([UInt8](repeating: 1, count: limit + 1))
        == .tooLarge(byteCount: limit + 1, limit: limit))
    // A gas limit that is too high, a price below zero, an amount below zero.
    for (range, replacement, reason) in [
      (
        67..<70, [0x81, 0x94, 0xEB, 0xDC, 0x03],
        "the gas limit is 1000000001, above the limit of 1000000000"
      ),
      (70..<71, [0x03, 0x01], "the gas price is below zero"),
      (104..<107, [0x03, 0x01], "the amount is below zero"),
    ] as [(Range<Int>, [UInt8], String)] {
      var other = bytes
      other.replaceSubrange(range, with: replacement)
      #expect(
        Self.refusal(other) == .malformed(Refusal(offset: range.lowerBound, reason: reason)))
    }
    // The offset of what is wrong in a call is that in the whole.
    var call = try key.sign(
      TransactionSamples.transaction(TransactionSamples.actions[2].action, by: key)
    ).encoded()
    #expect(call[72] == 87 && call[105] == 3)
    call[106] = 0xFF
    guard case .malformed(let refusal) = Self.refusal(call) else {
      Issue.record("a call with a malformed name was taken")
      return
    }
    #expect(refusal == Refusal(offset: 105, reason: "the name is not well-formed UTF-8"))
  }

  @Test func whatHasNoEncodingIsNotMade() throws {
    let key = try TransactionSamples.keys()[0]
    let asset = TransactionSamples.identifier(0x22)
    func make(
      gasLimit: UInt64 = 0, gasPrice: Integer = 0,
      _ action: Transaction.Action = .deploy(module: [])
    ) -> TransactionError? {
      do throws(TransactionError) {
        _ = try Transaction(
          chain: .zero, sender: key.publicKey, nonce: 0, gasLimit: gasLimit, gasPrice: gasPrice,
          action: action)
      } catch { return error }
      return nil
    }
    func creation(_ kinds: [Kind], _ arguments: [Value]) -> Transaction.Action {
      .create(
        ContractCreation(
          codeHash: .zero, parameters: kinds.map { WireKind(kind: $0) }, arguments: arguments))
    }
    func call(_ kinds: [Kind], _ arguments: [Value]) -> Transaction.Action {
      .call(
        ContractCall(
          target: .zero, name: "f", parameters: kinds.map { WireKind(kind: $0) }, results: [],
          arguments: arguments))
    }
    #expect(make() == nil)
    for odd in [
      ([.int], []), ([], [.int(1)]), ([.bytes], [.int(1)]), ([.int], [.bytes([])]),
      ([.bool], [.int(2)]), ([.enumeration(1)], [.int(2)]), ([.address], [.bytes([1])]),
      ([.text], [.bytes([0xFF])]), ([.assets], [.bytes([1])]), ([.list], [.int(1)]),
      ([.call], [.int(1)]),
    ] as [([Kind], [Value])] {
      #expect(make(creation(odd.0, odd.1)) == .mismatchedArguments)
      #expect(make(call(odd.0, odd.1)) == .mismatchedArguments)
    }
    #expect(make(gasLimit: Limits.gas) == nil)
    let most = Integer.power(of: 256, minus: 1)
    #expect(make(gasPrice: most) == nil)
    let long = [UInt8](repeating: 0, count: Limits.bytesLength)
    let payment = AttachedPayment(asset: asset, amount: 1)
    #expect(make(.deploy(module: [UInt8](repeating: 0, count: Limits.moduleLength))) == nil)
    for refused in [
      make(gasLimit: Limits.gas + 1), make(gasPrice: -1),
      make(gasPrice: Integer.power(of: 256, minus: 0)),
      make(.transfer(AssetTransfer(asset: asset, amount: -1, receiver: asset))),
      make(.deploy(module: [UInt8](repeating: 0, count: Limits.moduleLength + 1))),
      make(creation([.bytes], [.bytes(long)])), make(call([.bytes], [.bytes(long)])),
      make(
        .create(
          ContractCreation(
            codeHash: .zero, payments: [AttachedPayment](repeating: payment, count: 5)))),
      make(
        creation([Kind](repeating: .int, count: 65), [Value](repeating: .int(0), count: 65))),
    ] {
      guard case .malformed = refused else {
        Issue.record("\(String(describing: refused)) is not what was expected")
        continue
      }
    }
    guard case .tooLarge = make(.deploy(module: [UInt8](repeating: 0, count: 2_000_000))) else {
      Issue.record("a huge module was taken")
      return
    }
  }
}
