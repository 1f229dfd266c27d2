import Ledger

/// How far long work has come, on one line of standard error that is written again and again: for a person
/// who watches, and for nobody else.
final class ProgressLine {
  /// Things that are done from one sign of life to the next.
  private static let pace = 100

  private let what: String
  private let isShown: Bool
  private var lastShown = 0
  private var hasShown = false

  init(_ what: String, _ global: GlobalOptions) {
    self.what = what
    isShown = Descriptor.error.isTerminal && !global.quiet
  }

  /// Shows how far it is, now and then.
  func show(_ progress: LedgerProgress) {
    let all = progress.blockCount.map { " of \(Numbers.grouped(String($0)))" } ?? ""
    show(progress.blocks + progress.transactions) {
      "\(Numbers.grouped(String(progress.blocks)))\(all) blocks, "
        + "\(Numbers.grouped(String(progress.transactions))) transactions"
    }
  }

  /// Shows how many things are done, now and then.
  func show(_ count: Int, _ things: String) {
    show(count) { "\(Numbers.grouped(String(count))) \(things)" }
  }

  private func show(_ done: Int, _ text: () -> String) {
    guard isShown, done - lastShown >= Self.pace else { return }
    lastShown = done
    hasShown = true
    Descriptor.error.write("\r\(what): \(text())\u{1B}[K")
  }

  /// Takes the line away.
  func end() { if hasShown { Descriptor.error.write("\r\u{1B}[K") } }

  deinit { end() }
}
