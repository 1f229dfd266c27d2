import Bytecode
import Chain
import EngineTesting
import Hosting
import Integers

/// Parts of a chain that can be read and written, though nothing led to them.
extension SplitMix64 {
  private mutating func address() -> Identifier { Identifier(bytes(32)) ?? .zero }

  private mutating func count(_ limit: Int) -> Int {
    min(limit, pick([0, 1, 127, 128, 16_383, 16_384, limit, below(limit)]))
  }

  mutating func header() -> BlockHeader {
    BlockHeader(
      chain: address(), height: count(Genesis.timeMaximum), parent: address(),
      time: count(Genesis.timeMaximum), beacon: address(),
      transactionCount: count(BlockHeader.transactionLimit), gasUsed: pick([0, next(), .max]),
      transactionRoot: address(), receiptRoot: address(), stateRoot: address())
  }

  mutating func genesis() -> Genesis {
    let names = ["A", "USD", "_", "a1", String(repeating: "z", count: Limits.nameLength)]
    let assets = names.prefix(below(6)).map { name in
      Genesis.Asset(
        name: name, decimals: UInt8(below(78)),
        holdings: (0..<below(4)).map { _ in
          Genesis.Holding(holder: address(), amount: integer(bits: 1_000).magnitude)
        })
    }
    var genesis = Genesis(
      name: pick(["n", "test", "ü\u{301}🜚", String(repeating: "n", count: Limits.nameLength)]),
      isDevelopment: chance(50), time: count(Genesis.timeMaximum),
      blockInterval: 1 + count((1 << 32) - 1), blockGasLimit: pick([1, next() | 1, .max]),
      blockSizeLimit: 1 + count(Genesis.blockSizeMaximum - 1), assets: assets)
    if chance(60), let asset = some(of: assets) {
      genesis.fees = Genesis.Fees(
        asset: asset.name, receiver: address(),
        minimumPrice: integer(bits: 256).magnitude)
    }
    return genesis
  }

  private mutating func values() -> [Value] {
    (0..<pick([0, 1, 3, Limits.parameters])).map { _ in
      chance(50) ? .int(integer()) : .bytes(bytes(pick([0, 1, 32, 127, 128, 300])))
    }
  }

  private mutating func status() -> Receipt.Status {
    if chance(50) { return .succeeded(values()) }
    let reason: Failure.Reason =
      chance(50)
      ? .trap(pick(Trap.allCases))
      : .declared(
        index: count(Limits.declarations), number: count(.max), arguments: values())
    return .failed(
      Failure(
        reason: reason, origin: address(),
        site: chance(50)
          ? FailureSite(
            codeHash: address(), function: count(Limits.functions),
            instruction: count(Limits.instructions)) : nil))
  }

  mutating func receipt() -> TransactionReceipt {
    TransactionReceipt(
      transaction: address(), schedule: address(),
      outcome: Receipt(
        status: status(), gasUsed: pick([0, next(), .max]),
        events: (0..<below(4)).map { _ in
          Event(
            contract: address(), codeHash: address(), index: count(Limits.declarations),
            fields: values())
        },
        balanceChanges: (0..<below(4)).map { _ in
          BalanceChange(
            asset: address(), holder: address(), before: integer(), after: integer())
        }), fee: integer())
  }

  /// Changes bytes at random: bits, bytes, lengths.
  mutating func mangled(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0...below(3) {
      guard !bytes.isEmpty else { return bytes }
      let place = below(bytes.count)
      switch below(5) {
      case 0, 1: bytes[place] ^= 1 << UInt8(below(8))
      case 2: bytes[place] = pick([0, 1, 2, 0x7F, 0x80, 0xFF])
      case 3: bytes.insert(UInt8(below(256)), at: place)
      default: bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(4)))
      }
    }
    return bytes
  }
}
