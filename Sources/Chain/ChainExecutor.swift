public import Bytecode
public import Commitment
public import Execution
import Integers
public import State
public import Transactions
import Verification

/// Where an executor reads the pages of the commitment from.
public struct CommitmentPages: TriePageSource {
  private let read: (TriePath) throws -> [UInt8]?

  /// Makes a source of a function.
  public init(_ read: @escaping (TriePath) throws -> [UInt8]?) { self.read = read }

  /// The bytes of the page at a path, or nil if there is none.
  public func page(at path: TriePath) throws -> [UInt8]? { try read(path) }
}

/// Applies transactions to the state of a chain, block by block: the one place where that is done.
///
/// It opens a block, executes transactions in it, seals it, and hands what changed to its owner, who
/// stores it and then commits, or abandons it. It reads no clock and no randomness: the same genesis,
/// inputs and transactions give the same blocks. It is used by one thread at a time.
public final class ChainExecutor {
  /// A block that is sealed but not committed, with what has to be stored for it.
  public struct Sealed {
    /// The block.
    public let block: SealedBlock
    /// What changed in the state, in the order of the keys.
    public let changes: [StateChange]
    /// The pages of the commitment that changed; nil for those that are gone.
    public let pages: [(path: TriePath, bytes: [UInt8]?)]
    /// The block's transactions, as `SealedBlock.encode` writes them.
    public let encodedTransactions: [UInt8]
    /// The block's receipts, as `SealedBlock.encode` writes them.
    public let encodedReceipts: [UInt8]
  }

  /// A block that is being made.
  private struct Opened {
    let input: BlockInput
    let start: StateTable.Checkpoint
    /// The world's block before.
    let before: Block
    var bringsCode = false
    var transactions: [SignedTransaction] = []
    var receipts: [TransactionReceipt] = []
    var gasUsed: UInt64 = 0
    var byteCount = 0
    var header: BlockHeader?
  }

  /// What the chain began with.
  public let genesis: Genesis
  /// The chain.
  public let chain: Identifier
  /// The state, and the machine that runs its contracts.
  public let world: World
  /// The last block that is committed; nil before the first.
  public private(set) var head: BlockHeader?

  private let pages: CommitmentPages
  private var trie: Trie<CommitmentPages>
  private var opened: Opened?
  private let feeAsset: Identifier?

  /// Makes an executor on a state that stands at a block.
  ///
  /// - Parameters:
  ///   - genesis: What the chain began with.
  ///   - state: The state after the last block.
  ///   - pages: The commitment to it.
  ///   - head: The last block, or nil if there is none yet.
  ///   - beacons: The beacons of the last 256 heights.
  /// - Throws: What the pages throw when the first is read.
  public init(
    genesis: Genesis, state: StateTable, pages: CommitmentPages, head: BlockHeader?,
    beacons: [Int: Identifier]
  ) throws {
    self.genesis = genesis
    chain = genesis.chain
    feeAsset = genesis.feeAsset
    self.pages = pages
    self.head = head
    trie = try Trie(source: pages)
    world = World(
      state: state,
      block: Block(
        chain: chain, height: head?.height ?? 0, time: head?.time ?? genesis.time,
        beacons: beacons))
  }

  /// The commitment to the state as it was last sealed.
  public var stateRoot: Identifier { trie.root }

  /// A proof of what the committed state holds under a key, or that it holds nothing.
  public func proof(for key: [UInt8]) throws -> TrieProof { try trie.proof(for: key) }

  // MARK: - Blocks

  /// Makes the first block: the assets of the genesis.
  public func sealGenesis() throws -> Sealed {
    precondition(head == nil && opened == nil, "the chain has begun")
    opened = Opened(
      input: BlockInput(height: 0, time: genesis.time, beacon: .zero),
      start: world.state.checkpoint(), before: world.block)
    for asset in genesis.assets {
      let identifier = world.createGenesisAsset(
        named: asset.name, decimals: asset.decimals, supply: 0, holder: .zero)
      world.setSupply(asset.supply, of: identifier)
      for holding in asset.holdings {
        _ = world.adjustBalance(of: identifier, holder: holding.holder, by: holding.amount)
      }
    }
    return try seal()
  }

  /// Opens the next block.
  public func open(_ input: BlockInput) throws(BlockRefusal) {
    precondition(opened == nil, "a block is open")
    let parent = head?.height ?? -1
    guard input.height > parent, input.height <= Genesis.timeMaximum else {
      throw .heightOutOfRange(parent: parent, found: input.height)
    }
    let parentTime = head?.time ?? genesis.time
    guard input.time >= parentTime, input.time <= Genesis.timeMaximum else {
      throw .timeOutOfRange(parent: parentTime, found: input.time)
    }
    opened = Opened(input: input, start: world.state.checkpoint(), before: world.block)
    fillBeacons(before: input.height)
    world.block.height = input.height
    world.block.time = input.time
  }

  /// Gives the heights between the last header and the next a beacon, and forgets those too old to read.
  private func fillBeacons(before height: Int) {
    guard let head else { return }
    let first = max(head.height + 1, height - Limits.beaconWindow)
    for skipped in first..<max(first, height) {
      world.block.beacons[skipped] = BlockHeader.derivedBeacon(
        after: head.hash, height: skipped)
    }
    if world.block.beacons.count > Limits.beaconWindow {
      world.block.beacons = world.block.beacons.filter {
        $0.key >= height - Limits.beaconWindow
      }
    }
  }

  /// Closes the open block and takes its changes into the commitment.
  public func seal() throws -> Sealed {
    guard var block = opened else { preconditionFailure("no block is open") }
    let changes = world.state.changes(since: block.start)
    let root = try trie.update(changes.lazy.map { (key: $0.key, value: $0.after) })
    let transactions = EncodedList(block.transactions)
    let receipts = EncodedList(block.receipts)
    let header = BlockHeader(
      chain: chain, height: block.input.height, parent: head?.hash ?? .zero,
      time: block.input.time, beacon: block.input.beacon,
      transactionCount: block.transactions.count, gasUsed: block.gasUsed,
      transactionRoot: transactions.root, receiptRoot: receipts.root, stateRoot: root)
    block.header = header
    opened = block
    return Sealed(
      block: SealedBlock(
        header: header, transactions: block.transactions, receipts: block.receipts),
      changes: changes, pages: trie.takeChangedPages(),
      encodedTransactions: transactions.bytes, encodedReceipts: receipts.bytes)
  }

  /// Makes the sealed block the last one: its owner has stored it.
  public func commit() {
    guard let header = opened?.header else { preconditionFailure("no block is sealed") }
    world.state.commit()
    world.block.beacons[header.height] = header.beacon
    head = header
    opened = nil
  }

  /// Takes back all of the open block, sealed or not.
  public func abandon() throws {
    guard let block = opened else { return }
    world.state.revert(to: block.start)
    world.block = block.before
    if block.bringsCode { world.forgetCode() }
    opened = nil
    trie = try Trie(source: pages)
  }

  /// Executes a block that was made elsewhere, and seals it if every figure of its header is right.
  public func apply(
    _ header: BlockHeader, _ transactions: [SignedTransaction]
  ) throws -> Sealed {
    try apply(header, transactions.count) { (index) throws(TransactionRefusal) in
      try execute(transactions[index])
    }
  }

  /// Executes a block that was made elsewhere and whose signatures have been verified, and seals it if
  /// every figure of its header is right.
  public func apply(
    _ header: BlockHeader, _ transactions: [VerifiedTransaction]
  ) throws -> Sealed {
    try apply(header, transactions.count) { (index) throws(TransactionRefusal) in
      try execute(transactions[index])
    }
  }

  private func apply(
    _ header: BlockHeader, _ count: Int,
    _ execute: (Int) throws(TransactionRefusal) -> TransactionReceipt
  ) throws -> Sealed {
    guard header.chain == chain else {
      throw BlockRefusal.wrongChain(expected: chain, found: header.chain)
    }
    guard header.parent == head?.hash ?? .zero else {
      throw BlockRefusal.wrongParent(expected: head?.hash ?? .zero, found: header.parent)
    }
    try open(BlockInput(height: header.height, time: header.time, beacon: header.beacon))
    do {
      for index in 0..<count {
        do throws(TransactionRefusal) { _ = try execute(index) } catch {
          throw BlockRefusal.transaction(index: index, error)
        }
      }
      let sealed = try seal()
      if let difference = sealed.block.header.difference(from: header) {
        throw BlockRefusal.mismatch(difference)
      }
      return sealed
    } catch {
      try abandon()
      throw error
    }
  }
}

extension BlockHeader {
  /// What is not the same in another header of the same height, by name; nil if all is.
  public func difference(from other: BlockHeader) -> String? {
    if transactionCount != other.transactionCount { return "the number of transactions" }
    if transactionRoot != other.transactionRoot { return "the transaction root" }
    if receiptRoot != other.receiptRoot { return "the receipt root" }
    if gasUsed != other.gasUsed { return "the gas" }
    if stateRoot != other.stateRoot { return "the state root" }
    return self == other ? nil : "the header"
  }
}

// MARK: - Transactions

extension ChainExecutor {
  /// Executes a transaction in the open block.
  ///
  /// A refused transaction changes nothing. One that is admitted and fails leaves its nonce, its fee and
  /// its receipt.
  @discardableResult
  public func execute(
    _ signed: SignedTransaction
  ) throws(TransactionRefusal) -> TransactionReceipt {
    try check(signed)
    let verified: VerifiedTransaction
    do { verified = try VerifiedTransaction(verifying: signed) } catch { throw .invalid(error) }
    return try execute(verified)
  }

  /// Executes a transaction whose signature has been verified in the open block.
  @discardableResult
  public func execute(
    _ verified: VerifiedTransaction
  ) throws(TransactionRefusal) -> TransactionReceipt {
    let signed = verified.signed
    let admitted = try admit(verified)
    let transaction = signed.transaction
    let state = world.state
    let start = state.checkpoint()
    world.setNonce(transaction.nonce + 1, of: admitted.sender)
    if let asset = feeAsset, !admitted.reserve.isZero {
      _ = world.adjustBalance(
        of: asset, holder: admitted.sender, by: admitted.reserve.negated())
    }
    var outcome = run(transaction.action, admitted, gas: transaction.gasLimit)
    let gasUsed = admitted.gas + outcome.gasUsed
    var fee: Integer = 0
    var changes = outcome.balanceChanges
    if let asset = feeAsset, let receiver = genesis.fees?.receiver, !admitted.reserve.isZero {
      fee = (try? transaction.gasPrice.multiplied(by: Integer(gasUsed))) ?? 0
      let refund = (try? admitted.reserve.subtracting(fee)) ?? 0
      _ = world.adjustBalance(of: asset, holder: admitted.sender, by: refund)
      _ = world.adjustBalance(of: asset, holder: receiver, by: fee)
      changes = world.balanceChanges(since: start)
    }
    outcome = Receipt(
      status: outcome.status, gasUsed: gasUsed, events: outcome.events, balanceChanges: changes)
    let receipt = TransactionReceipt(
      transaction: signed.id, schedule: genesis.schedule, outcome: outcome, fee: fee)
    opened?.transactions.append(signed)
    if admitted.module != nil { opened?.bringsCode = true }
    opened?.receipts.append(receipt)
    opened?.gasUsed += gasUsed
    opened?.byteCount += signed.byteCount
    return receipt
  }

  /// What is known of a transaction that may run.
  private struct Admitted {
    let sender: Identifier
    /// The gas of admitting it.
    let gas: UInt64
    /// What all its gas costs.
    let reserve: Integer
    /// The code that it brings.
    let module: VerifiedModule?
  }

  /// Refuses what no block of this chain can hold, whoever signed it.
  private func check(_ signed: SignedTransaction) throws(TransactionRefusal) {
    guard signed.byteCount <= genesis.blockSizeLimit else {
      throw .invalid(.tooLarge(byteCount: signed.byteCount, limit: genesis.blockSizeLimit))
    }
    do { try signed.check(on: chain, forDevelopment: genesis.isDevelopment) } catch {
      throw .invalid(error)
    }
  }

  private func admit(_ verified: VerifiedTransaction) throws(TransactionRefusal) -> Admitted {
    guard opened != nil, opened?.header == nil else {
      preconditionFailure("no block is open")
    }
    let signed = verified.signed
    let transaction = signed.transaction
    let sender = verified.sender
    try check(signed)
    let expected = world.nonce(of: sender)
    guard transaction.nonce >= expected else {
      throw .nonceUsed(expected: expected, found: transaction.nonce)
    }
    // The last number is never used, so that the next one is always a number.
    guard transaction.nonce == expected, expected < .max else {
      throw .nonceTooHigh(expected: expected, found: transaction.nonce)
    }
    let gas = AdmissionGas.transaction(signed)
    guard transaction.gasLimit >= gas else {
      throw .tooLittleGas(needed: gas, limit: transaction.gasLimit)
    }
    guard transaction.gasLimit <= genesis.blockGasLimit else {
      throw .tooMuchGas(limit: transaction.gasLimit, block: genesis.blockGasLimit)
    }
    let reserve = try reserve(for: transaction, of: sender)
    var module: VerifiedModule?
    if case .deploy(let bytes) = transaction.action {
      do { module = try Verifier.verify(bytes) } catch { throw .moduleRefused(error) }
    }
    guard hasRoom(for: signed) else { throw .blockFull }
    return Admitted(sender: sender, gas: gas, reserve: reserve, module: module)
  }

  /// Whether a transaction fits into the open block.
  private func hasRoom(for signed: SignedTransaction) -> Bool {
    guard let gasUsed = opened?.gasUsed, let byteCount = opened?.byteCount,
      let count = opened?.transactions.count
    else { return false }
    let (total, overflow) = gasUsed.addingReportingOverflow(signed.transaction.gasLimit)
    return !overflow && total <= genesis.blockGasLimit
      && byteCount + signed.byteCount <= genesis.blockSizeLimit
      && count < BlockHeader.transactionLimit
  }

  /// The price of all the gas that a transaction may use, which the sender must have.
  private func reserve(
    for transaction: Transaction, of sender: Identifier
  ) throws(TransactionRefusal) -> Integer {
    let price = transaction.gasPrice
    guard let fees = genesis.fees, let asset = feeAsset else {
      guard price.isZero else { throw .noFees }
      return 0
    }
    guard price >= fees.minimumPrice else {
      throw .priceTooLow(minimum: fees.minimumPrice, found: price)
    }
    let needed = (try? price.multiplied(by: Integer(transaction.gasLimit))) ?? 0
    let balance = world.balance(of: asset, holder: sender)
    guard balance >= needed else {
      throw .cannotPayFee(needed: needed, balance: balance, asset: fees.asset)
    }
    return needed
  }

  private func run(_ action: Transaction.Action, _ admitted: Admitted, gas: UInt64) -> Receipt {
    let left = gas - admitted.gas
    switch action {
    case .deploy:
      guard let module = admitted.module else { return failed(.codeNotDeployed) }
      let cost = AdmissionGas.deployment(of: module)
      guard cost <= left else { return failed(.outOfGas, gasUsed: left) }
      return Receipt(
        status: .succeeded([Value(world.deploy(code: module))]), gasUsed: cost, events: [],
        balanceChanges: [])
    case .create(let creation):
      if let module = world.verifiedModule(creation.codeHash)?.module {
        let parameters = module.export(named: "init")?.parameters ?? []
        let kinds = parameters.map { WireKind($0.kind, in: module) }
        guard kinds == creation.parameters else { return failed(.noSuchFunction) }
      }
      return world.create(
        creation.codeHash, arguments: creation.arguments, payments: creation.payments,
        by: admitted.sender, gas: left)
    case .call(let call):
      return world.call(call, by: admitted.sender, gas: left)
    case .transfer(let transfer):
      return world.send(
        transfer.amount, of: transfer.asset, from: admitted.sender, to: transfer.receiver,
        gas: left)
    }
  }

  private func failed(_ trap: Trap, gasUsed: UInt64 = 0) -> Receipt {
    Receipt(
      status: .failed(Failure(reason: .trap(trap), origin: .zero, site: nil)),
      gasUsed: gasUsed, events: [], balanceChanges: [])
  }
}
