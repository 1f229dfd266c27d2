import Foundation
import Testing

@testable import aliquot

/// Everything that ever stood at a place.
@Suite struct StateHistoryTests {
  private let town: Town

  init() throws { town = try Town.shared.get() }

  private func history(_ path: String, _ more: String...) throws -> [Row] {
    try Row.list(town.ask(["state", path, "--history", "--limit", "1000"] + more)["rows"])
  }

  /// What is told of a value itself, and not of when it stood.
  private func value(_ row: Row) -> Row {
    row.without(
      "path", "key", "from", "until", "time", "exists", "transaction", "transactionCount")
  }

  /// At every height, the row whose time contains it says what the state of that height says.
  @Test(arguments: [
    Town.lien, "\(Town.lien).claim", "escrow.jobs[1]", "escrow.jobs[1].status", "rig.received",
    "rig.owed[alice]", "market.orders[1].lots", "balance(USD, alice)", "balance(rig.Share, bob)",
    "nonce(alice)", "holder(\(Town.passport))", "total(registry.bonds)",
  ]) func agreesWithTheStateOfEveryHeight(path: String) throws {
    let rows = try history(path)
    let head = try town.head()
    for (newer, older) in zip(rows, rows.dropFirst()) {
      #expect(older.number("until") == newer.number("from"))
      #expect(value(older) != value(newer))
    }
    #expect(rows.first?["until"] == nil)
    var heights = 0
    let edges = rows.compactMap { $0.number("from") }.flatMap { [$0 - 1, $0] }
    for height in Set(edges + stride(from: 1, through: head, by: 5)) {
      guard let row = rows.first(where: { ($0.number("from") ?? 0) <= height }) else { continue }
      let made = path.contains("registry") ? 21 : path.contains("market") ? 14 : 8
      if height < made, path.contains(".") { continue }
      let listed = try Row.list(town.ask("state", path, "--at", "\(height)")["rows"])
      if listed.count == 1, let shown = listed.first {
        #expect(value(shown) == value(row), "\(path) at \(height)")
      } else {
        // A record is listed by its components.
        #expect(
          try Row.list(row["components"]).map { $0.without("name") }
            == listed.map { $0.without("path", "key") }, "\(path) at \(height)")
      }
      heights += 1
    }
    #expect(heights > 2)
  }

  @Test func tellsOfRemovalAndReturn() throws {
    let rows = try history(Town.lien)
    #expect(rows.map { $0["exists"] as? Bool } == [true, false, true])
    let text = try town.tool(["state", Town.lien, "--history"]).output
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines.count == 4)
    #expect(lines[1].contains("now") && lines[1].contains("claim: 70_000_000"))
    #expect(lines[2].hasSuffix("no record") && lines[3].contains("claim: 50_000_000"))
    #expect(rows.allSatisfy { $0.text("transaction").count == 66 })
    let claim = try history("\(Town.lien).claim")
    #expect(claim.map { $0.text("text") } == ["70_000_000", "no record", "50_000_000"])
  }

  @Test func tellsOnlyOfTheComponent() throws {
    #expect(try history("escrow.jobs[1]").count == 4)
    #expect(try history("escrow.jobs[1].payer").map { $0.text("text") } == ["alice"])
    #expect(
      try history("escrow.jobs[1].status").map { $0.text("value") }
        == ["Released", "Attested", "Funded"])
    let text = try town.tool(["state", "escrow.jobs[1]", "--history"]).output
    #expect(text.contains("given: 2, turned: 1_767_225_710, status: Attested"))
  }

  @Test func goesOnAtAnEarlierHeight() throws {
    for path in ["balance(USD, alice)", "escrow.jobs[1].status", Town.lien] {
      let all = try history(path)
      for size in 1...3 {
        var rows: [Row] = []
        var at: [String] = []
        while true {
          let page = try town.ask(["state", path, "--history", "--limit", "\(size)"] + at)
          let found = try Row.list(page["rows"])
          #expect(found.count <= size)
          rows += found
          guard let next = page["next"] as? Int else { break }
          at = ["--at", "\(next)"]
        }
        #expect(
          rows.map { $0.without("until") } == all.map { $0.without("until") },
          "\(path) in pages of \(size)")
      }
    }
  }

  @Test func saysWhereNothingStood() throws {
    let run = try town.tool(["state", "rig.owed[grace]", "--history"])
    #expect(run.output == "no block left anything at rig.owed[grace]\n")
    let genesis = try town.tool(["state", "supply(USD)", "--history"]).output
    #expect(genesis.contains("the genesis") && genesis.contains("1_020_000 USD"))
  }
}
