import ArgumentParser
import Foundation
import Testing

@testable import aliquot

/// A ledger in a directory of its own, on which the command works.
class LedgerPlace: @unchecked Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/aliquot-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a contract of the repository.
  static func contract(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Contracts/\(name).alq").standardizedFileURL.path
  }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  func write(_ name: String, _ data: Data) throws {
    try data.write(to: URL(fileURLWithPath: file(name)))
  }

  func data(_ name: String) throws -> Data {
    try #require(FileManager.default.contents(atPath: file(name)))
  }

  /// Runs the binary beside the ledger.
  func tool(_ arguments: [String]) throws -> Tool.Run { try Tool.run(arguments, in: path) }

  /// Runs the binary, which must succeed.
  func act(_ arguments: String...) throws {
    let run = try tool(arguments)
    try #require(run.status == 0, "\(arguments): \(run.error)\(run.output)")
  }

  /// The result of a command for programs.
  ///
  /// It does in this process what the binary does, and so many questions take little time.
  func ask(_ arguments: String...) throws -> [String: Any] { try ask(arguments) }

  func ask(_ arguments: [String]) throws -> [String: Any] {
    let words = arguments + ["--store", file("aliquot.ledger")]
    let command = try #require(Aliquot.parseAsRoot(words) as? any AliquotCommand)
    let outcome = try command.perform()
    try #require(outcome.status == .success)
    let text = outcome.result.text
    return try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  /// The rows of a command, page after page, and their order.
  func pages(_ arguments: [String], size: Int, rows name: String = "rows") throws -> [Row] {
    var rows: [Row] = []
    var after: [String] = []
    while true {
      let page = try ask(arguments + ["--limit", String(size)] + after)
      let found = try Row.list(page[name])
      #expect(found.count <= size)
      rows += found
      guard let next = page["next"] as? String else { return rows }
      #expect(found.count == size)
      after = ["--after", next]
    }
  }
}

/// A row of a result, which can be compared.
struct Row: Equatable, CustomStringConvertible {
  let members: [String: Any]
  /// The members in the order of their names.
  let description: String

  init(_ members: [String: Any]) {
    self.members = members
    let data = try? JSONSerialization.data(withJSONObject: members, options: .sortedKeys)
    description = String(decoding: data ?? Data(), as: UTF8.self)
  }

  static func == (left: Row, right: Row) -> Bool { left.description == right.description }

  subscript(_ name: String) -> Any? {
    let value = members[name]
    return value is NSNull ? nil : value
  }

  func text(_ name: String) -> String { self[name] as? String ?? "" }
  func number(_ name: String) -> Int? { self[name] as? Int }

  /// The row in the member of this name.
  func row(_ name: String) throws -> Row {
    Row(try #require(self[name] as? [String: Any], "\(name) in \(self)"))
  }

  /// The row without some members.
  func without(_ names: String...) -> Row {
    Row(members.filter { !names.contains($0.key) })
  }

  /// The row with another value in a member.
  func with(_ name: String, _ value: Any) -> Row { Row(members.merging([name: value]) { $1 }) }

  /// The row as a file.
  var data: Data { Data(description.utf8) }

  static func list(_ value: Any?) throws -> [Row] {
    try #require(value as? [[String: Any]]).map { Row($0) }
  }
}

/// Four contracts after a story in which entries come, change, go and come again; tests only read it.
final class Town: LedgerPlace, @unchecked Sendable {
  /// The one town of all tests.
  static let shared = Result {
    let town = try Town()
    atexit { Town.remove() }
    try town.tell()
    return town
  }

  static let passport =
    "registry.Passport[0x9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08]"
  /// The lien that is given, released and given again.
  static let lien = "registry.liens[\(passport), 1]"
  static let contracts = ["escrow", "market", "registry", "rig"]

  private static func remove() {
    if let path = try? shared.get().path { try? FileManager.default.removeItem(atPath: path) }
  }

  private func deploy(_ name: String, as label: String, _ arguments: String...) throws {
    let run = try tool(
      ["deploy", Self.contract(name), "--name", label, "--as", "operator"] + arguments)
    try #require(run.status == 0, "\(label): \(run.error)")
  }

  private func call(_ call: String, by actor: String) throws {
    try act("call", call, "--as", actor)
  }

  private func tell() throws {
    try act(
      "chain", "new", "--asset",
      "USD decimals 6, 1_000_000 to operator, 10_000 to alice, 10_000 to bob", "--asset",
      "ATH decimals 18, 1_000 to alice")
    try deploy("RevenueShares", as: "rig", "token=USD", "shares=100", "owner=alice")
    try call("rig.distribute() paying 300 USD", by: "operator")
    try act("send", "25 rig.Share", "bob", "--as", "alice")
    try call("rig.distribute() paying 100 USD", by: "operator")
    try call("rig.claim()", by: "bob")
    try act("send", "25 rig.Share", "carol", "--as", "bob")
    try call("rig.claim()", by: "alice")
    try tellOfJobs()
    try tellOfOrders()
    try tellOfPassports()
    try act("send", "5 USD", "dave", "--as", "alice")
    try act("send", "5 USD", "alice", "--as", "dave")
    try call("escrow.refund(2)", by: "grace")
  }

  private func tellOfJobs() throws {
    let hash = "0x9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    try deploy("Escrow", as: "escrow", "treasury=carol", "fee=250", "admin=dave")
    try call(
      "escrow.open(payee: bob, checkers: [erin, frank, grace], quorum: 2, "
        + "deadline: 1_767_830_400) paying 1_000 USD", by: "alice")
    try call("escrow.attest(1, \(hash))", by: "erin")
    try call("escrow.attest(1, \(hash))", by: "frank")
    try call("escrow.release(1)", by: "alice")
    try call(
      "escrow.open(payee: bob, checkers: [erin], quorum: 1, deadline: 1_767_830_400) "
        + "paying 500 USD", by: "alice")
  }

  private func tellOfOrders() throws {
    try deploy(
      "OrderBook", as: "market", "base=ATH", "quote=USD", "lot=1 ATH", "tick=100", "fee=10",
      "treasury=carol")
    try call("market.place(Ask, 2 USD, 10, 1_767_830_400, 10) paying 10 ATH", by: "alice")
    try call("market.place(Ask, 1.50 USD, 10, 1_767_830_400, 10) paying 10 ATH", by: "alice")
    try call("market.place(Bid, 2 USD, 15, 1_767_830_400, 10) paying 30.03 USD", by: "bob")
    try call("market.cancel(1)", by: "alice")
    try call("market.place(Ask, 3 USD, 4, 1_767_830_400, 10) paying 4 ATH", by: "alice")
    try call("market.place(Bid, 1 USD, 6, 1_767_830_400, 10) paying 6.006 USD", by: "bob")
  }

  private func tellOfPassports() throws {
    try deploy("GPURegistry", as: "registry", "token=USD", "required=100 USD", "admin=dave")
    try call("registry.roles.grant(\"lender\", bob)", by: "dave")
    try call(
      "registry.register(fingerprint: "
        + "0x9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08, "
        + "model: \"H100 SXM\", vram: 81920, region: \"Oslo\") paying 100 USD", by: "alice")
    try call("registry.pledge(\(Self.passport), 1, bob, 50 USD)", by: "alice")
    try call("registry.release(\(Self.passport), 1)", by: "bob")
    try act("chain", "warp", "30", "days")
    try act("chain", "warp", "3", "blocks")
    try call("registry.pledge(\(Self.passport), 1, bob, 70 USD)", by: "alice")
    // Alice may not: the transaction fails, and only its count stays.
    let refused = try tool(
      ["call", "registry.release(\(Self.passport), 1)", "--as", "alice"])
    try #require(refused.status == 30)
  }

  /// The height of the last block.
  func head() throws -> Int { try #require(try ask("chain", "status")["height"] as? Int) }

  /// The paths of everything that any block changed.
  func everything() throws -> [String] {
    let head = try head()
    var paths: Set<String> = ["supply(USD)", "balance(USD, operator)"]
    for height in 1...head {
      let changes = try ask("state", "--diff", "\(height - 1)..\(height)", "--limit", "1000")
      paths.formUnion(try Row.list(changes["rows"]).map { $0.text("path") })
    }
    return paths.sorted()
  }
}
