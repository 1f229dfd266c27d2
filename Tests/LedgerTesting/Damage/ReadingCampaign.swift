import Bytecode
import Chain
import Commitment
import EngineTesting
import Execution
import Foundation
import Ledger
import State
import Transactions

/// Flips single bits of a ledger's file, and asks it everything that a ledger can be asked: each answer
/// must be the right one, or an error.
public struct ReadingCampaign {
  /// A question with a name, and its answer as a text.
  private struct Question {
    let name: String
    let ask: (Ledger) throws -> String
  }

  private let file: [UInt8]
  private let folder: TemporaryFolder
  private var questions: [Question] = []
  private var answers: [String] = []
  private var next: [SignedTransaction] = []
  private var nextHash = Identifier.zero
  /// How many answers were right.
  public private(set) var right = 0
  /// How many questions ended in an error.
  public private(set) var errors = 0
  /// The questions that were answered wrongly, with the bit that was flipped.
  public private(set) var wrong: [String] = []

  /// Makes a campaign on a sound file.
  public init(_ file: [UInt8]) throws {
    self.file = file
    folder = try TemporaryFolder()
    let ledger = try Ledger.open(.file(folder.write(file, to: "sound")))
    try addQuestions(ledger)
    answers = try questions.map { try $0.ask(ledger) }
    let load = try MarketLoad(resuming: ledger, seed: 5)
    next = try (0..<12).map { _ in try load.transaction() }
    nextHash = try ledger.append(next).block?.hash ?? .zero
    try ledger.close()
  }

  /// Bits of the file.
  public var bitCount: Int { file.count * 8 }

  /// Flips a bit of the file, and asks everything.
  public mutating func flip(_ bit: Int) throws {
    var flipped = file
    flipped[bit / 8] ^= 1 << UInt8(bit % 8)
    let path = try folder.write(flipped, to: "flipped")
    do {
      let ledger = try Ledger.open(.file(path), isReadOnly: true)
      for (question, answer) in zip(questions, answers) {
        note(question.name, bit) { try question.ask(ledger) == answer }
      }
      try ledger.close()
    } catch { errors += questions.count }
    do {
      let ledger = try Ledger.open(.file(folder.write(flipped, to: "flipped")))
      let (next, nextHash) = (next, nextHash)
      note("append", bit) { try ledger.append(next).block?.hash == nextHash }
      try? ledger.close()
    } catch { errors += 1 }
  }

  private mutating func note(_ name: String, _ bit: Int, _ isRight: () throws -> Bool) {
    do {
      if try isRight() { right += 1 } else { wrong.append("bit \(bit): \(name)") }
    } catch { errors += 1 }
  }

  // MARK: - Questions

  private mutating func ask(_ name: String, _ ask: @escaping (Ledger) throws -> String) {
    questions.append(Question(name: name, ask: ask))
  }

  private mutating func addQuestions(_ ledger: Ledger) throws {
    let head = try ledger.head()
    let headers = try ledger.headers(limit: 1_000)
    ask("head") { "\(try $0.head())" }
    ask("headers") { "\(try $0.headers(limit: 1_000))" }
    ask("notes") { "\(try $0.notes())" }
    ask("snapshots") { "\(try $0.snapshots())" }
    ask("emissions") { "\(try $0.emissions(heights: 0...head.height))" }
    ask("written keys") {
      "\(try $0.writtenKeys(withPrefix: [], after: 2, upTo: head.height, limit: 10_000))"
    }
    for header in headers {
      ask("block \(header.height)") { "\(String(describing: try $0.block(at: header.height)))" }
      ask("block with the hash of \(header.height)") { "\(try $0.block(header.hash).header)" }
      for transaction in try ledger.block(at: header.height)?.transactions ?? [] {
        ask("place of \(transaction.id)") { "\(try $0.place(of: transaction.id))" }
      }
      ask("all entries at \(header.height)") { ledger in
        try "\(LedgerCheck.entries(of: ledger.snapshot(at: header.height)))"
      }
      if header.height > 0 {
        ask("replay of \(header.height)") { ledger in
          let replay = try ledger.replay(blockAt: header.height)
          var count = 0
          while try replay.executeNext() != nil { count += 1 }
          return "\(count)"
        }
      }
    }
    ask("header between") { "\(try $0.header(atOrBelow: head.height - 2).height)" }
    ask("header in a gap") { "\(try $0.header(atOrBelow: 100).height)" }
    ask("no block in a gap") { "\(String(describing: try $0.block(at: 100)))" }
    let keys = try LedgerCheck.entries(of: ledger.snapshot()).map(\.key)
    for key in keys { addQuestions(about: key, head.height) }
  }

  private mutating func addQuestions(about key: [UInt8], _ height: Int) {
    let name = Hexadecimal.encode(key)
    ask("history of \(name)") { "\(try $0.history(of: key))" }
    for height in [3, height / 2, height] {
      ask("\(name) at \(height)") { ledger in
        "\(String(describing: try ledger.snapshot(at: height).entry(for: key)))"
      }
      ask("next to \(name) at \(height)") { ledger in
        let snapshot = try ledger.snapshot(at: height)
        return "\(String(describing: try snapshot.entry(for: key + [0])))"
      }
    }
    ask("proof of \(name)") { ledger in
      let snapshot = try ledger.snapshot()
      return Hexadecimal.encode(try snapshot.proof(for: key).encoded())
    }
    ask("a world's \(name)") { ledger in
      let world = try ledger.snapshot().makeWorld()
      let value = world.world.state.value(for: key)
      let after = key.withUnsafeBytes { world.world.state.slot(above: $0, orEqual: false) }
      let next = after.map { Array(world.world.state.key(of: $0)) }
      try world.check()
      return "\(String(describing: value)) \(String(describing: next))"
    }
  }
}
