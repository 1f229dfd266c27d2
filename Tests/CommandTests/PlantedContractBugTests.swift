import Foundation
import Testing

/// A mistake in one of the contracts, of a kind that has cost money elsewhere.
struct PlantedContractBug: Sendable, CustomTestStringConvertible {
  let kind: String
  /// The contract, whose suite must notice it.
  let contract: String
  let right: String
  let wrong: String

  var testDescription: String { kind }

  static let all = [
    PlantedContractBug(
      kind: "rounding", contract: "RevenueShares", right: "amount = floor(@owed[caller] / SCALE)",
      wrong: "amount = ceil(@owed[caller] / SCALE)"),
    PlantedContractBug(
      kind: "missing role check", contract: "Roles",
      right: "    require caller == @admin else NotAdmin(caller)\n", wrong: ""),
    PlantedContractBug(
      kind: "missing accrue", contract: "GPUVault", right: "    call accrue(cut, to)\n", wrong: ""),
    PlantedContractBug(
      kind: "off-by-one deadline", contract: "Escrow",
      right: "require time < @deal.deadline else TooLate(job, @deal.deadline)",
      wrong: "require time <= @deal.deadline else TooLate(job, @deal.deadline)"),
    PlantedContractBug(
      kind: "double claim", contract: "RevenueShares",
      right: "    @owed[caller] = @owed[caller] - amount * SCALE\n", wrong: ""),
    PlantedContractBug(
      kind: "wrong recipient", contract: "Escrow",
      right: "call till.pay(token, amount - gross, @deal.payer)",
      wrong: "call till.pay(token, amount - gross, @deal.payee)"),
    PlantedContractBug(
      kind: "stale index", contract: "RevenueShares", right: "    @seen[holder] = @index\n",
      wrong: ""),
    PlantedContractBug(
      kind: "missing decrement", contract: "OrderBook", right: "    @waiting.lots -= traded\n",
      wrong: ""),
    PlantedContractBug(
      kind: "unchecked asset kind", contract: "RevenueShares",
      right: "    require rent.asset == @token else WrongToken\n", wrong: ""),
    PlantedContractBug(
      kind: "swapped arguments", contract: "BondedStake",
      right: "call give_shares(operator, caller, minted)",
      wrong: "call give_shares(caller, operator, minted)"),
  ]
}

/// The suites of the contracts find mistakes that are put into them.
@Suite struct PlantedContractBugTests {
  private static let project = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The contracts with their suites, and those that the suites use beside them.
  private func workspace() throws -> Workspace {
    let workspace = try Workspace()
    for folder in ["Contracts", "Tests/ContractTests/Fixtures"] {
      let source = Self.project.appendingPathComponent(folder)
      try FileManager.default.createDirectory(
        atPath: "\(workspace.path)/\(folder)", withIntermediateDirectories: true)
      for file in try FileManager.default.contentsOfDirectory(atPath: source.path)
      where file.hasSuffix(".alq") || file.hasSuffix(".scn") {
        let text = try String(contentsOf: source.appendingPathComponent(file), encoding: .utf8)
        // Golden steps would notice every change, and say of none that it is wrong.
        let lines = text.components(separatedBy: "\n").filter {
          !$0.hasPrefix(" ") || !$0.trimmingCharacters(in: .whitespaces).hasPrefix("golden")
        }
        try workspace.write("\(folder)/\(file)", lines.joined(separator: "\n"))
      }
    }
    return workspace
  }

  @Test(arguments: PlantedContractBug.all)
  func theSuiteFinds(_ bug: PlantedContractBug) throws {
    let workspace = try workspace()
    let suite = "Contracts/\(bug.contract).scn"
    let path = "Contracts/\(bug.contract).alq"
    #expect(try workspace.run("test", suite, "--quiet").status == 0)
    let right = try String(contentsOf: Self.project.appendingPathComponent(path), encoding: .utf8)
    try #require(right.contains(bug.right))
    try workspace.write(path, right.replacing(bug.right, with: bug.wrong, maxReplacements: 1))
    let run = try workspace.run("test", suite, "--quiet")
    #expect(run.status == 20, "\(bug.kind): \(run.output)\(run.error)")
    #expect(run.output.contains("FAILED \(suite)"))
  }
}
