import AliquotKit
import Foundation

// A service that hosts one contract: many clients send at once, each waits for its own receipt, and
// what was answered is on the disk.

let people = try ["operator", "alice", "bob", "carol"].map { try AccountKey.development(named: $0) }
let (operatorKey, holders) = (people[0], Array(people[1...]))
let usd = Genesis.Asset(
  name: "USD", decimals: 6,
  holdings: [Genesis.Holding(holder: operatorKey.address, amount: 1_000_000_000)])
let genesis = Genesis(
  name: "service", isDevelopment: true, time: 1_767_225_600, assets: [usd])

let path = NSTemporaryDirectory() + "service-\(UUID().uuidString).ledger"
defer { try? FileManager.default.removeItem(atPath: path) }
let ledger = try Ledger.create(genesis, at: .file(path))
let queue = TransactionQueue(ledger)

// Follow the blocks from another task.
let follower = Task { [blocks = ledger.blocks()] in
  var transactions = 0
  for await block in blocks { transactions += block.transactions.count }
  return transactions
}

// Assemble, verify and deploy.
let assembled = Assembler().assemble(
  path: "RevenueShares.alq",
  text: try String(contentsOfFile: CommandLine.arguments[1], encoding: .utf8))
guard let artifact = assembled.artifact else {
  print(DiagnosticRenderer().render(assembled.diagnostics, in: assembled.sources))
  exit(1)
}
let module = try Verifier.verify(artifact.module)
let parameters = module.module.export(named: "init")?.parameters ?? []

func sign(
  _ action: Transaction.Action, by key: AccountKey, nonce: UInt64
) throws -> SignedTransaction {
  try key.sign(
    Transaction(
      chain: ledger.chain, sender: key.publicKey, nonce: nonce, gasLimit: 10_000_000,
      action: action))
}

_ = try await queue.submit(sign(.deploy(module: module.encoded), by: operatorKey, nonce: 0))
let creation = ContractCreation(
  codeHash: Identifier(module.codeHash) ?? .zero,
  parameters: parameters.map { WireKind($0.kind, in: module.module) },
  arguments: [Value(usd.identifier), .int(90), Value(holders[0].address)])
let made = try await queue.submit(sign(.create(creation), by: operatorKey, nonce: 1))
guard let rig = made.outcome.results?.first?.identifier else { fatalError("\(made.outcome)") }
func call(
  _ function: String, paying payments: [AttachedPayment] = []
) throws -> Transaction.Action {
  guard let export = module.module.export(named: function) else { fatalError("no \(function)") }
  return .call(
    ContractCall(
      target: rig, export: export, in: module.module, arguments: [], payments: payments))
}

let share = World.asset(issuer: rig, className: "Share")

// Alice gives away a third to each of the others, then the operator pays in 300 USD.
for (nonce, holder) in holders[1...].enumerated() {
  let transfer = AssetTransfer(asset: share, amount: 30, receiver: holder.address)
  _ = try await queue.submit(sign(.transfer(transfer), by: holders[0], nonce: UInt64(nonce)))
}
let before = try ledger.snapshot()
let rent = AttachedPayment(asset: usd.identifier, amount: 300_000_000)
_ = try await queue.submit(sign(call("distribute", paying: [rent]), by: operatorKey, nonce: 2))

// All holders claim at the same time.
try await withThrowingTaskGroup(of: Void.self) { group in
  for (holder, nonce) in zip(holders, [2, 0, 0] as [UInt64]) {
    let claim = try sign(call("claim"), by: holder, nonce: nonce)
    group.addTask {
      let receipt = try await queue.submit(claim)
      print("claimed \(receipt.outcome.results ?? []) for \(receipt.outcome.gasUsed) gas")
    }
  }
  try await group.waitForAll()
}

// What was before the payment can still be asked, and what is now can be proved to anybody.
let now = try ledger.snapshot()
let earlier = try before.makeWorld().world.balance(of: usd.identifier, holder: rig)
let later = try now.makeWorld().world.balance(of: usd.identifier, holder: rig)
print("the contract held \(earlier) at height \(before.height), and \(later) at \(now.height)")
let key = StateKey.balance(asset: usd.identifier, holder: holders[1].address).bytes
let proof = try now.proof(for: key)
let value = try now.entry(for: key)?.value
print(
  "bob's balance, proved by \(proof.encoded().count) bytes: "
    + "\(proof.shows(value, under: key, inMapWithRoot: now.header.stateRoot))")
try ledger.close()
print("\(await follower.value) transactions in \(now.height) blocks")
