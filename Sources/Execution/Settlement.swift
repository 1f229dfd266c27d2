import Bytecode
import Hosting
import Integers
import State

/// What a transaction changed, as far as its receipt and the machine's own rules ask.
struct Settlement {
  /// The balances, by asset and holder.
  fileprivate(set) var balances: [BalanceChange] = []
  /// The contracts with changed fields or balances that have enforced invariants, in order.
  fileprivate(set) var contracts: [Identifier] = []
  /// The address that was looked at last: changes of one contract mostly follow each other.
  private var last = Identifier.zero
  fileprivate var sums: AssetSums
  /// The number of the last entry into a contract before the transaction.
  private var serial: UInt64 = 0

  /// Nothing, with memory for `AssetSums.capacity` sums.
  init(sums: UnsafeMutablePointer<AssetSums.Sum>) { self.sums = AssetSums(sums: sums) }

  fileprivate mutating func begin(serial: UInt64) {
    if !balances.isEmpty { balances = [] }
    if !contracts.isEmpty { contracts = [] }
    last = .zero
    sums.begin()
    self.serial = serial
  }

  fileprivate mutating func note(_ address: Identifier, _ machine: Machine) {
    if address == last { return }
    last = address
    if machine.isGuarded(address, since: serial) { contracts.append(address) }
  }

  fileprivate mutating func add(
    _ key: UnsafeRawBufferPointer, _ before: UnsafeRawBufferPointer?,
    _ after: UnsafeRawBufferPointer?, _ machine: Machine
  ) {
    guard let start = key.baseAddress, key.count >= 33 else { return }
    switch KeySpace(rawValue: start.load(as: UInt8.self)) {
    case .field, .total, .contract: note(Identifier(reading: start + 1), machine)
    case .supply:
      sums.add(Identifier(reading: start + 1), lost: before, gained: after, isSupply: true)
    case .balance:
      guard key.count == 65 else { return }
      let asset = Identifier(reading: start + 1)
      let holder = Identifier(reading: start + 33)
      sums.add(asset, lost: before, gained: after, isSupply: false)
      note(holder, machine)
      balances.append(
        BalanceChange(
          asset: asset, holder: holder, before: integer(stored: before),
          after: integer(stored: after)))
    default: break
    }
  }

  private func integer(stored bytes: UnsafeRawBufferPointer?) -> Integer {
    if let short = Int128(stored: bytes) { return Integer(short) }
    return Integer(stored: bytes.map { Array($0) })
  }
}

extension Machine {
  /// Looks at everything that changed since a checkpoint, and checks that assets are conserved.
  ///
  /// It is valid until the next transaction. The number is that of the last entry into a contract before
  /// the checkpoint.
  func settle(
    since checkpoint: StateTable.Checkpoint, serial: UInt64
  ) throws(Halt) -> UnsafePointer<Settlement> {
    let settlement = settlement
    settlement.pointee.begin(serial: serial)
    state.forEachChange(since: checkpoint) { _, key, before, after in
      settlement.pointee.add(key, before, after, self)
    }
    if settlement.pointee.sums.isComplete {
      settlement.pointee.sums.requireConservation()
    } else {
      try Conservation.check(state.changes(since: checkpoint))
    }
    if settlement.pointee.balances.count > 1 {
      settlement.pointee.balances.sort {
        $0.asset == $1.asset ? $0.holder < $1.holder : $0.asset < $1.asset
      }
    }
    if settlement.pointee.contracts.count > 1 {
      settlement.pointee.contracts = Set(settlement.pointee.contracts).sorted()
    }
    return UnsafePointer(settlement)
  }

  /// Whether there is a contract at an address whose code has enforced invariants.
  ///
  /// What the outermost contract was that has been entered last still stands in its frame.
  fileprivate func isGuarded(_ address: Identifier, since serial: UInt64) -> Bool {
    if self.serial > serial, contracts.pointee.address == address {
      return contracts.pointee.code.interface.pointee.hasEnforcedInvariants
    }
    key.begin(.contract)
    key.append(address)
    guard let value = state.value(in: state.slot(for: key.bytes)), value.count >= 32,
      let base = value.baseAddress
    else { return false }
    return hasEnforcedInvariants(code: Identifier(reading: base))
  }
}

/// What the balances of some assets gained, less what their supplies gained.
///
/// As long as all have at most fifteen bytes and there are few assets; `Conservation` does the rest.
struct AssetSums {
  struct Sum {
    let asset: Identifier
    var gain: Int128
  }

  static let capacity = 16
  private let sums: UnsafeMutablePointer<Sum>
  private var count = 0
  /// Whether the sums are those of all changes.
  private(set) var isComplete = true

  /// Sums in memory that has room for `capacity` of them.
  init(sums: UnsafeMutablePointer<Sum>) { self.sums = sums }

  /// Forgets all sums.
  mutating func begin() {
    count = 0
    isComplete = true
  }

  /// Takes a changed balance or supply into account.
  mutating func add(
    _ asset: Identifier, lost: UnsafeRawBufferPointer?, gained: UnsafeRawBufferPointer?,
    isSupply: Bool
  ) {
    guard isComplete, let before = Int128(stored: lost), let after = Int128(stored: gained),
      let place = place(of: asset)
    else {
      isComplete = false
      return
    }
    let (old, new) = isSupply ? (after, before) : (before, after)
    let (gain, isLarge) = new.subtractingReportingOverflow(old)
    let (sum, isTooLarge) = sums[place].gain.addingReportingOverflow(gain)
    if isLarge || isTooLarge { isComplete = false }
    sums[place].gain = sum
  }

  private mutating func place(of asset: Identifier) -> Int? {
    for index in 0..<count where sums[index].asset == asset { return index }
    guard count < Self.capacity else { return nil }
    sums[count] = Sum(asset: asset, gain: 0)
    count += 1
    return count - 1
  }

  /// Halts our own mistakes: the machine's rules keep the sums, so a difference is a bug in them.
  func requireConservation() {
    for index in 0..<count where sums[index].gain != 0 {
      preconditionFailure("asset \(sums[index].asset) is not conserved: \(sums[index].gain)")
    }
  }
}
