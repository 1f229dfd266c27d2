import ArgumentParser
import Bytecode

/// Makes a small project to start from.
struct New: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Make a small project: a contract, its scenarios, a story that runs it, a README.",
    discussion: """
      Examples:
        aliquot new shop
        aliquot test shop
        aliquot run shop/Shop.alq --script shop/Story.run
      """)

  @Argument(help: "The directory to make; its last part also names the contract.")
  var name: String

  @OptionGroup var global: GlobalOptions

  func perform() throws -> Outcome {
    let contract = try Scaffold.contractName(for: name)
    guard FileSystem.entry(at: name) == .nothing else {
      throw CommandFailure(
        .failure, "\"\(name)\" is there already, and nothing is overwritten",
        help: "choose another name, or move it away")
    }
    try FileSystem.makeDirectory(name)
    var paths: [String] = []
    for (file, text) in Scaffold.files(contract: contract) {
      let path = Path.join(name, file)
      try FileSystem.write(Array(text.utf8), to: path)
      paths.append(path)
    }
    return Outcome(
      text: paths.map { $0 + "\n" }.joined(),
      result: [
        "directory": .string(name), "contract": .string(contract),
        "files": .array(paths.map { .string($0) }),
      ],
      remarks: [
        "next: aliquot test \(name)",
        "then: aliquot run \(Path.join(name, "\(contract).alq")) "
          + "--script \(Path.join(name, "Story.run"))",
      ])
  }
}

/// The files of a new project.
enum Scaffold {
  /// The contract's name: the last part of the path in capitals, or why there is none.
  static func contractName(for path: String) throws(CommandFailure) -> String {
    let last = path.split(separator: "/").last.map(String.init) ?? ""
    let words = last.split { $0 == "-" || $0 == "_" || $0 == "." || $0 == " " }
    let name = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    let isName = name.utf8.allSatisfy {
      (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || (0x30...0x39).contains($0)
    }
    guard isName, let first = name.first, first.isLetter, name.utf8.count <= 64 else {
      throw CommandFailure(
        .usage, "\"\(last)\" gives no name for a contract",
        help: "use letters and digits, a letter first, for example gpu-shop")
    }
    return name
  }

  /// Names and texts of the files.
  static func files(contract: String) -> [(name: String, text: String)] {
    [
      ("\(contract).alq", source(contract)), ("\(contract).scn", scenarios(contract)),
      ("Story.run", story(contract)), ("README.md", readme(contract)),
      (".gitignore", "/build/\n/\(LastFailures.directory)/\n"),
    ]
  }

  private static func source(_ name: String) -> String {
    """
    contract \(name)
    ;; Hours of one machine, sold at a fixed price. What was paid goes to the owner.

    state
        owner  address
        token  asset                       ; what hours are paid in
        price  int                         ; of one hour
        hours  map address -> int          ; bought and not yet used

    event Bought (buyer address, hours int, paid int)

    error WrongToken
    error PriceMissed (price int)

    init (owner address, token asset, price int)
        @owner = owner
        @token = token
        @price = price
    end

    ;; Buys as many whole hours as the payment covers; it must cover them exactly.
    export buy () -> (count int) payable (payment)
        require payment.asset == @token else WrongToken
        count, rest = divmod(payment.amount, @price)
        require rest == 0 else PriceMissed(@price)
        @hours[caller] = @hours[caller] + count
        send @token, payment.amount to @owner
        emit Bought(caller, count, payment.amount)
        return count
    end

    view hours (buyer address) -> (count int)
        return @hours[buyer]
    end

    """
  }

  private static func scenarios(_ name: String) -> String {
    """
    use "\(name).alq"

    actors owner, alice, bob
    asset USD decimals 6, 1_000 to alice
    asset EUR decimals 2, 100 to alice

    setup
        shop = deploy \(name)(owner: owner, token: USD, price: 2.50 USD)

    scenario "whole hours are bought, and the owner is paid"
        alice: shop.buy() paying 25 USD
            returns 10
            emits only Bought(buyer: alice, hours: 10, paid: 25 USD)
            moves only 25 USD from alice to shop, 25 USD from shop to owner
            state shop.hours[alice]: 0 -> 10
        expect shop.hours(alice) == 10 and shop.hours(bob) == 0
        ; Take the semicolon away and run `aliquot test` to see how a failure is told.
        ; alice: shop.buy() paying 26 USD

    scenario "what does not pay whole hours is refused"
        cases paid, refusal
            2_499_999, PriceMissed(2.50 USD)
            2_500_000, none
            2_500_001, PriceMissed(2.50 USD)
        alice: shop.buy() paying paid of USD
            reverts refusal

    scenario "only the token is money"
        alice: shop.buy() paying 5 EUR
            reverts WrongToken
            unchanged

    """
  }

  private static func story(_ name: String) -> String {
    """
    # One step per line: `aliquot run \(name).alq --script Story.run`
    asset USD decimals 6, 1_000 to alice

    operator: init(owner: operator, token: USD, price: 2.50 USD)
    alice: buy() paying 25 USD
    hours(alice)

    """
  }

  private static func readme(_ name: String) -> String {
    """
    # \(name)

    A contract for the Aliquot machine.

        aliquot check                                       # errors and warnings
        aliquot test                                        # what is expected of it, step by step
        aliquot run \(name).alq --script Story.run --trace  # what it does, step by step
        aliquot build --out build                           # code, interface, source map, listing
        aliquot inspect \(name).alq gas                     # what every line costs
        aliquot fmt                                         # lay out the source

    """
  }
}
