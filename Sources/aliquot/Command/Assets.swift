import ArgumentParser
import Bytecode
import Execution
import Integers
import Ledger

/// Tells who holds what.
struct Assets: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "assets",
    abstract: "Tell who holds what, and check that every asset is conserved.",
    discussion: """
      Without a name, all assets with their supplies. With an asset, its holders; with a class of \
      single things, each thing and its holder; with an account or a contract, what it holds. But for \
      the last, the balances of every asset that is shown are added up and held against its supply; \
      where they differ, the exit code is 41.

      Examples:
        aliquot assets
        aliquot assets USD
        aliquot assets alice --at 12
        aliquot assets registry.Passport --holder vault
      """)

  @Argument(
    help: ArgumentHelp("An asset, a class of assets, or a holder.", valueName: "name"))
  var subject: String?
  @Option(help: ArgumentHelp("Only what this account or contract holds.", valueName: "name"))
  var holder: String?
  @Option(help: ArgumentHelp("After the block of this height.", valueName: "height"))
  var at: Int?
  @Option(help: ArgumentHelp("Rows that are shown at most.", valueName: "count"))
  var limit = 50
  @Option(help: ArgumentHelp("Go on behind this row of a page.", valueName: "name"))
  var after: String?
  @OptionGroup var store: LedgerOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws { try PageOptions.check(limit) }

  func perform() throws -> Outcome {
    let session = try store.open(isReadOnly: true)
    let names = try session.names(at: at)
    let snapshot = try LedgerFailure.translating { try session.ledger.snapshot(at: at) }
    let progress = ProgressLine("adding up", global)
    defer { progress.end() }
    let query = AssetQuery(
      snapshot: snapshot, names: names, limit: limit, progress: progress)
    let text = AssetText(names: names, paint: global.paint(.output), width: Descriptor.output.width)
    let holder = try holder.map { try names.book.read($0) }
    let outcome = try LedgerFailure.translating {
      switch try target(names, holder) {
      case .everything:
        let overview = try query.overview()
        return text.outcome(overview, at: snapshot.height, limit: limit)
      case .asset(let asset):
        let last = try after.map { try names.book.read($0) }
        return text.outcome(try query.holders(of: asset, after: last), at: snapshot.height)
      case .things(let issuer, let declared):
        let last = try after.map { try names.asset($0) }
        let things = try query.things(of: declared, by: issuer, holder: holder, after: last)
        return text.outcome(things, at: snapshot.height)
      case .holdings(let holder):
        let last = try after.map { try names.asset($0) }
        return text.outcome(try query.holdings(of: holder, after: last), at: snapshot.height)
      case .balance(let asset, let holder):
        return text.outcome(try query.balance(of: asset, holder: holder), at: snapshot.height)
      }
    }
    try session.check()
    return outcome
  }

  /// What the words ask for.
  private enum Target {
    case everything
    case asset(Identifier)
    case things(issuer: Identifier, AssetClass)
    case holdings(Identifier)
    case balance(Identifier, holder: Identifier)
  }

  private func target(
    _ names: NamedWorld, _ holder: Identifier?
  ) throws(CommandFailure) -> Target {
    guard let subject else { return holder.map { .holdings($0) } ?? .everything }
    if let (issuer, declared) = names.keyedClass(subject) {
      return .things(issuer: issuer, declared)
    }
    if let asset = try? names.asset(subject), names.world.asset(asset) != nil {
      return holder.map { .balance(asset, holder: $0) } ?? .asset(asset)
    }
    if holder == nil, let found = try? names.book.read(subject) { return .holdings(found) }
    // Whatever looks like an asset is told as one.
    if subject.contains(".") || holder != nil {
      _ = try names.asset(subject)
      throw CommandFailure(.notFound, "there is no asset \(subject) yet")
    }
    throw .unknown("asset or holder", subject, among: names.assetNames + names.book.all)
  }
}

/// Options of commands that show pages.
enum PageOptions {
  /// Rows that a page may have.
  static let limitMax = 100_000

  /// Refuses a page of no rows or of too many.
  static func check(_ limit: Int) throws {
    guard (1...limitMax).contains(limit) else {
      throw ValidationError("A page has from 1 to \(Numbers.grouped(String(limitMax))) rows.")
    }
  }
}
