/// Colours on a terminal, or none.
struct Paint: Sendable {
  /// Whether escape sequences are written.
  var isColored: Bool

  /// Writes text without colour.
  static let plain = Paint(isColored: false)

  func bold(_ text: String) -> String { wrap(text, "1") }
  func faint(_ text: String) -> String { wrap(text, "2") }
  func red(_ text: String) -> String { wrap(text, "1;31") }
  func green(_ text: String) -> String { wrap(text, "32") }
  func yellow(_ text: String) -> String { wrap(text, "33") }
  func blue(_ text: String) -> String { wrap(text, "34") }

  private func wrap(_ text: String, _ code: String) -> String {
    isColored && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

/// When colours are written.
enum ColorChoice: String, CaseIterable, Sendable {
  case auto, always, never

  /// Whether a channel gets colours.
  ///
  /// `auto` means a terminal, unless `NO_COLOR` is set to anything.
  func applies(isTerminal: Bool, noColor: String?) -> Bool {
    switch self {
    case .always: true
    case .never: false
    case .auto: isTerminal && (noColor ?? "").isEmpty
    }
  }
}
