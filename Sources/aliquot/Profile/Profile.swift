import Bytecode

/// What a transaction used gas for.
///
/// Every unit of gas is counted once: in `transaction` or at one instruction, and so at one line, one
/// function and one path of calls.
struct Profile {
  /// A function of a contract.
  struct Function: Hashable {
    /// The contract.
    let contract: Identifier
    /// The number of its code.
    let code: Int
    /// The index of the function.
    let function: Int
  }

  /// What an instruction used.
  struct Cost {
    /// Gas.
    var gas: UInt64 = 0
    /// How often it ran.
    var count: UInt64 = 0
  }

  /// What the calls of a function used.
  struct Total {
    /// Gas with all that they called; calls inside each other count once.
    var gas: UInt64 = 0
    /// How many calls there were.
    var calls: UInt64 = 0
  }

  /// The calls of one function along one path.
  struct Node {
    /// The number of the function; nil for calls that are too deep or too various to be told apart.
    let function: Int?
    /// The number of the node of the caller; nil if the transaction itself calls.
    let parent: Int?
    /// How many nodes the path has.
    let depth: Int
    /// Gas that these calls used themselves.
    var gas: UInt64 = 0
    /// How many calls there were.
    var calls: UInt64 = 0
    /// The numbers of the nodes that are called from here, in the order of first calls.
    var children: [Int] = []
  }

  /// The longest path of calls that is told apart.
  static let depthMax = 200
  /// The most paths that are told apart.
  static let nodesMax = 20_000

  /// The code that ran, by its number.
  var codes: [CallTracker.Code] = []
  /// Gas of the transaction.
  var gasUsed: UInt64 = 0
  /// Gas that was used outside of all functions: for the transaction's arguments, the payments and the
  /// start of what it calls.
  var transaction: UInt64 = 0
  /// The functions that ran, in the order of first calls.
  var functions: [Function] = []
  /// What the instructions used, by the number of the function and the index.
  var costs: [[Cost]] = []
  /// What the functions used, by their numbers.
  var totals: [Total] = []
  /// The paths of calls.
  var nodes: [Node] = []
  /// The nodes that the transaction calls, in the order of first calls.
  var roots: [Int] = []

  /// Gas of every node with all that is called from there, by number.
  var totalsByNode: [UInt64] {
    var totals = nodes.map(\.gas)
    // A node comes behind its parent.
    for index in nodes.indices.reversed() {
      if let parent = nodes[index].parent { totals[parent] += totals[index] }
    }
    return totals
  }
}
