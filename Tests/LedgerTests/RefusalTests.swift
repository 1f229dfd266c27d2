import Bytecode
import Chain
import EngineTesting
import Execution
import Integers
import Ledger
import LedgerTesting
import Testing
import Transactions
import Verification

/// What a ledger does not take has a name, and leaves nothing behind.
@Suite struct RefusalTests {
  static let usd = LedgerLoad.assets[0]

  /// A transfer of dollars to r0.
  static func transfer(_ amount: Integer = 1) -> Transaction.Action {
    .transfer(
      AssetTransfer(asset: usd, amount: amount, receiver: LedgerLoad.account("r0")))
  }

  /// A ledger without fees, unless a rule for them is given.
  static func ledger(
    fees: Genesis.Fees? = nil, _ change: (inout Genesis) -> Void = { _ in }
  ) throws -> Ledger {
    var genesis = LedgerLoad.genesis(hasFees: false)
    genesis.fees = fees
    change(&genesis)
    return try Ledger.create(genesis, at: .memory)
  }

  static func fees(_ minimum: Integer) -> Genesis.Fees {
    Genesis.Fees(asset: "USD", receiver: LedgerLoad.account("treasury"), minimumPrice: minimum)
  }

  // MARK: - Nonces

  @Test func wrongNonces() throws {
    let ledger = try Self.ledger()
    let alice = try Signer("alice", on: ledger)
    for nonce in 0..<3 as Range<UInt64> {
      for later in [nonce + 1, nonce + 2, 1_000, .max] {
        try expectRefusal(
          of: alice.sign(Self.transfer(), nonce: later), by: ledger,
          .nonceTooHigh(expected: nonce, found: later))
      }
      let transaction = try alice.sign(Self.transfer(), nonce: nonce)
      try ledger.submit(transaction)
      try expectRefusal(
        of: transaction, by: ledger, .nonceUsed(expected: nonce + 1, found: nonce))
      try expectRefusal(
        of: alice.sign(Self.transfer(7), nonce: nonce), by: ledger,
        .nonceUsed(expected: nonce + 1, found: nonce))
    }
  }

  /// In one block the nonces go on from transaction to transaction.
  @Test func noncesInABlock() throws {
    let ledger = try Self.ledger()
    let alice = try Signer("alice", on: ledger)
    let transactions = try [0, 2, 1, 1, 2, 0, 3].map {
      try alice.sign(Self.transfer(), nonce: $0)
    }
    let appended = try ledger.append(transactions)
    #expect(appended.block?.transactions.map(\.transaction.nonce) == [0, 1, 2, 3])
    #expect(appended.refused.map(\.index) == [1, 3, 5])
    #expect(
      appended.refused.map(\.reason) == [
        .nonceTooHigh(expected: 1, found: 2), .nonceUsed(expected: 2, found: 1),
        .nonceUsed(expected: 3, found: 0),
      ])
  }

  // MARK: - Who signs

  @Test(arguments: AccountScheme.allCases) func badSignatures(scheme: AccountScheme) throws {
    let key =
      scheme == .development
      ? try AccountKey.development(named: "alice")
      : try AccountKey(scheme: scheme, seed: [UInt8](repeating: 9, count: 32))
    let ledger = try Self.ledger {
      $0.assets[0].holdings.append(Genesis.Holding(holder: key.address, amount: 1_000))
    }
    let good = try key.sign(
      Transaction(
        chain: ledger.chain, sender: key.publicKey, nonce: 0, gasLimit: 1_000_000,
        action: Self.transfer()))
    var random = SplitMix64(seed: 3)
    for _ in 0..<12 {
      var signature = good.signature
      signature[random.below(64)] ^= 1 << random.below(8)
      let changed = try SignedTransaction(good.transaction, signature: signature)
      let error = #expect(throws: TransactionError.self) {
        try changed.verify(on: ledger.chain, forDevelopment: true)
      }
      try expectRefusal(of: changed, by: ledger, .invalid(try #require(error)))
    }
    // The signature of something else by the same key.
    let other = try key.sign(
      Transaction(
        chain: ledger.chain, sender: key.publicKey, nonce: 0, gasLimit: 1_000_000,
        action: Self.transfer(2)))
    try expectRefusal(
      of: SignedTransaction(good.transaction, signature: other.signature), by: ledger,
      .invalid(.badSignature))
    for signature in [[UInt8](repeating: 0, count: 64), [UInt8](repeating: 0xFF, count: 64)] {
      let empty = try SignedTransaction(good.transaction, signature: signature)
      let error = #expect(throws: TransactionError.self) {
        try empty.verify(on: ledger.chain, forDevelopment: true)
      }
      try expectRefusal(of: empty, by: ledger, .invalid(try #require(error)))
    }
    #expect(try ledger.submit(good).outcome.failure == nil)
  }

  @Test func otherChains() throws {
    let ledger = try Self.ledger()
    let twin = try Self.ledger { $0.time += 1 }
    let alice = try Signer("alice", on: twin)
    let transaction = try alice.sign(Self.transfer())
    try expectRefusal(
      of: transaction, by: ledger,
      .invalid(.wrongChain(expected: ledger.chain, found: twin.chain)))
    try twin.submit(transaction)
  }

  @Test func developmentAccountsInEarnest() throws {
    let ledger = try Self.ledger { $0.isDevelopment = false }
    let alice = try Signer("alice", on: ledger)
    try expectRefusal(
      of: alice.sign(Self.transfer()), by: ledger, .invalid(.developmentAccount))
    // The same key as one of Ed25519 is another account, which has nothing.
    let secret = try Signer(.ed25519, seed: 7, on: ledger.chain)
    let receipt = try ledger.submit(secret.sign(Self.transfer()))
    #expect(receipt.outcome.failure?.reason == .trap(.insufficientBalance))
    #expect(throws: LedgerError.notForDevelopment) { try ledger.goBack(toHeight: 0) }
    #expect(try ledger.head().height == 1)
  }

  // MARK: - Gas and prices

  @Test func gasLimits() throws {
    let ledger = try Self.ledger { $0.blockGasLimit = 500_000 }
    let alice = try Signer("alice", on: ledger)
    let needed = AdmissionGas.transaction(try alice.sign(Self.transfer(), gas: 100_000))
    // The count of gas takes as many bytes in all of these.
    for limit in [needed - 1, 16_384] as [UInt64] {
      try expectRefusal(
        of: alice.sign(Self.transfer(), gas: limit), by: ledger,
        .tooLittleGas(needed: needed, limit: limit))
    }
    for limit in [500_001, Limits.gas] {
      try expectRefusal(
        of: alice.sign(Self.transfer(), gas: limit), by: ledger,
        .tooMuchGas(limit: limit, block: 500_000))
    }
    #expect(throws: TransactionError.self) {
      try alice.sign(Self.transfer(), gas: Limits.gas + 1)
    }
    // Exactly what admission takes gets in, and then there is none left.
    let bare = try ledger.submit(alice.sign(Self.transfer(), gas: needed))
    #expect(bare.outcome.failure?.reason == .trap(.outOfGas))
    #expect(bare.outcome.gasUsed == needed)
    let whole = try ledger.submit(alice.sign(Self.transfer(), nonce: 1, gas: 500_000))
    #expect(whole.outcome.failure == nil)
  }

  @Test func prices() throws {
    let free = try Self.ledger()
    try expectRefusal(
      of: Signer("alice", on: free).sign(Self.transfer(), price: 1), by: free, .noFees)
    let ledger = try Self.ledger(fees: Self.fees(5))
    let alice = try Signer("alice", on: ledger)
    for price in [0, 1, 4] as [Integer] {
      try expectRefusal(
        of: alice.sign(Self.transfer(), price: price), by: ledger,
        .priceTooLow(minimum: 5, found: price))
    }
    #expect(try ledger.submit(alice.sign(Self.transfer(), price: 5)).outcome.failure == nil)
  }

  @Test func sendersWhoCannotPay() throws {
    let ledger = try Self.ledger(fees: Self.fees(1))
    let alice = try Signer("alice", on: ledger)
    let balance: Integer = 1_000_000_000_000_000
    // A million gas at this price is all that she has.
    let price: Integer = 1_000_000_000
    try expectRefusal(
      of: alice.sign(Self.transfer(), gas: 1_000_001, price: price), by: ledger,
      .cannotPayFee(
        needed: try price.multiplied(by: 1_000_001), balance: balance, asset: "USD"))
    let largest = Integer.power(of: 256, minus: 1)
    try expectRefusal(
      of: alice.sign(Self.transfer(), price: largest), by: ledger,
      .cannotPayFee(
        needed: try largest.multiplied(by: 1_000_000), balance: balance, asset: "USD"))
    let poor = try Signer("nobody", on: ledger)
    try expectRefusal(
      of: poor.sign(Self.transfer(), price: 1), by: ledger,
      .cannotPayFee(needed: 1_000_000, balance: 0, asset: "USD"))
  }

  // MARK: - Size

  @Test func sizes() throws {
    let ledger = try Self.ledger { $0.blockSizeLimit = 2_000 }
    let alice = try Signer("alice", on: ledger)
    func deployment(_ count: Int, _ nonce: UInt64 = 0) throws -> SignedTransaction {
      try alice.sign(.deploy(module: [UInt8](repeating: 1, count: count)), nonce: nonce)
    }
    let around = try deployment(1_000).encoded().count - 1_000
    let tooLarge = try deployment(2_001 - around)
    try expectRefusal(
      of: tooLarge, by: ledger, .invalid(.tooLarge(byteCount: 2_001, limit: 2_000)))
    // What is exactly as large as a block is looked at.
    let appended = try ledger.append([try deployment(2_000 - around)])
    guard case .moduleRefused = appended.refused.first?.reason else {
      Issue.record("\(appended)")
      return
    }
  }

  @Test func largestTransactions() throws {
    let alice = try Signer("alice", on: Self.ledger())
    let largest = try alice.sign(
      .deploy(module: [UInt8](repeating: 0, count: Limits.moduleLength)))
    #expect(try SignedTransaction(decoding: largest.encoded()) == largest)
    #expect(throws: TransactionError.self) {
      try alice.sign(.deploy(module: [UInt8](repeating: 0, count: Limits.moduleLength + 1)))
    }
    #expect(throws: TransactionError.self) {
      try SignedTransaction(decoding: [UInt8](repeating: 1, count: 8 << 20))
    }
  }

  @Test func blocksFullOfGas() throws {
    let ledger = try Self.ledger { $0.blockGasLimit = 1_000_000 }
    let alice = try Signer("alice", on: ledger)
    let used = try ledger.submit(alice.sign(Self.transfer())).outcome.gasUsed
    let transactions = try (1...30).map {
      try alice.sign(Self.transfer(), nonce: $0, gas: 500_000)
    }
    // What counts is the gas that was used before, and the limit of the one that comes.
    let count = Int((1_000_000 - 500_000) / used) + 1
    let appended = try ledger.append(transactions)
    #expect(appended.block?.transactions.count == count)
    #expect(appended.refused.first?.reason == .blockFull)
    #expect(appended.refused.dropFirst().allSatisfy { $0.reason != .blockFull } == true)
    #expect(try ledger.append(Array(transactions[count...])).block?.transactions.count == count)
  }

  @Test func blocksFullOfBytes() throws {
    let ledger = try Self.ledger()
    let size = try Signer("alice", on: ledger).sign(Self.transfer()).encoded().count
    let small = try Self.ledger { $0.blockSizeLimit = 3 * size }
    let alice = try Signer("alice", on: small)
    let transactions = try (0..<5).map { try alice.sign(Self.transfer(), nonce: $0) }
    let appended = try small.append(transactions)
    #expect(appended.block?.transactions.count == 3)
    #expect(
      appended.refused.map(\.reason) == [.blockFull, .nonceTooHigh(expected: 3, found: 4)])
    #expect(try small.append(Array(transactions[3...])).refused.isEmpty)
  }

  // MARK: - Content

  @Test func modulesThatMayNotRun() throws {
    let ledger = try Self.ledger()
    let alice = try Signer("alice", on: ledger)
    var random = SplitMix64(seed: 8)
    let module = Bazaar.module.encoded
    var modules: [[UInt8]] = [[], [0], Array(module.dropLast()), module + [0]]
    for _ in 0..<Effort.rounds(20) {
      var changed = module
      changed[random.below(changed.count)] ^= 1 << random.below(8)
      modules.append(changed)
    }
    for bytes in modules {
      let appended = try ledger.append([
        alice.sign(.deploy(module: bytes), nonce: UInt64(try ledger.head().height))
      ])
      // Of some bits it does not matter which they are; then the code is another one.
      if appended.block != nil { continue }
      guard case .moduleRefused(let refusal) = appended.refused[0].reason else {
        Issue.record("\(appended.refused[0].reason)")
        continue
      }
      #expect((0...bytes.count).contains(refusal.offset))
      try expectRefusal(
        of: alice.sign(.deploy(module: bytes), nonce: UInt64(try ledger.head().height)),
        by: ledger, .moduleRefused(refusal))
    }
  }

  @Test func malformedBytes() throws {
    let ledger = try Self.ledger()
    let bytes = try Signer("alice", on: ledger).sign(Self.transfer()).encoded()
    for count in 0..<bytes.count {
      #expect(throws: TransactionError.self) {
        try SignedTransaction(decoding: Array(bytes[..<count]))
      }
    }
    #expect(throws: TransactionError.self) { try SignedTransaction(decoding: bytes + [0]) }
  }

  /// A transaction that is refused takes nothing from those beside it.
  @Test func othersInTheBlockAreNotTouched() throws {
    let ledger = try Self.ledger(fees: Self.fees(1))
    let replica = try Self.ledger(fees: Self.fees(1))
    let (alice, bob) = try (Signer("alice", on: ledger), Signer("bob", on: ledger))
    let good = try [
      alice.sign(Self.transfer(3), price: 2), bob.sign(Self.transfer(4), price: 1),
      alice.sign(Self.transfer(5), nonce: 1, price: 3),
    ]
    let bad = try [
      bob.sign(Self.transfer(), price: 0), alice.sign(Self.transfer(), nonce: 9, price: 1),
      bob.sign(Self.transfer(), gas: 100, price: 1),
      SignedTransaction(good[2].transaction, signature: good[0].signature),
      alice.sign(.deploy(module: [1, 2, 3]), nonce: 1, price: 1),
    ]
    let appended = try ledger.append([
      bad[0], good[0], bad[1], bad[3], good[1], bad[4], good[2], bad[2],
    ])
    #expect(appended.block?.transactions == good)
    #expect(appended.refused.map(\.index) == [0, 2, 3, 5, 7])
    #expect(try replica.append(good).block?.header == appended.block?.header)
  }
}
