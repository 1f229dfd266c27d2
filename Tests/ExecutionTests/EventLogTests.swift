import Bytecode
import EngineTesting
import Hosting
import Integers
import Testing

/// The log of events against an array of them.
@Suite struct EventLogTests {
  static func event(_ random: inout SplitMix64) -> Event {
    let fields: [Value] = (0..<random.below(5)).map { _ in
      random.chance(50)
        ? .int(random.pick([0, 1, -1, random.integer(bits: 60), random.integer(bits: 700)]))
        : .bytes(random.bytes(random.pick([0, 1, 7, 8, 9, 32, 33, 300])))
    }
    return Event(
      contract: Fixture.account(UInt8(random.below(2))),
      codeHash: Fixture.account(UInt8(random.below(2))), index: random.below(300), fields: fields)
  }

  @Test(arguments: 0..<20) func holdsWhatWasAppended(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let writer = EventLogWriter()
    var model: [Event] = []
    var marks: [(EventLogWriter.Mark, Int)] = []
    for _ in 0..<300 {
      switch random.below(10) {
      case 0: marks.append((writer.mark, model.count))
      case 1:
        guard let (mark, count) = marks.popLast() else { continue }
        writer.truncate(to: mark)
        model.removeLast(model.count - count)
      case 2:
        // An event that is begun and not ended is not there.
        writer.begin(contract: .zero, codeHash: .zero, index: 1, fieldCount: 3, emitter: 77)
      default:
        let event = Self.event(&random)
        writer.append(event)
        model.append(event)
      }
      let (count, last) = (writer.count, writer.last)
      #expect(count == model.count)
      #expect(last == model.last)
    }
    let log = writer.log
    #expect(Array(log) == model)
    #expect(log == EventLog(model), "equal events are equal logs, whatever was undone in between")
    #expect(log.isEmpty == model.isEmpty)
    writer.removeAll()
    let (none, last) = (writer.log, writer.last)
    #expect(none == [])
    #expect(last == nil)
    if !model.isEmpty { #expect(log != EventLog(model.dropLast())) }
  }
}
