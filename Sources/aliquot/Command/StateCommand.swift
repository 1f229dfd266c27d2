import ArgumentParser
import Bytecode
import Chain
import Execution
import Ledger

/// Shows what a ledger holds.
struct StateCommand: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "state",
    abstract: "Show what a ledger holds: now, at a height, over time, and with a proof.",
    discussion: """
      A path is a contract, a field, an entry of a map or a component of a record: escrow, escrow.jobs, \
      escrow.jobs[7], escrow.jobs[7].payer; or one of balance(USD, alice), balance(USD) for all holders, \
      supply(USD), holder(ASSET), total(shop.sums), asset(USD), contract(shop), creations(alice), \
      nonce(alice), code(0x…), key(0x…). Without a path there is a line for each contract.

      Of many entries a page is shown; its last line says how to see the next one.

      Examples:
        aliquot state escrow
        aliquot state 'escrow.jobs[7].payer' --at 12
        aliquot state 'balance(USD)' --limit 10
        aliquot state escrow --diff 12..20
        aliquot state 'escrow.jobs[7].status' --history
        aliquot state 'balance(USD, alice)' --proof --out alice.proof
      """)

  /// Rows of the longest page.
  private static let limitMax = 1_000_000

  @Argument(help: "What to show; all contracts without one.") var path: String?
  @Option(help: ArgumentHelp("After the block of this height.", valueName: "height"))
  var at: Int?
  @Option(
    help: ArgumentHelp(
      "What changed between two heights: 12..20, or 12.. up to the last block.",
      valueName: "heights"))
  var diff: String?
  @Flag(help: "Everything that ever stood there, the newest first.") var history = false
  @Flag(help: "Prove what stands there, or that nothing does.") var proof = false
  @Option(help: ArgumentHelp("Write the proof to a file.", valueName: "file"))
  var out: String?
  @Option(help: "Rows to show.") var limit = StateListing.pageSize
  @Option(help: ArgumentHelp("Go on behind this entry.", valueName: "entry"))
  var after: String?
  @OptionGroup var store: LedgerOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    let modes = [
      diff == nil ? nil : "--diff", history ? "--history" : nil, proof ? "--proof" : nil,
    ].compactMap { $0 }
    guard modes.count <= 1 else {
      throw ValidationError("Ask for one thing at a time: \(modes.joined(separator: " or ")).")
    }
    if diff != nil, at != nil {
      throw ValidationError("--diff names its heights itself; leave --at away.")
    }
    if out != nil, !proof { throw ValidationError("--out writes a proof; add --proof.") }
    if after != nil, history || proof {
      throw ValidationError("--after goes on in a list; leave it away with \(modes[0]).")
    }
    guard (1...Self.limitMax).contains(limit) else {
      throw ValidationError(
        "--limit is from 1 to \(Numbers.grouped(String(Self.limitMax))).")
    }
  }

  func perform() throws -> Outcome {
    let session = try store.open(isReadOnly: true)
    let names = try session.names()
    return try LedgerFailure.translating {
      let path = try path.map { try StatePath.read($0, in: names) }
      let outcome: Outcome
      if let diff {
        outcome = try compare(diff, path, session, names)
      } else if history {
        outcome = try history(path, session, names)
      } else if proof {
        outcome = try prove(path, session, names)
      } else {
        outcome = try list(path, session, names)
      }
      // Nothing that was shown counts if something could not be read.
      try session.check()
      return outcome
    }
  }

  private var paint: Paint { global.paint(.output) }
  private var width: Int? { Descriptor.output.width }

  // MARK: - What stands

  private func list(
    _ path: StatePath?, _ session: LedgerSession, _ names: NamedWorld
  ) throws -> Outcome {
    let then = try at.map { try session.names(at: $0) } ?? names
    let block = then.world.block
    var outcome = Outcome()
    if at != nil {
      outcome.remarks = ["after block \(block.height), \(Calendar.text(block.time))"]
    }
    let place: JSON = ["height": .number(block.height), "time": .number(block.time)]
    guard let path else {
      let listing = try ContractListing(
        in: session.ledger, names: then, limit: limit, after: after)
      outcome.text = listing.text(width: width, paint: paint)
      outcome.result = place + listing.json
      return outcome
    }
    try requireContract(of: path, session, names, then)
    let listing = StateListing(
      path, in: then, limit: limit, after: try after.map { try path.cursor($0, in: names) })
    outcome.text = listing.text(width: width, paint: paint)
    outcome.result = place + listing.json
    return outcome
  }

  /// Refuses to show an earlier state of a contract that was not there yet.
  private func requireContract(
    of path: StatePath, _ session: LedgerSession, _ names: NamedWorld, _ then: NamedWorld
  ) throws {
    guard let contract = path.contract, then.world.codeHash(of: contract) == nil else { return }
    let made = try session.ledger.history(of: StateKey.contract(contract).bytes, limit: 1).first
    throw CommandFailure(
      .notFound,
      "there was no \(names.book.text(contract)) at height \(then.world.block.height)",
      help: made.map { "block \($0.entry.height) made it" })
  }

  // MARK: - What stood and what changed

  private func compare(
    _ text: String, _ path: StatePath?, _ session: LedgerSession, _ names: NamedWorld
  ) throws -> Outcome {
    let heights = try HeightRange.read(text)
    let earlier = try session.names(at: heights.first)
    let later = try heights.last.map { try session.names(at: $0) } ?? names
    guard earlier.world.block.height <= later.world.block.height else {
      throw CommandFailure(
        .usage, "\"\(text)\" begins behind its end",
        help: "the earlier height stands first: \(heights.last ?? 0)..\(heights.first)")
    }
    let difference = try StateDiff(
      path, in: session.ledger, from: earlier, to: later, limit: limit,
      after: try after.map { try StateDiff.cursor($0, of: path, in: names) })
    return Outcome(
      text: difference.text(width: width, paint: paint),
      result: [
        "from": .number(earlier.world.block.height), "to": .number(later.world.block.height),
      ] + difference.json)
  }

  private func history(
    _ path: StatePath?, _ session: LedgerSession, _ names: NamedWorld
  ) throws -> Outcome {
    let place = try StoragePlace.one(path, self.path)
    try at.map { _ = try session.ledger.header(atOrBelow: $0) }
    let listing = try HistoryListing(
      place, in: session.ledger, names: names, at: at, limit: limit)
    return Outcome(text: listing.text(width: width, paint: paint), result: listing.json)
  }

  private func prove(
    _ path: StatePath?, _ session: LedgerSession, _ names: NamedWorld
  ) throws -> Outcome {
    let place = try StoragePlace.one(path, self.path)
    let proof = try StateProof(place.key, in: session.ledger, names: names, at: at)
    var outcome = Outcome(text: proof.text(file: out, paint: paint), result: proof.json)
    if let out {
      try session.check()
      try FileSystem.write(Array("\(proof.document.json.prettyText)\n".utf8), to: out)
      outcome.remarks = ["wrote \(out)"]
    }
    return outcome
  }
}
