/// The codes of the language of scenarios, beside those that it shares with contracts.
enum ScenarioDiagnostics {
  /// A scenario with these lines.
  private static func scenario(_ lines: String...) -> String {
    "actors alice\n\nscenario \"a sale\"\n" + lines.map { "    \($0)\n" }.joined()
  }

  static let explanations: [Explanation] = [
    Explanation(
      code: "E0231", title: "a case with too many or too few values",
      text: """
        Each line under `cases` has a value for each of its names, in the same order. The scenario runs \
        once for every line.
        """,
      bad: scenario("cases paid, price", "    5, 4", "    6", "expect paid >= price"),
      good: scenario("cases paid, price", "    5, 4", "    6, 6", "expect paid >= price")),
    Explanation(
      code: "E0232", title: "a deployment with several results",
      text: """
        `deploy` gives one contract, so one name stands in front of it. Results of its functions come \
        from calls.
        """,
      bad: scenario("alice: shop, owner = deploy Shop()"),
      good: scenario("alice: shop = deploy Shop()")),
    Explanation(
      code: "E0233", title: "a step that does nothing",
      text: """
        A step calls a function, deploys, sends, lets time go on, names a value or expects something. A \
        value alone says nothing: `expect` holds it against another, and `let` gives it a name.
        """,
      bad: scenario("alice: shop.price"), good: scenario("expect shop.price == 5")),
  ]
}
