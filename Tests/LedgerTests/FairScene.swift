import Bytecode
import Chain
import EngineTesting
import Execution
import Hosting
import Integers
import Ledger
import Testing
import Transactions
import Verification

/// A small chain on which a contract sells tickets, for vectors: the same bytes whenever it is told.
struct FairScene {
  private static let source = """
    contract Fair
    class Ticket decimals 0
    error SoldOut (left int)
    event Bought (who address, tickets int, words text)
    state
        token  asset
        left   int
        bought summed map who address -> int
        seen   map height int -> bytes
    init (token asset, left int)
        @token = token
        @left = left
    end
    export buy (words text) -> (tickets int) payable (price)
        tickets = 0
        if price.asset == @token
            tickets = floor(price.amount / 1_000_000)
        end
        require tickets <= @left else SoldOut(@left)
        @left -= tickets
        @bought[caller] += tickets
        mint Ticket, tickets to caller
        emit Bought(caller, tickets, words)
        return tickets
    end
    export note_beacon (of int)
        @seen[of] = beacon(of)
    end
    export spin ()
        while true
            @left = @left
        end
    end
    view sold () -> (tickets int)
        return total(@bought)
    end
    invariant "every ticket was bought"
        total(@bought) == supply(Ticket)
    end
    """

  let ledger: Ledger

  /// Tells the story.
  init() throws {
    let scene = LedgerScene(try Ledger.create(Self.genesis, at: .memory))
    ledger = scene.ledger
    let module = try LedgerScene.module(Self.source)
    let fair = try scene.deploy(
      module, [Value(scene.usd), .int(30)], price: Self.price)
    try ledger.markSnapshot("a fair")
    try Self.trade(scene, fair, module)
    try Self.fail(scene, fair, module)
    try Self.wait(scene, fair, module)
    try ledger.markSnapshot("the end")
    try ledger.markSnapshot("Ende, schön")
    for (kind, name) in [("name", Array("fair".utf8)), ("name", [0, 0xFF]), ("code", [])] {
      try ledger.setNote(Note(kind: kind, name: name, bytes: kind == "code" ? [] : fair.bytes))
    }
  }

  private static let price: Integer = 3

  private static var genesis: Genesis {
    var usd = LedgerScene.usd
    // A second holding of the same holder, one of nothing, and an asset that nobody has.
    usd.holdings += [usd.holdings[0], Genesis.Holding(holder: LedgerScene.account("d"), amount: 0)]
    return Genesis(
      name: "fair", isDevelopment: true, time: 1_767_225_600, blockInterval: 12,
      assets: [usd, Genesis.Asset(name: "Credit", decimals: 0)],
      fees: Genesis.Fees(
        asset: "USD", receiver: LedgerScene.account("treasury"), minimumPrice: 2))
  }

  private static func trade(
    _ scene: LedgerScene, _ fair: Identifier, _ module: VerifiedModule
  ) throws {
    let stranger = try Signer(.ed25519, seed: 9, on: scene.ledger.chain)
    try scene.submit(
      by: "bob",
      .transfer(AssetTransfer(asset: scene.usd, amount: 900_000_000, receiver: stranger.address)),
      price: price)
    func buy(_ amount: Integer, _ words: String) throws -> Transaction.Action {
      try LedgerScene.call(
        fair, "buy", [.bytes(Array(words.utf8))],
        paying: [AttachedPayment(asset: scene.usd, amount: amount)], in: module)
    }
    _ = try scene.ledger.append([
      scene.transaction(by: "bob", buy(5_000_000, "für zwei"), price: price),
      stranger.sign(buy(2_500_000, ""), price: 5),
      scene.transaction(by: "carol", buy(0, "for nothing"), price: price),
      // One who pays himself, and one who pays whoever the fees go to.
      scene.transaction(by: "bob", scene.transfer(1, to: "bob"), price: price),
      scene.transaction(by: "carol", scene.transfer(7, to: "treasury"), price: price),
    ])
    _ = try scene.ledger.append([
      scene.transaction(
        by: "bob",
        .transfer(
          AssetTransfer(
            asset: World.asset(issuer: fair, className: "Ticket"), amount: 2,
            receiver: LedgerScene.account("carol"))), price: price),
      scene.transaction(by: "carol", buy(40_000_000, "too many"), price: price),
      scene.transaction(
        by: "carol", LedgerScene.call(fair, "note_beacon", [.int(0)], in: module), price: price),
    ])
  }

  private static func fail(
    _ scene: LedgerScene, _ fair: Identifier, _ module: VerifiedModule
  ) throws {
    let tooMuch = Integer.power(of: 200, minus: 1)
    let other = try LedgerScene.module(
      Self.source.replacing("contract Fair", with: "contract Fete"))
    func create(_ code: VerifiedModule, _ arguments: [Value]) -> Transaction.Action {
      .create(
        ContractCreation(
          codeHash: Identifier(code.codeHash) ?? .zero,
          parameters: arguments.map { WireKind(kind: $0.integer == nil ? .bytes : .int) },
          arguments: arguments))
    }
    for (action, gas) in [
      (scene.transfer(tooMuch, to: "bob"), 1_000_000),
      (try LedgerScene.call(fair, "spin", in: module), 200_000),
      (try LedgerScene.call(fair, "note_beacon", [.int(-1)], in: module), 1_000_000),
      (.deploy(module: other.encoded), 48_000), (create(other, []), 1_000_000),
      (create(module, [.int(1)]), 1_000_000),
    ] as [(Transaction.Action, UInt64)] {
      try scene.submit(by: "alice", action, gas: gas, price: price)
    }
    // A signature that no export has.
    let call = ContractCall(
      target: fair, name: "gone", parameters: [], results: [], arguments: [], payments: [])
    try scene.submit(by: "alice", .call(call), price: price)
  }

  /// Heights are left out, and beacons are read: of a header, of a height without one, of one too old.
  private static func wait(
    _ scene: LedgerScene, _ fair: Identifier, _ module: VerifiedModule
  ) throws {
    let head = try scene.ledger.head()
    _ = try scene.ledger.append([])
    _ = try scene.ledger.append(
      [], input: BlockInput(after: scene.ledger.head(), genesis: scene.ledger.genesis, blocks: 260))
    _ = try scene.ledger.append(
      try [1, head.height, head.height + 10, head.height + 261, head.height + 262].map {
        try scene.transaction(
          by: "carol", LedgerScene.call(fair, "note_beacon", [.int(Integer($0))], in: module),
          price: price)
      })
  }
}
