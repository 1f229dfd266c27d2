import Bytecode
import Execution
import Hosting
import Integers
import Transactions
import Verification

/// What the verifier accepts runs: it ends, in a result or a trap, and its gas is within what it was given.
func checkExecution(_ input: [UInt8]) throws(Violation) {
  guard let verified = try? Verifier.verify(input) else { return }
  let module = verified.module
  let world = World()
  let user = Identifier.developmentAccount(named: "user")
  let money = world.createGenesisAsset(
    named: "money", decimals: 0, supply: 1_000, holder: user)
  let code = world.deploy(code: verified)
  var arguments: [Value] = []
  if let initialiser = module.export(named: "init") {
    arguments = initialiser.parameters.map { argument(of: $0.kind, user, money, in: module) }
  }
  let created = world.create(code, arguments: arguments, by: user, gas: executionGas)
  guard let contract = created.results?.first?.identifier else { return }
  for export in module.exports where export.name != "init" {
    let call = ContractCall(
      target: contract, export: export, in: module,
      arguments: export.parameters.map { argument(of: $0.kind, user, money, in: module) },
      payments: export.payments.prefix(1).map { _ in AttachedPayment(asset: money, amount: 5) })
    let receipt = world.call(call, by: user, gas: executionGas)
    try require(receipt.gasUsed <= executionGas, "\(export.name) used \(receipt.gasUsed) gas")
  }
}

/// Gas of one call.
private let executionGas: UInt64 = 20_000

/// Something of a kind that does not end every function at once.
private func argument(
  of kind: Kind, _ user: Identifier, _ money: Identifier, in module: Module
) -> Value {
  switch kind {
  case .int: .int(3)
  case .bool, .enumeration: .int(0)
  case .address: Value(user)
  case .asset: Value(money)
  default: .zero(of: kind)
  }
}
