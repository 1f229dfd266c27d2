import Bytecode
import Execution
import Integers
import Testing

/// The life of machines in `GPURegistry`: bonds, attestations, liens, the jail and the end.
@Suite struct GPURegistryTests {
  private static let day = Park.day

  private func component(_ park: Park, _ machine: Int, _ name: String) throws -> Int {
    try park.registry.number("devices", [Value(park.passport(machine))], name)
  }

  private func bond(_ park: Park, _ machine: Int) throws -> Int {
    try park.registry.number("bonds", [Value(park.passport(machine))])
  }

  private func pledge(
    _ park: Park, _ machine: Int, rank: Int = 1, by owner: String = "alice",
    to creditor: String = "lender", claim: Int = 500
  ) throws -> Outcome {
    try park.registry.call(
      "pledge", by: owner,
      [
        "passport": park.named(machine), "rank": .number(rank), "creditor": .name(creditor),
        "claim": .number(claim),
      ])
  }

  private func release(
    _ park: Park, _ machine: Int, rank: Int = 1, by creditor: String = "lender"
  ) throws -> Outcome {
    try park.registry.call(
      "release", by: creditor, ["passport": park.named(machine), "rank": .number(rank)])
  }

  private func jail(_ park: Park, _ machine: Int, by warden: String = "warden") throws -> Outcome {
    try park.registry.call(
      "jail", by: warden, ["passport": park.named(machine), "reason": "spoofed its model"])
  }

  private func free(_ park: Park, _ machine: Int, by warden: String = "warden") throws -> Outcome {
    try park.registry.call("free", by: warden, ["passport": park.named(machine)])
  }

  private func penalise(
    _ park: Park, _ machine: Int, _ amount: Int, harmed: String = "tenant",
    by warden: String = "warden"
  ) throws -> Outcome {
    try park.registry.call(
      "penalise", by: warden,
      ["passport": park.named(machine), "amount": .number(amount), "harmed": .name(harmed)])
  }

  private func topUp(
    _ park: Park, _ machine: Int, _ amount: Int, by payer: String = "alice"
  ) throws -> Outcome {
    try park.registry.call(
      "top_up", by: payer, ["passport": park.named(machine)],
      paying: .of(Integer(amount), park.dollar))
  }

  private func retire(_ park: Park, _ machine: Int, by owner: String = "alice") throws -> Outcome {
    try park.registry.call("retire", by: owner, paying: .of(1, park.passport(machine)))
  }

  private func move(_ park: Park, _ machine: Int, _ from: String, _ to: String) -> Outcome {
    park.scene.send(1, of: park.passport(machine), from: from, to: to)
  }

  // MARK: - Registering

  @Test func registersAMachineForItsBond() throws {
    let park = try Park()
    let done = try park.register(1, by: "alice").ok()
    #expect(done["passport"] == Value(park.passport(1)))
    #expect(park.holds(1, "alice"))
    #expect(park.scene.units(park.dollar, "registry") == Park.bond)
    let event = try #require(done.events("Registered").first)
    #expect(event["owner"] == Value(park.scene.address("alice")))
    #expect(event["fingerprint"] == .bytes(park.fingerprint(1)))
    #expect(event["bond"] == .int(Integer(Park.bond)))
    let asset = try #require(park.scene.world.asset(park.passport(1)))
    #expect(asset.isSingle && asset.issuer == park.registry.address)
    let named = try park.registry.view(
      "passport_of", ["fingerprint": .bytes(park.fingerprint(1))]
    ).ok()
    #expect(named["passport"] == Value(park.passport(1)))
    #expect(try !park.isActive(1))
  }

  @Test func takesExactlyTheBond() throws {
    let park = try Park()
    let euro = park.scene.money("EUR", decimals: 2, supply: 1_000_000_000, to: "alice")
    for paid in [Park.bond - 1, Park.bond + 1, 0] {
      try park.register(1, by: "alice", paying: paid).fails(
        "WrongBond", ["paid": .number(paid), "required": .number(Park.bond)])
    }
    try park.register(1, by: "alice", paying: nil).fails("WrongToken")
    try park.registry.call(
      "register", by: "alice",
      ["fingerprint": .bytes(park.fingerprint(1)), "model": "A", "vram": 1, "region": "b"],
      paying: .of(Integer(Park.bond), euro)
    ).fails("WrongToken")
    try park.register(1, by: "pauper").fails("InsufficientBalance")
  }

  @Test func asksForNoBondWhereNoneIsRequired() throws {
    let park = try Park(required: 0)
    try park.register(1, by: "alice", paying: nil).ok()
    try park.register(2, by: "alice", paying: 1).fails("WrongBond", ["paid": 1, "required": 0])
    try retire(park, 1).ok()
    try park.scene.tryDeploy(
      "GPURegistry.alq", ["token": "USD", "required": -1, "admin": "admin"]
    ).fails("BadBond", ["bond": -1])
  }

  @Test func needsAnAdmin() throws {
    let scene = Scene()
    scene.money("USD", decimals: 6, supply: 1, to: "bank")
    try scene.tryDeploy(
      "GPURegistry.alq", ["token": "USD", "required": 1, "admin": .identifier(.zero)]
    ).fails("roles.NobodyNamed")
  }

  @Test(arguments: [0, 31, 33])
  func refusesAFingerprintOfAnotherLength(length: Int) throws {
    let park = try Park()
    try park.registry.call(
      "register", by: "alice",
      [
        "fingerprint": .bytes([UInt8](repeating: 1, count: length)), "model": "A", "vram": 1,
        "region": "b",
      ], paying: .of(Integer(Park.bond), park.dollar)
    ).fails("BadFingerprint", ["bytes_given": .number(length)])
  }

  @Test func refusesABadSpecification() throws {
    let park = try Park()
    let longest = String(repeating: "x", count: 128)
    func register(_ machine: Int, model: String, vram: Int, region: String) throws -> Outcome {
      try park.registry.call(
        "register", by: "alice",
        [
          "fingerprint": .bytes(park.fingerprint(machine)), "model": .name(model),
          "vram": .number(vram), "region": .name(region),
        ], paying: .of(Integer(Park.bond), park.dollar))
    }
    try register(1, model: "", vram: 1, region: "b").fails("BadSpecification")
    try register(1, model: longest + "x", vram: 1, region: "b").fails("BadSpecification")
    try register(1, model: "A", vram: 1, region: "").fails("BadSpecification")
    try register(1, model: "A", vram: 1, region: longest + "x").fails("BadSpecification")
    try register(1, model: "A", vram: 0, region: "b").fails("BadSpecification")
    try register(1, model: "A", vram: -1, region: "b").fails("BadSpecification")
    try register(1, model: longest, vram: 1, region: longest).ok()
    try register(2, model: "A", vram: 1, region: "b").ok()
  }

  @Test func aFingerprintIsTakenForEver() throws {
    let park = try Park()
    try park.register(1, by: "alice").ok()
    let taken: KeyValuePairs<String, Argument> = ["fingerprint": .bytes(park.fingerprint(1))]
    try park.register(1, by: "alice").fails("AlreadyRegistered", taken)
    try park.register(1, by: "bob").fails("AlreadyRegistered", taken)
    try retire(park, 1).ok()
    try park.register(1, by: "alice").fails("AlreadyRegistered", taken)
    try park.register(1, by: "bob").fails("AlreadyRegistered", taken)
    try park.register(2, by: "bob").ok()
  }

  // MARK: - Attesting

  @Test func anyoneBringsWhatACheckerSigned() throws {
    let park = try Park()
    try park.register(1, by: "alice").ok()
    let finding = park.finding(1)
    let done = try park.attest(1, finding).ok()
    let event = try #require(done.events("Attested").first)
    #expect(event["attestor"] == .bytes(park.checker.publicKey))
    #expect(event["score"] == .int(90))
    #expect(event["expires"] == .int(Integer(finding.expires)))
    #expect(try park.isActive(1))
    #expect(try component(park, 1, "score") == 90)
    #expect(try component(park, 1, "expires") == finding.expires)
    try park.attest(9).fails("UnknownDevice", ["passport": park.named(9)])
  }

  @Test func aMachineIsActiveToTheLastSecond() throws {
    let park = try Park()
    try park.register(1, by: "alice").ok()
    let finding = park.finding(1, lasting: 1000)
    try park.attest(1, finding).ok()
    park.scene.travel(to: finding.expires - 1)
    #expect(try park.isActive(1))
    park.scene.travel(to: finding.expires)
    #expect(try !park.isActive(1))
    #expect(try !park.isActive(9))
  }

  @Test func anAttestationHasItsTime() throws {
    let park = try Park()
    try park.register(1, by: "alice").ok()
    let now = park.scene.now
    try park.attest(1, park.finding(1, issued: now + 1)).fails(
      "BadAttestation", ["issued": .number(now + 1)])
    let over = park.scene.now
    try park.attest(1, park.finding(1, issued: over - 10, lasting: 10)).fails("BadAttestation")
    let last = park.scene.now
    try park.attest(1, park.finding(1, issued: last - 10, lasting: 11)).ok()
    try park.attest(1, park.finding(1, lasting: 90 * Self.day + 1)).fails("BadAttestation")
    try park.attest(1, park.finding(1, lasting: 90 * Self.day)).ok()
    try park.attest(1, park.finding(1, lasting: 0)).fails("BadAttestation")
    var unmeasured = park.finding(1)
    unmeasured.score = -1
    try park.attest(1, unmeasured).fails("BadAttestation")
    var zero = park.finding(1)
    zero.score = 0
    try park.attest(1, zero).ok()
  }

  @Test func noAttestationCountsTwice() throws {
    let park = try Park()
    try park.register(1, by: "alice").ok()
    let first = park.finding(1)
    try park.attest(1, first).ok()
    try park.attest(1, first).fails("BadAttestation")
    let second = park.finding(1)
    try park.attest(1, second).ok()
    try park.attest(1, first).fails("BadAttestation")
    try park.attest(1, park.finding(1, issued: second.issued + 1)).ok()
  }

  @Test func theSignatureBindsEverything() throws {
    let park = try Park()
    try park.register(1, by: "alice").ok()
    try park.register(2, by: "alice").ok()
    let other = try park.scene.deploy(
      "GPURegistry.alq", as: "other registry", ["token": "USD", "required": 0, "admin": "admin"])
    let finding = park.finding(1)
    var better = finding
    better.score += 1
    var longer = finding
    longer.expires -= 1
    var elsewhere = finding
    elsewhere.region = "us-east"
    var bigger = finding
    bigger.vram *= 2
    var newer = finding
    newer.model = "B200"
    for signed in [
      better, longer, elsewhere, bigger, newer, park.finding(2, issued: finding.issued),
    ] {
      try park.attest(1, finding, signed: signed).fails("BadSignature")
    }
    try park.attest(1, finding, at: other).fails("BadSignature")
    for bit in [0, 255, 256, 511] {
      try park.attest(1, finding, flippingBit: bit).fails("BadSignature")
    }
    park.scene.world.block.chain = park.scene.address("another chain")
    let there = try park.checker.sign(finding, for: park.registry)
    park.scene.world.block.chain = .zero
    try park.registry.call(
      "attest", by: "anyone",
      [
        "passport": park.named(1), "score": 90, "issued": .number(finding.issued),
        "expires": .number(finding.expires), "key": .bytes(park.checker.publicKey),
        "signature": .bytes(there),
      ]
    ).fails("BadSignature")
    #expect(try !park.isActive(1))
    try park.attest(1, finding).ok()
  }

  @Test func theMachineCountsWhileItsCheckerIsTrusted() throws {
    let park = try Park()
    let stranger = try Checker(8)
    let key = Argument.bytes(park.checker.publicKey)
    try park.register(1, by: "alice").ok()
    try park.attest(1, by: stranger).fails(
      "UntrustedAttestor", ["key": .bytes(stranger.publicKey)])
    try park.attest(1).ok()
    let doubt = try park.registry.call("trust", by: "admin", ["key": key, "yes": false]).ok()
    #expect(doubt.events("Trusted").first?["yes"] == .int(0))
    #expect(try !park.isActive(1))
    try park.attest(1).fails("UntrustedAttestor")
    try park.registry.call("trust", by: "admin", ["key": key, "yes": true]).ok()
    #expect(try park.isActive(1))
    for wrong in [31, 33] {
      let bytes = Argument.bytes([UInt8](repeating: 1, count: wrong))
      try park.registry.call("trust", by: "admin", ["key": bytes, "yes": true]).fails("BadKey")
    }
    for who in ["warden", "lender", "alice", "mallory"] {
      try park.registry.call("trust", by: who, ["key": key, "yes": false]).fails(
        "roles.NotAdmin", ["who": .name(who)])
    }
  }

  // MARK: - Operators

  @Test func theHolderNamesTheOperator() throws {
    let park = try Park()
    let registry = park.registry
    try park.register(1, by: "alice").ok()
    let named: KeyValuePairs<String, Argument> = ["passport": park.named(1), "operator": "dave"]
    try registry.call("set_operator", by: "bob", named).fails("NotHolder", ["who": "bob"])
    try registry.call("set_operator", by: "alice", named).ok()
    try registry.call("set_operator", by: "dave", named).fails("NotHolder", ["who": "dave"])
    try registry.call(
      "set_operator", by: "alice", ["passport": park.named(1), "operator": .identifier(.zero)]
    ).fails("NobodyNamed")
    try registry.call(
      "set_operator", by: "alice", ["passport": park.named(9), "operator": "dave"]
    ).fails("UnknownDevice")
    try move(park, 1, "alice", "bob").ok()
    try registry.call("set_operator", by: "alice", named).fails("NotHolder", ["who": "alice"])
    try registry.call("set_operator", by: "bob", named).ok()
  }

  // MARK: - Liens

  @Test func aLienHoldsThePassport() throws {
    let park = try Park()
    try park.register(1, by: "alice").ok()
    try move(park, 1, "alice", "bob").ok()
    try move(park, 1, "bob", "alice").ok()
    let done = try pledge(park, 1).ok()
    #expect(done.events("Pledged").first?["claim"] == .int(500))
    try move(park, 1, "alice", "bob").fails("Encumbered", ["liens": 1])
    try retire(park, 1).fails("Encumbered", ["liens": 1])
    try pledge(park, 1, rank: 8).ok()
    try release(park, 1).ok()
    try move(park, 1, "alice", "bob").fails("Encumbered", ["liens": 1])
    try release(park, 1, rank: 8).ok()
    try move(park, 1, "alice", "bob").ok()
  }

  @Test func noTwoLiensHaveOneRank() throws {
    let park = try Park()
    try park.registry.call("roles.grant", by: "admin", ["role": "lender", "member": "second"]).ok()
    try park.register(1, by: "alice").ok()
    try pledge(park, 1).ok()
    try pledge(park, 1, to: "second").fails("RankTaken", ["rank": 1, "creditor": "lender"])
    try pledge(park, 1).fails("RankTaken", ["creditor": "lender"])
    try pledge(park, 1, rank: 2, to: "second").ok()
    try release(park, 1).ok()
    try pledge(park, 1, to: "second").ok()
    #expect(try component(park, 1, "liens") == 2)
  }

  @Test func pledgesAreChecked() throws {
    let park = try Park()
    try park.register(1, by: "alice").ok()
    try pledge(park, 9).fails("UnknownDevice")
    try pledge(park, 1, by: "bob").fails("NotHolder", ["who": "bob"])
    try pledge(park, 1, by: "lender").fails("NotHolder", ["who": "lender"])
    try pledge(park, 1, to: "bob").fails(
      "roles.NotAllowed", ["role": .bytes(Array("lender".utf8)), "who": "bob"])
    for rank in [-1, 0, 9] {
      try pledge(park, 1, rank: rank).fails("BadRank", ["rank": .number(rank)])
    }
    for claim in [0, -5] {
      try pledge(park, 1, claim: claim).fails("BadClaim", ["claim": .number(claim)])
    }
    try jail(park, 1).ok()
    try pledge(park, 1).fails("WrongStatus", ["status": 2])
    try free(park, 1).ok()
    try pledge(park, 1, rank: 8).ok()
    try retire(park, 1).fails("Encumbered")
  }

  @Test func onlyTheCreditorReleases() throws {
    let park = try Park()
    try park.register(1, by: "alice").ok()
    try pledge(park, 1).ok()
    try release(park, 1, rank: 2).fails("NoLien", ["rank": 2])
    for who in ["alice", "admin", "warden"] {
      try release(park, 1, by: who).fails("NotCreditor", ["who": .name(who)])
    }
    try park.registry.call("roles.revoke", by: "admin", ["role": "lender", "member": "lender"]).ok()
    let done = try release(park, 1).ok()
    #expect(done.events("Released").first?["creditor"] == Value(park.scene.address("lender")))
    try release(park, 1).fails("NoLien")
    try pledge(park, 1).fails("roles.NotAllowed", ["who": "lender"])
  }

  // MARK: - The jail

  @Test func theJailHoldsThePassport() throws {
    let park = try Park()
    try park.register(1, by: "alice").ok()
    try park.attest(1).ok()
    let done = try jail(park, 1).ok()
    #expect(done.events("Jailed").first?["reason"] == .bytes(Array("spoofed its model".utf8)))
    #expect(try !park.isActive(1))
    try move(park, 1, "alice", "bob").fails("InJail")
    try retire(park, 1).fails("InJail")
    try park.attest(1).fails("WrongStatus", ["status": 2])
    try jail(park, 1).fails("WrongStatus", ["status": 2])
    try free(park, 1).ok()
    try move(park, 1, "alice", "bob").ok()
    try free(park, 1).fails("WrongStatus", ["status": 0])
  }

  @Test func aFreedMachineNeedsANewAttestation() throws {
    let park = try Park()
    try park.register(1, by: "alice").ok()
    try park.attest(1).ok()
    try jail(park, 1).ok()
    let before = park.finding(1)
    let freed = park.scene.now
    #expect(try free(park, 1).ok().events("Freed").count == 1)
    #expect(try !park.isActive(1))
    #expect(try component(park, 1, "expires") == 0)
    try park.attest(1, before).fails("BadAttestation")
    try park.attest(1, park.finding(1, issued: freed)).fails("BadAttestation")
    try park.attest(1, park.finding(1, issued: freed + 1)).ok()
    #expect(try park.isActive(1))
  }

  @Test func wardensTakeFromTheBondOfTheJailed() throws {
    let park = try Park()
    try park.register(1, by: "alice").ok()
    try park.register(2, by: "bob").ok()
    try penalise(park, 1, 5).fails("WrongStatus", ["status": 0])
    try jail(park, 1).ok()
    for amount in [0, -1, Park.bond + 1] {
      try penalise(park, 1, amount).fails(
        "BadAmount", ["amount": .number(amount), "bond": .number(Park.bond)])
    }
    try park.registry.call(
      "penalise", by: "warden",
      ["passport": park.named(1), "amount": 5, "harmed": .identifier(.zero)]
    ).fails("NobodyNamed")
    try penalise(park, 1, 5, harmed: "registry").fails("NotAccepted")
    let done = try penalise(park, 1, 5).ok()
    #expect(done.events("Penalised").first?["amount"] == .int(5))
    #expect(park.scene.units(park.dollar, "tenant") == 5)
    try free(park, 1).fails(
      "BondShort", ["bond": .number(Park.bond - 5), "required": .number(Park.bond)])
    try topUp(park, 1, 4, by: "bob").ok()
    try free(park, 1).fails("BondShort", ["bond": .number(Park.bond - 1)])
    try topUp(park, 1, 1).ok()
    try free(park, 1).ok()
    try jail(park, 1).ok()
    try penalise(park, 1, Park.bond).ok()
    try penalise(park, 1, 1).fails("BadAmount", ["bond": 0])
    #expect(park.scene.units(park.dollar, "registry") == Park.bond)
    #expect(try bond(park, 2) == Park.bond)
  }

  @Test func onlyWardensJail() throws {
    let park = try Park()
    try park.register(1, by: "alice").ok()
    for who in ["alice", "admin", "lender"] {
      let refusal: KeyValuePairs<String, Argument> = [
        "role": .bytes(Array("warden".utf8)), "who": .name(who),
      ]
      try jail(park, 1, by: who).fails("roles.NotAllowed", refusal)
      try penalise(park, 1, 1, by: who).fails("roles.NotAllowed", refusal)
      try free(park, 1, by: who).fails("roles.NotAllowed", refusal)
    }
    try jail(park, 9).fails("UnknownDevice")
    try penalise(park, 9, 1).fails("UnknownDevice")
    try free(park, 9).fails("UnknownDevice")
  }

  @Test func topsUpWithTheRightMoneyOnly() throws {
    let park = try Park()
    let euro = park.scene.money("EUR", decimals: 2, supply: 100, to: "alice")
    try park.register(1, by: "alice").ok()
    try topUp(park, 9, 5).fails("UnknownDevice")
    try topUp(park, 1, 0).fails("BadAmount", ["amount": 0, "bond": .number(Park.bond)])
    try park.registry.call("top_up", by: "alice", ["passport": park.named(1)]).fails("WrongToken")
    try park.registry.call(
      "top_up", by: "alice", ["passport": park.named(1)], paying: .of(5, euro)
    ).fails("WrongToken")
    let done = try topUp(park, 1, 5, by: "bob").ok()
    #expect(done.events("ToppedUp").first?["bond"] == .int(Integer(Park.bond + 5)))
    try retire(park, 1).ok()
    try topUp(park, 1, 5).fails("WrongStatus", ["status": 3])
  }

  // MARK: - The end

  @Test func whoeverHoldsThePassportRetiresTheMachine() throws {
    let park = try Park()
    try park.register(1, by: "alice").ok()
    try park.attest(1).ok()
    try move(park, 1, "alice", "bob").ok()
    try retire(park, 1).fails("InsufficientBalance")
    let before = park.scene.units(park.dollar, "bob")
    let done = try retire(park, 1, by: "bob").ok()
    #expect(done.events("Retired").first?["owner"] == Value(park.scene.address("bob")))
    #expect(park.scene.units(park.dollar, "bob") == before + Park.bond)
    #expect(park.scene.world.supply(of: park.passport(1)) == 0)
    #expect(try !park.isActive(1))
    #expect(try component(park, 1, "expires") == 0)
    try park.attest(1).fails("WrongStatus", ["status": 3])
    try jail(park, 1).fails("WrongStatus", ["status": 3])
    try pledge(park, 1, by: "bob").fails("NotHolder")
  }

  @Test func retiresNothingElse() throws {
    let park = try Park()
    try park.registry.call("retire", by: "alice").fails("UnknownDevice")
    try park.registry.call("retire", by: "alice", paying: .of(5, park.dollar)).fails(
      "UnknownDevice", ["passport": .identifier(park.dollar)])
    try park.registry.call("retire", by: "alice", paying: .of(1, park.dollar)).fails(
      "UnknownDevice", ["passport": .identifier(park.dollar)])
    try park.register(1, by: "alice").ok()
    try park.registry.call("retire", by: "alice", paying: .of(0, park.passport(1))).fails(
      "UnknownDevice")
    try park.registry.call("retire", by: "alice", paying: .of(2, park.passport(1))).fails(
      "InsufficientBalance")
  }

  @Test func nothingIsLeftOfABondThatWasTaken() throws {
    let park = try Park()
    try park.register(1, by: "alice").ok()
    try jail(park, 1).ok()
    try penalise(park, 1, Park.bond).ok()
    try free(park, 1).fails("BondShort")
    try topUp(park, 1, Park.bond, by: "bob").ok()
    try free(park, 1).ok()
    #expect(try retire(park, 1).ok().events("Retired").first?["bond"] == .int(Integer(Park.bond)))
    #expect(park.scene.units(park.dollar, "registry") == 0)
  }

  /// A passport sent to the registry plainly, not to retire it, is not lost.
  @Test func aStrayPassportGoesBack() throws {
    let park = try Park()
    let named: KeyValuePairs<String, Argument> = ["passport": park.named(1)]
    try park.register(1, by: "alice").ok()
    try park.registry.call("take_back", by: "alice", named).fails("NotSender", ["who": "alice"])
    try move(park, 1, "alice", "registry").ok()
    try park.registry.call("take_back", by: "bob", named).fails("NotSender", ["who": "bob"])
    try retire(park, 1).fails("InsufficientBalance")
    try jail(park, 1).ok()
    try park.registry.call("take_back", by: "alice", named).fails("InJail")
    try free(park, 1).ok()
    let done = try park.registry.call("take_back", by: "alice", named).ok()
    #expect(done.events("TakenBack").count == 1)
    #expect(park.holds(1, "alice"))
    try park.registry.call("take_back", by: "alice", named).fails("NotSender")
    try retire(park, 1).ok()
    try park.registry.call("take_back", by: "alice", named).fails("NotSender")
  }

  @Test func takesNoStrayMoney() throws {
    let park = try Park()
    try park.scene.send(1, of: park.dollar, from: "alice", to: "registry").fails("NotAccepted")
  }

  // MARK: - Campaign

  /// A machine as it should be.
  private struct Machine {
    var holder: String?
    var sender: String?
    var status = 0
    var liens: [Int: String] = [:]
    var bond = 0
    var issued = 0
    var expires = 0
  }

  /// Random calls against a simple model that says of every call whether it succeeds.
  @Test func campaign() throws {
    var counts = StepCounts()
    for seed in UInt64(1)...6 { try runCampaign(seed: seed, steps: 700, &counts) }
    counts.expect(
      atLeast: 10,
      [
        "register", "register AlreadyRegistered", "attest", "attest BadAttestation",
        "attest BadSignature", "attest WrongStatus", "pledge", "pledge NotHolder",
        "pledge RankTaken", "release", "release NoLien", "release NotCreditor", "jail",
        "jail WrongStatus", "penalise", "penalise BadAmount", "penalise WrongStatus", "free",
        "free BondShort", "top_up", "move", "move Encumbered", "move InJail",
        "move InsufficientBalance", "retire", "take_back", "take_back NotSender",
      ])
  }

  private func runCampaign(seed: UInt64, steps: Int, _ counts: inout StepCounts) throws {
    var random = SplitMix64(seed: seed)
    let park = try Park()
    try park.registry.call("roles.grant", by: "admin", ["role": "lender", "member": "second"]).ok()
    var machines: [Int: Machine] = [:]
    var next = 3
    func owner() -> String { Park.owners.randomElement(using: &random) ?? "" }
    for _ in 0..<steps {
      // Mostly machines that are not retired, and mostly their holders.
      var number = Int.random(in: max(0, next - 4)..<next, using: &random)
      if machines[number]?.status == 3 { number = Int.random(in: 0..<next, using: &random) }
      var machine = machines[number] ?? Machine()
      let isHome = machine.holder.map(Park.owners.contains) ?? false
      let who = isHome && Int.random(in: 0..<3, using: &random) > 0 ? machine.holder ?? "" : owner()
      let isKnown = machines[number] != nil
      let isHolder = isKnown && machine.holder == who
      let now = park.scene.now
      let rank = Int.random(in: 1...2, using: &random)
      let lender = Bool.random(using: &random) ? "lender" : "second"
      let action: String
      let outcome: Outcome
      let isAllowed: Bool
      switch Int.random(in: 0..<22, using: &random) {
      case 0, 1:
        action = "register"
        outcome = try park.register(number, by: who)
        isAllowed = !isKnown
        if isAllowed { machine = Machine(holder: who, bond: Park.bond) }
      case 2...4:
        action = "attest"
        var finding = park.finding(
          number, issued: now + Int.random(in: -3...1, using: &random),
          lasting: Int.random(in: 1...90 * Self.day + 1, using: &random))
        if Int.random(in: 0..<8, using: &random) == 0 { finding.score = -1 }
        let isForged = Int.random(in: 0..<8, using: &random) == 0
        outcome = try park.attest(number, finding, flippingBit: isForged ? 77 : nil)
        isAllowed =
          isKnown && machine.status < 2 && finding.issued <= now && finding.issued > machine.issued
          && finding.expires > now && finding.expires - finding.issued <= 90 * Self.day
          && finding.score >= 0 && !isForged
        if isAllowed {
          machine.status = 1
          machine.issued = finding.issued
          machine.expires = finding.expires
        }
      case 5, 6:
        action = "pledge"
        outcome = try pledge(park, number, rank: rank, by: who, to: lender)
        isAllowed = isHolder && machine.status != 2 && machine.liens[rank] == nil
        if isAllowed { machine.liens[rank] = lender }
      case 7...9:
        action = "release"
        outcome = try release(park, number, rank: rank, by: lender)
        isAllowed = machine.liens[rank] == lender
        if isAllowed { machine.liens[rank] = nil }
      case 10:
        action = "jail"
        outcome = try jail(park, number)
        isAllowed = isKnown && machine.status < 2
        if isAllowed { machine.status = 2 }
      case 11, 12:
        action = "penalise"
        let edges = [0, machine.bond, machine.bond + 1, machine.bond / 3, 1]
        let amount = edges.randomElement(using: &random) ?? 0
        outcome = try penalise(park, number, amount)
        isAllowed = machine.status == 2 && amount > 0 && amount <= machine.bond
        if isAllowed { machine.bond -= amount }
      case 13, 14:
        action = "free"
        outcome = try free(park, number)
        isAllowed = machine.status == 2 && machine.bond >= Park.bond
        if isAllowed {
          machine.status = 0
          machine.issued = now
        }
      case 15, 16:
        action = "top_up"
        let short = max(1, Park.bond - machine.bond)
        let amount = Bool.random(using: &random) ? short : Int.random(in: 1...short, using: &random)
        outcome = try topUp(park, number, amount, by: who)
        isAllowed = isKnown && machine.status != 3
        if isAllowed { machine.bond += amount }
      case 17, 18:
        action = "move"
        let to = Bool.random(using: &random) ? "registry" : owner()
        outcome = move(park, number, who, to)
        isAllowed = isHolder && machine.status != 2 && machine.liens.isEmpty
        if isAllowed {
          machine.holder = to
          if to == "registry" { machine.sender = who }
        }
      case 19:
        action = "retire"
        outcome = try retire(park, number, by: who)
        isAllowed = isHolder && machine.status != 2 && machine.liens.isEmpty
        if isAllowed {
          machine = Machine(status: 3, issued: machine.issued)
          next += 1
        }
      case 20:
        action = "take_back"
        outcome = try park.registry.call(
          "take_back", by: machine.sender ?? who, ["passport": park.named(number)])
        isAllowed = machine.sender != nil && machine.status != 2
        if isAllowed {
          machine.holder = machine.sender
          machine.sender = nil
        }
      default:
        park.scene.warp(seconds: Int.random(in: 0...100 * Self.day, using: &random))
        continue
      }
      counts.note(action, outcome)
      #expect(outcome.succeeded == isAllowed, "\(action), seed \(seed): \(outcome)")
      if isAllowed { machines[number] = machine }
      for (number, machine) in machines {
        let isActive = machine.status == 1 && park.scene.now < machine.expires
        #expect(try park.isActive(number) == isActive)
        #expect(try bond(park, number) == machine.bond)
        #expect(try component(park, number, "status") == machine.status)
        if let holder = machine.holder { #expect(park.holds(number, holder)) }
      }
      let bonds = machines.values.map(\.bond).reduce(0, +)
      #expect(park.scene.units(park.dollar, "registry") == bonds)
    }
  }
}
