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

/// A transaction that fails leaves its nonce, its fee and its receipt; and fees are exact.
@Suite struct FailureTests {
  let ledger: Ledger
  let load: LedgerLoad
  let bob: Signer
  let usd = LedgerLoad.assets[0]
  let treasury = LedgerLoad.account("treasury")

  init() throws {
    ledger = try Ledger.create(LedgerLoad.genesis(), at: .memory)
    load = try LedgerLoad(ledger, seed: 1)
    bob = try Signer("bob", on: ledger)
  }

  private func balance(_ holder: Identifier) throws -> Integer {
    let world = try ledger.snapshot().makeWorld()
    defer { #expect(throws: Never.self) { try world.check() } }
    return world.world.balance(of: usd, holder: holder)
  }

  /// Appends a transaction that fails, and looks at what it leaves.
  private func fail(
    _ action: Transaction.Action, nonce: UInt64 = 0, gas: UInt64 = 300_000, price: Integer = 3
  ) throws -> TransactionReceipt {
    let before = (try balance(bob.address), try balance(treasury))
    let height = try ledger.head().height
    let receipt = try ledger.submit(bob.sign(action, nonce: nonce, gas: gas, price: price))
    #expect(receipt.outcome.failure != nil)
    #expect(receipt.outcome.events.isEmpty)
    #expect(receipt.fee == (try price.multiplied(by: Integer(receipt.outcome.gasUsed))))
    #expect(receipt.outcome.gasUsed <= gas)
    let keys = try ledger.writtenKeys(
      withPrefix: [], after: height, upTo: height + 1, limit: 100)
    #expect(
      Set(keys.map { StateKey($0) }) == [
        .nonce(of: bob.address), .balance(asset: usd, holder: bob.address),
        .balance(asset: usd, holder: treasury),
      ])
    let after = (try balance(bob.address), try balance(treasury))
    #expect(after.0 == (try before.0.subtracting(receipt.fee)))
    #expect(after.1 == (try before.1.adding(receipt.fee)))
    #expect(
      Set(receipt.outcome.balanceChanges) == [
        BalanceChange(asset: usd, holder: bob.address, before: before.0, after: after.0),
        BalanceChange(asset: usd, holder: treasury, before: before.1, after: after.1),
      ])
    #expect(try ledger.block(at: height + 1)?.receipts == [receipt])
    return receipt
  }

  @Test func traps() throws {
    let receipt = try fail(load.call("fall", [.int(1)]))
    guard case .trap(.entryMissing) = receipt.outcome.failure?.reason else {
      Issue.record("\(receipt.outcome)")
      return
    }
    #expect(receipt.outcome.failure?.origin == load.contract)
    #expect(receipt.outcome.failure?.site?.codeHash == Bazaar.codeHash)
  }

  @Test func declaredErrors() throws {
    let receipt = try fail(load.call("count", [.int(1_001)]))
    guard case .declared(_, _, let arguments) = receipt.outcome.failure?.reason else {
      Issue.record("\(receipt.outcome)")
      return
    }
    #expect(arguments == [.int(1_000)])
  }

  @Test func outOfGas() throws {
    for gas in [50_000, 60_000, 100_000, 299_999] as [UInt64] {
      let receipt = try fail(
        load.call("work", [.int(1_000_000)]), nonce: UInt64(try ledger.head().height - 1),
        gas: gas)
      #expect(receipt.outcome.failure?.reason == .trap(.outOfGas))
      #expect(receipt.outcome.gasUsed == gas)
    }
  }

  @Test func contractsThatAreNotThere() throws {
    var call = load.call("count", [.int(1)])
    if case .call(var inner) = call {
      inner.target = LedgerLoad.account("nobody")
      call = .call(inner)
    }
    #expect(try fail(call).outcome.failure?.reason == .trap(.noSuchContract))
    var other = load.call("count", [.int(1)])
    if case .call(var inner) = other {
      inner.name = "uncount"
      other = .call(inner)
    }
    #expect(try fail(other, nonce: 1).outcome.failure?.reason == .trap(.noSuchFunction))
  }

  @Test func creationsThatDoNotFit() throws {
    let missing = try fail(.create(ContractCreation(codeHash: LedgerLoad.account("a"))))
    #expect(missing.outcome.failure?.reason == .trap(.codeNotDeployed))
    let kinds = try fail(
      .create(
        ContractCreation(
          codeHash: Bazaar.codeHash, parameters: [WireKind(kind: .int)], arguments: [.int(1)])),
      nonce: 1)
    #expect(kinds.outcome.failure?.reason == .trap(.noSuchFunction))
    let payments = try fail(
      .create(
        ContractCreation(
          codeHash: Bazaar.codeHash, payments: [AttachedPayment(asset: usd, amount: 5)])),
      nonce: 2)
    #expect(payments.outcome.failure != nil)
  }

  @Test func transfersThatCannotBe() throws {
    let nobody = AssetTransfer(asset: LedgerLoad.account("no asset"), amount: 5, receiver: treasury)
    _ = try fail(.transfer(nobody))
    let tooMuch = AssetTransfer(
      asset: usd, amount: Integer.power(of: 300, minus: 0), receiver: treasury)
    #expect(
      try fail(.transfer(tooMuch), nonce: 1).outcome.failure?.reason
        == .trap(.insufficientBalance))
    _ = try fail(
      .transfer(AssetTransfer(asset: usd, amount: 1, receiver: .zero)), nonce: 2)
  }

  @Test func deployingTwice() throws {
    // The first deployment was that of the load.
    let before = try ledger.snapshot().entry(for: StateKey.code(Bazaar.codeHash).bytes)
    let deployment = Transaction.Action.deploy(module: Bazaar.module.encoded)
    let receipt = try ledger.submit(bob.sign(deployment, price: 1))
    #expect(receipt.outcome.results == [Value(Bazaar.codeHash)])
    #expect(try ledger.snapshot().entry(for: StateKey.code(Bazaar.codeHash).bytes) == before)
    // It costs the same again, and without enough gas it fails like anything else.
    let admission = AdmissionGas.transaction(
      try bob.sign(deployment, nonce: 1, price: 1))
    let needed = admission + AdmissionGas.deployment(of: Bazaar.module)
    #expect(receipt.outcome.gasUsed == needed)
    let failed = try fail(deployment, nonce: 1, gas: needed - 1)
    #expect(failed.outcome.gasUsed == needed - 1)
  }

  /// Code that was not paid for is not there.
  @Test func deploymentsWithoutGasBringNothing() throws {
    let module = try LedgerScene.module(tally)
    let hash = try #require(Identifier(module.codeHash))
    _ = try fail(.deploy(module: module.encoded), gas: 45_000)
    #expect(
      try fail(.create(ContractCreation(codeHash: hash)), nonce: 1).outcome.failure?.reason
        == .trap(.codeNotDeployed))
  }
}

/// Fees where payer, payee and what is paid for meet.
@Suite struct FeeTests {
  static let usd = LedgerLoad.assets[0]
  private let alice = LedgerLoad.account("alice")
  private let treasury = LedgerLoad.account("treasury")

  private func ledger(receiver: Identifier? = nil, minimum: Integer = 0) throws -> Ledger {
    try RefusalTests.ledger(
      fees: Genesis.Fees(
        asset: "USD", receiver: receiver ?? treasury, minimumPrice: minimum))
  }

  private func balances(_ ledger: Ledger, _ holders: [Identifier]) throws -> [Integer] {
    let world = try ledger.snapshot().makeWorld()
    return holders.map { world.world.balance(of: Self.usd, holder: $0) }
  }

  private static let all: Integer = 1_000_000_000_000_000

  @Test func whoReceivesFeesPaysNone() throws {
    let ledger = try ledger(receiver: alice)
    let receipt = try ledger.submit(
      Signer("alice", on: ledger).sign(RefusalTests.transfer(10), price: 1_000))
    #expect(receipt.fee == Integer(receipt.outcome.gasUsed * 1_000))
    #expect(try balances(ledger, [alice]) == [Self.all.subtracting(10)])
    #expect(try LedgerCheck(ledger).problems.isEmpty)
    // A fee that comes back is in no list of changes.
    let zero = try ledger.submit(
      Signer("alice", on: ledger).sign(
        .transfer(AssetTransfer(asset: Self.usd, amount: 0, receiver: treasury)), nonce: 1,
        price: 1))
    #expect(zero.outcome.balanceChanges.isEmpty)
  }

  @Test func payingTheReceiverOfFees() throws {
    let ledger = try ledger()
    let receipt = try ledger.submit(
      Signer("alice", on: ledger).sign(
        .transfer(AssetTransfer(asset: Self.usd, amount: 77, receiver: treasury)), price: 2))
    #expect(try balances(ledger, [treasury]) == [receipt.fee.adding(77)])
    #expect(
      try balances(ledger, [alice]) == [Self.all.subtracting(77).subtracting(receipt.fee)])
    #expect(receipt.outcome.balanceChanges.count == 2)
  }

  /// What is reserved for gas cannot be spent, though most of it comes back.
  @Test func theReserveIsNotForSpending() throws {
    let ledger = try ledger()
    let signer = try Signer("alice", on: ledger)
    let reserve: Integer = 2_000_000
    func spend(_ amount: Integer, _ nonce: UInt64) throws -> TransactionReceipt {
      try ledger.submit(signer.sign(RefusalTests.transfer(amount), nonce: nonce, price: 2))
    }
    let left = try Self.all.subtracting(reserve)
    let failed = try spend(left.adding(1), 0)
    #expect(failed.outcome.failure?.reason == .trap(.insufficientBalance))
    let rest = try left.subtracting(failed.fee)
    let receipt = try spend(rest, 1)
    #expect(receipt.outcome.failure == nil)
    #expect(try balances(ledger, [alice]) == [reserve.subtracting(receipt.fee)])
    #expect(try LedgerCheck(ledger).problems.isEmpty)
  }

  @Test func allThatThereIsForGas() throws {
    let ledger = try ledger()
    let receipt = try ledger.submit(
      Signer("alice", on: ledger).sign(
        RefusalTests.transfer(1), gas: 1_000_000, price: 1_000_000_000))
    #expect(receipt.outcome.failure?.reason == .trap(.insufficientBalance))
    #expect(try balances(ledger, [alice]) == [Self.all.subtracting(receipt.fee)])
    // All gas at that price, and nothing is left: not even an entry.
    let other = try Self.ledgerWithGas(500_000)
    let call = LedgerLoad.account("nobody")
    let key = StateKey.balance(asset: Self.usd, holder: alice).bytes
    let spent = try other.ledger.submit(
      Signer("alice", on: other.ledger).sign(
        other.load.call("work", [.int(1_000_000)]), gas: 500_000, price: 2_000_000_000))
    #expect(spent.fee == Self.all)
    #expect(try other.ledger.snapshot().entry(for: key) == nil)
    #expect(try balances(other.ledger, [treasury, alice, call]) == [Self.all, 0, 0])
    #expect(try LedgerCheck(other.ledger).problems.isEmpty)
  }

  private static func ledgerWithGas(
    _ limit: UInt64
  ) throws -> (ledger: Ledger, load: LedgerLoad) {
    let ledger = try RefusalTests.ledger(
      fees: Genesis.Fees(asset: "USD", receiver: LedgerLoad.account("treasury")))
    let bob = try Signer("bob", on: ledger)
    // At no price, so that the contract costs nobody anything.
    _ = try ledger.append([
      bob.sign(.deploy(module: Bazaar.module.encoded)),
      bob.sign(.create(ContractCreation(codeHash: Bazaar.codeHash)), nonce: 1),
    ])
    return (ledger, try LedgerLoad(ledger, seed: 1))
  }

  @Test func pricesOf256Bits() throws {
    let largest = Integer.power(of: 256, minus: 1)
    let rich = Integer.power(of: 400, minus: 0)
    let ledger = try RefusalTests.ledger(
      fees: Genesis.Fees(asset: "USD", receiver: treasury, minimumPrice: largest)
    ) {
      $0.assets[0].holdings.append(
        Genesis.Holding(holder: LedgerLoad.account("rich"), amount: rich))
    }
    let signer = try Signer("rich", on: ledger)
    let receipt = try ledger.submit(
      signer.sign(RefusalTests.transfer(5), gas: Limits.gas, price: largest))
    #expect(receipt.fee == (try largest.multiplied(by: Integer(receipt.outcome.gasUsed))))
    #expect(
      try balances(ledger, [signer.address]) == [rich.subtracting(receipt.fee).subtracting(5)])
    #expect(try balances(ledger, [treasury]) == [receipt.fee])
    #expect(try TransactionReceipt(decoding: receipt.encoded()) == receipt)
    #expect(throws: TransactionError.self) {
      try signer.sign(RefusalTests.transfer(), price: Integer.power(of: 256, minus: 0))
    }
  }

  /// The largest supply that there can be moves without a sum that is too large.
  @Test func suppliesAtTheLimit() throws {
    let most = Integer.power(of: Limits.integerBits, minus: 1)
    let ledger = try RefusalTests.ledger(
      fees: Genesis.Fees(asset: "GEM", receiver: treasury, minimumPrice: 1)
    ) { genesis in
      genesis.assets[1].holdings = [
        Genesis.Holding(holder: alice, amount: (try? most.subtracting(7)) ?? 0),
        Genesis.Holding(holder: treasury, amount: 7),
      ]
    }
    let receipt = try ledger.submit(
      Signer("alice", on: ledger).sign(RefusalTests.transfer(), price: 3))
    #expect(receipt.outcome.failure == nil)
    #expect(try TransactionReceipt(decoding: receipt.encoded()) == receipt)
    #expect(try LedgerCheck(ledger).problems.isEmpty)
    var genesis = ledger.genesis
    genesis.assets[1].holdings.append(Genesis.Holding(holder: alice, amount: 1))
    #expect(throws: LedgerError.self) { try Ledger.create(genesis, at: .memory) }
  }

  @Test func noPrice() throws {
    let ledger = try ledger()
    let receipt = try ledger.submit(
      Signer("nobody", on: ledger).sign(
        .transfer(AssetTransfer(asset: Self.usd, amount: 0, receiver: treasury))))
    #expect(receipt.fee == 0 && receipt.outcome.balanceChanges.isEmpty)
    #expect(receipt.outcome.failure == nil)
  }
}
