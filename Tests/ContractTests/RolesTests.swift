import Bytecode
import Execution
import Integers
import Testing

/// The library `Roles`, seen through contracts that use it.
@Suite struct RolesTests {
  private static let officer = Argument.bytes(Array("officer".utf8))

  private func makeRules(admin: Argument = "admin") throws -> Contract {
    try Scene().deploy("TransferRules.alq", as: "rules", ["admin": admin])
  }

  private func change(
    _ contract: Contract, _ action: String, _ member: Argument, by caller: String = "admin",
    role: String = "officer"
  ) throws -> Outcome {
    try contract.call("roles.\(action)", by: caller, ["role": .name(role), "member": member])
  }

  private func nominate(
    _ contract: Contract, _ nominee: Argument, by caller: String = "admin"
  ) throws -> Outcome {
    try contract.call("roles.nominate", by: caller, ["nominee": nominee])
  }

  private func has(_ contract: Contract, _ member: String, role: String = "officer") throws -> Bool
  {
    try contract.view("roles.has", ["role": .name(role), "member": .name(member)]).ok()
      .number("yes") == 1
  }

  @Test func needsAFirstAdmin() throws {
    try Scene().tryDeploy("TransferRules.alq", ["admin": .identifier(.zero)]).fails(
      "roles.NobodyNamed")
    let scene = Scene()
    let made = try scene.tryDeploy("TransferRules.alq", as: "rules", ["admin": "admin"]).ok()
    let event = try #require(made.events("roles.AdminChanged").first)
    #expect(event["former"] == Value(.zero))
    #expect(event["present"] == Value(scene.address("admin")))
    let admin = try scene.contract("rules").peek("roles.admin")
    #expect(admin == Value(scene.address("admin")))
  }

  @Test func theAdminGrantsAndRevokes() throws {
    let rules = try makeRules()
    let granted = try change(rules, "grant", "alice").ok()
    #expect(granted.events("roles.Granted").first?["member"] == Value(rules.scene.address("alice")))
    #expect(try has(rules, "alice"))
    #expect(try !has(rules, "bob"))
    #expect(try !has(rules, "alice", role: "Officer"))
    #expect(try !has(rules, "alice", role: ""))
    try change(rules, "grant", "alice").fails(
      "roles.AlreadyMember", ["role": Self.officer, "member": "alice"])
    try change(rules, "grant", .identifier(.zero)).fails("roles.NobodyNamed")
    let revoked = try change(rules, "revoke", "alice").ok()
    #expect(revoked.events("roles.Revoked").count == 1)
    #expect(try !has(rules, "alice"))
    try change(rules, "revoke", "alice").fails(
      "roles.NotMember", ["role": Self.officer, "member": "alice"])
  }

  @Test func nobodyElseDoes() throws {
    let rules = try makeRules()
    try change(rules, "grant", "alice").ok()
    for who in ["alice", "mallory", "deployer"] {
      let refusal: KeyValuePairs<String, Argument> = ["who": .name(who)]
      try change(rules, "grant", "bob", by: who).fails("roles.NotAdmin", refusal)
      try change(rules, "revoke", "alice", by: who).fails("roles.NotAdmin", refusal)
      try nominate(rules, "bob", by: who).fails("roles.NotAdmin", refusal)
    }
  }

  @Test func aRoleOpensWhatItNames() throws {
    let rules = try makeRules()
    func enlist(by who: String) throws -> Outcome {
      try rules.call("enlist", by: who, ["holder": "carol", "cap": 5])
    }
    try enlist(by: "alice").fails("roles.NotAllowed", ["role": Self.officer, "who": "alice"])
    try enlist(by: "admin").fails("roles.NotAllowed", ["role": Self.officer, "who": "admin"])
    try change(rules, "grant", "alice", role: "clerk").ok()
    try enlist(by: "alice").fails("roles.NotAllowed")
    try change(rules, "grant", "alice").ok()
    try enlist(by: "alice").ok()
    try change(rules, "revoke", "alice").ok()
    try enlist(by: "alice").fails("roles.NotAllowed")
    try change(rules, "grant", "admin").ok()
    try enlist(by: "admin").ok()
  }

  @Test func aMemberGivesUpItsRole() throws {
    let rules = try makeRules()
    try change(rules, "grant", "alice").ok()
    try rules.call("roles.renounce", by: "bob", ["role": "officer"]).fails(
      "roles.NotAllowed", ["role": Self.officer, "who": "bob"])
    let done = try rules.call("roles.renounce", by: "alice", ["role": "officer"]).ok()
    #expect(done.events("roles.Revoked").first?["member"] == Value(rules.scene.address("alice")))
    #expect(try !has(rules, "alice"))
    try rules.call("roles.renounce", by: "alice", ["role": "officer"]).fails("roles.NotAllowed")
  }

  @Test func theAdminHandsOverInTwoSteps() throws {
    let rules = try makeRules()
    try rules.call("roles.accept", by: "bob").fails("roles.NotNominee", ["who": "bob"])
    let named = try nominate(rules, "bob").ok()
    #expect(named.events("roles.Nominated").count == 1)
    for who in ["admin", "mallory"] {
      try rules.call("roles.accept", by: who).fails("roles.NotNominee", ["who": .name(who)])
    }
    try change(rules, "grant", "alice", by: "bob").fails("roles.NotAdmin")
    try change(rules, "grant", "alice").ok()
    let taken = try rules.call("roles.accept", by: "bob").ok()
    let event = try #require(taken.events("roles.AdminChanged").first)
    #expect(event["former"] == Value(rules.scene.address("admin")))
    #expect(event["present"] == Value(rules.scene.address("bob")))
    try change(rules, "revoke", "alice").fails("roles.NotAdmin", ["who": "admin"])
    try rules.call("roles.accept", by: "bob").fails("roles.NotNominee")
    try change(rules, "revoke", "alice", by: "bob").ok()
  }

  @Test func aNominationCanBeWithdrawnAndReplaced() throws {
    let rules = try makeRules()
    try nominate(rules, "bob").ok()
    try nominate(rules, .identifier(.zero)).ok()
    try rules.call("roles.accept", by: "bob").fails("roles.NotNominee")
    try nominate(rules, "bob").ok()
    try nominate(rules, "carol").ok()
    try rules.call("roles.accept", by: "bob").fails("roles.NotNominee")
    try rules.call("roles.accept", by: "carol").ok()
    try nominate(rules, "carol", by: "carol").ok()
    try rules.call("roles.accept", by: "carol").ok()
    try change(rules, "grant", "alice", by: "carol").ok()
  }

  @Test func aRoleInOneContractIsNothingInAnother() throws {
    let scene = Scene()
    let first = try scene.deploy("TransferRules.alq", as: "first", ["admin": "admin"])
    let second = try scene.deploy("TransferRules.alq", as: "second", ["admin": "other admin"])
    try change(first, "grant", "alice").ok()
    #expect(try !has(second, "alice"))
    try change(second, "grant", "alice").fails("roles.NotAdmin")
  }

  /// Used twice, the library has its state twice.
  @Test func twoPrefixesAreTwoHouses() throws {
    let houses = try Scene().deploy(
      source: """
        contract TwoHouses
        ;; Two boards of one company, each with an admin and members of its own.

        use "Roles.alq" as upper
        use "Roles.alq" as lower

        init (first address, second address)
            call upper.establish(first)
            call lower.establish(second)
        end

        ;; For speakers of the upper house.
        export speak_above ()
            call upper.only("speaker")
        end

        ;; For speakers of the lower house.
        export speak_below ()
            call lower.only("speaker")
        end
        """, as: "TwoHouses", ["first": "one", "second": "two"])
    let alice: KeyValuePairs<String, Argument> = ["role": "speaker", "member": "alice"]
    try houses.call("lower.grant", by: "one", alice).fails("lower.NotAdmin", ["who": "one"])
    try houses.call("upper.grant", by: "one", alice).ok()
    try houses.call("speak_above", by: "alice").ok()
    try houses.call("speak_below", by: "alice").fails("lower.NotAllowed", ["who": "alice"])
    try houses.call("lower.grant", by: "two", alice).ok()
    try houses.call("speak_below", by: "alice").ok()
    try houses.call("upper.revoke", by: "one", alice).ok()
    try houses.call("speak_above", by: "alice").fails("upper.NotAllowed")
    try houses.call("speak_below", by: "alice").ok()
  }

  /// Random calls by members, admins and strangers against a set of members.
  @Test func campaign() throws {
    let people = ["alice", "bob", "carol", "dave"]
    let roles = ["officer", "clerk"]
    var counts = StepCounts()
    for seed in UInt64(1)...5 {
      var random = SplitMix64(seed: seed)
      let rules = try makeRules(admin: "alice")
      var (admin, nominee) = ("alice", "")
      var members = Set<String>()
      for _ in 0..<400 {
        let who = Bool.random(using: &random) ? admin : people.randomElement(using: &random) ?? ""
        let member = people.randomElement(using: &random) ?? ""
        let role = roles.randomElement(using: &random) ?? ""
        let action: String
        let outcome: Outcome
        let isAllowed: Bool
        switch Int.random(in: 0..<8, using: &random) {
        case 0...2:
          action = "grant"
          outcome = try change(rules, action, .name(member), by: who, role: role)
          isAllowed = who == admin && !members.contains(role + member)
          if isAllowed { members.insert(role + member) }
        case 3, 4:
          action = "revoke"
          outcome = try change(rules, action, .name(member), by: who, role: role)
          isAllowed = who == admin && members.contains(role + member)
          if isAllowed { members.remove(role + member) }
        case 5:
          action = "renounce"
          outcome = try rules.call("roles.renounce", by: who, ["role": .name(role)])
          isAllowed = members.remove(role + who) != nil
        case 6:
          action = "nominate"
          outcome = try nominate(rules, .name(member), by: who)
          isAllowed = who == admin
          if isAllowed { nominee = member }
        default:
          action = "accept"
          outcome = try rules.call("roles.accept", by: member)
          isAllowed = member == nominee
          if isAllowed { (admin, nominee) = (member, "") }
        }
        counts.note(action, outcome)
        #expect(outcome.succeeded == isAllowed, "\(action), seed \(seed): \(outcome)")
        for person in people {
          for role in roles {
            #expect(try has(rules, person, role: role) == members.contains(role + person))
          }
        }
      }
    }
    counts.expect(
      atLeast: 20,
      [
        "grant", "grant roles.NotAdmin", "grant roles.AlreadyMember", "revoke",
        "revoke roles.NotAdmin", "revoke roles.NotMember", "renounce", "renounce roles.NotAllowed",
        "nominate", "nominate roles.NotAdmin", "accept", "accept roles.NotNominee",
      ])
  }
}
