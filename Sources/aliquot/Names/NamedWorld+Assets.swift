import Bytecode
import Execution
import Integers

extension NamedWorld {
  /// Whether a name stands for an asset that no contract issues.
  func hasGenesisAsset(_ name: String) -> Bool {
    world.asset(World.asset(issuer: .zero, className: name)) != nil
  }

  /// Digits behind the point of amounts of an asset.
  func decimals(of asset: Identifier) -> Int { world.asset(asset)?.decimals ?? 0 }

  /// The name of an asset: `USD`, `Rig.Share`, `Rig.Passport["gpu-7"]`.
  func assetText(_ asset: Identifier) -> String { assetText(asset, issuer: book.text) }

  private func assetText(_ asset: Identifier, issuer: (Identifier) -> String) -> String {
    if asset.isZero { return "zero_asset" }
    if let name = assetName(asset) { return name }
    return world.asset(asset).map { text(of: $0, issuer: issuer) } ?? NameBook.short(asset)
  }

  private func text(
    of described: AssetDescription, issuer: (Identifier) -> String
  ) -> String {
    if described.issuer.isZero { return described.className }
    let name = "\(issuer(described.issuer)).\(described.className)"
    return described.id.isEmpty ? name : "\(name)[\(Self.idText(described.id))]"
  }

  /// The name of an asset if it can be read back, or all its digits.
  func wholeAssetText(_ asset: Identifier) -> String {
    let text = assetText(asset, issuer: book.wholeText)
    let isPlain = TextScanner.isPath(String(text.prefix { $0 != "[" }))
    return isPlain && (try? self.asset(text)) == asset ? text : "0x\(asset)"
  }

  /// The id of an asset: between quotes if it can be read that way, else in hexadecimal digits.
  private static func idText(_ id: [UInt8]) -> String {
    let isText = id.allSatisfy {
      (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
    }
    return isText
      ? "\"\(String(decoding: id, as: UTF8.self))\"" : "0x\(Hexadecimal.encode(id))"
  }

  /// An amount with the name of its asset.
  func amountText(_ amount: Integer, of asset: Identifier) -> String {
    "\(Numbers.amount(amount, decimals: decimals(of: asset))) \(assetText(asset))"
  }

  /// The name of a class of an asset, without the id of the one asset: `USD`, `Rig.Passport`.
  func classText(_ described: AssetDescription) -> String {
    described.issuer.isZero
      ? described.className : "\(book.text(described.issuer)).\(described.className)"
  }

  /// The class of assets with ids of their own that a text names: `Rig.Passport`.
  func keyedClass(_ text: String) -> (issuer: Identifier, declared: AssetClass)? {
    guard let (issuer, name) = parts(text),
      let declared = code(of: issuer)?.module.classes.first(where: { $0.name == name }),
      declared.isKeyed
    else { return nil }
    return (issuer, declared)
  }

  /// The asset that a text means: a name of the genesis, `contract.Class`, `contract.Class["id"]`, or 64
  /// hexadecimal digits.
  ///
  /// Where a contract need not be named, the class alone means that of the first contract that has it.
  func asset(_ text: String) throws(CommandFailure) -> Identifier {
    if text == "zero_asset" { return .zero }
    if hasGenesisAsset(text) { return World.asset(issuer: .zero, className: text) }
    if let asset = NameBook.identifier(text) { return asset }
    var name = text
    var id: [UInt8] = []
    if let open = text.firstIndex(of: "["), text.hasSuffix("]") {
      name = String(text[..<open])
      let inner = String(text[text.index(after: open)...].dropLast())
      guard let bytes = Self.id(inner) else {
        throw CommandFailure(
          .usage, "\"\(inner)\" is not the id of an asset",
          help: "for example \(name)[\"gpu-7\"] or \(name)[0x0aff]")
      }
      id = bytes
    }
    if let (contract, className) = parts(name) {
      if hasClass(className, contract) {
        return World.asset(issuer: contract, className: className, id: id)
      }
    } else if home != nil, let contract = contracts.first(where: { hasClass(name, $0.address) }) {
      return World.asset(issuer: contract.address, className: name, id: id)
    }
    if let whole = assetNames.first(where: { $0.hasSuffix(".\(name)") }) {
      throw CommandFailure(
        .notFound, "there is no asset \"\(text)\"", help: "did you mean \"\(whole)\"?")
    }
    throw .unknown("asset", text, among: assetNames)
  }

  private static func id(_ text: String) -> [UInt8]? {
    text.hasPrefix("0x")
      ? Hexadecimal.decode(text.dropFirst(2)) : Array(ArgumentReader.unquoted(text).utf8)
  }

  private func hasClass(_ name: String, _ contract: Identifier) -> Bool {
    code(of: contract)?.module.classes.contains { $0.name == name } ?? false
  }

  /// The names of the genesis' assets and of the classes of contracts that have names.
  var assetNames: [String] {
    genesisAssets.sorted()
      + contracts.flatMap { contract in
        (code(of: contract.address)?.module.classes ?? []).map { "\(contract.name).\($0.name)" }
      }
  }
}
