import Bytecode
import EngineTesting
import Integers
import Transactions

/// Keys and transactions for tests.
enum TransactionSamples {
  static let chain = identifier(0xC0)

  /// 32 times the same byte.
  static func identifier(_ byte: UInt8) -> Identifier {
    Identifier([UInt8](repeating: byte, count: 32)) ?? .zero
  }

  /// A key of each scheme: the first of RFC 8032, that of RFC 6979, and `alice`.
  static func keys() throws -> [AccountKey] {
    try [AccountTests.published[0], AccountTests.published[3]].map {
      try AccountKey(scheme: $0.scheme, seed: Hexadecimal.decode($0.seed) ?? [])
    } + [.development(named: "alice")]
  }

  /// An action of each sort.
  static let actions: [(name: String, action: Transaction.Action)] = [
    ("deploy", .deploy(module: Array("no module at all".utf8))),
    (
      "create",
      .create(
        ContractCreation(
          codeHash: identifier(0x44),
          parameters: [.asset, .int, .address, .call].map { WireKind(kind: $0) },
          arguments: [
            Value(identifier(0x22)), .int(100), Value(identifier(0x33)), .bytes([1, 2, 3]),
          ],
          payments: [AttachedPayment(asset: identifier(0x22), amount: 5)]))
    ),
    (
      "call",
      .call(
        ContractCall(
          target: identifier(0x11), name: "pay",
          parameters: [.int, .enumeration(2), .text].map { WireKind(kind: $0) },
          results: [WireKind(kind: .bool)],
          arguments: [.int(1_000), .int(1), .bytes(Array("hé".utf8))],
          payments: [AttachedPayment(asset: identifier(0x22), amount: 25)]))
    ),
    (
      "transfer",
      .transfer(
        AssetTransfer(asset: identifier(0x22), amount: 1_000, receiver: identifier(0x33)))
    ),
  ]

  static func transaction(
    _ action: Transaction.Action, by key: AccountKey, chain: Identifier = chain,
    nonce: UInt64 = 7, gasLimit: UInt64 = 100_000, gasPrice: Integer = 0
  ) throws -> Transaction {
    try Transaction(
      chain: chain, sender: key.publicKey, nonce: nonce, gasLimit: gasLimit, gasPrice: gasPrice,
      action: action)
  }
}

extension SplitMix64 {
  mutating func identifier() -> Identifier {
    Identifier(chance(30) ? [UInt8](repeating: pick([0, 1, 255]), count: 32) : bytes(32)) ?? .zero
  }

  private mutating func argument() -> (WireKind, Value) {
    switch below(10) {
    case 0: (WireKind(kind: .int), .int(integer()))
    case 1: (WireKind(kind: .bool), .int(Integer(below(2))))
    case 2:
      { last in (WireKind(kind: .enumeration(UInt8(last))), .int(Integer(below(last + 1)))) }(
        below(256))
    case 3: (WireKind(kind: .bytes), .bytes(bytes(below(200))))
    case 4: (WireKind(kind: .text), .bytes(Array(pick(["", "a", "é", "e\u{301}", "🜚"]).utf8)))
    case 5: (WireKind(kind: .address), Value(identifier()))
    case 6: (WireKind(kind: .asset), Value(identifier()))
    case 7: (WireKind(kind: .call), .bytes(bytes(below(60))))
    case 8: (WireKind(kind: .addresses), .bytes(bytes(32 * below(4))))
    default: (WireKind(kind: .assets), .bytes(bytes(32 * below(4))))
    }
  }

  private mutating func payments() -> [AttachedPayment] {
    (0..<below(Limits.payments + 1)).map { _ in
      AttachedPayment(asset: identifier(), amount: integer(bits: 256))
    }
  }

  mutating func action() -> Transaction.Action {
    let arguments = (0..<below(pick([1, 3, 8]))).map { _ in argument() }
    switch below(4) {
    case 0: return .deploy(module: bytes(below(pick([1, 200, 2_000]))))
    case 1:
      return .create(
        ContractCreation(
          codeHash: identifier(), parameters: arguments.map(\.0), arguments: arguments.map(\.1),
          payments: payments()))
    case 2:
      return .call(
        ContractCall(
          target: identifier(), name: pick(["", "a", "claim", "é", "e\u{301}"]),
          parameters: arguments.map(\.0), results: (0..<below(3)).map { _ in argument().0 },
          arguments: arguments.map(\.1), payments: payments()))
    default:
      return .transfer(
        AssetTransfer(asset: identifier(), amount: integer().magnitude, receiver: identifier()))
    }
  }

  mutating func transaction(by key: AccountKey) throws -> Transaction {
    try Transaction(
      chain: identifier(), sender: key.publicKey,
      nonce: pick([0, 1, 127, 128, .max, next()]), gasLimit: pick([0, 1, Limits.gas, 300_000]),
      gasPrice: integer(bits: Transaction.gasPriceBits).magnitude, action: action())
  }
}
