import BigInt
import Bytecode
import Integers

/// The bodies of the storage instructions.
extension Interpreter {
  // MARK: - Loading

  func load(_ o: SIMD8<UInt16>) throws(Halt) {
    let field = module.fields[Int(o[1])]
    let key = try fieldKey(o[1], ints: o[3], strings: o[4])
    try warm(key)
    guard let stored = ledger[key] else {
      if field.isRecord { throw .trap(.entryMissing) }
      return try set([.zero(of: field.components[0])], ints: o[0], strings: o[0])
    }
    try charge(Gas.storedRead(stored.count))
    let data = Encoding.readValues(stored, of: field.components)
    try set([data[Int(o[2])]], ints: o[0], strings: o[0])
  }

  /// Loads an integer that is stored alone.
  func loadInteger(_ key: [UInt8], to register: UInt16) throws(Halt) {
    try warm(key)
    let stored = ledger[key]
    try charge(Gas.storedRead(stored?.count ?? 0))
    try set(register, Encoding.integer(stored: stored))
  }

  func exists(_ o: SIMD8<UInt16>) throws(Halt) {
    let key = try fieldKey(o[1], ints: o[2], strings: o[3])
    try warm(key)
    set(o[0], ledger[key] != nil)
  }

  // MARK: - Storing

  func store(_ o: SIMD8<UInt16>) throws(Halt) {
    let field = module.fields[Int(o[0])]
    let component = Int(o[1])
    let kind = field.components[component]
    let new: Datum = kind.bank == .int ? .int(int(o[4])) : .bytes(bytes(o[4]))
    let key = try fieldKey(o[0], ints: o[2], strings: o[3])
    try warm(key)
    if field.isRecord {
      guard let stored = ledger[key] else { throw .trap(.entryMissing) }
      var data = Encoding.readValues(stored, of: field.components)
      data[component] = new
      let encoded = try pay(for: data, of: field, under: key, checking: [(new, kind)])
      ledger.write(encoded, under: key)
    } else if new.isZero(of: kind) {
      if field.isSummed { try addToTotal(o[0], new: new, old: ledger[key]) }
      try remove(key)
    } else {
      let encoded = try pay(for: [new], of: field, under: key, checking: [(new, kind)])
      if field.isSummed { try addToTotal(o[0], new: new, old: ledger[key]) }
      ledger.write(encoded, under: key)
    }
  }

  func putRecord(_ o: SIMD8<UInt16>) throws(Halt) {
    let field = module.fields[Int(o[0])]
    let key = try fieldKey(o[0], ints: o[1], strings: o[2])
    try warm(key)
    let data = data(of: field.components, ints: o[3], strings: o[4])
    let checked = zip(data, field.components).map { ($0, $1) }
    ledger.write(try pay(for: data, of: field, under: key, checking: checked), under: key)
  }

  func delete(_ o: SIMD8<UInt16>) throws(Halt) {
    let key = try fieldKey(o[0], ints: o[1], strings: o[2])
    try warm(key)
    guard let stored = ledger[key] else { return }
    if module.fields[Int(o[0])].isSummed { try addToTotal(o[0], new: .int(0), old: stored) }
    try remove(key)
  }

  /// The encoding of values to store: their bytes and the look at new ones are paid in one sum, then each
  /// new one must be of its kind.
  private func pay(
    for data: [Datum], of field: Field, under key: [UInt8], checking new: [(Datum, Kind)]
  ) throws(Halt) -> [UInt8] {
    let encoded = Encoding.values(data, of: field.components)
    if encoded.count > Limits.valueLength { throw .trap(.valueTooLong) }
    let checks = new.reduce(0) { $0 + Gas.kindCheck($1.1, $1.0.byteCount) }
    try payForStoring(encoded, under: key, checks: checks)
    for (datum, kind) in new { try require(datum.isOf(kind, in: module)) }
    return encoded
  }

  private func payForStoring(
    _ value: [UInt8], under key: [UInt8], checks: Int = 0
  ) throws(Halt) {
    let isNew = ledger[key] == nil
    try charge(Gas.storedWrite(key.count + value.count) + (isNew ? Gas.newKey : 0) + checks)
  }

  /// Stores bytes and pays for them.
  func put(_ value: [UInt8], under key: [UInt8]) throws(Halt) {
    try payForStoring(value, under: key)
    ledger.write(value, under: key)
  }

  /// Stores an integer and pays for it; a zero is paid as the byte that it would be, and not stored.
  func put(_ integer: BigInt, under key: [UInt8]) throws(Halt) {
    let encoded = Encoding.integer(integer)
    if !integer.isZero { return try put(encoded, under: key) }
    try charge(Gas.storedWrite(key.count + encoded.count))
    ledger.write(nil, under: key)
  }

  private func remove(_ key: [UInt8]) throws(Halt) {
    try charge(Gas.storedWrite(key.count))
    ledger.write(nil, under: key)
  }

  // MARK: - Sums

  /// Adds the difference that a store makes to the total of a summed map.
  private func addToTotal(_ field: UInt16, new: Datum, old: [UInt8]?) throws(Halt) {
    guard case .int(let new) = new else { return }
    let key = Key.total(contract.address, field)
    try warm(key)
    let sum = Encoding.integer(stored: ledger[key]) + new - Encoding.integer(stored: old)
    try put(try Arithmetic.limited(sum), under: key)
  }

  func total(_ o: SIMD8<UInt16>) throws(Halt) {
    try loadInteger(Key.total(contract.address, o[1]), to: o[0])
  }

  // MARK: - Order

  func seek(_ o: SIMD8<UInt16>) throws(Halt) {
    guard let mode = SeekMode(rawValue: UInt8(o[3])) else { return }
    let kinds = module.fields[Int(o[1])].key.map(\.kind)
    let prefixCount = Int(o[2])
    let prefix = try fieldKey(o[1], ints: o[4], strings: o[5], components: prefixCount)
    let isWithinPrefix = mode == .first || mode == .last
    let key = isWithinPrefix ? prefix : try fieldKey(o[1], ints: o[4], strings: o[5])
    try charge(Gas.seek(key.count - Key.field(contract.address, o[1]).count))
    let found: [UInt8]?
    switch mode {
    case .first: found = ledger.key(from: prefix)
    case .last: found = ledger.key(below: lowestKey(beyond: prefix))
    case .after: found = ledger.key(above: key)
    case .from: found = ledger.key(from: key)
    case .upto where ledger[key] != nil: found = key
    case .before, .upto: found = ledger.key(below: key)
    }
    guard let found, found.starts(with: prefix) else { return set(o[0], false) }
    try warm(found)
    try charge(
      Gas.key(components: kinds.count - prefixCount, bytes: found.count - prefix.count))
    // The components of the prefix stay as they are, the others come from the key.
    var offset = prefix.count
    var (nextInt, nextString) = (o[4], o[5])
    for (index, kind) in kinds.enumerated() {
      if index >= prefixCount {
        let datum = Key.readComponent(found, of: kind, at: &offset)
        try set([datum], ints: nextInt, strings: nextString)
      }
      if kind.bank == .int { nextInt += 1 } else { nextString += 1 }
    }
    set(o[0], true)
  }

  /// The lowest key above all that begin with a prefix, which does not begin with 0xFF.
  private func lowestKey(beyond prefix: [UInt8]) -> [UInt8] {
    var key = prefix
    while key.last == 0xFF { key.removeLast() }
    key[key.count - 1] += 1
    return key
  }
}
