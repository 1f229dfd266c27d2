/// What a case did, besides passing or not.
struct ScenarioLog: Sendable {
  /// Transactions.
  var steps = 0
  /// Charts.
  var plots: [Plot] = []
  /// What golden steps did.
  var records: [GoldenRecord] = []
  /// Calls of contracts by the steps of a scenario or a setup, in order.
  var calls: [GasCall] = []
  /// What ran, if that is counted.
  var counts = ExecutionCounts()
}
