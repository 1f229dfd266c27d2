import Bytecode
import Execution
import Integers
import Testing

@Suite struct EscrowTests {
  private static let day = 86_400
  private static let objection = 2 * day
  private static let judgement = 30 * day

  private enum Status: Int { case funded, attested, disputed, released, refunded, resolved }

  private struct Setting {
    let scene = Scene()
    let escrow: Contract
    let dollar: Identifier

    init(fee: Int = 250) throws {
      dollar = scene.money("USD", decimals: 6, supply: 1_000_000_000_000, to: "payer")
      escrow = try scene.deploy(
        "Escrow.alq", as: "escrow",
        ["treasury": "treasury", "fee": .number(fee), "admin": "admin"])
      try escrow.call("roles.grant", by: "admin", ["role": "arbiter", "member": "judge"]).ok()
    }

    func tryOpen(
      _ amount: Int = 1_000_000_001, payee: Argument = "payee",
      checkers: Argument = .names(["c1", "c2", "c3"]), quorum: Int = 2, deadline: Int? = nil,
      by payer: String = "payer", in asset: Identifier? = nil
    ) throws -> Outcome {
      try escrow.call(
        "open", by: payer,
        [
          "payee": payee, "checkers": checkers, "quorum": .number(quorum),
          "deadline": .number(deadline ?? scene.now + 10 * day),
        ], paying: [.of(asset ?? dollar, amount)])
    }

    /// Opens a job and gives its number.
    func open(
      _ amount: Int = 1_000_000_001, payee: Argument = "payee", quorum: Int = 2,
      deadline: Int? = nil, in asset: Identifier? = nil
    ) throws -> Int {
      try tryOpen(amount, payee: payee, quorum: quorum, deadline: deadline, in: asset).ok()
        .number("job")
    }

    func attest(_ job: Int, by checker: String, bytes: Int = 32) throws -> Outcome {
      try escrow.call(
        "attest", by: checker,
        ["job": .number(job), "result": .bytes([UInt8](repeating: 7, count: bytes))])
    }

    /// Opens a job that the quorum has attested.
    func attested(_ amount: Int = 1_000_000_001) throws -> Int {
      let job = try open(amount)
      try attest(job, by: "c1").ok()
      try attest(job, by: "c3").ok()
      return job
    }

    func disputed(_ amount: Int = 1_000_000_001) throws -> Int {
      let job = try open(amount)
      try call("dispute", job, by: "payee").ok()
      return job
    }

    func call(_ function: String, _ job: Int, by caller: String) throws -> Outcome {
      try escrow.call(function, by: caller, ["job": .number(job)])
    }

    func resolve(_ job: Int, _ part: Int, by arbiter: String = "judge") throws -> Outcome {
      try escrow.call("resolve", by: arbiter, ["job": .number(job), "payee_part": .number(part)])
    }

    func status(_ job: Int) throws -> Status? {
      Status(rawValue: try escrow.number("jobs", at: [job], "status"))
    }

    func turned(_ job: Int) throws -> Int { try escrow.number("jobs", at: [job], "turned") }

    func units(_ holder: String) -> Int { scene.units(dollar, holder) }
  }

  // MARK: - Making and settings

  @Test func isMadeWithABoundedFeeAndATreasury() throws {
    let scene = Scene()
    func make(_ treasury: Argument, _ fee: Int, _ admin: Argument = "admin") throws -> Outcome {
      try scene.tryDeploy(
        "Escrow.alq", ["treasury": treasury, "fee": .number(fee), "admin": admin])
    }
    try make("treasury", 0).ok()
    try make("treasury", 1_000).ok()
    try make("treasury", -1).fails("BadFee", ["fee": -1])
    try make("treasury", 1_001).fails("BadFee", ["fee": 1_001])
    try make(.identifier(.zero), 0).fails("NobodyNamed")
    try make("treasury", 0, .identifier(.zero)).fails("roles.NobodyNamed")
  }

  @Test func onlyTheAdminChangesFeeAndTreasury() throws {
    let s = try Setting()
    for stranger in ["payer", "judge", "treasury"] {
      try s.escrow.call("set_fee", by: stranger, ["fee": 1]).fails(
        "roles.NotAdmin", ["who": .name(stranger)])
      try s.escrow.call("set_treasury", by: stranger, ["treasury": "payer"]).fails(
        "roles.NotAdmin", ["who": .name(stranger)])
    }
    try s.escrow.call("set_fee", by: "admin", ["fee": -1]).fails("BadFee", ["fee": -1])
    try s.escrow.call("set_fee", by: "admin", ["fee": 1_001]).fails("BadFee", ["fee": 1_001])
    try s.escrow.call("set_treasury", by: "admin", ["treasury": .identifier(.zero)]).fails(
      "NobodyNamed")

    // An open job keeps its fee, but pays it where fees go now.
    let job = try s.attested(10_000)
    let changed = try s.escrow.call("set_fee", by: "admin", ["fee": 1_000]).ok()
    #expect(changed.numbers("FeeChanged", "fee") == [1_000])
    let moved = try s.escrow.call("set_treasury", by: "admin", ["treasury": "vault"]).ok()
    #expect(moved.events("TreasuryChanged").count == 1)
    try s.call("release", job, by: "payer").ok()
    #expect(s.units("payee") == 9_750)
    #expect(s.units("vault") == 250)
    let next = try s.attested(10_000)
    try s.call("release", next, by: "payer").ok()
    #expect(s.units("payee") == 9_750 + 9_000)
    #expect(s.units("vault") == 250 + 1_000)
    #expect(s.units("treasury") == 0)
  }

  // MARK: - Opening

  @Test func opensAJob() throws {
    let s = try Setting()
    let before = s.units("payer")
    let deadline = s.scene.now + 5_000
    let opened = try s.tryOpen(500, deadline: deadline).ok()
    #expect(try opened.number("job") == 1)
    let event = try #require(opened.events("Opened").first)
    #expect(event["payer"] == Value(s.scene.address("payer")))
    #expect(event["payee"] == Value(s.scene.address("payee")))
    #expect(event["token"] == Value(s.dollar))
    #expect(event["amount"] == .int(500))
    #expect(event["deadline"] == .int(Integer(deadline)))
    #expect(s.units("payer") == before - 500)
    #expect(s.units("escrow") == 500)
    #expect(try s.status(1) == .funded)
    #expect(try s.escrow.number("jobs", at: [1], "fee") == 250)
    #expect(try s.escrow.number("held", [Value(s.dollar)]) == 500)
    #expect(try s.open() == 2)
  }

  @Test func refusesToOpenWithoutMoneyOrPayee() throws {
    let s = try Setting()
    try s.tryOpen(0).fails("NoAmount")
    try s.escrow.call(
      "open", by: "payer",
      [
        "payee": "payee", "checkers": .names(["c1"]), "quorum": 1,
        "deadline": .number(s.scene.now + 10_000),
      ]
    ).fails("NoAmount")
    try s.tryOpen(payee: .identifier(.zero)).fails("BadPayee", ["payee": .identifier(.zero)])
    try s.tryOpen(payee: "payer").fails("BadPayee", ["payee": "payer"])
    try s.tryOpen(payee: "escrow").fails("BadPayee", ["payee": "escrow"])
    try s.tryOpen(5, by: "pauper").fails("InsufficientBalance")
    #expect(try s.escrow.number("last") == 0)
  }

  @Test func refusesUnfitCheckersAndQuorums() throws {
    let s = try Setting()
    func checkers(_ count: Int) -> Argument { .names((0..<count).map { "checker \($0)" }) }
    try s.tryOpen(checkers: checkers(0), quorum: 0).fails("BadCheckers")
    try s.tryOpen(checkers: checkers(33), quorum: 1).fails("BadCheckers")
    try s.tryOpen(checkers: checkers(32), quorum: 32).ok()
    try s.tryOpen(checkers: checkers(1), quorum: 1).ok()
    try s.tryOpen(checkers: .names(["c1", "c2", "c1"])).fails("BadCheckers")
    try s.tryOpen(checkers: .names(["c1", "payer"])).fails("BadCheckers")
    try s.tryOpen(checkers: .names(["payee", "c1"])).fails("BadCheckers")
    let withNobody = s.scene.address("c1").bytes + Identifier.zero.bytes
    try s.tryOpen(checkers: .bytes(withNobody)).fails("BadCheckers")
    try s.tryOpen(quorum: 0).fails("BadQuorum", ["quorum": 0])
    try s.tryOpen(quorum: -1).fails("BadQuorum", ["quorum": -1])
    try s.tryOpen(quorum: 4).fails("BadQuorum", ["quorum": 4])
    try s.tryOpen(quorum: 3).ok()
  }

  @Test func boundsTheDeadline() throws {
    let s = try Setting()
    try s.tryOpen(deadline: s.scene.now + 3_599).fails("BadDeadline")
    try s.tryOpen(deadline: s.scene.now + 3_600).ok()
    try s.tryOpen(deadline: s.scene.now + 31_536_000).ok()
    try s.tryOpen(deadline: s.scene.now + 31_536_001).fails("BadDeadline")
    try s.tryOpen(deadline: -1).fails("BadDeadline", ["deadline": -1])
  }

  // MARK: - Attesting

  @Test func aQuorumOfTheNamedCheckersMakesAJobPayable() throws {
    let s = try Setting()
    let job = try s.open()
    try s.attest(99, by: "c1").fails("UnknownJob", ["job": 99])
    for stranger in ["payer", "payee", "judge", "admin", "c4"] {
      try s.attest(job, by: stranger).fails("NotChecker", ["job": 1, "who": .name(stranger)])
    }
    try s.attest(job, by: "c1", bytes: 31).fails("BadResult")
    try s.attest(job, by: "c1", bytes: 33).fails("BadResult")
    let first = try s.attest(job, by: "c1").ok()
    #expect(first.numbers("Attested", "given") == [1])
    #expect(first.events("Reached").isEmpty)
    try s.attest(job, by: "c1").fails("AlreadyAttested", ["checker": "c1"])
    try s.call("release", job, by: "payer").fails("WrongStatus", ["status": 0])
    let time = s.scene.now
    let second = try s.attest(job, by: "c3").ok()
    #expect(second.numbers("Attested", "given") == [2])
    #expect(second.numbers("Reached", "until") == [time + Self.objection])
    #expect(try s.status(job) == .attested)
    try s.attest(job, by: "c2").fails("WrongStatus", ["job": 1, "status": 1])
  }

  @Test func attestsUntilTheLastSecondBeforeTheDeadline() throws {
    let s = try Setting()
    let deadline = s.scene.now + 10_000
    let early = try s.open(quorum: 1, deadline: deadline)
    let late = try s.open(quorum: 1, deadline: deadline)
    s.scene.travel(to: deadline - 1)
    try s.call("refund", early, by: "payer").fails(
      "TooEarly", ["job": .number(early), "opens": .number(deadline)])
    s.scene.travel(to: deadline - 1)
    try s.attest(early, by: "c2").ok()
    s.scene.travel(to: deadline)
    try s.attest(late, by: "c2").fails("TooLate", ["limit": .number(deadline)])
    // From that second on the money goes back, and anyone may see to it.
    s.scene.travel(to: deadline)
    let before = s.units("payer")
    let refunded = try s.call("refund", late, by: "passer-by").ok()
    #expect(refunded.numbers("Closed", "status") == [Status.refunded.rawValue])
    #expect(s.units("payer") == before + 1_000_000_001)
    #expect(s.units("treasury") == 0)
    try s.call("refund", late, by: "payer").fails("WrongStatus", ["status": 4])
    // A job that is attested does not go back.
    try s.call("refund", early, by: "payer").fails("WrongStatus", ["status": 1])
    try s.call("refund", 99, by: "payer").fails("UnknownJob", ["job": 99])
  }

  // MARK: - Releasing

  @Test func thePayerReleasesAtOnceAndTheFeeIsRoundedDown() throws {
    let s = try Setting()
    let job = try s.attested(1_000_000_001)
    let released = try s.call("release", job, by: "payer").ok()
    #expect(released.numbers("Closed", "status") == [Status.released.rawValue])
    #expect(released.numbers("Closed", "to_payee") == [975_000_001])
    #expect(released.numbers("Closed", "to_payer") == [0])
    #expect(released.numbers("Closed", "to_treasury") == [25_000_000])
    #expect(s.units("payee") == 975_000_001)
    #expect(s.units("treasury") == 25_000_000)
    #expect(s.units("escrow") == 0)
    #expect(try s.escrow.number("held", [Value(s.dollar)]) == 0)
    try s.call("release", job, by: "payer").fails("WrongStatus", ["status": 3])
  }

  @Test(arguments: [
    (1, 250, 0), (39, 250, 0), (40, 250, 1), (79, 250, 1), (80, 250, 2), (1, 1_000, 0),
    (9, 1_000, 0), (10, 1_000, 1), (10_000, 0, 0), (9_999, 1, 0), (10_000, 1, 1),
  ])
  func theFeeIsRoundedDown(amount: Int, fee: Int, cut: Int) throws {
    let s = try Setting(fee: fee)
    let job = try s.attested(amount)
    let released = try s.call("release", job, by: "payer").ok()
    #expect(released.numbers("Closed", "to_treasury") == [cut])
    #expect(s.units("payee") == amount - cut)
    #expect(s.units("treasury") == cut)
  }

  @Test func anyoneReleasesWhenNobodyMayObjectAnyMore() throws {
    let s = try Setting()
    let job = try s.attested()
    let opens = try s.turned(job) + Self.objection
    for hasty in ["payee", "passer-by", "judge", "c1"] {
      s.scene.travel(to: opens - 1)
      try s.call("release", job, by: hasty).fails("TooEarly", ["opens": .number(opens)])
    }
    s.scene.travel(to: opens)
    try s.call("release", job, by: "passer-by").ok()
    #expect(s.units("payee") == 975_000_001)
    #expect(s.units("passer-by") == 0)
    try s.call("release", 99, by: "payer").fails("UnknownJob", ["job": 99])
  }

  // MARK: - Disputes

  @Test func bothPartiesDisputeBeforeTheDeadline() throws {
    let s = try Setting()
    let deadline = s.scene.now + 10_000
    let jobs = try (0..<3).map { _ in try s.open(deadline: deadline) }
    for stranger in ["c1", "judge", "admin", "passer-by"] {
      try s.call("dispute", jobs[0], by: stranger).fails("NotParty", ["who": .name(stranger)])
    }
    s.scene.travel(to: deadline - 1)
    let disputed = try s.call("dispute", jobs[0], by: "payee").ok()
    #expect(disputed.events("Disputed").first?["who"] == Value(s.scene.address("payee")))
    s.scene.travel(to: deadline - 1)
    try s.call("dispute", jobs[1], by: "payer").ok()
    s.scene.travel(to: deadline)
    try s.call("dispute", jobs[2], by: "payer").fails("TooLate", ["limit": .number(deadline)])
    try s.call("dispute", jobs[2], by: "payee").fails("TooLate")
    // While the arbiter decides, nothing else happens.
    #expect(try s.status(jobs[0]) == .disputed)
    try s.call("dispute", jobs[0], by: "payer").fails("WrongStatus", ["status": 2])
    try s.attest(jobs[0], by: "c1").fails("WrongStatus", ["status": 2])
    try s.call("refund", jobs[0], by: "payer").fails("WrongStatus", ["status": 2])
    try s.call("release", jobs[0], by: "payer").fails("WrongStatus", ["status": 2])
    try s.call("dispute", 99, by: "payer").fails("UnknownJob", ["job": 99])
  }

  @Test func thePayerDisputesWhatTheQuorumAttestedWhileThereIsTime() throws {
    let s = try Setting()
    let (first, second) = (try s.attested(), try s.attested())
    try s.call("dispute", first, by: "payee").fails("NotParty", ["who": "payee"])
    s.scene.travel(to: try s.turned(first) + Self.objection - 1)
    try s.call("dispute", first, by: "payer").ok()
    let closes = try s.turned(second) + Self.objection
    s.scene.travel(to: closes)
    try s.call("dispute", second, by: "payer").fails("TooLate", ["limit": .number(closes)])
    try s.call("release", second, by: "passer-by").ok()
  }

  @Test func theArbiterDividesADisputedJob() throws {
    let s = try Setting()
    let job = try s.disputed(1_000_000_001)
    let before = s.units("payer")
    for stranger in ["payer", "payee", "c1", "admin"] {
      try s.resolve(job, 5_000, by: stranger).fails(
        "roles.NotAllowed", ["role": .bytes(Array("arbiter".utf8)), "who": .name(stranger)])
    }
    try s.resolve(job, -1).fails("BadPart", ["part": -1])
    try s.resolve(job, 10_001).fails("BadPart", ["part": 10_001])
    let resolved = try s.resolve(job, 3_333).ok()
    #expect(resolved.numbers("Closed", "status") == [Status.resolved.rawValue])
    #expect(resolved.numbers("Closed", "to_payee") == [324_967_500])
    #expect(resolved.numbers("Closed", "to_payer") == [666_700_001])
    #expect(resolved.numbers("Closed", "to_treasury") == [8_332_500])
    #expect(s.units("payee") == 324_967_500)
    #expect(s.units("payer") == before + 666_700_001)
    #expect(s.units("treasury") == 8_332_500)
    try s.resolve(job, 3_333).fails("WrongStatus", ["status": 5])
    try s.resolve(99, 1).fails("UnknownJob", ["job": 99])
    try s.resolve(try s.open(), 1).fails("WrongStatus", ["status": 0])
  }

  @Test(arguments: [(0, 0, 3, 0), (10_000, 3, 0, 0), (3_333, 0, 3, 0), (3_334, 1, 2, 0)])
  func theArbitersPartIsRoundedDown(part: Int, payee: Int, payer: Int, treasury: Int) throws {
    let s = try Setting()
    let resolved = try s.resolve(try s.disputed(3), part).ok()
    #expect(resolved.numbers("Closed", "to_payee") == [payee])
    #expect(resolved.numbers("Closed", "to_payer") == [payer])
    #expect(resolved.numbers("Closed", "to_treasury") == [treasury])
  }

  @Test func anArbiterIsNoPartyAndMayLoseTheRole() throws {
    let s = try Setting()
    for party in ["payer", "payee", "second judge"] {
      try s.escrow.call("roles.grant", by: "admin", ["role": "arbiter", "member": .name(party)])
        .ok()
    }
    let job = try s.disputed()
    try s.resolve(job, 1, by: "payer").fails("NotParty", ["who": "payer"])
    try s.resolve(job, 1, by: "payee").fails("NotParty", ["who": "payee"])
    try s.escrow.call("roles.revoke", by: "admin", ["role": "arbiter", "member": "second judge"])
      .ok()
    try s.resolve(job, 1, by: "second judge").fails("roles.NotAllowed")
    try s.resolve(job, 1).ok()
  }

  @Test func theArbitersTimeEnds() throws {
    let s = try Setting()
    let (first, second) = (try s.disputed(), try s.disputed())
    let closes = try s.turned(first) + Self.judgement
    s.scene.travel(to: closes - 1)
    try s.call("lapse", first, by: "payer").fails("TooEarly", ["opens": .number(closes)])
    s.scene.travel(to: closes - 1)
    try s.resolve(first, 10_000).ok()
    let limit = try s.turned(second) + Self.judgement
    s.scene.travel(to: limit)
    try s.resolve(second, 10_000).fails("TooLate", ["limit": .number(limit)])
    let before = s.units("payer")
    s.scene.travel(to: limit)
    let lapsed = try s.call("lapse", second, by: "passer-by").ok()
    #expect(lapsed.numbers("Closed", "status") == [Status.refunded.rawValue])
    #expect(s.units("payer") == before + 1_000_000_001)
    try s.call("lapse", second, by: "payer").fails("WrongStatus", ["status": 4])
    try s.call("lapse", 99, by: "payer").fails("UnknownJob", ["job": 99])
  }

  @Test func whatTheQuorumSaidHoldsIfTheArbiterIsSilent() throws {
    let s = try Setting()
    let job = try s.attested()
    try s.call("dispute", job, by: "payer").ok()
    s.scene.travel(to: try s.turned(job) + Self.judgement)
    let lapsed = try s.call("lapse", job, by: "payee").ok()
    #expect(lapsed.numbers("Closed", "status") == [Status.released.rawValue])
    #expect(s.units("payee") == 975_000_001)
    #expect(s.units("treasury") == 25_000_000)
  }

  // MARK: - Those who refuse

  @Test func aPayeeWhoRefusesStopsNobody() throws {
    let s = try Setting()
    let (bank, token) = try s.scene.issueDollars("dollars", 1_000_000, to: ["payer"])
    let job = try s.open(10_000, quorum: 1, in: token)
    try s.attest(job, by: "c1").ok()
    try bank.call("block", by: "bank", ["who": "payee", "yes": true]).ok()
    let released = try s.call("release", job, by: "payer").ok()
    #expect(released.events("till.Kept").first?["payee"] == Value(s.scene.address("payee")))
    #expect(released.numbers("till.Kept", "amount") == [9_750])
    #expect(released.numbers("till.Kept", "code") == [1_909_979_762])
    #expect(try s.escrow.kept(token, "payee") == 9_750)
    #expect(s.scene.units(token, "treasury") == 250)
    let due = try s.escrow.view("till.due_to", ["token": .identifier(token), "payee": "payee"])
    #expect(try due.number("amount") == 9_750)

    func collect(by payee: String, to receiver: String) throws -> Outcome {
      try s.escrow.call(
        "till.collect", by: payee, ["token": .identifier(token), "receiver": .name(receiver)])
    }
    try collect(by: "payer", to: "payer").fails("till.NothingDue", ["payee": "payer"])
    try collect(by: "payee", to: "payee").fails("IsBlocked", ["who": "payee"])
    #expect(try s.escrow.kept(token, "payee") == 9_750)
    let collected = try collect(by: "payee", to: "cousin").ok()
    #expect(collected.numbers("till.Collected", "amount") == [9_750])
    #expect(s.scene.units(token, "cousin") == 9_750)
    try collect(by: "payee", to: "cousin").fails("till.NothingDue")
  }

  @Test func aContractThatTakesNothingIsAPayeeWhoRefuses() throws {
    let s = try Setting()
    let bank = try s.scene.deploy("TestDollar.alq", as: "closed box", ["owner": "bank"])
    let job = try s.open(10_000, payee: "closed box", quorum: 1)
    try s.attest(job, by: "c1").ok()
    let released = try s.call("release", job, by: "payer").ok()
    #expect(released.numbers("till.Kept", "code") == [Int(Trap.notAccepted.rawValue)])
    #expect(try s.escrow.kept(s.dollar, bank.name) == 9_750)
  }

  @Test func tooLittleGasKeepsNothingBack() throws {
    let s = try Setting()
    let job = try s.attested()
    try s.escrow.call("release", by: "payer", ["job": .number(job)], gas: 240_000).fails(
      "InsufficientTryGas")
    #expect(try s.status(job) == .attested)
  }

  @Test func keepsAssetsApart() throws {
    let s = try Setting()
    let euro = s.scene.money("EUR", decimals: 2, supply: 1_000, to: "payer")
    let (first, second) = (try s.open(1_000, in: euro), try s.open(2_000))
    #expect(try s.escrow.number("held", [Value(euro)]) == 1_000)
    #expect(try s.escrow.number("held", [Value(s.dollar)]) == 2_000)
    for job in [first, second] {
      try s.call("dispute", job, by: "payer").ok()
      try s.resolve(job, 5_000).ok()
    }
    #expect(s.scene.units(euro, "payee") == 488)
    #expect(s.units("payee") == 975)
  }
}
