public import Bytecode

/// What verifying a ledger came to.
public struct VerificationReport: Hashable, Sendable {
  /// The height of the last block that the store holds; nil if it holds none that can be read.
  public internal(set) var height: Int?
  /// The height up to which the chain was executed once more; nil if not even its beginning was.
  public internal(set) var executedHeight: Int?
  /// How many blocks were executed, the first included.
  public internal(set) var blocks = 0
  /// How many transactions were executed.
  public internal(set) var transactions = 0
  /// How many values of the present state were compared.
  public internal(set) var values = 0
  /// How many values of earlier states were compared.
  public internal(set) var pastValues = 0
  /// What was found, in the order in which it was met; as many as were asked for.
  public internal(set) var findings: [VerificationFinding] = []
  /// How many more findings there were.
  public internal(set) var omittedFindings = 0

  /// Whether the store holds exactly what its chain leads to.
  ///
  /// A contract whose invariants are broken is no damage.
  public var isIntact: Bool { damageCount == 0 }
  var damageCount = 0
}

/// Something that verifying a ledger found.
public struct VerificationFinding: Hashable, Sendable {
  /// What sort of thing was found.
  public enum Kind: Hashable, Sendable {
    /// The store does not hold what was written, or what its chain leads to.
    case damage
    /// The balances of an asset do not add up to its supply, which the machine should not allow.
    case conservation
    /// An invariant of a contract does not hold, or cannot be computed.
    case invariant
  }

  /// Where something was found: as much of it as is known.
  public struct Place: Hashable, Sendable {
    /// The table, or nil for the file as a whole.
    public var table: String?
    /// The height of the block that it is about.
    public var height: Int?
    /// The id of the transaction.
    public var transaction: Identifier?
    /// The key of the state, the path of the page, the name of the note or snapshot.
    public var key: [UInt8]?

    /// Makes a place.
    public init(
      table: String? = nil, height: Int? = nil, transaction: Identifier? = nil,
      key: [UInt8]? = nil
    ) {
      self.table = table
      self.height = height
      self.transaction = transaction
      self.key = key
    }
  }

  /// What sort of thing it is.
  public let kind: Kind
  /// Where it is.
  public let place: Place
  /// What is wrong, as a sentence without the place.
  public let reason: String
}

extension VerificationFinding: CustomStringConvertible {
  /// The place and what is wrong, on one line.
  public var description: String { "\(place): \(reason)" }
}

extension VerificationFinding.Place: CustomStringConvertible {
  /// What is known of the place, on one line.
  public var description: String {
    var parts = [table.map { "table \($0)" } ?? "file"]
    if let height { parts.append("height \(height)") }
    if let transaction { parts.append("transaction \(transaction)") }
    if let key { parts.append("key \(Hexadecimal.encode(key))") }
    return parts.joined(separator: ", ")
  }
}

/// How far verifying, exporting or importing a ledger has come.
public struct LedgerProgress: Hashable, Sendable {
  /// Blocks that are done.
  public let blocks: Int
  /// Blocks that there are; nil where that is not known, as in an import.
  public let blockCount: Int?
  /// Transactions that are done.
  public let transactions: Int
}
