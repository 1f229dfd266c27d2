import Foundation
import Testing

/// Mistakes that somebody makes who meets a ledger for the first time, and what is said to each.
@Suite struct NewcomerTests {
  /// The words, parts of what is said, and the exit code.
  private static let mistakes: [(words: [String], said: [String], status: Int32)] = [
    (["call", "clubb.join"], ["there is no contract \"clubb\"", "did you mean \"club\"?"], 40),
    (["call", "club.jion"], ["club has no function \"jion\"", "did you mean \"join\"?"], 40),
    (["call", "join"], ["\"join\" names no contract", "club.join"], 64),
    (
      ["call", "club.join", "id=0x05"],
      ["parameter \"grade\" of \"join\" is missing", "Plain"], 64
    ),
    (
      ["call", "club.join", "id=0x05", "grade=Gold"],
      [
        "failed: WrongToken",
        "join takes a payment (fee), and none was attached: --pay \"25.50 USD\"",
      ], 30
    ),
    (
      ["call", "club.say", "words=x", "--gas", "100"],
      ["a gas limit of 100 does not cover", "a higher --gas, or none"], 33
    ),
    (
      ["call", "club.spin", "--gas", "70_000"],
      ["failed: OutOfGas", "the limit was 70_000: a higher --gas, or none"], 31
    ),
    (
      ["call", "club.say", "words=x", "--gas", "much"],
      ["invalid for '--gas <gas>': it is from 1 to 1_000_000_000"], 64
    ),
    (["send", "1,000 USD", "bob"], ["grouped with _ and not with commas: 1_000"], 64),
    (
      ["call", "club.join", "id=1", "grade=Gold", "--pay", "1,000 USD"],
      ["expected an amount and an asset", "not with commas: 1_000"], 64
    ),
    (
      ["send", "0.001 USD", "bob"], ["\"0.001\" is not an amount of USD, which has 2 decimals"], 64
    ),
    (["send", "5_000 USD", "bob"], ["failed: InsufficientBalance", "alice has 997.5 USD"], 32),
    (["send", "5 EUR", "bob"], ["there is no asset \"EUR\"", "USD"], 40),
    (
      ["state", "club.nothing"], ["club has no field \"nothing\"", "there are: token, members"], 40
    ),
    (["trace", "0xffff"], ["there is no transaction 0xffff", "`aliquot tx` lists"], 40),
    (["block", "0xffff"], ["there is no block 0xffff", "`aliquot block` lists"], 40),
    (["chain", "revert", "nope"], ["no snapshot \"nope\"", "`aliquot chain status` lists"], 40),
    (["status"], ["did you mean \"chain status\"?"], 64),
    (["export"], ["did you mean \"chain export\" or \"account export\"?"], 64),
    (
      ["chain", "import", "Club.alq", "--store", "new.ledger"],
      ["this is no export of a ledger", "`aliquot chain export` writes exports"], 41
    ),
    (
      ["chain", "status", "--store", "Club.alq"],
      ["is no ledger", "`aliquot chain new` makes a ledger; --store names another file"], 41
    ),
    (
      ["chain", "new", "--store", "new.ledger", "--asset", "USD decimals 6 50 to bob"],
      ["\"50 to bob\" is not understood", "for example: USD decimals 6, 1_000 to alice"], 64
    ),
    (
      ["chain", "new", "--store", "new.ledger", "--asset", "USD, 1,000 to bob"],
      ["\"1,000\" is not an amount of USD, which has 0 decimals", "not with commas"], 64
    ),
  ]

  @Test(arguments: mistakes.indices) func isToldWhatToDo(_ index: Int) throws {
    let (words, said, status) = Self.mistakes[index]
    let folder = try LedgerFolder(.members)
    let run = try folder.run(words)
    for part in said { #expect(run.error.contains(part), "\(words): \(run.error)") }
    #expect(run.status == status, "\(words)")
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/new.ledger"))
  }

  @Test func aLedgerWithoutEventsSaysSo() throws {
    let folder = try LedgerFolder(.nothing)
    #expect(try folder.run("events").error == "there are no events yet\n")
    #expect(try folder.run("events", "--from", "1").error == "no event fits\n")
  }

  @Test func aLaterVersionIsNamed() throws {
    let folder = try LedgerFolder(.nothing)
    let path = folder.path + "/aliquot.ledger"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    // The `user_version` of SQLite's header.
    bytes[63] = 99
    try bytes.write(to: URL(fileURLWithPath: path))
    let run = try folder.run("chain", "status")
    #expect(run.error.contains("has the format 99"))
    #expect(run.error.contains("a later version of aliquot wrote it, and opens it"))
    #expect(run.status == 41)
  }
}
