import Chain
import EngineTesting
import Ledger
import LedgerTesting
import Testing

/// A process that is killed leaves the last whole block, and everything that it has acknowledged.
///
/// `Tests/kill` does the same for as long as one likes.
@Suite(.timeLimit(.minutes(5))) struct KillTests {
  @Test func killedProcessesLoseNothing() throws {
    let folder = try TemporaryFolder()
    var campaign = try KillCampaign(
      executable: Helper.executable(), folder: folder.path, seed: 1)
    let count = Effort.rounds(12)
    try campaign.run(kills: count)
    #expect(campaign.figures.problems.isEmpty, "\(campaign.figures)")
    #expect(campaign.figures.killCount >= count)
  }

  /// What the test above would see if a block, or a note, were lost.
  @Test func lossesWouldBeSeen() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.ledger")
    let helper = try Helper(
      Helper.executable(), ["load", path, "3", "20"], folder: folder.path)
    var expectation = KillExpectation()
    for line in helper.finish() { expectation.hear(line) }
    #expect(helper.end == .exited(0))
    #expect(expectation.phase == .closed && expectation.acknowledged > 10)
    let ledger = try Ledger.open(.file(path))
    var sound = expectation
    #expect(try sound.check(ledger) == 0)
    #expect(sound.problems.isEmpty)

    try ledger.goBack(toHeight: ledger.head().height - 1)
    var lost = expectation
    _ = try lost.check(ledger)
    #expect(lost.problems.count == 1)

    var other = sound
    other.hear("noting 300")
    other.hear("note 300")
    other.hear("opening")
    other.hear("head 0 ff")
    _ = try other.check(ledger)
    #expect(other.problems.count == 3)
  }
}
