import Assembly
import Bytecode
import Execution
import Integers

/// Writes steps of a campaign as steps of a scenario.
struct CampaignText {
  /// The world, which stands where the setup ended.
  let scope: ScenarioScope
  /// The suite.
  let suite: ScenarioSuite

  private var literal: ScenarioLiteral { ScenarioLiteral(names: scope.names) }
  private var failures: FailureText { FailureText(names: scope.names) }
  private static let indentation = "    "

  /// A scenario of steps, with what is expected of those that fail; after the last of them something does
  /// not hold.
  func scenario(
    _ title: String, _ steps: [CampaignStep], broken: CampaignBreak,
    from start: ScenarioScope.Mark
  ) -> String {
    defer { scope.goBack(to: start) }
    let player = CampaignPlayer(scope: scope)
    var text = "scenario \"\(ValueText.escaped(Array(title.utf8)))\"\n"
    for actor in Set(steps.filter(\.isTransaction).map(\.actor)).sorted() {
      guard let place = literal.address(actor), place != name(of: actor) else { continue }
      text += "\(Self.indentation)let \(name(of: actor)) = \(place)\n"
    }
    for step in steps {
      text += "\(Self.indentation)\(self.text(step))\n"
      if let failure = player.play(step).receipt?.failure {
        text += "\(Self.indentation)\(Self.indentation)reverts \(failures.name(failure))\n"
      }
    }
    if case .conservation(let asset) = broken, let unit = literal.asset(asset) {
      let holders = player.holdings(of: asset).compactMap { literal.address($0.holder) }
      let sum = holders.map { "balance(\(unit), \($0))" }.joined(separator: " + ")
      text += "\(Self.indentation)expect supply(\(unit)) == \(sum.isEmpty ? "0" : sum)\n"
    }
    return text
  }

  /// The name under which somebody acts; one of a crowd gets a name for it.
  private func name(of actor: Identifier) -> String {
    let place = literal.address(actor) ?? ""
    return place.replacing("[", with: "_").replacing("]", with: "")
  }

  /// A step on one line.
  func text(_ step: CampaignStep) -> String {
    let actor = name(of: step.actor)
    switch step.action {
    case .wait(let seconds): return "warp \(Self.span(seconds))"
    case .send(let amount, let asset, let receiver):
      let to = literal.text(.identifier(receiver))
      return "\(actor): send \(literal.amount(amount, of: asset) ?? "") to \(to)"
    case .call(let contract, let export, let arguments, let payments):
      guard let module = scope.world.module(of: contract), module.exports.indices.contains(export)
      else { return "" }
      let called = module.exports[export]
      let list = zip(called.parameters, arguments).map {
        "\($0.name): \(literal.text($1, of: $0.kind, in: module))"
      }
      let paid = payments.map { literal.amount($0.amount, of: $0.asset) ?? "" }
      let paying = paid.isEmpty ? "" : " paying \(paid.joined(separator: ", "))"
      let name = literal.text(.identifier(contract))
      return "\(actor): \(name).\(called.name)(\(list.joined(separator: ", ")))\(paying)"
    }
  }

  private static func span(_ seconds: Int) -> String {
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute")]
    for (length, name) in units where seconds % length == 0 {
      return Words.count(seconds / length, name)
    }
    return Words.count(seconds, "second")
  }

  // MARK: - Running

  /// Carries out a scenario as if it stood in the file, and gives what does not hold with the files that its
  /// places are in.
  func problem(
    in text: String, from start: ScenarioScope.Mark
  ) -> (problem: ScenarioProblem, sources: SourceSet)? {
    defer { scope.goBack(to: start) }
    var diagnostics = Diagnostics(sources: suite.sources)
    let file = diagnostics.sources.add(
      SourceText(path: "\(suite.path), shrunken", text: text))
    let tree = ScenarioParser.parse(file: file, reporting: &diagnostics)
    guard !diagnostics.hasErrors, case .scenario(let scenario)? = tree.items.first?.kind else {
      return nil
    }
    var executor = ScenarioExecutor(scope: scope)
    do throws(ScenarioProblem) {
      try executor.run(scenario.steps)
      return nil
    } catch { return (error, diagnostics.sources) }
  }
}
