import Testing

/// Contracts that each have one mistake, and the shortest way to it.
struct PlantedBug: Sendable, CustomTestStringConvertible {
  let name: String
  let contract: String
  /// The steps that are left when a campaign has shrunk what it found.
  let steps: [String]
  /// The contract with the mistake corrected.
  let corrected: String

  var testDescription: String { name }

  /// A file of scenarios with a campaign over the contract.
  static func suite(runs: Int = 60) -> String {
    """
    use "Bug.alq"
    actors alice, bob
    asset USD decimals 6, 1_000 to alice, 1_000 to bob

    setup
        bug = deploy Bug(token: USD)

    invariant campaign "nothing breaks" over bug by alice, bob depth 1..25 runs \(runs)

    """
  }

  private init(_ name: String, _ contract: String, fix: (String, String), steps: [String]) {
    self.name = name
    self.contract = contract
    self.steps = steps
    corrected = contract.replacing(fix.0, with: fix.1)
  }

  static let all = [rounding, role, claim, mint]

  static let rounding = PlantedBug(
    "rounding",
    """
    contract Bug

    state
        token  asset
        owed   int
        due    map address -> int

    error WrongToken

    init (token asset)
        @token = token
    end

    ;; Both get the half, rounded up: one unit too much.
    export deposit (partner address) payable (money)
        require money.asset == @token else WrongToken
        half = ceil(money.amount / 2)
        @due[caller] = @due[caller] + half
        @due[partner] = @due[partner] + half
        @owed = @owed + half + half
    end

    invariant "the pool holds what it owes"
        balance(@token, self) >= @owed
    end

    """,
    fix: ("ceil(money.amount / 2)", "floor(money.amount / 2)"),
    steps: ["alice: bug.deposit(partner: alice) paying 0.000001 USD"])

  static let role = PlantedBug(
    "role",
    """
    contract Bug

    state
        token  asset
        owner  address
        saved  int

    error WrongToken
    error NotOwner
    error NotSpare

    init (token asset)
        @token = token
        @owner = caller
    end

    export save () payable (money)
        require money.asset == @token else WrongToken
        @saved = @saved + money.amount
    end

    ;; Anybody may take anything.
    export rescue (amount int)
        require amount > 0 else NotSpare
        send @token, amount to caller
    end

    invariant "what was saved is there"
        balance(@token, self) >= @saved
    end

    """,
    fix: ("    require amount > 0 else NotSpare\n", "    require caller == @owner else NotOwner\n"),
    steps: [
      "alice: bug.save() paying 0.000001 USD", "alice: bug.rescue(amount: 1)",
    ])

  static let claim = PlantedBug(
    "claim",
    """
    contract Bug

    state
        token    asset
        granted  map address -> int
        claimed  map address -> int
        due      map address -> int

    error WrongToken
    error NothingDue

    init (token asset)
        @token = token
    end

    export grant (holder address) payable (money)
        require money.asset == @token else WrongToken
        @granted[holder] = @granted[holder] + money.amount
        @due[holder] = @due[holder] + money.amount
    end

    ;; What is due stays due.
    export claim () -> (amount int)
        amount = @due[caller]
        require amount > 0 else NothingDue
        @claimed[caller] = @claimed[caller] + amount
        @due[caller] = amount
        send @token, amount to caller
        return amount
    end

    invariant "nobody claims more than was granted"
        for each holder in @claimed
            if @claimed[holder] > @granted[holder]
                return false
            end
        end
        true
    end

    """,
    fix: ("@due[caller] = amount", "@due[caller] = 0"),
    steps: [
      "alice: bug.grant(holder: alice) paying 0.000001 USD",
      "alice: bug.grant(holder: bob) paying 0.000001 USD",
      "alice: bug.claim()", "alice: bug.claim()",
    ])

  static let mint = PlantedBug(
    "mint",
    """
    contract Bug

    const CAP = 1_000

    class Coin "Coin" decimals 0

    error CapReached

    init (token asset)
        require CAP > 0 else CapReached
    end

    ;; Looks at what there was before.
    export issue (to address, amount int)
        require supply(Coin) <= CAP else CapReached
        mint Coin, amount to to
    end

    invariant "there is never more than the cap"
        supply(Coin) <= CAP
    end

    """,
    fix: ("supply(Coin) <= CAP else", "supply(Coin) + amount <= CAP else"),
    steps: ["alice: bug.issue(to: alice, amount: 1001)"])
}
