import Bytecode
import Execution
import Integers
import Testing

private let day = 86_400
private let epoch = 7 * day
private let month = 30 * day
private let unbonding = 180 * day

/// An amount of the staked coin, which has 18 decimals, from text such as `44_474.5`.
private func ath(_ text: String) -> Integer {
  let parts = text.filter { $0 != "_" }.split(separator: ".", omittingEmptySubsequences: false)
  let fraction = parts.count > 1 ? String(parts[1]) : ""
  let digits = parts[0] + fraction + String(repeating: "0", count: 18 - fraction.count)
  return Integer(decimal: String(digits)) ?? 0
}

private func + (a: Integer, b: Integer) -> Integer { (try? a.adding(b)) ?? 0 }
private func - (a: Integer, b: Integer) -> Integer { (try? a.subtracting(b)) ?? 0 }
private func * (a: Integer, b: Integer) -> Integer { (try? a.multiplied(by: b)) ?? 0 }

/// The quotient, rounded down.
private func floor(_ a: Integer, _ b: Integer) throws -> Integer {
  try a.divided(by: b, rounding: .floor)
}

/// A pool as its view gives it.
private struct Pool {
  let tokens: Integer
  let shares: Integer
  let pending: Integer
  let vests: Integer
  let isActive: Bool
}

/// Stake in a scene, with a bank that holds all coins, a judge and a governor.
private struct Stake {
  let scene = Scene()
  let coin: GuardedCoin
  let contract: Contract

  var token: Identifier { coin.asset }

  init(coefficient: Integer = ath("1_334.22")) throws {
    coin = try scene.makeGuardedCoin(supply: ath("1_000_000_000_000_000"), to: "bank")
    try scene.send(1, of: coin.asset, from: "bank", to: "deployer").ok()
    contract = try scene.deploy(
      "BondedStake.alq", as: "stake", ["coef": .int(coefficient), "admin": "admin"],
      paying: .of(1, coin.asset))
    for (role, member) in [("judge", "judge"), ("governor", "governor")] {
      try contract.call(
        "roles.grant", by: "admin", ["role": .name(role), "member": .name(member)]
      ).ok()
    }
  }

  /// An operator with 100 units, and the stake that they require.
  init(operator name: String) throws {
    try self.init()
    try open(name, units: 100).ok()
    try bond(to: name, by: name, ath("133_422")).ok()
    try contract.call("activate", by: name).ok()
  }

  @discardableResult
  func open(_ name: String, units: Integer) throws -> Outcome {
    try contract.call("open", by: name, ["units": .int(units)])
  }

  @discardableResult
  func bond(to name: String, by staker: String, _ amount: Integer) throws -> Outcome {
    if amount > 0 { try scene.send(amount, of: token, from: "bank", to: staker).ok() }
    let outcome = try contract.call(
      "bond", by: staker, ["operator": .name(name)], paying: .of(amount, token))
    if !outcome.succeeded && amount > 0 {
      try scene.send(amount, of: token, from: staker, to: "bank").ok()
    }
    return outcome
  }

  @discardableResult
  func reward(_ name: String, _ amount: Integer) throws -> Outcome {
    try contract.call("reward", by: "bank", ["operator": .name(name)], paying: .of(amount, token))
  }

  /// Gives up some shares, or all.
  @discardableResult
  func unbond(from name: String, by staker: String, _ shares: Integer? = nil) throws -> Outcome {
    try contract.call(
      "unbond", by: staker,
      ["operator": .name(name), "given_up": .int(try shares ?? owned(staker, of: name))])
  }

  @discardableResult
  func withdraw(from name: String, by staker: String, epoch: Integer) throws -> Outcome {
    try contract.call(
      "withdraw", by: staker, ["operator": .name(name), "epoch": .int(epoch)])
  }

  @discardableResult
  func slash(
    _ name: String, _ fault: String = "Interruption", id: UInt8 = 1, happened: Int? = nil,
    harmed: Argument = "renter", by caller: String = "judge", idLength: Int = 32
  ) throws -> Outcome {
    try contract.call(
      "slash", by: caller,
      [
        "operator": .name(name), "id": .bytes([UInt8](repeating: id, count: idLength)),
        "fault": .name(fault), "happened": .int(Integer(happened ?? scene.world.block.time)),
        "harmed": harmed,
      ])
  }

  @discardableResult
  func poke(_ name: String) throws -> Outcome {
    try contract.call("poke", by: "anyone", ["operator": .name(name)])
  }

  @discardableResult
  func activate(_ name: String) throws -> Outcome { try contract.call("activate", by: name) }

  @discardableResult
  func setCoefficient(_ coefficient: Integer, by caller: String = "governor") throws -> Outcome {
    try contract.call("set_coefficient", by: caller, ["coef": .int(coefficient)])
  }

  func pool(_ name: String) throws -> Pool {
    let view = try contract.view("pool", by: "viewer", ["operator": .name(name)])
    return Pool(
      tokens: try view.int("tokens"), shares: try view.int("shares"),
      pending: try view.int("pending"), vests: try view.int("vests"),
      isActive: try view.int("status") == 1)
  }

  func owned(_ staker: String, of name: String) throws -> Integer {
    try contract.view(
      "shares_of", by: "viewer", ["operator": .name(name), "staker": .name(staker)]
    ).int("shares")
  }

  func worth(_ staker: String, of name: String) throws -> Integer {
    try contract.view("worth", by: "viewer", ["operator": .name(name), "staker": .name(staker)])
      .int("amount")
  }

  func shortfall(_ name: String) throws -> Integer {
    try contract.view("shortfall", by: "viewer", ["operator": .name(name)]).int("amount")
  }

  /// What a staker let leave in an epoch.
  func leaving(_ staker: String, from name: String, epoch: Integer) throws -> Integer {
    try contract.view(
      "leaving_of", ["operator": .name(name), "epoch": .int(epoch), "staker": .name(staker)]
    ).int("amount")
  }

  /// When what leaves in an epoch is paid.
  func matures(_ number: Integer) throws -> Int {
    try #require(number.asInt.map { ($0 + 1) * epoch + unbonding })
  }

  /// The first moment of the epoch after the present one.
  func goToNextEpoch() { scene.go(to: (scene.world.block.time / epoch + 1) * epoch) }
}

@Suite struct BondedStakeTests {
  // MARK: - Vectors

  @Test func anInterruptionCostsAThirdFromRewardsFirst() throws {
    let stake = try Stake(operator: "host")
    try stake.reward("host", ath("10_000")).ok()
    let supply = stake.scene.world.supply(of: stake.token)
    let slashed = try stake.slash("host").ok()
    #expect(try slashed.int("taken") == ath("44_474"))
    let facts = try slashed.only("Slashed")
    #expect(facts["from_rewards"] == ath("10_000"))
    #expect(facts["from_stake"] == ath("34_474"))
    #expect(facts["given"] == ath("22_237") && facts["burned"] == ath("22_237"))
    #expect(stake.scene.balance(stake.token, "renter") == ath("22_237"))
    #expect(stake.scene.world.supply(of: stake.token) == supply - ath("22_237"))
    let pool = try stake.pool("host")
    #expect(pool.tokens == ath("98_948") && pool.pending == 0 && !pool.isActive)
    #expect(try stake.shortfall("host") == ath("34_474"))
    try stake.activate("host").fails(
      "Short",
      ["operator": "host", "tokens": .int(ath("98_948")), "needed": .int(ath("133_422"))])
    try stake.bond(to: "host", by: "host", ath("34_474") - 1).ok()
    try stake.activate("host").fails("Short")
    try stake.bond(to: "host", by: "host", 1).ok()
    try stake.activate("host").ok()
    #expect(try stake.pool("host").isActive)
  }

  @Test func whoJoinsAfterASlashPaysThePriceOfThatDay() throws {
    let stake = try Stake(operator: "host")
    try stake.reward("host", ath("10_000")).ok()
    try stake.slash("host").ok()
    let bonded = try stake.bond(to: "host", by: "alice", ath("34_474")).ok()
    // 34,474 x (133,422 x 10^27 + 10^9) / (98,948 x 10^18 + 1), in 10^-27 shares.
    #expect(try bonded.int("minted") == Integer(decimal: "46484921655819218175203015615053"))
    #expect(try stake.worth("alice", of: "host") == ath("34_474") - 1)
    #expect(try stake.worth("host", of: "host") == ath("98_948"))
  }

  @Test func withoutRewardsAnInterruptionCostsAThirdAndMaliceAll() throws {
    let stake = try Stake(operator: "host")
    #expect(try stake.slash("host", id: 1).ok().int("taken") == ath("44_474"))
    try stake.bond(to: "host", by: "host", ath("44_474")).ok()
    #expect(try stake.slash("host", "Malice", id: 2).ok().int("taken") == ath("133_422"))
    let pool = try stake.pool("host")
    #expect(pool.tokens == 0 && pool.shares > 0)
  }

  @Test func aNewCoefficientHoldsFromTheNextMonth() throws {
    let stake = try Stake(operator: "host")
    let turn = (stake.scene.world.block.time / month + 1) * month
    let set = try stake.setCoefficient(ath("1_400")).ok()
    #expect(try set.only("CoefficientSet")["month"] == Integer(turn / month))
    #expect(try stake.shortfall("host") == 0)
    stake.scene.go(to: turn - 1)
    try stake.poke("host").ok()
    #expect(try stake.pool("host").isActive)
    stake.scene.go(to: turn - 1)
    #expect(try stake.shortfall("host") == 0)
    stake.scene.go(to: turn)
    #expect(try stake.shortfall("host") == ath("6_578"))
    try stake.poke("host").ok()
    #expect(try !stake.pool("host").isActive)
    try stake.bond(to: "host", by: "host", ath("6_578")).ok()
    try stake.activate("host").ok()
    // The fine follows the coefficient of the month.
    #expect(try stake.slash("host").ok().int("taken") == floor(ath("140_000"), 3))
  }

  @Test func theLastCoefficientSetInAMonthCounts() throws {
    let stake = try Stake(operator: "host")
    try stake.setCoefficient(ath("9_999")).ok()
    try stake.setCoefficient(ath("1_400")).ok()
    #expect(try stake.shortfall("host") == 0)
    stake.scene.go(to: (stake.scene.world.block.time / month + 1) * month)
    // Set again in the next month: the present one is that which was set in the month before.
    try stake.setCoefficient(ath("2_000")).ok()
    #expect(try stake.shortfall("host") == ath("6_578"))
    stake.scene.go(to: (stake.scene.world.block.time / month + 1) * month)
    #expect(try stake.shortfall("host") == ath("66_578"))
    stake.scene.go(to: stake.scene.world.block.time + 5 * month)
    #expect(try stake.shortfall("host") == ath("66_578"))
  }

  // MARK: - Leaving

  @Test func whatLeavesStillAnswers() throws {
    let stake = try Stake(operator: "host")
    try stake.bond(to: "host", by: "alice", ath("10")).ok()
    let quarter = try floor(stake.owned("host", of: "host"), 4)
    let left = try stake.unbond(from: "host", by: "host", quarter).ok()
    let number = try left.int("epoch")
    try stake.unbond(from: "host", by: "alice").ok()
    #expect(try stake.leaving("host", from: "host", epoch: number) == ath("33_355.5"))
    #expect(try !stake.pool("host").isActive)
    stake.scene.go(to: try stake.matures(number) - 1 - day)
    let happened = stake.scene.world.block.time - unbonding
    let slashed = try stake.slash("host", happened: happened).ok()
    #expect(try slashed.int("taken") == ath("44_474"))
    // 44,474 of 133,432, to the last unit.
    #expect(try stake.pool("host").tokens == ath("66_713.499812638647400923"))
    #expect(
      try stake.leaving("host", from: "host", epoch: number)
        + stake.leaving("alice", from: "host", epoch: number) + stake.pool("host").tokens
        == ath("88_958") - 1)
  }

  @Test func theFaultsEpochDecidesWhoAnswers() throws {
    let stake = try Stake(operator: "host")
    for staker in ["alice", "bob", "carol"] {
      try stake.bond(to: "host", by: staker, ath("1_000")).ok()
    }
    var epochs: [Integer] = []
    for staker in ["alice", "bob", "carol"] {
      stake.goToNextEpoch()
      epochs.append(try stake.unbond(from: "host", by: staker).ok().int("epoch"))
    }
    let start = try #require(epochs[1].asInt) * epoch
    func leavings() throws -> [Integer] {
      try zip(["alice", "bob", "carol"], epochs).map {
        try stake.leaving($0, from: "host", epoch: $1)
      }
    }
    // In the first second of bob's epoch: he and carol answer, alice does not.
    try stake.slash("host", id: 1, happened: start).ok()
    var now = try leavings()
    #expect(now[0] == ath("1_000") && now[1] < ath("1_000") && now[1] == now[2])
    // One second earlier alice answers too.
    try stake.slash("host", id: 2, happened: start - 1).ok()
    now = try leavings()
    #expect(now[0] < ath("1_000") && now[1] < now[0])
    // Of today: only what is bonded and what leaves now.
    let before = now
    stake.goToNextEpoch()
    try stake.slash("host", id: 3).ok()
    #expect(try leavings() == before)
  }

  @Test func leavingTakesItsEpochAndHalfAYear() throws {
    let stake = try Stake(operator: "host")
    try stake.bond(to: "host", by: "alice", ath("1_000")).ok()
    let number = try stake.unbond(from: "host", by: "alice").ok().int("epoch")
    let moment = try stake.matures(number)
    stake.scene.go(to: moment - 1)
    try stake.withdraw(from: "host", by: "alice", epoch: number).fails(
      "TooEarly", ["opens": .int(Integer(moment))])
    stake.scene.go(to: moment)
    let gone = try stake.withdraw(from: "host", by: "alice", epoch: number).ok()
    #expect(try gone.int("amount") == ath("1_000"))
    #expect(stake.scene.balance(stake.token, "alice") == ath("1_000"))
    try stake.withdraw(from: "host", by: "alice", epoch: number).fails(
      "NotEnough", ["asked": 1, "owned": 0])
    try stake.withdraw(from: "host", by: "bob", epoch: number).fails("NotEnough")
    try stake.withdraw(from: "host", by: "alice", epoch: number + 1).fails("NotEnough")
  }

  @Test func aPayeeWhoRefusesKeepsItsPlace() throws {
    let stake = try Stake(operator: "host")
    try stake.bond(to: "host", by: "alice", ath("1_000")).ok()
    let number = try stake.unbond(from: "host", by: "alice").ok().int("epoch")
    stake.scene.go(to: try stake.matures(number))
    try stake.coin.refuse("alice")
    try stake.withdraw(from: "host", by: "alice", epoch: number).fails("Refused")
    try stake.coin.refuse("alice", false)
    try stake.withdraw(from: "host", by: "alice", epoch: number).ok()
  }

  @Test func theLastToLeaveTakesTheRest() throws {
    let stake = try Stake(coefficient: 1)
    try stake.open("host", units: 3).ok()
    for staker in ["alice", "bob", "carol"] { try stake.bond(to: "host", by: staker, 5).ok() }
    stake.goToNextEpoch()
    var number: Integer = 0
    for staker in ["alice", "bob", "carol"] {
      number = try stake.unbond(from: "host", by: staker).ok().int("epoch")
    }
    // 15 leave; a fine of one leaves 14 for three equal parts.
    #expect(try stake.slash("host").ok().int("taken") == 1)
    stake.scene.go(to: try stake.matures(number))
    for (staker, amount) in [("bob", 4), ("alice", 5), ("carol", 5)] {
      let gone = try stake.withdraw(from: "host", by: staker, epoch: number).ok()
      #expect(try gone.int("amount") == Integer(amount))
    }
    #expect(stake.scene.balance(stake.token, "stake") == 0)
  }

  @Test func splitsGiveTheRestToThoseWhoLostMost() throws {
    let stake = try Stake(coefficient: 1)
    try stake.open("host", units: 10).ok()
    try stake.bond(to: "host", by: "alice", 7).ok()
    try stake.bond(to: "host", by: "bob", 3).ok()
    try stake.bond(to: "host", by: "carol", 3).ok()
    stake.goToNextEpoch()
    let first = try stake.unbond(from: "host", by: "bob").ok().int("epoch")
    stake.goToNextEpoch()
    let second = try stake.unbond(from: "host", by: "carol").ok().int("epoch")
    let happened = try #require(first.asInt) * epoch
    // 10 of 7, 3, 3.
    #expect(try stake.slash("host", "Malice", happened: happened).ok().int("taken") == 10)
    #expect(try stake.pool("host").tokens == 1)
    #expect(try stake.leaving("bob", from: "host", epoch: first) == 1)
    #expect(try stake.leaving("carol", from: "host", epoch: second) == 1)
  }

  @Test(arguments: [(33, 17, 16), (34, 17, 17), (1, 1, 0), (0, 0, 0)])
  func theOddUnitGoesToTheHarmed(fine: Int, given: Int, burned: Int) throws {
    let stake = try Stake(coefficient: 1)
    try stake.open("host", units: Integer(max(1, fine * 3))).ok()
    try stake.bond(to: "host", by: "host", 1_000).ok()
    let slashed = try stake.slash("host").ok()
    let facts = try slashed.only("Slashed")
    #expect(try slashed.int("taken") == Integer(fine))
    #expect(facts["given"] == Integer(given) && facts["burned"] == Integer(burned))
    #expect(stake.scene.balance(stake.token, "renter") == Integer(given))
  }

  @Test func aPoolThatBecomesTooSmallStandsStill() throws {
    let stake = try Stake(operator: "host")
    try stake.bond(to: "host", by: "alice", 5).ok()
    try stake.unbond(from: "host", by: "alice").ok()
    #expect(try stake.pool("host").isActive)
    try stake.unbond(from: "host", by: "host", 1_000_000_000).ok()
    #expect(try !stake.pool("host").isActive)
    try stake.activate("host").fails("Short")
    try stake.bond(to: "host", by: "alice", 1).ok()
    try stake.activate("host").ok()
    try stake.activate("host").fails("AlreadyActive", ["operator": "host"])
  }

  // MARK: - Full slash

  @Test func aPoolThatLostAllBeginsAnew() throws {
    let stake = try Stake(operator: "host")
    try stake.bond(to: "host", by: "alice", ath("100")).ok()
    let number = try stake.unbond(from: "host", by: "alice").ok().int("epoch")
    try stake.slash("host", "Malice", id: 1).ok()
    #expect(try stake.slash("host", "Malice", id: 2).ok().int("taken") == ath("100"))
    #expect(try stake.slash("host", "Malice", id: 3).ok().int("taken") == 0)
    let wiped = try stake.pool("host")
    #expect(wiped.tokens == 0 && wiped.pending == 0 && wiped.shares > 0)
    #expect(try stake.worth("host", of: "host") == 0)
    #expect(try stake.leaving("alice", from: "host", epoch: number) == 0)
    try stake.reward("host", 1).fails("NothingBonded", ["operator": "host"])
    // Who joins now gets all of its stake's worth; the old shares get none of it.
    try stake.bond(to: "host", by: "bob", ath("133_422")).ok()
    #expect(try stake.worth("bob", of: "host") == ath("133_422"))
    #expect(try stake.worth("host", of: "host") == 0)
    try stake.activate("host").ok()
    // Nothing can join what lost all in this epoch; the next epoch is fine.
    try stake.unbond(from: "host", by: "bob").fails(
      "WipedOut", ["operator": "host", "epoch": .int(number)])
    // Worthless shares are given up for nothing.
    let given = try stake.unbond(from: "host", by: "host").ok()
    #expect(try given.only("Unbonding")["amount"] == 0)
    #expect(try stake.owned("host", of: "host") == 0)
    stake.goToNextEpoch()
    let second = try stake.unbond(from: "host", by: "bob").ok().int("epoch")
    #expect(try stake.leaving("bob", from: "host", epoch: second) == ath("133_422"))
    // Alice's part of nothing is cleared away.
    stake.scene.go(to: try stake.matures(number))
    #expect(try stake.withdraw(from: "host", by: "alice", epoch: number).ok().int("amount") == 0)
  }

  @Test func aPoolCanLoseAllManyTimes() throws {
    // Each time the shares grow by the size of the stake, until an integer does not hold them.
    let stake = try Stake(operator: "host")
    for round in UInt8(1)...250 {
      #expect(try stake.slash("host", "Malice", id: round).ok().int("taken") == ath("133_422"))
      let bonded = try stake.bond(to: "host", by: "host", ath("133_422"))
      guard bonded.succeeded else {
        try bonded.fails("IntegerTooLarge")
        #expect(round > 200)
        try stake.unbond(from: "host", by: "host").ok()
        try stake.bond(to: "host", by: "host", ath("133_422")).ok()
        #expect(try stake.worth("host", of: "host") == ath("133_422"))
        return
      }
      #expect(try stake.worth("host", of: "host") == ath("133_422"))
      try stake.activate("host").ok()
    }
    Issue.record("the shares never grow too large")
  }

  @Test func aFineTakesNoMoreThanThereIs() throws {
    let stake = try Stake(operator: "host")
    try stake.unbond(from: "host", by: "host").ok()
    stake.goToNextEpoch()
    try stake.bond(to: "host", by: "alice", ath("5")).ok()
    try stake.reward("host", ath("2")).ok()
    let slashed = try stake.slash("host", "Malice").ok()
    #expect(try slashed.int("taken") == ath("7"))
    #expect(try slashed.only("Slashed")["from_rewards"] == ath("2"))
  }

  // MARK: - Rewards

  @Test func rewardsWaitThirtyDays() throws {
    let stake = try Stake(operator: "host")
    let rewarded = try stake.reward("host", ath("10")).ok()
    let vests = try #require(rewarded.only("Rewarded")["vests"]?.asInt)
    #expect(vests == stake.scene.world.block.time - stake.scene.interval + month)
    stake.scene.go(to: vests - 1)
    try stake.poke("host").ok()
    #expect(try stake.pool("host").pending == ath("10"))
    stake.scene.go(to: vests)
    #expect(try stake.poke("host").ok().only("Vested")["amount"] == ath("10"))
    let pool = try stake.pool("host")
    #expect(pool.pending == 0 && pool.tokens == ath("133_432"))
    #expect(try stake.worth("host", of: "host") == ath("133_432") - 1)
  }

  @Test func aSecondRewardMovesTheDayByItsWeight() throws {
    let stake = try Stake(operator: "host")
    let first = try stake.reward("host", ath("30")).ok()
    let day0 = try #require(first.only("Rewarded")["vests"]?.asInt) - month
    stake.scene.go(to: day0 + 20 * day)
    // 30 wait 10 days more, 10 wait 30: 15 days on the average.
    let second = try stake.reward("host", ath("10")).ok()
    #expect(try second.only("Rewarded")["vests"] == Integer(day0 + 35 * day))
    // A grain does not hold them up at all.
    stake.scene.go(to: day0 + 34 * day)
    for _ in 1...20 { try stake.reward("host", 1).ok() }
    #expect(try stake.pool("host").vests == Integer(day0 + 35 * day))
    stake.scene.go(to: day0 + 35 * day)
    try stake.reward("host", 7).ok()
    let pool = try stake.pool("host")
    #expect(pool.pending == 7 && pool.vests == Integer(day0 + 65 * day))
    #expect(pool.tokens == ath("133_462") + 20)
  }

  @Test func whoJoinsLateGetsNothingOfWhatWasEarnedBefore() throws {
    let stake = try Stake(operator: "host")
    try stake.reward("host", ath("133_422")).ok()
    try stake.bond(to: "host", by: "alice", ath("1_000")).ok()
    #expect(try stake.worth("alice", of: "host") < ath("504"))
    stake.scene.warp(seconds: month)
    try stake.poke("host").ok()
    #expect(try stake.worth("alice", of: "host") == ath("1_000") - 1)
    #expect(try stake.worth("host", of: "host") == ath("266_844") - 1)
  }

  @Test func vestedRewardsAreStakeEvenIfNobodyPoked() throws {
    let stake = try Stake(operator: "host")
    try stake.reward("host", ath("9_000")).ok()
    stake.scene.warp(seconds: month)
    let facts = try stake.slash("host").ok().only("Slashed")
    #expect(facts["from_rewards"] == 0 && facts["from_stake"] == ath("44_474"))
  }

  @Test func whenAllHaveLeftRewardsBecomeTheOperatorsStake() throws {
    let stake = try Stake()
    try stake.open("host", units: 1).ok()
    try stake.bond(to: "host", by: "alice", ath("50")).ok()
    try stake.reward("host", ath("20")).ok()
    let left = try stake.unbond(from: "host", by: "alice").ok()
    #expect(try left.only("Bonded")["amount"] == ath("20"))
    let pool = try stake.pool("host")
    #expect(pool.pending == 0 && pool.tokens == ath("20"))
    #expect(try stake.worth("host", of: "host") == ath("20"))
    // A newcomer of one unit gets nothing of it.
    try stake.bond(to: "host", by: "bob", 1).ok()
    #expect(try stake.worth("bob", of: "host") <= 1)
    #expect(try stake.worth("host", of: "host") == ath("20"))
  }

  // MARK: - The price of a share

  @Test func donationsCannotRoundAJoinerAway() throws {
    // The attack: one unit, a huge donation, and a victim whose shares round down.
    let stake = try Stake()
    try stake.open("host", units: 1).ok()
    try stake.bond(to: "host", by: "mallory", 1).ok()
    try stake.reward("host", ath("1_000_000")).ok()
    try stake.bond(to: "host", by: "victim", ath("1_000")).ok()
    stake.scene.warp(seconds: month)
    try stake.poke("host").ok()
    let lost = try ath("1_000") - stake.worth("victim", of: "host")
    #expect(lost >= 0 && lost * 1_000_000 <= ath("1_000"))
  }

  @Test func noSequenceOfRoundingsMakesAShareDear() throws {
    // The attack: shrink the pool to a few shares, then grow it by joining and leaving at bad prices.
    let stake = try Stake()
    try stake.open("host", units: 1).ok()
    try stake.bond(to: "host", by: "mallory", 1).ok()
    for _ in 1...60 {
      let pool = try stake.pool("host")
      let price = try floor(pool.tokens + pool.pending + 1, pool.shares + 1_000_000_000) + 1
      try stake.bond(to: "host", by: "eve", price * 2 - 1)
      if try stake.owned("eve", of: "host") > 0 { try stake.unbond(from: "host", by: "eve") }
    }
    let pool = try stake.pool("host")
    #expect(pool.tokens <= 100)
    try stake.bond(to: "host", by: "victim", ath("1")).ok()
    #expect(try stake.worth("victim", of: "host") >= ath("1") - 1)
  }

  @Test func dustIsRefusedRatherThanSwallowed() throws {
    let stake = try Stake()
    try stake.open("host", units: 1).ok()
    try stake.bond(to: "host", by: "alice", 1).ok()
    try stake.reward("host", ath("1_000_000")).ok()
    let pool = try stake.pool("host")
    let price = try floor(pool.pending + 2, pool.shares + 1_000_000_000)
    try stake.bond(to: "host", by: "bob", price).fails("NoAmount")
    try stake.bond(to: "host", by: "bob", price + 1).ok()
    #expect(try stake.owned("bob", of: "host") == 1)
  }

  // MARK: - Refusals

  @Test func opening() throws {
    let stake = try Stake()
    try stake.open("host", units: 0).fails("OutOfBounds", ["number": 0])
    try stake.open("host", units: -1).fails("OutOfBounds")
    try stake.open("host", units: 1_000_000_001).fails("OutOfBounds", ["number": 1_000_000_001])
    try stake.open("host", units: 1_000_000_000).ok()
    try stake.open("host", units: 1).fails("AlreadyOpen", ["operator": "host"])
    try stake.open("other", units: 1).ok()
  }

  @Test func unknownPools() throws {
    let stake = try Stake()
    let operatorOnly: KeyValuePairs<String, Argument> = ["operator": "ghost"]
    try stake.bond(to: "ghost", by: "alice", 1).fails("NoPool", ["operator": "ghost"])
    try stake.unbond(from: "ghost", by: "alice", 1).fails("NoPool")
    try stake.reward("ghost", 1).fails("NoPool")
    try stake.slash("ghost").fails("NoPool")
    try stake.poke("ghost").fails("NoPool")
    try stake.activate("ghost").fails("NoPool")
    try stake.contract.view("pool", by: "viewer", operatorOnly).fails("NoPool")
    try stake.contract.view("shortfall", by: "viewer", operatorOnly).fails("NoPool")
    try stake.withdraw(from: "ghost", by: "alice", epoch: 1).fails("NotEnough")
  }

  @Test func paymentsAreOfTheStakedAssetAndNotEmpty() throws {
    let stake = try Stake(operator: "host")
    let euro = stake.scene.money("EUR", decimals: 2, supply: 100, to: "bank")
    for function in ["bond", "reward"] {
      let arguments: KeyValuePairs<String, Argument> = ["operator": "host"]
      try stake.contract.call(function, by: "bank", arguments, paying: .of(5, euro))
        .fails("WrongToken")
      try stake.contract.call(function, by: "bank", arguments).fails("WrongToken")
      try stake.contract.call(function, by: "bank", arguments, paying: .of(0, stake.token))
        .fails("NoAmount")
    }
    try stake.scene.send(1, of: stake.token, from: "bank", to: "stake").fails("NotAccepted")
  }

  @Test func nobodyLeavesWithMoreThanItOwns() throws {
    let stake = try Stake(operator: "host")
    let minted = try stake.bond(to: "host", by: "alice", 100).ok().int("minted")
    #expect(minted == 100_000_000_000)
    for asked in [Integer(0), -1, minted + 1] {
      try stake.unbond(from: "host", by: "alice", asked).fails(
        "NotEnough", ["asked": .int(asked), "owned": .int(minted)])
    }
    try stake.unbond(from: "host", by: "bob", 1).fails("NotEnough", ["asked": 1, "owned": 0])
    try stake.unbond(from: "host", by: "alice", minted).ok()
    try stake.unbond(from: "host", by: "alice", 1).fails("NotEnough")
  }

  @Test func judging() throws {
    let stake = try Stake(operator: "host")
    try stake.open("other", units: 1).ok()
    for caller in ["admin", "governor", "host", "renter", "anyone"] {
      try stake.slash("host", by: caller).fails("roles.NotAllowed", ["who": .name(caller)])
    }
    try stake.slash("host", idLength: 31).fails("BadEvidence")
    try stake.slash("host", idLength: 33).fails("BadEvidence")
    try stake.slash("host", idLength: 0).fails("BadEvidence")
    for harmed in [Argument.identifier(.zero), "host", "stake"] {
      try stake.slash("host", harmed: harmed).fails("BadHarmed")
    }
    let time = stake.scene.world.block.time
    try stake.slash("host", happened: time + 1).fails(
      "BadTime", ["happened": .int(Integer(time + 1))])
    stake.scene.go(to: time)
    try stake.slash("host", happened: time - unbonding - 1).fails("BadTime")
    stake.scene.go(to: time)
    try stake.slash("host", id: 7, happened: time - unbonding).ok()
    try stake.slash("host", id: 7).fails("AlreadyJudged")
    try stake.slash("other", id: 7).fails("AlreadyJudged")
    try stake.slash("host", id: 8).ok()
  }

  @Test func theHarmedMayRefuseAndFetchLater() throws {
    let stake = try Stake(operator: "host")
    try stake.coin.refuse("renter")
    let slashed = try stake.slash("host").ok()
    #expect(slashed.events("till.Kept").first?["amount"] == .int(ath("22_237")))
    let collected = try stake.contract.call(
      "till.collect", by: "renter",
      ["token": .identifier(stake.token), "receiver": "cousin"]
    ).ok()
    #expect(try collected.int("amount") == ath("22_237"))
  }

  @Test func governing() throws {
    let stake = try Stake(operator: "host")
    for caller in ["admin", "judge", "host", "anyone"] {
      try stake.setCoefficient(5, by: caller).fails("roles.NotAllowed", ["who": .name(caller)])
    }
    let most = Integer(decimal: "1" + String(repeating: "0", count: 30)) ?? 0
    try stake.setCoefficient(0).fails("OutOfBounds", ["number": 0])
    try stake.setCoefficient(most + 1).fails("OutOfBounds")
    try stake.setCoefficient(most).ok()
    try stake.setCoefficient(1).ok()
  }

  @Test func deploying() throws {
    let scene = Scene()
    let coin = scene.money("ATH", decimals: 18, supply: ath("10"), to: "deployer")
    func deploy(
      _ coefficient: Integer, admin: Argument = "admin", _ payments: [AttachedPayment]
    ) throws -> Outcome {
      try scene.tryDeploy(
        "BondedStake.alq", ["coef": .int(coefficient), "admin": admin], paying: payments)
    }
    let most = Integer(decimal: "1" + String(repeating: "0", count: 30)) ?? 0
    try deploy(1, []).fails("NoAmount")
    try deploy(1, .of(0, coin)).fails("NoAmount")
    try deploy(0, .of(1, coin)).fails("OutOfBounds")
    try deploy(most + 1, .of(1, coin)).fails("OutOfBounds")
    try deploy(1, admin: .identifier(.zero), .of(1, coin)).fails("roles.NobodyNamed")
    let shares = try scene.deploy(
      "RevenueShares.alq", ["token": "ATH", "shares": 100, "owner": "deployer"])
    try deploy(1, .of(1, shares.asset("Share"))).fails("NotBurnable")
    try deploy(1, .of(1, coin)).ok()
    try deploy(most, .of(1, coin)).ok()
    #expect(scene.world.supply(of: coin) == ath("10") - 2)
  }

  // MARK: - Campaigns

  @Test(arguments: [2, 3, 4, 6, 7, 8])
  func campaign(seed: UInt64) throws {
    var campaign = try StakeCampaign(seed: seed)
    for _ in 0..<600 { try campaign.step() }
    print("stake campaign \(seed): \(campaign.tally)")
    let successes = [
      "open", "bond", "unbond", "withdraw", "reward", "slash", "activate", "poke",
      "set_coefficient", "collect", "wiped", "from rewards", "from leaving", "vested", "halted",
    ]
    for action in successes { #expect(campaign.tally[action] > 0, "never: \(action)") }
    let refusals = [
      "bond NoAmount", "unbond NotEnough", "withdraw TooEarly", "slash AlreadyJudged",
      "slash roles.NotAllowed", "slash BadTime", "activate Short",
      "set_coefficient roles.NotAllowed",
    ]
    for refusal in refusals { #expect(campaign.tally[refusal] > 0, "never: \(refusal)") }
  }
}

/// Random stakers, faults, rewards and times; nobody may gain from another's joining or leaving.
private struct StakeCampaign {
  let stake: Stake
  let operators = ["host", "rival"]
  let stakers = ["host", "rival", "alice", "bob", "carol"]
  var random: SplitMix64
  var tally = OutcomeTally()
  var evidence: UInt8 = 0
  var batches: [(operator: String, staker: String, epoch: Integer)] = []

  init(seed: UInt64) throws {
    random = SplitMix64(seed: seed)
    stake = try Stake(coefficient: 10)
    for name in operators { tally.count("open", try stake.open(name, units: 100)) }
  }

  private mutating func number(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &random)
  }

  private mutating func pick(_ names: [String]) -> String { names[number(0...(names.count - 1))] }

  /// Small, middling and sometimes huge amounts.
  private mutating func amount() -> Integer {
    switch number(0...39) {
    case 0, 1: 0
    case 2...12: Integer(number(1...20))
    case 13...38: Integer(number(1...2_000))
    default: Integer(number(1...1_000_000_000_000_000))
    }
  }

  /// Counts what an action came to.
  private mutating func count(_ action: String, _ outcome: Outcome) {
    tally.count(action, outcome)
    if !outcome.events("Vested").isEmpty { tally.count("vested") }
    if action != "slash"
      && outcome.events("StatusChanged").contains(where: { $0["status"] == .int(0) })
    {
      tally.count("halted")
    }
  }

  /// What each staker has of a pool, as if rewards that wait were vested.
  private func wholeWorths(of name: String) throws -> [String: Integer] {
    let pool = try stake.pool(name)
    var worths: [String: Integer] = [:]
    for staker in stakers {
      worths[staker] = try floor(
        stake.owned(staker, of: name) * (pool.tokens + pool.pending + 1),
        pool.shares + 1_000_000_000)
    }
    return worths
  }

  /// What each staker would get for all its shares.
  private func plainWorths(of name: String) throws -> [String: Integer] {
    try Dictionary(uniqueKeysWithValues: stakers.map { ($0, try stake.worth($0, of: name)) })
  }

  /// What all others gained; none may have lost.
  private func gain(
    of before: [String: Integer], to after: [String: Integer], but staker: String
  ) -> Integer {
    var gained: Integer = 0
    for (other, worth) in before where other != staker {
      let now = after[other] ?? 0
      #expect(now >= worth, "\(other) loses by what another does")
      gained = gained + now - worth
    }
    return gained
  }

  mutating func step() throws {
    let name = pick(operators)
    let staker = pick(stakers)
    let before = try stake.pool(name)
    switch number(0...23) {
    case 0...4: try bond(to: name, by: staker, before)
    case 5...8: try unbond(from: name, by: staker, before)
    case 9, 10:
      guard !batches.isEmpty else { return }
      let index = number(0...2) == 0 ? number(0...(batches.count - 1)) : 0
      let batch = batches[index]
      let worth = try stake.leaving(batch.staker, from: batch.operator, epoch: batch.epoch)
      let outcome = try stake.withdraw(
        from: batch.operator, by: batch.staker, epoch: batch.epoch)
      count("withdraw", outcome)
      if outcome.succeeded {
        #expect(try outcome.int("amount") == worth)
        batches.remove(at: index)
      }
    case 11, 12:
      let rewarded = try stake.reward(name, amount())
      count("reward", rewarded)
      if rewarded.succeeded {
        let pool = try stake.pool(name)
        #expect(pool.vests <= Integer(stake.scene.world.block.time + month))
      }
    case 13...15: try slash(name, before)
    case 16: count("activate", try stake.activate(name))
    case 17:
      count("poke", try stake.poke(name))
    case 18:
      let by = pick(["governor", "governor", "governor", "host"])
      count("set_coefficient", try stake.setCoefficient(Integer(number(0...60)), by: by))
    case 19: try stake.coin.refuse("renter", number(0...1) == 0)
    case 20:
      let arguments: KeyValuePairs<String, Argument> = [
        "token": .identifier(stake.token), "receiver": "cousin",
      ]
      count("collect", try stake.contract.call("till.collect", by: "renter", arguments))
    default: stake.scene.warp(seconds: number(0...1) == 0 ? number(0...day) : number(0...month))
    }
    try checkPromises(name)
  }

  private mutating func bond(to name: String, by staker: String, _ before: Pool) throws {
    let paid = amount()
    let worths = try wholeWorths(of: name)
    let outcome = try stake.bond(to: name, by: staker, paid)
    count("bond", outcome)
    guard outcome.succeeded else { return }
    // A share costs this at most; rounding costs the joiner less than that and a unit for each floor.
    let price =
      try floor(
        before.tokens + before.pending + 1, before.shares + 1_000_000_000) + 1
    let now = try wholeWorths(of: name)
    let gained = gain(of: worths, to: now, but: staker)
    #expect(gained <= price + Integer(stakers.count), "others gain by a joining")
    let change = (now[staker] ?? 0) - (worths[staker] ?? 0)
    #expect(change <= paid + 1 && change >= paid - price - 1, "a joiner gains or loses")
  }

  private mutating func unbond(from name: String, by staker: String, _ before: Pool) throws {
    let owned = try stake.owned(staker, of: name)
    var shares = owned
    switch number(0...4) {
    case 0: shares = owned + 1
    case 1: shares = try floor(owned, 2)
    case 2: shares = try floor(owned * Integer(number(0...1_000)), 1_000)
    default: break
    }
    try stake.poke(name).ok()
    let worths = try plainWorths(of: name)
    let pool = try stake.pool(name)
    let outcome = try stake.unbond(from: name, by: staker, shares)
    count("unbond", outcome)
    guard outcome.succeeded else { return }
    let amount = try outcome.only("Unbonding")["amount"] ?? 0
    #expect(amount <= worths[staker] ?? 0, "more leaves than it was worth")
    let epoch = try outcome.int("epoch")
    let isKnown = batches.contains { $0 == (name, staker, epoch) }
    if amount > 0 && !isKnown { batches.append((name, staker, epoch)) }
    // The pool's own last staker leaves the rewards to the operator, which is no gain by rounding.
    if try stake.pool(name).pending == pool.pending {
      let gained = gain(of: worths, to: try plainWorths(of: name), but: staker)
      #expect(gained <= 1 + Integer(stakers.count), "others gain by a leaving")
      #expect(try stake.pool(name).tokens == pool.tokens - amount)
    }
  }

  private mutating func slash(_ name: String, _ before: Pool) throws {
    let isNew = number(0...4) > 0
    if isNew && evidence < 255 { evidence += 1 }
    let time = stake.scene.world.block.time
    let happened = time - number(-3...40) * 5 * day
    let by = number(0...5) == 0 ? "host" : "judge"
    let supply = stake.scene.world.supply(of: stake.token)
    let held = stake.scene.balance(stake.token, "stake")
    let fault = pick(["Malice", "Malice", "Interruption"])
    let outcome = try stake.slash(name, fault, id: evidence, happened: happened, by: by)
    count("slash", outcome)
    guard outcome.succeeded else { return }
    let facts = try outcome.only("Slashed")
    let taken = try outcome.int("taken")
    let burned = facts["burned"] ?? 0
    let fromStake = facts["from_stake"] ?? 0
    #expect(try burned == floor(taken, 2) && facts["given"] == taken - burned)
    #expect(stake.scene.world.supply(of: stake.token) == supply - burned)
    let isKept = !outcome.events("till.Kept").isEmpty
    #expect(stake.scene.balance(stake.token, "stake") == held - (isKept ? burned : taken))
    let after = try stake.pool(name)
    #expect(!after.isActive && !after.tokens.isNegative && !after.pending.isNegative)
    let vested =
      try outcome.events("Vested").isEmpty ? Integer(0) : outcome.only("Vested")["amount"]
    let fromPool = before.tokens + (vested ?? 0) - after.tokens
    if facts["from_rewards"] != 0 { tally.count("from rewards") }
    if fromPool < fromStake { tally.count("from leaving") }
    if after.tokens == 0 && after.shares > 0 { tally.count("wiped") }
  }

  /// Never is more promised than there is.
  private func checkPromises(_ name: String) throws {
    let pool = try stake.pool(name)
    let worths = try plainWorths(of: name)
    #expect(
      worths.values.reduce(0, +) <= pool.tokens, "the worth of all shares is more than the stake")
    #expect(!pool.tokens.isNegative && !pool.shares.isNegative && !pool.pending.isNegative)
  }
}
