import Bytecode
import Integers
import Verification
import Hosting
import Execution

extension Workload {
  /// Arithmetic by itself, and hashes.
  static var numbers: [Workload] {
    [
      number("fib", "a, b = b, (a + b) mod 2^64", 1_000_000, few: 1_000),
      number("sieve", "one number of a sieve over a list", 1_000_000, few: 10_000),
      number("muldiv", "a = floor(a * b / c) + i at 256 bits", 100_000, few: 1_000),
      number("modexp", "b^e mod m at 2,048 bits", 30, few: 2),
      number("mul4096", "a product modulo 2^4096", 20_000, few: 100),
      number("fact", "1200!", 500, few: 2),
      number("sha256", "SHA-256 of 1 KiB", 20_000, few: 100, of: "sha256_chain", tail),
      number("keccak", "Keccak-256 of 1 KiB", 2_000, few: 20, of: "keccak_chain", tail),
    ]
  }

  /// What stands behind the last digest in each message.
  private static var tail: [Value] { [.bytes((0..<992).map { UInt8($0 % 251) })] }

  private static func number(
    _ name: String, _ title: String, _ operations: Int, few: Int, of view: String? = nil,
    _ others: [Value] = []
  ) -> Workload {
    Workload(name: name, title: title, operations: operations, few: few) { count in
      let contract = try WorkContract("Numbers")
      let call = try contract.call(view ?? name, [.int(Integer(count))] + others)
      var result: Integer = 0
      return Prepared(
        run: {
          let receipt = try contract.run(call, by: WorkHolders.address(0))
          result = receipt.results?.first?.integer ?? 0
          return receipt.gasUsed
        },
        value: { result })
    }
  }
}
