import Assembly
import Bytecode
import Execution

/// Finds out what the values of a chart are counted in.
struct PlotUnits {
  /// Where names are looked up.
  let scope: ScenarioScope

  private var evaluator: ScenarioEvaluator { ScenarioEvaluator(scope: scope) }

  /// The unit that a chart says, or else that of its balances and supplies, if they are all of one asset.
  func unit(of plot: PlotSyntax) throws(ScenarioProblem) -> Plot.Unit {
    switch plot.unit {
    case .asset(let expression): return unit(of: try asset(expression))
    case .text(let name, let decimals):
      guard let decimals else { return Plot.Unit(name: name) }
      return Plot.Unit(name: name, decimals: try evaluator.count(decimals, in: 0...1_000))
    case nil:
      var assets: Set<Identifier> = []
      for series in plot.series {
        guard let found = self.assets(in: series.value) else { return Plot.Unit() }
        assets.formUnion(found)
      }
      guard assets.count == 1, let asset = assets.first else { return Plot.Unit() }
      return unit(of: asset)
    }
  }

  private func unit(of asset: Identifier) -> Plot.Unit {
    Plot.Unit(name: scope.names.assetText(asset), decimals: scope.names.decimals(of: asset))
  }

  private func asset(_ expression: Expression) throws(ScenarioProblem) -> Identifier {
    guard case .identifier(let asset) = try evaluator.value(expression),
      scope.world.asset(asset) != nil
    else {
      throw .mistake(
        "this is no asset", at: expression.span,
        help: "`in USD`, or any unit in quotes: `in \"USD per share\" decimals 6`")
    }
    return asset
  }

  /// The assets that an expression is an amount of; nil if it may be anything else.
  private func assets(in expression: Expression) -> Set<Identifier>? {
    switch expression.kind {
    case .call(let callee, let arguments, _):
      guard case .name(let name) = callee.kind, scope.functions[name.text] == nil else {
        return nil
      }
      switch name.text {
      case "balance", "supply":
        guard let first = arguments.first, let asset = try? asset(first.value) else { return nil }
        return [asset]
      case "min", "max", "abs":
        return arguments.reduce([]) { all, argument in
          all.flatMap { all in assets(in: argument.value).map(all.union) }
        }
      default: return nil
      }
    case .measured(_, let unit): return (try? evaluator.asset(unit)).map { [$0] }
    case .negate(let operand): return assets(in: operand)
    case .binary(.add, let left, let right), .binary(.subtract, let left, let right):
      guard let first = assets(in: left), let second = assets(in: right) else { return nil }
      return first.union(second)
    default: return nil
    }
  }
}
