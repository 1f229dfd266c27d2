import Bytecode
import Execution
import Integers
import Testing

@Suite struct StreamingEscrowTests {
  enum Clock: String, CaseIterable, Sendable {
    case blocks = "Blocks"
    case seconds = "Seconds"
  }

  enum Status: Int { case open, overdrawn, closed }

  /// An escrow whose clock a test sets by hand: whatever a call costs in blocks or seconds, the next one
  /// runs at the tick that the test says.
  struct Setting {
    let scene = Scene()
    let escrow: Contract
    let dollar: Identifier
    let clock: Clock

    init(_ clock: Clock = .blocks) throws {
      self.clock = clock
      dollar = scene.money("USD", decimals: 6, supply: 1_000_000_000_000, to: "owner")
      escrow = try scene.deploy("StreamingEscrow.alq", as: "escrow")
    }

    /// Lets the next call run at a tick.
    func at(_ tick: Int) {
      switch clock {
      case .blocks: scene.world.block.height = 1_000 + tick
      case .seconds: scene.world.block.time = 1_700_000_000 + tick
      }
    }

    func open(_ amount: Int, by owner: String = "owner", in asset: Identifier? = nil) throws -> Int
    {
      try escrow.call(
        "open", by: owner, ["clock": .name(clock.rawValue)], paying: [.of(asset ?? dollar, amount)]
      ).ok().number("account")
    }

    func tryStart(
      _ account: Int, _ payee: Argument, _ num: Argument, per den: Argument = 1,
      by owner: String = "owner"
    ) throws -> Outcome {
      try escrow.call(
        "start", by: owner,
        ["account": .number(account), "payee": payee, "num": num, "den": den])
    }

    func start(_ account: Int, _ payee: String, _ num: Int, per den: Int = 1) throws -> Int {
      try tryStart(account, .name(payee), .number(num), per: .number(den)).ok().number("payment")
    }

    func deposit(
      _ account: Int, _ amount: Int, by depositor: String = "owner", in asset: Identifier? = nil
    ) throws -> Outcome {
      try escrow.call(
        "deposit", by: depositor, ["account": .number(account)],
        paying: [.of(asset ?? dollar, amount)])
    }

    func withdraw(_ account: Int, _ payment: Int, by caller: String = "passer-by") throws -> Outcome
    {
      try escrow.call(
        "withdraw", by: caller, ["account": .number(account), "payment": .number(payment)])
    }

    func stop(_ account: Int, _ payment: Int, by caller: String = "owner") throws -> Outcome {
      try escrow.call(
        "stop", by: caller, ["account": .number(account), "payment": .number(payment)])
    }

    func poke(_ account: Int) throws -> Outcome {
      try escrow.call("poke", by: "passer-by", ["account": .number(account)])
    }

    func close(_ account: Int, by caller: String = "owner") throws -> Outcome {
      try escrow.call("close", by: caller, ["account": .number(account)])
    }

    func status(_ account: Int) throws -> Status? {
      Status(rawValue: try escrow.number("accounts", at: [account], "status"))
    }

    func funds(_ account: Int) throws -> Int {
      try escrow.number("accounts", at: [account], "funds")
    }

    /// What a payment has earned and not drawn.
    func earned(_ account: Int, _ payment: Int) throws -> Int {
      try escrow.number("payments", at: [account, payment], "earned")
    }

    func unsettled(_ account: Int, _ payment: Int) throws -> Int {
      try escrow.number("payments", at: [account, payment], "unsettled")
    }

    func units(_ holder: String) -> Int { scene.units(dollar, holder) }

    /// Gives everybody something to deposit.
    func endow(_ amount: Int, _ holders: [String]) throws {
      for holder in holders {
        try scene.send(Integer(amount), of: dollar, from: "owner", to: holder).ok()
      }
    }
  }

  // MARK: - The vectors

  @Test(arguments: Clock.allCases)
  func streamsUntilDryAndATopUpPaysTheDebtFirst(clock: Clock) throws {
    let s = try Setting(clock)
    try s.endow(1_000_000, ["friend"])
    s.at(0)
    let account = try s.open(5_000_000)
    s.at(0)
    let payment = try s.start(account, "payee", 80)

    s.at(30_000)
    let first = try s.withdraw(account, payment).ok()
    #expect(first.numbers("Paid", "amount") == [2_400_000])
    #expect(first.numbers("Settled", "funds") == [2_600_000])
    #expect(s.units("payee") == 2_400_000)
    #expect(try s.funds(account) == 2_600_000)

    s.at(70_000)
    let poked = try s.poke(account).ok()
    #expect(poked.numbers("RanDry", "unpaid") == [600_000])
    #expect(poked.numbers("Paid", "amount") == [2_600_000])
    #expect(s.units("payee") == 5_000_000)
    #expect(try s.status(account) == .overdrawn)
    #expect(try s.unsettled(account, payment) == 600_000)

    // Nothing accrues while the account is overdrawn.
    s.at(100_000)
    #expect(try s.poke(account).ok().receipt.events.isEmpty)
    let topUp = try s.deposit(account, 1_000_000, by: "friend").ok()
    #expect(topUp.numbers("Paid", "amount") == [600_000])
    #expect(topUp.numbers("Returned", "amount") == [400_000])
    #expect(topUp.events("Returned").first?["depositor"] == Value(s.scene.address("friend")))
    #expect(topUp.events("Closed").count == 1)
    #expect(s.units("payee") == 5_600_000)
    #expect(s.units("friend") == 400_000)
    #expect(try s.status(account) == .closed)
    #expect(try s.escrow.number("accounts", at: [account], "moved") == 5_600_000)
    #expect(s.units("escrow") == 0)
  }

  @Test(arguments: Clock.allCases)
  func lastsToTheLastTick(clock: Clock) throws {
    let s = try Setting(clock)
    s.at(0)
    let accounts = try (0..<2).map { _ in try s.open(5_000_000) }
    for account in accounts {
      s.at(0)
      #expect(try s.start(account, "payee", 80) == 1)
    }
    s.at(62_500)
    let exact = try s.withdraw(accounts[0], 1).ok()
    #expect(exact.numbers("Paid", "amount") == [5_000_000])
    #expect(exact.events("RanDry").isEmpty)
    #expect(try s.status(accounts[0]) == .open)
    #expect(try s.funds(accounts[0]) == 0)
    for account in accounts {
      s.at(62_501)
      #expect(try s.poke(account).ok().numbers("RanDry", "unpaid") == [80])
      #expect(try s.status(account) == .overdrawn)
    }
    #expect(s.units("payee") == 10_000_000)
  }

  @Test func aTopUpThatDoesNotPayTheDebtLeavesTheAccountOverdrawn() throws {
    let s = try Setting()
    s.at(0)
    let account = try s.open(5_000_000)
    s.at(0)
    let payment = try s.start(account, "payee", 80)
    s.at(70_000)
    try s.poke(account).ok()
    try s.deposit(account, 599_999).ok()
    #expect(s.units("payee") == 5_599_999)
    #expect(try s.unsettled(account, payment) == 1)
    #expect(try s.status(account) == .overdrawn)
    let last = try s.deposit(account, 1).ok()
    #expect(last.events("Returned").isEmpty)
    #expect(try s.status(account) == .closed)
    #expect(s.units("payee") == 5_600_000)
    try s.deposit(account, 1).fails("NotOpen", ["account": 1, "status": 2])
  }

  @Test(arguments: [
    (1, 163_866), (2, 327_733), (3, 491_600), (599, 98_156_133), (600, 98_320_000),
    (14_400, 2_359_680_000),
  ])
  func anHourlyRateLosesNothing(blocks: Int, total: Int) throws {
    let s = try Setting()
    s.at(0)
    let account = try s.open(3_000_000_000)
    s.at(0)
    let payment = try s.start(account, "payee", 98_320_000, per: 600)
    s.at(blocks)
    let due = try s.escrow.view("due_now", ["account": .number(account)])
    #expect(try due.number("due") == total)
    try s.withdraw(account, payment).ok()
    #expect(s.units("payee") == total)
  }

  @Test func settlingEveryBlockLosesNothing() throws {
    let s = try Setting()
    s.at(0)
    let account = try s.open(3_000_000_000)
    s.at(0)
    let payment = try s.start(account, "payee", 98_320_000, per: 600)
    for block in 1...600 {
      s.at(block)
      if block % 2 == 0 { try s.withdraw(account, payment).ok() } else { try s.poke(account).ok() }
    }
    #expect(s.units("payee") == 98_320_000)
    for hour in 2...24 {
      s.at(hour * 600)
      try s.poke(account).ok()
    }
    s.at(24 * 600)
    try s.withdraw(account, payment).ok()
    #expect(s.units("payee") == 2_359_680_000)
  }

  @Test func anHourlyRateBySecondsLosesNothing() throws {
    let s = try Setting(.seconds)
    s.at(0)
    let account = try s.open(3_000_000_000)
    s.at(0)
    let payment = try s.start(account, "payee", 98_320_000, per: 3_600)
    s.at(1)
    try s.withdraw(account, payment).ok()
    #expect(s.units("payee") == 27_311)
    s.at(86_400)
    try s.withdraw(account, payment).ok()
    #expect(s.units("payee") == 2_359_680_000)
  }

  // MARK: - Settling often or seldom

  @Test(arguments: Clock.allCases, [11, 12, 13, 14, 15, 16])
  func howOftenOneSettlesDoesNotMatter(clock: Clock, seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let s = try Setting(clock)
    s.at(0)
    let (often, seldom) = (try s.open(1_000_000_000), try s.open(1_000_000_000))
    let count = Int.random(in: 1...5, using: &random)
    for index in 1...count {
      let num = Int.random(in: 1...100_000, using: &random)
      let den = Int.random(in: 1...10_000, using: &random)
      for account in [often, seldom] {
        s.at(0)
        #expect(try s.start(account, "payee \(index) of \(account)", num, per: den) == index)
      }
    }
    for _ in 0..<4 {
      let from =
        s.clock == .blocks ? s.scene.world.block.height - 1_000 : s.scene.now - 1_700_000_000
      var tick = from
      for _ in 0..<20 {
        tick += Int.random(in: 0...50, using: &random)
        s.at(tick)
        if Bool.random(using: &random) {
          try s.poke(often).ok()
        } else {
          try s.withdraw(often, Int.random(in: 1...count, using: &random)).ok()
        }
      }
      for account in [often, seldom] {
        s.at(tick)
        try s.poke(account).ok()
      }
      #expect(try s.funds(often) == s.funds(seldom))
      for index in 1...count {
        let drawn = s.units("payee \(index) of \(often)")
        #expect(try drawn + s.earned(often, index) == s.earned(seldom, index))
      }
    }
  }

  @Test(arguments: [21, 22, 23, 24, 25, 26, 27, 28])
  func inAShortageTheWholeIsDividedHoweverOftenOneSettles(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let s = try Setting()
    let funds = Int.random(in: 1...2_000, using: &random)
    s.at(0)
    let (often, seldom) = (try s.open(funds), try s.open(funds))
    let count = Int.random(in: 2...5, using: &random)
    for index in 1...count {
      let num = Int.random(in: 1...100, using: &random)
      for account in [often, seldom] {
        s.at(0)
        #expect(try s.start(account, "payee \(index) of \(account)", num, per: 7) == index)
      }
    }
    var tick = 0
    while try s.status(often) == .open {
      tick += Int.random(in: 1...20, using: &random)
      s.at(tick)
      try s.poke(often).ok()
    }
    s.at(tick)
    try s.poke(seldom).ok()
    #expect(try s.status(seldom) == .overdrawn)
    var unsettled = [0, 0]
    for index in 1...count {
      let paid = [often, seldom].map { s.units("payee \(index) of \($0)") }
      #expect(abs(paid[0] - paid[1]) <= count, "payee \(index): \(paid)")
      unsettled[0] += try s.unsettled(often, index)
      unsettled[1] += try s.unsettled(seldom, index)
    }
    #expect(unsettled[0] == unsettled[1])
    #expect(s.units("escrow") == 0)
  }

  // MARK: - Shortage

  @Test func aShortageIsDividedInProportion() throws {
    let s = try Setting()
    s.at(0)
    let account = try s.open(1_000)
    for (payee, rate) in [("a", 3), ("b", 6), ("c", 7)] {
      s.at(0)
      #expect(try s.start(account, payee, rate) > 0)
    }
    s.at(100)
    let poked = try s.poke(account).ok()
    #expect(poked.numbers("RanDry", "unpaid") == [600])
    #expect(["a", "b", "c"].map(s.units) == [188, 375, 437])
    #expect(try (1...3).map { try s.unsettled(account, $0) } == [112, 225, 263])
    let part = try s.deposit(account, 300).ok()
    #expect(part.numbers("Paid", "amount") == [56, 113, 131])
    #expect(try (1...3).map { try s.unsettled(account, $0) } == [56, 112, 132])
    #expect(try s.status(account) == .overdrawn)
    let rest = try s.deposit(account, 301).ok()
    #expect(rest.numbers("Paid", "amount") == [56, 112, 132])
    #expect(rest.numbers("Returned", "amount") == [1])
    #expect(["a", "b", "c"].map(s.units) == [300, 600, 700])
    #expect(try s.status(account) == .closed)
  }

  @Test func nobodyGetsMoreThanIsDue() throws {
    let s = try Setting()
    s.at(0)
    let account = try s.open(2)
    for payee in ["a", "b", "c"] {
      s.at(0)
      #expect(try s.start(account, payee, 1) > 0)
    }
    s.at(1)
    try s.poke(account).ok()
    #expect(["a", "b", "c"].map(s.units) == [1, 1, 0])
    #expect(try (1...3).map { try s.unsettled(account, $0) } == [0, 0, 1])
  }

  @Test func aWithdrawalThatFindsTheAccountDryPaysOneAndThePokeTheOthers() throws {
    let s = try Setting()
    s.at(0)
    let account = try s.open(10)
    s.at(0)
    let first = try s.start(account, "a", 1)
    s.at(0)
    let second = try s.start(account, "b", 1)
    s.at(20)
    let drawn = try s.withdraw(account, first).ok()
    #expect(drawn.numbers("RanDry", "unpaid") == [30])
    #expect(s.units("a") == 5)
    #expect(s.units("b") == 0)
    #expect(try s.earned(account, second) == 5)
    try s.poke(account).ok()
    #expect(s.units("b") == 5)
    try s.withdraw(account, second).ok()
    #expect(s.units("b") == 5)
    // Who is owed something waits for the next deposit.
    try s.stop(account, first).fails("NotOpen", ["account": 1, "status": 1])
    try s.close(account).fails("NotOpen", ["account": 1, "status": 1])
    try s.tryStart(account, "c", 1).fails("NotOpen", ["account": 1, "status": 1])
  }

  @Test func aRefusedCallOnADryAccountSettlesNothing() throws {
    let s = try Setting()
    s.at(0)
    let account = try s.open(10)
    s.at(0)
    let payment = try s.start(account, "a", 1)
    s.at(11)
    try s.tryStart(account, "b", 1).fails("NotOpen", ["account": 1, "status": 1])
    s.at(11)
    try s.stop(account, payment).fails("NotOpen", ["account": 1, "status": 1])
    s.at(11)
    try s.close(account).fails("NotOpen", ["account": 1, "status": 1])
    #expect(try s.status(account) == .open)
    #expect(try s.earned(account, payment) == 0)
    // At the tenth block it may still be closed.
    s.at(10)
    try s.close(account).ok()
    #expect(s.units("a") == 10)
  }

  // MARK: - Deposits

  @Test func spendsTheOldestDepositFirst() throws {
    let s = try Setting()
    try s.endow(1_000, ["A", "B"])
    s.at(0)
    let account = try s.open(100, by: "A")
    try s.deposit(account, 50, by: "B").ok()
    s.at(0)
    _ = try s.tryStart(account, "payee", 1, by: "A").ok()
    s.at(99)
    try s.poke(account).ok()
    #expect(try s.escrow.number("deposits", at: [account, 1], "balance") == 1)
    #expect(try s.escrow.number("deposits", at: [account, 2], "balance") == 50)
    s.at(120)
    let closed = try s.close(account, by: "A").ok()
    #expect(closed.numbers("Returned", "amount") == [30])
    #expect(closed.events("Returned").first?["depositor"] == Value(s.scene.address("B")))
    #expect(closed.numbers("Paid", "amount") == [120])
    #expect(s.units("A") == 900)
    #expect(s.units("B") == 980)
    #expect(s.units("payee") == 120)
    #expect(try s.status(account) == .closed)
    #expect(try s.escrow.peek("payments", [.int(1), .int(1)], "earned") == nil)
  }

  @Test func aSecondDepositJoinsTheFirst() throws {
    let s = try Setting()
    try s.endow(1_000, ["A", "B"])
    s.at(0)
    let account = try s.open(100, by: "A")
    try s.deposit(account, 50, by: "B").ok()
    try s.deposit(account, 7, by: "B").ok()
    try s.deposit(account, 5, by: "A").ok()
    #expect(try s.escrow.number("deposits", at: [account, 1], "balance") == 105)
    #expect(try s.escrow.number("deposits", at: [account, 2], "balance") == 57)
    #expect(try s.escrow.number("accounts", at: [account], "slots") == 2)
    let closed = try s.close(account, by: "A").ok()
    #expect(closed.numbers("Returned", "amount") == [105, 57])
  }

  @Test func strangersCannotTakeTheOwnersPlace() throws {
    let s = try Setting()
    let strangers = (1...32).map { "stranger \($0)" }
    try s.endow(10, strangers)
    s.at(0)
    let account = try s.open(1)
    s.at(0)
    let payment = try s.start(account, "payee", 1, per: 1)
    s.at(0)
    for stranger in strangers.prefix(31) {
      try s.deposit(account, 2, by: stranger).ok()
      s.at(0)
    }
    try s.deposit(account, 2, by: strangers[31]).fails("TooManyDepositors")
    s.at(0)
    try s.deposit(account, 1, by: strangers[30]).ok()
    // The owner's deposit is spent; the owner's place is still kept.
    s.at(2)
    try s.withdraw(account, payment).ok()
    #expect(try s.escrow.peek("deposits", [.int(1), .int(1)], "balance") == nil)
    s.at(2)
    try s.deposit(account, 2, by: strangers[31]).fails("TooManyDepositors")
    s.at(2)
    try s.deposit(account, 5).ok()
    s.at(2)
    try s.deposit(account, 5).ok()
    // A place is free when a stranger's deposit is spent.
    s.at(3)
    try s.deposit(account, 2, by: strangers[31]).ok()
  }

  @Test func refusesOtherDeposits() throws {
    let s = try Setting()
    let euro = s.scene.money("EUR", decimals: 2, supply: 1_000, to: "owner")
    try s.escrow.call("open", by: "owner", ["clock": "Blocks"]).fails("NoAmount")
    try s.escrow.call("open", by: "owner", ["clock": "Blocks"], paying: [.of(s.dollar, 0)]).fails(
      "NoAmount")
    let account = try s.open(100)
    try s.deposit(account, 5, in: euro).fails("WrongToken")
    try s.deposit(account, 0).fails("NoAmount")
    try s.deposit(99, 5).fails("UnknownAccount", ["account": 99])
    try s.close(account).ok()
    try s.deposit(account, 5).fails("NotOpen", ["account": 1, "status": 2])
  }

  // MARK: - Payments

  @Test func onlyTheOwnerStartsPayments() throws {
    let s = try Setting()
    let account = try s.open(100)
    try s.tryStart(account, "payee", 1, by: "payee").fails("NotOwner", ["who": "payee"])
    try s.tryStart(99, "payee", 1).fails("UnknownAccount", ["account": 99])
    try s.tryStart(account, .identifier(.zero), 1).fails("BadPayee")
    try s.tryStart(account, "escrow", 1).fails("BadPayee", ["payee": "escrow"])
    let most = Integer(decimal: "340282366920938463463374607431768211456") ?? 0
    let more = Integer(decimal: "340282366920938463463374607431768211457") ?? 0
    try s.tryStart(account, "payee", 0).fails("BadRate", ["num": 0, "den": 1])
    try s.tryStart(account, "payee", 1, per: 0).fails("BadRate", ["num": 1, "den": 0])
    try s.tryStart(account, "payee", -1).fails("BadRate")
    try s.tryStart(account, "payee", .int(more)).fails("BadRate")
    try s.tryStart(account, "payee", 1, per: .int(more)).fails("BadRate")
    try s.tryStart(account, "payee", 1, per: .int(most)).ok()
    // The highest rate empties the account in one block.
    s.at(1_000)
    let wide = try s.tryStart(account, "payee", .int(most)).ok()
    #expect(try wide.number("payment") == 2)
    s.at(1_001)
    try s.poke(account).ok()
    #expect(try s.status(account) == .overdrawn)
    #expect(s.units("payee") == 100)
    #expect(
      try s.escrow.peek("payments", [.int(1), .int(2)], "unsettled")
        == .int(most.subtracting(100)))
  }

  @Test func thirtyTwoPaymentsRunOnOneAccount() throws {
    let s = try Setting()
    s.at(0)
    let account = try s.open(1_000_000)
    for index in 1...32 {
      s.at(0)
      #expect(try s.start(account, "payee \(index)", index) == index)
    }
    s.at(0)
    try s.tryStart(account, "payee 33", 1).fails("TooManyPayments")
    s.at(1)
    try s.stop(account, 5).ok()
    s.at(1)
    #expect(try s.start(account, "payee 33", 1) == 33)
    s.at(2)
    let closed = try s.close(account).ok()
    #expect(closed.events("Stopped").count == 32)
    #expect(s.units("payee 5") == 5)
    #expect(s.units("payee 32") == 64)
    #expect(s.units("payee 33") == 1)
  }

  @Test func ownerAndPayeeStopAPayment() throws {
    let s = try Setting()
    s.at(0)
    let account = try s.open(100)
    s.at(0)
    let first = try s.start(account, "a", 2, per: 3)
    s.at(0)
    let second = try s.start(account, "b", 1)
    s.at(5)
    try s.stop(account, first, by: "b").fails(
      "NotParty", ["account": 1, "payment": 1, "who": "b"])
    s.at(5)
    let stopped = try s.stop(account, first, by: "a").ok()
    #expect(stopped.numbers("Paid", "amount") == [3])
    #expect(stopped.numbers("Stopped", "payment") == [first])
    try s.stop(account, first, by: "a").fails("UnknownPayment", ["account": 1, "payment": 1])
    try s.withdraw(account, first).fails("UnknownPayment")
    s.at(10)
    try s.stop(account, second).ok()
    #expect(s.units("a") == 3)
    #expect(s.units("b") == 10)
    #expect(try s.funds(account) == 87)
    try s.stop(99, 1).fails("UnknownAccount")
    try s.withdraw(99, 1).fails("UnknownAccount")
    try s.withdraw(account, 99).fails("UnknownPayment")
    // A payment that has run no time is stopped with nothing paid.
    s.at(10)
    let third = try s.start(account, "c", 1)
    s.at(10)
    #expect(try s.stop(account, third).ok().numbers("Paid", "amount") == [0])
  }

  @Test func withdrawingNothingIsNothing() throws {
    let s = try Setting()
    s.at(0)
    let account = try s.open(100)
    s.at(0)
    let payment = try s.start(account, "a", 1, per: 10)
    s.at(9)
    #expect(try s.withdraw(account, payment).ok().receipt.events.isEmpty)
    s.at(10)
    #expect(try s.withdraw(account, payment).ok().numbers("Paid", "amount") == [1])
  }

  @Test func theOwnerClosesOnce() throws {
    let s = try Setting()
    let account = try s.open(100)
    try s.close(account, by: "payee").fails("NotOwner", ["account": 1, "who": "payee"])
    try s.close(99).fails("UnknownAccount")
    let closed = try s.close(account).ok()
    #expect(closed.numbers("Returned", "amount") == [100])
    try s.close(account).fails("NotOpen", ["account": 1, "status": 2])
    try s.tryStart(account, "payee", 1).fails("NotOpen", ["account": 1, "status": 2])
    #expect(try s.poke(account).ok().receipt.events.isEmpty)
    try s.poke(99).fails("UnknownAccount")
    #expect(try s.escrow.view("due_now", ["account": 1]).number("due") == 0)
    try s.escrow.view("due_now", ["account": 99]).fails("UnknownAccount")
  }

  @Test func thoseWhoRefuseStopNobody() throws {
    let s = try Setting()
    let (bank, token) = try s.scene.issueDollars("dollars", 1_000, to: ["owner", "friend"])
    s.at(0)
    let account = try s.open(100, in: token)
    try s.deposit(account, 50, by: "friend", in: token).ok()
    s.at(0)
    _ = try s.start(account, "a", 3)
    s.at(0)
    _ = try s.start(account, "b", 4)
    for who in ["a", "friend"] {
      try bank.call("block", by: "bank", ["who": .name(who), "yes": true]).ok()
    }
    s.at(10)
    let closed = try s.close(account).ok()
    #expect(closed.events("till.Kept").count == 2)
    #expect(try s.escrow.kept(token, "a") == 30)
    #expect(try s.escrow.kept(token, "friend") == 50)
    #expect(s.scene.units(token, "b") == 40)
    #expect(s.scene.units(token, "owner") == 930)
    #expect(try s.status(account) == .closed)
    #expect(
      try s.escrow.call(
        "till.collect", by: "a", ["token": .identifier(token), "receiver": "c"]
      ).ok().number("amount") == 30)
  }
}
