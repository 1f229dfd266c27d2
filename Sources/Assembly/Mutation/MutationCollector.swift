/// Gathers the changes that can be made to a source.
struct MutationCollector {
  let text: SourceText
  private var found: [SourceMutation] = []

  init(text: SourceText) { self.text = text }

  /// What was found, each change once.
  var sorted: [SourceMutation] {
    var seen: Set<SourceMutation> = []
    return found.filter { seen.insert($0).inserted }
      .enumerated().sorted {
        ($0.element.range.lowerBound, $0.offset) < ($1.element.range.lowerBound, $1.offset)
      }.map(\.element)
  }

  // MARK: - Changes

  /// The source between two offsets.
  func source(_ range: Range<Int>) -> String { String(decoding: text.bytes[range], as: UTF8.self) }

  func source(_ span: Span) -> String { source(span.start..<span.end) }

  /// Notes that something else may stand in a place.
  mutating func replace(_ range: Range<Int>, by replacement: String, _ kind: SourceMutation.Kind) {
    let original = source(range)
    guard original != replacement else { return }
    found.append(
      SourceMutation(kind: kind, range: range, original: original, replacement: replacement))
  }

  mutating func replace(_ span: Span, by replacement: String, _ kind: SourceMutation.Kind) {
    replace(span.start..<span.end, by: replacement, kind)
  }

  /// Notes that two parts of the source may change places.
  mutating func swap(_ first: Span, _ second: Span, _ kind: SourceMutation.Kind) {
    guard first.end <= second.start, source(first) != source(second) else { return }
    replace(
      first.start..<second.end,
      by: source(second) + source(first.end..<second.start) + source(first), kind)
  }

  /// The place of a sign between two parts of the source, outside of comments.
  func place(of sign: String, between first: Span, and second: Span) -> Range<Int>? {
    guard first.end <= second.start else { return nil }
    let bytes = Array(sign.utf8)
    var offset = first.end
    while offset + bytes.count <= second.start {
      if text.bytes[offset] == UInt8(ascii: ";") {
        while offset < second.start, text.bytes[offset] != UInt8(ascii: "\n") { offset += 1 }
        continue
      }
      if text.bytes[offset..<offset + bytes.count].elementsEqual(bytes) {
        return offset..<offset + bytes.count
      }
      offset += 1
    }
    return nil
  }

  // MARK: - Declarations

  mutating func visit(_ item: Item) {
    switch item.kind {
    case .constant(_, let value): visit(value)
    case .function(let function): visit(function.body)
    // What is only checked by tests is not what they test.
    case .invariant(let invariant): if invariant.isEnforced { visit(invariant.body) }
    default: break
    }
  }

  private mutating func visit(_ body: BodySyntax) {
    if case .statements(let statements, _) = body { visit(statements) }
  }
}
