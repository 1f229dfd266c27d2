/// The programs that the interpreter is measured by, in the language and in Lua.
enum LoopKernels {
  /// One program: what is called, and with which arguments.
  struct Kernel: Sendable {
    let name: String
    /// What the program does, in a few words.
    let title: String
    /// The arguments as the language writes them.
    let arguments: [String]
    /// The same call in Lua.
    let lua: String
    /// What Lua does differently; empty if nothing.
    var remark = ""
  }

  /// The programs.
  static let all = [
    Kernel(
      name: "fib_loop", title: "Fibonacci numbers in a loop, below 2^60",
      arguments: ["1_000_000"], lua: "fib_loop(1000000)"),
    Kernel(
      name: "nested", title: "two nested loops with exclusive or and sum",
      arguments: ["1_000"], lua: "nested(1000)"),
    Kernel(
      name: "fib", title: "recursive Fibonacci number 27", arguments: ["27"], lua: "fib(27)"),
    Kernel(
      name: "accrue", title: "balance * (index - seen), 10^22 by 10^24, added up",
      arguments: ["200_000", "10^22", "10^24"], lua: "accrue(200000, 1e22, 1e24)",
      remark: "Lua in doubles, which lose digits"),
  ]

  /// The programs in the language.
  static let source = """
    contract Kernels

    const MASK = 2^60 - 1

    view fib_loop (n int) -> (result int)
        a = 0
        b = 1
        for i in 0..<n
            c = bit_and(a + b, MASK)
            a = b
            b = c
        end
        return a
    end

    view nested (n int) -> (result int)
        sum = 0
        for i in 0..<n
            for j in 0..<n
                sum = sum + bit_xor(i, j)
            end
        end
        return sum
    end

    view fib (n int) -> (result int)
        return step(n)
    end

    fn step (n int) -> (result int)
        if n < 2
            return n
        end
        return step(n - 1) + step(n - 2)
    end

    view accrue (n int, balance int, index int) -> (owed int)
        owed = 0
        seen = 0
        for i in 0..<n
            gained = balance * (index - seen)
            owed = owed + gained
            seen = seen + 1
        end
        return owed
    end

    """

  /// The programs in Lua, which print for each the least seconds of five runs.
  static var lua: String {
    """
    local function fib_loop(n)
      local a, b = 0, 1
      for i = 0, n - 1 do
        local c = (a + b) & 0xFFFFFFFFFFFFFFF
        a = b
        b = c
      end
      return a
    end

    local function nested(n)
      local sum = 0
      for i = 0, n - 1 do
        for j = 0, n - 1 do sum = sum + (i ~ j) end
      end
      return sum
    end

    local function fib(n)
      if n < 2 then return n end
      return fib(n - 1) + fib(n - 2)
    end

    local function accrue(n, balance, index)
      local owed, seen = 0.0, 0.0
      for i = 0, n - 1 do
        local gained = balance * (index - seen)
        owed = owed + gained
        seen = seen + 1
      end
      return owed
    end

    local function measure(name, body)
      local best = math.huge
      for round = 1, 5 do
        local start = os.clock()
        body()
        best = math.min(best, os.clock() - start)
      end
      print(string.format("%s %.0f", name, best * 1e9))
    end

    \(all.map { "measure(\"\($0.name)\", function() return \($0.lua) end)" }.joined(separator: "\n"))

    """
  }
}
