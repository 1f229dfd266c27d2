import EngineTesting
import Foundation
import Testing

@testable import Assembly

/// The syntax of scenarios: what is read, what is refused, and how it is laid out.
@Suite struct ScenarioParsingTests {
  /// A file with everything in it.
  static let everything = """
    ; a comment
    use "Shop.alq" as Store
    use "Shared.scn"
    actors alice, bob
    asset USD decimals 6, 1_000 USD to alice, 25.50 to bob
    let PRICE = 5 * 10^6

    setup
        alice: shop = deploy Store(price: PRICE) gas 90_000
        deploy Store()

    scenario "all steps" ; one of each
        cases paid, bought
            5 USD, 1
            10 USD, 2
        alice: count, rest = shop.buy(bought, to: bob) paying paid of USD
        alice: shop.buy(1) paying 5 USD, 1 shop.Voucher gas 5_000
            ok returns 1, 0 USD
            emits Bought(by: alice), shop.Sold
            emits only Bought
            emits nothing
            moves 5 USD from alice to shop
            state shop.orders[alice, 7].count: none -> 1
            state shop.sold -> 3
            unchanged shop.price, balance(USD, bob)
            unchanged
            gas <= 5_000
            golden
        bob: shop.buy(1)
            reverts TooLittle(needed: 5 USD)
        shop.price()
            returns 5
        alice: send 1 shop.Passport["gpu-7"] to bob
        warp 30 days
        warp 5 blocks
        at 40 days
        let x = floor(PRICE / 3) + [1, 2][0]
        expect x > 0 and not (x == 7)
        plot "sales" shop.sold, balance(USD, shop)
        plot "money" held: balance(USD, shop), "all of it": supply(USD) in USD
        plot "price" shop.price in "USD per piece" decimals 2 * 6
        golden "after the sales"
        golden "shop" shop, store
        block
            alice: shop.close()
            for who in [alice, bob]
                who: shop.leave()
            end
        end
        for n in 1..<5
            if n mod 2 == 0
                warp n blocks
            else
                expect n > 0
            end
        end

    property "nothing is lost" for n in 1..10^30, who in [alice, bob] runs 50
        who: shop.buy(n)

    invariant campaign "shop" over shop by alice, bob depth 1..60 runs 20

    """

  private static func read(_ text: String) -> (file: ScenarioFile, codes: [String]) {
    var diagnostics = Diagnostics(sources: SourceSet([SourceText(path: "a.scn", text: text)]))
    let file = ScenarioParser.parse(file: 0, reporting: &diagnostics)
    return (file, diagnostics.sorted.map(\.code))
  }

  @Test func readsEverything() throws {
    let (file, codes) = Self.read(Self.everything)
    #expect(codes.isEmpty, "\(codes)")
    #expect(file.items.count == 9)
    let scenarios = file.items.compactMap { item -> ScenarioSyntax? in
      if case .scenario(let scenario) = item.kind { scenario } else { nil }
    }
    let scenario = try #require(scenarios.first)
    #expect(scenario.cases?.rows.count == 2)
    #expect(
      scenario.steps.map { $0.clauses.count } == [0, 12, 1, 1] + Array(repeating: 0, count: 13))
  }

  @Test func layingOutChangesNothingTwice() throws {
    let once = try Formatter.format(SourceText(path: "a.scn", text: Self.everything)).get()
    let twice = try Formatter.format(SourceText(path: "a.scn", text: once)).get()
    #expect(once == twice)
    #expect(Self.read(once).codes.isEmpty)
    #expect(once.filter { !$0.isWhitespace } == Self.everything.filter { !$0.isWhitespace })
  }

  @Test(arguments: ScenarioDiagnostics.explanations.map(\.code))
  func explainsItsCodes(code: String) throws {
    let explanation = try #require(Explanations.explanation(of: code))
    #expect(Self.read(explanation.bad).codes == [code])
    #expect(Self.read(explanation.good).codes.isEmpty)
  }

  /// The exact text of the diagnostics of all bad examples.
  @Test func diagnosticsReadAsTheyShould() throws {
    let text = ScenarioDiagnostics.explanations.map { explanation in
      var diagnostics = Diagnostics(
        sources: SourceSet([SourceText(path: "demo.scn", text: explanation.bad)]))
      _ = ScenarioParser.parse(file: 0, reporting: &diagnostics)
      return diagnostics.sorted.map {
        DiagnosticRenderer().render($0, in: diagnostics.sources)
      }.joined()
    }.joined(separator: "\n")
    if Samples.isRecording {
      try Samples.record(text, as: "ScenarioDiagnostics.txt")
      Issue.record("recorded")
    }
    #expect(text == (try Samples.text("ScenarioDiagnostics.txt")))
  }

  @Test(arguments: [
    "scenaro \"a\"\n", "scenario\n", "setup\n    alice shop.buy()\n", "actors\n", "asset\n",
    "scenario \"a\"\n    for x in 1..3\n", "scenario \"a\"\n    block\n        warp 3 days\n",
    "scenario \"a\"\n    alice: shop.buy(\n", "property \"p\"\n", "campaign over\n",
    "scenario \"a\"\n    alice: shop.buy()\n        state x\n", "    warp 3 days\n",
    "scenario \"a\"\n    plot\n", "scenario \"a\"\n    plot \"p\"\n",
    "scenario \"a\"\n    plot \"p\" x,\n", "scenario \"a\"\n    plot \"p\" a: b: c\n",
    "scenario \"a\"\n    plot \"p\" x in\n", "scenario \"a\"\n    golden \"g\" 5\n",
  ])
  func refuses(text: String) { #expect(!Self.read(text).codes.isEmpty) }

  /// Mangled files are read to their end, and what is accepted can be laid out.
  @Test(arguments: 0..<8) func survivesMangling(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let bytes = Array(Self.everything.utf8)
    for _ in 0..<60 {
      var mangled = bytes
      for _ in 0...random.below(6) {
        let place = random.below(mangled.count)
        switch random.below(4) {
        case 0: mangled[place] = UInt8(random.below(256))
        case 1: mangled.remove(at: place)
        case 2: mangled.insert(random.pick(Array(bytes[0..<200])), at: place)
        default:
          let end = min(mangled.count, place + random.below(80))
          mangled.removeSubrange(place..<end)
        }
      }
      let source = SourceText(path: "a.scn", bytes: mangled)
      var diagnostics = Diagnostics(sources: SourceSet([source]))
      _ = ScenarioParser.parse(file: 0, reporting: &diagnostics)
      if case .success(let once) = Formatter.format(source) {
        let twice = Formatter.format(SourceText(path: "a.scn", text: once))
        #expect((try? twice.get()) == once)
      } else {
        #expect(diagnostics.hasErrors)
      }
    }
  }
}
