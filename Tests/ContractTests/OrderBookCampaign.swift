import Bytecode
import Execution
import Integers
import Testing

/// An order book beside a simple one that sorts a list.
final class OrderBookCampaign {
  private struct Order {
    let number: Int
    let maker: String
    let isBid: Bool
    let price: Int
    var lots: Int
    var escrow: Int
    var taken = 0
    let expires: Int
  }

  private static let people = ["ann", "ben", "cat", "dan", "eve"]
  private static let lot = 3
  private static let fee = 70
  private let scene = Scene()
  private let book: Contract
  /// The banks of base and quote, and the assets.
  private let banks: [Contract]
  private let assets: [Identifier]
  private var random: SplitMix64
  private var blocked: [Set<String>] = [[], []]
  private var balances: [[String: Int]] = [[:], [:]]
  private var kept: [[String: Int]] = [[:], [:]]
  private var waiting: [Order] = []
  private var pending: Order?
  private var last = 0
  private(set) var counts = StepCounts()
  /// How often each reason ended an order.
  private(set) var reasons = [0, 0, 0, 0, 0]
  private(set) var tradeCount = 0

  init(seed: UInt64) throws {
    random = SplitMix64(seed: seed)
    let base = try scene.issueDollars("base", 10_000, to: Self.people)
    let quote = try scene.issueDollars("quote", 1_000_000, to: Self.people)
    banks = [base.bank, quote.bank]
    assets = [base.asset, quote.asset]
    book = try scene.deploy(
      "OrderBook.alq", as: "book",
      [
        "base": .identifier(base.asset), "quote": .identifier(quote.asset),
        "lot": .number(Self.lot), "tick": 2, "fee": .number(Self.fee), "treasury": "treasury",
      ])
    for person in Self.people {
      balances[0][person] = 10_000
      balances[1][person] = 1_000_000
    }
  }

  private func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

  private func person() -> String { Self.people[pick(0...Self.people.count - 1)] }

  func run(steps: Int) throws {
    for _ in 0..<steps {
      if pick(0...9) == 0 { scene.warp(seconds: pick(1...200)) }
      try step()
      try compare()
    }
  }

  private func step() throws {
    let isMatching = pending != nil
    switch pick(0...19) {
    case 0...12: if isMatching && pick(0...3) > 0 { try goOn() } else { try place() }
    case 13...14: try goOn()
    case 15...16: try cancel()
    case 17: try expire()
    default: if pick(0...1) == 0 { try block() } else { try collect() }
    }
  }

  // MARK: - The model

  private var events: [[Int]] = []

  private func pay(_ token: Int, _ amount: Int, _ payee: String) {
    if blocked[token].contains(payee) {
      kept[token][payee, default: 0] += amount
    } else {
      balances[token][payee, default: 0] += amount
    }
  }

  private func needed(_ isBid: Bool, _ price: Int, _ lots: Int) -> Int {
    isBid ? price * lots + ceilFee(price * lots) : lots * Self.lot
  }

  private func ceilFee(_ amount: Int) -> Int { (amount * Self.fee + 9_999) / 10_000 }

  private func finish(_ order: Order, _ reason: Int) {
    events.append([order.number, reason, order.lots, order.escrow])
    reasons[reason] += 1
    if pending?.number == order.number { pending = nil }
    waiting.removeAll { $0.number == order.number }
    pay(order.isBid ? 1 : 0, order.escrow, order.maker)
  }

  /// The waiting order of the other side that trades first.
  private func best(against isBid: Bool) -> Order? {
    waiting.filter { $0.isBid != isBid }.min {
      let (a, b) = isBid ? ($0.price, $1.price) : (-$0.price, -$1.price)
      return (a, $0.number) < (b, $1.number)
    }
  }

  private func match(_ page: Int) {
    if let taker = pending, scene.now >= taker.expires { return finish(taker, 2) }
    for _ in 0..<page {
      guard let taker = pending else { return }
      guard let maker = best(against: taker.isBid),
        taker.isBid ? maker.price <= taker.price : maker.price >= taker.price
      else { return rest(taker) }
      meet(taker, maker)
    }
  }

  private func rest(_ taker: Order) {
    var order = taker
    pending = nil
    if order.isBid {
      let surplus = order.escrow - order.price * order.lots
      order.escrow -= surplus
      pay(1, surplus, order.maker)
    }
    waiting.append(order)
  }

  private func meet(_ first: Order, _ second: Order) {
    var (taker, maker) = (first, second)
    if scene.now >= maker.expires { return finish(maker, 2) }
    if maker.maker == taker.maker { return finish(maker, 4) }
    let buyer = taker.isBid ? taker : maker
    if blocked[0].contains(buyer.maker) { return finish(buyer, 3) }
    let lots = min(taker.lots, maker.lots)
    let paid = maker.price * lots
    let charge = ceilFee(taker.taken + paid) - ceilFee(taker.taken)
    taker.taken += paid
    taker.lots -= lots
    maker.lots -= lots
    let spent = taker.isBid ? paid + charge : paid
    if taker.isBid {
      taker.escrow -= spent
      maker.escrow -= lots * Self.lot
    } else {
      maker.escrow -= spent
      taker.escrow -= lots * Self.lot
    }
    tradeCount += 1
    balances[0][buyer.maker, default: 0] += lots * Self.lot
    pending = taker
    if let index = waiting.firstIndex(where: { $0.number == maker.number }) {
      waiting[index] = maker
    }
    if maker.lots == 0 { finish(maker, 0) }
    if taker.lots == 0 { finish(taker, 0) }
    pay(1, spent - charge, taker.isBid ? maker.maker : taker.maker)
    pay(1, charge, "treasury")
  }

  // MARK: - Steps

  private func expect(_ action: String, _ error: String?, _ outcome: Outcome) throws {
    counts.note(action, outcome)
    try #require(
      outcome.error?.name == error, "\(action): \(outcome) instead of \(error ?? "success")")
    let columns = ["order", "reason", "lots", "returned"].map { outcome.numbers("Ended", $0) }
    let ended = columns[0].indices.map { row in columns.map { $0[row] } }
    try #require(ended == events, "\(action)")
    events = []
  }

  private func place() throws {
    let (maker, isBid) = (person(), Bool.random(using: &random))
    let price = pick(0...30) == 0 ? pick(-1...99) : 2 * pick(40...60)
    let lots = pick(0...30) == 0 ? 0 : pick(1...12)
    let expires = scene.now + pick(-10...800)
    let page = pick(0...30) == 0 ? pick(0...1) * 51 : pick(1...4)
    let exact = needed(isBid, price, lots)
    let amount = max(0, pick(0...30) == 0 ? exact + pick(-1...1) : exact)
    let token = isBid != (pick(0...30) == 0) ? 1 : 0
    let error = refusal(
      maker, token, amount, price, lots, expires,
      needs: (isBid ? 1 : 0, exact), isPage: page > 0 && page < 51)
    let outcome = try book.call(
      "place", by: maker,
      [
        "side": isBid ? "Bid" : "Ask", "price": .number(price), "lots": .number(lots),
        "expires": .number(expires), "page": .number(page),
      ], paying: [.of(assets[token], amount)])
    // The call ran in the block before this one.
    scene.world.block.time -= scene.interval
    if error == nil {
      balances[token][maker, default: 0] -= amount
      last += 1
      pending = Order(
        number: last, maker: maker, isBid: isBid, price: price, lots: lots, escrow: amount,
        expires: expires)
      match(page)
    }
    scene.world.block.time += scene.interval
    try expect("place", error, outcome)
  }

  private func refusal(
    _ maker: String, _ token: Int, _ amount: Int, _ price: Int, _ lots: Int, _ expires: Int,
    needs: (token: Int, amount: Int), isPage: Bool
  ) -> String? {
    if amount > 0 && blocked[token].contains(maker) { return "IsBlocked" }
    if amount > balances[token][maker, default: 0] { return "InsufficientBalance" }
    if pending != nil { return "Matching" }
    if price < 1 || price % 2 != 0 { return "BadPrice" }
    if lots < 1 { return "BadLots" }
    if expires <= scene.now { return "BadExpiry" }
    if token != needs.token { return "WrongToken" }
    if amount != needs.amount { return "WrongEscrow" }
    return isPage ? nil : "BadPage"
  }

  private func goOn() throws {
    let page = pick(0...20) == 0 ? 0 : pick(1...5)
    let error = pending == nil ? "NothingPending" : page == 0 ? "BadPage" : nil
    if error == nil { match(page) }
    try expect("go_on", error, book.call("go_on", by: person(), ["page": .number(page)]))
  }

  /// Any order, mostly one that lives.
  private func someOrder() -> Int {
    let living = waiting.map(\.number) + [pending?.number].compactMap(\.self)
    return pick(0...4) == 0 ? pick(1...last + 1) : living.randomElement(using: &random) ?? 1
  }

  private func living(_ number: Int) -> Order? {
    pending?.number == number ? pending : waiting.first { $0.number == number }
  }

  private func cancel() throws {
    let number = someOrder()
    let order = living(number)
    let caller = pick(0...3) == 0 ? person() : order?.maker ?? person()
    let error = order == nil ? "UnknownOrder" : order?.maker == caller ? nil : "NotMaker"
    if let order, error == nil { finish(order, 1) }
    try expect("cancel", error, book.call("cancel", by: caller, ["order": .number(number)]))
  }

  private func expire() throws {
    let number = someOrder()
    let order = living(number)
    let isOver = scene.now >= order?.expires ?? 0
    let error = order == nil ? "UnknownOrder" : isOver ? nil : "NotExpired"
    if let order, error == nil { finish(order, 2) }
    try expect("expire", error, book.call("expire", by: person(), ["order": .number(number)]))
  }

  private func block() throws {
    let (token, yes) = (pick(0...1), pick(0...2) == 0)
    let who = pick(0...5) == 0 ? "treasury" : person()
    try banks[token].call("block", by: "bank", ["who": .name(who), "yes": .bool(yes)]).ok()
    if yes { blocked[token].insert(who) } else { blocked[token].remove(who) }
  }

  private func collect() throws {
    let token = pick(0...1)
    let owed = kept[token].filter { $0.value > 0 }.keys.sorted()
    let payee = owed.randomElement(using: &random) ?? person()
    let receiver = person()
    let amount = kept[token][payee, default: 0]
    let error =
      amount == 0 ? "till.NothingDue" : blocked[token].contains(receiver) ? "IsBlocked" : nil
    let outcome = try book.call(
      "till.collect", by: payee,
      ["token": .identifier(assets[token]), "receiver": .name(receiver)])
    try expect("collect", error, outcome)
    if error == nil {
      kept[token][payee] = 0
      balances[token][receiver, default: 0] += amount
    }
  }

  private func compare() throws {
    for (token, asset) in assets.enumerated() {
      for person in Self.people + ["treasury"] {
        try #require(
          scene.units(asset, person) == balances[token][person, default: 0], "\(person)")
        try #require(try book.kept(asset, person) == kept[token][person, default: 0], "\(person)")
      }
    }
    try #require(try book.number("pending") == pending?.number ?? 0)
    for order in waiting + [pending].compactMap(\.self) {
      try #require(try book.number("orders", at: [order.number], "lots") == order.lots)
      try #require(try book.number("orders", at: [order.number], "escrow") == order.escrow)
    }
    let best = try book.view("best")
    try #require(best.number("bid") == self.best(against: false)?.price ?? 0)
    try #require(best.number("ask") == self.best(against: true)?.price ?? 0)
  }

  /// Ends every order, so that the book holds only what it keeps for those who refuse.
  func drain() throws {
    for order in waiting + [pending].compactMap(\.self) {
      finish(order, 1)
      try expect(
        "cancel", nil, book.call("cancel", by: order.maker, ["order": .number(order.number)]))
    }
    try compare()
    for (token, asset) in assets.enumerated() {
      try #require(scene.units(asset, "book") == kept[token].values.reduce(0, +))
      try #require(try book.peek("held", [Value(asset)]) == nil)
    }
  }
}

@Suite struct OrderBookCampaignTests {
  @Test func doesWhatTheModelSays() throws {
    var counts = StepCounts()
    var reasons = [0, 0, 0, 0, 0]
    var tradeCount = 0
    for seed in 1...10 {
      let campaign = try OrderBookCampaign(seed: UInt64(seed))
      try campaign.run(steps: 300)
      try campaign.drain()
      counts.add(campaign.counts)
      for index in reasons.indices { reasons[index] += campaign.reasons[index] }
      tradeCount += campaign.tradeCount
    }
    counts.expect(atLeast: 20, ["place", "go_on", "cancel", "expire", "collect"])
    counts.expect(
      atLeast: 3,
      [
        "place IsBlocked", "place Matching", "place BadPrice", "place BadLots", "place BadExpiry",
        "place WrongToken", "place WrongEscrow", "place BadPage", "go_on NothingPending",
        "go_on BadPage", "cancel UnknownOrder", "cancel NotMaker", "expire UnknownOrder",
        "expire NotExpired", "collect till.NothingDue", "collect IsBlocked",
      ])
    #expect(tradeCount > 300)
    #expect(reasons.allSatisfy { $0 > 20 }, "\(reasons)")
  }
}
