import Bytecode
import EngineTesting
import Execution
import Integers
import Testing

@testable import aliquot

/// Recordings of random transactions say what happened, at every step and in both directions.
@Suite struct RecordingTests {
  static let seeds = 0..<UInt64(Effort.rounds(60))

  @Test(arguments: seeds)
  func everyStepShowsWhatAnObserverSaw(seed: UInt64) {
    for transaction in ObservedTransaction.all(seed: seed) {
      let live = transaction.live
      var cursor = DebugCursor(transaction.recording)
      #expect(transaction.recording.end == live.count)
      func isSame(at position: Int) -> Bool {
        cursor.move(to: position)
        return cursor.moment(keys: live[position].stored.keys) == live[position]
      }
      // To the end, back again, and then to and fro at random.
      #expect(live.indices.first { !isSame(at: $0) } == nil, "seed \(seed)")
      #expect(live.indices.reversed().first { !isSame(at: $0) } == nil, "seed \(seed)")
      var random = SplitMix64(seed: seed)
      for _ in 0..<min(20, live.count) {
        #expect(isSame(at: Int(random.next() % UInt64(live.count))), "seed \(seed)")
      }
    }
  }

  @Test(arguments: seeds)
  func theEndIsWhatTheReceiptSays(seed: UInt64) throws {
    for transaction in ObservedTransaction.all(seed: seed) {
      let recording = transaction.recording
      let end = recording.end
      let events = recording.emissions.filter { $0.span.contains(end) }.map(\.event)
      #expect(events == Array(transaction.receipt.events))
      var changes: [Identifier: [Identifier: Integer]] = [:]
      for move in recording.moves where move.span.contains(end) {
        for (holder, amount) in [(move.from, move.amount.negated()), (move.to, move.amount)]
        where !holder.isZero {
          let old = changes[move.asset]?[holder] ?? 0
          changes[move.asset, default: [:]][holder] = try old.adding(amount)
        }
      }
      for change in transaction.receipt.balanceChanges {
        let difference = try change.after.subtracting(change.before)
        #expect(changes[change.asset]?[change.holder] ?? 0 == difference)
        changes[change.asset]?[change.holder] = nil
      }
      #expect(changes.values.joined().allSatisfy { $0.value.isZero })
      if transaction.receipt.failure != nil {
        #expect(recording.stored(at: end).isEmpty)
        #expect(recording.faults.last?.failure == transaction.receipt.failure)
        #expect(recording.faults.last?.isCaught == false)
      }
    }
  }

  /// What holds at a position follows from the changes before it, and from those alone.
  @Test(arguments: seeds.prefix(20))
  func storedValuesChangeWhereTheHistorySays(seed: UInt64) {
    for transaction in ObservedTransaction.all(seed: seed) {
      let recording = transaction.recording
      for key in recording.keys {
        var value = recording.writes.first { recording.keys[$0.key] == key }?.old
        let changes = recording.storedChanges(of: key)
        #expect(changes.map(\.position) == changes.map(\.position).sorted())
        for change in changes {
          #expect(change.old == value)
          #expect(recording.value(key, at: change.position) == .some(change.new))
          value = change.new
        }
        #expect(recording.value(key, at: recording.end) == .some(value))
      }
    }
  }

  @Test(arguments: seeds)
  func callsBeginAndEndInsideEachOther(seed: UInt64) {
    for transaction in ObservedTransaction.all(seed: seed) {
      let recording = transaction.recording
      for (number, frame) in recording.frames.enumerated() {
        #expect(frame.firstStep <= frame.end && frame.end <= Int32(recording.end))
        #expect(frame.ending != .none)
        guard let parent = frame.parent.map({ recording.frames[Int($0)] }) else { continue }
        #expect(frame.parent.map { Int($0) < number } == true)
        #expect(parent.firstStep <= frame.firstStep && frame.end <= parent.end)
        #expect(
          frame.callStep.map { recording.frame(at: Int($0)) } == .some(Int(frame.parent ?? 0)))
      }
    }
  }

  /// Once the recording is full, what it has is what a whole one has, and the rest is only counted.
  @Test(arguments: [(10, 1 << 20), (1, 1 << 20), (1_000, 2_000), (0, 1 << 20), (1_000, 0)])
  func aFullRecordingIsTheBeginningOfAWholeOne(stepsMax: Int, bytesMax: Int) throws {
    for seed in 0..<UInt64(10) {
      let scenario = ScenarioGenerator.make(seed: seed)
      let world = World(block: scenario.block, size: scenario.size)
      world.begin(scenario)
      for operation in scenario.operations {
        let whole = ExecutionRecorder(world: world)
        let short = ExecutionRecorder(world: world, stepsMax: stepsMax, bytesMax: bytesMax)
        world.observer = Observers(whole, short)
        guard let receipt = world.run(operation, of: scenario) else { continue }
        let (all, some) = (whole.finish(receipt), short.finish(receipt))
        #expect(some.steps.count + some.stepsLeftOut == all.steps.count)
        #expect(some.steps.count <= stepsMax)
        #expect(some.isCutOff == (some.stepsLeftOut > 0))
        var cursors = (DebugCursor(all), DebugCursor(some))
        for position in 0..<some.end {
          cursors.0.move(to: position)
          cursors.1.move(to: position)
          #expect(cursors.0.moment(keys: []) == cursors.1.moment(keys: []))
        }
      }
    }
  }

  // MARK: - Motion

  @Test(arguments: seeds)
  func motionsGoWhereTheySay(seed: UInt64) {
    for transaction in ObservedTransaction.all(seed: seed) {
      let recording = transaction.recording
      let lines = SourceLines(recording.codes) { _ in nil }
      let finder = StepFinder(recording: recording, lines: lines)
      for position in 0..<recording.end {
        let frame = recording.frame(at: position)
        let next = finder.nextLine(position)
        #expect(next > position && next <= recording.end)
        if let frame, recording.frame(at: next) != frame {
          #expect(Int(recording.frames[frame].end) <= next)
        }
        if recording.frame(at: next) == frame { #expect(finder.previousInFrame(next) == position) }
        if let before = finder.previousInFrame(position) {
          #expect(finder.nextInFrame(before) == position)
          #expect(recording.frame(at: before) == frame)
        } else if let frame {
          #expect(Int(recording.frames[frame].firstStep) == position)
        }
        let out = finder.outOfFrame(position)
        #expect(out > position)
        if let frame { #expect(out == Int(recording.frames[frame].end)) }
        #expect(finder.intoLine(position) == position + 1)
        #expect(finder.previousLine(position) < max(1, position))
      }
    }
  }

  @Test func aStopIsFoundInBothDirections() {
    let step = Breakpoint(number: 1, kind: .step, text: "", positions: [3, 7, 7, 9])
    let change = Breakpoint(number: 2, kind: .change, text: "", positions: [3, 7, 9])
    for start in 0...12 {
      for end in 0...12 where end != start {
        let way = start < end ? Array(start + 1...end) : Array((end...start - 1).reversed())
        #expect(step.next(from: start, to: end) == way.first { [3, 7, 9].contains($0) })
        let before = start < end ? [3, 7, 9] : [2, 6, 8]
        #expect(change.next(from: start, to: end) == way.first { before.contains($0) })
      }
    }
  }

  // MARK: - Values

  @Test func valuesComeBackAsTheyWere() throws {
    var store = ValueStore()
    var random = SplitMix64(seed: 5)
    var integers: [(ValueStore.Reference, Integer)] = []
    var strings: [(ValueStore.Reference, [UInt8])] = []
    let edges: [Integer] = [
      0, 1, -1, 1_073_741_824, 1_073_741_823, -1_073_741_824, -1_073_741_825, Integer(Int.max),
      Integer(Int.min), try Integer(2).power(16_383), try Integer(2).power(16_383).negated(),
    ]
    for round in 0..<2_000 {
      let integer =
        round < edges.count
        ? edges[round] : Integer(Int(truncatingIfNeeded: random.next()) >> (round % 60))
      integers.append((store.reference(to: integer), integer))
      let string = (0..<round % 100).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      strings.append((store.reference(to: string), string))
    }
    for (reference, integer) in integers { #expect(store.integer(reference) == integer) }
    for (reference, string) in strings { #expect(store.string(reference) == string) }
    let count = store.byteCount
    let again = store.reference(to: strings[1_999].1)
    #expect(again == strings[1_999].0 && store.byteCount == count)
  }
}
