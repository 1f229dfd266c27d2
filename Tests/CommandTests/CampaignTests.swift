import Foundation
import Testing

@Suite struct CampaignTests {
  private func workspace(_ contract: String, _ suite: String) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write("Bug.alq", contract)
    try workspace.write("Bug.scn", suite)
    return workspace
  }

  private func cases(_ run: Tool.Run) throws -> [[String: Any]] {
    let result = try #require(run.document()["result"] as? [String: Any])
    return try #require(result["scenarios"] as? [[String: Any]])
  }

  @Test(arguments: PlantedBug.all)
  func findsAndShrinks(_ bug: PlantedBug) throws {
    let workspace = try workspace(bug.contract, PlantedBug.suite())
    let run = try workspace.run("test", "Bug.scn")
    #expect(run.status == 20)
    let steps = try PropertyTests.pasted(run).split(separator: "\n").dropFirst().map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    #expect(steps.sorted() == bug.steps.sorted())
    #expect(run.output.contains("again: aliquot test Bug.scn:8 --seed 0"))
  }

  @Test(arguments: PlantedBug.all)
  func thePastedScenarioFailsTheSameWay(_ bug: PlantedBug) throws {
    let suite = PlantedBug.suite()
    let workspace = try workspace(bug.contract, suite)
    let found = try workspace.run("test", "Bug.scn", "--json")
    let cause = try #require(cases(found).first?["problem"] as? [String: Any])
    let text = try PropertyTests.pasted(workspace.run("test", "Bug.scn"))
    let head = try #require(suite.range(of: "invariant campaign")).lowerBound
    try workspace.write("Pasted.scn", String(suite[..<head]) + text)
    let pasted = try workspace.run("test", "Pasted.scn", "--json")
    #expect(pasted.status == 20)
    let problem = try #require(cases(pasted).first?["problem"] as? [String: Any])
    #expect(problem["message"] as? String == cause["message"] as? String)
    #expect(problem["trace"] as? String == cause["trace"] as? String)
    #expect((problem["message"] as? String)?.contains("does not hold") == true)
  }

  @Test(arguments: PlantedBug.all)
  func theCorrectedContractPasses(_ bug: PlantedBug) throws {
    let workspace = try workspace(bug.corrected, PlantedBug.suite(runs: 20))
    let run = try workspace.run("test", "Bug.scn", "--json")
    #expect(run.status == 0)
    let trial = try #require(cases(run).first?["trial"] as? [String: Any])
    #expect(trial["runs"] as? Int == 20)
    let reach = try #require(trial["reach"] as? [String: Any])
    let calls = try #require(reach["calls"] as? [[String: Any]])
    #expect(calls.allSatisfy { ($0["succeeded"] as? Int ?? 0) + ($0["reverted"] as? Int ?? 0) > 0 })
  }

  @Test func drawsTheSameWhateverTheWorkers() throws {
    let workspace = try workspace(PlantedBug.claim.contract, PlantedBug.suite())
    try workspace.write("Good.alq", PlantedBug.claim.corrected)
    try workspace.write(
      "Good.scn", PlantedBug.suite(runs: 16).replacingOccurrences(of: "Bug.alq", with: "Good.alq"))
    let one = try workspace.run("test", "--jobs", "1", "Bug.scn", "Good.scn")
    #expect(one.output.contains("1 passed, 1 failed, seed 0"))
    for jobs in ["1", "2", "8"] {
      #expect(try workspace.run("test", "--jobs", jobs, "Bug.scn", "Good.scn").output == one.output)
    }
    let same = try workspace.run("test", "Good.scn").output.components(separatedBy: "1 passed")
    #expect(one.output.contains(same[0]))
    let other = try workspace.run("test", "Good.scn", "--seed", "5").output
      .components(separatedBy: "1 passed")
    #expect(!one.output.contains(other[0]))
  }

  @Test func aCampaignThatOnlyRevertsFails() throws {
    let contract = """
      contract Bug

      state
          token  asset

      error Closed

      init (token asset)
          @token = token
      end

      export enter (n int)
          require n != n else Closed
      end

      """
    let run = try workspace(contract, PlantedBug.suite(runs: 5)).run("test", "Bug.scn")
    #expect(run.status == 20)
    #expect(run.output.contains("no call of this campaign ever succeeded"))
    #expect(run.output.contains("never succeeded"))
    #expect(run.output.contains("reverted with: Closed"))
  }

  @Test func tellsWhatWasReached() throws {
    let bug = PlantedBug.role
    let run = try workspace(bug.corrected, PlantedBug.suite(runs: 20)).run("test", "Bug.scn")
    #expect(run.output.contains("bug.save"))
    #expect(run.output.contains("bug.rescue"))
    #expect(run.output.contains("NotOwner"))
    #expect(run.output.contains("branches: "))
    #expect(run.output.contains("jumps in time: "))
  }

  @Test func keptSequencesAreTriedFirst() throws {
    let bug = PlantedBug.role
    let workspace = try workspace(bug.contract, PlantedBug.suite())
    let first = try workspace.run("test", "Bug.scn", "--corpus", "kept")
    #expect(first.output.contains("0 passed, 1 failed"))
    let again = try workspace.run("test", "Bug.scn", "--corpus", "kept")
    #expect(again.output.contains("0 passed, 2 failed"))
    let failures = again.output.components(separatedBy: "FAILED ")
    #expect(failures[1].hasPrefix("kept/Bug.nothing-breaks."))
    #expect(failures[2].hasPrefix("Bug.scn"))
    // What was kept once is kept once.
    let files = try FileManager.default.contentsOfDirectory(atPath: workspace.path + "/kept")
    #expect(files.count == 1)

    // Where the mistake is corrected, the step reverts, and that is right.
    try workspace.write("Bug.alq", bug.corrected)
    let corrected = try workspace.run("test", "Bug.scn", "--corpus", "kept")
    #expect(corrected.status == 0)
    #expect(corrected.output.contains("ok kept/Bug.nothing-breaks."))
  }

  @Test func aDirectoryBesideTheFileKeepsSequences() throws {
    let workspace = try workspace(PlantedBug.mint.contract, PlantedBug.suite())
    _ = try workspace.run("test", "Bug.scn")
    #expect(!FileManager.default.fileExists(atPath: workspace.path + "/.corpus"))
    try FileManager.default.createDirectory(
      atPath: workspace.path + "/.corpus", withIntermediateDirectories: true)
    _ = try workspace.run("test", "Bug.scn")
    let again = try workspace.run("test", "Bug.scn")
    #expect(again.output.contains("FAILED .corpus/Bug.nothing-breaks."))
  }

  @Test func depthAndRunsAreAsManyAsSaid() throws {
    let suite = PlantedBug.suite(runs: 8).replacingOccurrences(of: "1..25", with: "3..3")
    let run = try workspace(PlantedBug.role.corrected, suite).run("test", "Bug.scn", "--json")
    let trial = try #require(cases(run).first?["trial"] as? [String: Any])
    let reach = try #require(trial["reach"] as? [String: Any])
    var steps = reach["waits"] as? Int ?? 0
    let sends = reach["sends"] as? [String: Any] ?? [:]
    for tally in (reach["calls"] as? [[String: Any]] ?? []) + [sends] {
      steps += (tally["succeeded"] as? Int ?? 0) + (tally["reverted"] as? Int ?? 0)
    }
    #expect(steps == 8 * 3)
  }
}
