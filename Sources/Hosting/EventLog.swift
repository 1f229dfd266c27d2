import Bytecode
import Integers

/// The events of a transaction, in the order of their emission.
///
/// A transaction may emit very many. They are kept as the machine wrote them, in one piece of memory, and
/// an event is made when somebody looks at it.
public struct EventLog: RandomAccessCollection, Hashable, Sendable, ExpressibleByArrayLiteral,
  CustomStringConvertible
{
  /// The events one behind the other, then where each starts, then how many there are; nothing for none.
  ///
  /// An event has a word with its index and how many fields and words it has, a word that says where the contract
  /// and the hash of its code stand, and these, if it is the first event of several that has them. A field
  /// has a word with its size, whether it is an integer and whether that is negative, then limbs or bytes.
  private let words: [UInt]

  init(words: [UInt]) { self.words = words }

  /// A log of events that were made elsewhere.
  public init(_ events: some Sequence<Event>) {
    let writer = EventLogWriter()
    for event in events { writer.append(event) }
    self = writer.log
  }

  /// A log of events that were made elsewhere.
  public init(arrayLiteral elements: Event...) { self.init(elements) }

  /// 0.
  public var startIndex: Int { 0 }

  /// How many events there are.
  public var endIndex: Int { words.last.map { Int($0) } ?? 0 }

  /// Makes the event at a place.
  public subscript(position: Int) -> Event {
    precondition(indices.contains(position), "there is no event \(position) of \(count)")
    let start = Int(words[words.count - 1 - count + position])
    return words.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("no words have no events") }
      return Self.event(base, at: start)
    }
  }

  /// Makes the event that starts at a place.
  static func event(_ words: UnsafePointer<UInt>, at start: Int) -> Event {
    let header = EventHeader(word: words[start])
    let source = UnsafeRawPointer(words + Int(words[start + 1]))
    var place = words + start + (Int(words[start + 1]) == start + 2 ? 10 : 2)
    var fields: [Value] = []
    fields.reserveCapacity(header.fieldCount)
    for _ in 0..<header.fieldCount {
      let field = FieldHeader(word: place.pointee)
      fields.append(field.value(place + 1))
      place += 1 + field.wordCount
    }
    return Event(
      contract: Identifier(reading: source), codeHash: Identifier(reading: source + 32),
      index: header.index, fields: fields)
  }

  /// The events as an array is described.
  public var description: String { Array(self).description }
}

/// What stands in front of an event.
@usableFromInline
struct EventHeader {
  @usableFromInline let word: UInt

  @inlinable
  init(word: UInt) { self.word = word }

  @inlinable
  init(index: Int, fieldCount: Int) {
    word = UInt(truncatingIfNeeded: index) | UInt(truncatingIfNeeded: fieldCount) &<< 16
  }

  /// What the header of an event of so many words has besides.
  @inlinable
  static func length(_ wordCount: Int) -> UInt { UInt(truncatingIfNeeded: wordCount) &<< 32 }

  var index: Int { Int(word & 0xFFFF) }
  var fieldCount: Int { Int(word >> 16 & 0xFFFF) }
  var wordCount: Int { Int(word >> 32) }
}

/// What stands in front of a field of an event.
@usableFromInline
struct FieldHeader {
  @usableFromInline let word: UInt

  @inlinable
  init(word: UInt) { self.word = word }

  /// A string of so many bytes.
  @inlinable
  init(byteCount: Int) { word = UInt(byteCount) << 2 }

  /// An integer of a signed number of limbs.
  @inlinable
  init(size: Int) { word = size.magnitude << 5 | (size < 0 ? 3 : 1) }

  var isInteger: Bool { word & 1 == 1 }
  @inlinable
  var byteCount: Int { Int(word >> 2) }
  @inlinable
  var wordCount: Int { (byteCount + 7) / 8 }

  func value(_ content: UnsafePointer<UInt>) -> Value {
    guard isInteger else {
      return .bytes(Array(UnsafeRawBufferPointer(start: content, count: byteCount)))
    }
    let count = byteCount / 8
    return .int(Integer(LimbView(limbs: content, size: word & 2 == 2 ? -count : count)))
  }
}
