import Assembly
import Bytecode
import Execution
import Hosting
import Integers
import State

/// What there is before the first step.
extension ScenarioExecutor {
  /// Makes the actors, the money and the names of a suite, and carries out its setups.
  mutating func begin(_ suite: ScenarioSuite) throws(ScenarioProblem) {
    for actor in suite.beginning.actors { try make(actor) }
    for function in suite.beginning.functions {
      guard !ScenarioEvaluator.builtins.contains(function.name.text) else {
        throw .mistake("\(function.name.text) is built in", at: function.name.span)
      }
      scope.functions[function.name.text] = function
    }
    for asset in suite.beginning.assets { try make(asset) }
    for library in suite.beginning.libraries { try make(library) }
    for (name, value) in suite.beginning.definitions {
      scope.variables[name.text] = try evaluator.value(value)
    }
    for steps in suite.beginning.setups { try run(steps) }
  }

  private func make(_ actor: ScenarioActor) throws(ScenarioProblem) {
    let name = actor.name.text
    guard let count = actor.count else {
      scope.sandbox.addAccount(name)
      return
    }
    var accounts: [ScenarioValue] = []
    for number in 0..<(try evaluator.count(count, in: 1...1_000)) {
      scope.sandbox.addAccount("\(name)[\(number)]")
      accounts.append(.identifier(NameBook.account("\(name)[\(number)]")))
    }
    scope.variables[name] = .list(accounts)
  }

  /// Makes a library stand for itself, as a contract of its name.
  private func make(_ library: Name) throws(ScenarioProblem) {
    guard let code = scope.codes[library.text] else { return }
    guard scope.names.book.address(library.text) == nil,
      !scope.names.hasGenesisAsset(library.text)
    else {
      throw .mistake(
        "the name \"\(library.text)\" of this library is taken", at: library.span,
        help: "give it another: use \"…\" as \(library.text)Library")
    }
    let receipt = scope.world.create(
      code.codeHash, by: NameBook.account(ScenarioScope.deployer), gas: scope.stepGas)
    guard let address = receipt.results?.first?.identifier else {
      throw .mistake("this library cannot stand for itself", at: library.span)
    }
    scope.names.addContract(library.text, address)
  }

  private func make(_ asset: ScenarioAsset) throws(ScenarioProblem) {
    let decimals = try asset.decimals.map { expression throws(ScenarioProblem) in
      try evaluator.count(expression, in: 0...Limits.decimals)
    }
    guard !scope.names.hasGenesisAsset(asset.name.text) else {
      throw .mistake("there is an asset \"\(asset.name.text)\" already", at: asset.name.span)
    }
    let identifier = scope.world.createGenesisAsset(
      named: asset.name.text, decimals: UInt8(decimals ?? 0), supply: 0, holder: .zero)
    scope.names.addGenesisAsset(asset.name.text)
    var supply: Integer = 0
    for (amount, holder) in asset.holdings {
      let units = try evaluator.amount(amount, of: identifier, asset.name)
      let address = try evaluator.reading(holder.span) { () throws(CommandFailure) in
        try scope.names.book.read(holder.text)
      }
      guard !units.isNegative,
        scope.world.adjustBalance(of: identifier, holder: address, by: units),
        let sum = try? supply.adding(units)
      else { throw .mistake("nobody can hold this much", at: amount.span) }
      supply = sum
    }
    scope.world.setSupply(supply, of: identifier)
  }
}
