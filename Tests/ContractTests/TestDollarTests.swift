import Bytecode
import Execution
import Integers
import Testing

/// The dollar of the demonstrations, which can refuse anybody.
@Suite struct TestDollarTests {
  private func makeBank() throws -> (bank: Contract, dollar: Identifier) {
    let bank = try Scene().deploy("TestDollar.alq", as: "bank", ["owner": "owner"])
    return (bank, bank.asset("USD"))
  }

  @discardableResult
  private func issue(
    _ bank: Contract, _ amount: Integer, to receiver: Argument = "alice", by who: String = "owner"
  ) throws -> Outcome {
    try bank.call("issue", by: who, ["receiver": receiver, "amount": .int(amount)])
  }

  private func block(
    _ bank: Contract, _ who: Argument, _ yes: Bool = true, by caller: String = "owner"
  ) throws -> Outcome {
    try bank.call("block", by: caller, ["who": who, "yes": .bool(yes)])
  }

  @Test func theOwnerIssuesUpToTheMost() throws {
    let (bank, dollar) = try makeBank()
    let most = try #require(Integer(decimal: "1000000000000000000000"))
    try issue(bank, 5, by: "alice").fails("NotOwner", ["who": "alice"])
    for amount in [0, -1] as [Integer] { try issue(bank, amount).fails("NoAmount") }
    try issue(bank, 5, to: .identifier(.zero)).fails("ZeroAddress")
    try issue(bank, try most.adding(1)).fails("TooMany")
    #expect(try issue(bank, most).ok().events("Issued").count == 1)
    try issue(bank, 1).fails("TooMany", ["amount": 1])
    try bank.call("redeem", by: "alice", paying: .of(1, dollar)).ok()
    try issue(bank, 2).fails("TooMany", ["amount": 2])
    try issue(bank, 1).ok()
    #expect(bank.scene.world.supply(of: dollar) == most)
    let named = try bank.view("dollar").ok()
    #expect(named["token"] == Value(dollar))
  }

  @Test func redeemsDollarsAndNothingElse() throws {
    let (bank, dollar) = try makeBank()
    let other = bank.scene.money("EUR", decimals: 2, supply: 100, to: "alice")
    try issue(bank, 10).ok()
    try bank.call("redeem", by: "alice").fails("WrongToken")
    try bank.call("redeem", by: "alice", paying: .of(5, other)).fails("WrongToken")
    try bank.call("redeem", by: "alice", paying: .of(0, dollar)).fails("NoAmount")
    try bank.call("redeem", by: "alice", paying: .of(11, dollar)).fails("InsufficientBalance")
    let done = try bank.call("redeem", by: "alice", paying: .of(4, dollar)).ok()
    #expect(done.events("Redeemed").first?["amount"] == .int(4))
    #expect(bank.scene.world.supply(of: dollar) == 6)
  }

  @Test func theBlockedNeitherPayNorArePaid() throws {
    let (bank, dollar) = try makeBank()
    let scene = bank.scene
    try issue(bank, 10).ok()
    try issue(bank, 10, to: "bob").ok()
    try block(bank, "alice", by: "alice").fails("NotOwner", ["who": "alice"])
    try block(bank, .identifier(.zero)).fails("NobodyNamed")
    #expect(try block(bank, "alice").ok().events("Blocked").first?["yes"] == .int(1))
    try scene.send(1, of: dollar, from: "alice", to: "bob").fails("IsBlocked", ["who": "alice"])
    try scene.send(1, of: dollar, from: "bob", to: "alice").fails("IsBlocked", ["who": "alice"])
    try issue(bank, 1).fails("IsBlocked", ["who": "alice"])
    try bank.call("redeem", by: "alice", paying: .of(1, dollar)).fails("IsBlocked")
    try block(bank, "alice", false).ok()
    try scene.send(1, of: dollar, from: "alice", to: "bob").ok()
  }

  @Test func aBlockedContractCannotBePaid() throws {
    let (bank, dollar) = try makeBank()
    let rig = try bank.scene.deploy(
      "RevenueShares.alq", as: "rig",
      ["token": .identifier(dollar), "shares": 10, "owner": "alice"])
    try issue(bank, 100, to: "tenant").ok()
    try block(bank, "rig").ok()
    try rig.call("distribute", by: "tenant", paying: .of(50, dollar)).fails(
      "IsBlocked", ["who": "rig"])
    try block(bank, "rig", false).ok()
    try rig.call("distribute", by: "tenant", paying: .of(50, dollar)).ok()
    // A holder who is blocked loses nothing: it claims when it is free again.
    try block(bank, "alice").ok()
    try rig.call("claim", by: "alice").fails("IsBlocked", ["who": "alice"])
    try block(bank, "alice", false).ok()
    #expect(try rig.call("claim", by: "alice").ok().number("amount") == 50)
  }

  /// A contract that holds dollars may burn its own, unless it is blocked.
  @Test func holdersBurnTheirOwn() throws {
    let (bank, dollar) = try makeBank()
    let purse = try bank.scene.deploy(
      source: """
        contract Purse
        ;; Holds anything and burns it.

        accepts any

        ;; Burns what the purse holds.
        export waste (thing asset, amount int)
            burn thing, amount
        end
        """, as: "purse")
    try issue(bank, 10, to: "purse").ok()
    func waste(_ amount: Int) throws -> Outcome {
      try purse.call(
        "waste", by: "anyone", ["thing": .identifier(dollar), "amount": .number(amount)])
    }
    try waste(11).fails("InsufficientBalance")
    try waste(3).ok()
    try block(bank, "purse").ok()
    try waste(3).fails("IsBlocked", ["who": "purse"])
    try block(bank, "purse", false).ok()
    try waste(7).ok()
    #expect(bank.scene.world.supply(of: dollar) == 0)
  }

  @Test func theOwnerHandsOver() throws {
    let (bank, _) = try makeBank()
    try bank.call("hand_over", by: "bob", ["successor": "bob"]).fails("NotOwner", ["who": "bob"])
    try bank.call("hand_over", by: "owner", ["successor": .identifier(.zero)]).fails("NobodyNamed")
    let done = try bank.call("hand_over", by: "owner", ["successor": "bob"]).ok()
    #expect(done.events("Handed").first?["present"] == Value(bank.scene.address("bob")))
    try issue(bank, 1).fails("NotOwner", ["who": "owner"])
    try block(bank, "alice").fails("NotOwner", ["who": "owner"])
    try issue(bank, 1, by: "bob").ok()
    try Scene().tryDeploy("TestDollar.alq", ["owner": .identifier(.zero)]).fails("NobodyNamed")
  }

  /// Random calls against balances kept beside.
  @Test func campaign() throws {
    let people = ["alice", "bob", "carol"]
    var counts = StepCounts()
    for seed in UInt64(1)...5 {
      var random = SplitMix64(seed: seed)
      let (bank, dollar) = try makeBank()
      var held: [String: Int] = [:]
      var blocked = Set<String>()
      for _ in 0..<300 {
        let who = people.randomElement(using: &random) ?? ""
        let to = people.randomElement(using: &random) ?? ""
        let amount = Int.random(in: 0...max(1, held[who, default: 0] * 9 / 8), using: &random)
        let action: String
        let outcome: Outcome
        let isAllowed: Bool
        switch Int.random(in: 0..<9, using: &random) {
        case 0, 1:
          action = "issue"
          outcome = try issue(bank, Integer(amount), to: .name(who))
          isAllowed = amount > 0 && !blocked.contains(who)
          if isAllowed { held[who, default: 0] += amount }
        case 2, 3:
          action = "redeem"
          outcome = try bank.call("redeem", by: who, paying: .of(Integer(amount), dollar))
          isAllowed = amount > 0 && amount <= held[who, default: 0] && !blocked.contains(who)
          if isAllowed { held[who, default: 0] -= amount }
        case 4:
          action = "block"
          outcome = try block(bank, .name(who), !blocked.contains(who))
          isAllowed = true
          if blocked.remove(who) == nil { blocked.insert(who) }
        default:
          action = "send"
          outcome = bank.scene.send(Integer(amount), of: dollar, from: who, to: to)
          isAllowed =
            amount == 0
            || (amount <= held[who, default: 0] && blocked.isDisjoint(with: [who, to]))
          if isAllowed {
            held[who, default: 0] -= amount
            held[to, default: 0] += amount
          }
        }
        counts.note(action, outcome)
        #expect(outcome.succeeded == isAllowed, "\(action), seed \(seed): \(outcome)")
        for person in people {
          #expect(bank.scene.units(dollar, person) == held[person, default: 0])
        }
        #expect(bank.scene.world.supply(of: dollar) == Integer(held.values.reduce(0, +)))
      }
    }
    counts.expect(
      atLeast: 15,
      [
        "issue", "issue NoAmount", "issue IsBlocked", "redeem", "redeem NoAmount",
        "redeem IsBlocked", "redeem InsufficientBalance", "block", "send", "send IsBlocked",
        "send InsufficientBalance",
      ])
  }
}
