public import Bytecode
public import Chain
import EngineTesting
import Execution
import Integers
public import Ledger
public import Transactions
import Verification

/// Random transactions of a few people, most of which do what they say.
///
/// The same seed on the same ledger gives the same transactions. It keeps count of the nonces, so a
/// transaction that it made must be appended, and before the next one of the same sender.
public struct LedgerLoad {
  /// What the ledgers begin with that it is for: two assets, five people, and fees that nobody feels.
  public static func genesis(hasFees: Bool = true) -> Genesis {
    Genesis(
      name: "load", isDevelopment: true, time: 1_767_225_600, blockGasLimit: 1_000_000_000,
      assets: [("USD", 6), ("GEM", 0)].map { name, decimals in
        Genesis.Asset(
          name: name, decimals: decimals,
          holdings: people.map {
            Genesis.Holding(holder: account($0), amount: 1_000_000_000_000_000)
          })
      },
      fees: hasFees
        ? Genesis.Fees(asset: "USD", receiver: account("treasury"), minimumPrice: 1) : nil)
  }

  /// The people, who are development accounts.
  public static let people = ["alice", "bob", "carol", "dave", "erin"]

  /// The address of a development account.
  public static func account(_ name: String) -> Identifier { .developmentAccount(named: name) }

  /// The assets of the genesis.
  public static let assets = genesis().assets.map(\.identifier)

  private let ledger: Ledger
  private let keys: [AccountKey]
  private let hasFees: Bool
  private var nonces: [Identifier: UInt64] = [:]
  private var random: SplitMix64
  /// The contract that is called.
  public private(set) var contract = Identifier.zero

  /// Makes a load of some of the people, and the contract that they call unless it is there.
  public init(
    _ ledger: Ledger, seed: UInt64, by people: [String] = LedgerLoad.people
  ) throws {
    self.ledger = ledger
    hasFees = ledger.genesis.fees != nil
    keys = try people.map { try AccountKey.development(named: $0) }
    random = SplitMix64(seed: seed)
    try readNonces()
    if let contract = try Self.contract(on: ledger) {
      self.contract = contract
    } else {
      try makeContract()
    }
  }

  /// Reads from the ledger how often everybody has sent, which going back changes.
  public mutating func readNonces() throws {
    let world = try ledger.snapshot().makeWorld()
    for key in keys { nonces[key.address] = world.world.nonce(of: key.address) }
    try world.check()
  }

  /// The address of the first contract of a ledger.
  public static func contract(on ledger: Ledger) throws -> Identifier? {
    try ledger.snapshot().entries(withPrefix: [KeySpace.contract.rawValue], limit: 1).first
      .flatMap { Identifier($0.key[1...]) }
  }

  private mutating func makeContract() throws {
    let appended = try ledger.append([
      transaction(.deploy(module: Bazaar.module.encoded), by: keys[0]),
      transaction(.create(ContractCreation(codeHash: Bazaar.codeHash)), by: keys[0]),
    ])
    let results = appended.block?.receipts.last?.outcome.results
    guard let address = results?.first?.identifier else {
      preconditionFailure("the contract is not made: \(appended)")
    }
    contract = address
  }

  // MARK: - Transactions

  /// So many random transactions.
  public mutating func transactions(_ count: Int) throws -> [SignedTransaction] {
    try (0..<count).map { _ in try transaction(action(), by: random.pick(keys)) }
  }

  /// A transaction with the sender's next nonce.
  public mutating func transaction(
    _ action: Transaction.Action, by key: AccountKey, gas: UInt64 = 20_000_000
  ) throws -> SignedTransaction {
    let nonce = nonces[key.address, default: 0]
    nonces[key.address] = nonce + 1
    return try key.sign(
      Transaction(
        chain: ledger.chain, sender: key.publicKey, nonce: nonce, gasLimit: gas,
        gasPrice: hasFees ? Integer(1 + random.below(3)) : 0, action: action))
  }

  /// Something that somebody does.
  public mutating func action() throws -> Transaction.Action {
    switch random.below(20) {
    case 0...5: return transfer()
    case 6...7: return call("count", [.int(Integer(random.pick([0, 1, 5, 900, 2_000])))])
    case 8...10:
      return call("place", [number(), .int(Integer(random.below(50))), .bytes(random.bytes(40))])
    case 11...12: return call("clear", [number()])
    case 13...14:
      return call(
        "deposit", [],
        [AttachedPayment(asset: random.pick(Self.assets), amount: Integer(random.below(1_000)))])
    case 15:
      return call(
        "withdraw", [Value(random.pick(Self.assets)), .int(Integer(random.below(700)))])
    case 16: return call("work", [.int(Integer(random.below(50)))])
    case 17:
      return call("past", [.int(Integer(try ledger.head().height - random.below(4)))])
    case 18: return call("fall", [.int(1_000)])
    default: return .create(ContractCreation(codeHash: Bazaar.codeHash))
    }
  }

  private mutating func number() -> Value { .int(Integer(random.below(5))) }

  private mutating func transfer() -> Transaction.Action {
    let names = Self.people + ["r0", "r1", "r2", "r3", "treasury"]
    let receiver = random.chance(10) ? contract : Self.account(random.pick(names))
    return .transfer(
      AssetTransfer(
        asset: random.pick(Self.assets), amount: Integer(random.below(5_000)), receiver: receiver))
  }

  /// A call of the contract.
  public func call(
    _ function: String, _ arguments: [Value], _ payments: [AttachedPayment] = []
  ) -> Transaction.Action {
    guard let export = Bazaar.module.module.export(named: function) else {
      preconditionFailure("there is no \(function)")
    }
    return .call(
      ContractCall(
        target: contract, export: export, in: Bazaar.module.module, arguments: arguments,
        payments: payments))
  }
}
