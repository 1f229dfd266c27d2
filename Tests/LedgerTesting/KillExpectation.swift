import Bytecode
import Chain
public import Ledger

/// What a ledger may hold after a process was killed that wrote to it, as far as the process had said
/// what it does.
///
/// It says, line by line, in which phase it is, and what has been acknowledged:
///
/// ```
/// creating | opening | appending | returning HEIGHT ROOT | noting NUMBER | closing | closed
/// head HEIGHT ROOT
/// note NUMBER
/// ```
public struct KillExpectation: Sendable {
  /// What a process is doing.
  public enum Phase: String, CaseIterable, Sendable {
    /// It is being loaded and started.
    case starting
    case creating, opening, appending, returning, noting, closing, closed
  }

  /// A block that was acknowledged as the last one.
  private struct Place: Hashable, Sendable, CustomStringConvertible {
    let height: Int
    let root: String

    init(height: Int, root: String) { (self.height, self.root) = (height, root) }

    init(_ header: BlockHeader) {
      self.init(height: header.height, root: "\(header.stateRoot)")
    }

    var description: String { "block \(height) with the root \(root.prefix(8))" }
  }

  /// What may have happened besides what is acknowledged.
  private enum Pending {
    case nothing, block, back(Place)
  }

  /// The phase that was named last.
  public private(set) var phase = Phase.starting
  /// Blocks that were acknowledged.
  public private(set) var acknowledged = 0
  private var head: Place?
  private var pending = Pending.nothing
  private var note = 0
  private var pendingNotes: Set<Int> = []
  /// What was said that cannot be.
  public private(set) var problems: [String] = []

  /// Expects a ledger that is not there yet.
  public init() {}

  /// Whether there must be a ledger.
  public var isCreated: Bool { head != nil }

  /// Another process begins.
  public mutating func begin() { phase = .starting }

  /// A process has said a line.
  public mutating func hear(_ line: String) {
    let words = line.split(separator: " ").map(String.init)
    let number = words.count > 1 ? Int(words[1]) ?? -1 : -1
    let place = Place(height: number, root: words.count > 2 ? words[2] : "")
    switch words.first {
    case "head":
      if phase == .opening { checkOpened(place) }
      if phase == .appending { acknowledged += 1 }
      (head, pending) = (place, .nothing)
    case "note": (note, pendingNotes) = (number, [])
    case let word?:
      guard let phase = Phase(rawValue: word) else {
        problems.append("\"\(line)\" has no meaning")
        return
      }
      self.phase = phase
      if phase == .appending { pending = .block }
      if phase == .returning { pending = .back(place) }
      if phase == .noting { pendingNotes.insert(number) }
    case nil: problems.append("an empty line")
    }
  }

  private mutating func checkOpened(_ place: Place) {
    guard let head, place != head else { return }
    switch pending {
    case .block where place.height > head.height: return
    case .back(let target) where place == target: return
    default: problems.append("\(place) was opened, and \(head) was acknowledged")
    }
  }

  // MARK: - What is there

  /// Holds a ledger against what was said, and takes what it holds for what is to be expected next.
  ///
  /// It gives how many blocks are there that were never acknowledged.
  public mutating func check(_ ledger: Ledger) throws -> Int {
    let found = try ledger.head()
    var extra = 0
    if let head {
      if Place(found) == head {
      } else if case .back(let target) = pending, Place(found) == target {
      } else if case .block = pending, let parent = try ledger.block(at: head.height)?.header,
        found.parent == parent.hash, Place(parent) == head
      {
        extra = 1
      } else {
        problems.append("the last block is \(Place(found)), and \(head) was acknowledged")
      }
    } else if found.height != 0 {
      problems.append("a new ledger begins at height \(found.height)")
    }
    let number = try ledger.note(kind: "count", name: []).map { Int($0.bytes[0]) } ?? 0
    if number != note, !pendingNotes.contains(number) {
      problems.append("the note is \(number), and \(note) was acknowledged")
    }
    (head, pending, note, pendingNotes) = (Place(found), .nothing, number, [])
    return extra
  }
}
