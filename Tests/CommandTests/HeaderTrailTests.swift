import Chain
import Ledger
import Testing

@testable import aliquot

/// What somebody who looks at a chain now and then notices.
@Suite struct HeaderTrailTests {
  private let ledger: Ledger

  init() throws {
    ledger = try Ledger.create(
      Genesis(name: "test", isDevelopment: true, time: 1_767_225_600), at: .memory)
  }

  private func grow(_ blocks: Int) throws {
    for _ in 0..<blocks { _ = try ledger.append([]) }
  }

  @Test func noticesEveryChange() throws {
    try grow(5)
    var trail = try HeaderTrail(ledger)
    #expect(try trail.height == 5 && trail.follow(ledger) == nil)
    try grow(2)
    #expect(try trail.follow(ledger) == .init(start: 5, isBack: false))
    #expect(try trail.height == 7 && trail.follow(ledger) == nil)
    // Back to before it began to look.
    try ledger.goBack(toHeight: 3)
    #expect(try trail.follow(ledger) == .init(start: 3, isBack: true))
    #expect(try trail.height == 3 && trail.follow(ledger) == nil)
    // Back, and as high as before, and higher, all between two looks. A block that holds the same is the same block.
    for (time, blocks) in [(5, 1), (6, 4)] {
      try ledger.goBack(toHeight: 2)
      var input = BlockInput(after: try ledger.head(), genesis: ledger.genesis)
      input.time += time
      _ = try ledger.append([], input: input)
      try grow(blocks - 1)
      #expect(try trail.follow(ledger) == .init(start: 2, isBack: true))
      #expect(try trail.height == 2 + blocks && trail.follow(ledger) == nil)
    }
  }

  @Test func heightsMayBeLeftOut() throws {
    var trail = try HeaderTrail(ledger)
    let input = BlockInput(after: try ledger.head(), genesis: ledger.genesis, blocks: 100)
    _ = try ledger.append([], input: input)
    #expect(try trail.follow(ledger) == .init(start: 0, isBack: false))
    try grow(1)
    #expect(try trail.follow(ledger) == .init(start: 100, isBack: false))
    try ledger.goBack(toHeight: 0)
    #expect(try trail.follow(ledger) == .init(start: 0, isBack: true))
  }

  @Test func whatIsTooFarBackIsTakenAsNew() throws {
    try grow(10)
    var trail = try HeaderTrail(ledger, limit: 3)
    try ledger.goBack(toHeight: 2)
    #expect(try trail.follow(ledger) == .init(start: 2, isBack: true))
    #expect(try trail.height == 2 && trail.follow(ledger) == nil)
    try grow(9)
    #expect(try trail.follow(ledger) == .init(start: 2, isBack: false))
    // It knows 9, 10 and 11 now.
    try ledger.goBack(toHeight: 2)
    var input = BlockInput(after: try ledger.head(), genesis: ledger.genesis)
    input.time += 1
    _ = try ledger.append([], input: input)
    try grow(17)
    #expect(try trail.follow(ledger) == .init(start: 8, isBack: true))
    #expect(try trail.height == 20 && trail.follow(ledger) == nil)
  }
}
