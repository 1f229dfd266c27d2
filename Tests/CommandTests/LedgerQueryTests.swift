import Foundation
import Testing

/// What a ledger tells about assets, events, transactions, blocks and receipts.
@Suite struct LedgerQueryTests {
  // MARK: - Assets

  @Test func assetsAreConservedAndNamed() throws {
    let folder = try LedgerFolder(.members)
    let list = try #require(try folder.result("assets")["assets"] as? [[String: Any]])
    #expect(list.map { $0["name"] as? String } == ["USD", "club.Pass", "club.Share"])
    #expect(list.allSatisfy { $0["isConserved"] as? Bool == true })
    #expect(list.allSatisfy { $0["supply"] as? String == $0["sum"] as? String })
    #expect(list.map { $0["supply"] as? String } == ["105000", "2", "10000"])
    #expect(list.map { $0["holders"] as? Int } == [3, 2, 2])
    #expect(list.map { $0["count"] as? Int } == [nil, 2, nil])
    #expect(list.map { $0["issuer"] as? String } == ["genesis", "club", "club"])
    let text = try folder.run("assets").output
    #expect(text.contains(/USD +1050 +2 +3 +genesis +conserved/))
    #expect(text.contains(/club\.Pass\[…\] +2 things +2 +club +conserved/))
  }

  @Test func anAssetTellsItsHolders() throws {
    let folder = try LedgerFolder(.members)
    let share = try folder.result("assets", "club.Share")
    let holdings = try #require(share["holdings"] as? [[String: Any]])
    let amounts = Dictionary(
      uniqueKeysWithValues: holdings.map {
        ($0["holderName"] as? String ?? "", $0["amount"] as? String ?? "")
      })
    #expect(amounts == ["alice": "7450", "bob": "2550"])
    let text = try folder.run("assets", "club.Share").output
    #expect(text.contains(/supply +100  conserved/))
    #expect(text.contains(/bob +25\.5 +25\.5 %/))
    // The same by its 64 digits.
    let id = try #require((share["asset"] as? [String: Any])?["asset"] as? String)
    #expect(try folder.run("assets", id).output == text)
    // What one holder has of it, and what was before.
    #expect(try folder.run("assets", "club.Share", "--holder", "bob").output.contains("25.5 %"))
    #expect(
      try folder.run("assets", "club.Share", "--at", "1").output.contains(/alice +100 +100 %/))
  }

  @Test func singleThingsAreListedWithTheirHolders() throws {
    let folder = try LedgerFolder(.members)
    let text = try folder.run("assets", "club.Pass").output
    #expect(text.contains(/club\.Pass\[0x01\] +alice +1\n/))
    #expect(text.contains(/club\.Pass\["seven"\] +bob +1\n/))
    let bobs = try folder.result("assets", "club.Pass", "--holder", "bob")
    let holdings = try #require(bobs["holdings"] as? [[String: Any]])
    #expect(holdings.map { $0["assetName"] as? String } == ["club.Pass[\"seven\"]"])
    #expect(try folder.run("assets", "club.Pass[\"seven\"]").output.contains(/bob +1 +100 %/))
    #expect(try folder.run("assets", "club.Pass", "--at", "1").output.isEmpty)
  }

  @Test func aHolderTellsWhatItHas() throws {
    let folder = try LedgerFolder(.members)
    let text = try folder.run("assets", "bob").output
    #expect(text.contains(/USD +45\n/) && text.contains(/club\.Share +25\.5\n/))
    #expect(text.contains(/club\.Pass\["seven"\] +1\n/))
    #expect(try folder.run("assets", "--holder", "bob").output == text)
    #expect(try folder.run("assets", "club").output.contains(/USD +7\.5\n/))
    // Nothing is an answer, not an error, and standard output stays empty.
    let nothing = try folder.run("assets", "mallory")
    #expect(nothing.status == 0 && nothing.output.isEmpty)
    #expect(nothing.error.contains("mallory holds nothing"))
    #expect((try folder.result("assets", "mallory")["holdings"] as? [Any])?.isEmpty == true)
  }

  @Test(arguments: [["assets", "USD"], ["assets", "club.Pass"], ["assets", "bob"]])
  func pagesHoldTogether(words: [String]) throws {
    let folder = try LedgerFolder(.members)
    let whole = try #require(
      try folder.result(words[0], words[1])["holdings"] as? [[String: Any]])
    var collected: [[String: Any]] = []
    var cursor: [String] = []
    repeat {
      let run = try folder.require(words + ["--limit", "1", "--json"] + cursor)
      let page = try #require(try run.document()["result"] as? [String: Any])
      collected += try #require(page["holdings"] as? [[String: Any]])
      cursor = (page["next"] as? String).map { ["--after", $0] } ?? []
    } while !cursor.isEmpty && collected.count < 10
    func text(_ row: [String: Any]) throws -> Data {
      try JSONSerialization.data(withJSONObject: row, options: .sortedKeys)
    }
    #expect(whole.count > 1)
    #expect(try collected.map(text) == whole.map(text))
  }

  @Test(
    arguments: [
      (
        ["assets", "club.Shaer"], 40, "there is no asset \"club.Shaer\"",
        "did you mean \"club.Share\"?"
      ),
      (["assets", "UDS"], 40, "there is no asset or holder \"UDS\"", "did you mean \"USD\"?"),
      (
        ["assets", "--holder", "bbo"], 40, "there is no account or contract",
        "did you mean \"bob\"?"
      ),
      (["assets", "club.Pass[\"eight\"]"], 40, "there is no asset club.Pass[\"eight\"]", ""),
      (["assets", "--at", "99"], 40, "there is no height 99", ""),
      (["assets", "--at=-1"], 40, "there is no height -1", ""),
      (["assets", "--limit", "0"], 64, "A page has from 1", ""),
      (["assets", "USD", "--after", "bbo"], 40, "there is no account or contract", "bob"),
      (
        ["events", "--name", "Joind"], 40, "there is no event \"Joind\"", "did you mean \"Joined\"?"
      ),
      (
        ["events", "--contract", "club", "--name", "Left"], 40, "club has no event \"Left\"",
        "Joined, Said"
      ),
      (
        ["events", "--contract", "clbu"], 40, "there is no contract \"clbu\"",
        "did you mean \"club\"?"
      ),
      (
        ["events", "--where", "membr=bob"], 64, "there is no field \"membr\"",
        "did you mean \"member\"?"
      ),
      (
        ["events", "--name", "Said", "--where", "member=bob"], 64, "Said has no field \"member\"",
        "who"
      ),
      (["events", "--where", "member=bbo"], 40, "field \"member\": there is no account", "bob"),
      (
        ["events", "--where", "grade=Silver"], 64, "field \"grade\" is of kind Grade", "Plain, Gold"
      ),
      (["events", "--where", "member"], 64, "\"member\" is no condition", "field=value"),
      (["events", "--from", "4", "--to", "3"], 64, "--from is above --to", ""),
      (["tx", "0x0"], 64, "is not the id of a transaction", "`aliquot tx` lists"),
      (["tx", "hello"], 64, "is not the id of a transaction", ""),
      (["tx", "0x00000000"], 40, "there is no transaction 0x00000000", ""),
      (["tx", "--from", "bbo"], 40, "there is no account or contract", "did you mean \"bob\"?"),
      (["receipt", "0x00000000"], 40, "there is no transaction 0x00000000", ""),
      (["receipt"], 64, "Missing expected argument", ""),
      (["block", "99"], 40, "there is no height 99; the last block has height 6", ""),
      (["block", "-1"], 64, "-1", ""),
      (["block", "hello"], 64, "\"hello\" is not a block", "its height"),
      (["block", "0x00000000"], 40, "there is no block 0x00000000", ""),
    ] as [([String], Int32, String, String)])
  func unknownNamesAreErrors(
    words: [String], status: Int32, message: String, help: String
  ) throws {
    let folder = try LedgerFolder(.members)
    let run = try folder.run(words)
    #expect(run.status == status, "\(run.error)")
    #expect(run.error.contains(message), "\(run.error)")
    #expect(help.isEmpty || run.error.contains(help), "\(run.error)")
    #expect(run.output.isEmpty)
    let document = try folder.run(words + ["--json"]).document()
    #expect(document["ok"] as? Bool == false)
  }

  // MARK: - Events

  @Test(arguments: [
    ([], ["Joined", "Joined", "Said"]), (["--name", "Joined"], ["Joined", "Joined"]),
    (["--contract", "club"], ["Joined", "Joined", "Said"]),
    (["--where", "member=bob"], ["Joined"]), (["--where", "fee=2.50 USD"], ["Joined"]),
    (["--where", "fee=500", "--where", "grade=Plain"], ["Joined"]),
    (["--where", "fee=500", "--where", "grade=Gold"], []),
    (["--where", "grade=Gold", "--name", "Joined"], ["Joined"]),
    (["--where", "words=hello there"], ["Said"]),
    (["--where", "pass=club.Pass[\"seven\"]"], ["Joined"]),
    (["--where", "member=alice", "--where", "member=bob"], []),
    (["--from", "3"], ["Joined", "Said"]), (["--to", "2"], ["Joined"]),
    (["--from", "4", "--to", "5"], []),
    (["--limit", "1"], ["Said"]), (["--limit", "1", "--to", "3"], ["Joined"]),
    (["--from", "99"], []),
  ])
  func eventsAreFoundByWhatTheyAre(words: [String], expected: [String]) throws {
    let folder = try LedgerFolder(.members)
    let run = try folder.require(["events", "--json"] + words)
    let result = try #require(try run.document()["result"] as? [String: Any])
    let events = try #require(result["events"] as? [[String: Any]])
    #expect(events.compactMap { $0["name"] as? String } == expected)
    #expect(result["isMore"] as? Bool == words.contains("--limit"))
    let heights = events.compactMap { $0["height"] as? Int }
    #expect(heights == heights.sorted() && heights.count == events.count)
    let text = try folder.run(["events"] + words)
    #expect(text.output.count { $0 == "\n" } == (expected.isEmpty ? 0 : expected.count + 1))
    #expect(text.error.contains("no event fits") == expected.isEmpty)
  }

  @Test func anEventTellsItsFieldsByName() throws {
    let folder = try LedgerFolder(.members)
    let events = try #require(
      try folder.result("events", "--where", "member=bob")["events"] as? [[String: Any]])
    let event = try #require(events.first)
    #expect(event["contract"] as? String == "club" && event["height"] as? Int == 3)
    let fields = try #require(event["fields"] as? [[String: Any]])
    #expect(fields.compactMap { $0["name"] as? String } == ["member", "pass", "grade", "fee"])
    #expect(
      fields.compactMap { $0["text"] as? String } == [
        "bob", "club.Pass[\"seven\"]", "Plain", "500",
      ])
    let transactions = try folder.transactions()
    #expect(transactions.contains(event["transaction"] as? String ?? ""))
    #expect(try folder.run("events").output.contains("Said(who: bob, words: \"hello there\")"))
  }

  // MARK: - Transactions, blocks, receipts

  @Test func transactionsAreListedAndFoundByTheirFirstDigits() throws {
    let folder = try LedgerFolder(.members)
    let list = try #require(try folder.result("tx")["transactions"] as? [[String: Any]])
    #expect(list.map { $0["height"] as? Int } == [1, 1, 2, 3, 4, 5, 6])
    #expect(list.map { $0["ok"] as? Bool } == [true, true, true, true, true, false, true])
    #expect(list[5]["failure"] as? String == "Taken(id: 0x01)")
    let bobs = try #require(
      try folder.result("tx", "--from", "bob")["transactions"] as? [[String: Any]])
    #expect(bobs.map { $0["height"] as? Int } == [3, 6])
    let last = try #require(
      try folder.result("tx", "--limit", "2")["transactions"] as? [[String: Any]])
    #expect(last.map { $0["height"] as? Int } == [5, 6])
    #expect(try folder.run("tx", "--from", "mallory").error.contains("mallory has sent nothing"))

    let id = try #require(list[2]["id"] as? String)
    let shown = try folder.run("tx", id)
    let first = id.prefix(12)
    let short = "\(id.prefix(10))…\(id.suffix(4))"
    for text in [
      String(first), String(first.dropFirst(2)), short, id.uppercased().replacing("0X", with: "0x"),
    ] {
      #expect(try folder.run("tx", text).output == shown.output)
    }
    #expect(try folder.run("tx", "\(id.prefix(10))…0000").status == 40)
    #expect(shown.output.contains("alice: club.join(id: 0x01, grade: Gold) paying 2.5 USD"))
    #expect(
      shown.output.contains(/nonce +2\n/)
        && shown.output.contains(/block +2  \(2026-01-01 00:00:20\)/))
    let failed = try folder.run("tx", try #require(list[5]["id"] as? String))
    #expect(failed.status == 0 && failed.output.contains("failed   Taken(id: 0x01)"))
    #expect(failed.output.contains("in club.check at Club.alq:"))
    #expect(failed.output.contains("in club.join at Club.alq:"))
  }

  @Test func blocksAreListedAndShown() throws {
    let folder = try LedgerFolder(.members)
    try folder.require(["chain", "warp", "10 blocks"])
    let blocks = try #require(try folder.result("block")["blocks"] as? [[String: Any]])
    #expect(blocks.map { $0["height"] as? Int } == [0, 1, 2, 3, 4, 5, 6, 16])
    for (before, after) in zip(blocks, blocks.dropFirst()) {
      #expect(after["parent"] as? String == before["hash"] as? String)
    }
    let hash = try #require(blocks[1]["hash"] as? String)
    let first = try folder.result("block", "1")
    #expect(first["hash"] as? String == hash)
    #expect((first["transactions"] as? [Any])?.count == 2)
    for text in [hash, String(hash.prefix(14))] {
      #expect(try folder.result("block", text)["height"] as? Int == 1)
    }
    let text = try folder.run("block", "1", "--limit", "1").output
    #expect(text.contains("bring the code of Club") && text.contains("… 1 more: --limit 2"))
    let gap = try folder.run("block", "9")
    #expect(gap.status == 40 && gap.error.contains("no block has the height 9"))
    #expect(gap.error.contains("the last block before it has the height 6"))
  }

  @Test func aReceiptProvesItself() throws {
    let folder = try LedgerFolder(.members)
    for id in try folder.transactions() {
      let receipt = try folder.result("receipt", id)
      let proof = try #require(receipt["proof"] as? [String: Any])
      var node = Hash.sha256([0] + Hash.bytes(proof["encoding"] as? String))
      #expect(Hash.hexadecimal(node) == proof["receipt"] as? String)
      for sibling in try #require(proof["siblings"] as? [[String: Any]]) {
        let other = Hash.bytes(sibling["hash"] as? String)
        node = Hash.sha256(
          [1] + (sibling["side"] as? String == "left" ? other + node : node + other))
      }
      let height = try #require(receipt["height"] as? Int)
      let block = try folder.result("block", String(height))
      #expect(Hash.hexadecimal(node) == block["receiptRoot"] as? String)
      #expect(proof["block"] as? String == block["hash"] as? String)
    }
    let second = try folder.transactions()[1]
    let text = try folder.run("receipt", second).output
    #expect(text.contains(/\nleft +0x[0-9a-f]{64}\nroot +0x[0-9a-f]{64}  \(receipts of block 1\)/))
  }

  // MARK: - For programs

  @Test(
    arguments: [
      (["chain", "status"], 2, ["height", "stateRoot", "contracts", "snapshots", "assets"]),
      (["chain", "warp", "1 day"], 2, ["height", "time"]),
      (["chain", "snapshot", "a"], 2, ["name", "height", "block"]),
      (["chain", "revert", "5"], 2, ["height"]),
      (["chain", "reset", "--yes"], 2, ["height"]),
      (["deploy", "Till.alq", "token=USD"], 1, ["name", "dryRun", "transactions"]),
      (["call", "club.say", "words=a"], 1, ["dryRun", "transactions"]),
      (["call", "club", "--help"], 1, ["functions", "events", "errors", "address"]),
      (["view", "club.grade_of", "member=bob"], 1, ["results", "gas", "failure"]),
      (["send", "1 USD", "to", "bob"], 1, ["dryRun", "transactions"]),
      (["assets"], 1, ["height", "assets", "left"]),
      (["assets", "USD"], 1, ["height", "asset", "holdings", "next"]),
      (["assets", "club.Pass"], 1, ["class", "holdings", "next"]),
      (["assets", "bob"], 1, ["holder", "holdings", "next"]),
      (["events"], 1, ["events", "isMore"]), (["tx"], 1, ["transactions"]),
      (["block"], 1, ["blocks"]), (["block", "1"], 1, ["receiptRoot", "transactions", "parent"]),
    ] as [([String], Int, [String])])
  func everyAnswerIsADocument(words: [String], names: Int, members: [String]) throws {
    let folder = try LedgerFolder(.members)
    let run = try folder.run(words + ["--json"])
    let document = try run.document()
    let name = words.prefix(names).joined(separator: ".")
    #expect(document["schema"] as? String == "aliquot.\(name)/1")
    #expect(document["ok"] as? Bool == true && run.status == 0)
    let result = try #require(document["result"] as? [String: Any])
    for member in members { #expect(result[member] != nil, "\(member)") }
    #expect(run.output.count { $0 == "\n" } == 1)
  }

  @Test func aTransactionIsADocument() throws {
    let folder = try LedgerFolder(.members)
    let id = try #require(try folder.transactions().dropLast().last)
    for command in ["tx", "receipt"] {
      let result = try folder.result(command, id)
      for member in [
        "id", "height", "position", "block", "time", "sender", "senderAddress", "nonce", "action",
        "ok", "gas", "gasLimit", "gasPrice", "fee", "schedule", "results", "events", "balances",
        "failure", "scheme", "publicKey", "signature",
      ] {
        #expect(result[member] != nil, "\(command): \(member)")
      }
      let failure = try #require(result["failure"] as? [String: Any])
      #expect(failure["name"] as? String == "Taken" && failure["sort"] as? String == "error")
      let site = try #require(failure["site"] as? [String: Any])
      #expect(site["file"] as? String == "Club.alq")
      #expect((failure["path"] as? [String])?.count == 2)
    }
  }

  @Test func colorsOnlyWhenAsked() throws {
    let folder = try LedgerFolder(.members)
    for words in [["assets"], ["events"], ["tx"], ["block"], ["call", "club", "--help"]] {
      let plain = try folder.run(words).output
      #expect(!plain.contains("\u{1B}"))
      let colored = try folder.run(words + ["--color", "always"]).output
      #expect(colored.contains("\u{1B}"))
      #expect(colored.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
    }
  }
}
