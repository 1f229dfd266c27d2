/// A small change in a source that tests should notice.
package struct SourceMutation: Hashable, Sendable {
  /// What sort of change it is.
  package enum Kind: String, CaseIterable, Sendable {
    /// A comparison that includes or leaves out its edge, or says the opposite.
    case comparison
    /// An operator in the place of another.
    case arithmetic
    /// Operands that have changed places.
    case operands
    /// Arguments that have changed places.
    case arguments
    /// A rounding in the other direction, the greater in the place of the smaller.
    case rounding
    /// A number that is one more or one less, the other truth value.
    case constant
    /// A `require` that is not there.
    case requirement
    /// A condition that says the opposite, or lacks a part.
    case condition
    /// Another statement that is not there.
    case statement
    /// Something that goes to somebody else.
    case recipient
  }

  /// What sort of change it is.
  package let kind: Kind
  /// The bytes that are replaced.
  package let range: Range<Int>
  /// What stands there.
  package let original: String
  /// What stands there instead; nothing if it is left out.
  package let replacement: String

  /// The source with the change.
  package func applied(to text: SourceText) -> [UInt8] {
    Array(text.bytes[..<range.lowerBound]) + Array(replacement.utf8)
      + Array(text.bytes[range.upperBound...])
  }
}

extension SourceText {
  /// The changes that can be made to a contract or a library, in the order of their places; none if it
  /// cannot be read.
  ///
  /// Not every one of them assembles, and some change nothing.
  package var mutations: [SourceMutation] {
    var diagnostics = Diagnostics()
    let file = Parser.parse(file: diagnostics.sources.add(self), reporting: &diagnostics)
    guard !diagnostics.hasErrors else { return [] }
    var collector = MutationCollector(text: self)
    for item in file.items { collector.visit(item) }
    return collector.sorted
  }
}
