import Bytecode
import Execution
import Integers
import Testing

@Suite struct RevenueSharesTests {
  private func makeScene(
    shares: Int = 100, owner: String = "alice"
  ) throws -> (Scene, Contract, Identifier) {
    let scene = Scene()
    let dollar = scene.money("USD", decimals: 6, supply: 1_000_000_000_000, to: "operator")
    let rig = try scene.deploy(
      "RevenueShares.alq", as: "rig",
      ["token": "USD", "shares": .int(Integer(shares)), "owner": .name(owner)])
    return (scene, rig, dollar)
  }

  private func pay(_ amount: Integer, _ asset: Identifier) -> [AttachedPayment] {
    [AttachedPayment(asset: asset, amount: amount)]
  }

  private func claimable(_ rig: Contract, _ holder: String) throws -> Int {
    try #require(rig.view("claimable", ["holder": .name(holder)]).ok().int("amount").asInt)
  }

  @Test func aBuyerEarnsFromTheMomentOfPurchase() throws {
    let (scene, rig, dollar) = try makeScene()
    let share = rig.asset("Share")
    let first = try rig.call("distribute", by: "operator", paying: pay(300_000_000, dollar)).ok()
    #expect(first.events("Distributed").first?["amount"] == Value.int(300_000_000))
    try scene.send(25, of: share, from: "alice", to: "bob").ok()
    try rig.call("distribute", by: "operator", paying: pay(100_000_000, dollar)).ok()
    let claimed = try rig.call("claim", by: "bob").ok()
    #expect(try claimed.int("amount") == 25_000_000)
    #expect(claimed.events("Claimed").first?["amount"] == Value.int(25_000_000))
    #expect(scene.balance(dollar, "bob") == 25_000_000)
    try rig.call("claim", by: "bob").fails("NothingToClaim", ["holder": "bob"])
    let rest = try rig.call("claim", by: "alice").ok()
    #expect(try rest.int("amount") == 375_000_000)
    #expect(scene.balance(dollar, "rig") == 0)
  }

  @Test func refusesAnotherTokenAndNone() throws {
    let (scene, rig, dollar) = try makeScene()
    let other = scene.money("EUR", decimals: 2, supply: 1000, to: "operator")
    try rig.call("distribute", by: "operator", paying: pay(10, other)).fails("WrongToken")
    try rig.call("distribute", by: "operator").fails("WrongToken")
    try rig.call("distribute", by: "operator", paying: pay(10, dollar) + pay(1, other))
      .fails("UnexpectedPayment")
    try rig.call("distribute", by: "alice", paying: pay(10, dollar)).fails("InsufficientBalance")
  }

  @Test(arguments: [0, -1])
  func needsShares(shares: Int) throws {
    let scene = Scene()
    scene.money("USD", decimals: 6, supply: 1, to: "operator")
    try scene.tryDeploy(
      "RevenueShares.alq", as: "rig",
      ["token": "USD", "shares": .int(Integer(shares)), "owner": "alice"]
    ).fails("NoShares")
  }

  @Test func nobodyClaimsWhatOthersEarned() throws {
    let (_, rig, dollar) = try makeScene()
    try rig.call("claim", by: "alice").fails("NothingToClaim", ["holder": "alice"])
    try rig.call("distribute", by: "operator", paying: pay(100, dollar)).ok()
    try rig.call("claim", by: "mallory").fails("NothingToClaim", ["holder": "mallory"])
    #expect(try claimable(rig, "mallory") == 0)
  }

  @Test func spreadsNothingForNothing() throws {
    let (_, rig, dollar) = try makeScene()
    try rig.call("distribute", by: "operator", paying: pay(0, dollar)).ok()
    try rig.call("claim", by: "alice").fails("NothingToClaim")
  }

  /// 10 over 7 shares leaves 3 parts of 10^24 to the next payment; 4 more make exactly 2 a share.
  @Test func carriesWhatDoesNotDivide() throws {
    let (scene, rig, dollar) = try makeScene(shares: 7)
    try scene.send(3, of: rig.asset("Share"), from: "alice", to: "bob").ok()
    let first = try rig.call("distribute", by: "operator", paying: pay(10, dollar)).ok()
    let step = try #require(Integer(decimal: "1428571428571428571428571"))
    #expect(first.events("Distributed").first?["index"] == .int(step))
    #expect(try claimable(rig, "alice") == 5)
    #expect(try claimable(rig, "bob") == 4)
    let second = try rig.call("distribute", by: "operator", paying: pay(4, dollar)).ok()
    let two = try #require(Integer(decimal: "2000000000000000000000000"))
    #expect(second.events("Distributed").first?["index"] == .int(two))
    #expect(try rig.call("claim", by: "alice").ok().int("amount") == 8)
    #expect(try rig.call("claim", by: "bob").ok().int("amount") == 6)
    #expect(scene.balance(dollar, "rig") == 0)
  }

  @Test func keepsFractionsForTheirHolder() throws {
    let (scene, rig, dollar) = try makeScene(shares: 3)
    try scene.send(1, of: rig.asset("Share"), from: "alice", to: "bob").ok()
    try rig.call("distribute", by: "operator", paying: pay(1, dollar)).ok()
    try rig.call("claim", by: "alice").fails("NothingToClaim")
    try rig.call("claim", by: "bob").fails("NothingToClaim")
    try rig.call("distribute", by: "operator", paying: pay(1, dollar)).ok()
    #expect(try rig.call("claim", by: "alice").ok().int("amount") == 1)
    try rig.call("claim", by: "bob").fails("NothingToClaim")
    try rig.call("distribute", by: "operator", paying: pay(1, dollar)).ok()
    #expect(try rig.call("claim", by: "alice").ok().int("amount") == 1)
    #expect(try rig.call("claim", by: "bob").ok().int("amount") == 1)
  }

  /// Mechanism M3, vector V15: 30,000 shares, 113,400.000000 dollars, 7 shares earn 26.460000.
  @Test func thirtyThousandUnits() throws {
    let (scene, rig, dollar) = try makeScene(shares: 30_000)
    try scene.send(7, of: rig.asset("Share"), from: "alice", to: "bob").ok()
    let spread = try rig.call("distribute", by: "operator", paying: pay(113_400_000_000, dollar))
      .ok()
    let index = try #require(Integer(decimal: "3780000000000000000000000000000"))
    #expect(spread.events("Distributed").first?["index"] == .int(index))
    #expect(try rig.call("claim", by: "bob").ok().int("amount") == 26_460_000)
    #expect(try rig.call("claim", by: "alice").ok().int("amount") == 113_373_540_000)
  }

  @Test func sendingAroundChangesNothing() throws {
    let (scene, rig, dollar) = try makeScene(shares: 7)
    let share = rig.asset("Share")
    try rig.call("distribute", by: "operator", paying: pay(10, dollar)).ok()
    for _ in 0..<10 {
      try scene.send(7, of: share, from: "alice", to: "bob").ok()
      try scene.send(7, of: share, from: "bob", to: "alice").ok()
      try scene.send(7, of: share, from: "alice", to: "alice").ok()
    }
    #expect(try claimable(rig, "alice") == 9)
    #expect(try claimable(rig, "bob") == 0)
  }

  @Test func refusesItsOwnSharesAndForeignMoney() throws {
    let (scene, rig, dollar) = try makeScene()
    try scene.send(1, of: rig.asset("Share"), from: "alice", to: "rig").fails("NotForItself")
    try scene.send(1, of: dollar, from: "operator", to: "rig").fails("NotAccepted")
  }

  @Test func survivesAmountsBeyondAnyMoney() throws {
    let scene = Scene()
    let all = try #require(Integer(decimal: "1" + String(repeating: "0", count: 60)))
    let huge = scene.money("HUGE", decimals: 18, supply: all, to: "operator")
    let rig = try scene.deploy(
      "RevenueShares.alq", as: "rig", ["token": "HUGE", "shares": 3, "owner": "alice"])
    try rig.call("distribute", by: "operator", paying: pay(all, huge)).ok()
    let expected = try all.subtracting(1)
    #expect(try rig.call("claim", by: "alice").ok().int("amount") == expected)
    try rig.call("distribute", by: "operator", paying: pay(0, huge)).ok()
    try rig.call("claim", by: "alice").fails("NothingToClaim")
  }

  /// Random calls against what every holder should have: the exact fraction of every payment.
  @Test func campaign() throws {
    let holders = ["alice", "bob", "carol", "dave"]
    var tally = Tally()
    for seed in UInt64(1)...5 {
      var random = SplitMix64(seed: seed)
      let shares = [1, 7, 97, 100, 30_000].randomElement(using: &random) ?? 100
      let (scene, rig, dollar) = try makeScene(shares: shares)
      let euro = scene.money("EUR", decimals: 2, supply: 1_000_000, to: "operator")
      let share = rig.asset("Share")
      var held = ["alice": shares]
      var earned: [String: Int] = [:]  // x shares
      var taken: [String: Int] = [:]
      for _ in 0..<300 {
        let who = holders.randomElement(using: &random) ?? ""
        switch Int.random(in: 0..<12, using: &random) {
        case 0...2:
          let most = [1, 10, 1_000_000].randomElement(using: &random) ?? 1
          let amount = Int.random(in: 0...most, using: &random)
          let outcome = try rig.call(
            "distribute", by: "operator", paying: pay(Integer(amount), dollar))
          tally.note("distribute", outcome)
          try outcome.ok()
          for (holder, count) in held { earned[holder, default: 0] += count * amount }
        case 3:
          tally.note(
            "distribute", try rig.call("distribute", by: "operator", paying: pay(1, euro)))
        case 4...7:
          let to = (holders + ["rig"]).randomElement(using: &random) ?? ""
          let amount = Int.random(in: 0...max(1, held[who, default: 0] * 5 / 4), using: &random)
          let outcome = scene.send(Integer(amount), of: share, from: who, to: to)
          tally.note("send", outcome)
          let isAllowed = amount == 0 || (amount <= held[who, default: 0] && to != "rig")
          #expect(outcome.succeeded == isAllowed)
          if outcome.succeeded {
            held[who, default: 0] -= amount
            held[to, default: 0] += amount
          }
        case 8...10:
          let before = try claimable(rig, who)
          let outcome = try rig.call("claim", by: who)
          tally.note("claim", outcome)
          #expect(outcome.succeeded == (before > 0))
          if outcome.succeeded {
            #expect(try outcome.int("amount") == Integer(before))
            taken[who, default: 0] += before
          }
        default: scene.warp(seconds: Int.random(in: 0...1_000_000, using: &random))
        }
        var open = 0
        for holder in holders {
          let exact = earned[holder, default: 0] / shares
          let actual = try claimable(rig, holder) + taken[holder, default: 0]
          #expect(actual == exact || actual == exact - 1, "\(holder) of \(shares), seed \(seed)")
          open += try claimable(rig, holder)
        }
        #expect(scene.balance(dollar, "rig") >= Integer(open))
        #expect(scene.balance(dollar, "rig") <= Integer(open + holders.count + 1))
      }
    }
    tally.expect(["distribute ok", "send ok", "claim ok", "claim NothingToClaim"], atLeast: 100)
    tally.expect(["distribute WrongToken", "send InsufficientBalance", "send NotForItself"], atLeast: 20)
  }
}
