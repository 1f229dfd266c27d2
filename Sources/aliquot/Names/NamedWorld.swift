import Bytecode
import Execution
import Integers

/// A world together with the names by which people speak of what is in it.
///
/// Everything that reads or writes values, keys, failures and traces by name works over one of these,
/// whether the world is fresh in memory or reads its state from a ledger.
final class NamedWorld {
  /// The names themselves, which can be kept and brought back together with a state of the world.
  struct Labels {
    /// Names of accounts and contracts.
    fileprivate(set) var book: NameBook
    /// The contracts that have names, in the order of their naming.
    fileprivate(set) var contracts: [(name: String, address: Identifier)] = []
    /// The names of assets that no contract issues, in the order of their naming.
    fileprivate(set) var genesisAssets: [String] = []
    /// The contract that is meant where none is named; nil where one must be named.
    var home: Identifier?
    fileprivate var addresses: [String: Identifier] = [:]
    fileprivate var assets: [Identifier: String] = [:]
  }

  /// The world.
  let world: World
  /// The names.
  var labels: Labels
  /// The asset that fees are paid in, if there are any.
  var feeAsset: Identifier?

  private var codes: [Identifier: ContractCode] = [:]
  /// The code of contracts that the world does not have, since their making was undone.
  private var undone: [Identifier: Identifier] = [:]
  private let sources: (Identifier) -> ContractCode?

  /// Makes names for a world.
  ///
  /// `sources` gives code with its source by its hash, where the source is known. It is asked once for
  /// each code; where it knows nothing, names come from the module that the world holds.
  init(
    world: World, book: NameBook = NameBook(),
    sources: @escaping (Identifier) -> ContractCode? = { _ in nil }
  ) {
    self.world = world
    labels = Labels(book: book)
    self.sources = sources
  }

  /// Names of accounts and contracts.
  var book: NameBook { labels.book }

  /// The contracts that have names, in the order of their naming.
  var contracts: [(name: String, address: Identifier)] { labels.contracts }

  /// The names of assets that no contract issues, in the order of their naming.
  var genesisAssets: [String] { labels.genesisAssets }

  /// The contract that is meant where none is named; nil where one must be named.
  var home: Identifier? {
    get { labels.home }
    set { labels.home = newValue }
  }

  // MARK: - Naming

  /// Gives an account a name.
  func addAccount(_ name: String, _ address: Identifier) { labels.book.add(name, address) }

  /// Gives a contract a name.
  func addContract(_ name: String, _ address: Identifier) {
    labels.book.add(name, address)
    labels.contracts.append((name, address))
    labels.addresses[name] = address
  }

  /// Makes the name of an asset known that no contract issues.
  func addGenesisAsset(_ name: String) { labels.genesisAssets.append(name) }

  /// Gives an asset a name by which it is spoken of.
  func nameAsset(_ asset: Identifier, _ name: String) { labels.assets[asset] = name }

  /// The name that an asset was given.
  func assetName(_ asset: Identifier) -> String? { labels.assets[asset] }

  /// Makes code known with its source.
  func addCode(_ code: ContractCode) { codes[code.codeHash] = code }

  // MARK: - Code

  /// The code with a hash: with its source if that is known, else as the world holds it.
  func code(_ codeHash: Identifier) -> ContractCode? {
    if let code = codes[codeHash] { return code }
    guard let verified = world.verifiedModule(codeHash) else { return nil }
    let found = sources(codeHash)
    let code = found?.codeHash == codeHash ? found : ContractCode(verified)
    codes[codeHash] = code
    return code
  }

  /// The code of a contract.
  func code(of contract: Identifier) -> ContractCode? {
    (world.codeHash(of: contract) ?? undone[contract]).flatMap { code($0) }
  }

  /// Makes the code of a contract known that ran but is not there, since its making was undone.
  func addUndone(_ contract: Identifier, code hash: Identifier) {
    if world.codeHash(of: contract) == nil { undone[contract] = hash }
  }

  /// The module with a hash.
  func module(_ codeHash: Identifier) -> Module? { code(codeHash)?.module }

  /// The address of the contract that a name or 64 hexadecimal digits mean.
  func contract(_ text: String) -> Identifier? {
    if let address = labels.addresses[text] { return address }
    guard let address = NameBook.identifier(text), world.codeHash(of: address) != nil else {
      return nil
    }
    return address
  }

  /// Parts `market.buy` into a contract and what stands behind the point.
  ///
  /// Names may hold points themselves: the longest that is a contract's counts.
  func parts(_ text: String) -> (contract: Identifier, rest: String)? {
    for point in text.indices.reversed() where text[point] == "." {
      if let address = contract(String(text[..<point])) {
        return (address, String(text[text.index(after: point)...]))
      }
    }
    return nil
  }

  // MARK: - Functions

  /// The contract and the export that `market.buy` names, or `buy` where a contract need not be named.
  func resolve(
    _ text: String
  ) throws(CommandFailure) -> (address: Identifier, code: ContractCode, export: Export) {
    if let home, let code = code(of: home), text != "init",
      let export = code.module.export(named: text)
    {
      return (home, code, export)
    }
    guard let (address, function) = parts(text), let code = code(of: address) else {
      throw unresolved(text)
    }
    guard let export = code.module.export(named: function) else {
      throw .unknown(
        "function", function, in: book.text(address), among: Self.functions(of: code))
    }
    return (address, code, export)
  }

  private func unresolved(_ text: String) -> CommandFailure {
    if let code = contract(text).flatMap({ code(of: $0) }) {
      let functions = code.module.exports.filter { $0.name != "init" && !$0.isView }
      let views = code.module.exports.filter(\.isView)
      let lists = [("functions", functions), ("views", views)].filter { !$0.1.isEmpty }.map {
        "\($0.0) are: " + $0.1.map { "\(text).\($0.name)" }.joined(separator: ", ")
      }
      return CommandFailure(
        .usage, "\"\(text)\" is a contract, and one of its functions is needed",
        help: lists.isEmpty ? "it has none" : lists.joined(separator: "; "))
    }
    if let point = text.firstIndex(of: ".") {
      return .unknown("contract", String(text[..<point]), among: contracts.map(\.name))
    }
    if let home, let code = code(of: home) {
      return .unknown("function", text, in: book.text(home), among: Self.functions(of: code))
    }
    return CommandFailure(
      .usage, "\"\(text)\" names no contract",
      help: "write the contract and the function: \(contracts.first?.name ?? "shop").\(text)")
  }

  private static func functions(of code: ContractCode) -> [String] {
    code.module.exports.map(\.name).filter { $0 != "init" }
  }

  /// The call that somebody writes by names.
  func call(_ invocation: Invocation) throws(CommandFailure) -> ContractCall {
    let (address, code, export) = try resolve(invocation.function)
    return ContractCall(
      target: address, export: export, in: code.module,
      arguments: try reader.values(
        invocation.arguments, for: export.parameters, of: export.name, in: code.module),
      payments: try reader.payments(of: invocation))
  }

  /// A name for a contract that no other has: this one, or with a number behind it.
  func freeName(_ name: String) -> String {
    var free = name
    var number = 2
    while book.address(free) != nil || hasGenesisAsset(free) {
      free = "\(name)\(number)"
      number += 1
    }
    return free
  }

  /// Reads values by the names of this world.
  var reader: ArgumentReader {
    ArgumentReader(book: book) { [unowned self] text throws(CommandFailure) in
      try asset(text)
    } decimals: { [unowned self] in
      decimals(of: $0)
    } call: { [unowned self] text throws(CommandFailure) in
      try self.call(Invocation.parse(text)).encoded()
    }
  }
}
