import Bytecode
import Hosting
import Integers
import Verification
import Execution

extension Workload {
  /// One transaction for each operation, in memory and without signatures.
  static var transactions: [Workload] {
    [
      transaction("top-noop", "a call of an empty function", "Token") { contract, count in
        let call = try contract.call("noop")
        return (0..<count).map { (call, WorkHolders.address($0 % WorkHolders.count)) }
      },
      transaction("top-transfer", "a call that transfers", "Token") { contract, count in
        try contract.run("give", [WorkHolders.list, .int(WorkHolders.given)])
        return try WorkHolders.payments(count).map { payment in
          let payee = Value(WorkHolders.address(payment.payee))
          return (
            try contract.call("transfer", [payee, .int(payment.amount)]),
            WorkHolders.address(payment.payer)
          )
        }
      },
      assets,
      transaction("top-claim", "a call that claims", "Dividend") { contract, count in
        try contract.run("give", [WorkHolders.list])
        return try (0..<count).map {
          (
            try contract.call("claim", [.int(Integer($0))]),
            WorkHolders.address($0 % WorkHolders.count)
          )
        }
      },
      transaction("top-lending", "a call that repays", "Lending") { contract, count in
        try contract.run("open", [.int(1_000)])
        return try (0..<count).map {
          let call = try contract.call("repay", [.int(Integer($0 % 1_000)), .int(Integer($0))])
          return (call, WorkHolders.address(0))
        }
      },
      transaction("top-escrow", "a call that opens, funds and releases", "Escrow") {
        contract, count in
        try contract.run("give", [WorkHolders.list, .int(WorkHolders.given)])
        return try WorkHolders.payments(count).enumerated().map { job, payment in
          let payee = Value(WorkHolders.address(payment.payee))
          return (
            try contract.call("settle", [.int(Integer(job)), payee, .int(payment.amount)]),
            WorkHolders.address(payment.payer)
          )
        }
      },
    ]
  }

  private static func transaction(
    _ name: String, _ title: String, _ source: String,
    calls: @escaping (WorkContract, Int) throws -> [(ContractCall, Identifier)]
  ) -> Workload {
    Workload(name: name, title: title, operations: 20_000, few: 500) { count in
      let contract = try WorkContract(source)
      let calls = try calls(contract, count)
      return Prepared(
        run: {
          var gas: UInt64 = 0
          for (call, caller) in calls { gas += try contract.run(call, by: caller).gasUsed }
          return gas
        },
        value: {
          switch source {
          case "Lending": try contract.integer("value")
          case "Token" where name == "top-noop": 0
          default: try contract.integer("value", [WorkHolders.list])
          }
        })
    }
  }

  /// Transfers of an asset, without any contract.
  private static var assets: Workload {
    Workload(
      name: "top-assets", title: "a transfer of an asset by its holder", operations: 20_000,
      few: 500
    ) { count in
      let contract = try WorkContract("Coins")
      try contract.run("give", [WorkHolders.list, .int(WorkHolders.given)])
      let world = contract.world
      guard let coin = world.view(try contract.call("coin")).results?.first?.identifier else {
        throw CommandFailure(.failure, "there is no asset to transfer")
      }
      let payments = WorkHolders.payments(count).map {
        (
          payer: WorkHolders.address($0.payer), payee: WorkHolders.address($0.payee),
          amount: $0.amount
        )
      }
      return Prepared(
        run: {
          var gas: UInt64 = 0
          for payment in payments {
            let receipt = world.send(
              payment.amount, of: coin, from: payment.payer, to: payment.payee)
            guard receipt.failure == nil else {
              throw CommandFailure(.failure, "a transfer failed: \(receipt.status)")
            }
            gas += receipt.gasUsed
          }
          return gas
        },
        value: { try contract.integer("value", [WorkHolders.list]) })
    }
  }
}
