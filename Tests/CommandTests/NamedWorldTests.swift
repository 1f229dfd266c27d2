import Bytecode
import EngineTesting
import Execution
import Testing
import Verification

@testable import aliquot

/// Names over worlds that were not made by a run: contracts come from a store, sources perhaps too.
@Suite struct NamedWorldTests {
  private func shop() throws -> (fixture: Fixture, address: Identifier, hash: Identifier) {
    let fixture = Fixture()
    var builder = ModuleBuilder("Shop")
    builder.export("buy", builder.function([], [], [Instruction(.ret, 0, 0, 0)]))
    builder.export("roles.grant", builder.function([], [], [Instruction(.ret, 0, 0, 0)]))
    builder.module.classes = [AssetClass(name: "Share", title: "Share", decimals: 2)]
    let address = try fixture.add(builder.finished())
    return (fixture, address, fixture.world.codeHash(of: address) ?? .zero)
  }

  @Test func wantsContractsNamedUnlessOneIsMeant() throws {
    let (fixture, address, _) = try shop()
    let names = NamedWorld(world: fixture.world)
    let empty = #expect(throws: CommandFailure.self) { try names.resolve("buy") }
    #expect(empty?.message == "\"buy\" names no contract")
    names.addContract("shop", address)
    let unnamed = #expect(throws: CommandFailure.self) { try names.resolve("buy") }
    #expect(unnamed?.help?.contains("shop.buy") == true)
    #expect(try names.resolve("shop.buy").address == address)
    #expect(try names.resolve("shop.roles.grant").export.name == "roles.grant")
    #expect(try names.resolve("0x\(address).buy").address == address)
    for (text, message) in [
      ("shp.buy", "there is no contract \"shp\""), ("shop.by", "shop has no function \"by\""),
      ("shop.", "shop has no function \"\""), (".", "no contract"), ("", "names no contract"),
    ] {
      let error = #expect(throws: CommandFailure.self) { try names.resolve(text) }
      #expect(error?.message.contains(message) == true, "\(text): \(error?.message ?? "")")
    }
    names.home = address
    #expect(try names.resolve("buy").address == address)
    #expect(try names.resolve("roles.grant").export.name == "roles.grant")
    #expect(try names.resolve("shop.buy").address == address)
  }

  @Test func wantsIssuersNamedUnlessOneIsMeant() throws {
    let (fixture, address, _) = try shop()
    let names = NamedWorld(world: fixture.world)
    names.addContract("shop", address)
    let share = World.asset(issuer: address, className: "Share")
    #expect(try names.asset("shop.Share") == share)
    #expect(try names.asset("0x\(address).Share") == share)
    #expect(try names.asset("USD") == fixture.money)
    #expect(names.assetText(share) == "shop.Share")
    let unnamed = #expect(throws: CommandFailure.self) { try names.asset("Share") }
    #expect(unnamed?.help == "did you mean \"shop.Share\"?")
    #expect(throws: CommandFailure.self) { try names.asset("shop.Share[0xz]") }
    names.home = address
    #expect(try names.asset("Share") == share)
  }

  @Test func asksForASourceOnceAndTakesOnlyTheRightOne() throws {
    let (fixture, address, hash) = try shop()
    let source = try ContractLoading.loadSource(
      "Other.alq", Array("contract Other\n\nexport f ()\nend\n".utf8)
    ).code
    var asked: [Identifier] = []
    let names = NamedWorld(world: fixture.world) {
      asked.append($0)
      return source
    }
    // The source is another contract's: the names of the stored module count.
    #expect(names.code(of: address)?.module.name == "Shop")
    #expect(names.code(hash)?.artifact == nil)
    #expect(asked == [hash])
    fixture.world.deploy(code: source.verified)
    #expect(names.code(source.codeHash)?.artifact != nil)
    #expect(names.code(source.codeHash)?.functionName(0) == "f")
    #expect(asked == [hash, source.codeHash])
    #expect(names.code(.zero) == nil)
  }

  @Test func givesANameToOneAddressAtATime() {
    var book = NameBook()
    let (first, second) = (Fixture.account(1), Fixture.account(2))
    book.add("shop", first)
    book.add("shop", second)
    #expect(book.address("shop") == second && book.name(first) == nil && book.all == ["shop"])
    book.add("store", second)
    #expect(book.text(second) == "store" && book.address("shop") == second)
    book.add("odd, name]", first)
    #expect(book.wholeText(first) == "0x\(first)")
    #expect(book.text(first) == "odd, name]")
  }
}
