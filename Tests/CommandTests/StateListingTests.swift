import Bytecode
import EngineTesting
import Execution
import Foundation
import Integers
import State
import Testing

@testable import aliquot

/// Places of the state as they are shown.
@Suite struct StateListingTests {
  /// The world after a story of the examples, and its names.
  static func world(after story: String, of contract: String) throws -> NamedWorld {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../..").path
    let sandbox = Sandbox(height: 1, time: 1_767_225_600)
    let code = try ContractLoading.load("\(root)/Contracts/\(contract).alq").code
    sandbox.add(code)
    let runner = StepRunner(
      sandbox: sandbox, main: code, actor: "alice", gas: 10_000_000, tracing: nil,
      initial: Invocation(function: "init"))
    let lines = try String(contentsOfFile: "\(root)/Examples/Stories/\(story).run", encoding: .utf8)
    for line in lines.split(separator: "\n") {
      guard let step = try StepParser.parse(String(line)) else { continue }
      _ = try runner.run(step)
    }
    return sandbox.names
  }

  private func listing(_ path: String, _ names: NamedWorld) throws -> StateListing {
    StateListing(try StatePath.read(path, in: names), in: names)
  }

  /// The values by their paths.
  private func values(_ path: String, _ names: NamedWorld) throws -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: try listing(path, names).rows.map { ($0.path, $0.value) })
  }

  // MARK: - Stories

  @Test func showContracts() throws {
    let escrow = try values("Escrow", Self.world(after: "Escrow", of: "Escrow"))
    #expect(escrow["Escrow.roles.admin"] == "dave")
    #expect(escrow["Escrow.fee"] == "250")
    #expect(escrow["Escrow.jobs"] == "2 entries")
    #expect(escrow["Escrow.voices"] == "4 entries")
    #expect(escrow["Escrow.till.due"] == "empty")
    #expect(escrow.count == 11)
    let shares = try values(
      "RevenueShares", Self.world(after: "RevenueShares", of: "RevenueShares"))
    #expect(shares["RevenueShares.token"] == "USD")
    #expect(shares["RevenueShares.received"] == "400_000_000")
  }

  @Test func showRecords() throws {
    let names = try Self.world(after: "Escrow", of: "Escrow")
    let job = try listing("Escrow.jobs[1]", names)
    #expect(job.rows.first?.path == "Escrow.jobs[1].payer")
    #expect(job.rows.map(\.path).contains("Escrow.jobs[1].amount"))
    let values = try values("Escrow.jobs[1]", names)
    #expect(values["Escrow.jobs[1].payee"] == "bob")
    #expect(values["Escrow.jobs[1].token"] == "USD")
    // The record names one asset, so its amount is of that.
    #expect(values["Escrow.jobs[1].amount"]?.hasSuffix(" USD") == true)
    #expect(values["Escrow.jobs[1].quorum"] == "2")
    #expect(
      try self.values("Escrow.jobs[1].payee", names) == ["Escrow.jobs[1].payee": "bob"])
    #expect(try self.values("Escrow.jobs[9]", names) == ["Escrow.jobs[9]": "no record"])
    #expect(try self.values("Escrow.voices[1, erin]", names).values.first == "Given")
    #expect(try listing("Escrow.jobs", names).rows.count == 2)
    #expect(try listing("Escrow.jobs", names).rows[0].value.contains("payee: bob"))
  }

  @Test func showAssets() throws {
    let names = try Self.world(after: "RevenueShares", of: "RevenueShares")
    #expect(
      try values("balance(Share)", names) == [
        "balance(RevenueShares.Share, alice)": "75 RevenueShares.Share",
        "balance(RevenueShares.Share, bob)": "25 RevenueShares.Share",
      ])
    #expect(
      try values("supply(USD)", names) == ["supply(USD)": "1_000_000 USD"])
    #expect(
      try values("asset(Share)", names).values.first
        == "Share, issued by RevenueShares, 0 decimals")
    #expect(
      try values("contract(RevenueShares)", names).values.first?.hasSuffix("made by alice") == true)
  }

  /// Every row of every place of a story can be asked for by its own path.
  @Test(arguments: [
    ("Escrow", "Escrow"), ("OrderBook", "OrderBook"), ("RevenueShares", "RevenueShares"),
  ])
  func showRowsThatLeadBack(story: String, contract: String) throws {
    let names = try Self.world(after: story, of: contract)
    let module = try #require(names.contracts.first.flatMap { names.world.module(of: $0.address) })
    var shown = 0
    for row in try listing(contract, names).rows {
      for inner in try listing(row.path, names).rows {
        let again = try listing(inner.path, names).rows
        // A record comes apart into its components; everything else is the same by itself.
        let isRecord = !again.isEmpty && again.allSatisfy { $0.path.hasPrefix("\(inner.path).") }
        #expect(again == [inner] || isRecord, "\(inner)")
        shown += 1
      }
    }
    #expect(shown > module.fields.count / 2)
  }

  @Test func giveJSON() throws {
    let names = try Self.world(after: "Escrow", of: "Escrow")
    let text = try listing("Escrow.jobs", names).json.text
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(document["next"] is NSNull)
    let rows = try #require(document["rows"] as? [[String: Any]])
    #expect(rows.map { $0["path"] as? String } == ["Escrow.jobs[1]", "Escrow.jobs[2]"])
    #expect(rows[0]["record"] as? String == "Job" && rows[0]["exists"] as? Bool == true)
    let components = try #require(rows[0]["components"] as? [[String: Any]])
    #expect(components.first { $0["name"] as? String == "quorum" }?["value"] as? String == "2")
    let fee = try listing("Escrow.fee", names).rows[0].json.text
    #expect(fee.contains(#""kind":"int","value":"250","text":"250""#))
  }

  // MARK: - Pages

  /// A world in whose map `shop.jobs` and `shop.sums` some entries stand.
  private func shop(_ count: Int, source: CountingSource? = nil) throws -> NamedWorld {
    let (built, shop, _) = try StatePathTests.world()
    let state = built.world.state
    for number in 0..<count {
      let job = try StateKey.field(
        contract: shop, index: 1, key: [.int(Integer(number * 3 - count))], of: [.int])
      var writer = ByteWriter()
      writer.write(Value(Fixture.alice), of: .address)
      writer.write(.int(Integer(number)), of: .int)
      state.write(writer.bytes, for: job.bytes)
    }
    guard let source else { return built }
    source.entries = Fixture.contents(of: built.world).map { ($0.key, $0.value) }
      .sorted { $0.0.lexicographicallyPrecedes($1.0) }
    let names = NamedWorld(world: World(state: StateTable(source: source)))
    names.addContract("shop", shop)
    return names
  }

  @Test(arguments: [1, 2, 7, 50, 1_000]) func turnPages(size: Int) throws {
    let names = try shop(60)
    let path = try StatePath.read("shop.jobs", in: names)
    var after: StateKey?
    var paths: [String] = []
    repeat {
      let page = StateListing(path, in: names, limit: size, after: after)
      #expect(page.rows.count <= size && !page.rows.isEmpty)
      paths += page.rows.map(\.path)
      // What the page says leads on, as a path and as what stands between the brackets.
      after = try page.next.map { try path.cursor($0, in: names) }
      #expect(after == page.last)
      if let next = page.next, let open = next.firstIndex(of: "[") {
        let inner = String(next[next.index(after: open)...].dropLast())
        #expect(try path.cursor(inner, in: names) == after)
      }
    } while after != nil
    #expect(paths == (0..<60).map { "shop.jobs[\(Integer($0 * 3 - 60))]" })
  }

  @Test func readLittleOfLargeMaps() throws {
    let source = CountingSource()
    let names = try shop(20_000, source: source)
    let path = try StatePath.read("shop.jobs", in: names)
    let page = StateListing(
      path, in: names, limit: 10, after: try path.cursor("9000", in: names))
    #expect(page.rows.first?.path == "shop.jobs[9001]")
    #expect(page.rows.count == 10)
    #expect(source.given < 500)
    #expect(try listing("shop", names).rows[1].value == "more than 100 entries")
    #expect(source.given < 2_000)
  }

  @Test func refuseOtherCursors() throws {
    let names = try shop(3)
    let jobs = try StatePath.read("shop.jobs", in: names)
    for (text, message) in [
      ("shop.flags[true]", "no entry of what is shown"), ("x", "is of kind int"),
      ("shop.jobz[1]", "no field \"jobz\""), ("1, 2", "1 component"), ("", "1 component"),
    ] {
      let error = #expect(throws: CommandFailure.self) { try jobs.cursor(text, in: names) }
      #expect(error?.message.contains(message) == true, "\(text): \(String(describing: error))")
    }
    let value = try StatePath.read("shop.token", in: names)
    #expect(throws: CommandFailure.self) { try value.cursor("1", in: names) }
  }

  @Test func countAndSum() throws {
    let names = try shop(5)
    let shop = try #require(names.contract("shop"))
    for (asset, sum) in [("USD", 40), ("rig.Share", 2)] {
      let key = try StateKey.field(
        contract: shop, index: 5, key: [Value(try names.asset(asset))], of: [.asset])
      names.world.state.write(Integer(sum).encoded(), for: key.bytes)
    }
    names.world.state.write(
      Integer(42).encoded(), for: StateKey.total(contract: shop, index: 5).bytes)
    let values = try values("shop", names)
    #expect(values["shop.jobs"] == "5 entries")
    #expect(values["shop.sums"] == "2 entries, total 42")
    #expect(values["shop.book"] == "empty")
    #expect(values["shop.terms"] == "no record")
    #expect(try self.values("total(shop.sums)", names) == ["total(shop.sums)": "42"])
    #expect(try listing("shop.book", names).text() == "no entries\n")
    let table = try listing("shop.sums", names).text()
    #expect(table.contains("shop.sums[USD]") && table.contains("shop.sums[rig.Share]"))
  }

  /// An amount has a unit only where it can be of one asset alone.
  @Test func giveUnitsWhereTheyAreCertain() throws {
    let names = try shop(1)
    let shop = try #require(names.contract("shop"))
    #expect(try values("shop.jobs[-1].amount", names).values.first == "0")
    let token = StateKey.field(contract: shop, index: 0, components: [])
    names.world.state.write(try names.asset("USD").bytes, for: token.bytes)
    #expect(try values("shop.jobs[-1].amount", names).values.first == "0 USD")
    #expect(
      try listing("shop.jobs", names).rows[0].value == "Job(payer: alice, amount: 0 USD)")
    let values = ValueText(names: names)
    let (asset, amount) = (Parameter("a", .asset), Parameter("amount", .int))
    let module = Module(name: "M")
    let usd = Value(try names.asset("USD"))
    let share = Value(try names.asset("rig.Share"))
    #expect(
      values.list([usd, .int(1_500_000)], [asset, amount], in: module) == "a: USD, amount: 1.5 USD")
    #expect(
      values.list([usd, share, .int(5)], [asset, asset, amount], in: module).hasSuffix("amount: 5"))
    #expect(
      values.list([Value(.zero), .int(5)], [asset, amount], in: module).hasSuffix("amount: 5"))
  }
}

/// A store in memory that counts what is read from it.
final class CountingSource: StateSource {
  var entries: [(key: [UInt8], value: [UInt8])] = []
  private(set) var given = 0

  /// The place of the first key at or above the given one.
  private func place(_ key: UnsafeRawBufferPointer) -> Int {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].key.lexicographicallyPrecedes(key) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }

  func value(forKey key: UnsafeRawBufferPointer) -> [UInt8]? {
    given += 1
    let place = place(key)
    return place < entries.count && entries[place].key.elementsEqual(key)
      ? entries[place].value : nil
  }

  func entries(
    atOrAbove key: UnsafeRawBufferPointer, limit: Int
  ) -> [(key: [UInt8], value: [UInt8])] {
    let page = Array(entries[place(key)...].prefix(limit))
    given += page.count
    return page
  }

  func entries(
    below key: UnsafeRawBufferPointer, limit: Int
  ) -> [(key: [UInt8], value: [UInt8])] {
    let page = Array(entries[..<place(key)].suffix(limit).reversed())
    given += page.count
    return page
  }
}
