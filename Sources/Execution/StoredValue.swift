public import Bytecode
public import Integers

extension Field {
  /// The values that are stored under one key of the field: one for a plain value, one for each component
  /// of a record.
  ///
  /// Nothing stored is the zero of a plain value, and no record at all: nil.
  public func values(decoding stored: [UInt8]?) throws(Refusal) -> [Value]? {
    guard let stored else { return isRecord ? nil : components.map(Value.zero) }
    var reader = ByteReader(stored)
    var values: [Value] = []
    for kind in components { values.append(try reader.readValue(of: kind)) }
    return values
  }
}

extension Integer {
  /// The integer that is stored as a balance, a supply, a total or a count; nothing stored is zero.
  public init(stored: [UInt8]?) {
    var offset = 0
    self = stored.flatMap { try? Integer(decoding: $0, at: &offset) } ?? 0
  }
}
