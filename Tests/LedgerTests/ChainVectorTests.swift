import Bytecode
import Chain
import EngineTesting
import Hosting
import Integers
import Testing

extension ChainVectorFile {
  static func made() throws -> ChainVectorFile {
    var random = SplitMix64(seed: 2_026)
    let geneses = [LedgerScene.genesis()] + (0..<12).map { _ in random.genesis() }
    let headers = (0..<12).map { _ in random.header() }
    let receipts =
      statuses.map { random.receipt(of: $0) }
      + (0..<40).map { _ in random.receipt() }.filter { $0.encoded().count < 6_000 }
    let lists = ([0, 1, 2, 3, 4, 5, 7, 8, 13, 33] as [Int]).map { count in
      (0..<count).map { _ in random.bytes(random.below(40)) }
    }
    var changed: [Changed] = []
    func change(_ kind: String, _ bytes: [UInt8], _ times: Int, _ read: ([UInt8]) throws -> Void) {
      for _ in 0..<times {
        let bytes = random.mangled(bytes)
        let isRead: Bool
        do {
          try read(bytes)
          isRead = true
        } catch { isRead = false }
        changed.append(
          Changed(kind: kind, bytes: Hexadecimal.encode(bytes), isRead: isRead))
      }
    }
    func refuse(_ kind: String, _ bytes: [UInt8]) {
      changed.append(Changed(kind: kind, bytes: Hexadecimal.encode(bytes), isRead: false))
    }
    for genesis in impossible { refuse("genesis", genesis.encoded()) }
    refuse("receipt", random.receipt(of: .succeeded(tooMany)).encoded())
    for genesis in geneses {
      change("genesis", genesis.encoded(), 12) { _ = try Chain.Genesis(decoding: $0) }
    }
    for header in headers {
      change("header", header.encoded(), 10) { _ = try BlockHeader(decoding: $0) }
    }
    for receipt in receipts.map({ $0.encoded() }) where receipt.count < 700 {
      change("receipt", receipt, 6) { _ = try TransactionReceipt(decoding: $0) }
    }
    return ChainVectorFile(
      geneses: geneses.map(Genesis.init), headers: headers.map(Header.init),
      receipts: receipts.map(Receipt.init), lists: lists.map(List.init), changed: changed)
  }

  /// More values than there can be.
  private static let tooMany = [Value](repeating: .int(1), count: Limits.parameters + 1)

  /// Geneses with something in them that no chain can begin with.
  private static var impossible: [Chain.Genesis] {
    let changes: [(inout Chain.Genesis) -> Void] = [
      { $0.name = "" }, { $0.time = Chain.Genesis.timeMaximum + 1 }, { $0.blockInterval = 0 },
      { $0.blockGasLimit = 0 }, { $0.blockSizeLimit = 0 },
      { $0.blockSizeLimit = Chain.Genesis.blockSizeMaximum + 1 },
      { $0.assets.append($0.assets[0]) }, { $0.assets[0].name = "1A" },
      { $0.assets[0].name = "A B" }, { $0.assets[0].decimals = 78 },
      { $0.assets[0].holdings[0].amount = -1 }, { $0.assets[0].holdings[0].holder = .zero },
      { $0.assets[0].holdings[0].amount = Integer.power(of: Limits.integerBits, minus: 1) },
      { $0.fees?.asset = "EUR" }, { $0.fees?.receiver = .zero },
      { $0.fees?.minimumPrice = -1 }, { $0.fees?.minimumPrice = Integer.power(of: 256, minus: 0) },
    ]
    return changes.map { change in
      var genesis = LedgerScene.genesis(
        fees: Chain.Genesis.Fees(asset: "USD", receiver: LedgerScene.account("bob")))
      change(&genesis)
      return genesis
    }
  }

  /// Every way to end: with and without results, in every trap, in errors.
  private static var statuses: [Hosting.Receipt.Status] {
    let (one, two) = (Identifier([UInt8](repeating: 1, count: 32)), LedgerScene.account("bob"))
    let site = FailureSite(codeHash: two, function: 4_096, instruction: 131_072)
    let ends: [Failure.Reason] =
      Trap.allCases.map { .trap($0) } + [
        .declared(index: 0, number: 65_536, arguments: []),
        .declared(
          index: 255, number: 65_536 + Int(UInt32.max),
          arguments: [.int(0), .int(-1), .bytes([]), .bytes([0]), Value(two)]),
      ]
    return [
      .succeeded([]), .succeeded([.int(0)]), .succeeded([.bytes([]), .int(-256), Value(two)]),
    ]
      + ends.enumerated().map { index, reason in
        .failed(
          Failure(
            reason: reason, origin: index % 3 == 0 ? .zero : one ?? .zero,
            site: index % 2 == 0 ? nil : site))
      }
  }
}

extension SplitMix64 {
  /// A short receipt that ends like this.
  fileprivate mutating func receipt(of status: Receipt.Status) -> TransactionReceipt {
    let (contract, code) = (LedgerScene.account("c\(next())"), LedgerScene.account("d\(next())"))
    let isSuccess = if case .succeeded = status { true } else { false }
    return TransactionReceipt(
      transaction: LedgerScene.account("t\(next())"), schedule: MachineRules.identifier,
      outcome: Receipt(
        status: status, gasUsed: UInt64(below(1_000_000_000)),
        events: isSuccess
          ? [Event(contract: contract, codeHash: code, index: below(256), fields: [.int(7)])] : [],
        balanceChanges: [
          BalanceChange(
            asset: code, holder: contract, before: Integer(below(1_000)), after: 0)
        ]), fee: Integer(below(1_000_000)))
  }
}

/// What stands in the files of vectors is what the module makes, and it reads it.
@Suite struct ChainVectorTests {
  private static let file = RecordedFile<ChainVectorFile>("chain")

  @Test func theFileIsWhatIsMade() throws { try Self.file.expect(ChainVectorFile.made()) }

  @Test func whatTheFileHoldsIsRead() throws {
    let content = try Self.file.content()
    func bytes(_ text: String) throws -> [UInt8] { try #require(Hexadecimal.decode(text)) }
    for vector in content.geneses {
      #expect(try ChainVectorFile.Genesis(Genesis(decoding: bytes(vector.bytes))) == vector)
    }
    for vector in content.headers {
      #expect(try ChainVectorFile.Header(BlockHeader(decoding: bytes(vector.bytes))) == vector)
    }
    for vector in content.receipts {
      let receipt = try TransactionReceipt(decoding: bytes(vector.bytes))
      #expect(ChainVectorFile.Receipt(receipt) == vector)
    }
    for vector in content.lists {
      #expect(try ChainVectorFile.List(vector.items.map(bytes)) == vector)
    }
    let readers: [String: ([UInt8]) throws -> Void] = [
      "genesis": { _ = try Genesis(decoding: $0) },
      "header": { _ = try BlockHeader(decoding: $0) },
      "receipt": { _ = try TransactionReceipt(decoding: $0) },
    ]
    for vector in content.changed {
      let read = try #require(readers[vector.kind])
      #expect(((try? read(bytes(vector.bytes))) != nil) == vector.isRead, "\(vector.bytes)")
    }
    // Both sorts of every kind are there.
    for kind in ["genesis", "header", "receipt"] {
      let changed = content.changed.filter { $0.kind == kind }
      #expect(changed.contains(where: \.isRead) && !changed.allSatisfy(\.isRead), "\(kind)")
    }
  }
}
