import Verification
import Bytecode
import Crypto
import Execution
import Integers

/// A fresh world in memory, with names for everything in it.
final class Sandbox {
  /// Seconds from one block to the next.
  static let blockInterval = 10

  /// The world.
  let world: World
  /// Names of accounts and contracts.
  private(set) var book = NameBook()
  /// Code by its hash, for traces and failures.
  private(set) var codes: [Identifier: ContractCode] = [:]
  /// Code by the name of the contract in its source.
  private(set) var codesByName: [String: ContractCode] = [:]
  /// The contracts that were made, in order: name and address.
  private(set) var contracts: [(name: String, address: Identifier)] = []
  /// The names of assets without issuer, and those that contracts make at deployment.
  private var genesisAssets: [String: Identifier] = [:]

  /// Makes a sandbox at a height and a time.
  init(height: Int, time: Int) {
    let chain = Identifier(SHA256.hash(data: Array("aliquot.sandbox".utf8)).map(\.self)) ?? .zero
    world = World(block: Block(chain: chain, height: height, time: time))
    fillBeacons()
  }

  // MARK: - Blocks

  /// Goes on to a later block.
  ///
  /// The beacon of a height is the hash of its number.
  func advance(blocks: Int, seconds: Int) {
    world.block.height += blocks
    world.block.time += seconds
    fillBeacons()
  }

  private func fillBeacons() {
    let height = world.block.height
    let window = max(0, height - Limits.beaconWindow)..<max(0, height)
    var beacons = world.block.beacons.filter { window.contains($0.key) }
    for past in window where beacons[past] == nil {
      beacons[past] = Identifier(
        SHA256.hash(data: Array("aliquot.beacon.\(past)".utf8)).map(\.self))
    }
    world.block.beacons = beacons
  }

  // MARK: - Names

  /// Gives an account a name.
  func addAccount(_ name: String) { book.add(name, NameBook.account(name)) }

  /// Makes code known, so that contracts can be made from it.
  func add(_ code: ContractCode) {
    world.deploy(code: code.verified)
    codes[code.codeHash] = code
    codesByName[code.module.name] = code
  }

  /// Notes a contract that was made.
  func addContract(_ name: String, _ address: Identifier) {
    book.add(name, address)
    contracts.append((name, address))
  }

  /// The code of a contract, if its source or module was given.
  func code(of contract: Identifier) -> ContractCode? {
    world.codeHash(of: contract).flatMap { codes[$0] }
  }

  /// The module with a hash.
  func module(_ codeHash: Identifier) -> Module? {
    codes[codeHash]?.module ?? world.verifiedModule(codeHash)?.module
  }

  /// Makes the money of the sandbox.
  func createAsset(_ name: String, decimals: UInt8, supply: Integer, holder: Identifier) {
    genesisAssets[name] = world.createGenesisAsset(
      named: name, decimals: decimals, supply: supply, holder: holder)
  }

  /// Whether a name stands for an asset that no contract issues.
  func hasAsset(_ name: String) -> Bool { genesisAssets[name] != nil }

  /// Digits behind the point of amounts of an asset.
  func decimals(of asset: Identifier) -> Int { world.asset(asset)?.decimals ?? 0 }

  /// The name of an asset: `USD`, `Rig.Share`, `Rig.Passport["gpu-7"]`.
  func assetText(_ asset: Identifier) -> String {
    if asset.isZero { return "zero_asset" }
    guard let described = world.asset(asset) else { return NameBook.short(asset) }
    if described.issuer.isZero { return described.className }
    let name = "\(book.text(described.issuer)).\(described.className)"
    if described.id.isEmpty { return name }
    let isText =
      described.id.allSatisfy { (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "\"") }
    let id =
      isText
      ? "\"\(String(decoding: described.id, as: UTF8.self))\""
      : "0x\(Hexadecimal.encode(described.id))"
    return "\(name)[\(id)]"
  }

  /// An amount with the name of its asset.
  func amountText(_ amount: Integer, of asset: Identifier) -> String {
    "\(Numbers.amount(amount, decimals: decimals(of: asset))) \(assetText(asset))"
  }

  /// The asset that a text means.
  func asset(_ text: String) throws(CommandFailure) -> Identifier {
    if text == "zero_asset" { return .zero }
    if let asset = genesisAssets[text] { return asset }
    if let asset = NameBook.identifier(text) { return asset }
    var name = text
    var id: [UInt8] = []
    if let open = text.firstIndex(of: "["), text.hasSuffix("]") {
      name = String(text[..<open])
      let inner = String(text[text.index(after: open)...].dropLast())
      id =
        inner.hasPrefix("0x")
        ? Hexadecimal.decode(inner.dropFirst(2)) ?? []
        : Array(ArgumentReader.unquoted(inner).utf8)
    }
    let parts = name.split(separator: ".").map(String.init)
    for contract in contracts {
      guard let code = code(of: contract.address), let last = parts.last,
        code.module.classes.contains(where: { $0.name == last }),
        parts.count == 1 || parts.dropLast().joined(separator: ".") == contract.name
      else { continue }
      return World.asset(issuer: contract.address, className: last, id: id)
    }
    throw .unknown("asset", text, among: assetNames)
  }

  private var assetNames: [String] {
    genesisAssets.keys.sorted()
      + contracts.flatMap { contract in
        (code(of: contract.address)?.module.classes ?? []).map { "\(contract.name).\($0.name)" }
      }
  }

  /// Reads values by the names of this sandbox.
  var reader: ArgumentReader {
    ArgumentReader(book: book) { [unowned self] text throws(CommandFailure) in
      try asset(text)
    } decimals: { [unowned self] in
      decimals(of: $0)
    } call: { [unowned self] text throws(CommandFailure) in
      let invocation = try StepParser.parseInvocation(text)
      let (address, code, export) = try resolve(invocation.function)
      let arguments = try reader.values(
        invocation.arguments, for: export.parameters, of: export.name, in: code.module)
      var payments: [AttachedPayment] = []
      for payment in invocation.payments { payments.append(try reader.payment(payment)) }
      return ContractCall(
        target: address, export: export, in: code.module, arguments: arguments,
        payments: payments
      ).encoded()
    }
  }

  // MARK: - Functions

  /// The contract and the export that `market.buy` or `buy` names; without a contract, it is the first
  /// one that was made.
  func resolve(
    _ text: String
  ) throws(CommandFailure) -> (address: Identifier, code: ContractCode, export: Export) {
    guard let main = contracts.first, let mainCode = code(of: main.address) else {
      throw CommandFailure(
        .usage, "no contract has been made yet",
        help: "write a line init(…), or give --init name=value")
    }
    if let export = mainCode.module.export(named: text), text != "init" {
      return (main.address, mainCode, export)
    }
    let known = mainCode.module.exports.map(\.name).filter { $0 != "init" }
    guard let point = text.firstIndex(of: ".") else {
      throw .unknown("function", text, in: main.name, among: known)
    }
    let name = String(text[..<point])
    let function = String(text[text.index(after: point)...])
    guard let contract = contracts.first(where: { $0.name == name }),
      let code = code(of: contract.address)
    else { throw .unknown("contract", name, among: contracts.map(\.name)) }
    guard let export = code.module.export(named: function) else {
      throw .unknown(
        "function", function, in: name,
        among: code.module.exports.map(\.name).filter { $0 != "init" })
    }
    return (contract.address, code, export)
  }
}

extension Sandbox {
  /// Makes a contract whose initialiser takes nothing.
  func makeContract(_ name: String, of code: ContractCode, by creator: Identifier) {
    let receipt = world.create(code.codeHash, by: creator)
    if let address = receipt.results?.first?.identifier { addContract(name, address) }
  }
}
