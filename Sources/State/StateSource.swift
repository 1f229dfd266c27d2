/// What a state is read from where the table does not know a key yet: a persistent store.
///
/// A source that cannot read gives nothing, keeps the reason, and its owner throws away what was made
/// of it.
public protocol StateSource: AnyObject {
  /// The value stored under a key.
  func value(forKey key: UnsafeRawBufferPointer) -> [UInt8]?
  /// The entries with the lowest keys at or above the given one, in order, at most so many.
  func entries(
    atOrAbove key: UnsafeRawBufferPointer, limit: Int
  ) -> [(key: [UInt8], value: [UInt8])]
  /// The entries with the highest keys strictly below the given one, the highest first, at most so many.
  func entries(
    below key: UnsafeRawBufferPointer, limit: Int
  ) -> [(key: [UInt8], value: [UInt8])]
}
