extension StateTable {
  /// The lowest key with a value that begins with a prefix and, if one is given, is strictly above another.
  ///
  /// Going on from the key that was found visits everything below a prefix in order, and reads no more of
  /// it than is visited.
  public func slot(within prefix: [UInt8], after key: [UInt8]? = nil) -> Slot? {
    let start = key.map { $0.lexicographicallyPrecedes(prefix) ? prefix : $0 } ?? prefix
    let isIncluded = key.map { $0.lexicographicallyPrecedes(prefix) } ?? true
    guard let slot = start.withUnsafeBytes({ slot(above: $0, orEqual: isIncluded) }),
      self.key(of: slot).starts(with: prefix)
    else { return nil }
    return slot
  }
}
