package import Integers

/// A stretch of source text: byte offsets into one file of the compilation.
public struct Span: Hashable, Sendable {
  /// Index of the file in the order of loading; the contract's own file is 0.
  public var file: Int
  /// Offset of the first byte.
  public var start: Int
  /// Offset after the last byte.
  public var end: Int

  /// Makes a span.
  public init(file: Int, start: Int, end: Int) {
    self.file = file
    self.start = start
    self.end = end
  }
}

/// A word with the place where it stands.
package struct Name: Hashable, Sendable {
  package var text: String
  package var span: Span

  package init(text: String, span: Span) {
    self.text = text
    self.span = span
  }
}

/// A whole source file: a contract or a library.
struct SourceFile: Sendable {
  var isLibrary: Bool
  var name: Name
  /// The `;;` lines under the heading.
  var documentation: [String]
  var items: [Item]
}

struct Item: Sendable {
  var kind: ItemKind
  /// The `;;` lines above it.
  var documentation: [String]
  var span: Span
}

enum ItemKind: Sendable {
  case use(path: String, pathSpan: Span, alias: Name)
  case constant(Name, Expression)
  case enumeration(Name, cases: [Name])
  case record(Name, components: [ParameterSyntax])
  case assetClass(AssetClassSyntax)
  case state([FieldSyntax])
  case event(Name, [ParameterSyntax])
  case error(Name, [ParameterSyntax])
  case message(Name, [ParameterSyntax])
  case interface(InterfaceSyntax)
  /// `accepts any`, or `accepts @a, @b`.
  case accepts(any: Bool, fields: [Expression])
  case function(FunctionSyntax)
  case invariant(InvariantSyntax)
}

struct ParameterSyntax: Sendable {
  var name: Name
  var type: TypeSyntax
}

indirect enum TypeSyntaxKind: Sendable {
  /// `int`, `address`, `Status`, `roles.Role`.
  case named([Name])
  /// `list of address`.
  case listOf(Name)
  /// `[summed] map [name] type, … -> type`; a key's name is nil where none is written.
  case map(keys: [(name: Name?, type: TypeSyntax)], value: TypeSyntax, isSummed: Bool)
}

struct TypeSyntax: Sendable {
  var kind: TypeSyntaxKind
  var span: Span
}

struct FieldSyntax: Sendable {
  var name: Name
  var type: TypeSyntax
  /// `;;` lines above it, or the comment that trails it.
  var documentation: [String]
}

struct AssetClassSyntax: Sendable {
  var name: Name
  var title: (text: String, span: Span)?
  /// Keyed at run time: `each`.
  var isKeyed: Bool
  var decimals: Expression?
  var isSingle: Bool
  var isBurnable: Bool
  var isForceable: Bool
  var hooks: [HookSyntax]
}

struct HookSyntax: Sendable {
  var name: Name
  /// `hook other NAME gas N`: of a contract bound when the asset is created.
  var isForeign: Bool
  var gas: Expression
}

struct InterfaceSyntax: Sendable {
  var name: Name
  var members: [InterfaceMember]
}

enum InterfaceMember: Sendable {
  case export(Name, parameters: [ParameterSyntax], results: [ParameterSyntax])
  case view(Name, parameters: [ParameterSyntax], results: [ParameterSyntax])
  case initialiser(Name, parameters: [ParameterSyntax])
  case error(Name, [ParameterSyntax])
}

enum FunctionRole: Sendable {
  case initialiser, export, view, hook, function
}

struct FunctionSyntax: Sendable {
  var role: FunctionRole
  /// The name; for `init` its keyword.
  var name: Name
  var parameters: [ParameterSyntax]
  var results: [ParameterSyntax]
  var payments: [Name]
  var body: BodySyntax
}

struct InvariantSyntax: Sendable {
  var title: String
  var titleSpan: Span
  var isEnforced: Bool
  var body: BodySyntax
}

enum BodySyntax: Sendable {
  /// Statements up to `end`; `end` is the span of that word.
  case statements([Statement], end: Span)
  /// `code I B L`: instructions with explicit registers.
  case code(registers: [Int], lines: [CodeLine], end: Span)
  /// `= name`: the body is that of another function of the contract.
  case shared(Name)
}

struct CodeLine: Sendable {
  var label: Name?
  /// The mnemonic and its operands; nil for a line that holds only a label.
  var instruction: (mnemonic: Name, operands: [CodeOperand])?
  var span: Span
}

struct CodeOperand: Sendable {
  var kind: CodeOperandKind
  var span: Span
}

enum CodeOperandKind: Sendable {
  /// A word: a register `i3`, `b0`, `l12`, a label, a function, event, error, class, message, rounding,
  /// scheme, mode or kind; dotted where it comes from a library.
  case word(String)
  /// `@field`, dotted where it comes from a library.
  case field(String)
  /// `.component`.
  case component(String)
  /// An integer, with its sign.
  case integer(Integer)
  /// A string of bytes: `x"…"` or text.
  case bytes([UInt8])
  /// `name(kind, …)->(kind, …)`, followed by `view` if only a view will do.
  case signature(name: String, parameters: [TypeSyntax], results: [TypeSyntax], isView: Bool)
}

struct Statement: Sendable {
  var kind: StatementKind
  var span: Span
}

struct ConditionalBranch: Sendable {
  var condition: Expression
  var body: [Statement]
}

package struct PaymentSyntax: Sendable {
  package var amount: Expression
  package var asset: Expression
}

struct ForEachSyntax: Sendable {
  /// The components of the key that the prefix leaves open.
  var keys: [Name]
  /// `@map` or `@map[prefix]`.
  var map: Expression
  var from: [Expression]
  var isDown: Bool
  var limit: Expression?
  var body: [Statement]
  /// What runs if keys remain when the limit is reached; the names then hold the first of them.
  var rest: [Statement]?
}

/// What `try` may run.
indirect enum Attempt: Sendable {
  /// `[names =] f(…)`, an interface call, `perform …` or `create …`.
  case call(targets: [AssignmentTarget], Expression)
  /// `send`, `mint`, `burn` or `force`.
  case statement(Statement)
}

struct TrySyntax: Sendable {
  var gas: Expression
  var attempt: Attempt
  var success: [Statement]
  /// Up to three names after `else`: the error's number, its contract, its arguments.
  var failureNames: [Name]
  var failure: [Statement]
}

enum AssignmentTarget: Sendable {
  /// A local; `_` drops the value.
  case local(Name)
  /// `@…`, or an element of a list.
  case place(Expression)
}

indirect enum StatementKind: Sendable {
  /// `a, b = expression`.
  case assign([AssignmentTarget], Expression)
  /// `target += expression` or `-=`: a key is looked up once.
  case update(AssignmentTarget, BinaryOperator, Expression)
  /// `entry name = @map[key]`: a name for a place; `@name` then is that place.
  case entry(Name, Expression)
  case require(Expression, error: ErrorUse)
  case fail(ErrorUse)
  case conditional([ConditionalBranch], otherwise: [Statement]?)
  case whileLoop(Expression, body: [Statement])
  /// `for i in a..b` takes b too; `a..<b` does not.
  /// `for x in list`: its elements, in order.
  case forElements(Name, of: Expression, body: [Statement])
  case forRange(Name, from: Expression, to: Expression, isClosed: Bool, body: [Statement])
  case forEach(ForEachSyntax)
  case breakLoop
  case continueLoop
  case returnValues([Expression])
  /// `call f(…)`: results are dropped.
  case call(Expression)
  case emit(Name, arguments: [ArgumentSyntax])
  case mint(asset: Expression, amount: Expression, to: Expression)
  case burn(asset: Expression, amount: Expression)
  case send(asset: Expression, amount: Expression, to: Expression)
  case force(asset: Expression, amount: Expression, from: Expression, to: Expression)
  /// `create Class[id] with a, b`: an asset at run time.
  case createAsset(assetClass: Expression, hooks: [Expression])
  case admit(Expression)
  case dismiss(Expression)
  case delete(Expression)
  case push(list: Expression, value: Expression)
  case sort(list: Expression, keys: Expression?)
  case attempt(TrySyntax)
  /// `perform call`: its results are dropped.
  case perform(Expression)
  /// A bare expression: the last line of an invariant.
  case expression(Expression)
}

struct ErrorUse: Sendable {
  var name: Name
  var arguments: [ArgumentSyntax]
}

package struct ArgumentSyntax: Sendable {
  package var label: Name?
  package var value: Expression
}

package enum BinaryOperator: String, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case modulo = "mod"
  case power = "^"
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessEqual = "<="
  case greater = ">"
  case greaterEqual = ">="
  case and = "and"
  case or = "or"
}

package struct Expression: Sendable {
  package var kind: ExpressionKind
  package var span: Span

  package init(kind: ExpressionKind, span: Span) {
    self.kind = kind
    self.span = span
  }
}

package indirect enum ExpressionKind: Sendable {
  case integer(Integer)
  /// A decimal such as 25.50: digits and the number of them after the point. Constants only.
  case decimal(digits: Integer, scale: Int)
  /// A number and its unit: `7 days`, `50 bps`.
  case measured(Expression, unit: Name)
  case text(String)
  case bytes([UInt8])
  case boolean(Bool)
  /// `[a, b, c]`: a list.
  case list([Expression])
  /// A word: local, constant, class, `caller`; dotted words arrive as `member`.
  case name(Name)
  /// `@name`; its dots, keys and components arrive as `member` and `subscripted`.
  case state(Name)
  /// `base.name`.
  case member(Expression, Name)
  /// `base[a, b]`.
  case subscripted(Expression, [Expression])
  /// `callee(arguments)`, with the payments attached to it: a function, a builtin, a rounding, an
  /// interface at an address, a function of it, a record, a conversion.
  case call(Expression, [ArgumentSyntax], paying: [PaymentSyntax])
  case negate(Expression)
  case not(Expression)
  case binary(BinaryOperator, Expression, Expression)
  /// `encode I(x).f(…)`: the call as a value.
  case encode(Expression)
  /// `create I(code).init(…)`: a contract from deployed code.
  case create(Expression)
  /// `create Class[id] with a, b`: an asset at run time, as a value.
  case createAsset(Expression, hooks: [Expression])
  /// `perform call`: the encoded results.
  case perform(Expression)
  /// What could not be read; an error has been reported.
  case invalid
}
