import Bytecode
import Chain
import Commitment
import Execution
import Hosting
import Integers
import Ledger
import LedgerTesting
import Testing
import Transactions

/// Transactions go in, blocks come out, and every height can be asked.
@Suite struct LedgerTests {
  @Test(arguments: [false, true]) func remembersEveryHeight(inFile: Bool) throws {
    let folder = try TemporaryFolder()
    let scene = try LedgerScene(at: inFile ? .file(folder.file("a.ledger")) : .memory)
    #expect(try scene.balance("alice") == 1_000_000_000_000)
    for amount in 1...5 {
      try scene.submit(by: "alice", scene.transfer(Integer(amount), to: "dave"))
    }
    #expect(try scene.ledger.head().height == 5)
    #expect(try scene.balance("dave") == 15)
    for height in 0...5 {
      #expect(try scene.balance("dave", at: height) == Integer((0...height).reduce(0, +)))
    }
  }

  @Test func keepsWhatContractsDo() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.ledger")
    let module = try LedgerScene.module(tally)
    var contract = Identifier.zero
    var head: BlockHeader?
    do {
      let scene = try LedgerScene(at: .file(path))
      contract = try scene.deploy(module)
      let receipt = try scene.submit(
        by: "bob", LedgerScene.call(contract, "add", [.int(7)], in: module))
      #expect(receipt.outcome.events.count == 1)
      head = try scene.ledger.head()
      try scene.ledger.close()
    }
    let scene = LedgerScene(try Ledger.open(.file(path)))
    #expect(try scene.ledger.head() == head)
    let world = try scene.ledger.snapshot().makeWorld()
    let view = world.world.call(
      contract, "of", [Value(LedgerScene.account("bob"))], by: .zero)
    #expect(view.results == [.int(7)])
    try world.check()
  }

  @Test func provesWhatItHolds() throws {
    let scene = try LedgerScene()
    try scene.submit(by: "alice", scene.transfer(5, to: "dave"))
    try scene.submit(by: "alice", scene.transfer(6, to: "erin"))
    for height in 0...2 {
      let snapshot = try scene.ledger.snapshot(at: height)
      for entry in try snapshot.entries(withPrefix: [], limit: 100) {
        let proof = try snapshot.proof(for: entry.key)
        #expect(
          proof.shows(entry.value, under: entry.key, inMapWithRoot: snapshot.header.stateRoot))
      }
      let absent = try snapshot.proof(for: [1, 2, 3])
      #expect(absent.shows(nil, under: [1, 2, 3], inMapWithRoot: snapshot.header.stateRoot))
    }
  }

  @Test func goesBack() throws {
    let scene = try LedgerScene()
    try scene.submit(by: "alice", scene.transfer(5, to: "dave"))
    try scene.ledger.markSnapshot("before")
    let before = try scene.ledger.head()
    try scene.submit(by: "alice", scene.transfer(6, to: "dave"))
    try scene.submit(by: "bob", scene.transfer(1_000_000_000_000, to: "erin"))
    #expect(try scene.ledger.goBack(to: "before") == before)
    #expect(try scene.balance("dave") == 5)
    #expect(try scene.balance("bob") == 1_000_000_000_000)
    #expect(try scene.balance("erin") == 0)
    _ = try scene.ledger.append([])
    #expect(try scene.ledger.head().stateRoot == before.stateRoot)
  }

  @Test func replaysBlocks() throws {
    let scene = try LedgerScene(
      fees: Genesis.Fees(
        asset: "USD", receiver: LedgerScene.account("treasury"), minimumPrice: 1))
    let module = try LedgerScene.module(tally)
    let contract = try scene.deploy(module, price: 2)
    for amount in [5, 2_000, 7] {
      let receipt = try scene.submit(
        by: "bob", LedgerScene.call(contract, "add", [.int(Integer(amount))], in: module),
        price: 3)
      #expect(receipt.fee == Integer(receipt.outcome.gasUsed * 3))
    }
    for height in 1...5 {
      let replay = try scene.ledger.replay(blockAt: height)
      #expect(try replay.executeNext() != nil)
      #expect(try replay.executeNext() == nil)
    }
  }
}
