import Bytecode
import Execution
import Integers
import Testing

private let day = 86_400
private let month = 30 * day
private let million: Integer = 1_000_000_000_000

/// What a loan is deployed with: thirty million dollars at 12 percent over 36 periods of 30 days.
private struct Terms {
  var people = [
    "lender": "lender", "junior": "junior", "operator": "operator", "provider": "provider",
    "platform": "platform",
  ]
  var principal: Integer = 30_000_000_000_000
  var rate: Integer = 120_000
  var lateRate: Integer = 30_000
  var lateFee: Integer = 5_000
  var payments: Integer = 36
  var interval: Integer = 2_592_000
  var budget: Integer = 300_000_000_000
  var reserve: Integer = 2_000_000_000_000
  var sweep: Integer = 5_000
  var juniorPart: Integer = 10_000

  func arguments(token: Identifier) -> KeyValuePairs<String, Argument> {
    func person(_ role: String) -> Argument {
      people[role].map { .name($0) } ?? .identifier(.zero)
    }
    return [
      "token": .identifier(token), "lender": person("lender"), "junior": person("junior"),
      "operator": person("operator"), "provider": person("provider"),
      "platform": person("platform"), "principal": .int(principal), "rate": .int(rate),
      "late_rate": .int(lateRate), "late_fee": .int(lateFee), "payments": .int(payments),
      "interval": .int(interval), "budget": .int(budget), "reserve": .int(reserve),
      "sweep": .int(sweep), "junior_part": .int(juniorPart),
    ]
  }
}

/// A loan in a scene, with a bank that holds all the money there is.
private struct Loan {
  let scene: Scene
  let coin: GuardedCoin
  let contract: Contract
  let terms: Terms

  var dollar: Identifier { coin.asset }

  /// Deploys a loan, which the lender can fund.
  init(_ terms: Terms = Terms()) throws {
    let scene = Scene()
    let coin = try scene.makeGuardedCoin(supply: 1_000_000_000_000_000_000, to: "bank")
    try self.init(terms, in: scene, coin)
  }

  /// Deploys one more loan in a scene.
  init(_ terms: Terms, in scene: Scene, _ coin: GuardedCoin) throws {
    self.scene = scene
    self.coin = coin
    self.terms = terms
    contract = try scene.deploy("LoanWaterfall.alq", as: "loan", terms.arguments(token: coin.asset))
    try scene.send(terms.principal, of: dollar, from: "bank", to: "lender").ok()
  }

  /// Deploys a loan and funds it.
  init(funded terms: Terms) throws {
    try self.init(terms)
    try fund().ok()
  }

  @discardableResult
  func fund(by caller: String = "lender", _ amount: Integer? = nil) throws -> Outcome {
    try contract.call("fund", by: caller, paying: .of(amount ?? terms.principal, dollar))
  }

  @discardableResult
  func deposit(_ amount: Integer) throws -> Outcome {
    try contract.call("deposit", by: "bank", paying: .of(amount, dollar))
  }

  @discardableResult
  func fillReserve(_ amount: Integer) throws -> Outcome {
    try contract.call("fill_reserve", by: "bank", paying: .of(amount, dollar))
  }

  @discardableResult
  func bill(_ amount: Integer, by caller: String = "provider") throws -> Outcome {
    try contract.call("bill", by: caller, ["amount": .int(amount)])
  }

  @discardableResult
  func settle(by caller: String = "anyone") throws -> Outcome {
    try contract.call("settle", by: caller)
  }

  @discardableResult
  func changePayee(_ leg: String, to present: Argument, by caller: String) throws -> Outcome {
    try contract.call("change_payee", by: caller, ["leg": .name(leg), "present": present])
  }

  @discardableResult
  func collect(by caller: String, to receiver: String? = nil) throws -> Outcome {
    try contract.call(
      "till.collect", by: caller,
      ["token": .identifier(dollar), "receiver": .name(receiver ?? caller)])
  }

  func standing(_ name: String) throws -> Integer { try contract.view("standing").int(name) }

  func due() throws -> Int { try #require(try standing("due").asInt) }

  func status() throws -> String {
    ["Proposed", "Performing", "Impaired", "Repaid"][try #require(try standing("status").asInt)]
  }

  /// Pays a revenue in and settles when the period is due, or some seconds later.
  @discardableResult
  func period(revenue: Integer, costs: Integer = 0, late: Int = 0) throws -> Outcome {
    if costs > 0 { try bill(costs).ok() }
    if revenue > 0 { try deposit(revenue).ok() }
    scene.go(to: try due() + late)
    return try settle().ok()
  }

  /// The amounts of the legs in the order in which they were paid.
  func legs(_ outcome: Outcome) -> [Integer] {
    outcome.events("Paid").compactMap { $0["amount"]?.integer }
  }

  /// Expects some of what stands.
  func expect(
    _ expected: KeyValuePairs<String, Integer>,
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let view = try contract.view("standing")
    for (name, value) in expected {
      #expect(try view.int(name) == value, "\(name)", sourceLocation: sourceLocation)
    }
  }
}

@Suite struct LoanWaterfallTests {
  // MARK: - The schedule

  @Test func thePeriodicRateHasEighteenDigits() throws {
    var terms = Terms()
    terms.principal = 1_000_000_000_000_000_000
    let scene = Scene()
    let dollar = scene.money("USD", decimals: 6, supply: terms.principal, to: "lender")
    let loan = try scene.deploy("LoanWaterfall.alq", terms.arguments(token: dollar))
    try loan.call("fund", by: "lender", paying: .of(terms.principal, dollar)).ok()
    #expect(try loan.view("owed_now").int("interest") == 9_863_013_698_630_136)
  }

  @Test func thirtySixPaymentsRepayTheLoan() throws {
    var terms = Terms()
    terms.sweep = 0
    terms.reserve = 0
    let loan = try Loan(terms)
    let funded = try loan.fund().ok().only("Funded")
    #expect(funded["installment"] == 994_075_551_212)
    #expect(funded["principal"] == terms.principal)
    var interests: [Integer] = []
    var principals: [Integer] = []
    for number in 1...36 {
      let owed = try loan.contract.view("owed_now")
      let interest = try owed.int("interest")
      let principal = try owed.int("principal")
      interests.append(interest)
      principals.append(principal)
      let settled = try loan.period(revenue: try interest.adding(principal))
      let facts = try settled.only("Settled")
      #expect(facts["short"] == 0 && facts["drawn"] == 0 && facts["cover"] == 10_000)
      let fee = try interest.multiplied(by: 1_500, thenDividedBy: 10_000, rounding: .floor)
      #expect(
        loan.legs(settled) == [0, try interest.subtracting(fee), fee, principal, 0, 0, 0, 0]
          + (number == 36 ? [0] : []))
    }
    #expect(principals[0] == 698_185_140_254 && interests[0] == 295_890_410_958)
    #expect(principals[1] == 705_071_349_856 && interests[1] == 289_004_201_356)
    #expect(principals[35] == 984_366_728_683 && interests[35] == 9_708_822_529)
    #expect(try interests.reduce(Integer()) { try $0.adding($1) } == 5_786_719_843_642)
    #expect(try principals.reduce(Integer()) { try $0.adding($1) } == terms.principal)
    #expect(try loan.status() == "Repaid")
    try loan.expect(["principal": 0, "behind": 0, "missed": 0, "lockbox": 0, "left": 1])
    #expect(loan.scene.balance(loan.dollar, "loan") == 0)
    for outcome in [
      try loan.settle(), try loan.deposit(1), try loan.fillReserve(1), try loan.bill(1),
      try loan.fund(by: "lender", terms.principal),
    ] {
      try outcome.fails("WrongStatus", ["status": 3])
    }
  }

  @Test(arguments: [
    (36, 900_000_000_000), (12, 300_000_000_000), (3, 75_000_000_000), (1, 75_000_000_000),
  ])
  func theTokenizationFeeFollowsTheTerm(payments: Int, fee: Int) throws {
    var terms = Terms()
    terms.payments = Integer(payments)
    let loan = try Loan(terms)
    #expect(try loan.fund().ok().only("Funded")["fee"] == Integer(fee))
    #expect(loan.scene.balance(loan.dollar, "platform") == Integer(fee))
    #expect(
      loan.scene.balance(loan.dollar, "operator") == (try terms.principal.subtracting(Integer(fee)))
    )
  }

  @Test func theLongestLoanLeavesTheOperatorMostOfTheMoney() throws {
    var terms = Terms()
    terms.interval = 31_536_000
    terms.payments = 30
    let loan = try Loan(funded: terms)
    // 30 years are 30 x 365 / 360 years of 12 months of 30 days, at one percent each.
    #expect(loan.scene.balance(loan.dollar, "platform") == 9_125_000_000_000)
    #expect(try loan.status() == "Performing")
  }

  @Test func aLoanOfOneUnitComesToItsEnd() throws {
    var terms = Terms()
    terms.principal = 1
    terms.payments = 120
    terms.reserve = 0
    let loan = try Loan(funded: terms)
    let owed = try loan.contract.view("owed_now")
    #expect(try owed.int("interest") == 0 && owed.int("principal") == 1)
    try loan.period(revenue: 0)
    try loan.expect(["principal": 1, "missed": 1, "behind": 0])
    try loan.period(revenue: 1)
    #expect(try loan.status() == "Repaid")
  }

  /// Whatever the terms, paying what is asked ends the loan on its last day, and not before.
  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8])
  func everyScheduleEndsOnTime(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let digits = Int.random(in: 2...14, using: &random)
    var terms = Terms()
    terms.principal = try Integer(10).power(Integer(digits)).adding(
      Integer(Int.random(in: 0...999, using: &random)))
    terms.rate = Integer(Int.random(in: 1...1_000_000, using: &random))
    terms.interval = Integer(Int.random(in: 7...365, using: &random) * day)
    terms.payments = Integer(Int.random(in: 2...30, using: &random))
    terms.reserve = 0
    let loan = try Loan(funded: terms)
    let wad: Integer = 1_000_000_000_000_000_000
    let year: Integer = 31_536_000
    let periodic = try terms.rate.multiplied(by: wad).multiplied(
      by: terms.interval, thenDividedBy: year.multiplied(by: 1_000_000), rounding: .floor)
    var owing = terms.principal
    var left = try #require(terms.payments.asInt)
    while left > 0 {
      let interest = try owing.multiplied(by: periodic, thenDividedBy: wad, rounding: .floor)
      let raised = try wad.adding(periodic).fixedPower(
        Integer(left), scale: wad, rounding: .floor)
      let installment = try owing.multiplied(by: raised, thenDividedBy: wad, rounding: .floor)
        .multiplied(by: periodic, thenDividedBy: raised.subtracting(wad), rounding: .floor)
      let principal = left == 1 ? owing : max(1, try installment.subtracting(interest))
      let owed = try loan.contract.view("owed_now")
      #expect(try owed.int("interest") == interest && owed.int("principal") == principal)
      try loan.expect(["status": 1])
      try loan.period(revenue: try interest.adding(principal))
      owing = try owing.subtracting(principal)
      left -= 1
    }
    #expect(try loan.status() == "Repaid")
  }

  // MARK: - The waterfall

  @Test func aGoodPeriodFillsAllSevenLegs() throws {
    let loan = try Loan(funded: Terms())
    try loan.fillReserve(1_900_000_000_000).ok()
    let settled = try loan.period(revenue: 2_000_000_000_000, costs: 300_000_000_000)
    #expect(
      loan.legs(settled) == [
        300_000_000_000, 251_506_849_315, 44_383_561_643, 698_185_140_254, 100_000_000_000,
        302_962_224_394, 302_962_224_394, 0,
      ])
    let facts = try settled.only("Settled")
    #expect(
      facts == [
        "inflow": 2_000_000_000_000, "drawn": 0, "short": 0, "cover": 17_101, "late_days": 0,
      ])
    try loan.expect([
      "principal": 28_998_852_635_352, "reserve": 2_000_000_000_000, "lockbox": 0, "left": 35,
    ])
    #expect(loan.scene.balance(loan.dollar, "provider") == 300_000_000_000)
    #expect(loan.scene.balance(loan.dollar, "junior") == 302_962_224_394)
    // Interest, principal and sweep.
    #expect(loan.scene.balance(loan.dollar, "lender") == 1_252_654_213_963)
  }

  @Test func theJuniorSharesWithTheOperator() throws {
    var terms = Terms()
    terms.juniorPart = 7_000
    let loan = try Loan(funded: terms)
    try loan.fillReserve(1_900_000_000_000).ok()
    let settled = try loan.period(revenue: 2_000_000_000_000, costs: 300_000_000_000)
    #expect(loan.legs(settled).suffix(2) == [212_073_557_075, 90_888_667_319])
  }

  @Test func theReserveBearsWeakPeriodsAndTwoImpairTheLoan() throws {
    let loan = try Loan(funded: Terms())
    try loan.fillReserve(1_900_000_000_000).ok()
    let first = try loan.period(revenue: 900_000_000_000, costs: 300_000_000_000)
    #expect(
      try first.only("Settled") == [
        "inflow": 900_000_000_000, "drawn": 394_075_551_212, "short": 0, "cover": 6_035,
        "late_days": 0,
      ])
    #expect(first.events("StatusChanged").isEmpty)
    try loan.expect(["reserve": 1_505_924_448_788, "status": 1])
    let second = try loan.period(revenue: 900_000_000_000, costs: 300_000_000_000)
    #expect(try second.only("Settled")["cover"] == 6_035)
    #expect(try second.only("StatusChanged")["status"] == 2)
    try loan.expect([
      "reserve": 1_111_848_897_576, "principal": 28_596_743_509_890, "missed": 0, "behind": 0,
    ])
    // It works on while impaired.
    try loan.deposit(1).ok()
    try loan.bill(1).ok()
    try loan.fillReserve(1).ok()
  }

  @Test func whatIsMissedIsMadeUpAndTheLoanRecovers() throws {
    let loan = try Loan(funded: Terms())
    let first = try loan.period(revenue: 900_000_000_000, costs: 300_000_000_000)
    #expect(loan.legs(first)[3] == 304_109_589_042)
    #expect(try first.only("Settled")["short"] == 394_075_551_212)
    try loan.expect(["missed": 394_075_551_212, "behind": 0])
    let second = try loan.period(revenue: 900_000_000_000, costs: 300_000_000_000)
    let paid = loan.legs(second)
    #expect(try paid[1].adding(paid[2]) == 292_890_973_916)
    #expect(paid[3] == 307_109_026_084)
    #expect(try second.only("Settled")["cover"] == 4_310)
    try loan.expect(["missed": 792_037_874_984, "status": 2])
    let third = try loan.period(revenue: 2_500_000_000_000, costs: 300_000_000_000)
    #expect(loan.legs(third)[3...4] == [1_504_063_353_222, 406_074_693_393])
    #expect(try third.only("Settled")["cover"] == 12_263)
    try loan.expect(["missed": 0, "status": 1])
  }

  @Test func fullCoverEndsWeaknessButOnlyGoodCoverEndsImpairment() throws {
    let loan = try Loan(funded: Terms())
    try loan.period(revenue: 0)
    try loan.period(revenue: 2_200_000_000_000)
    try loan.expect(["status": 1])
    try loan.period(revenue: 0)
    try loan.period(revenue: 0)
    try loan.expect(["status": 2])
    let owed = try loan.contract.view("owed_now")
    let service = try owed.int("interest").adding(owed.int("principal"))
    #expect(try loan.period(revenue: service).only("Settled")["cover"] == 10_000)
    try loan.expect(["status": 2])
    let next = try loan.contract.view("owed_now")
    let twelve = try next.int("interest").adding(next.int("principal"))
      .multiplied(by: 12, thenDividedBy: 10, rounding: .ceil)
    #expect(try loan.period(revenue: twelve).only("Settled")["cover"] == 12_000)
    try loan.expect(["status": 1])
  }

  @Test func threeDaysLateCostMore() throws {
    let loan = try Loan(funded: Terms())
    try loan.fillReserve(1_900_000_000_000).ok()
    let settled = try loan.period(
      revenue: 2_000_000_000_000, costs: 300_000_000_000, late: 3 * day)
    let paid = loan.legs(settled)
    #expect(try paid[1].adding(paid[2]) == 482_876_712_327)
    #expect(paid[5...7] == [209_469_073_709, 209_469_073_710, 0])
    let facts = try settled.only("Settled")
    #expect(facts["cover"] == 14_393 && facts["late_days"] == 3)
  }

  @Test func thinCoverSweepsAllThatIsLeft() throws {
    let loan = try Loan(funded: Terms())
    try loan.fillReserve(2_000_000_000_000).ok()
    let settled = try loan.period(revenue: 1_450_000_000_000, costs: 300_000_000_000)
    #expect(try settled.only("Settled")["cover"] == 11_568)
    #expect(loan.legs(settled)[4...7] == [0, 155_924_448_788, 0, 0])
  }

  @Test func withoutRevenueEverythingIsCarried() throws {
    let loan = try Loan(funded: Terms())
    try loan.bill(300_000_000_000).ok()
    let settled = try loan.period(revenue: 0)
    #expect(loan.legs(settled) == [0, 0, 0, 0, 0, 0, 0, 0])
    try loan.expect(["behind": 295_890_410_958, "missed": 698_185_140_254])
    // The bill waits too, and keeps its place in the budget.
    try loan.bill(1).fails("OverBudget", ["billed": 300_000_000_001, "budget": 300_000_000_000])
    let later = try loan.period(revenue: 200_000_000_000)
    #expect(loan.legs(later)[0] == 200_000_000_000)
    try loan.bill(200_000_000_000).ok()
    try loan.bill(1).fails("OverBudget")
    let owed = try loan.contract.view("owed_now")
    #expect(try owed.int("interest") == 887_671_232_874)
  }

  @Test func theLastPaymentClosesTheLoanAndFreesTheReserve() throws {
    var terms = Terms()
    terms.payments = 1
    let loan = try Loan(funded: terms)
    try loan.fillReserve(2_000_000_000_000).ok()
    let settled = try loan.period(revenue: 31_000_000_000_000)
    #expect(
      loan.legs(settled) == [
        0, 251_506_849_315, 44_383_561_643, 30_000_000_000_000, 0, 0, 704_109_589_042, 0,
        2_000_000_000_000,
      ])
    #expect(try loan.status() == "Repaid")
    #expect(loan.scene.balance(loan.dollar, "loan") == 0)
  }

  @Test func aLoanNotRepaidInItsLastPeriodGoesOn() throws {
    var terms = Terms()
    terms.payments = 1
    let loan = try Loan(funded: terms)
    try loan.period(revenue: million)
    try loan.expect(["left": 1, "principal": 29_295_890_410_958, "missed": 29_295_890_410_958])
    let owed = try loan.contract.view("owed_now")
    #expect(try owed.int("principal") == 29_295_890_410_958)
    try loan.period(revenue: 40_000_000_000_000)
    #expect(try loan.status() == "Repaid")
  }

  @Test func aRichPeriodRepaysNoMoreThanIsOwed() throws {
    let loan = try Loan(funded: Terms())
    let settled = try loan.period(revenue: 90_000_000_000_000)
    let paid = loan.legs(settled)
    #expect(try paid[3].adding(paid[5]) == 30_000_000_000_000)
    #expect(try loan.status() == "Repaid")
    // The reserve that this period filled goes to the operator at once.
    #expect(paid[4] == 2_000_000_000_000 && paid[8] == 2_000_000_000_000)
  }

  // MARK: - Payees who refuse

  @Test(arguments: ["lender", "junior", "operator", "provider", "platform"])
  func onePayeeWhoRefusesStopsNobody(payee: String) throws {
    var terms = Terms()
    terms.juniorPart = 7_000
    let payees = ["lender", "junior", "operator", "provider", "platform"]
    let free = try Loan(funded: terms)
    let loan = try Loan(funded: terms)
    try loan.coin.refuse(payee)
    var gains: [[String: Integer]] = []
    var kept: [[String: Value]] = []
    for loan in [free, loan] {
      try loan.fillReserve(1_900_000_000_000).ok()
      let before = payees.map { loan.scene.balance(loan.dollar, $0) }
      let settled = try loan.period(revenue: 2_000_000_000_000, costs: 300_000_000_000)
      kept = settled.events("till.Kept")
      let after = payees.map { loan.scene.balance(loan.dollar, $0) }
      gains.append(
        try Dictionary(
          uniqueKeysWithValues: zip(payees, zip(before, after)).map { name, pair in
            (name, try pair.1.subtracting(pair.0))
          }))
    }
    let expected = try #require(gains[0][payee])
    gains[0][payee] = 0
    #expect(expected > 0 && gains[0] == gains[1])
    #expect(kept.count == (payee == "lender" ? 3 : 1))
    for event in kept { #expect(event["payee"] == Value(loan.scene.address(payee))) }
    try loan.collect(by: payee).fails("Refused")
    try loan.collect(by: "stranger").fails("till.NothingDue")
    #expect(try loan.collect(by: payee, to: "cousin").ok().int("amount") == expected)
    #expect(loan.scene.balance(loan.dollar, "cousin") == expected)
    try loan.collect(by: payee, to: "cousin").fails("till.NothingDue")
  }

  @Test func everybodyMayRefuseAndNothingIsLost() throws {
    let loan = try Loan(Terms())
    let payees = ["lender", "junior", "operator", "provider", "platform"]
    for payee in payees { try loan.coin.refuse(payee) }
    #expect(try loan.fund().ok().events("till.Kept").count == 2)
    try loan.fillReserve(2_000_000_000_000).ok()
    // Rich enough for all seven steps, except that all of it repays the loan.
    try loan.period(revenue: 90_000_000_000_000, costs: 300_000_000_000)
    #expect(try loan.status() == "Repaid")
    for payee in payees { try loan.coin.refuse(payee, false) }
    for payee in payees { try loan.collect(by: payee).ok() }
    #expect(loan.scene.balance(loan.dollar, "loan") == 0)
  }

  @Test func withTooLittleGasNothingHappensAtAll() throws {
    let loan = try Loan(funded: Terms())
    try loan.deposit(2_000_000_000_000).ok()
    var refusals: Set<String> = []
    for gas in stride(from: UInt64(5_000), to: 1_000_000, by: 5_000) {
      loan.scene.go(to: try loan.due())
      let outcome = try loan.contract.call("settle", by: "anyone", gas: gas)
      if outcome.succeeded {
        #expect(outcome.events("till.Kept").isEmpty && gas > 250_000)
        #expect(refusals == ["OutOfGas", "InsufficientTryGas"])
        return
      }
      refusals.insert(outcome.error?.name ?? "")
      try loan.expect(["lockbox": 2_000_000_000_000, "principal": 30_000_000_000_000])
    }
    Issue.record("settling never succeeds")
  }

  // MARK: - Time

  @Test func aPeriodIsSettledFromItsDayOnAndByTheOperatorFiveDaysBefore() throws {
    let loan = try Loan(funded: Terms())
    let due = try loan.due()
    loan.scene.go(to: due - 5 * day - 1)
    try loan.settle(by: "operator").fails("TooEarly", ["opens": .int(Integer(due - 5 * day))])
    loan.scene.go(to: due - 5 * day)
    for caller in ["lender", "junior", "provider", "platform", "anyone"] {
      try loan.settle(by: caller).fails("TooEarly", ["opens": .int(Integer(due))])
    }
    loan.scene.go(to: due - 5 * day)
    #expect(try loan.settle(by: "operator").ok().only("Settled")["late_days"] == 0)
    try loan.expect(["due": Integer(due + month)])
    loan.scene.go(to: due + month - 1)
    try loan.settle().fails("TooEarly")
    loan.scene.go(to: due + month)
    #expect(try loan.settle().ok().only("Settled")["late_days"] == 0)
  }

  @Test(arguments: [(0, 0), (1, 1), (86_400, 1), (86_401, 2), (259_200, 3), (259_201, 4)])
  func begunDaysOfLatenessCount(seconds: Int, days: Int) throws {
    let loan = try Loan(funded: Terms())
    loan.scene.go(to: try loan.due() + seconds)
    let interest = try loan.contract.view("owed_now").int("interest")
    let extra = try interest.subtracting(295_890_410_958)
    let expected: [Integer] = [
      0, 162_328_767_123, 174_657_534_246, 186_986_301_369, 199_315_068_493,
    ]
    #expect(extra == expected[days])
    let settled = try loan.settle().ok()
    #expect(try settled.only("Settled")["late_days"] == Integer(days))
    try loan.expect(["behind": interest])
  }

  @Test func lateInterestRoundsDownTwice() throws {
    var terms = Terms()
    terms.principal = 1_999_999
    terms.rate = 123_457
    terms.lateRate = 31_337
    terms.lateFee = 5_003
    terms.reserve = 0
    let loan = try Loan(funded: terms)
    let before = try loan.contract.view("owed_now").int("interest")
    loan.scene.go(to: try loan.due() + 7 * day)
    // 154,794 millionths for 7 of 365 days are 2,968,652,054,794,520.5 x 10^-18, of the principal
    // 5,937.3; the fee is 10,005.99.
    #expect(try loan.contract.view("owed_now").int("interest") == before.adding(15_942))
    terms.principal = 1_000_000_000_000_000_000
    let vast = try Loan(terms)
    try vast.fund().ok()
    let plain = try vast.contract.view("owed_now").int("interest")
    vast.scene.go(to: try vast.due() + 7 * day)
    let late = try vast.contract.view("owed_now").int("interest")
    #expect(try late.subtracting(plain) == 7_971_652_054_794_520)
  }

  @Test func periodsThatWereForgottenAreSettledOneByOne() throws {
    let loan = try Loan(funded: Terms())
    let due = try loan.due()
    loan.scene.go(to: due + 2 * month)
    #expect(try loan.settle().ok().only("Settled")["late_days"] == 60)
    loan.scene.go(to: due + 2 * month)
    #expect(try loan.settle().ok().only("Settled")["late_days"] == 30)
    loan.scene.go(to: due + 2 * month)
    #expect(try loan.settle().ok().only("Settled")["late_days"] == 0)
    try loan.settle().fails("TooEarly")
    try loan.expect(["left": 33, "due": Integer(due + 3 * month)])
  }

  // MARK: - Refusals

  @Test func nothingRunsBeforeFunding() throws {
    let loan = try Loan()
    for outcome in [
      try loan.settle(), try loan.deposit(1), try loan.fillReserve(1), try loan.bill(1),
    ] {
      try outcome.fails("WrongStatus", ["status": 0])
    }
  }

  @Test func onlyTheLenderFundsOnceAndExactly() throws {
    let loan = try Loan()
    let principal = loan.terms.principal
    for caller in ["bank", "operator", "provider", "junior", "platform"] {
      if caller != "bank" {
        try loan.scene.send(principal, of: loan.dollar, from: "bank", to: caller).ok()
      }
      try loan.fund(by: caller).fails("NotPayee", ["leg": 1, "who": .name(caller)])
    }
    try loan.scene.send(principal, of: loan.dollar, from: "bank", to: "lender").ok()
    for amount in [try principal.subtracting(1), try principal.adding(1)] {
      try loan.fund(by: "lender", amount).fails(
        "WrongAmount", ["amount": .int(amount), "needed": .int(principal)])
    }
    let euro = loan.scene.money("EUR", decimals: 6, supply: principal, to: "lender")
    try loan.contract.call("fund", by: "lender", paying: .of(principal, euro)).fails("WrongToken")
    try loan.contract.call("fund", by: "lender").fails("WrongToken")
    try loan.fund().ok()
    try loan.fund().fails("WrongStatus", ["status": 1])
  }

  @Test func paymentsAreOfTheLoansAssetAndNotEmpty() throws {
    let loan = try Loan(funded: Terms())
    let euro = loan.scene.money("EUR", decimals: 6, supply: 100, to: "bank")
    for function in ["deposit", "fill_reserve"] {
      try loan.contract.call(function, by: "bank", paying: .of(5, euro)).fails("WrongToken")
      try loan.contract.call(function, by: "bank").fails("WrongToken")
      try loan.contract.call(function, by: "bank", paying: .of(0, loan.dollar)).fails("NoAmount")
    }
    // Nothing comes in unasked.
    try loan.scene.send(1, of: loan.dollar, from: "bank", to: "loan").fails("NotAccepted")
  }

  @Test func theReserveTakesNoMoreThanItsTarget() throws {
    let loan = try Loan(funded: Terms())
    try loan.fillReserve(2_000_000_000_001).fails(
      "WrongAmount", ["amount": 2_000_000_000_001, "needed": 2_000_000_000_000])
    try loan.fillReserve(1_999_999_999_999).ok()
    try loan.fillReserve(2).fails("WrongAmount", ["amount": 2, "needed": 1])
    try loan.fillReserve(1).ok()
    try loan.fillReserve(1).fails("WrongAmount", ["amount": 1, "needed": 0])
  }

  @Test func theProviderBillsWithinTheBudget() throws {
    let loan = try Loan(funded: Terms())
    for caller in ["lender", "operator", "junior", "platform", "anyone"] {
      try loan.bill(1, by: caller).fails("NotPayee", ["leg": 0, "who": .name(caller)])
    }
    try loan.bill(0).fails("NoAmount")
    try loan.bill(-1).fails("NoAmount")
    try loan.bill(299_999_999_999).ok()
    try loan.bill(2).fails("OverBudget", ["billed": 300_000_000_001, "budget": 300_000_000_000])
    try loan.bill(1).ok()
    try loan.bill(1).fails("OverBudget")
    try loan.period(revenue: million)
    try loan.bill(300_000_000_000).ok()
  }

  @Test func stepsChangeHandsOnlyByThoseEntitled() throws {
    let loan = try Loan(funded: Terms())
    for leg in ["Principal", "Reserve", "Sweep"] {
      try loan.changePayee(leg, to: "cousin", by: "lender").fails("NoSuchPayee")
    }
    for present in [Argument.identifier(.zero), "loan"] {
      try loan.changePayee("Junior", to: present, by: "junior").fails("NobodyNamed")
    }
    let entitled = [
      "Costs": "lender", "Interest": "lender", "Junior": "junior", "Operator": "operator",
    ]
    for (leg, owner) in entitled {
      for caller in ["lender", "junior", "operator", "provider", "platform", "anyone"]
      where caller != owner {
        try loan.changePayee(leg, to: "cousin", by: caller).fails(
          "NotPayee", ["who": .name(caller)])
      }
    }
    for leg in ["Costs", "Junior", "Operator", "Interest"] {
      let owner = try #require(entitled[leg])
      let changed = try loan.changePayee(leg, to: .name("new \(leg)"), by: owner).ok()
      #expect(
        changed.events("PayeeChanged").first?["present"] == Value(loan.scene.address("new \(leg)")))
    }
    // Every leg now goes to the newcomers, principal and sweep to the new lender; the old have no say.
    try loan.changePayee("Costs", to: "cousin", by: "lender").fails("NotPayee")
    try loan.bill(1).fails("NotPayee")
    try loan.bill(300_000_000_000, by: "new Costs").ok()
    try loan.fillReserve(1_900_000_000_000).ok()
    try loan.period(revenue: 2_000_000_000_000)
    #expect(loan.scene.balance(loan.dollar, "new Costs") == 300_000_000_000)
    #expect(loan.scene.balance(loan.dollar, "new Interest") == 1_252_654_213_963)
    #expect(loan.scene.balance(loan.dollar, "new Junior") == 302_962_224_394)
    #expect(loan.scene.balance(loan.dollar, "lender") == 0)
  }

  @Test func termsHaveBounds() throws {
    let scene = Scene()
    let dollar = scene.money("USD", decimals: 6, supply: 1, to: "bank")
    func check(_ isGood: Bool, _ change: (inout Terms) -> Void) throws {
      var terms = Terms()
      change(&terms)
      let outcome = try scene.tryDeploy("LoanWaterfall.alq", terms.arguments(token: dollar))
      if isGood { try outcome.ok() } else { try outcome.fails("BadTerms") }
    }
    try check(false) { $0.principal = 0 }
    try check(true) { $0.principal = 1 }
    try check(false) { $0.rate = 0 }
    try check(true) { $0.rate = 1 }
    try check(true) { $0.rate = 1_000_000 }
    try check(false) { $0.rate = 1_000_001 }
    try check(false) { $0.lateRate = -1 }
    try check(true) { $0.lateRate = 0 }
    try check(true) { $0.lateRate = 1_000_000 }
    try check(false) { $0.lateRate = 1_000_001 }
    try check(false) { $0.lateFee = -1 }
    try check(true) { $0.lateFee = 0 }
    try check(true) { $0.lateFee = 1_000_000 }
    try check(false) { $0.lateFee = 1_000_001 }
    try check(false) { $0.payments = 0 }
    try check(true) { $0.payments = 1 }
    try check(true) { $0.payments = 120 }
    try check(false) { $0.payments = 121 }
    try check(false) { $0.interval = 604_799 }
    try check(true) { $0.interval = 604_800 }
    try check(false) {
      $0.interval = 31_536_001; $0.payments = 1
    }
    try check(true) {
      $0.interval = 31_536_000; $0.payments = 30
    }
    try check(false) {
      $0.interval = 31_536_000; $0.payments = 31
    }
    try check(false) { $0.budget = -1 }
    try check(true) { $0.budget = 0 }
    try check(false) { $0.reserve = -1 }
    try check(true) { $0.reserve = 0 }
    try check(false) { $0.sweep = -1 }
    try check(true) { $0.sweep = 0 }
    try check(true) { $0.sweep = 10_000 }
    try check(false) { $0.sweep = 10_001 }
    try check(false) { $0.juniorPart = -1 }
    try check(true) { $0.juniorPart = 0 }
    try check(true) { $0.juniorPart = 10_000 }
    try check(false) { $0.juniorPart = 10_001 }
    for role in ["lender", "junior", "operator", "provider", "platform"] {
      var terms = Terms()
      terms.people[role] = nil
      try scene.tryDeploy("LoanWaterfall.alq", terms.arguments(token: dollar)).fails("NobodyNamed")
    }
  }

  // MARK: - Campaigns

  /// After each settlement the legs are all that came in, and what was asked is paid or carried.
  private func check(
    _ settled: Outcome, of loan: Loan, before: Outcome, _ tally: inout OutcomeTally
  ) throws {
    let facts = try settled.only("Settled")
    let inflow = try #require(facts["inflow"])
    let drawn = try #require(facts["drawn"])
    let short = try #require(facts["short"])
    var paid = loan.legs(settled)
    if paid.count == 9 {
      #expect(try loan.status() == "Repaid")
      #expect(try loan.standing("reserve") == 0)
      paid.removeLast()
    } else {
      let change = try paid[4].subtracting(drawn)
      #expect(try loan.standing("reserve") == before.int("reserve").adding(change))
    }
    #expect(paid.allSatisfy { !$0.isNegative })
    #expect(try paid.reduce(Integer()) { try $0.adding($1) } == inflow.adding(drawn))
    #expect(try inflow == before.int("lockbox"))
    let carried = try loan.standing("behind").adding(loan.standing("missed"))
    #expect(carried == short)
    #expect(
      try loan.standing("principal")
        == before.int("principal").subtracting(paid[3]).subtracting(paid[5]))
    // Junior and operator get nothing while interest, principal or reserve want more.
    if short > 0 { #expect(paid[4...7] == [0, 0, 0, 0]) }
    for (word, isSo) in [
      ("short", short > 0), ("drawn", drawn > 0), ("swept", paid[5] > 0),
      ("late", (facts["late_days"] ?? 0) > 0), ("kept", !settled.events("till.Kept").isEmpty),
      ("all seven", paid.allSatisfy { $0 > 0 }),
    ] where isSo {
      tally.count(word)
    }
    tally.count(try loan.status())
  }

  /// Loans one after the other, each until it is repaid or the steps are over.
  @Test(arguments: [1, 2, 3, 5, 8, 13, 21, 34])
  func campaign(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var tally = OutcomeTally()
    let scene = Scene()
    let coin = try scene.makeGuardedCoin(supply: 1_000_000_000_000_000_000, to: "bank")
    scene.money("EUR", decimals: 6, supply: 1_000, to: "bank")
    var steps = 900
    while steps > 0 {
      var terms = Terms()
      terms.payments = Integer(Int.random(in: 2...24, using: &random))
      terms.sweep = Integer(Int.random(in: 0...10_000, using: &random))
      terms.juniorPart = Integer(Int.random(in: 0...10_000, using: &random))
      terms.principal = Integer(Int.random(in: 1...9, using: &random) * 1_000_000_000_007)
      terms.reserve = Integer(Int.random(in: 1...3, using: &random) * 500_000_000_003)
      for role in Array(terms.people.keys) { try coin.refuse(role, false) }
      let loan = try Loan(terms, in: scene, coin)
      try run(loan, steps: &steps, &random, &tally)
    }
    print("loan campaign \(seed): \(tally)")
    let successes = [
      "fund", "deposit", "bill", "fill_reserve", "settle", "change_payee", "collect", "Repaid",
      "Impaired", "short", "drawn", "swept", "late", "kept", "all seven",
    ]
    for action in successes { #expect(tally[action] > 0, "never: \(action)") }
    let refusals = [
      "fund NotPayee", "fund WrongAmount", "deposit WrongToken", "bill NotPayee", "bill OverBudget",
      "settle TooEarly", "settle WrongStatus", "change_payee NotPayee", "change_payee NoSuchPayee",
      "fill_reserve WrongAmount", "collect till.NothingDue",
    ]
    for refusal in refusals { #expect(tally[refusal] > 0, "never: \(refusal)") }
  }

  private func run(
    _ loan: Loan, steps: inout Int, _ random: inout SplitMix64, _ tally: inout OutcomeTally
  ) throws {
    let euro = try #require(loan.scene.assets["EUR"])
    let people = ["lender", "junior", "operator", "provider", "platform", "anyone", "bank"]
    var holders = [
      "Costs": "provider", "Interest": "lender", "Junior": "junior", "Operator": "operator",
    ]
    while steps > 0 {
      steps -= 1
      let anyone = people[Int.random(in: 0..<people.count, using: &random)]
      let amount = Integer(Int.random(in: 0...600_000_000_000, using: &random))
      let isProposed = try loan.status() == "Proposed"
      switch isProposed && steps % 3 == 0 ? 0 : Int.random(in: 0..<24, using: &random) {
      case 0:
        let by = Bool.random(using: &random) ? "lender" : "bank"
        let off = Int.random(in: 0...1, using: &random)
        if by == "lender" && isProposed && off == 1 {
          loan.scene.send(1, of: loan.dollar, from: "bank", to: "lender")
        }
        let lent = try loan.terms.principal.adding(Integer(off))
        tally.count("fund", try loan.fund(by: by, lent))
      case 1...5: tally.count("deposit", try loan.deposit(amount))
      case 6:
        tally.count("deposit", try loan.contract.call("deposit", by: "bank", paying: .of(1, euro)))
      case 7, 8:
        let part = try amount.divided(by: 3, rounding: .floor)
        let isFair = Int.random(in: 0..<4, using: &random) > 0
        tally.count("bill", try loan.bill(part, by: isFair ? holders["Costs"] ?? "" : anyone))
      case 9:
        let part = try amount.divided(by: 2, rounding: .floor)
        tally.count("fill_reserve", try loan.fillReserve(part))
      case 10...14:
        let before = try loan.contract.view("standing")
        let isOperator = Bool.random(using: &random)
        let settled = try loan.settle(by: isOperator ? holders["Operator"] ?? "" : anyone)
        tally.count("settle", settled)
        if settled.succeeded { try check(settled, of: loan, before: before, &tally) }
      case 15, 16:
        let legs = ["Costs", "Interest", "Principal", "Junior", "Operator"]
        let leg = legs[Int.random(in: 0..<legs.count, using: &random)]
        let owner = holders[leg == "Costs" ? "Interest" : leg] ?? anyone
        let by = Bool.random(using: &random) ? anyone : owner
        let changed = try loan.changePayee(leg, to: .name(anyone), by: by)
        tally.count("change_payee", changed)
        #expect(!changed.succeeded || by == owner)
        if changed.succeeded { holders[leg] = anyone }
      case 17: try loan.coin.refuse(anyone, Bool.random(using: &random))
      case 18, 19:
        let receiver = people[Int.random(in: 0..<people.count, using: &random)]
        tally.count("collect", try loan.collect(by: anyone, to: receiver))
      default: loan.scene.warp(seconds: Int.random(in: 0...20 * day, using: &random))
      }
      if try loan.status() == "Repaid" && Int.random(in: 0..<4, using: &random) == 0 { return }
    }
  }
}
