internal import Bytecode

/// Where names are looked up: the contract itself, or one use of a library.
struct Scope: Sendable {
  /// What the names of this scope begin with in the module: empty, or `roles.`.
  var prefix: String

  /// The name in the module of a name of this scope.
  func full(_ name: String) -> String { prefix + name }
}

/// A function, hook, or invariant, with all that calls of it need.
struct FunctionEntry {
  /// The name in the module.
  var name: String
  var role: FunctionRole
  var isInvariant = false
  var parameters: [Parameter] = []
  var results: [Parameter] = []
  var payments: [String] = []
  var scope: Scope
  var syntax: FunctionSyntax?
  var body: BodySyntax
  /// Where its name stands.
  var span: Span
  /// The index of the function whose body it shares.
  var shared: Int?

  /// The kinds of all parameters, those of the payments included.
  var parameterKinds: [Kind] {
    parameters.map(\.kind) + payments.flatMap { _ in [Kind.asset, Kind.int] }
  }

  /// The kinds of the results.
  var resultKinds: [Kind] { results.map(\.kind) }
}

/// A record: its name in the module and its components.
struct RecordEntry {
  var name: String
  var components: [Parameter]
}

/// One function of an interface.
struct InterfaceFunction {
  var parameters: [Parameter]
  var results: [Parameter]
  var isView: Bool
}

/// An interface: what another contract is known to offer.
struct InterfaceEntry {
  var name: String
  var functions: [String: InterfaceFunction] = [:]
  var initialiser: [Parameter]?
  var errors: [String: [Parameter]] = [:]
}

/// A constant, folded when it is first needed.
struct ConstantEntry {
  /// The name in the module.
  var name: String
  var expression: Expression
  var scope: Scope
  var span: Span
  var state = State.pending

  enum State {
    case pending, folding, failed
    case done(ConstantValue)
  }
}

/// What a constant expression amounts to.
enum ConstantValue: Hashable {
  /// A number, exact; integral wherever an instruction takes it.
  case number(ExactDecimal)
  /// A truth or a case of an enum.
  case small(Int, Kind)
  /// A string of bytes of some kind.
  case bytes([UInt8], Kind)

  /// What the value is.
  var kind: Kind {
    switch self {
    case .number: .int
    case .small(_, let kind), .bytes(_, let kind): kind
    }
  }
}

/// The sorts of names.
///
/// Names of different sorts may coincide: a word means what its place asks for.
enum NameSort: String, CaseIterable {
  case constant, enumeration, record, assetClass, event, error, message, interface, function, hook
  case field, library

  /// The sort with its article, for messages.
  var described: String {
    switch self {
    case .constant: "a constant"
    case .enumeration: "an enum"
    case .record: "a record"
    case .assetClass: "a class"
    case .event: "an event"
    case .error: "an error"
    case .message: "a message"
    case .interface: "an interface"
    case .function: "a function"
    case .hook: "a hook"
    case .field: "a field"
    case .library: "a library"
    }
  }
}

/// All declared names, by sort and by their name in the module.
struct NameTable {
  private var indices: [NameSort: [String: Int]] = [:]
  private var spans: [NameSort: [String: Span]] = [:]

  /// The index of a declared name among those of its sort.
  func index(_ sort: NameSort, _ name: String) -> Int? { indices[sort]?[name] }

  /// Where a name is declared.
  func span(_ sort: NameSort, _ name: String) -> Span? { spans[sort]?[name] }

  /// The first sort under which a name is declared.
  func sort(of name: String) -> NameSort? {
    NameSort.allCases.first { index($0, name) != nil }
  }

  /// Adds a name.
  mutating func add(_ sort: NameSort, _ name: String, index: Int, span: Span) {
    indices[sort, default: [:]][name] = index
    spans[sort, default: [:]][name] = span
  }

  /// The names of some sorts that a scope sees, as the scope writes them, in order.
  func visible(_ sorts: [NameSort], in scope: Scope) -> [String] {
    var names: Set<String> = []
    for sort in sorts {
      for name in indices[sort, default: [:]].keys where name.hasPrefix(scope.prefix) {
        names.insert(String(name.dropFirst(scope.prefix.count)))
      }
    }
    return names.sorted()
  }
}
