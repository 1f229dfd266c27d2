import Bytecode
import Integers
import Verification
import Hosting
import Execution

extension Workload {
  /// What contracts do, many times over in one call.
  static var contracts: [Workload] {
    [
      contract(
        "transfer", "a transfer of a token in a contract's own maps", 50_000, few: 2_000, "Token",
        prepare: give),
      contract(
        "assets", "a transfer of an asset of the machine", 50_000, few: 2_000, "Coins",
        prepare: give),
      contract(
        "dividend", "a claim from a reward per share", 50_000, few: 2_000, "Dividend"
      ) { try $0.run("give", [WorkHolders.list]) },
      contract(
        "lending", "a repayment with compound interest and a check of health", 20_000, few: 200,
        "Lending", takesHolders: false
      ) { try $0.run("open", [.int(1_000)]) },
      contract(
        "escrow", "a job that is opened, funded and released", 20_000, few: 500, "Escrow",
        prepare: give),
      crossCall,
    ]
  }

  private static func give(_ contract: WorkContract) throws {
    try contract.run("give", [WorkHolders.list, .int(WorkHolders.given)])
  }

  private static func contract(
    _ name: String, _ title: String, _ operations: Int, few: Int, _ source: String,
    takesHolders: Bool = true, prepare: @escaping (WorkContract) throws -> Void
  ) -> Workload {
    Workload(name: name, title: title, operations: operations, few: few) { count in
      let contract = try WorkContract(source)
      try prepare(contract)
      return try prepared(contract, count, takesHolders ? [WorkHolders.list] : [])
    }
  }

  private static func prepared(
    _ contract: WorkContract, _ count: Int, _ holders: [Value]
  ) throws -> Prepared {
    let call = try contract.call("run", [.int(Integer(count))] + holders)
    return Prepared(
      run: { try contract.run(call, by: WorkHolders.address(0)).gasUsed },
      value: { try contract.integer("value", holders) })
  }

  /// Transfers that another contract asks for.
  private static var crossCall: Workload {
    Workload(
      name: "cross-call", title: "a transfer called from another contract", operations: 20_000,
      few: 500
    ) { count in
      let token = try WorkContract("Token")
      try give(token)
      let payer = try WorkContract("Payer", in: token.world)
      try payer.run("use", [Value(token.address)])
      try token.run(
        "give", [Value(payer.address), .int(try Integer(10).power(30))])
      return try prepared(payer, count, [WorkHolders.list])
    }
  }
}
