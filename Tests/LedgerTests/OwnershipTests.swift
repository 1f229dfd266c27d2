import Bytecode
import Chain
import EngineTesting
import Execution
import Integers
import Ledger
import LedgerTesting
import Testing
import Transactions

/// Nobody spends from an account without its key, whatever is sent.
@Suite struct OwnershipTests {
  @Test(arguments: 0..<UInt64(Effort.rounds(3))) func nobodySpendsWithoutTheKey(
    seed: UInt64
  ) throws {
    var campaign = try OwnershipCampaign(seed: seed)
    for _ in 0..<12 { try campaign.step() }
    #expect(campaign.forgeries > 100)
    #expect(try campaign.ledger.replica().head() == campaign.ledger.head())
  }

  /// Every single bit of a signed transaction counts.
  @Test(arguments: AccountScheme.allCases) func everyBitCounts(scheme: AccountScheme) throws {
    let campaign = try OwnershipCampaign(seed: 1)
    let key = try #require(campaign.keys.first { $0.publicKey.scheme == scheme })
    let nonce = try campaign.ledger.snapshot().makeWorld().world.nonce(of: key.address)
    let transaction = try key.sign(
      Transaction(
        chain: campaign.ledger.chain, sender: key.publicKey, nonce: nonce, gasLimit: 1_000_000,
        gasPrice: 1,
        action: .transfer(
          AssetTransfer(
            asset: LedgerLoad.assets[0], amount: 5, receiver: LedgerLoad.account("thief")))))
    let before = try campaign.ledger.tables()
    var forged: [SignedTransaction] = []
    for bit in 0..<transaction.encoded().count * 8 {
      var bytes = transaction.encoded()
      bytes[bit / 8] ^= 1 << (bit % 8)
      if let changed = try? SignedTransaction(decoding: bytes) { forged.append(changed) }
    }
    #expect(forged.count > 512, "most bits of the signature, at least, can be decoded")
    let appended = try campaign.ledger.append(forged)
    #expect(appended.block == nil && appended.refused.count == forged.count)
    #expect(try campaign.ledger.tables() == before)
    #expect(try campaign.ledger.submit(transaction).outcome.failure == nil)
  }
}

/// People with keys of all schemes, a thief who has one of his own, and everything that he can send.
private struct OwnershipCampaign {
  let ledger: Ledger
  let keys: [AccountKey]
  /// Transactions that were changed, or sent where they do not belong.
  private(set) var forgeries = 0
  private let twin: Ledger
  private let thief: AccountKey
  private var load: LedgerLoad
  private var random: SplitMix64
  private var nonces: [Identifier: UInt64] = [:]
  private var sent: [SignedTransaction] = []
  private var holders: [Identifier] { keys.map(\.address) }

  init(seed: UInt64) throws {
    let seeds = (1...3).map { [UInt8](repeating: UInt8($0), count: 32) }
    let keys =
      try seeds.map { try AccountKey(scheme: .ed25519, seed: $0) }
      + seeds.map { try AccountKey(scheme: .p256, seed: $0) }
      + ["alice", "bob"].map { try AccountKey.development(named: $0) }
    self.keys = keys
    thief = try AccountKey(scheme: .ed25519, seed: [UInt8](repeating: 66, count: 32))
    var genesis = LedgerLoad.genesis()
    let thief = thief
    for index in genesis.assets.indices {
      for key in keys + [thief] {
        genesis.assets[index].holdings.append(
          Genesis.Holding(holder: key.address, amount: 1_000_000_000_000))
      }
    }
    ledger = try Ledger.create(genesis, at: .memory)
    load = try LedgerLoad(ledger, seed: seed)
    genesis.name = "twin"
    twin = try Ledger.create(genesis, at: .memory)
    random = SplitMix64(seed: seed)
    let world = try ledger.snapshot().makeWorld()
    for key in keys { nonces[key.address] = world.world.nonce(of: key.address) }
  }

  // MARK: - What is sent

  private mutating func honest() throws -> SignedTransaction {
    let key = random.pick(keys)
    let nonce = nonces[key.address, default: 0]
    nonces[key.address] = nonce + 1
    return try key.sign(
      Transaction(
        chain: ledger.chain, sender: key.publicKey, nonce: nonce, gasLimit: 5_000_000,
        gasPrice: Integer(1 + random.below(9)), action: load.action()))
  }

  /// What a thief makes of an honest transaction; nil if it is no transaction any more.
  private mutating func forgery(of honest: SignedTransaction) throws -> SignedTransaction? {
    let transaction = honest.transaction
    let victim = random.pick(keys).publicKey
    switch random.below(7) {
    case 0, 1:
      var bytes = honest.encoded()
      for _ in 0...random.below(3) {
        bytes[random.below(bytes.count)] ^= 1 << UInt8(random.below(8))
      }
      let changed = try? SignedTransaction(decoding: bytes)
      return changed == honest ? nil : changed
    case 2:
      // Another's signature.
      guard let other = random.some(of: sent), other != honest else { return nil }
      return try SignedTransaction(transaction, signature: other.signature)
    case 3:
      // The victim as the sender of what the thief has signed.
      let own = try Transaction(
        chain: ledger.chain, sender: thief.publicKey, nonce: nonces[victim.address, default: 0],
        gasLimit: 1_000_000, gasPrice: 1, action: load.action())
      let signature = try thief.sign(own).signature
      let stolen = try Transaction(
        chain: ledger.chain, sender: victim, nonce: own.nonce, gasLimit: own.gasLimit,
        gasPrice: own.gasPrice, action: own.action)
      return try SignedTransaction(stolen, signature: signature)
    case 4:
      // Another nonce, gas limit or price under the same signature.
      let changed = try Transaction(
        chain: ledger.chain, sender: transaction.sender,
        nonce: transaction.nonce + UInt64(random.below(2)),
        gasLimit: transaction.gasLimit + UInt64(1 + random.below(2)),
        gasPrice: transaction.gasPrice, action: transaction.action)
      return try SignedTransaction(changed, signature: honest.signature)
    case 5:
      // A key of the same bytes and another scheme, which is another account with the same secret.
      guard victim.scheme != .p256 else { return nil }
      let scheme: AccountScheme = victim.scheme == .ed25519 ? .development : .ed25519
      let changed = try Transaction(
        chain: ledger.chain, sender: AccountPublicKey(scheme: scheme, bytes: victim.bytes),
        nonce: 0, gasLimit: transaction.gasLimit, gasPrice: transaction.gasPrice,
        action: transaction.action)
      return try SignedTransaction(changed, signature: honest.signature)
    default:
      // What has been sent before, here or elsewhere.
      return random.chance(50) ? random.some(of: sent) : try elsewhere()
    }
  }

  /// A transaction that is good on another chain.
  private mutating func elsewhere() throws -> SignedTransaction {
    let key = random.pick(keys)
    return try key.sign(
      Transaction(
        chain: twin.chain, sender: key.publicKey, nonce: nonces[key.address, default: 0],
        gasLimit: 1_000_000, gasPrice: 1, action: load.action()))
  }

  // MARK: - A block

  private func balances(_ world: World) -> [Identifier: [Integer]] {
    Dictionary(
      uniqueKeysWithValues: holders.map { holder in
        (holder, LedgerLoad.assets.map { world.balance(of: $0, holder: holder) })
      })
  }

  /// Sends honest transactions among forgeries, and looks at every account.
  mutating func step() throws {
    let before = try ledger.snapshot().makeWorld().world
    let balancesBefore = balances(before)
    var honest: [SignedTransaction] = []
    var all: [SignedTransaction] = []
    defer { forgeries += all.count - honest.count }
    for _ in 0..<1 + random.below(5) {
      let next = try self.honest()
      for _ in 0..<2 + random.below(4) {
        if let forged = try forgery(of: next) { all.append(forged) }
      }
      all.append(next)
      honest.append(next)
      if let forged = try forgery(of: next) { all.append(forged) }
    }
    let appended = try ledger.append(all)
    #expect(appended.block?.transactions == honest)
    sent += honest

    let after = try ledger.snapshot().makeWorld().world
    let balancesAfter = balances(after)
    for holder in holders {
      let count = honest.count { $0.transaction.sender.address == holder }
      #expect(after.nonce(of: holder) == before.nonce(of: holder) + UInt64(count))
      guard count == 0 else { continue }
      for (old, new) in zip(balancesBefore[holder] ?? [], balancesAfter[holder] ?? []) {
        #expect(new >= old, "\(holder) has lost something without signing anything")
      }
    }
    #expect(after.nonce(of: thief.address) == 0)
    #expect(try LedgerCheck(ledger, blocks: 1).problems.isEmpty)
  }
}
