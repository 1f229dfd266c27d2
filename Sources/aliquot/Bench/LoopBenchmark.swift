import Bytecode
import Execution
import Integers

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Measures the interpreter on small programs, beside Lua in the same run.
struct LoopBenchmark {
  /// One measurement.
  struct Row {
    let kernel: LoopKernels.Kernel
    let instructions: Int
    let gas: UInt64
    let nanoseconds: Double
    let luaNanoseconds: Double?

    var perInstruction: Double { nanoseconds / Double(max(1, instructions)) }
    var perGas: Double { nanoseconds / Double(max(1, gas)) }
    /// Our time by Lua's.
    var ratio: Double? { luaNanoseconds.map { nanoseconds / max(1, $0) } }
  }

  private final class Counter: ExecutionObserver {
    var count = 0
    func willExecute(_ moment: MomentOfExecution) { count += 1 }
  }

  private static let rounds = 5

  /// Measures all programs.
  static func rows() throws(CommandFailure) -> [Row] {
    let code = try ContractLoading.loadSource("kernels", Array(LoopKernels.source.utf8)).code
    let sandbox = Sandbox(height: 1, time: 0)
    sandbox.add(code)
    sandbox.makeContract("Kernels", of: code, by: NameBook.account("operator"))
    let lua = measureLua()
    var rows: [Row] = []
    for kernel in LoopKernels.all {
      let (address, _, export) = try sandbox.resolve(kernel.name)
      let arguments = try sandbox.names.reader.values(
        kernel.arguments.map { Invocation.Argument(label: nil, text: $0) }, for: export.parameters,
        of: kernel.name, in: code.module)
      let call = ContractCall(
        target: address, export: export, in: code.module, arguments: arguments)
      rows.append(try measure(kernel, call, sandbox.world, lua[kernel.name]))
    }
    return rows
  }

  private static func measure(
    _ kernel: LoopKernels.Kernel, _ call: ContractCall, _ world: World, _ lua: Double?
  ) throws(CommandFailure) -> Row {
    let counter = Counter()
    world.observer = counter
    let counted = world.view(call)
    world.observer = nil
    guard counted.failure == nil else {
      throw CommandFailure(.failure, "the program \(kernel.name) failed")
    }
    var best = Double.infinity
    for _ in 0..<rounds {
      let start = now()
      _ = world.view(call)
      best = min(best, now() - start)
    }
    return Row(
      kernel: kernel, instructions: counter.count, gas: counted.gasUsed, nanoseconds: best,
      luaNanoseconds: lua)
  }

  /// Nanoseconds of processor time that the thread has used.
  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
  }

  /// Nanoseconds of each program in Lua, or nothing if there is no `lua5.4`.
  private static func measureLua() -> [String: Double] {
    let path = "/tmp/aliquot-bench-\(getpid()).lua"
    guard (try? FileSystem.write(Array(LoopKernels.lua.utf8), to: path)) != nil else { return [:] }
    defer { unlink(path) }
    guard let stream = popen("lua5.4 \(path) 2>/dev/null", "r") else { return [:] }
    defer { pclose(stream) }
    var text = ""
    var buffer = [CChar](repeating: 0, count: 256)
    while fgets(&buffer, Int32(buffer.count), stream) != nil {
      text += buffer.withUnsafeBufferPointer { characters in
        characters.baseAddress.map { String(cString: $0) } ?? ""
      }
    }
    var times: [String: Double] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 2, let time = Double(words[1]) { times[String(words[0])] = time }
    }
    return times
  }
}
