import Bytecode
import Execution
import Integers
import Testing

@Suite struct OrderBookTests {
  enum Side: String, Sendable {
    case bid = "Bid"
    case ask = "Ask"
  }

  enum Reason: Int { case filled, cancelled, expired, refused, selfTrade }

  private static let traders = ["ann", "ben", "cat", "dan"]

  /// A market whose traders have some of both assets.
  private struct Setting {
    let scene = Scene()
    let book: Contract
    let base: Identifier
    let quote: Identifier

    init(
      lot: Int = 1, tick: Int = 1, fee: Int = 0,
      base makeBase: (Scene) throws -> Identifier = {
        $0.money("CUT", decimals: 0, supply: 4_000_000, to: "mint")
      },
      quote makeQuote: (Scene) throws -> Identifier = {
        $0.money("USD", decimals: 6, supply: 4_000_000_000_000_000, to: "mint")
      }
    ) throws {
      base = try makeBase(scene)
      quote = try makeQuote(scene)
      book = try scene.deploy(
        "OrderBook.alq", as: "book",
        [
          "base": .identifier(base), "quote": .identifier(quote), "lot": .number(lot),
          "tick": .number(tick), "fee": .number(fee), "treasury": "treasury",
        ])
      for asset in [base, quote] {
        let part = scene.units(asset, "mint") / 4
        for trader in OrderBookTests.traders where part > 0 {
          try scene.send(Integer(part), of: asset, from: "mint", to: trader).ok()
        }
      }
    }

    func needed(_ side: Side, _ price: Int, _ lots: Int) throws -> Int {
      try book.view(
        "needed_for",
        ["side": .name(side.rawValue), "price": .number(price), "lots": .number(lots)]
      ).number("needed")
    }

    func tryPlace(
      _ side: Side, _ price: Int, _ lots: Int, by trader: String, expires: Int? = nil,
      page: Int = 50, paying payments: [AttachedPayment]? = nil
    ) throws -> Outcome {
      let paid = try payments ?? [.of(side == .bid ? quote : base, needed(side, price, lots))]
      return try book.call(
        "place", by: trader,
        [
          "side": .name(side.rawValue), "price": .number(price), "lots": .number(lots),
          "expires": .number(expires ?? scene.now + 86_400), "page": .number(page),
        ], paying: paid)
    }

    func place(
      _ side: Side, _ price: Int, _ lots: Int, by trader: String, expires: Int? = nil,
      page: Int = 50
    ) throws -> Outcome {
      try tryPlace(side, price, lots, by: trader, expires: expires, page: page).ok()
    }

    func cancel(_ order: Int, by trader: String) throws -> Outcome {
      try book.call("cancel", by: trader, ["order": .number(order)])
    }

    func expire(_ order: Int) throws -> Outcome {
      try book.call("expire", by: "passer-by", ["order": .number(order)])
    }

    func goOn(_ page: Int) throws -> Outcome {
      try book.call("go_on", by: "passer-by", ["page": .number(page)])
    }

    func best() throws -> [Int] {
      let best = try book.view("best")
      return [try best.number("bid"), try best.number("ask")]
    }

    /// What is left of an order, or nil if it is gone.
    func lots(_ order: Int) throws -> Int? {
      try book.peek("orders", [.int(Integer(order))], "lots")?.integer?.asInt
    }

    func escrow(_ order: Int) throws -> Int { try book.number("orders", at: [order], "escrow") }
  }

  /// The trades of a step as (maker, lots, price, fee).
  private func trades(_ outcome: Outcome) -> [[Int]] {
    let columns = ["maker", "lots", "price", "fee"].map { outcome.numbers("Traded", $0) }
    return columns[0].indices.map { row in columns.map { $0[row] } }
  }

  /// The ends of orders in a step as (order, reason, lots, returned).
  private func ends(_ outcome: Outcome) -> [[Int]] {
    let columns = ["order", "reason", "lots", "returned"].map { outcome.numbers("Ended", $0) }
    return columns[0].indices.map { row in columns.map { $0[row] } }
  }

  // MARK: - Making

  @Test func isMadeForASoundMarket() throws {
    let scene = Scene()
    let base = scene.money("CUT", decimals: 0, supply: 1, to: "ann")
    let quote = scene.money("USD", decimals: 6, supply: 1, to: "ann")
    func make(
      _ base: Identifier, _ quote: Identifier, lot: Int = 1, tick: Int = 1, fee: Int = 0,
      treasury: Argument = "treasury"
    ) throws -> Outcome {
      try scene.tryDeploy(
        "OrderBook.alq",
        [
          "base": .identifier(base), "quote": .identifier(quote), "lot": .number(lot),
          "tick": .number(tick), "fee": .number(fee), "treasury": treasury,
        ])
    }
    try make(base, quote).ok()
    try make(base, base).fails("BadMarket")
    try make(.zero, quote).fails("BadMarket")
    try make(base, .zero).fails("BadMarket")
    try make(base, quote, lot: 0).fails("BadMarket")
    try make(base, quote, tick: 0).fails("BadMarket")
    try make(base, quote, tick: -1).fails("BadMarket")
    try make(base, quote, treasury: .identifier(.zero)).fails("BadMarket")
    try make(base, quote, fee: -1).fails("BadFee", ["fee": -1])
    try make(base, quote, fee: 1_001).fails("BadFee", ["fee": 1_001])
    try make(base, quote, fee: 1_000).ok()
  }

  @Test func refusesUnfitOrders() throws {
    let s = try Setting(lot: 10, tick: 5, fee: 100)
    try s.tryPlace(.bid, 0, 1, by: "ann").fails("BadPrice", ["price": 0])
    try s.tryPlace(.bid, -5, 1, by: "ann", paying: []).fails("BadPrice", ["price": -5])
    try s.tryPlace(.bid, 7, 1, by: "ann").fails("BadPrice", ["price": 7])
    try s.tryPlace(.ask, 5, 0, by: "ann").fails("BadLots", ["lots": 0])
    try s.tryPlace(.ask, 5, -1, by: "ann", paying: []).fails("BadLots", ["lots": -1])
    try s.tryPlace(.ask, 5, 1, by: "ann", expires: s.scene.now).fails("BadExpiry")
    try s.tryPlace(.ask, 5, 1, by: "ann", expires: s.scene.now + 1).ok()
    try s.tryPlace(.ask, 5, 1, by: "ann", expires: s.scene.now + 31_536_001).fails("BadExpiry")
    try s.tryPlace(.ask, 5, 1, by: "ann", expires: s.scene.now + 31_536_000).ok()
    try s.tryPlace(.ask, 5, 1, by: "ann", page: 0).fails("BadPage", ["page": 0])
    try s.tryPlace(.ask, 5, 1, by: "ann", page: 51).fails("BadPage", ["page": 51])
    try s.tryPlace(.bid, 5, 1, by: "ann", paying: []).fails("WrongToken")
    try s.tryPlace(.bid, 5, 1, by: "ann", paying: [.of(s.base, 10)]).fails("WrongToken")
    try s.tryPlace(.ask, 5, 1, by: "ann", paying: [.of(s.quote, 10)]).fails("WrongToken")
    try s.tryPlace(.ask, 5, 2, by: "ann", paying: [.of(s.base, 19)]).fails(
      "WrongEscrow", ["attached": 19, "needed": 20])
    try s.tryPlace(.ask, 5, 2, by: "ann", paying: [.of(s.base, 21)]).fails("WrongEscrow")
    // Price times lots, and the fee of one per cent rounded up.
    #expect(try s.needed(.bid, 505, 1) == 511)
    try s.tryPlace(.bid, 505, 1, by: "ann", paying: [.of(s.quote, 510)]).fails(
      "WrongEscrow", ["attached": 510, "needed": 511])
    try s.tryPlace(.bid, 505, 1, by: "ann", paying: [.of(s.quote, 512)]).fails("WrongEscrow")
    try s.tryPlace(.bid, 505, 1, by: "ann").ok()
    try s.goOn(1).fails("NothingPending")
  }

  @Test func boundsPricesAndLots() throws {
    let s = try Setting()
    let most = Integer(decimal: "340282366920938463463374607431768211456") ?? 0
    let more = Integer(decimal: "340282366920938463463374607431768211457") ?? 0
    func place(_ price: Integer, _ lots: Integer) throws -> Outcome {
      try s.book.call(
        "place", by: "ann",
        [
          "side": "Ask", "price": .int(price), "lots": .int(lots),
          "expires": .number(s.scene.now + 100), "page": 1,
        ], paying: [.of(s.base, 1)])
    }
    try place(more, 1).fails("BadPrice")
    try place(1, more).fails("BadLots")
    try place(1, most).fails("WrongEscrow")
    try place(most, 1).ok()
  }

  // MARK: - Matching

  @Test func takesTheBestPricesFirst() throws {
    let s = try Setting(tick: 10_000, fee: 30)
    let wealth = s.scene.units(s.quote, "dan")
    _ = try s.place(.ask, 75_250_000, 40, by: "cat")
    _ = try s.place(.ask, 74_500_000, 10, by: "ann")
    _ = try s.place(.ask, 75_000_000, 25, by: "ben")
    #expect(try s.needed(.bid, 75_100_000, 30) == 2_259_759_000)
    let bid = try s.place(.bid, 75_100_000, 30, by: "dan")
    #expect(
      trades(bid) == [[2, 10, 74_500_000, 2_235_000], [3, 20, 75_000_000, 4_500_000]])
    #expect(bid.numbers("Traded", "paid") == [745_000_000, 1_500_000_000])
    #expect(ends(bid) == [[2, 0, 0, 0], [4, 0, 0, 8_024_000]])
    #expect(try s.lots(3) == 5)
    #expect(try s.lots(1) == 40)
    #expect(try s.best() == [0, 75_000_000])
    #expect(s.scene.units(s.quote, "dan") == wealth - 2_245_000_000 - 6_735_000)
    #expect(s.scene.units(s.quote, "ann") == wealth + 745_000_000)
    #expect(s.scene.units(s.quote, "ben") == wealth + 1_500_000_000)
    #expect(s.scene.units(s.quote, "treasury") == 6_735_000)
    #expect(s.scene.units(s.base, "dan") == 1_000_030)
  }

  @Test func theRestOfABidWaitsWithWhatItNeeds() throws {
    let s = try Setting(tick: 10_000, fee: 30)
    _ = try s.place(.ask, 74_500_000, 10, by: "ann")
    let wealth = s.scene.units(s.quote, "dan")
    let bid = try s.place(.bid, 74_600_000, 50, by: "dan")
    #expect(trades(bid) == [[1, 10, 74_500_000, 2_235_000]])
    #expect(bid.numbers("Waits", "lots") == [40])
    #expect(try s.escrow(2) == 2_984_000_000)
    #expect(
      s.scene.units(s.quote, "dan") == wealth - 745_000_000 - 2_235_000 - 2_984_000_000)
    #expect(try s.best() == [74_600_000, 0])
    // As a maker it pays no fee; who sells to it does.
    let earlier = s.scene.units(s.quote, "ben")
    let ask = try s.place(.ask, 74_000_000, 40, by: "ben")
    #expect(trades(ask) == [[2, 40, 74_600_000, 8_952_000]])
    #expect(s.scene.units(s.quote, "ben") == earlier + 2_984_000_000 - 8_952_000)
    #expect(try s.lots(2) == nil)
    #expect(try s.best() == [0, 0])
    #expect(s.scene.units(s.quote, "book") == 0)
    #expect(s.scene.units(s.base, "book") == 0)
  }

  @Test func theOldestOrderOfAPriceTradesFirstAndKeepsItsPlace() throws {
    let s = try Setting()
    for (price, trader) in [(10, "ann"), (11, "ben"), (11, "cat"), (11, "ann")] {
      _ = try s.place(.bid, price, 5, by: trader)
    }
    let first = try s.place(.ask, 10, 3, by: "dan")
    #expect(trades(first) == [[2, 3, 11, 0]])
    let second = try s.place(.ask, 10, 4, by: "dan")
    #expect(trades(second) == [[2, 2, 11, 0], [3, 2, 11, 0]])
    let third = try s.place(.ask, 10, 9, by: "dan")
    #expect(trades(third) == [[3, 3, 11, 0], [4, 5, 11, 0], [1, 1, 10, 0]])
    #expect(try s.lots(1) == 4)
    let fourth = try s.place(.ask, 11, 1, by: "dan")
    #expect(trades(fourth).isEmpty)
    #expect(try s.best() == [10, 11])
    // Asks at one price as well.
    _ = try s.place(.ask, 11, 1, by: "cat")
    let fifth = try s.place(.bid, 12, 2, by: "ben")
    #expect(trades(fifth) == [[8, 1, 11, 0], [9, 1, 11, 0]])
    #expect(ends(fifth).last == [10, 0, 0, 2])
  }

  @Test func tradesInLots() throws {
    let s = try Setting(lot: 1_000)
    _ = try s.place(.ask, 7, 3, by: "ann")
    #expect(s.scene.units(s.base, "ann") == 997_000)
    _ = try s.place(.bid, 7, 2, by: "ben")
    #expect(s.scene.units(s.base, "ben") == 1_002_000)
    #expect(s.scene.units(s.quote, "ann") == 1_000_000_000_000_014)
    #expect(try s.escrow(1) == 1_000)
  }

  @Test func theFeeOfManySmallTradesIsThatOfOne() throws {
    let s = try Setting(fee: 30)
    for _ in 0..<3 { _ = try s.place(.ask, 1, 1, by: "ann") }
    let bid = try s.place(.bid, 1, 3, by: "ben")
    #expect(trades(bid).map { $0[3] } == [1, 0, 0])
    #expect(s.scene.units(s.quote, "treasury") == 1)
    // The seller as the taker: 333 cost one, one more unit costs two.
    _ = try s.place(.bid, 333, 1, by: "ann")
    _ = try s.place(.bid, 1, 1, by: "ann")
    let before = s.scene.units(s.quote, "ben")
    let ask = try s.place(.ask, 1, 2, by: "ben")
    #expect(trades(ask).map { $0[3] } == [1, 1])
    #expect(s.scene.units(s.quote, "ben") == before + 332)
  }

  @Test(arguments: [(333, 1), (334, 2), (666, 2), (667, 3), (1, 1), (10_000, 30)])
  func theFeeIsRoundedUp(price: Int, fee: Int) throws {
    let s = try Setting(fee: 30)
    _ = try s.place(.ask, price, 1, by: "ann")
    let bid = try s.place(.bid, price, 1, by: "ben")
    #expect(trades(bid) == [[1, 1, price, fee]])
    #expect(ends(bid).last == [2, 0, 0, 0])
  }

  // MARK: - Pages

  @Test func aLongMatchGoesOnInPages() throws {
    let s = try Setting(fee: 30)
    for price in [10, 11, 12] { _ = try s.place(.ask, price, 1, by: "ann") }
    let bid = try s.place(.bid, 12, 5, by: "ben", page: 1)
    #expect(trades(bid) == [[1, 1, 10, 1]])
    #expect(try s.book.number("pending") == 4)
    try s.tryPlace(.ask, 12, 1, by: "cat").fails("Matching", ["order": 4])
    try s.goOn(0).fails("BadPage", ["page": 0])
    try s.goOn(51).fails("BadPage", ["page": 51])
    #expect(trades(try s.goOn(1).ok()) == [[2, 1, 11, 0]])
    #expect(trades(try s.goOn(1).ok()) == [[3, 1, 12, 0]])
    // The last page finds nobody left, and the order waits.
    #expect(try s.goOn(1).ok().numbers("Waits", "lots") == [2])
    try s.goOn(1).fails("NothingPending")
    #expect(try s.best() == [12, 0])
    #expect(try s.escrow(4) == 24)
  }

  @Test func aPageThatFillsTheOrderEndsTheMatch() throws {
    let s = try Setting()
    for _ in 0..<3 { _ = try s.place(.ask, 10, 1, by: "ann") }
    _ = try s.place(.bid, 10, 2, by: "ben", page: 2)
    #expect(try s.book.number("pending") == 0)
    #expect(try s.lots(3) == 1)
  }

  @Test func theOneWhoIsMatchedMayCancelOrRunOut() throws {
    let s = try Setting(fee: 1_000)
    let wealth = s.scene.units(s.quote, "ben")
    for _ in 0..<4 { _ = try s.place(.ask, 10, 1, by: "ann") }
    _ = try s.place(.bid, 10, 3, by: "ben", page: 1)
    try s.cancel(5, by: "ann").fails("NotMaker", ["order": 5, "who": "ann"])
    let cancelled = try s.cancel(5, by: "ben").ok()
    #expect(ends(cancelled) == [[5, 1, 2, 22]])
    #expect(try s.book.number("pending") == 0)
    #expect(s.scene.units(s.quote, "ben") == wealth - 11)

    let expires = s.scene.now + 100
    _ = try s.place(.bid, 10, 3, by: "ben", expires: expires, page: 1)
    s.scene.travel(to: expires - 1)
    #expect(trades(try s.goOn(1).ok()) == [[3, 1, 10, 1]])
    s.scene.travel(to: expires)
    #expect(ends(try s.goOn(1).ok()) == [[6, 2, 1, 11]])
    #expect(try s.book.number("pending") == 0)
    #expect(try s.lots(4) == 1)
    // A maker may leave in the middle of a match.
    _ = try s.place(.ask, 10, 1, by: "cat")
    _ = try s.place(.bid, 10, 3, by: "ben", page: 1)
    try s.cancel(7, by: "cat").ok()
    #expect(try s.goOn(1).ok().numbers("Waits", "lots") == [2])
  }

  @Test func anyoneEndsAnExpiredOrder() throws {
    let s = try Setting()
    let expires = s.scene.now + 100
    _ = try s.place(.bid, 10, 3, by: "ann", expires: expires)
    _ = try s.place(.bid, 9, 3, by: "ben")
    s.scene.travel(to: expires - 1)
    try s.expire(1).fails("NotExpired", ["order": 1, "expires": .number(expires)])
    s.scene.travel(to: expires)
    #expect(ends(try s.expire(1).ok()) == [[1, 2, 3, 30]])
    try s.expire(1).fails("UnknownOrder", ["order": 1])
    try s.expire(2).fails("NotExpired")
    #expect(try s.best() == [9, 0])
  }

  @Test func anExpiredOrderDoesNotTrade() throws {
    let s = try Setting()
    let expires = s.scene.now + 100
    for _ in 0..<2 { _ = try s.place(.ask, 10, 1, by: "ann", expires: expires) }
    _ = try s.place(.ask, 11, 1, by: "cat")
    s.scene.travel(to: expires - 1)
    #expect(trades(try s.place(.bid, 11, 1, by: "ben")) == [[1, 1, 10, 0]])
    s.scene.travel(to: expires)
    let bid = try s.place(.bid, 11, 1, by: "ben")
    #expect(ends(bid) == [[2, 2, 1, 1], [3, 0, 0, 0], [5, 0, 0, 0]])
    #expect(trades(bid) == [[3, 1, 11, 0]])
  }

  @Test func onlyTheMakerCancels() throws {
    let s = try Setting(fee: 30)
    let wealth = s.scene.units(s.quote, "ann")
    _ = try s.place(.bid, 1_000, 3, by: "ann")
    #expect(s.scene.units(s.quote, "ann") == wealth - 3_000)
    for stranger in ["ben", "treasury", "deployer"] {
      try s.cancel(1, by: stranger).fails("NotMaker", ["who": .name(stranger)])
    }
    #expect(ends(try s.cancel(1, by: "ann").ok()) == [[1, 1, 3, 3_000]])
    #expect(s.scene.units(s.quote, "ann") == wealth)
    try s.cancel(1, by: "ann").fails("UnknownOrder", ["order": 1])
    try s.cancel(99, by: "ann").fails("UnknownOrder", ["order": 99])
    #expect(try s.book.peek("book", [.int(0), .int(-1_000), .int(1)]) == nil)
  }

  @Test func nobodyTradesWithOneself() throws {
    let s = try Setting()
    _ = try s.place(.ask, 10, 1, by: "ann")
    _ = try s.place(.ask, 11, 1, by: "ben")
    let bid = try s.place(.bid, 11, 1, by: "ann")
    #expect(ends(bid) == [[1, 4, 1, 1], [2, 0, 0, 0], [3, 0, 0, 0]])
    #expect(trades(bid) == [[2, 1, 11, 0]])
  }

  // MARK: - Those who are refused

  private func dollars(_ scene: Scene, _ name: String) throws -> Identifier {
    try scene.issueDollars(name, 1_000_000, to: Self.traders).asset
  }

  private func block(_ s: Setting, _ name: String, _ who: String, _ yes: Bool = true) throws {
    try s.scene.contract("bank of \(name)").call(
      "block", by: "bank", ["who": .name(who), "yes": .bool(yes)]
    ).ok()
  }

  @Test func aMakerWhoMayNotReceiveLosesTheOrderAndNotTheMarketItsTime() throws {
    let s = try Setting(fee: 30, base: { try dollars($0, "cuts") })
    let wealth = s.scene.units(s.quote, "ann")
    _ = try s.place(.bid, 1_000, 5, by: "ann")
    _ = try s.place(.bid, 900, 5, by: "ben")
    try block(s, "cuts", "ann")
    let ask = try s.place(.ask, 900, 5, by: "cat")
    #expect(ends(ask) == [[1, 3, 5, 5_000], [2, 0, 0, 0], [3, 0, 0, 0]])
    #expect(trades(ask) == [[2, 5, 900, 14]])
    #expect(s.scene.units(s.quote, "ann") == wealth)
    #expect(s.scene.units(s.base, "ben") == 1_000_005)
  }

  @Test func aTakerWhoMayNotReceiveLeavesTheBookAsItWas() throws {
    let s = try Setting(fee: 30, base: { try dollars($0, "cuts") })
    _ = try s.place(.ask, 10, 5, by: "ann")
    let wealth = s.scene.units(s.quote, "ben")
    try block(s, "cuts", "ben")
    let bid = try s.place(.bid, 12, 5, by: "ben")
    #expect(ends(bid) == [[2, 3, 5, 61]])
    #expect(trades(bid).isEmpty)
    #expect(s.scene.units(s.quote, "ben") == wealth)
    #expect(try s.lots(1) == 5)
    #expect(try s.book.number("pending") == 0)
  }

  @Test func theRulesOfThePartAreAsked() throws {
    let s = try Setting(base: { scene in
      let rules = try scene.deploy("TransferRules.alq", as: "rules", ["admin": "officer"])
      let parts = try scene.deploy(
        "../Tests/ContractTests/Fixtures/RuledPart.alq", as: "parts", ["rules": "rules"])
      try rules.call("roles.grant", by: "officer", ["role": "officer", "member": "officer"]).ok()
      try rules.call("admit_issuer", by: "officer", ["issuer": "parts"]).ok()
      try parts.call("begin", by: "anyone").ok()
      for trader in ["ann", "ben", "cat"] {
        try rules.call("enlist", by: "officer", ["holder": .name(trader), "cap": 1_000]).ok()
      }
      try parts.call("issue", by: "anyone", ["receiver": "ann", "amount": 1_000]).ok()
      return parts.asset("Part")
    })
    let rules = s.scene.contract("rules")
    // Not even the book receives what it is not listed for.
    try s.tryPlace(.ask, 1, 1, by: "ann").fails("NotListed", ["holder": "book"])
    try rules.call("enlist", by: "officer", ["holder": "book", "cap": 1_000_000]).ok()
    _ = try s.place(.bid, 12, 10, by: "dan")
    _ = try s.place(.bid, 11, 996, by: "ben")
    _ = try s.place(.bid, 10, 10, by: "ben")
    _ = try s.place(.bid, 9, 10, by: "cat")
    // Dan is not listed.
    let first = try s.place(.ask, 9, 995, by: "ann")
    #expect(ends(first) == [[1, 3, 10, 120], [5, 0, 0, 0]])
    #expect(trades(first) == [[2, 995, 11, 0]])
    // Ben may have 1,000 and no more: exactly so many are delivered.
    let second = try s.place(.ask, 9, 5, by: "ann")
    #expect(trades(second) == [[2, 1, 11, 0], [3, 4, 10, 0]])
    #expect(s.scene.units(s.base, "ben") == 1_000)
    try s.scene.contract("parts").call("issue", by: "anyone", ["receiver": "ann", "amount": 5]).ok()
    let third = try s.place(.ask, 9, 5, by: "ann")
    #expect(ends(third) == [[3, 3, 6, 60], [7, 0, 0, 0]])
    #expect(trades(third) == [[4, 5, 9, 0]])
    // A frozen seller's order that waits can still be filled: the book holds the parts.
    try s.scene.send(5, of: s.base, from: "cat", to: "ann").ok()
    _ = try s.place(.ask, 20, 5, by: "ann")
    try rules.call("freeze", by: "officer", ["holder": "ann", "yes": true]).ok()
    let fourth = try s.place(.bid, 20, 4, by: "cat")
    #expect(trades(fourth) == [[8, 4, 20, 0]])
    // What is left cannot go back to her, and waits in the till.
    try s.cancel(8, by: "ann").ok()
    #expect(try s.book.kept(s.base, "ann") == 1)
  }

  @Test func aSellerOrTreasuryThatRefusesThePriceStopsNobody() throws {
    let s = try Setting(fee: 1_000, quote: { try dollars($0, "money") })
    _ = try s.place(.ask, 10, 5, by: "ann")
    try block(s, "money", "ann")
    try block(s, "money", "treasury")
    let bid = try s.place(.bid, 10, 5, by: "ben")
    #expect(trades(bid) == [[1, 5, 10, 5]])
    #expect(try s.book.kept(s.quote, "ann") == 50)
    #expect(try s.book.kept(s.quote, "treasury") == 5)
    #expect(s.scene.units(s.base, "ben") == 1_000_005)
    let collected = try s.book.call(
      "till.collect", by: "ann", ["token": .identifier(s.quote), "receiver": "cat"])
    #expect(try collected.ok().number("amount") == 50)
    // A bidder who may not be paid back either: the money waits for better times.
    _ = try s.place(.bid, 10, 5, by: "dan")
    try block(s, "money", "dan")
    try s.cancel(3, by: "dan").ok()
    #expect(try s.book.kept(s.quote, "dan") == 50)
    try block(s, "money", "dan", false)
    try s.book.call(
      "till.collect", by: "dan", ["token": .identifier(s.quote), "receiver": "dan"]
    ).ok()
    #expect(s.scene.units(s.quote, "dan") == 1_000_000)
  }

  @Test func tooLittleGasRefusesNobody() throws {
    let s = try Setting()
    _ = try s.place(.ask, 10, 5, by: "ann")
    try s.book.call(
      "place", by: "ben",
      [
        "side": "Bid", "price": 10, "lots": 5, "expires": .number(s.scene.now + 100), "page": 1,
      ], paying: [.of(s.quote, 50)], gas: 255_000
    ).fails("InsufficientTryGas")
    #expect(try s.lots(1) == 5)
  }

  @Test func aFullPageIsAffordable() throws {
    let s = try Setting(
      fee: 30, base: { try dollars($0, "cuts") }, quote: { try dollars($0, "money") })
    for index in 0..<50 { _ = try s.place(.ask, 10 + index, 1, by: "ann") }
    let bid = try s.place(.bid, 100, 50, by: "ben", page: 50)
    #expect(trades(bid).count == 50)
    #expect(bid.receipt.gasUsed < 2_000_000)
    #expect(try s.best() == [0, 0])
  }
}
