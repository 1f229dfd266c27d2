import Foundation
import Testing

@testable import aliquot

/// What a ledger holds, and what changed in it.
@Suite struct StateCommandTests {
  private let town: Town

  init() throws { town = try Town.shared.get() }

  /// The listing of a contract at a height: each field and each entry by its key.
  private func listing(_ contract: String, at height: Int) throws -> [String: Row] {
    var found: [String: Row] = [:]
    for field in try Row.list(
      town.ask("state", contract, "--at", "\(height)", "--limit", "1000")["rows"])
    {
      let path = field.text("path")
      // A map is told by how many entries it has; a record alone in its field comes in components.
      let rows =
        field["entries"] == nil && !path.contains("terms")
        ? [field]
        : try Row.list(town.ask("state", path, "--at", "\(height)", "--limit", "1000")["rows"])
      for row in rows { found[row.text("key")] = row.without("path", "key") }
    }
    return found
  }

  // MARK: - Listing

  @Test func listsContracts() throws {
    let contracts = try Row.list(town.ask("state")["contracts"])
    #expect(contracts.map { $0.text("name") } == Town.contracts)
    #expect(contracts[3].text("code") == "RevenueShares" && contracts[3].number("height") == 1)
    #expect(contracts.allSatisfy { $0.text("creatorName") == "operator" })
    let early = try Row.list(town.ask("state", "--at", "8")["contracts"])
    #expect(early.map { $0.text("name") } == ["escrow", "rig"])
    #expect(try Row.list(town.ask("state", "--at", "0")["contracts"]).isEmpty)
    for size in 1...5 {
      let paged = try town.pages(["state"], size: size, rows: "contracts")
      #expect(paged == contracts)
    }
    let run = try town.tool(["state"])
    #expect(run.output.contains("registry  GPURegistry    operator"))
  }

  /// Contracts without names are listed behind those with names, each once.
  @Test func listsContractsWithoutNames() throws {
    let place = try LedgerPlace()
    try place.act("chain", "new", "--asset", "USD decimals 2, 10 to alice")
    try place.write("Maker.alq", Data(Self.maker.utf8))
    try place.write("Thing.alq", Data("contract Thing\n\nstate\n    n int\n".utf8))
    try place.act("deploy", "Thing.alq")
    try place.act("deploy", "Maker.alq")
    let thing = try #require(
      try Row.list(place.ask("state")["contracts"]).first { $0.text("name") == "Thing" })
    for _ in 0..<3 { try place.act("call", "Maker.make", "code=\(thing.text("codeHash"))") }
    let all = try Row.list(place.ask("state")["contracts"])
    #expect(all.prefix(2).map { $0.text("name") } == ["Maker", "Thing"])
    #expect(all.dropFirst(2).allSatisfy { $0["name"] == nil && $0.text("code") == "Thing" })
    #expect(Set(all.map { $0.text("address") }).count == 5)
    for size in 1...6 {
      #expect(try place.pages(["state"], size: size, rows: "contracts") == all)
    }
    let address = try #require(all.last?.text("address"))
    let fields = try Row.list(place.ask("state", address)["rows"])
    #expect(fields.map { $0.text("value") } == ["0"])
  }

  private static let maker = """
    contract Maker

    interface Things
        init ()

    export make (code bytes) -> (made address)
        made = create Things(code).init()
        return made
    end

    """

  @Test(arguments: [
    "escrow.jobs", "escrow.voices", "escrow.voices[1]", "market.orders", "market.book",
    "rig.seen", "balance(USD)", "balance(rig.Share)", "registry.liens",
  ]) func pagesHoldEveryEntryOnce(path: String) throws {
    let head = try town.head()
    for height in [head, head / 2 + 4] where !path.hasPrefix("registry") || height == head {
      let all = try Row.list(
        town.ask("state", path, "--at", "\(height)", "--limit", "1000")["rows"])
      #expect(Set(all.map { $0.text("key") }).count == all.count)
      for size in [1, 3] {
        let paged = try town.pages(["state", path, "--at", "\(height)"], size: size)
        #expect(paged == all, "\(path) at \(height) in pages of \(size)")
      }
    }
  }

  @Test func saysHowToGoOn() throws {
    let first = try town.tool(["state", "escrow.voices", "--limit", "2"])
    let line = try #require(first.output.split(separator: "\n").last)
    #expect(line.hasPrefix("… more: --after 'escrow.voices[1, "))
    let word = line.split(separator: "'")[1]
    let second = try town.tool(["state", "escrow.voices", "--limit", "2", "--after", "\(word)"])
    #expect(second.status == 0 && !second.output.contains("more"))
    let inside = word.split(separator: "[")[1].dropLast()
    let again = try town.tool(["state", "escrow.voices", "--limit", "2", "--after", "\(inside)"])
    #expect(again.output == second.output)
  }

  @Test func showsHeights() throws {
    let job = try town.tool(["state", "escrow.jobs[1].status", "--at", "10"])
    #expect(job.output.contains("escrow.jobs[1].status  Funded"), "\(job.output)")
    #expect(job.error.contains("after block 10, 2026-01-01 00:01:40"))
    // No block has the height between two others: what stood is what the lower one left.
    let head = try town.head()
    let gap = try town.ask("state", Town.lien, "--at", "\(head - 6)")
    #expect((gap["height"] as? Int ?? 0) <= head - 6)
  }

  // MARK: - Differences

  @Test(arguments: Town.contracts) func differencesLeadFromOneListingToTheOther(
    contract: String
  ) throws {
    let made = try #require(
      try Row.list(town.ask("state")["contracts"]).first { $0.text("name") == contract }?
        .number("height"))
    let head = try town.head()
    let heights = [made, made + 2, made + 4, head]
    let listings = try heights.map { try listing(contract, at: $0) }
    var changed = 0
    for (first, from) in heights.enumerated() {
      for (last, to) in heights.enumerated() where from <= to {
        let range = "\(from)..\(to)"
        let rows = try town.pages(["state", contract, "--diff", range], size: 1000)
        var state = listings[first]
        for row in rows {
          let key = row.text("key")
          let before = try row.row("before")
          if row.text("change") == "added" {
            #expect(state[key] == nil)
          } else {
            #expect(state[key] == before, "\(row.text("path")) in \(range)")
          }
          state[key] = row.text("change") == "removed" ? nil : try row.row("after")
        }
        #expect(state == listings[last], "\(contract) from \(from) to \(to)")
        changed += rows.count
      }
    }
    #expect(changed > 10)
    let whole = ["state", contract, "--diff", "\(made)..\(head)"]
    let rows = try town.pages(whole, size: 1000)
    #expect(try town.pages(whole, size: 2) == rows)
  }

  @Test func differencesHaveParts() throws {
    let whole = try town.pages(["state", "--diff", "0.."], size: 7)
    let all = try Row.list(town.ask("state", "--diff", "0..", "--limit", "1000")["rows"])
    #expect(whole == all && all.count > 60)
    for (path, prefix) in [
      ("escrow", "escrow."), ("escrow.voices", "escrow.voices["),
      ("balance(USD)", "balance(USD, "), ("escrow.jobs[2]", "escrow.jobs[2]"),
    ] {
      let part = try Row.list(town.ask("state", path, "--diff", "0..", "--limit", "1000")["rows"])
      #expect(part == all.filter { $0.text("path").hasPrefix(prefix) }, "\(path)")
    }
    // What was sent and sent back in between is no difference.
    let head = try town.head()
    let back = try town.ask("state", "balance(USD, dave)", "--diff", "0..\(head)")
    #expect(try Row.list(back["rows"]).isEmpty)
    #expect(try town.tool(["state", "--diff", "4..4"]).output == "nothing changed\n")
  }

  @Test func differencesOfRecordsNameTheirComponents() throws {
    let run = try town.tool(["state", "escrow.jobs", "--diff", "9..11"])
    let lines = run.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(lines.contains(["~", "escrow.jobs[1].given", "0", "2"]), "\(run.output)")
    #expect(lines.contains(["~", "escrow.jobs[1].status", "Funded", "Attested"]))
    #expect(!run.output.contains("payer"))
    let status = try Row.list(
      town.ask("state", "escrow.jobs[1].status", "--diff", "9..11")["rows"])
    #expect(status.count == 1 && status[0].text("path") == "escrow.jobs[1].status")
    #expect(try status[0].row("after").text("value") == "Attested")
    let payer = try town.ask("state", "escrow.jobs[1].payer", "--diff", "9..12")
    #expect(try Row.list(payer["rows"]).isEmpty)
    let marks = try town.tool(["state", "market.orders", "--diff", "17..18"]).output
    #expect(marks.contains("-  market.orders[1]  Order(maker: alice"))
  }

  // MARK: - Errors

  @Test(arguments: [
    (64, "Ask for one thing", ["--history", "--proof", "rig.index"]),
    (64, "Ask for one thing", ["--diff", "1..2", "--proof", "rig.index"]),
    (64, "names its heights itself", ["--diff", "1..2", "--at", "1"]),
    (64, "add --proof", ["rig.index", "--out", "x"]),
    (64, "goes on in a list", ["rig.index", "--history", "--after", "x"]),
    (64, "--limit is from 1", ["--limit", "0"]),
    (64, "--limit is from 1", ["--limit", "9223372036854775807"]),
    (64, "is not two heights", ["--diff", "1-2"]),
    (64, "is not two heights", ["--diff", "1..2..3"]),
    (64, "is not two heights", ["--diff", "a..2"]),
    (64, "is not two heights", ["--diff", "99999999999999999999..2"]),
    (64, "begins behind its end", ["--diff", "4..2"]),
    (64, "many values", ["rig", "--history"]),
    (64, "name an entry of it", ["rig.seen", "--proof"]),
    (64, "name a holder", ["balance(USD)", "--history"]),
    (64, "no path is given", ["--proof"]),
    (64, "no place in what is compared", ["rig", "--diff", "1..2", "--after", "escrow.fee"]),
    (64, "no entry of what is shown", ["rig.seen", "--after", "escrow.fee"]),
    (64, "only the entries of a map", ["rig", "--after", "rig.index"]),
    (40, "there is no height 999", ["rig", "--at", "999"]),
    (40, "there is no height 999", ["--diff", "1..999"]),
    (40, "there is no height 999", ["rig.index", "--history", "--at", "999"]),
    (40, "there is no height 999", ["rig.index", "--proof", "--at", "999"]),
    (40, "block 8 made it", ["escrow.fee", "--at", "3"]),
    (40, "did you mean \"owed\"?", ["rig.oed"]),
    (40, "did you mean \"escrow\"?", ["escow.jobs"]),
    (40, "did you mean \"USD\"?", ["balance(USDD, alice)"]),
    (40, "did you mean \"alice\"?", ["balance(USD, alic)"]),
    (40, "there is no contract \"nobody\"", ["--after", "nobody"]),
    (40, "no ledger at", ["--store", "missing.ledger"]),
  ]) func refuses(status: Int32, message: String, arguments: [String]) throws {
    let run = try town.tool(["state"] + arguments)
    #expect(run.status == status && run.output.isEmpty, "\(arguments): \(run.output)")
    #expect(run.error.contains(message), "\(arguments): \(run.error)")
    let document = try town.tool(["state", "--json"] + arguments).document()
    #expect(document["schema"] as? String == "aliquot.state/1")
    #expect(document["ok"] as? Bool == false && document["result"] is NSNull)
  }

  /// A value in the file that is not what was written is not shown.
  @Test func refusesADamagedValue() throws {
    let copy = try LedgerPlace()
    let whole = try town.data("aliquot.ledger")
    var damaged = whole
    var place = damaged.startIndex
    while let found = damaged.range(of: Data("Oslo".utf8), in: place..<damaged.endIndex) {
      damaged.replaceSubrange(found, with: Data("Rome".utf8))
      place = found.upperBound
    }
    #expect(damaged != whole)
    try copy.write("aliquot.ledger", damaged)
    for arguments in [
      ["registry.devices"], ["registry.devices[\(Town.passport)].region"],
      ["registry", "--diff", "1.."], ["registry.devices[\(Town.passport)]", "--history"],
      ["registry.devices[\(Town.passport)]", "--proof"],
    ] {
      let run = try copy.tool(["state"] + arguments)
      #expect(run.status == 41 && run.output.isEmpty, "\(arguments): \(run.output)")
      #expect(run.error.contains("is not as it was written"), "\(run.error)")
    }
    let why = try copy.tool(["why", "registry.devices[\(Town.passport)]"])
    #expect(why.status == 41 && why.output.isEmpty)
  }
}
