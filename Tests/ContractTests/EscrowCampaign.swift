import Bytecode
import Execution
import Integers
import Testing

/// An escrow beside a model of it: random calls by people who each may be anything to a job, and after
/// every call the same outcome and the same balances.
final class EscrowCampaign {
  private enum Status: Int { case funded, attested, disputed, released, refunded, resolved }

  private struct Job {
    var payer: String
    var payee: String
    var token: Int
    var amount: Int
    var fee: Int
    var checkers: [String]
    var given: Set<String> = []
    var quorum: Int
    var deadline: Int
    var turned = 0
    var status = Status.funded
  }

  private static let people = ["ann", "ben", "cat", "dan", "eve", "fay"]
  private let scene = Scene()
  private let bank: Contract
  private let escrow: Contract
  private let tokens: [Identifier]
  private var random: SplitMix64
  private var jobs: [Int: Job] = [:]
  private var blocked: Set<String> = []
  private var balances: [[String: Int]]
  private var kept: [[String: Int]] = [[:], [:]]
  private var fee = 100
  private(set) var counts = StepCounts()

  init(seed: UInt64) throws {
    random = SplitMix64(seed: seed)
    let wealth = 1_000_000
    let plain = scene.money(
      "USD", decimals: 6, supply: Integer(wealth * Self.people.count), to: "mint")
    for person in Self.people {
      try scene.send(Integer(wealth), of: plain, from: "mint", to: person).ok()
    }
    let (bank, dollar) = try scene.issueDollars("dollars", wealth, to: Self.people)
    self.bank = bank
    tokens = [plain, dollar]
    escrow = try scene.deploy(
      "Escrow.alq", as: "escrow", ["treasury": "treasury", "fee": 100, "admin": "fay"])
    try escrow.call("roles.grant", by: "fay", ["role": "arbiter", "member": "eve"]).ok()
    balances = tokens.map { _ in
      Dictionary(uniqueKeysWithValues: Self.people.map { ($0, wealth) })
    }
  }

  private func person() -> String { Self.people.randomElement(using: &random) ?? "ann" }

  func run(steps: Int) throws {
    for _ in 0..<steps {
      passTime()
      try step()
      try compare()
    }
  }

  /// Mostly a little; sometimes to the last or the first second of something.
  private func passTime() {
    switch Int.random(in: 0..<20, using: &random) {
    case 0..<15: break
    case 15..<19: scene.warp(seconds: Int.random(in: 1...400, using: &random))
    default:
      let edges = jobs.values.filter { $0.amount > 0 }.map { job in
        switch job.status {
        case .attested: job.turned + 172_800
        case .disputed: job.turned + 2_592_000
        default: job.deadline
        }
      }
      let near = edges.sorted().filter { $0 > scene.now }.prefix(3)
      if let edge = near.randomElement(using: &random) {
        scene.travel(to: max(scene.now, edge - Int.random(in: 0...1, using: &random)))
      }
    }
  }

  private func step() throws {
    let open = jobs.filter { $0.value.amount > 0 }.keys.sorted()
    let job =
      Int.random(in: 0..<8, using: &random) > 0
      ? open.suffix(5).randomElement(using: &random) ?? 1
      : Int.random(in: 1...jobs.count + 1, using: &random)
    let caller = Int.random(in: 0..<3, using: &random) == 0 ? person() : fitting(job)
    let isApt = Int.random(in: 0..<2, using: &random) == 0
    switch isApt ? aptAction(jobs[job]) : Int.random(in: 0..<20, using: &random) {
    case 0..<4: try self.open(by: person())
    case 4..<9: try attest(job, by: caller)
    case 9..<11:
      try expect("release", predictRelease(job, caller), call("release", job, caller)) {
        self.close(job, .released, self.jobs[job]?.amount ?? 0)
      }
    case 11:
      try expect("refund", predictRefund(job), call("refund", job, caller)) {
        self.close(job, .refunded, 0)
      }
    case 12..<15: try dispute(job, by: caller)
    case 15..<17: try resolve(job, by: Bool.random(using: &random) ? "eve" : caller)
    case 17:
      let entry = jobs[job]
      try expect("lapse", predictLapse(job), call("lapse", job, caller)) {
        if entry?.given.count == entry?.quorum {
          self.close(job, .released, entry?.amount ?? 0)
        } else {
          self.close(job, .refunded, 0)
        }
      }
    case 18: try block()
    default: try collectOrSetFee()
    }
  }

  /// The number of an action that the job waits for.
  private func aptAction(_ job: Job?) -> Int {
    let actions: [Int]
    switch job?.status {
    case .funded: actions = [4, 4, 4, 11, 12]
    case .attested: actions = [9, 12]
    case .disputed: actions = [15, 15, 17]
    default: actions = [0]
    }
    return actions.randomElement(using: &random) ?? 0
  }

  /// Somebody who has to do with the job.
  private func fitting(_ job: Int) -> String {
    guard let entry = jobs[job] else { return person() }
    return (entry.checkers + [entry.payer, entry.payee]).randomElement(using: &random) ?? "ann"
  }

  private func call(_ function: String, _ job: Int, _ caller: String) throws -> Outcome {
    try escrow.call(function, by: caller, ["job": .number(job)])
  }

  private func expect(
    _ action: String, _ error: String?, _ outcome: Outcome, _ effect: () -> Void
  ) throws {
    counts.note(action, outcome)
    try #require(
      outcome.error?.name == error, "\(action): \(outcome) instead of \(error ?? "success")")
    if error == nil { effect() }
  }

  // MARK: - The model

  private func open(by payer: String) throws {
    var others = Self.people.shuffled(using: &random)
    if Int.random(in: 0..<5, using: &random) > 0 { others.removeAll { $0 == payer } }
    if Int.random(in: 0..<3, using: &random) > 0 { others.removeAll { $0 == "eve" } }
    let payee = others[0]
    let isCareless = Int.random(in: 0..<5, using: &random) == 0
    let checkers =
      isCareless
      ? (0..<Int.random(in: 0...3, using: &random)).map { _ in person() }
      : Array(others[1...Int.random(in: 1...3, using: &random)])
    let quorum =
      isCareless
      ? Int.random(in: 0...4, using: &random)
      : min(checkers.count, Int.random(in: 1...2, using: &random))
    let token = Int.random(in: 0...1, using: &random)
    let amount = Int.random(in: 0...9_999, using: &random)
    let deadline = scene.now + Int.random(in: 3_300...8_000, using: &random)
    let now = scene.now
    var error: String?
    if token == 1 && blocked.contains(payer) && amount > 0 {
      error = "IsBlocked"
    } else if amount > balances[token][payer, default: 0] {
      error = "InsufficientBalance"
    } else if amount == 0 {
      error = "NoAmount"
    } else if payee == payer {
      error = "BadPayee"
    } else if checkers.isEmpty {
      error = "BadCheckers"
    } else if quorum < 1 || quorum > checkers.count {
      error = "BadQuorum"
    } else if deadline < now + 3_600 {
      error = "BadDeadline"
    } else if Set(checkers).count < checkers.count || checkers.contains(payer)
      || checkers.contains(payee)
    {
      error = "BadCheckers"
    }
    let outcome = try escrow.call(
      "open", by: payer,
      [
        "payee": .name(payee), "checkers": .names(checkers), "quorum": .number(quorum),
        "deadline": .number(deadline),
      ], paying: [.of(tokens[token], amount)])
    try expect("open", error, outcome) {
      balances[token][payer, default: 0] -= amount
      jobs[jobs.count + 1] = Job(
        payer: payer, payee: payee, token: token, amount: amount, fee: fee, checkers: checkers,
        quorum: quorum, deadline: deadline)
    }
  }

  private func inStatus(_ job: Int, _ wanted: Status) -> (Job?, error: String?) {
    guard let entry = jobs[job] else { return (nil, "UnknownJob") }
    return (entry, entry.status == wanted ? nil : "WrongStatus")
  }

  private func attest(_ job: Int, by caller: String) throws {
    let now = scene.now
    let length = Int.random(in: 0..<20, using: &random) == 0 ? 31 : 32
    var (entry, error) = inStatus(job, .funded)
    if let entry, error == nil {
      if !entry.checkers.contains(caller) {
        error = "NotChecker"
      } else if entry.given.contains(caller) {
        error = "AlreadyAttested"
      } else if now >= entry.deadline {
        error = "TooLate"
      } else if length != 32 {
        error = "BadResult"
      }
    }
    let outcome = try escrow.call(
      "attest", by: caller,
      ["job": .number(job), "result": .bytes([UInt8](repeating: 1, count: length))])
    try expect("attest", error, outcome) {
      entry?.given.insert(caller)
      if entry?.given.count == entry?.quorum {
        entry?.status = .attested
        entry?.turned = now
      }
      jobs[job] = entry
    }
  }

  private func predictRelease(_ job: Int, _ caller: String) -> String? {
    let (entry, error) = inStatus(job, .attested)
    guard let entry, error == nil else { return error }
    return caller == entry.payer || scene.now >= entry.turned + 172_800 ? nil : "TooEarly"
  }

  private func predictRefund(_ job: Int) -> String? {
    let (entry, error) = inStatus(job, .funded)
    guard let entry, error == nil else { return error }
    return scene.now >= entry.deadline ? nil : "TooEarly"
  }

  private func predictLapse(_ job: Int) -> String? {
    let (entry, error) = inStatus(job, .disputed)
    guard let entry, error == nil else { return error }
    return scene.now >= entry.turned + 2_592_000 ? nil : "TooEarly"
  }

  private func predictDispute(_ job: Int, _ caller: String) -> String? {
    guard let entry = jobs[job] else { return "UnknownJob" }
    switch entry.status {
    case .funded:
      if caller != entry.payer && caller != entry.payee { return "NotParty" }
      return scene.now < entry.deadline ? nil : "TooLate"
    case .attested:
      if caller != entry.payer { return "NotParty" }
      return scene.now < entry.turned + 172_800 ? nil : "TooLate"
    default: return "WrongStatus"
    }
  }

  private func dispute(_ job: Int, by caller: String) throws {
    let now = scene.now
    try expect("dispute", predictDispute(job, caller), call("dispute", job, caller)) {
      jobs[job]?.status = .disputed
      jobs[job]?.turned = now
    }
  }

  private func resolve(_ job: Int, by caller: String) throws {
    let part = Int.random(in: -2_000...12_000, using: &random)
    var (entry, error) = inStatus(job, .disputed)
    if caller != "eve" {
      error = "roles.NotAllowed"
    } else if let entry, error == nil {
      if caller == entry.payer || caller == entry.payee {
        error = "NotParty"
      } else if scene.now >= entry.turned + 2_592_000 {
        error = "TooLate"
      } else if !(0...10_000).contains(part) {
        error = "BadPart"
      }
    }
    let outcome = try escrow.call(
      "resolve", by: caller, ["job": .number(job), "payee_part": .number(part)])
    try expect("resolve", error, outcome) {
      close(job, .resolved, (entry?.amount ?? 0) * part / 10_000)
    }
    entry = nil
  }

  private func close(_ job: Int, _ status: Status, _ gross: Int) {
    guard let entry = jobs[job] else { return }
    let cut = gross * entry.fee / 10_000
    pay(entry.token, gross - cut, entry.payee)
    pay(entry.token, entry.amount - gross, entry.payer)
    pay(entry.token, cut, "treasury")
    jobs[job]?.status = status
    jobs[job]?.amount = 0
  }

  private func pay(_ token: Int, _ amount: Int, _ payee: String) {
    if token == 1 && blocked.contains(payee) {
      kept[token][payee, default: 0] += amount
    } else {
      balances[token][payee, default: 0] += amount
    }
  }

  private func block() throws {
    let who = (Self.people + ["treasury"]).randomElement(using: &random) ?? "ann"
    let yes = Int.random(in: 0..<3, using: &random) == 0
    try bank.call("block", by: "bank", ["who": .name(who), "yes": .bool(yes)]).ok()
    if yes { blocked.insert(who) } else { blocked.remove(who) }
  }

  private func collectOrSetFee() throws {
    if Int.random(in: 0..<2, using: &random) == 0 {
      let caller = Bool.random(using: &random) ? "fay" : person()
      let new = (Int.random(in: -200...1_200, using: &random))
      var error = caller == "fay" ? nil : "roles.NotAdmin"
      if error == nil && !(0...1_000).contains(new) { error = "BadFee" }
      let outcome = try escrow.call("set_fee", by: caller, ["fee": .number(new)])
      return try expect("set_fee", error, outcome) { fee = new }
    }
    let owed = kept[1].filter { $0.value > 0 }.keys.sorted()
    let payee = owed.randomElement(using: &random) ?? person()
    let receiver = person()
    let amount = kept[1][payee, default: 0]
    let error = amount == 0 ? "till.NothingDue" : blocked.contains(receiver) ? "IsBlocked" : nil
    let outcome = try escrow.call(
      "till.collect", by: payee,
      ["token": .identifier(tokens[1]), "receiver": .name(receiver)])
    try expect("collect", error, outcome) {
      kept[1][payee] = 0
      balances[1][receiver, default: 0] += amount
    }
  }

  private func compare() throws {
    for (token, asset) in tokens.enumerated() {
      for who in Self.people + ["treasury"] {
        try #require(scene.units(asset, who) == balances[token][who, default: 0], "\(who)")
        try #require(try escrow.kept(asset, who) == kept[token][who, default: 0], "\(who)")
      }
      let open = jobs.values.filter { $0.token == token }.reduce(0) { $0 + $1.amount }
      try #require(scene.units(asset, "escrow") == open + kept[token].values.reduce(0, +))
    }
    for (job, entry) in jobs {
      try #require(try escrow.number("jobs", at: [job], "status") == entry.status.rawValue)
    }
  }
}

@Suite struct EscrowCampaignTests {
  @Test func doesWhatTheModelSays() throws {
    var counts = StepCounts()
    for seed in 1...10 {
      let campaign = try EscrowCampaign(seed: UInt64(seed))
      try campaign.run(steps: 300)
      counts.add(campaign.counts)
    }
    counts.expect(
      atLeast: 20,
      ["open", "attest", "release", "refund", "dispute", "resolve", "lapse"])
    counts.expect(
      atLeast: 3,
      [
        "open IsBlocked", "open BadCheckers", "open BadPayee", "open BadQuorum", "open BadDeadline",
        "attest NotChecker", "attest AlreadyAttested", "attest WrongStatus", "collect",
        "release TooEarly", "release WrongStatus", "refund TooEarly", "dispute NotParty",
        "dispute TooLate", "resolve roles.NotAllowed", "resolve BadPart", "lapse TooEarly",
        "collect till.NothingDue", "set_fee", "set_fee roles.NotAdmin",
      ])
    counts.expect(
      atLeast: 1, ["attest TooLate", "attest UnknownJob", "resolve TooLate", "resolve NotParty"])
  }
}
