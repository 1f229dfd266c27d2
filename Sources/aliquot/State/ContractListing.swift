import Bytecode
import Execution
import Ledger
import State

/// The contracts of a ledger, a line each: those with names in the order of their names, then the others.
struct ContractListing {
  /// A contract.
  struct Row {
    let address: Identifier
    let code: String
    let codeHash: Identifier
    let creator: Identifier
    /// The height that it was made at.
    let height: Int
  }

  /// The rows.
  private(set) var rows: [Row] = []
  /// Whether there are more behind them.
  private(set) var isMore = false

  private let names: NamedWorld

  /// Lists the contracts that stand in a world of a ledger: so many at most, from the first one behind the
  /// contract `after`.
  init(
    in ledger: Ledger, names: NamedWorld, limit: Int, after: String? = nil
  ) throws {
    self.names = names
    let named = names.contracts.filter { names.book.name($0.address) == $0.name }.map(\.address)
    let reached = try after.map { try Self.contract($0, names) }
    let start = reached.map { (named.firstIndex(of: $0) ?? named.count - 1) + 1 } ?? 0
    for address in named[start...] where rows.count <= limit { try add(address, ledger) }

    let isNamed = Set(named)
    var key = reached.flatMap { isNamed.contains($0) ? nil : StateKey.contract($0).bytes }
    let state = names.world.state
    while rows.count <= limit,
      let slot = state.slot(within: [KeySpace.contract.rawValue], after: key)
    {
      let bytes = Array(state.key(of: slot))
      key = bytes
      guard case .contract(let address) = StateKey(bytes), !isNamed.contains(address) else {
        continue
      }
      try add(address, ledger)
    }
    isMore = rows.count > limit
    if isMore { rows.removeLast() }
  }

  private static func contract(
    _ text: String, _ names: NamedWorld
  ) throws(CommandFailure) -> Identifier {
    guard let contract = names.contract(text) else {
      throw .unknown("contract", text, among: names.contracts.map(\.name))
    }
    return contract
  }

  private mutating func add(_ address: Identifier, _ ledger: Ledger) throws {
    let key = StateKey.contract(address).bytes
    guard let stored = names.world.state.value(for: key), stored.count == 64,
      let codeHash = Identifier(stored[..<32]), let creator = Identifier(stored[32...])
    else { return }
    rows.append(
      Row(
        address: address, code: names.module(codeHash)?.name ?? NameBook.short(codeHash),
        codeHash: codeHash, creator: creator,
        height: try ledger.history(of: key, limit: 1).first?.entry.height ?? 0))
  }

  /// Where to go on, as `--after` takes it, if there are more.
  var next: String? { isMore ? rows.last.map { names.book.wholeText($0.address) } : nil }

  /// The rows as a table that is no wider than `width`.
  func text(width: Int? = nil, paint: Paint = .plain) -> String {
    guard !rows.isEmpty else { return "no contracts\n" }
    var table = Table(["contract", "code", "made by", "block"], right: ["block"])
    for row in rows {
      table.add(
        names.book.wholeText(row.address), row.code, names.book.text(row.creator),
        String(row.height))
    }
    return table.text(width: width, paint: paint) + NextPage.text(after: next, paint)
  }

  /// The rows for programs, and where to go on.
  var json: JSON {
    [
      "contracts": .array(
        rows.map { row in
          [
            "name": names.book.name(row.address).map { .string($0) } ?? .null,
            "address": .identifier(row.address), "code": .string(row.code),
            "codeHash": .identifier(row.codeHash), "creator": .identifier(row.creator),
            "creatorName": .string(names.book.text(row.creator)), "height": .number(row.height),
          ]
        }),
      "next": next.map { .string($0) } ?? .null,
    ]
  }
}
