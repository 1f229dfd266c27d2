public import Bytecode
import Integers

/// Why values are not components of a key.
public enum KeyComponentError: Error, Hashable, Sendable {
  /// There are more values than the key has components.
  case tooMany
  /// The value at this index, counted from 0, is not of its component's kind.
  case kindMismatch(Int)
  /// The key would be longer than `Limits.keyLength`, or the integer at this index is larger than keys hold.
  case tooLong(Int)
}

extension StateKey {
  /// The key of an entry of a map, from the values of the key's components.
  ///
  /// With fewer values than kinds it is what the keys of all entries begin with that have these first
  /// components. The encoding is the one by which contracts find entries, with its limits. Of an enum it is
  /// not checked that the value is one of the cases, whose number only the module knows.
  ///
  /// - Parameters:
  ///   - contract: the contract.
  ///   - index: the index of the field in the module.
  ///   - values: the first components, in their order.
  ///   - kinds: the kinds of all components, as the field declares them.
  /// - Returns: the key, or what keys begin with.
  /// - Throws: which value cannot be a component, and why.
  public static func field(
    contract: Identifier, index: UInt8, key values: [Value], of kinds: [Kind]
  ) throws(KeyComponentError) -> StateKey {
    guard values.count <= kinds.count else { throw .tooMany }
    let buffer = KeyBuffer()
    buffer.begin(.field)
    buffer.append(contract)
    buffer.append(index)
    for (position, (value, kind)) in zip(values, kinds).enumerated() {
      guard kind.bank != .list, kind.isOfKey(value) else { throw .kindMismatch(position) }
      do throws(Halt) {
        switch value {
        case .int(let integer):
          try integer.withLimbs { (limbs) throws(Halt) in try buffer.append(limbs) }
        case .bytes(let string):
          try string.span.bytes.withUnsafeBytes { (bytes) throws(Halt) in
            if kind.isIdentifier {
              try buffer.append(identifier: bytes)
            } else {
              try buffer.append(string: bytes)
            }
          }
        }
      } catch {
        throw error == Halt(.keyTooLong) ? .tooLong(position) : .kindMismatch(position)
      }
    }
    return .field(
      contract: contract, index: index,
      components: Array(buffer.bytes.dropFirst(KeyBuffer.fieldPrefix)))
  }

  /// The values of the components of a field's key: all of them, or the first few of a key that ends behind
  /// one.
  ///
  /// Nil for a key of anything else, and for bytes that are no components of these kinds.
  public func components(of kinds: [Kind]) -> [Value]? {
    guard case .field(_, _, let bytes) = self else { return nil }
    var values: [Value] = []
    var offset = 0
    while offset < bytes.count {
      guard values.count < kinds.count,
        let value = Self.component(kinds[values.count], bytes, at: &offset)
      else { return nil }
      values.append(value)
    }
    return values
  }

  private static func component(_ kind: Kind, _ bytes: [UInt8], at offset: inout Int) -> Value? {
    switch kind.bank {
    case .int: return (try? Integer(decodingKey: bytes, at: &offset)).map { .int($0) }
    case .bytes, .list:
      guard kind.isIdentifier else { return string(bytes, at: &offset).map { .bytes($0) } }
      guard bytes.count - offset >= 32 else { return nil }
      defer { offset += 32 }
      return .bytes(Array(bytes[offset..<offset + 32]))
    }
  }

  /// A string in a key: a zero byte is followed by 0xFF, and the end is two zero bytes.
  private static func string(_ bytes: [UInt8], at offset: inout Int) -> [UInt8]? {
    var string: [UInt8] = []
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      if byte == 0 {
        guard offset < bytes.count else { return nil }
        let next = bytes[offset]
        offset += 1
        if next == 0 { return string }
        guard next == 0xFF else { return nil }
      }
      string.append(byte)
    }
    return nil
  }
}

extension Kind {
  /// Whether a value may be a component of this kind, as far as the kind alone says.
  fileprivate func isOfKey(_ value: Value) -> Bool {
    switch (self, value) {
    case (.bool, .int(let integer)): integer == 0 || integer == 1
    case (_, .int): bank == .int
    case (_, .bytes(let bytes)):
      bank == .bytes && bytes.withUnsafeBytes { admits($0) }
    }
  }
}
