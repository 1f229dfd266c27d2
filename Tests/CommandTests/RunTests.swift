import Foundation
import Testing

@Suite struct RunTests {
  @Test func tellsWhatAStepDid() throws {
    let workspace = try Workspace()
    let run = try workspace.run("run", "Till.alq", "--script", "Steps.run")
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(lines.contains("alice: pay() paying 25.50 USD"))
    #expect(lines.contains("  result   sum = 2550  (25.5 USD)"))
    #expect(lines.contains("  event    Till.Paid(payer: alice, amount: 2550)"))
    #expect(lines.contains { $0.hasPrefix("  balance  alice  USD  974.5") })
  }

  @Test func tracesCallsByNameAndLine() throws {
    let workspace = try Workspace()
    let run = try workspace.run("run", "Till.alq", "--script", "Steps.run", "--trace")
    let start = try #require(run.output.range(of: "  Till.pay("))
    let trace = run.output[start.lowerBound...].split(separator: "\n").map { line in
      // Gas belongs to the schedule, not to the trace.
      line.replacing(/\ \ [0-9_]+ gas$/, with: "")
    }
    #expect(
      trace.prefix(13) == [
        "  Till.pay(money.asset: USD, money.amount: 25.5 USD)  by alice",
        "    18 | call note(caller, money.amount)",
        "      note(who: alice, amount: 2550)",
        "        24 | @sums[who] = @sums[who] + amount",
        "          read @sums[alice] = 0",
        "          write @sums[alice]: 0 -> 2550",
        "    19 | emit Paid(caller, money.amount)",
        "      emit Paid(payer: alice, amount: 2550)",
        "    20 | return @sums[caller]",
        "      read @sums[alice] = 2550",
        "    -> sum: 2550",
        "  result   sum = 2550  (25.5 USD)",
        "  event    Till.Paid(payer: alice, amount: 2550)",
      ])
  }

  @Test func tracesInstructionsByRegister() throws {
    let workspace = try Workspace()
    let run = try workspace.run(
      "run", "Till.alq", "divide", "a=7", "b=2", "--init", "token=zero_asset", "--trace=ops")
    #expect(run.output.contains("div  a = 7, b = 2  => "))
    #expect(run.output.contains("-> q: 3"))
  }

  @Test func showsWhereAFailureHappened() throws {
    let workspace = try Workspace()
    let run = try workspace.run(
      "run", "Till.alq", "--script", "Steps.run", "bob: pay()")
    #expect(run.status == 30)
    #expect(run.output.contains("failed   TooLittle(least: 5)"))
    #expect(run.output.contains("--> Till.alq:17:5"))
    #expect(run.output.contains("17 |     require money.amount >= 5 else TooLittle(5)"))
    #expect(run.output.contains("in Till.pay at Till.alq:17:5"))
    #expect(run.error.contains("TooLittle(least: 5)"))
  }

  @Test func goesOnIfAsked() throws {
    let workspace = try Workspace()
    let run = try workspace.run(
      "run", "Till.alq", "--script", "Steps.run", "--keep-going", "bob: pay()", "divide(9, 3)")
    #expect(run.status == 30 && run.output.contains("result   q = 3"))
  }

  @Test(arguments: [
    (["pay", "--pay", "5 UDS"], "there is no asset \"UDS\"", "did you mean \"USD\"?"),
    (["pay", "--pay", "5.123 USD"], "is not an amount of USD", "25.50 USD"),
    (["divde", "a=1"], "Till has no function \"divde\"", "did you mean \"divide\"?"),
    (["divide", "aa=1"], "has no parameter \"aa\"", "did you mean \"a\"?"),
    (["divide", "a=1"], "parameter \"b\" of \"divide\" is missing", "divide(a int, b int)"),
    (["divide", "a=1", "b=x"], "parameter \"b\" is of kind int", "for example"),
    (["pay", "--as", "alcie"], "there is no account or contract", "did you mean \"alice\"?"),
  ])
  func helpsWithArguments(words: [String], message: String, help: String) throws {
    let workspace = try Workspace()
    let run = try Tool.run(
      ["run", "Till.alq"] + words
        + ["--init", "token=USD", "--asset", "USD decimals 2, 100 to alice"], in: workspace.path)
    #expect(run.error.contains(message), "\(run.error)")
    #expect(run.error.contains(help), "\(run.error)")
  }

  @Test func givesIntegersAsStrings() throws {
    let workspace = try Workspace()
    let document = try workspace.run(
      "run", "Till.alq", "divide", "a=10^30", "b=1", "init.token=zero_asset", "--json"
    ).document()
    let result = try #require(document["result"] as? [String: Any])
    let step = try #require((result["steps"] as? [[String: Any]])?.first)
    let value = try #require((step["results"] as? [[String: Any]])?.first)
    #expect(value["value"] as? String == "1000000000000000000000000000000")
    #expect(step["gas"] is String)
  }

  @Test func runsSeveralContracts() throws {
    let workspace = try Workspace()
    try workspace.write(
      "Payer.alq",
      """
      contract Payer

      interface Till
          export divide (a int, b int) -> (q int)

      export half (till address, n int) -> (q int)
          q = Till(till).divide(n, 2)
          return q
      end

      """)
    let run = try workspace.run(
      "run", "Payer.alq", "--with", "Till.alq", "init()", "till = deploy Till(token: zero_asset)",
      "half(till, 10)", "--trace")
    #expect(run.status == 0, "\(run.error)\(run.output)")
    #expect(run.output.contains("till.divide(a: 10, b: 2)  by Payer"))
    #expect(run.output.contains("result   q = 5"))
    let failing = try workspace.run(
      "run", "Payer.alq", "--with", "Till.alq", "half(till: zero_address, n: 10)")
    #expect(failing.status == 32 && failing.output.contains("NoSuchContract"))
  }

  @Test func isTheSameEveryTime() throws {
    let workspace = try Workspace()
    let first = try workspace.run("run", "Till.alq", "--script", "Steps.run", "--json", "--trace")
    let second = try workspace.run("run", "Till.alq", "--script", "Steps.run", "--json", "--trace")
    #expect(first.output == second.output)
  }

  @Test func survivesDeepRecursion() throws {
    let workspace = try Workspace()
    try workspace.write(
      "Deep.alq",
      """
      contract Deep

      view down (n int) -> (r int)
          return step(n)
      end

      fn step (n int) -> (r int)
          if n == 0
              return 0
          end
          return step(n - 1)
      end

      """)
    for flags in [[], ["--trace"], ["--trace=ops", "--json"], ["--trace", "--json"]] {
      let run = try Tool.run(["run", "Deep.alq", "down(2000)"] + flags, in: workspace.path)
      #expect(run.status == 0, "\(run.error.prefix(500))")
    }
    let run = try workspace.run("run", "Deep.alq", "down(1_000_000)")
    #expect(run.status == 32 && run.output.contains("StackOverflow"))
    #expect(run.output.count { $0 == "\n" } < 40)
  }
}
