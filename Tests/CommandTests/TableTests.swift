import EngineTesting
import Testing

@testable import aliquot

/// Tables that fit a terminal.
@Suite struct TableTests {
  private func table(_ rows: [[String]]) -> Table {
    var table = Table(["name", "amount", "text"], right: ["amount"])
    for row in rows { table.add(row[0], row[1], row[2]) }
    return table
  }

  private func lines(_ text: String) -> [String] {
    text.split(separator: "\n").map(String.init)
  }

  @Test func shortenTheWidestText() {
    let table = table([["a", "12", "what stands here is long"], ["b", "3", "short"]])
    #expect(
      table.text(width: 24) == """
        name  amount  text
        a         12  what stan…
        b          3  short

        """)
    #expect(table.text() == table.text(width: 200))
    #expect(table.text().contains("what stands here is long"))
  }

  @Test func countColumnsAsTerminalsDo() {
    #expect("日本語テキスト".shortened(to: 7) == "日本語…")
    #expect("日本語テキスト".shortened(to: 14) == "日本語テキスト")
    #expect("e\u{301}e\u{301}e".shortened(to: 3) == "e\u{301}e\u{301}e")
    #expect("abc".shortened(to: 3) == "abc" && "abcd".shortened(to: 3) == "ab…")
    #expect("日".displayWidth == 2)
  }

  @Test func fitWhateverTheyHold() {
    var random = SplitMix64(seed: 3)
    let letters = ["a", " ", "ß", "語", "e\u{301}", "…", "_"]
    for _ in 0..<Effort.rounds(300) {
      let rows = (0..<1 + random.below(5)).map { _ in
        [0, 1, 2].map { column in
          column == 1
            ? String(random.below(100_000))
            : (0..<random.below(60)).map { _ in random.pick(letters) }.joined()
        }
      }
      let table = table(rows)
      let whole = lines(table.text())
      let width = random.below(140)
      let fitted = lines(table.text(width: width))
      #expect(fitted.count == whole.count)
      let widest = whole.map(\.displayWidth).max() ?? 0
      if widest <= width { #expect(fitted == whole) }
      // Two texts of eight columns, a number of six, and what is between them.
      #expect(fitted.allSatisfy { $0.displayWidth <= max(width, 8 + 2 + 6 + 2 + 8) })
      for row in rows { #expect(fitted.contains { $0.contains(row[1]) }) }
    }
  }
}
