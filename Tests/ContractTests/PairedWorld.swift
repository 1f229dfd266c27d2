import Bytecode
import Execution
import Hosting
import Integers
import Reference
import State
import Testing
import Verification

/// A world that every transaction runs in twice, by the fast engine and by the reference, which must
/// agree.
final class PairedWorld {
  private let fast: World
  private let reference: ReferenceWorld
  private var transactions = 0

  init(block: Block) {
    fast = World(block: block)
    reference = ReferenceWorld(block: block)
  }

  /// The block of both.
  var block: Block {
    get { fast.block }
    set {
      fast.block = newValue
      reference.block = newValue
    }
  }

  private func both(_ transaction: (any ContractEngine) -> Receipt) -> Receipt {
    let receipt = transaction(fast)
    let expected = transaction(reference)
    #expect(receipt.status == expected.status)
    #expect(receipt.gasUsed == expected.gasUsed)
    #expect(receipt.events == expected.events)
    #expect(receipt.balanceChanges == expected.balanceChanges)
    transactions += 1
    if transactions % 50 == 0 { compareEntries() }
    return receipt
  }

  deinit { compareEntries() }

  private func compareEntries() {
    #expect(fast.entries == reference.entries, "after \(transactions) transactions")
  }

  // MARK: - Transactions

  @discardableResult
  func deploy(code: VerifiedModule) -> Identifier {
    reference.deploy(code: code)
    return fast.deploy(code: code)
  }

  func createGenesisAsset(
    named name: String, decimals: UInt8, supply: Integer, holder: Identifier
  ) -> Identifier {
    reference.createGenesisAsset(
      named: name, decimals: decimals, supply: supply, holder: holder)
    return fast.createGenesisAsset(
      named: name, decimals: decimals, supply: supply, holder: holder)
  }

  func create(
    _ codeHash: Identifier, arguments: [Value], payments: [AttachedPayment] = [],
    by creator: Identifier
  ) -> Receipt {
    both {
      $0.create(
        codeHash, arguments: arguments, payments: payments, by: creator, gas: Limits.gas)
    }
  }

  func call(_ call: ContractCall, by caller: Identifier, gas: UInt64 = Limits.gas) -> Receipt {
    both { $0.call(call, by: caller, gas: gas) }
  }

  func view(_ call: ContractCall, by caller: Identifier) -> Receipt {
    both { $0.view(call, by: caller, gas: Limits.gas) }
  }

  func send(
    _ amount: Integer, of asset: Identifier, from: Identifier, to: Identifier
  ) -> Receipt {
    both { $0.send(amount, of: asset, from: from, to: to, gas: Limits.gas) }
  }

  func check(_ invariant: Invariant, of contract: Identifier) -> Receipt {
    both { $0.check(invariant, of: contract, gas: Limits.gas) }
  }

  // MARK: - Questions

  var state: StateTable { fast.state }

  func balance(of asset: Identifier, holder: Identifier) -> Integer {
    fast.balance(of: asset, holder: holder)
  }

  func supply(of asset: Identifier) -> Integer { fast.supply(of: asset) }

  func asset(_ asset: Identifier) -> AssetDescription? { fast.asset(asset) }

  func verifiedModule(_ codeHash: Identifier) -> VerifiedModule? {
    fast.verifiedModule(codeHash)
  }
}
