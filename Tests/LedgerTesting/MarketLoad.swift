import Bytecode
public import Chain
import EngineTesting
import Execution
import Hosting
import Integers
public import Ledger
public import Transactions
import Verification

/// People who do all that a ledger is for, at random: transfers, a market, shares that earn, and calls that
/// fail.
///
/// The same seed gives the same transactions, but for signatures of P-256.
public final class MarketLoad {
  /// The ledger that it writes to.
  public let ledger: Ledger
  private let keys: [AccountKey]
  private var nonces: [UInt64]
  private var random: SplitMix64
  private let price: Integer
  private let shares: VerifiedModule
  private let market: VerifiedModule
  private let tally: VerifiedModule
  private var addresses: [Identifier] = []

  private static let usd = World.asset(issuer: .zero, className: "USD")
  private static let gpu = World.asset(issuer: .zero, className: "GPU")

  /// Keys of all schemes; with every account beyond the first three one of Ed25519.
  private static func keys(_ count: Int) throws -> [AccountKey] {
    var random = SplitMix64(seed: 77)
    return try (0..<count).map { index in
      switch index {
      case 0: try .development(named: "alice")
      case 1: try .development(named: "bob")
      case 2: try AccountKey(scheme: .p256, seed: [1] + random.bytes(31))
      default: try AccountKey(scheme: .ed25519, seed: random.bytes(32))
      }
    }
  }

  /// A genesis in which all accounts have money.
  public static func genesis(accounts: Int = 6, hasFees: Bool = true) throws -> Genesis {
    let holdings = try keys(accounts).map {
      Genesis.Holding(holder: $0.address, amount: 1_000_000_000_000_000)
    }
    return Genesis(
      name: "load", isDevelopment: true, time: 1_767_225_600, blockGasLimit: 1 << 40,
      assets: [
        Genesis.Asset(name: "USD", decimals: 6, holdings: holdings),
        Genesis.Asset(name: "GPU", decimals: 0, holdings: holdings),
      ],
      fees: hasFees
        ? Genesis.Fees(asset: "USD", receiver: .developmentAccount(named: "treasury")) : nil)
  }

  /// Makes the contracts that the load uses, in blocks of a ledger that begins with `genesis`.
  public init(_ ledger: Ledger, seed: UInt64 = 1, accounts: Int = 6) throws {
    self.ledger = ledger
    keys = try Self.keys(accounts)
    nonces = keys.map { _ in 0 }
    random = SplitMix64(seed: seed)
    price = ledger.genesis.fees == nil ? 0 : 1
    (shares, market, tally) = try Self.modules.get()
    let owner = keys[0].address
    try makeContract(shares, [Value(Self.usd), .int(1_000), Value(owner)])
    try makeContract(
      market, [Value(Self.gpu), Value(Self.usd), .int(1), .int(5), .int(25), Value(owner)])
    try makeContract(tally, [])
  }

  /// Goes on where another load stopped.
  public init(resuming ledger: Ledger, seed: UInt64, accounts: Int = 6) throws {
    self.ledger = ledger
    keys = try Self.keys(accounts)
    nonces = []
    random = SplitMix64(seed: seed)
    price = ledger.genesis.fees == nil ? 0 : 1
    (shares, market, tally) = try Self.modules.get()
    for height in 1...3 {
      let results = try ledger.block(at: height)?.receipts.last?.outcome.results
      addresses.append(results?.first?.identifier ?? .zero)
    }
    try resume()
  }

  private static let modules = Result {
    (
      try ContractFolder.module("RevenueShares.alq"), try ContractFolder.module("OrderBook.alq"),
      try ContractFolder.module(path: "Tally.alq", text: tallySource)
    )
  }

  private func makeContract(_ module: VerifiedModule, _ arguments: [Value]) throws {
    let parameters = module.module.export(named: "init")?.parameters ?? []
    let receipts = try append([
      sign(0, .deploy(module: module.encoded)),
      sign(
        0,
        .create(
          ContractCreation(
            codeHash: Identifier(module.codeHash) ?? .zero,
            parameters: parameters.map { WireKind($0.kind, in: module.module) },
            arguments: arguments))),
    ])
    guard let address = receipts.last?.outcome.results?.first?.identifier else {
      throw LoadFailure(description: "a contract cannot be made: \(receipts)")
    }
    addresses.append(address)
  }

  /// Something is wrong with the load itself.
  public struct LoadFailure: Error, CustomStringConvertible {
    /// What.
    public let description: String
  }

  /// A contract with an invariant that users can break, and a map whose entries come and go.
  private static let tallySource = """
    contract Tally
    error TooMuch (limit int)
    event Counted (who address, amount int)
    state
        total  int
        counts map address -> int
    export add (amount int)
        require amount <= 1_000 else TooMuch(1_000)
        @counts[caller] = @counts[caller] + amount
        @total = @total + amount
        emit Counted(caller, amount)
    end
    export clear ()
        @counts[caller] = 0
    end
    export spoil ()
        @total = -1
    end
    invariant "counts up"
        @total >= 0
    end
    """

  // MARK: - Blocks

  /// Appends a block of so many random transactions.
  @discardableResult
  public func appendBlock(_ count: Int) throws -> [TransactionReceipt] {
    try append((0..<count).map { _ in try transaction() })
  }

  /// Lets so many blocks pass, of which the last has a header.
  public func warp(_ blocks: Int) throws {
    let input = BlockInput(after: try ledger.head(), genesis: ledger.genesis, blocks: blocks)
    _ = try ledger.append([], input: input)
  }

  /// Goes on after the ledger has gone back to an earlier block.
  public func resume() throws {
    let world = try ledger.snapshot().makeWorld()
    nonces = keys.map { world.world.nonce(of: $0.address) }
  }

  /// Breaks the invariant of one contract, which is not enforced.
  public func breakInvariant() throws {
    try append([call(0, 2, "spoil")])
  }

  @discardableResult
  private func append(_ transactions: [SignedTransaction]) throws -> [TransactionReceipt] {
    let appended = try ledger.append(transactions)
    if let refused = appended.refused.first { throw refused.reason }
    return appended.block?.receipts ?? []
  }

  // MARK: - Transactions

  private func sign(_ account: Int, _ action: Transaction.Action) throws -> SignedTransaction {
    defer { nonces[account] += 1 }
    return try keys[account].sign(
      Transaction(
        chain: ledger.chain, sender: keys[account].publicKey, nonce: nonces[account],
        gasLimit: 20_000_000, gasPrice: price, action: action))
  }

  private func call(
    _ account: Int, _ contract: Int, _ name: String, _ arguments: [Value] = [],
    paying payments: [AttachedPayment] = []
  ) throws -> SignedTransaction {
    let module = [shares, market, tally][contract].module
    guard let export = module.export(named: name) else {
      throw LoadFailure(description: "there is no \(name)")
    }
    return try sign(
      account,
      .call(
        ContractCall(
          target: addresses[contract], export: export, in: module, arguments: arguments,
          payments: payments)))
  }

  /// Somebody does something.
  public func transaction() throws -> SignedTransaction {
    let account = random.chance(1) ? 2 : random.below(keys.count)
    switch random.below(100) {
    case 0..<50: return try transfer(from: account)
    case 50..<62: return try order(by: account)
    case 62..<66:
      return try call(account, 1, "cancel", [.int(Integer(1 + random.below(200)))])
    case 66..<72:
      let rent = AttachedPayment(asset: Self.usd, amount: Integer(1 + random.below(10_000)))
      return try call(account, 0, "distribute", paying: [rent])
    case 72..<78: return try call(account, 0, "claim")
    case 78..<84:
      let share = World.asset(issuer: addresses[0], className: "Share")
      return try sign(
        account,
        .transfer(
          AssetTransfer(
            asset: share, amount: Integer(1 + random.below(9)), receiver: person())))
    case 84..<95:
      return try call(account, 2, "add", [.int(Integer(random.chance(10) ? 2_000 : 3))])
    default: return try call(account, 2, "clear")
    }
  }

  private func person() -> Identifier { keys[random.below(keys.count)].address }

  private func transfer(from account: Int) throws -> SignedTransaction {
    let stranger = Identifier(random.bytes(32)) ?? .zero
    return try sign(
      account,
      .transfer(
        AssetTransfer(
          asset: random.chance(80) ? Self.usd : Self.gpu, amount: Integer(random.below(1_000)),
          receiver: random.chance(15) ? stranger : person())))
  }

  private func order(by account: Int) throws -> SignedTransaction {
    let isBid = random.chance(50)
    let price = 5 * (20 + random.below(10) + (isBid ? 0 : 4))
    let lots = 1 + random.below(20)
    let expires = ledger.genesis.time + 300 * 86_400
    let cost = price * lots
    let escrow = isBid ? cost + (cost * 25 + 9_999) / 10_000 : lots
    return try call(
      account, 1, "place",
      [
        .int(isBid ? 0 : 1), .int(Integer(price)), .int(Integer(lots)),
        .int(Integer(expires)), .int(5),
      ],
      paying: [AttachedPayment(asset: isBid ? Self.usd : Self.gpu, amount: Integer(escrow))])
  }
}
