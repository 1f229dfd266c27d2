import Foundation
import Testing

/// Libraries and functions inside contracts, called with values.
@Suite struct RoutineTests {
  private static let math = """
    library Math

    error Negative (n int)

    fn mul_div (a int, b int, c int) -> (q int)
        require a >= 0 else Negative(a)
        return floor(a * b / c)
    end

    fn twice (a int) -> (q int, r int)
        return mul_div(a, 2, 1), a
    end

    fn parts (weights list, total int) -> (parts list)
        return split(total, weights)
    end

    fn larger (a int, b int) -> (n int)
        l = parts([a, b], 10)
        return max(l[0], l[1])
    end

    """

  private static let counter = """
    library Counter

    state
        count  int
        owner  address

    event Counted (count int)

    fn begin (owner address)
        @owner = owner
    end

    export add (n int)
        call note(n)
        emit Counted(@count)
    end

    fn note (n int)
        @count = @count + n
    end

    view doubled () -> (n int)
        return 2 * @count
    end

    invariant "somebody owns it"
        @owner != zero_address
    end

    """

  private static let shop = """
    contract Shop

    use "Counter.alq" as sold

    state
        price  int

    error Negative

    init (price int)
        @price = price
        call sold.begin(caller)
    end

    fn cost (hours int) -> (paid int)
        require hours >= 0 else Negative
        return hours * @price
    end

    fn dear (weights list) -> (n int)
        return weights[0]
    end

    export buy (hours int) -> (paid int)
        call sold.note(hours + dear([0]))
        return cost(hours)
    end

    """

  private func test(_ body: String) throws -> Tool.Run {
    let workspace = try Workspace()
    try workspace.write("Math.alq", Self.math)
    try workspace.write("Counter.alq", Self.counter)
    try workspace.write("Shop.alq", Self.shop)
    try workspace.write(
      "Routines.scn",
      """
      use "Math.alq" as Math
      use "Counter.alq"
      use "Shop.alq"
      actors alice, bob

      setup
          alice: shop = deploy Shop(price: 5)

      scenario "it"
      \(body.split(separator: "\n").map { "    \($0)\n" }.joined())
      """)
    return try workspace.run("test", "Routines.scn")
  }

  @Test func librariesAreCalledWithValues() throws {
    let run = try test(
      """
      expect Math.mul_div(7, 3, 2) == 10 and Math.twice(4) == [8, 4]
      expect Math.larger(1, 4) == 8
      Math.mul_div(7, 3, 0)
          reverts DivisionByZero
      Math.mul_div(-1, 3, 1)
          reverts Negative(-1)
      q = Math.mul_div(a: 10, c: 3, b: 10)
          returns 33
          gas < 1_000
          unchanged
      bob: r = Math.mul_div(q, 2, 3)
      expect r == 22
      """)
    #expect(run.status == 0, "\(run.output)")
  }

  @Test func librariesWithStateStandForThemselves() throws {
    let run = try test(
      """
      alice: Counter.note(3)
          state Counter.count: 0 -> 3
          emits nothing
      alice: Counter.begin(alice)
      alice: Counter.add(4)
          emits only Counter.Counted(7)
      expect Counter.doubled() == 14 and shop.sold.count == 0
      other = deploy Counter()
      expect other.count == 0
      """)
    #expect(run.status == 0, "\(run.output)")
  }

  @Test func theirInvariantsCountFromWhenTheyHold() throws {
    let run = try test(
      """
      alice: Counter.begin(zero_address)
      alice: Counter.begin(alice)
      alice: Counter.begin(zero_address)
      """)
    #expect(run.status == 20)
    #expect(run.output.contains("Routines.scn:12:5"))
    #expect(run.output.contains("the invariant \"somebody owns it\" of Counter does not hold"))
  }

  @Test func functionsInsideAContractRunOnItsState() throws {
    let run = try test(
      """
      expect internal(shop.cost(7)) == 35
      internal(shop.cost(-1))
          reverts Negative
      bob: internal(shop.sold.note(5))
          state shop.sold.count: 0 -> 5
      x = internal(shop.cost(3))
          returns 15
      expect x == 15
      bob: internal(shop.sold.begin(zero_address))
      """)
    #expect(run.status == 20)
    #expect(run.output.contains("the invariant \"sold: somebody owns it\" of shop does not hold"))
    #expect(run.output.contains("Routines.scn:18:5"))
  }

  @Test(arguments: [
    ("expect Math.parts([1], 3) == 3", "parts takes or gives a list"),
    ("expect Math.muldiv(1, 2, 3) == 3", "did you mean \"mul_div\"?"),
    ("expect Math.mul_div(1, \"a\", 3) == 3", "\"b\" is of kind int, and this is a text"),
    ("expect Math.mul_div(1, 2) == 3", "parameter \"c\" of \"mul_div\" is missing"),
    ("expect Math.mul_div(1, 2, 0) == 3", "the view failed: DivisionByZero"),
    ("Counter.note(3)", "nobody is named who calls note"),
    ("expect Counter.note(3) == 3", "note is no view"),
    ("expect shop.cost(3) == 15", "internal(shop.cost(…)) runs it all the same"),
    ("alice: internal(shop.buy(3))", "call it without internal: shop.buy(…)"),
    ("expect internal(shop.cst(3)) == 15", "did you mean \"cost\"?"),
    ("expect internal(shop.dear([3])) == 15", "dear takes or gives a list"),
    ("expect internal(shop.cost) == 15", "for example internal(shop.share(7))"),
    ("expect internal(shop.cost(\"a\")) == 15", "\"hours\" is of kind int, and this is a text"),
    ("expect internal(shop.sold.note(1)) == 15", "sold.note may change something"),
    ("expect internal(nothing.cost(1)) == 15", "there is no contract in \"nothing.cost\""),
  ])
  func refusalsSayWhy(line: String, message: String) throws {
    let run = try test(line)
    #expect(run.status == 20)
    #expect(run.output.contains(message), "\(run.output)")
  }

  @Test func theNameOfALibraryIsItsOwn() throws {
    let workspace = try Workspace()
    try workspace.write("Math.alq", Self.math)
    try workspace.write(
      "Taken.scn", "use \"Math.alq\" as alice\nactors alice\n\nscenario \"it\"\n    expect 1 == 1\n"
    )
    let run = try workspace.run("test", "Taken.scn")
    #expect(run.status == 20)
    #expect(run.output.contains("the name \"alice\" of this library is taken"))
  }

  @Test func checkFindsWhatIsWrongInALibrary() throws {
    let workspace = try Workspace()
    try workspace.write("Math.alq", Self.math)
    #expect(try workspace.run("check", "Math.alq").status == 0)
    try workspace.write("Wrong.alq", "library Wrong\n\nfn f () -> (n int)\n    return m\nend\n")
    let run = try workspace.run("check", "Wrong.alq")
    #expect(run.status == 10 && run.error.contains("Wrong.alq:4:12"))
  }
}
