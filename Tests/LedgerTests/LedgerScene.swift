import Assembly
import Bytecode
import Chain
import Execution
import Foundation
import Hosting
import Integers
import Ledger
import LedgerTesting
import Testing
import Transactions
import Verification

/// A ledger for development with people, money and contracts in it.
final class LedgerScene {
  static let usd = Genesis.Asset(
    name: "USD", decimals: 6,
    holdings: ["alice", "bob", "carol"].map {
      Genesis.Holding(holder: .developmentAccount(named: $0), amount: 1_000_000_000_000)
    })

  static func genesis(
    fees: Genesis.Fees? = nil, isDevelopment: Bool = true, blockGasLimit: UInt64 = 10_000_000_000
  ) -> Genesis {
    Genesis(
      name: "test", isDevelopment: isDevelopment, time: 1_767_225_600,
      blockGasLimit: blockGasLimit, assets: [usd], fees: fees)
  }

  let ledger: Ledger
  private var nonces: [String: UInt64] = [:]

  init(_ ledger: Ledger) { self.ledger = ledger }

  convenience init(
    fees: Genesis.Fees? = nil, at location: Ledger.Location = .memory
  ) throws {
    self.init(try Ledger.create(Self.genesis(fees: fees), at: location))
  }

  var usd: Identifier { Self.usd.identifier }

  static func account(_ name: String) -> Identifier { .developmentAccount(named: name) }

  /// A transaction of a development account with its next nonce.
  func transaction(
    by name: String, _ action: Transaction.Action, gas: UInt64 = 50_000_000, price: Integer = 0,
    nonce: UInt64? = nil
  ) throws -> SignedTransaction {
    let key = try AccountKey.development(named: name)
    let number = nonce ?? nonces[name, default: 0]
    if nonce == nil { nonces[name] = number + 1 }
    return try key.sign(
      Transaction(
        chain: ledger.chain, sender: key.publicKey, nonce: number, gasLimit: gas,
        gasPrice: price, action: action))
  }

  @discardableResult
  func submit(
    by name: String, _ action: Transaction.Action, gas: UInt64 = 50_000_000, price: Integer = 0
  ) throws -> TransactionReceipt {
    try ledger.submit(transaction(by: name, action, gas: gas, price: price))
  }

  /// The module of a source.
  static func module(_ source: String) throws -> VerifiedModule {
    let assembled = Assembler().assemble(path: "Test.alq", text: source)
    let artifact = try #require(
      assembled.artifact, "\(assembled.diagnostics.map(\.message))")
    return try Verifier.verify(artifact.module)
  }

  /// Deploys a contract and gives its address.
  func deploy(
    _ module: VerifiedModule, by name: String = "alice", _ arguments: [Value] = [],
    price: Integer = 0
  ) throws -> Identifier {
    try submit(by: name, .deploy(module: module.encoded), price: price)
    let parameters = module.module.export(named: "init")?.parameters ?? []
    let receipt = try submit(
      by: name,
      .create(
        ContractCreation(
          codeHash: Identifier(module.codeHash) ?? .zero,
          parameters: parameters.map { WireKind($0.kind, in: module.module) },
          arguments: arguments)), price: price)
    return try #require(receipt.outcome.results?.first?.identifier, "\(receipt.outcome)")
  }

  /// A call of a function by its name.
  static func call(
    _ contract: Identifier, _ function: String, _ arguments: [Value] = [],
    paying payments: [AttachedPayment] = [], in module: VerifiedModule
  ) throws -> Transaction.Action {
    .call(
      ContractCall(
        target: contract, export: try #require(module.module.export(named: function)),
        in: module.module, arguments: arguments, payments: payments))
  }

  func transfer(_ amount: Integer, to name: String) -> Transaction.Action {
    .transfer(AssetTransfer(asset: usd, amount: amount, receiver: Self.account(name)))
  }

  /// What somebody has after the last block, or after an earlier one.
  func balance(_ name: String, at height: Int? = nil) throws -> Integer {
    let world = try ledger.snapshot(at: height).makeWorld()
    let balance = world.world.balance(of: usd, holder: Self.account(name))
    try world.check()
    return balance
  }
}

/// A contract with a value, a map, a record and an event.
let tally = """
  contract Tally
  error TooMuch (limit int)
  event Counted (who address, amount int)
  state
      count int
      counts map address -> int
      total int
  export add (amount int)
      require amount <= 1_000 else TooMuch(1_000)
      @count = @count + 1
      @counts[caller] = @counts[caller] + amount
      @total = @total + amount
      emit Counted(caller, amount)
  end
  export clear (who address)
      @total = @total - @counts[who]
      @counts[who] = 0
  end
  view of (who address) -> (amount int)
      return @counts[who]
  end
  invariant "adds up"
      @total >= 0
  end
  """
