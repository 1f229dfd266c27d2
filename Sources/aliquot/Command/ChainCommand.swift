import ArgumentParser
import Bytecode
import Chain
import Integers
import Ledger

/// What is done with a ledger as a whole.
struct ChainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chain",
    abstract: "Make a ledger, look at it, move its time, and go back.",
    subcommands: [
      ChainNew.self, ChainStatus.self, ChainWarp.self, ChainSnapshot.self, ChainRevert.self,
      ChainReset.self, ChainExport.self, ChainImport.self,
    ],
    defaultSubcommand: ChainStatus.self)
}

/// Makes a ledger.
struct ChainNew: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Make a ledger.",
    discussion: """
      It is one for development unless --production is given: alice, bob and others whose keys \
      everybody knows may act, and time can be moved.

      Examples:
        aliquot chain new --asset "USD decimals 6, 1_000_000 to alice, 500 to bob"
        aliquot chain new --production --name main --asset "USD decimals 6, 10_000 to 0x57…" \
      --fees USD --fees-to 0x57… --gas-price "0.000002 USD"
      """)

  @Option(help: ArgumentHelp("The chain's name.", valueName: "name")) var name = "local"
  @Option(help: ArgumentHelp("Money: \"USD decimals 6, 1_000 to alice\".", valueName: "asset"))
  var asset: [String] = []
  @Flag(help: "Refuse the accounts whose keys everybody knows.") var production = false
  @Option(help: "Seconds since 1970 in the first block.") var time = 1_767_225_600
  @Option(help: "Seconds from one block to the next.") var interval = 10
  @Option(help: ArgumentHelp("The asset that gas is paid in.", valueName: "asset"))
  var fees: String?
  @Option(help: ArgumentHelp("Who receives the fees.", valueName: "account"))
  var feesTo: String?
  @Option(
    help: ArgumentHelp(
      "The least price of gas: \"0.000002 USD\", or a number of the smallest unit.",
      valueName: "amount"))
  var gasPrice = "0"
  @Option(help: "Gas of all transactions of a block together.")
  var blockGas: UInt64 = 10 * Limits.gas
  @OptionGroup var store: LedgerOptions
  @OptionGroup var global: GlobalOptions

  func perform() throws -> Outcome {
    let ledger = try LedgerFailure.translating {
      try Ledger.create(genesis(), at: .file(store.path))
    }
    var outcome = try ChainStatus.outcome(
      LedgerSession(ledger, path: store.path, keys: store.keys.directory), global)
    outcome.remarks = ["made \(store.path)"]
    return outcome
  }

  private func genesis() throws -> Genesis {
    var book = production ? NameBook() : .development
    for account in store.keys.directory.accounts { book.add(account.name, account.address) }
    let assets = try asset.map { try GenesisReading.asset($0, book) }
    return Genesis(
      name: name, isDevelopment: !production, time: time, blockInterval: interval,
      blockGasLimit: blockGas, assets: assets,
      fees: try fees.map { asset in
        guard let receiver = feesTo ?? (production ? nil : "treasury") else {
          throw CommandFailure(.usage, "nobody is named who receives the fees", help: "--fees-to")
        }
        return Genesis.Fees(
          asset: asset, receiver: try book.read(receiver),
          minimumPrice: try GasPrice.read(gasPrice, asset: assets.first { $0.name == asset }))
      })
  }
}

/// Tells what a ledger is and where it stands.
struct ChainStatus: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Tell what a ledger is and where it stands.")

  @OptionGroup var store: LedgerOptions
  @OptionGroup var global: GlobalOptions

  func perform() throws -> Outcome {
    try Self.outcome(store.open(isReadOnly: true), global)
  }

  /// Where a ledger stands.
  static func outcome(_ session: LedgerSession, _ global: GlobalOptions) throws -> Outcome {
    let genesis = session.ledger.genesis
    let (head, marks) = try LedgerFailure.translating {
      (try session.ledger.head(), try session.ledger.snapshots())
    }
    let names = try session.names()
    var table = Table(["", ""])
    table.add("ledger", session.path)
    table.add("chain", "\(genesis.name)  0x\(session.ledger.chain)")
    table.add("for", genesis.isDevelopment ? "development" : "production")
    table.add("height", Numbers.grouped(String(head.height)))
    table.add("time", "\(head.time)  (\(Calendar.text(head.time)))")
    table.add("block", "0x\(head.hash)")
    table.add("state", "0x\(head.stateRoot)")
    if let fees = genesis.fees {
      table.add(
        "fees",
        "\(GasPrice.text(fees.minimumPrice, genesis)) per gas at least, to "
          + names.book.text(fees.receiver))
    }
    for asset in genesis.assets { table.add("asset", asset.name) }
    for contract in names.contracts { table.add("contract", contract.name) }
    for mark in marks { table.add("snapshot", "\(mark.name)  (height \(mark.height))") }
    return Outcome(
      text: table.text(),
      result: [
        "path": .string(session.path), "chain": .identifier(session.ledger.chain),
        "name": .string(genesis.name), "isDevelopment": .bool(genesis.isDevelopment),
        "height": .number(head.height), "time": .number(head.time),
        "block": .identifier(head.hash), "stateRoot": .identifier(head.stateRoot),
        "fees": genesis.fees.map {
          [
            "asset": .string($0.asset), "receiver": .string(names.book.text($0.receiver)),
            "receiverAddress": .identifier($0.receiver),
            "minimumPrice": .integer($0.minimumPrice),
          ]
        } ?? .null,
        "assets": .array(genesis.assets.map { .string($0.name) }),
        "contracts": .object(
          names.contracts.map { JSON.Member(name: $0.name, value: .identifier($0.address)) }),
        "snapshots": .array(
          marks.map { ["name": .string($0.name), "height": .number($0.height)] }),
      ])
  }
}

/// Lets time go on.
struct ChainWarp: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "warp",
    abstract: "Let time go on by one empty block.",
    discussion: """
      Examples:
        aliquot chain warp 30 days
        aliquot chain warp 62_500 blocks
      """)

  @Argument(help: "How far: a number, and seconds, minutes, hours, days, weeks or blocks.")
  var time: [String]
  @OptionGroup var store: LedgerOptions
  @OptionGroup var global: GlobalOptions

  func perform() throws -> Outcome {
    let warp = try Warp.read(time.joined(separator: " "))
    let session = try store.open()
    guard session.ledger.genesis.isDevelopment else {
      throw CommandFailure(.usage, LedgerError.notForDevelopment.description)
    }
    try LedgerFailure.translating {
      let head = try session.ledger.head()
      var input = BlockInput(
        after: head, genesis: session.ledger.genesis, blocks: warp.blocks ?? 1)
      if let seconds = warp.seconds { input.time = head.time + seconds }
      _ = try session.ledger.append([], input: input)
    }
    return try ChainStatus.outcome(session, global)
  }
}

/// Gives the last block a name.
struct ChainSnapshot: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot", abstract: "Give the last block a name to which one can go back.")

  @Argument(help: "The name.") var name: String
  @OptionGroup var store: LedgerOptions
  @OptionGroup var global: GlobalOptions

  func perform() throws -> Outcome {
    try Label.check(name)
    let session = try store.open()
    let mark = try LedgerFailure.translating { try session.ledger.markSnapshot(name) }
    return Outcome(
      text: "\(mark.name) is height \(mark.height)\n",
      result: [
        "name": .string(mark.name), "height": .number(mark.height), "block": .identifier(mark.hash),
      ])
  }
}

/// Goes back to a snapshot.
struct ChainRevert: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "revert",
    abstract: "Go back to a snapshot or a height; the blocks after it are gone.")

  @Argument(help: "The name of a snapshot, or a height.") var place: String
  @OptionGroup var store: LedgerOptions
  @OptionGroup var global: GlobalOptions

  func perform() throws -> Outcome {
    let session = try store.open()
    return try GoingBack.outcome(session, global) { ledger in
      if let height = Integer(decimal: place)?.asInt {
        try ledger.goBack(toHeight: height)
      } else {
        try ledger.goBack(to: place)
      }
    }
  }
}

/// Goes back to the first block.
struct ChainReset: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset", abstract: "Go back to the first block; everything after it is gone.")

  @Flag(help: "Yes, lose everything.") var yes = false
  @OptionGroup var store: LedgerOptions
  @OptionGroup var global: GlobalOptions

  func perform() throws -> Outcome {
    guard yes else {
      throw CommandFailure(
        .usage, "a reset loses all blocks of \"\(store.path)\"", help: "say --yes if you mean it")
    }
    return try GoingBack.outcome(store.open(), global) { try $0.goBack(toHeight: 0) }
  }
}

/// Goes back, and tells how far and where the ledger stands then.
private enum GoingBack {
  static func outcome(
    _ session: LedgerSession, _ global: GlobalOptions, _ body: (Ledger) throws -> BlockHeader
  ) throws -> Outcome {
    let (before, now) = try LedgerFailure.translating {
      (try session.ledger.head().height, try body(session.ledger).height)
    }
    try session.forgetNamesOfTheLost()
    var outcome = try ChainStatus.outcome(session, global)
    outcome.remarks = [
      before == now
        ? "nothing is lost: \(now) was the last height"
        : "went back from height \(before) to \(now)"
    ]
    return outcome
  }
}
