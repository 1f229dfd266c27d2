import Bytecode
import Integers
import Verification
import Hosting
import Execution

extension Workload {
  /// An epoch of Yuma consensus at the size of a large subnet.
  static var yuma: Workload {
    yuma("yuma", "an epoch of 256 validators by 7,000 miners", 256, 7_000, operations: 1, few: 0)
  }

  /// The same, small enough to be checked at once.
  static var smallYuma: Workload {
    yuma("yuma-small", "an epoch of 16 validators by 500 miners", 16, 500, operations: 0, few: 2)
  }

  private static func yuma(
    _ name: String, _ title: String, _ validators: Int, _ miners: Int, operations: Int, few: Int
  ) -> Workload {
    Workload(name: name, title: title, operations: operations, few: few) { count in
      let contract = try WorkContract("Yuma")
      try contract.run("open", [.int(Integer(validators)), .int(Integer(miners))])
      for validator in 0..<validators {
        let row = (0..<miners).flatMap { miner in
          let weight = (validator * 7_919 + miner * 10_473 + validator * miner * 31) % 65_536
          return [UInt8(weight >> 8), UInt8(weight & 0xFF)]
        }
        let stake = (1_000 + validator * 7_919 % 5_000) * 1_000_000_000
        try contract.run("weigh", [.int(Integer(validator)), .int(Integer(stake)), .bytes(row)])
      }
      let call = try contract.call("run", [.int(Integer(count))])
      return Prepared(
        run: { try contract.run(call, by: WorkHolders.address(0)).gasUsed },
        value: { try contract.integer("value") })
    }
  }
}
