import Foundation

/// A directory with a ledger in it, on which a story has been told.
final class LedgerFolder {
  /// The directory.
  let workspace: Workspace
  /// What runs find in their environment.
  var environment: [String: String]

  private init() throws {
    workspace = try Workspace()
    environment = ["HOME": workspace.path]
    try workspace.write("Club.alq", Self.club)
  }

  /// Makes a ledger by these words of `chain new`, and nothing on it.
  convenience init(chain words: [String]) throws {
    try self.init()
    try require(["chain", "new"] + Self.money + words)
  }

  /// Copies a ledger that is made once for all tests.
  convenience init(_ told: Story = .club) throws {
    try self.init()
    let ledger = try Self.told[told]?.get() ?? Data()
    try workspace.write("aliquot.ledger", ledger)
  }

  /// What has happened on a ledger.
  enum Story: CaseIterable {
    /// Nothing.
    case nothing
    /// There is a contract `club`.
    case club
    /// Two members joined, each with a pass, shares are in two hands, somebody failed, somebody spoke.
    case members
  }

  private static let money = ["--asset", "USD decimals 2, 1_000 to alice, 50 to bob"]

  private static let told: [Story: Result<Data, any Error>] = {
    Dictionary(
      uniqueKeysWithValues: Story.allCases.map { story in
        (story, Result { try tell(story) })
      })
  }()

  private static func tell(_ story: Story) throws -> Data {
    let folder = try LedgerFolder(chain: [])
    if story != .nothing {
      try folder.require([
        "deploy", "Club.alq", "token=USD", "shares=10_000", "owner=alice", "--name", "club",
      ])
    }
    if story == .members {
      try folder.require(["call", "club.join", "id=0x01", "grade=Gold", "--pay", "2.50 USD"])
      try folder.require([
        "call", "club.join", "id=seven", "grade=Plain", "--pay", "5 USD", "--as", "bob",
      ])
      try folder.require(["send", "25.5 club.Share", "to", "bob"])
      _ = try folder.run("call", "club.join", "id=0x01", "grade=Gold", "--pay", "1 USD")
      try folder.require(["call", "club.say", "words=hello there", "--as", "bob"])
    }
    return try Data(contentsOf: URL(fileURLWithPath: folder.path + "/aliquot.ledger"))
  }

  /// The directory's path.
  var path: String { workspace.path }

  /// Runs the command.
  func run(_ arguments: [String]) throws -> Tool.Run {
    try Tool.run(arguments, in: workspace.path, environment: environment)
  }

  /// Runs the command.
  func run(_ arguments: String...) throws -> Tool.Run { try run(arguments) }

  /// What the command writes as its result for programs, after it went well.
  func result(_ arguments: String...) throws -> [String: Any] {
    let run = try require(arguments + ["--json"])
    guard let result = try run.document()["result"] as? [String: Any] else {
      throw Tool.NoDocument(output: run.output)
    }
    return result
  }

  struct NotAsExpected: Error, CustomStringConvertible {
    let arguments: [String]
    let run: Tool.Run
    var description: String { "\(arguments) ended with \(run.status): \(run.error)\(run.output)" }
  }

  /// Runs the command, which must go well.
  @discardableResult
  func require(_ arguments: [String]) throws -> Tool.Run {
    let run = try run(arguments)
    guard run.status == 0 else { throw NotAsExpected(arguments: arguments, run: run) }
    return run
  }

  /// Where the chain stands: everything that `chain status` tells.
  func status() throws -> String { try require(["chain", "status", "--json"]).output }

  /// The ids of all transactions, the oldest first.
  func transactions() throws -> [String] {
    let list = try result("tx", "--limit", "1000")["transactions"] as? [[String: Any]]
    return list?.compactMap { $0["id"] as? String } ?? []
  }

  /// A contract with everything that a ledger can show.
  static let club = """
    contract Club
    ;; A club whose members hold a pass
    ;; each, and whose house belongs to shares.

    enum Grade (Plain, Gold)

    class Pass  "Club pass" each single burnable
    class Share "Share of the house" decimals 2

    state
        token    asset                     ;; what fees are paid in
        members  map address -> Grade      ;; the grade of everyone who joined

    ;; Somebody joined.
    event Joined (member address, pass asset, grade Grade, fee int)
    ;; Somebody said something.
    event Said (who address, words text)

    ;; Only money of the club is taken.
    error WrongToken
    ;; Somebody has this pass already.
    error Taken (id bytes)
    ;; A club without shares.
    error NoShares

    ;; Gives all shares to their first owner.
    init (token asset, shares int, owner address)
        require shares > 0 else NoShares
        @token = token
        mint Share, shares to owner
    end

    ;; Joins the club for a fee.
    ;; The pass has the id that the member chooses.
    export join (id bytes, grade Grade) -> (pass asset) payable (fee)
        require fee.asset == @token else WrongToken
        call check(id)
        pass = Pass[id]
        create Pass[id]
        mint pass, 1 to caller
        @members[caller] = grade
        emit Joined(caller, pass, grade, fee.amount)
        return pass
    end

    fn check (id bytes)
        require supply(Pass[id]) == 0 else Taken(id)
    end

    export say (words text)
        emit Said(caller, words)
    end

    export divide (a int, b int) -> (q int)
        return floor(a / b)
    end

    export spin ()
        while true
            @token = @token
        end
    end

    ;; The grade of a member.
    view grade_of (member address) -> (grade Grade)
        return @members[member]
    end

    view ratio (a int, b int) -> (q int)
        return floor(a / b)
    end

    """
}
