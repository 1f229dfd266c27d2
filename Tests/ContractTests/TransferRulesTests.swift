import Bytecode
import Execution
import Integers
import Testing

/// `TransferRules` as the hook of a shop's assets.
@Suite struct TransferRulesTests {
  private static let shop = """
    contract Shop
    ;; Assets that follow the rules of another contract.

    class Ware "Ware" each decimals 0 forceable hook other rule gas 60_000

    ;; Makes a ware under rules.
    export make (name text, rules address)
        create Ware[name] with rules
    end

    ;; Mints wares.
    export give (ware asset, amount int, receiver address)
        mint ware, amount to receiver
    end

    ;; Takes wares from one and gives them to another.
    export seize (ware asset, amount int, loser address, winner address)
        force ware, amount from loser to winner
    end

    ;; Burns wares of the shop.
    export shred (ware asset, amount int)
        burn ware, amount
    end
    """

  /// Rules and a shop with one ware, 100 of it alice's.
  ///
  /// Alice and bob are listed up to 100, the shop too.
  private struct Market {
    let scene = Scene()
    let rules: Contract
    let shop: Contract
    let ware: Identifier

    init() throws {
      rules = try scene.deploy("TransferRules.alq", as: "rules", ["admin": "admin"])
      shop = try scene.deploy(source: TransferRulesTests.shop, as: "shop")
      ware = shop.asset("Ware", id: Array("apple".utf8))
      try rules.call("roles.grant", by: "admin", ["role": "officer", "member": "officer"]).ok()
      try rules.call("admit_issuer", by: "admin", ["issuer": "shop"]).ok()
      try make("apple").ok()
      for holder in ["alice", "bob", "shop"] { try enlist(holder, 100).ok() }
      try give(100, "alice").ok()
    }

    func make(_ name: String) throws -> Outcome {
      try shop.call("make", by: "anyone", ["name": .name(name), "rules": "rules"])
    }

    func give(_ amount: Int, _ receiver: String) throws -> Outcome {
      try shop.call(
        "give", by: "anyone",
        ["ware": .identifier(ware), "amount": .number(amount), "receiver": .name(receiver)])
    }

    func send(_ amount: Int, _ from: String, _ to: String) -> Outcome {
      scene.send(Integer(amount), of: ware, from: from, to: to)
    }

    @discardableResult
    func enlist(_ holder: String, _ cap: Int, by who: String = "officer") throws -> Outcome {
      try rules.call("enlist", by: who, ["holder": .name(holder), "cap": .number(cap)])
    }

    func unlist(_ holder: String, by who: String = "officer") throws -> Outcome {
      try rules.call("unlist", by: who, ["holder": .name(holder)])
    }

    func freeze(_ holder: String, _ yes: Bool = true, by who: String = "officer") throws -> Outcome
    {
      try rules.call("freeze", by: who, ["holder": .name(holder), "yes": .bool(yes)])
    }

    func mayReceive(_ amount: Int, _ holder: String) throws -> Bool {
      try rules.view(
        "may_receive",
        ["share": .identifier(ware), "holder": .name(holder), "amount": .number(amount)]
      ).ok().number("yes") == 1
    }
  }

  @Test func admitsUpToTheCap() throws {
    let market = try Market()
    let listed = try market.enlist("bob", 30).ok()
    #expect(listed.events("Listed").first?["cap"] == .int(30))
    #expect(try market.mayReceive(30, "bob"))
    #expect(try !market.mayReceive(31, "bob"))
    try market.send(31, "alice", "bob").fails(
      "OverCap", ["holder": "bob", "cap": 30, "balance": 31])
    try market.send(30, "alice", "bob").ok()
    try market.send(1, "alice", "bob").fails("OverCap", ["balance": 31])
    try market.send(0, "alice", "bob").ok()
    try market.send(30, "bob", "bob").ok()
    // A cap below what somebody has takes nothing away.
    try market.enlist("bob", 10).ok()
    #expect(market.scene.units(market.ware, "bob") == 30)
    try market.send(1, "alice", "bob").fails("OverCap", ["cap": 10, "balance": 31])
    try market.send(20, "bob", "alice").ok()
    try market.send(1, "alice", "bob").fails("OverCap", ["balance": 11])
    try market.send(1, "bob", "alice").ok()
    try market.send(1, "alice", "bob").ok()
  }

  @Test func capsCountEachAssetAlone() throws {
    let market = try Market()
    try market.make("pear").ok()
    let pear = market.shop.asset("Ware", id: Array("pear".utf8))
    try market.shop.call(
      "give", by: "anyone", ["ware": .identifier(pear), "amount": 100, "receiver": "alice"]
    ).ok()
    #expect(market.scene.units(pear, "alice") == 100)
  }

  @Test func onlyTheListedReceive() throws {
    let market = try Market()
    #expect(try !market.mayReceive(1, "carol"))
    try market.send(1, "alice", "carol").fails("NotListed", ["holder": "carol"])
    try market.give(1, "carol").fails("NotListed", ["holder": "carol"])
    try market.enlist("carol", 1).ok()
    try market.send(1, "alice", "carol").ok()
    #expect(try market.unlist("carol").ok().events("Unlisted").count == 1)
    try market.send(1, "alice", "carol").fails("NotListed")
    try market.send(1, "carol", "carol").fails("NotListed")
    try market.send(1, "carol", "alice").ok()
  }

  @Test func theFrozenNeitherGiveNorReceive() throws {
    let market = try Market()
    #expect(try market.freeze("alice").ok().events("Frozen").first?["yes"] == .int(1))
    #expect(try !market.mayReceive(0, "alice"))
    try market.send(1, "alice", "bob").fails("IsFrozen", ["holder": "alice"])
    try market.send(1, "alice", "alice").fails("IsFrozen", ["holder": "alice"])
    try market.give(1, "alice").fails("IsFrozen", ["holder": "alice"])
    try market.enlist("alice", 200).ok()
    try market.send(1, "alice", "bob").fails("IsFrozen")
    try market.freeze("alice", false).ok()
    try market.give(1, "alice").ok()
    try market.freeze("bob").ok()
    try market.send(1, "alice", "bob").fails("IsFrozen", ["holder": "bob"])
  }

  @Test func burningIsAlwaysAllowed() throws {
    let market = try Market()
    func shred(_ amount: Int) throws -> Outcome {
      try market.shop.call(
        "shred", by: "anyone", ["ware": .identifier(market.ware), "amount": .number(amount)])
    }
    try market.send(10, "alice", "shop").ok()
    try market.freeze("shop").ok()
    try shred(4).ok()
    try market.freeze("shop", false).ok()
    try market.unlist("shop").ok()
    try shred(6).ok()
    #expect(market.scene.world.supply(of: market.ware) == 90)
  }

  /// What an issuer forces is a transfer like any other.
  @Test func theRulesJudgeTheIssuerToo() throws {
    let market = try Market()
    func seize(_ amount: Int, _ winner: String) throws -> Outcome {
      try market.shop.call(
        "seize", by: "anyone",
        [
          "ware": .identifier(market.ware), "amount": .number(amount), "loser": "alice",
          "winner": .name(winner),
        ])
    }
    try seize(5, "carol").fails("NotListed", ["holder": "carol"])
    try market.enlist("bob", 4).ok()
    try seize(5, "bob").fails("OverCap", ["balance": 5])
    try seize(4, "bob").ok()
    try market.freeze("alice").ok()
    try seize(1, "bob").fails("IsFrozen", ["holder": "alice"])
  }

  @Test func onlyOfficersKeepTheList() throws {
    let market = try Market()
    for who in ["alice", "admin", "shop"] {
      let refusal: KeyValuePairs<String, Argument> = [
        "role": .bytes(Array("officer".utf8)), "who": .name(who),
      ]
      try market.enlist("carol", 5, by: who).fails("roles.NotAllowed", refusal)
      try market.unlist("bob", by: who).fails("roles.NotAllowed", refusal)
      try market.freeze("bob", by: who).fails("roles.NotAllowed", refusal)
    }
  }

  @Test func theListIsChecked() throws {
    let market = try Market()
    let noCap = try #require(Integer(hexadecimal: "1" + String(repeating: "0", count: 32)))
    func enlist(_ cap: Integer) throws -> Outcome {
      try market.rules.call("enlist", by: "officer", ["holder": "carol", "cap": .int(cap)])
    }
    try enlist(-1).fails("BadCap", ["cap": -1])
    try enlist(try noCap.adding(1)).fails("BadCap")
    try enlist(0).ok()
    try market.send(1, "alice", "carol").fails("OverCap", ["cap": 0])
    try enlist(noCap).ok()
    try market.send(100, "alice", "carol").ok()
    try market.rules.call(
      "enlist", by: "officer", ["holder": .identifier(.zero), "cap": 5]
    ).fails("NobodyNamed")
    try market.unlist("dave").fails("NotListed", ["holder": "dave"])
    try market.freeze("dave").fails("NotListed", ["holder": "dave"])
    try market.freeze("carol").ok()
    try market.unlist("carol").fails("IsFrozen", ["holder": "carol"])
    try market.freeze("carol", false).ok()
    try market.unlist("carol").ok()
  }

  @Test func theAdminAdmitsIssuers() throws {
    let market = try Market()
    let shop: KeyValuePairs<String, Argument> = ["issuer": "shop"]
    for who in ["officer", "shop", "alice"] {
      try market.rules.call("admit_issuer", by: who, shop).fails("roles.NotAdmin")
      try market.rules.call("dismiss_issuer", by: who, shop).fails("roles.NotAdmin")
    }
    let done = try market.rules.call("dismiss_issuer", by: "admin", shop).ok()
    #expect(done.events("IssuerAdmitted").first?["yes"] == .int(0))
    try market.make("pear").fails("HookNotAdmitted")
    try market.make("apple").fails("HookNotAdmitted")
    try market.send(1, "alice", "carol").fails("NotListed")
    try market.send(1, "alice", "bob").ok()
    let again = try market.rules.call("admit_issuer", by: "admin", shop).ok()
    #expect(again.events("IssuerAdmitted").first?["yes"] == .int(1))
    try market.make("pear").ok()
    try market.make("pear").fails("AssetExists")
    try market.shop.call("make", by: "anyone", ["name": "plum", "rules": "alice"]).fails(
      "HookNotAdmitted")
  }

  /// Random calls against a list kept beside: whatever happens, nobody has more than it may.
  @Test func campaign() throws {
    let people = ["alice", "bob", "carol", "dave"]
    var counts = StepCounts()
    for seed in UInt64(1)...5 {
      var random = SplitMix64(seed: seed)
      let market = try Market()
      var caps = ["alice": 100, "bob": 100, "shop": 100]
      var frozen = Set<String>()
      var held = ["alice": 100]
      for _ in 0..<400 {
        let who = people.randomElement(using: &random) ?? ""
        let action: String
        let outcome: Outcome
        let isAllowed: Bool
        switch Int.random(in: 0..<12, using: &random) {
        case 0, 1:
          action = "enlist"
          let cap = Int.random(in: -10...120, using: &random)
          outcome = try market.enlist(who, cap)
          isAllowed = cap >= 0
          if isAllowed { caps[who] = cap }
        case 2:
          action = "unlist"
          outcome = try market.unlist(who)
          isAllowed = caps[who] != nil && !frozen.contains(who)
          if isAllowed { caps[who] = nil }
        case 3, 4:
          action = "freeze"
          let yes = !frozen.contains(who) && Bool.random(using: &random)
          outcome = try market.freeze(who, yes)
          isAllowed = caps[who] != nil
          if isAllowed, yes { frozen.insert(who) }
          if isAllowed, !yes { frozen.remove(who) }
        case 5:
          action = "give"
          let amount = Int.random(in: 1...20, using: &random)
          let before = held[who, default: 0]
          let fits = caps[who].map { before + amount <= $0 } ?? false
          #expect(try market.mayReceive(amount, who) == (fits && !frozen.contains(who)))
          outcome = try market.give(amount, who)
          isAllowed = fits && !frozen.contains(who)
          if isAllowed { held[who] = before + amount }
        default:
          action = "send"
          let to = people.randomElement(using: &random) ?? ""
          let amount = Int.random(in: 1...max(1, held[who, default: 0]), using: &random)
          outcome = market.send(amount, who, to)
          let fits = caps[to].map { who == to || held[to, default: 0] + amount <= $0 } ?? false
          isAllowed =
            amount <= held[who, default: 0] && fits && frozen.isDisjoint(with: [who, to])
          if isAllowed {
            held[who, default: 0] -= amount
            held[to, default: 0] += amount
          }
        }
        counts.note(action, outcome)
        #expect(outcome.succeeded == isAllowed, "\(action), seed \(seed): \(outcome)")
        for person in people {
          #expect(market.scene.units(market.ware, person) == held[person, default: 0])
        }
      }
    }
    counts.expect(
      atLeast: 15,
      [
        "enlist", "enlist BadCap", "unlist", "unlist NotListed", "unlist IsFrozen", "freeze",
        "freeze NotListed", "give", "give NotListed", "give IsFrozen", "give OverCap", "send",
        "send NotListed", "send IsFrozen", "send OverCap", "send InsufficientBalance",
      ])
  }
}
