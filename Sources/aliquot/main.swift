import Bytecode
import Execution
import Integers
import Verification
import State

#if canImport(Glibc)
import Glibc
#endif

func now() -> Double {
  var t = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t)
  return Double(t.tv_sec) * 1e9 + Double(t.tv_nsec)
}

func make(_ functions: [Function], integers: [Integer] = []) -> Module {
  var m = Module(name: "Bench")
  m.integers = integers
  m.functions = functions
  m.exports = [Export(name: "main", function: 0, parameters: [Parameter("n", .int)], results: [Parameter("r", .int)])]
  return m
}
func counts(_ i: Int) -> BankCounts { var c = BankCounts(); c.int = i; return c }
let I = { (op: Opcode, a: [UInt16]) -> Instruction in
  var v = SIMD8<UInt16>(); for (k, x) in a.enumerated() { v[k] = x }
  return Instruction(op, vector: v) }
// fibloop: a,b = b,a+b mod
let fibloop = make([Function(parameters: [.int], results: [.int], registers: counts(6), code: [
  I(.intSmall, [1, 0]), I(.intSmall, [2, 1]), I(.intSmall, [3, 0]),
  I(.jumpLess, [3, 0, 5]), I(.ret, [1, 0, 0]),
  I(.add, [4, 1, 2]), I(.intMove, [1, 2]), I(.intMove, [2, 4]), I(.bitAnd, [2,2,2]),
  I(.loopLess, [3, 0, 5]), I(.ret, [1, 0, 0])])])
let sumloop = make([Function(parameters: [.int], results: [.int], registers: counts(4), code: [
  I(.intSmall, [1, 0]), I(.intSmall, [2, 0]),
  I(.add, [1, 1, 2]), I(.sub, [3, 1, 2]), I(.addSmall, [3, 3, 7]),  I(.loopLess, [2, 0, 2]), I(.ret, [1, 0, 0])])])
let fib = make([Function(parameters: [.int], results: [.int], registers: counts(3), code: [
  I(.jumpLessSmall, [0, 2, 7]), I(.addSmall, [1, 0, UInt16(bitPattern: -1)]), I(.call, [0, 1, 0, 0]),
  I(.addSmall, [2, 0, UInt16(bitPattern: -2)]), I(.call, [0, 2, 0, 0]), I(.add, [1, 1, 2]), I(.ret, [1, 0, 0]), I(.ret, [0,0,0])])])
let alice = Identifier([UInt8](repeating: 1, count: 32))!
for (name, module, n) in [("sumloop", sumloop, 10_000_000), ("fib", fib, 27), ("fibr", fib, 20)] {
  do {
    let v = try Verifier.verify(module)
    let world = World()
    let hash = world.deploy(code: v)
    let r = world.create(hash, by: alice)
    guard let address = r.results?.first?.identifier else { print(r); continue }
    let call = ContractCall(target: address, export: v.module.exports[0], in: v.module, arguments: [.int(Integer(n))])
    for _ in 0..<3 {
      let t = now()
      let receipt = world.call(call, by: alice)
      let d = now() - t
      print(name, receipt.status, receipt.gasUsed, "ns/gas", d / Double(receipt.gasUsed))
    }
  } catch { print(name, error) }
}
if CommandLine.arguments.contains("gas") {
  for row in GasBenchmark().rows() {
    func pad(_ s: String, _ n: Int) -> String { s + String(repeating: " ", count: max(0, n - s.count)) }
    print(pad(row.mnemonic, 18), pad(row.operands, 26), pad("\(row.gas)", 12), pad("\((row.nanoseconds*10).rounded()/10)", 12), (row.nanosecondsPerGas * 100).rounded() / 100)
  }
}
import Assembly
func readFile(_ path: String) -> [UInt8]? {
  guard let f = fopen(path, "rb") else { return nil }
  defer { fclose(f) }
  var out: [UInt8] = []
  var buf = [UInt8](repeating: 0, count: 65536)
  while true { let n = fread(&buf, 1, buf.count, f); if n <= 0 { break }; out += buf[0..<n] }
  return out
}
if CommandLine.arguments.count > 2, CommandLine.arguments[1] == "check" {
  for path in CommandLine.arguments[2...] {
    let a = Assembler { p, from in
      var dir = from.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
      if dir.isEmpty { dir = "." }
      let full = dir + "/" + p
      return readFile(full).map { (full, $0) } }
    let t = now()
    let r = a.assemble(path: path, text: readFile(path)!)
    let d = now() - t
    let renderer = DiagnosticRenderer()
    for x in r.diagnostics { print(renderer.render(x, in: r.sources)) }
    if let art = r.artifact {
      do { let v = try Verifier.verify(art.module); print(path, "OK", v.encoded.count, "bytes", d / 1e6, "ms") } catch { print(path, "REFUSED", error) }
    }
  }
}
if CommandLine.arguments.count > 1, CommandLine.arguments[1] == "tx" {
  let a = Assembler { p, from in nil }
  let r = a.assemble(path: "R", text: readFile("Contracts/RevenueShares.alq")!)
  let v = try Verifier.verify(r.artifact!.module)
  let world = World()
  let op = Identifier.developmentAccount(named: "op"), bob = Identifier.developmentAccount(named: "bob")
  let usd = world.createGenesisAsset(named: "USD", decimals: 6, supply: Integer(decimal: "1000000000000000")!, holder: op)
  let rig = world.create(world.deploy(code: v), arguments: [Value(usd), .int(100), Value(alice)], by: op).results![0].identifier!
  let share = World.asset(issuer: rig, className: "Share")
  for round in 0..<3 {
    var t = now(); var gas: UInt64 = 0
    for _ in 0..<2000 { let r = world.call(rig, "distribute", [], paying: [AttachedPayment(asset: usd, amount: 1_000_003)], by: op); gas += r.gasUsed }
    var d = now() - t
    print("distribute", d / 2000, "ns", gas / 2000, "gas", d / Double(gas)); gas = 0
    t = now()
    for i in 0..<2000 { let r = world.send(1, of: share, from: i % 2 == 0 ? alice : bob, to: i % 2 == 0 ? bob : alice); gas += r.gasUsed }
    d = now() - t
    print("transfer", d / 2000, "ns", gas / 2000, "gas", d / Double(gas)); gas = 0
    t = now()
    for i in 0..<2000 { _ = world.call(rig, "distribute", [], paying: [AttachedPayment(asset: usd, amount: 1_000_003)], by: op); let r = world.call(rig, "claim", by: alice); gas += r.gasUsed }
    d = now() - t
    print("distribute+claim", d / 2000, "ns", gas / 2000, "gas claim"); world.state.commit()
  }
}
