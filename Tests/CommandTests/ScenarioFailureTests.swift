import Foundation
import Testing

/// What is told of a scenario that does not pass: one for each way in which that can be.
@Suite struct ScenarioFailureTests {
  private static let vault = """
    contract Vault

    enum Status (Open, Closed)

    state
        token   asset
        kept    int
        status  Status
        notes   map address -> int

    event Put (payer address, amount int)

    error TooMuch (amount int, most int)

    init (token asset)
        @token = token
    end

    accepts @token

    export put () -> (sum int) payable (money)
        require money.amount <= 500 else TooMuch(money.amount, 500)
        @kept = @kept + money.amount
        emit Put(caller, money.amount)
        return @kept
    end

    export lose (amount int)
        send @token, amount to caller
    end

    export note (n int) -> (half int)
        @notes[caller] = n
        return part(100, n)
    end

    fn part (whole int, parts int) -> (n int)
        return floor(whole / parts)
    end

    view half (n int) -> (half int)
        return part(n, 2 * n)
    end

    view status () -> (status Status)
        return @status
    end

    invariant "has what it keeps"
        balance(@token, self) >= @kept
    end

    """

  private func workspace(_ lines: String) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write("Vault.alq", Self.vault)
    try workspace.write(
      "Vault.scn",
      """
      use "Vault.alq"
      actors alice, bob
      asset USD decimals 2, 1_000 to alice

      setup
          vault = deploy Vault(token: USD)

      scenario "it"
      \(lines.split(separator: "\n").map { "    \($0)\n" }.joined())
      """)
    return workspace
  }

  /// A story, and pieces of what is told of it in their order.
  private static let failures: [(lines: String, told: [String])] = [
    (
      "alice: vault.put() paying 1.50 USD\n    returns 3 USD",
      [
        "--> Vault.scn:10:17\n", "   9 |     alice: vault.put() paying 1.50 USD\n",
        "  10 |         returns 3 USD\n", "^^^^^ the call returned another sum\n",
        "    expected: 3 USD\n    actual:   1.5 USD\n",
        "    vault.put(money.asset: USD, money.amount: 1.5 USD)  by alice",
        "23 | @kept = @kept + money.amount", "-> sum: 150", "again: aliquot test Vault.scn:8\n",
      ]
    ),
    (
      "alice: vault.put() paying 1 USD\n    emits Put(alice, 12 USD)",
      [
        "^^^^^^ Put has another amount\n", "    expected: 12 USD\n    actual:   1 USD\n",
        "              11 USD less\n",
        "    emitted: vault.Put(payer: alice, amount: 100)\n",
      ]
    ),
    (
      "alice: vault.put() paying 1 USD\n    moves 2 USD from alice to vault",
      [
        "another amount moved\n", "    expected: 2 USD\n    actual:   1 USD\n",
        "    moved: 1 USD from alice to vault\n",
      ]
    ),
    (
      "alice: vault.put() paying 1 USD\n    moves 1 USD from alice to bob",
      [
        "nothing moved this way\n", "    expected: 1 USD\n    actual:   0 USD\n",
        "    moved: 1 USD from alice to vault\n",
      ]
    ),
    (
      "bob: vault.note(7)\n    state vault.notes[bob]: 0 -> 8",
      [
        "^ vault.notes[bob] is another value after the step\n",
        "    expected: 8\n    actual:   7\n", "write @notes[bob]: 0 -> 7",
      ]
    ),
    (
      "bob: vault.note(7)\n    state vault.notes[bob]: 1 -> 7",
      [
        "^ vault.notes[bob] is another value before the step\n",
        "    expected: 1\n    actual:   0\n",
      ]
    ),
    (
      "bob: vault.note(0)",
      [
        "^ the step failed: DivisionByZero\n", "    --> Vault.alq:38:12\n",
        "    38 |     return floor(whole / parts)\n", "    where whole = 100, parts = 0\n",
        "    in vault.part at Vault.alq:38:12\n    in vault.note at Vault.alq:34:12\n",
        "    vault.note(n: 0)  by bob", "      34 | return part(100, n)\n",
        "        part(whole: 100, parts: 0)", "failed DivisionByZero",
      ]
    ),
    (
      "alice: vault.put() paying 6 USD",
      [
        "the step failed: TooMuch(amount: 600, most: 500)\n", "    --> Vault.alq:22:5\n",
        "    where money = 6 USD\n",
      ]
    ),
    (
      "alice: vault.put() paying 1 USD\n    reverts TooMuch(1 USD)",
      [
        "the step succeeded, and should have failed\n",
        "    expected: TooMuch\n    actual:   no failure, and the result sum: 100\n",
      ]
    ),
    (
      "alice: vault.put() paying 6 USD\n    reverts DivisionByZero",
      [
        "the step failed for another reason\n",
        "    expected: DivisionByZero\n    actual:   TooMuch(amount: 600, most: 500)\n",
        "    --> Vault.alq:22:5\n",
      ]
    ),
    (
      "alice: vault.put() paying 6 USD\n    reverts TooMuch(amount: 7 USD)",
      ["TooMuch has another amount\n", "    expected: 7 USD\n    actual:   6 USD\n"]
    ),
    (
      "bob: vault.note(7)\n    gas <= 10",
      ["the step used", "    expected: <= 10\n    actual:   ", " more\n"]
    ),
    (
      "bob: vault.note(7)\n    unchanged",
      ["the step changed the state\n", "    changed: vault.notes[bob]: 0 -> 7\n"]
    ),
    (
      "alice: vault.put() paying 1 USD\n    unchanged vault.kept, balance(USD, alice)",
      ["vault.kept has changed\n", "    before: 0\n    after:  100\n"]
    ),
    (
      "alice: vault.put() paying 1 USD\n    unchanged balance(USD, alice)",
      [
        "balance(USD, alice) has changed\n", "    before: 1000 USD\n    after:  999 USD\n",
        "            1 USD less\n",
      ]
    ),
    (
      "expect vault.half(4) == 0 and balance(USD, alice) < 2 USD and 1 == 1",
      [
        "          ^^^^^^^^^^^^^^^^^^^^^^^^^^^ this does not hold\n",
        "    left:  1000 USD\n    right: 2 USD\n",
      ]
    ),
    (
      "expect vault.status() == Closed",
      ["this does not hold\n", "    left:  Open\n    right: Closed\n"]
    ),
    (
      "expect vault.half(0) == 1",
      [
        "the view failed: DivisionByZero\n", "    --> Vault.alq:38:12\n",
        "    where whole = 0, parts = 0\n", "    vault.half(n: 0)",
      ]
    ),
    (
      "alice: vault.put() paying 5 USD\nbob: vault.lose(2 USD)",
      [
        "--> Vault.scn:10:5\n",
        "afterwards the invariant \"has what it keeps\" of vault does not hold\n",
        "    the invariant stands at Vault.alq:49:11\n",
        "    changed: balance(USD, vault): 5 USD -> 3 USD\n",
        "    invariant \"has what it keeps\" of vault\n      50 | balance(@token, self) >= @kept\n",
        "        read @kept = 500\n      -> false\n",
      ]
    ),
    (
      "bob: vault.put() paying 5 USD",
      [
        "the step failed: InsufficientBalance\n",
        "    bob has 0 USD, and 5 USD are needed\n",
      ]
    ),
    (
      "for n in [1, 2]\n    for m in 3..4\n        bob: vault.note(n * m)\n"
        + "            returns 100 - 50 * n + 10 * (n - 1) + n * m\nend\nend",
      ["    with n = 1, m = 3\n"]
    ),
    (
      "expect [1, 2, 3] == [1, 5, 3]",
      ["    left:  [1, 2, 3]\n    right: [1, 5, 3]\n"]
    ),
  ]

  @Test(arguments: failures.indices)
  func isToldInFull(index: Int) throws {
    let (lines, told) = Self.failures[index]
    let run = try workspace(lines).run("test", "Vault.scn")
    #expect(run.status == 20)
    var rest = run.output[...]
    for piece in told {
      guard let found = rest.range(of: piece) else {
        Issue.record("no \(piece.debugDescription) in its place in:\n\(run.output)")
        return
      }
      rest = rest[found.upperBound...]
    }
  }

  @Test func rowsAreNamed() throws {
    let workspace = try Workspace()
    try workspace.write("Vault.alq", Self.vault)
    try workspace.write(
      "Rows.scn",
      """
      use "Vault.alq"
      actors alice
      asset USD decimals 2, 1_000 to alice

      setup
          vault = deploy Vault(token: USD)

      scenario "it"
          cases paid, sum, refusal
              5 USD, 5 USD, none
              5.01 USD, 0, none
          alice: vault.put() paying paid of USD
              reverts refusal

      """)
    let run = try workspace.run("test", "Rows.scn", "--json")
    let result = try #require(run.document()["result"] as? [String: Any])
    let cases = try #require(result["scenarios"] as? [[String: Any]])
    #expect(cases.map { $0["ok"] as? Bool } == [true, false])
    let problem = try #require(cases[1]["problem"] as? [String: Any])
    #expect(problem["with"] as? [String] == ["paid = 5.01 USD", "sum = 0", "refusal = none"])
    #expect(problem["message"] as? String == "the step failed: TooMuch(amount: 501, most: 500)")
    let text = try workspace.run("test", "Rows.scn").output
    #expect(text.contains("    with paid = 5.01 USD, sum = 0, refusal = none\n"))
    #expect(text.contains("again: aliquot test Rows.scn:11\n"))
  }

  @Test func programsGetBothValues() throws {
    let run = try workspace("alice: vault.put() paying 1 USD\n    returns 2 USD")
      .run("test", "Vault.scn", "--json")
    let result = try #require(run.document()["result"] as? [String: Any])
    let cases = try #require(result["scenarios"] as? [[String: Any]])
    let problem = try #require(cases[0]["problem"] as? [String: Any])
    #expect(
      problem["difference"] as? [String: String] == ["expected": "2 USD", "actual": "1 USD"])
  }

  @Test func longValuesAreToldApart() throws {
    let run = try workspace("expect 10^200 + 10^100 == 10^200").run("test", "Vault.scn")
    let values = run.output.split(separator: "\n").filter {
      $0.hasPrefix("    left:") || $0.hasPrefix("    right:")
    }
    .map { $0.split(separator: ":")[1].trimmingCharacters(in: .whitespaces) }
    #expect(values.count == 2 && Set(values).count == 2)
  }
}
