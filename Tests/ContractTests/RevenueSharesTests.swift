import Bytecode
import Execution
import Integers
import Testing

@Suite struct RevenueSharesTests {
  private func makeScene() throws -> (Scene, Contract, Identifier) {
    let scene = Scene()
    let dollar = scene.money("USD", decimals: 6, supply: 1_000_000_000_000, to: "operator")
    let rig = try scene.deploy(
      "RevenueShares.alq", as: "rig", ["token": "USD", "shares": 100, "owner": "alice"])
    return (scene, rig, dollar)
  }

  private func pay(_ amount: Integer, _ asset: Identifier) -> [AttachedPayment] {
    [AttachedPayment(asset: asset, amount: amount)]
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
    #expect(scene.balance(dollar, "bob") == 25_000_000)
    try rig.call("claim", by: "bob").fails("NothingToClaim", ["holder": "bob"])
    let rest = try rig.call("claim", by: "alice").ok()
    #expect(try rest.int("amount") == 375_000_000)
  }

  @Test func refusesAnotherToken() throws {
    let (scene, rig, _) = try makeScene()
    let other = scene.money("EUR", decimals: 2, supply: 1000, to: "operator")
    try rig.call("distribute", by: "operator", paying: pay(10, other)).fails("WrongToken")
  }
}
