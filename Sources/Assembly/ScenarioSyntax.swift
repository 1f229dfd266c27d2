/// A file of scenarios: what it uses, who acts, and what is tried.
package struct ScenarioFile: Sendable {
  package var items: [ScenarioItem] = []
}

/// One heading of a file of scenarios with all that stands below it.
package struct ScenarioItem: Sendable {
  package var kind: ScenarioItemKind
  package var span: Span
}

package enum ScenarioItemKind: Sendable {
  /// `use "Shop.alq"`, `use "Shop.alq" as Store`, `use "Shared.scn"`.
  case use(path: String, pathSpan: Span, alias: Name?)
  /// `actors alice, bob`, `actors holder[40]`.
  case actors([ScenarioActor])
  /// `asset USD decimals 6, 1_000 to alice`.
  case asset(ScenarioAsset)
  /// `let RATE = 10^18`.
  case define(Name, Expression)
  /// `let fee(amount) = floor(amount * 30 / BPS)`.
  case function(ScenarioFunction)
  /// `setup` and its steps.
  case setup([ScenarioStep])
  case scenario(ScenarioSyntax)
  case property(PropertySyntax)
  case campaign(CampaignSyntax)
}

/// Somebody who acts, or a list of so many.
package struct ScenarioActor: Sendable {
  package var name: Name
  package var count: Expression?
}

/// An expression with names for what it is of.
package struct ScenarioFunction: Sendable {
  package var name: Name
  package var parameters: [Name]
  package var body: Expression
}

/// Money that a file of scenarios begins with.
package struct ScenarioAsset: Sendable {
  package var name: Name
  package var decimals: Expression?
  package var holdings: [(amount: Expression, holder: Name)]
}

/// `scenario "title"` with its cases and steps.
package struct ScenarioSyntax: Sendable {
  package var title: String
  package var titleSpan: Span
  package var cases: CasesSyntax?
  package var steps: [ScenarioStep]
}

/// `cases a, b` and a line of values for each.
package struct CasesSyntax: Sendable {
  package var names: [Name]
  package var rows: [(values: [Expression], span: Span)]
}

/// `property "title" for n in 1..100, who in [alice, bob]`.
package struct PropertySyntax: Sendable {
  package var title: String
  package var titleSpan: Span
  package var variables: [(name: Name, domain: Iteration)]
  package var runs: Expression?
  package var steps: [ScenarioStep]
}

/// `campaign "title" over rig by alice, bob`, with its limits: how long its sequences are, and how many.
package struct CampaignSyntax: Sendable {
  package var title: String
  package var titleSpan: Span
  package var contracts: [Name]
  package var actors: [Name]
  package var depth: Iteration?
  package var runs: Expression?
}

/// What a variable goes through.
package enum Iteration: Sendable {
  /// `a..b`, b included, or `a..<b`.
  case range(Expression, Expression, isClosed: Bool)
  /// The elements of a list.
  case elements(Expression)
}

/// One step, and what is expected of it.
package struct ScenarioStep: Sendable {
  package var kind: ScenarioStepKind
  package var clauses: [ScenarioClause]
  package var span: Span
}

package indirect enum ScenarioStepKind: Sendable {
  /// `alice: a, b = shop.buy(3) paying 5 USD gas 50_000`; the actor may be missing.
  case call(actor: Name?, results: [Name], Expression, gas: Expression?)
  /// `alice: shop = deploy Shop(price: 5)`; without a name the contract has that of its code.
  case deploy(actor: Name?, name: Name?, Expression, gas: Expression?)
  /// `alice: send 5 USD to bob`, `alice: send rest of USD to bob`.
  case send(actor: Name?, amount: PaymentSyntax, to: Expression)
  /// `warp 30 days`, `warp 5 blocks`.
  case warp(Expression, isBlocks: Bool)
  /// `at 30 days`, `at deadline - 1`, `at block 5_000`.
  case at(Expression, isBlock: Bool)
  /// `let x = a + 1`.
  case define(Name, Expression)
  /// `expect a == b`.
  case expect(Expression)
  /// `block`, steps, `end`: all in one block.
  case block([ScenarioStep])
  /// `for x in 1..5`, steps, `end`.
  case loop(Name, Iteration, [ScenarioStep])
  /// `if a < b`, steps, `else`, steps, `end`.
  case conditional(Expression, [ScenarioStep], otherwise: [ScenarioStep])
  /// `plot "title" a, paid: b in USD`: a chart of these from here on.
  case plot(PlotSyntax)
  /// `golden "title" shop, book`: what contracts store is as recorded; without names, what all store.
  case golden(GoldenSyntax)
}

/// A chart of expressions over time.
package struct PlotSyntax: Sendable {
  package var title: String
  package var titleSpan: Span
  package var series: [(label: String?, value: Expression)]
  package var unit: PlotUnitSyntax?
}

/// What the values of a chart are counted in.
package enum PlotUnitSyntax: Sendable {
  /// `in USD`, `in rig.Share`: amounts in the smallest unit of an asset.
  case asset(Expression)
  /// `in "USD per share" decimals 12`: anything, and how many of its digits stand behind the point.
  case text(String, decimals: Expression?)
}

/// What contracts store at a moment, to be held against a record.
package struct GoldenSyntax: Sendable {
  package var title: String
  package var titleSpan: Span
  package var contracts: [Name]
}

/// An amount that goes from one holder to another.
package struct MoveSyntax: Sendable {
  package var amount: PaymentSyntax
  package var from: Expression
  package var to: Expression
  package var span: Span
}

/// What is expected of a step.
package struct ScenarioClause: Sendable {
  package var kind: ScenarioClauseKind
  package var span: Span
}

package enum ScenarioClauseKind: Sendable {
  /// `ok`.
  case succeeds
  /// `returns a, b`.
  case returns([Expression])
  /// `reverts TooLate(5)`, or the name of a trap.
  case reverts(Expression)
  /// `emits Bought(by: alice)`, `emits only …`, `emits nothing`.
  case emits([Expression], isOnly: Bool)
  /// `moves 5 USD from alice to bob`, `moves only …`, `moves nothing`.
  case moves([MoveSyntax], isOnly: Bool)
  /// `state shop.sold: 0 -> 1`, or without what was before.
  case state(path: Expression, before: Expression?, after: Expression)
  /// `unchanged`, or `unchanged shop.sold, balance(USD, alice)`.
  case unchanged([Expression])
  /// `gas <= 5_000`.
  case gas(BinaryOperator, Expression)
  /// `golden`: the trace is the recorded one.
  case golden
}
