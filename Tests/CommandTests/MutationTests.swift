import Foundation
import Testing

@testable import Assembly

/// Changes in contracts, and whether scenarios notice them.
@Suite struct MutationTests {
  private static let contract = """
    contract Shop

    const FEE = 2

    state
        token  asset
        sold   int

    event Sold (buyer address, hours int)
    error WrongToken
    error TooFew (hours int)

    init (token asset)
        @token = token
    end

    export buy (hours int) payable (paid)
        require paid.asset == @token else WrongToken
        require hours >= 3 else TooFew(hours)
        @sold += hours
        emit Sold(caller, hours)
        send @token, floor(paid.amount / FEE) to caller
    end

    """

  /// Notices everything but what the edges are.
  private static let suite = """
    use "Shop.alq"
    actors alice, bob
    asset USD decimals 0, 1_000 to alice
    asset EUR decimals 0, 1_000 to alice

    setup
        shop = deploy Shop(token: USD)

    scenario "a purchase"
        alice: shop.buy(10) paying 9 USD
            emits only Sold(alice, 10)
            moves only 9 USD from alice to shop, 4 USD from shop to alice
            state shop.sold: 0 -> 10

    scenario "what is refused"
        alice: shop.buy(1) paying 9 USD
            reverts TooFew(1)
        alice: shop.buy(10) paying 9 EUR
            reverts WrongToken

    """

  private func workspace(_ suite: String = suite) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write("Shop.alq", Self.contract)
    try workspace.write("Shop.scn", suite)
    return workspace
  }

  private func changes(_ body: String) -> [String] {
    let source = "contract A\nfn f (a int, b int) -> (c int)\n\(body)\nend\n"
    return SourceText(path: "A.alq", text: source).mutations.map {
      "\($0.original) -> \($0.replacement)"
    }
  }

  // MARK: - Changes

  @Test func changesComparisonsAtTheEdgeAndToTheirOpposite() {
    #expect(
      changes("    require a < b else E") == [
        "require a < b else E -> ", "< -> <=", "< -> >=",
      ])
    #expect(
      changes("    require a == b else E") == ["require a == b else E -> ", "== -> !="])
  }

  @Test func changesOperandsArgumentsAndRoundings() {
    #expect(
      changes("    c = floor(a / b)") == [
        "c = floor(a / b) -> ", "floor -> ceil", "a / b -> b / a",
      ])
    #expect(
      changes("    return g(a, b)") == ["a, b -> b, a"])
    #expect(changes("    return min(a, b)") == ["min -> max"])
    #expect(changes("    return a - b") == ["a - b -> b - a", "- -> +"])
  }

  @Test func changesConditionsByTheirParts() {
    #expect(
      changes("    if f(a) and not b\n        break\n    end") == [
        "f(a) and not b -> not (f(a) and not b)", "f(a) and not b -> f(a)",
        "f(a) and not b -> not b", "and -> or", "not b -> b", "break -> ",
      ])
  }

  @Test func changesNumbersReceiversAndUpdates() {
    #expect(
      changes("    send x, 5 to caller") == [
        "send x, 5 to caller -> ", "5 -> 6", "5 -> 4", "caller -> self",
      ])
    #expect(
      changes("    @n += a") == ["@n += a -> ", "+= -> -="])
    #expect(changes("    return 0") == ["0 -> 1"])
    #expect(
      changes("    for i in 0..<a\n        c = i\n    end").contains("..< -> .."))
  }

  @Test func commentsAreNoOperators() {
    let found = changes("    return a  ; a + b\n        + b")
    #expect(found.allSatisfy { !$0.contains(";") } || found == ["+ -> -"], "\(found)")
  }

  @Test(arguments: ["", "contract", "contract A\nfn f (", "scenario \"x\"", "\u{0}\u{FF}"])
  func whatCannotBeReadIsNotChanged(text: String) {
    #expect(SourceText(path: "A.alq", text: text).mutations.isEmpty)
  }

  /// Every change of a source is a change, and stands where it says.
  @Test func changesAreWhatTheySay() {
    let text = SourceText(path: "Shop.alq", text: Self.contract)
    #expect(text.mutations.count > 15)
    for mutation in text.mutations {
      #expect(String(decoding: text.bytes[mutation.range], as: UTF8.self) == mutation.original)
      #expect(mutation.applied(to: text) != text.bytes)
    }
    #expect(Set(text.mutations).count == text.mutations.count)
  }

  // MARK: - Noticing

  private func unnoticed(_ run: Tool.Run) throws -> [String] {
    let result = try #require(run.document()["result"] as? [String: Any])
    let files = try #require(result["files"] as? [[String: Any]])
    return try files.flatMap { file in
      try #require(file["unnoticed"] as? [[String: Any]]).map {
        "\($0["line"] ?? 0): \($0["original"] ?? "") -> \($0["replacement"] ?? "")"
      }
    }
  }

  @Test func listsWhatNoScenarioNotices() throws {
    let workspace = try workspace()
    let run = try workspace.run("test", "Shop.scn", "--mutate", "--json")
    #expect(run.status == 0)
    #expect(try unnoticed(run) == ["19: >= -> >", "19: 3 -> 4", "19: 3 -> 2"])
    let text = try workspace.run("test", "--mutate")
    #expect(text.output.contains("unnoticed Shop.alq:19:19: `>=` as `>`"))
    #expect(text.output.contains("in all"))
  }

  @Test func aScenarioAtTheEdgeNoticesTheRest() throws {
    let workspace = try workspace(
      Self.suite + """

        scenario "the edge"
            alice: shop.buy(3) paying 9 USD
            alice: shop.buy(2) paying 9 USD
                reverts TooFew(2)

        """)
    let run = try workspace.run("test", "--mutate", "--mutation-min", "100")
    #expect(run.status == 0 && run.output.contains("100 %"), "\(run.output)")
  }

  @Test func tooLowAScoreFails() throws {
    let workspace = try workspace()
    let run = try workspace.run("test", "--mutate", "--mutation-min", "100")
    #expect(run.status == 20 && run.error.contains("100 % must be"))
  }

  @Test func onlyOneLineIsChanged() throws {
    let workspace = try workspace()
    let run = try workspace.run("test", "--mutate", "--mutate-in", "Shop.alq:20", "--json")
    #expect(try unnoticed(run).isEmpty)
    let result = try #require(run.document()["result"] as? [String: Any])
    #expect(result["changes"] as? Int == result["noticed"] as? Int)
    #expect(try workspace.run("test", "--mutate", "--mutate-in", "Shp.alq").status == 40)
    #expect(try workspace.run("test", "--mutate", "--mutate-in", "./Shop.alq:20").status == 0)
    #expect(try workspace.run("test", "--mutate-in", "Shop.alq").status == 64)
  }

  @Test func theWorkersChangeNothing() throws {
    let workspace = try workspace()
    let outputs = try ["1", "2", "8"].map {
      try workspace.run("test", "--mutate", "--jobs", $0).output
    }
    #expect(Set(outputs).count == 1)
  }

  @Test func whatFailsAlreadyNoticesNothing() throws {
    let workspace = try workspace(Self.suite.replacing("4 USD from shop", with: "5 USD from shop"))
    let run = try workspace.run("test", "--mutate")
    #expect(run.status == 20 && run.output.contains("FAILED Shop.scn"))
    #expect(run.error.contains("as they are"))
  }

  /// A loop that a change makes endless ends when the gas does.
  @Test func endlessLoopsAreNoticed() throws {
    let workspace = try Workspace()
    try workspace.write(
      "Shop.alq",
      """
      contract Shop

      export count (n int) -> (sum int)
          sum = 0
          i = 0
          while i < n
              sum = sum + i + 1
              i = i + 1
          end
          return sum
      end

      """)
    try workspace.write(
      "Shop.scn",
      """
      use "Shop.alq"
      actors alice

      setup
          shop = deploy Shop()

      scenario "counts"
          alice: shop.count(4)
              returns 10

      """)
    let run = try workspace.run("test", "--mutate", "--json")
    #expect(run.status == 0)
    #expect(try unnoticed(run).isEmpty)
  }
}
