import Bytecode
import Chain
import Dispatch
import Integers
import Ledger
import Synchronization
import Testing
import Transactions

/// Many senders at once: each transaction gets its own answer, and blocks hold several.
@Suite struct TransactionQueueTests {
  @Test func answersEverySender() async throws {
    let scene = try LedgerScene()
    let queue = TransactionQueue(scene.ledger)
    let count = 60
    var transactions: [SignedTransaction] = []
    for number in 0..<count {
      let name = ["alice", "bob", "carol"][number % 3]
      transactions.append(
        try scene.transaction(by: name, scene.transfer(Integer(number), to: "dave")))
    }
    // Each sender's are given in their order; those of different senders race.
    try await withThrowingTaskGroup(of: Int.self) { group in
      for sender in 0..<3 {
        let own = stride(from: sender, to: count, by: 3).map { transactions[$0] }
        group.addTask {
          for transaction in own {
            let receipt = try await queue.submit(transaction)
            #expect(receipt.transaction == transaction.id)
          }
          return own.count
        }
      }
      let answered = try await group.reduce(0, +)
      #expect(answered == count)
    }
    #expect(try scene.balance("dave") == Integer((0..<count).reduce(0, +)))
  }

  @Test func tellsRefusalsToThoseWhoSentThem() async throws {
    let scene = try LedgerScene()
    let queue = TransactionQueue(scene.ledger)
    let good = try scene.transaction(by: "alice", scene.transfer(1, to: "dave"))
    let bad = try scene.transaction(by: "bob", scene.transfer(1, to: "dave"), nonce: 7)
    async let first = queue.submit(good)
    await #expect(throws: TransactionRefusal.nonceTooHigh(expected: 0, found: 7)) {
      try await queue.submit(bad)
    }
    #expect(try await first.transaction == good.id)
    await #expect(throws: TransactionRefusal.nonceUsed(expected: 1, found: 0)) {
      try await queue.submit(good)
    }
  }

  @Test func refusesForgedSignatures() async throws {
    let scene = try LedgerScene()
    let queue = TransactionQueue(scene.ledger)
    let one = try scene.transaction(by: "alice", scene.transfer(1, to: "dave"))
    let other = try scene.transaction(by: "bob", scene.transfer(1, to: "dave"))
    let forged = try SignedTransaction(one.transaction, signature: other.signature)
    await #expect(throws: TransactionRefusal.invalid(.badSignature)) {
      try await queue.submit(forged)
    }
    #expect(try await queue.submit(one).transaction == one.id)
  }

  @Test func fillsBlockAfterBlock() async throws {
    // Room for the gas limit of one transaction and what others used, not for two limits.
    let ledger = try Ledger.create(LedgerScene.genesis(blockGasLimit: 90_000), at: .memory)
    let scene = LedgerScene(ledger)
    let transactions = try (1...5).map { _ in
      try scene.transaction(by: "alice", scene.transfer(1, to: "dave"), gas: 60_000)
    }
    // All wait before the first block is written, so that most find no room in it.
    let gate = Gate()
    let queue = TransactionQueue(ledger) { head in
      gate.wait()
      return BlockInput(after: head, genesis: ledger.genesis)
    }
    let answers = Answers()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for transaction in transactions {
        group.addTask { answers.add(try await queue.submit(transaction).transaction) }
        // The order of arrival is that of the nonces.
        try await Task.sleep(for: .milliseconds(20))
      }
      gate.open()
      try await group.waitForAll()
    }
    #expect(answers.all == Set(transactions.map(\.id)))
    #expect(try ledger.head().height > 2)
    #expect(try ledger.head().height >= 1)
    for header in try ledger.headers(limit: 10) { #expect(header.gasUsed <= 90_000) }
  }

  @Test func followersSeeEveryBlock() async throws {
    let scene = try LedgerScene()
    let blocks = scene.ledger.blocks()
    for _ in 1...3 { try scene.submit(by: "alice", scene.transfer(1, to: "dave")) }
    var heights: [Int] = []
    for await block in blocks {
      heights.append(block.height)
      if heights.count == 3 { break }
    }
    #expect(heights == [1, 2, 3])
  }
}

extension TransactionQueueTests {
  @Test func closingEndsTheStreams() async throws {
    let scene = try LedgerScene()
    let follower = Task { [blocks = scene.ledger.blocks()] in
      var count = 0
      for await _ in blocks { count += 1 }
      return count
    }
    try scene.submit(by: "alice", scene.transfer(1, to: "dave"))
    try scene.ledger.close()
    #expect(await follower.value == 1)
  }
}

/// Something that waits until it is opened.
private final class Gate: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)

  func open() { semaphore.signal() }

  func wait() {
    semaphore.wait()
    semaphore.signal()
  }
}

/// Ids that several tasks gather.
private final class Answers: Sendable {
  private let ids = Mutex<Set<Identifier>>([])

  func add(_ id: Identifier) { ids.withLock { _ = $0.insert(id) } }

  var all: Set<Identifier> { ids.withLock { $0 } }
}
