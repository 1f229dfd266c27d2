import Bytecode
import Execution

extension StatePath {
  /// The key behind which a page begins, from what `--after` says: the path of an entry, or only what
  /// stands between its brackets.
  func cursor(_ text: String, in names: NamedWorld) throws(CommandFailure) -> StateKey {
    let inBrackets: String
    switch target {
    case .entries(let contract, let index, _):
      let map = StateKey.field(contract: contract, index: index, components: [])
      let name = StateText(names: names, isWhole: true).text(map, inside: nil)
      inBrackets = "\(name)[\(text)]"
    case .balances(let asset): inBrackets = "balance(\(names.wholeAssetText(asset)), \(text))"
    case .contract, .value:
      throw CommandFailure(
        .usage, "only the entries of a map are shown in pages",
        help: "name a map, for example shop.jobs")
    }
    var first: CommandFailure?
    do throws(CommandFailure) {
      if let key = try StatePath.read(text, in: names).key, key.bytes.starts(with: prefix) {
        return key
      }
    } catch { first = error }
    do throws(CommandFailure) {
      let key = try StatePath.read(inBrackets, in: names).key
      if let key, key.bytes.starts(with: prefix) { return key }
    } catch {
      // What has brackets was meant as a path.
      if let first { throw text.contains("[") ? first : error }
    }
    throw CommandFailure(
      .usage, "\"\(text)\" is no entry of what is shown",
      help: "give the path of the last entry shown, or what stands between its brackets")
  }
}
