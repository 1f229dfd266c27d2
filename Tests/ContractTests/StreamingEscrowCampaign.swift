import Bytecode
import Execution
import Integers
import Testing

/// A streaming escrow beside a model of it that counts in machine integers.
final class StreamingEscrowCampaign {
  private struct Payment {
    let number: Int
    let payee: String
    let num: Int
    let den: Int
    let start: Int
    var accrued = 0
    var earned = 0
    var unsettled = 0
  }

  private struct Account {
    let owner: String
    let isBySeconds: Bool
    var status = 0
    var deposits: [(depositor: String, balance: Int)]
    var payments: [Payment] = []
    var streams = 0

    var funds: Int { deposits.reduce(0) { $0 + $1.balance } }
  }

  private static let people = ["ann", "ben", "cat", "dan"]
  private let scene = Scene()
  private let bank: Contract
  private let escrow: Contract
  private let dollar: Identifier
  private let euro: Identifier
  private var random: SplitMix64
  private var accounts: [Int: Account] = [:]
  private var balances: [String: Int] = [:]
  private var kept: [String: Int] = [:]
  private var blocked: Set<String> = []
  private(set) var counts = StepCounts()

  init(seed: UInt64) throws {
    random = SplitMix64(seed: seed)
    (bank, dollar) = try scene.issueDollars("dollars", 100_000, to: Self.people)
    euro = scene.money("EUR", decimals: 2, supply: 1_000, to: "ann")
    escrow = try scene.deploy("StreamingEscrow.alq", as: "escrow")
    for person in Self.people { balances[person] = 100_000 }
  }

  private func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

  private func person() -> String { Self.people[pick(0...Self.people.count - 1)] }

  func run(steps: Int) throws {
    for _ in 0..<steps {
      if pick(0...2) == 0 { scene.warp(blocks: pick(1...20)) }
      if pick(0...9) == 0 { scene.warp(seconds: pick(0...50)) }
      try step()
      try compare()
    }
  }

  private func step() throws {
    let account = pick(0...9) == 0 ? pick(1...accounts.count + 1) : pick(1...max(1, accounts.count))
    let owner = accounts[account]?.owner ?? "ann"
    let caller = pick(0...2) == 0 ? person() : owner
    let running = accounts[account]?.payments ?? []
    let payment =
      pick(0...9) == 0 ? pick(1...30) : running.randomElement(using: &random)?.number ?? 1
    switch pick(0...19) {
    case 0...1: try open(by: person())
    case 2...5: try deposit(account, by: person())
    case 6...8: try start(account, by: caller)
    case 9...10: try stop(account, payment, by: caller)
    case 11...14: try withdraw(account, payment, by: caller)
    case 15...16: try poke(account, by: caller)
    case 17: if pick(0...2) == 0 { try close(account, by: caller) }
    case 18: try block()
    default: try collect()
    }
  }

  private func expect(
    _ action: String, _ error: String?, _ outcome: Outcome, _ entry: Account?, _ account: Int
  ) throws {
    counts.note(action, outcome)
    try #require(
      outcome.error?.name == error, "\(action): \(outcome) instead of \(error ?? "success")")
    if error == nil {
      accounts[account] = entry
      for (payee, amount) in owed { pay(payee, amount) }
    }
    owed = []
  }

  /// What the present call pays if it succeeds.
  private var owed: [(payee: String, amount: Int)] = []

  private func pay(_ payee: String, _ amount: Int) {
    if blocked.contains(payee) {
      kept[payee, default: 0] += amount
    } else {
      balances[payee, default: 0] += amount
    }
  }

  private func now(_ account: Account) -> Int {
    account.isBySeconds ? scene.now : scene.world.block.height
  }

  // MARK: - The model

  /// Divides by the largest remainders, the first of equal ones first.
  private func split(_ total: Int, _ weights: [Int]) -> [Int] {
    let sum = weights.reduce(0, +)
    var parts = weights.map { total * $0 / sum }
    let rest = total - parts.reduce(0, +)
    let order = weights.indices.sorted {
      (total * weights[$0] % sum, -$0) > (total * weights[$1] % sum, -$1)
    }
    for index in order.prefix(rest) { parts[index] += 1 }
    return parts
  }

  private func divide(_ account: inout Account, _ dues: [Int]) {
    let due = dues.reduce(0, +)
    let given = min(due, account.funds)
    let parts = due > given ? split(given, dues) : dues
    for index in dues.indices {
      account.payments[index].earned += parts[index]
      account.payments[index].unsettled = dues[index] - parts[index]
    }
    var left = given
    for index in account.deposits.indices {
      let taken = min(left, account.deposits[index].balance)
      account.deposits[index].balance -= taken
      left -= taken
    }
    account.deposits.removeAll { $0.balance == 0 }
  }

  private func settle(_ account: inout Account) {
    guard account.status == 0 else { return }
    var dues: [Int] = []
    for index in account.payments.indices {
      let payment = account.payments[index]
      let accrued = payment.num * (now(account) - payment.start) / payment.den
      dues.append(accrued - payment.accrued)
      account.payments[index].accrued = accrued
    }
    let due = dues.reduce(0, +)
    if due == 0 { return }
    if due > account.funds { account.status = 1 }
    divide(&account, dues)
  }

  private func payAll(_ account: inout Account) {
    for index in account.payments.indices {
      owed.append((account.payments[index].payee, account.payments[index].earned))
      account.payments[index].earned = 0
    }
  }

  private func windUp(_ account: inout Account) {
    account.status = 2
    account.payments = []
    for deposit in account.deposits { owed.append((deposit.depositor, deposit.balance)) }
    account.deposits = []
  }

  private func cannotPay(_ payer: String, _ amount: Int) -> String? {
    if amount > 0 && blocked.contains(payer) { return "IsBlocked" }
    return amount > balances[payer, default: 0] ? "InsufficientBalance" : nil
  }

  private func open(by owner: String) throws {
    let amount = pick(0...3) == 0 ? 0 : pick(1...3_000)
    let isBySeconds = Bool.random(using: &random)
    let account = Account(
      owner: owner, isBySeconds: isBySeconds, deposits: [(owner, amount)])
    let error = cannotPay(owner, amount) ?? (amount == 0 ? "NoAmount" : nil)
    let outcome = try escrow.call(
      "open", by: owner, ["clock": isBySeconds ? "Seconds" : "Blocks"],
      paying: [.of(dollar, amount)])
    if error == nil { balances[owner, default: 0] -= amount }
    try expect("open", error, outcome, account, accounts.count + 1)
  }

  private func deposit(_ number: Int, by depositor: String) throws {
    let amount = pick(0...9) == 0 ? 0 : pick(1...2_000)
    let isEuro = depositor == "ann" && pick(0...4) == 0
    var entry = accounts[number]
    var error =
      isEuro ? (amount > 1_000 ? "InsufficientBalance" : nil) : cannotPay(depositor, amount)
    if error == nil {
      if entry == nil {
        error = "UnknownAccount"
      } else if entry?.status == 2 {
        error = "NotOpen"
      } else if isEuro {
        error = "WrongToken"
      } else if amount == 0 {
        error = "NoAmount"
      }
    }
    if var account = entry, error == nil {
      settle(&account)
      if let place = account.deposits.firstIndex(where: { $0.depositor == depositor }) {
        account.deposits[place].balance += amount
      } else {
        account.deposits.append((depositor, amount))
      }
      if account.status == 1 {
        divide(&account, account.payments.map(\.unsettled))
        payAll(&account)
        if account.payments.allSatisfy({ $0.unsettled == 0 }) { windUp(&account) }
      }
      entry = account
    }
    let wasDry = entry?.status != 0
    let outcome = try escrow.call(
      "deposit", by: depositor, ["account": .number(number)],
      paying: [.of(isEuro ? euro : dollar, amount)])
    if error == nil { balances[depositor, default: 0] -= amount }
    try expect(wasDry ? "top up" : "deposit", error, outcome, entry, number)
  }

  private func start(_ number: Int, by caller: String) throws {
    let (num, den) = (pick(0...60), pick(0...40))
    let payee = pick(0...19) == 0 ? "escrow" : person()
    var entry = accounts[number]
    var error: String?
    if var account = entry {
      if caller != account.owner {
        error = "NotOwner"
      } else if payee == "escrow" {
        error = "BadPayee"
      } else if num < 1 || den < 1 {
        error = "BadRate"
      } else {
        settle(&account)
        if account.status != 0 { error = "NotOpen" }
        account.streams += 1
        account.payments.append(
          Payment(
            number: account.streams, payee: payee, num: num, den: den, start: now(account)))
        entry = account
      }
    } else {
      error = "UnknownAccount"
    }
    let outcome = try escrow.call(
      "start", by: caller,
      [
        "account": .number(number), "payee": .name(payee), "num": .number(num),
        "den": .number(den),
      ])
    try expect("start", error, outcome, entry, number)
  }

  private func stop(_ number: Int, _ payment: Int, by caller: String) throws {
    var entry = accounts[number]
    var error = entry == nil ? "UnknownAccount" : nil
    if var account = entry {
      if let index = account.payments.firstIndex(where: { $0.number == payment }) {
        if caller != account.owner && caller != account.payments[index].payee {
          error = "NotParty"
        } else {
          settle(&account)
          if account.status != 0 { error = "NotOpen" }
          let ended = account.payments.remove(at: index)
          if error == nil { owed.append((ended.payee, ended.earned)) }
          entry = account
        }
      } else {
        error = "UnknownPayment"
      }
    }
    let outcome = try escrow.call(
      "stop", by: caller, ["account": .number(number), "payment": .number(payment)])
    try expect("stop", error, outcome, entry, number)
  }

  private func withdraw(_ number: Int, _ payment: Int, by caller: String) throws {
    var entry = accounts[number]
    var error = entry == nil ? "UnknownAccount" : nil
    if var account = entry {
      if let index = account.payments.firstIndex(where: { $0.number == payment }) {
        settle(&account)
        owed.append((account.payments[index].payee, account.payments[index].earned))
        account.payments[index].earned = 0
        entry = account
      } else {
        error = "UnknownPayment"
      }
    }
    let outcome = try escrow.call(
      "withdraw", by: caller, ["account": .number(number), "payment": .number(payment)])
    try expect("withdraw", error, outcome, entry, number)
  }

  private func poke(_ number: Int, by caller: String) throws {
    var entry = accounts[number]
    if var account = entry {
      settle(&account)
      if account.status == 1 { payAll(&account) }
      entry = account
    }
    let outcome = try escrow.call("poke", by: caller, ["account": .number(number)])
    try expect("poke", entry == nil ? "UnknownAccount" : nil, outcome, entry, number)
  }

  private func close(_ number: Int, by caller: String) throws {
    var entry = accounts[number]
    var error = entry == nil ? "UnknownAccount" : nil
    if var account = entry {
      if caller != account.owner {
        error = "NotOwner"
      } else {
        settle(&account)
        if account.status != 0 {
          error = "NotOpen"
        } else {
          payAll(&account)
          windUp(&account)
        }
        entry = account
      }
    }
    let outcome = try escrow.call("close", by: caller, ["account": .number(number)])
    try expect("close", error, outcome, entry, number)
  }

  private func block() throws {
    let (who, yes) = (person(), pick(0...2) == 0)
    try bank.call("block", by: "bank", ["who": .name(who), "yes": .bool(yes)]).ok()
    if yes { blocked.insert(who) } else { blocked.remove(who) }
  }

  private func collect() throws {
    let waiting = kept.filter { $0.value > 0 }.keys.sorted()
    let payee = waiting.randomElement(using: &random) ?? person()
    let receiver = person()
    let amount = kept[payee, default: 0]
    let error = amount == 0 ? "till.NothingDue" : blocked.contains(receiver) ? "IsBlocked" : nil
    let outcome = try escrow.call(
      "till.collect", by: payee, ["token": .identifier(dollar), "receiver": .name(receiver)])
    counts.note("collect", outcome)
    try #require(outcome.error?.name == error, "collect: \(outcome)")
    if error == nil {
      kept[payee] = 0
      balances[receiver, default: 0] += amount
    }
  }

  private func compare() throws {
    for person in Self.people {
      try #require(scene.units(dollar, person) == balances[person], "\(person)")
      try #require(try escrow.kept(dollar, person) == kept[person, default: 0], "\(person)")
    }
    for (number, account) in accounts {
      try #require(
        try escrow.number("accounts", at: [number], "status") == account.status, "\(number)")
      try #require(try escrow.number("accounts", at: [number], "funds") == account.funds)
      for payment in account.payments {
        let key = [number, payment.number]
        try #require(try escrow.number("payments", at: key, "earned") == payment.earned)
        try #require(try escrow.number("payments", at: key, "unsettled") == payment.unsettled)
      }
    }
  }
}

@Suite struct StreamingEscrowCampaignTests {
  @Test func doesWhatTheModelSays() throws {
    var counts = StepCounts()
    for seed in 1...10 {
      let campaign = try StreamingEscrowCampaign(seed: UInt64(seed))
      try campaign.run(steps: 300)
      counts.add(campaign.counts)
    }
    counts.expect(
      atLeast: 20,
      ["open", "deposit", "top up", "start", "stop", "withdraw", "poke", "close", "collect"])
    counts.expect(
      atLeast: 3,
      [
        "open NoAmount", "open IsBlocked", "deposit WrongToken", "deposit NoAmount",
        "top up NotOpen",
        "start NotOwner", "start BadPayee", "start BadRate", "start NotOpen", "stop NotParty",
        "stop NotOpen", "stop UnknownPayment", "withdraw UnknownPayment", "close NotOwner",
        "close NotOpen", "poke UnknownAccount", "collect till.NothingDue", "collect IsBlocked",
      ])
  }
}
