import Assembly
import Bytecode
import Chain
import Execution
import Foundation
import Integers
import Testing
import Verification

@testable import aliquot

/// The small parts of what a ledger is told and tells.
@Suite struct LedgerUnitTests {
  // MARK: - Time

  @Test(arguments: [
    (0, "1970-01-01 00:00:00"), (1, "1970-01-01 00:00:01"), (86_399, "1970-01-01 23:59:59"),
    (86_400, "1970-01-02 00:00:00"), (68_169_600, "1972-02-29 00:00:00"),
    (951_782_400, "2000-02-29 00:00:00"), (951_868_800, "2000-03-01 00:00:00"),
    (1_000_000_000, "2001-09-09 01:46:40"), (1_234_567_890, "2009-02-13 23:31:30"),
    (1_767_225_600, "2026-01-01 00:00:00"), (2_147_483_647, "2038-01-19 03:14:07"),
    (4_102_444_800, "2100-01-01 00:00:00"), (4_107_542_399, "2100-02-28 23:59:59"),
    (4_107_542_400, "2100-03-01 00:00:00"), (253_402_300_799, "9999-12-31 23:59:59"),
  ])
  func writesDates(time: Int, text: String) { #expect(Calendar.text(time) == text) }

  @Test func writesAllDatesAsFoundationDoes() {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "UTC")
    formatter.dateFormat = "yyyy-MM-dd HH:mm:ss"
    // Every 37 days and some seconds, over 400 years and more.
    for time in stride(from: 0, to: 15_000_000_000, by: 37 * 86_400 + 4_321) {
      #expect(
        Calendar.text(time) == formatter.string(from: Date(timeIntervalSince1970: Double(time))))
    }
    // The last time that a chain may have.
    #expect(Calendar.text(Genesis.timeMaximum) == "8921556-12-07 10:44:16")
  }

  @Test(
    arguments: [
      ("1 second", 1, nil), ("30 days", 2_592_000, nil), ("1_000 hours", 3_600_000, nil),
      ("2 weeks", 1_209_600, nil), ("1 block", nil, 1), ("62_500 blocks", nil, 62_500),
      ("2^10 minutes", 61_440, nil), ("0x10 blocks", nil, 16),
    ] as [(String, Int?, Int?)])
  func readsHowFarTimeGoesOn(text: String, seconds: Int?, blocks: Int?) throws {
    #expect(try Warp.read(text) == Warp(seconds: seconds, blocks: blocks))
  }

  @Test(arguments: [
    "", "3", "days", "3 dayz", "0 days", "-1 days", "x days", "3 4 days", "10^30 days",
    "4_294_967_297 blocks", "1.5 hours",
  ])
  func refusesOtherTimes(text: String) {
    #expect(throws: CommandFailure.self) { try Warp.read(text) }
  }

  // MARK: - Prices

  @Test(arguments: [
    ("2", 2), ("1_000", 1_000), ("0", 0), ("0.000002 USD", 2), ("1 USD", 1_000_000),
  ])
  func readsPricesOfGas(text: String, price: Int) throws {
    let asset = Genesis.Asset(name: "USD", decimals: 6)
    #expect(try GasPrice.read(text, asset: asset) == Integer(price))
    let genesis = Genesis(
      name: "a", time: 0, assets: [asset],
      fees: Genesis.Fees(asset: "USD", receiver: .zero, minimumPrice: 0))
    #expect(
      try GasPrice.read(GasPrice.text(Integer(price), genesis), asset: asset) == Integer(price))
  }

  @Test(arguments: ["", "-1", "-1 USD", "0.0000001 USD", "1 EUR", "USD", "1 2 USD", "x"])
  func refusesOtherPrices(text: String) {
    let asset = Genesis.Asset(name: "USD", decimals: 6)
    #expect(throws: CommandFailure.self) { try GasPrice.read(text, asset: asset) }
    #expect(throws: CommandFailure.self) { try GasPrice.read("1 USD", asset: nil) }
  }

  // MARK: - Digits of identifiers

  @Test func firstDigitsMeanAllThatBeginSo() throws {
    let digits = "39cb36d1" + String(repeating: "a", count: 52) + "268f"
    let identifier = try #require(Identifier(hexadecimal: digits))
    let other = try #require(Identifier(hexadecimal: "4" + digits.dropFirst()))
    for count in 4...64 {
      for text in [digits.prefix(count), "0x" + digits.prefix(count)] {
        let read = try #require(IdentifierDigits(String(text)))
        #expect(read.range.contains(identifier) && !read.range.contains(other))
        #expect(read.matches(identifier))
      }
    }
    #expect(IdentifierDigits("0x39cb36d1…268f")?.matches(identifier) == true)
    #expect(IdentifierDigits("0x39cb36d1…268e")?.matches(identifier) == false)
    for text in [
      "", "0x", "0x39c", "39c", "x9cb3", "39cb36d1g", digits + "0", "…268f", "39cb…26…8f",
    ] {
      #expect(IdentifierDigits(text) == nil, "\(text)")
    }
    let read = try #require(IdentifierDigits("39cb"))
    #expect(throws: CommandFailure.self) { try read.only(of: [], "block") }
    #expect(throws: CommandFailure.self) { try read.only(of: [identifier, other], "block") }
    #expect(try read.only(of: [identifier], "block") == identifier)
  }

  // MARK: - Sends

  @Test(arguments: [
    (["25.50", "USD", "to", "bob"], "25.50", "USD", "bob"),
    (["25.50 USD", "bob"], "25.50", "USD", "bob"), (["5 USD to bob"], "5", "USD", "bob"),
    (["5", "of", "USD", "bob"], "5", "USD", "bob"),
    (["1 registry.Passport[\"to b\"]", "to", "bob"], "1", "registry.Passport[\"to b\"]", "bob"),
    (["1 registry.Passport[\"to b\"]", "bob"], "1", "registry.Passport[\"to b\"]", "bob"),
  ])
  func readsSends(words: [String], amount: String, asset: String, receiver: String) throws {
    let read = try Send.parts(words)
    #expect(read.amount == Invocation.Payment(amount: amount, asset: asset))
    #expect(read.receiver == receiver)
  }

  @Test(arguments: [
    [], [""], ["5"], ["5", "USD"], ["USD", "to", "bob"], ["5 USD"], ["5 USD to"], ["to", "bob"],
    ["5 USD to bob and carol"],
  ])
  func refusesOtherSends(words: [String]) {
    #expect(throws: CommandFailure.self) { try Send.parts(words) }
  }

  // MARK: - Lines and words

  @Test func paragraphsHaveLinesOfAWidth() {
    let text = "one two three four five six seven eight nine ten"
    for width in 1...60 {
      let lines = Paragraph.text(text, width: width, indentation: 2).split(separator: "\n")
      #expect(lines.allSatisfy { $0.hasPrefix("  ") && !$0.hasSuffix(" ") })
      #expect(lines.allSatisfy { $0.count <= width || !$0.dropFirst(2).contains(" ") })
      #expect(lines.map { $0.dropFirst(2) }.joined(separator: " ") == text)
    }
    #expect(Paragraph.text(" \n ") == "")
  }

  @Test(arguments: [
    "alice", "a b", "it's", "", "$HOME", "a\"b", "`ls`", "x\ny", "-n", "é", "a\\b", "!",
  ])
  func wordsSurviveAShell(word: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "printf %s \(word.shellWord)x"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(String(decoding: output, as: UTF8.self) == word + "x")
  }

  // MARK: - Sources

  private static func code(_ text: String, with library: String? = nil) throws -> ContractCode {
    let assembler = Assembler { wanted, from in
      let path = ContractLoading.path(of: wanted, from: from)
      return library.map { (path, Array($0.utf8)) }
    }
    return try ContractLoading.loadSource(
      "shop/Shop.alq", Array(text.utf8), assembler: assembler
    ).code
  }

  private static let library = """
    library Roles

    state
        admin address

    export adopt ()
        @admin = caller
    end

    """

  private static let shop = """
    contract Shop

    use "lib/Roles.alq" as roles

    export one () -> (n int)
        return 1
    end

    """

  @Test func sourcesAreKeptWithTheirFiles() throws {
    let code = try Self.code(Self.shop, with: Self.library)
    let bundle = try #require(SourceBundle(code))
    #expect(bundle.files.map(\.path) == ["shop/Shop.alq", "shop/lib/Roles.alq"])
    let read = try SourceBundle(decoding: bundle.encoded())
    #expect(read == bundle)
    let again = try #require(read.code())
    #expect(again.codeHash == code.codeHash && again.map == code.map)
    #expect(again.sources[1].bytes == Array(Self.library.utf8))
    // Code that came as bytes has no sources.
    #expect(SourceBundle(ContractCode(code.verified)) == nil)
  }

  @Test func bytesThatAreNoSourcesAreRefused() throws {
    let bytes = try #require(SourceBundle(try Self.code(Self.shop, with: Self.library))).encoded()
    for count in 0..<bytes.count {
      #expect(throws: Refusal.self) { try SourceBundle(decoding: Array(bytes.prefix(count))) }
    }
    #expect(throws: Refusal.self) { try SourceBundle(decoding: bytes + [0]) }
    #expect(throws: Refusal.self) { try SourceBundle(decoding: [255, 255, 255, 255, 15]) }
  }

  @Test func sourcesThatAreNotThoseOfTheCodeAreNotBelieved() throws {
    let code = try Self.code(Self.shop, with: Self.library)
    var bundle = try #require(SourceBundle(code))
    bundle.files[0].text = Array(Self.shop.replacing("return 1", with: "return 2").utf8)
    #expect(try #require(bundle.code()).codeHash != code.codeHash)
    bundle.files[0].text = Array("no contract".utf8)
    #expect(bundle.code() == nil)
    bundle.files = []
    #expect(bundle.code() == nil)
    // Without its library it does not assemble.
    bundle = try #require(SourceBundle(code))
    bundle.files.removeLast()
    #expect(bundle.code() == nil)
  }

  @Test func aLedgerShowsNoForeignSource() throws {
    let code = try Self.code(Self.shop, with: Self.library)
    let other = try Self.code(Self.shop.replacing("return 1", with: "return 2"), with: Self.library)
    let world = World()
    world.deploy(code: code.verified)
    for (source, isBelieved) in [(code, true), (other, false)] {
      let names = NamedWorld(world: world) { _ in source }
      #expect((names.code(code.codeHash)?.artifact != nil) == isBelieved)
      #expect(names.code(code.codeHash)?.codeHash == code.codeHash)
    }
  }

  // MARK: - Errors

  @Test func aFunctionReachesTheErrorsOfWhatItCalls() throws {
    let module = try Self.code(LedgerFolder.club).module
    func errors(_ name: String) throws -> [String] {
      let export = try #require(module.export(named: name))
      return ReachableErrors.of(export.function, in: module).map { module.errors[$0].name }
    }
    #expect(try errors("join") == ["WrongToken", "Taken"])
    #expect(try errors("init") == ["NoShares"])
    #expect(try errors("say").isEmpty && errors("spin").isEmpty)
    #expect(ReachableErrors.of(-1, in: module).isEmpty)
    #expect(ReachableErrors.of(10_000, in: module).isEmpty)
  }

  @Test func whatMovesAnAssetReachesTheErrorsOfItsHooks() throws {
    let module = try Self.code(
      """
      contract Guarded

      class Share "Share" decimals 0 hook guard gas 40_000

      error Forbidden
      error Unused

      export give (to address)
          mint Share, 1 to to
      end

      export rest ()
          return
      end

      hook guard (share asset, from address, to address, amount int, operator address)
          require to != self else Forbidden
      end

      """
    ).module
    let give = try #require(module.export(named: "give"))
    let rest = try #require(module.export(named: "rest"))
    #expect(ReachableErrors.of(give.function, in: module) == [0])
    #expect(ReachableErrors.of(rest.function, in: module).isEmpty)
  }
}
