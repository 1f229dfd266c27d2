import Foundation
import Testing

@testable import aliquot

/// What wrote a value.
@Suite struct WhyTests {
  private let town: Town

  init() throws { town = try Town.shared.get() }

  private func writes(
    _ path: String, _ more: String..., in place: LedgerPlace? = nil
  ) throws -> [Row] {
    let place: LedgerPlace = place ?? town
    return try Row.list(place.ask(["why", path, "--limit", "1000"] + more)["writes"])
  }

  private func line(_ write: Row) throws -> String {
    try write.row("site").text("text").trimmingCharacters(in: .whitespaces)
  }

  /// The writes lead from nothing to what stands now without a gap, and the store's history knows exactly
  /// their blocks.
  private func check(_ path: String, in place: LedgerPlace) throws -> [Row] {
    let answer = Row(try place.ask("why", path, "--limit", "1000"))
    let writes = try Row.list(answer["writes"])
    let newest = try #require(writes.first, "\(path)")
    #expect(try newest.row("after") == answer.row("current"), "\(path)")
    let listed = try Row.list(place.ask("state", path)["rows"])
    if listed.count == 1 {
      #expect(
        try newest.row("after") == listed[0].without("path", "key"), "\(path): \(newest)")
    }
    for (newer, older) in zip(writes, writes.dropFirst()) {
      #expect(try newer.row("before") == older.row("after"), "\(path): \(newer)")
      #expect((older.number("height") ?? 0) <= (newer.number("height") ?? 0))
    }
    let history = try Row.list(
      place.ask("state", path, "--history", "--limit", "1000")["rows"])
    var heights: [Int] = []
    for height in writes.compactMap({ $0.number("height") }) where heights.last != height {
      heights.append(height)
    }
    #expect(heights == history.compactMap { $0.number("from") }, "\(path)")
    // The oldest one begins with what stands where nothing was ever written. Units are those of today.
    let first = try #require(writes.last)
    let origin = first.number("height") ?? 0
    if origin > 0, let before = try? place.ask("state", path, "--at", "\(origin - 1)") {
      let row = try Row.list(before["rows"]).first?.without("path", "key", "text")
      #expect(try row == first.row("before").without("text"), "\(path)")
    }
    return writes
  }

  @Test func leavesNoGapAnywhere() throws {
    let paths = try town.everything()
    #expect(paths.count > 60)
    var causes: Set<String> = []
    for path in paths {
      for write in try check(path, in: town) {
        causes.insert(write.text("cause"))
        guard write.text("cause") == "instruction" else { continue }
        // The line is where the source says it is, and it stores, moves or makes something.
        let site = try write.row("site")
        let source = try String(contentsOfFile: site.text("file"), encoding: .utf8)
        let lines = source.components(separatedBy: "\n")
        let text = lines[(site.number("line") ?? 0) - 1]
        #expect(text == site.text("text"))
        let words = ["@", "mint", "burn", "send", "call", "delete", "create"]
        #expect(words.contains { text.contains($0) }, "\(path): \(text)")
      }
    }
    #expect(
      causes == [
        "genesis", "instruction", "payment", "transfer", "creation", "deployment", "count",
      ])
  }

  @Test func namesTheLines() throws {
    let status = try writes("escrow.jobs[1].status")
    #expect(
      try status.map(line) == [
        "@deal.status = outcome", "@deal.status = Status.Attested", "@jobs[job] = Job(",
      ])
    #expect(status.map { $0.text("sender") } == ["alice", "frank", "alice"])
    #expect(status[0].text("action") == "escrow.release(job: 1)")
    let way = try Row.list(status[0]["path"])
    #expect(way.map { $0.text("function") } == ["release", "close"])
    #expect(try way[0].row("site").text("text").contains("call close(job, Status.Released"))

    let payer = try writes("escrow.jobs[1].payer")
    #expect(payer.count == 1)
    #expect(try payer[0].row("before").text("text") == "no record")
    #expect(try payer[0].row("after").text("text") == "alice")

    let received = try town.tool(["why", "rig.received"]).output
    #expect(received.hasPrefix("rig.received = 400_000_000\n"))
    #expect(received.contains("RevenueShares.alq:44:5  @received = @received + rent.amount\n"))
    #expect(received.contains("    300_000_000 -> 400_000_000\n"))
    #expect(received.contains("operator: rig.distribute() paying 300 USD\n"))
  }

  /// A hook that a plain transfer runs writes too, inside a function that it calls.
  @Test func looksIntoHooks() throws {
    let owed = try writes("rig.owed[alice]")
    let settled = try #require(owed.last)
    #expect(settled.text("action") == "send 25 rig.Share to bob")
    #expect(try line(settled) == "@owed[holder] = @owed[holder] + gained")
    #expect(try Row.list(settled["path"]).map { $0.text("function") } == ["settle", "accrue"])
    let text = try town.tool(["why", "rig.owed[alice]"]).output
    #expect(text.contains("    in rig.accrue\n    from rig.settle at "))
  }

  @Test func explainsBalances() throws {
    let alice = try writes("balance(USD, alice)")
    let causes = Set(alice.map { $0.text("cause") })
    #expect(causes == ["transfer", "payment", "instruction", "genesis"])
    let claimed = try #require(alice.first { $0.text("action") == "rig.claim()" })
    #expect(try line(claimed) == "send @token, amount to caller")
    #expect(try claimed.row("before").text("text") == "10_000 USD")
    let last = try #require(alice.last)
    #expect(last.text("cause") == "genesis" && last.number("height") == 0)
    #expect(last["transaction"] == nil && last["site"] == nil)
    let text = try town.tool(["why", "balance(USD, alice)"]).output
    #expect(text.contains("  attached payment\n") && text.contains("  transfer\n"))
    #expect(text.contains("block 0  2026-01-01 00:00:00\n  the genesis\n    0 USD -> 10_000 USD"))
    #expect(try writes("total(registry.bonds)").map(line) == ["@bonds[passport] = bond.amount"])
  }

  @Test func goesBackPastRemovals() throws {
    let lien = try writes(Town.lien)
    #expect(
      try lien.map(line) == [
        "@liens[passport, rank] = Lien(creditor: creditor, claim: claim, since: time)",
        "delete @liens[passport, rank]",
        "@liens[passport, rank] = Lien(creditor: creditor, claim: claim, since: time)",
      ])
    let lots = try writes("market.orders[1].lots")
    #expect(try lots.map { try $0.row("after").text("text") } == ["no record", "5", "10"])
    #expect(try line(lots[0]) == "delete @it")
  }

  // MARK: - Asking for a part

  @Test func goesOnAtAnEarlierHeight() throws {
    for path in ["balance(rig.Share, bob)", "escrow.jobs[1].status", "nonce(alice)"] {
      let all = try writes(path)
      for size in 1...3 {
        var found: [Row] = []
        var at: [String] = []
        while true {
          let page = try town.ask(["why", path, "--limit", "\(size)"] + at)
          let writes = try Row.list(page["writes"])
          #expect(writes.count <= size && page["leftOut"] as? Int == 0)
          found += writes
          guard let next = page["next"] as? Int else { break }
          at = ["--at", "\(next)"]
        }
        #expect(found == all, "\(path) in pages of \(size)")
      }
    }
  }

  @Test func saysWhatALimitLeavesOut() throws {
    let all = try writes("rig.owed[alice]")
    let first = all.prefix { $0.number("height") == all[0].number("height") }
    try #require(first.count == 2 && all.count > 2)
    let page = try town.ask("why", "rig.owed[alice]", "--limit", "1")
    #expect(try Row.list(page["writes"]) == [all[0]])
    #expect(page["leftOut"] as? Int == 1)
    let text = try town.tool(["why", "rig.owed[alice]", "--limit", "1"]).output
    let height = first[0].number("height") ?? 0
    #expect(text.contains("… 1 more in block \(height): a higher --limit; older: --at"))
    let earlier = try writes("rig.owed[alice]", "--at", "\(height - 1)")
    #expect(earlier == Array(all.dropFirst(2)))
  }

  @Test func saysWhereNothingWrote() throws {
    let head = try town.head()
    let never = try town.tool(["why", "rig.owed[grace]"])
    #expect(never.status == 0)
    #expect(never.output == "no block up to \(head) left anything at rig.owed[grace]\n")
    let early = try town.tool(["why", "rig.received", "--at", "1"])
    #expect(early.output == "no block up to 1 left anything at rig.received\n")
  }

  @Test(arguments: [
    (64, "many values", ["rig"]), (64, "name an entry", ["rig.owed"]),
    (64, "name a holder", ["balance(USD)"]),
    (64, "--limit is from 1", ["rig.index", "--limit", "0"]),
    (40, "there is no height 999", ["rig.index", "--at", "999"]),
    (40, "did you mean \"index\"?", ["rig.indx"]), (64, "Missing expected argument", []),
  ]) func refuses(status: Int32, message: String, arguments: [String]) throws {
    let run = try town.tool(["why"] + arguments)
    #expect(run.status == status && run.output.isEmpty, "\(arguments): \(run.output)")
    #expect(run.error.contains(message), "\(arguments): \(run.error)")
  }

  // MARK: - What is undone, and what is paid

  private static let trier = """
    contract Trier

    state
        token  asset
        count  int
        seen   int

    error Odd

    init (token asset)
        @token = token
    end

    ;; Counts by two, and takes back what is odd in between.
    export step (last int)
        try gas 50_000 bump(1)
            @seen = @seen + 1
        else
            @seen = @seen + 10
        end
        try gas 50_000 bump(2)
            @seen = @seen + 100
        else
            @seen = @seen + 1_000
        end
        require last > 0 else Odd
    end

    fn bump (by int)
        @count = @count + by
        require @count mod 2 == 0 else Odd
    end

    export keep () payable (money)
        send @token, floor(money.amount / 2) to caller
    end

    """

  /// A ledger on which gas has a price.
  private func market() throws -> LedgerPlace {
    let place = try LedgerPlace()
    try place.write("Trier.alq", Data(Self.trier.utf8))
    try place.act(
      "chain", "new", "--asset", "USD decimals 6, 1_000 to alice, 1_000 to bob", "--fees", "USD",
      "--gas-price", "2")
    try place.act("deploy", "Trier.alq", "token=USD", "--name", "trier", "--as", "alice")
    return place
  }

  @Test func leavesOutWhatWasUndone() throws {
    let place = try market()
    try place.act("call", "trier.step", "last=1", "--as", "bob", "--gas", "1000000")
    let failed = try place.tool(
      ["call", "trier.step", "last=0", "--as", "bob", "--gas", "1000000"])
    #expect(failed.status == 30)
    let count = try check("trier.count", in: place)
    #expect(count.count == 1)
    #expect(try line(count[0]) == "@count = @count + by")
    #expect(try count[0].row("after").text("text") == "2")
    let seen = try check("trier.seen", in: place)
    #expect(try seen.map { try $0.row("after").text("text") } == ["110", "10"])
    #expect(try seen.map(line) == ["@seen = @seen + 100", "@seen = @seen + 10"])
  }

  @Test func explainsFees() throws {
    let place = try market()
    try place.act("call", "trier.keep", "--pay", "1 USD", "--as", "bob")
    let head = try #require(try place.ask("chain", "status")["height"] as? Int)
    let failed = try place.tool(
      ["call", "trier.step", "last=0", "--as", "bob", "--gas", "1000000"])
    #expect(failed.status == 30)
    let bob = try check("balance(USD, bob)", in: place)
    #expect(
      bob.map { $0.text("cause") } == [
        "fee", "refund", "instruction", "payment", "reserve", "genesis",
      ])
    #expect(bob.prefix(4).map { $0.number("height") } == [head + 1, head, head, head])
    let treasury = try check("balance(USD, treasury)", in: place)
    #expect(Set(treasury.map { $0.text("cause") }) == ["income"])
    #expect(try check("nonce(bob)", in: place).map { $0.text("cause") } == ["count", "count"])
    let contract = try check("balance(USD, trier)", in: place)
    #expect(contract.map { $0.text("cause") } == ["instruction", "payment"])
    let text = try place.tool(["why", "balance(USD, bob)"]).output
    for words in ["  fee\n", "  gas returned\n", "  gas reserved\n", "  attached payment\n"] {
      #expect(text.contains(words))
    }
  }
}
