public import Integers

/// A name and what values under it are.
public struct Parameter: Hashable, Sendable {
  /// The declared name.
  public var name: String
  /// What its values are.
  public var kind: Kind

  /// Makes a parameter.
  public init(_ name: String, _ kind: Kind) {
    self.name = name
    self.kind = kind
  }
}

/// An enum: named cases, numbered from 0.
public struct EnumDeclaration: Hashable, Sendable {
  /// The enum's name.
  public var name: String
  /// The names of its cases in the order of their numbers.
  public var cases: [String]

  /// Makes an enum.
  public init(name: String, cases: [String]) {
    self.name = name
    self.cases = cases
  }
}

/// What a field stores under one key.
public enum FieldValue: Hashable, Sendable {
  /// One value. It is not stored while it is the zero of its kind.
  case plain(Kind)
  /// A record with a name and components. It exists until it is deleted.
  case record(name: String, components: [Parameter])
}

/// A named piece of the contract's storage: a value, a record, or an ordered map of either.
public struct Field: Hashable, Sendable {
  /// The field's name.
  public var name: String
  /// The components of the key, none for a single value.
  public var key: [Parameter]
  /// What is stored under a key.
  public var value: FieldValue
  /// Whether the machine keeps the sum of all values.
  public var isSummed: Bool

  /// Makes a field.
  public init(name: String, key: [Parameter] = [], value: FieldValue, isSummed: Bool = false) {
    self.name = name
    self.key = key
    self.value = value
    self.isSummed = isSummed
  }

  /// The kinds stored under one key: one for a plain value, all components for a record.
  public var components: [Kind] {
    switch value {
    case .plain(let kind): [kind]
    case .record(_, let components): components.map(\.kind)
    }
  }

  /// Whether the field stores records.
  public var isRecord: Bool {
    if case .record = value { true } else { false }
  }
}

/// A hook that a class names.
public struct HookReference: Hashable, Sendable {
  /// The name of the hook function.
  public var name: String
  /// Whether it belongs to another contract, bound when an asset is created.
  public var isForeign: Bool
  /// The gas that one run of it may use.
  public var gas: UInt64

  /// Names a hook.
  public init(name: String, isForeign: Bool, gas: UInt64) {
    self.name = name
    self.isForeign = isForeign
    self.gas = gas
  }
}

/// A class of assets that a contract issues.
public struct AssetClass: Hashable, Sendable {
  /// The class's name.
  public var name: String
  /// What people call the assets.
  public var title: String
  /// Digits after the decimal point of an amount.
  public var decimals: UInt8
  /// Whether an asset of the class is a single thing, with a supply of at most one.
  public var isSingle: Bool
  /// Whether any holder may burn.
  public var isBurnable: Bool
  /// Whether the issuer may force transfers.
  public var isForceable: Bool
  /// Whether assets are created one by one at run time, each under its own id.
  ///
  /// A class that is not keyed has one asset, under the empty id.
  public var isKeyed: Bool
  /// The hooks that run before every change of a balance.
  public var hooks: [HookReference]

  /// Makes a class.
  public init(
    name: String, title: String, decimals: UInt8, isSingle: Bool = false, isBurnable: Bool = false,
    isForceable: Bool = false, isKeyed: Bool = false, hooks: [HookReference] = []
  ) {
    self.name = name
    self.title = title
    self.decimals = decimals
    self.isSingle = isSingle
    self.isBurnable = isBurnable
    self.isForceable = isForceable
    self.isKeyed = isKeyed
    self.hooks = hooks
  }

  /// How many of the hooks belong to other contracts.
  public var foreignHookCount: Int { hooks.count { $0.isForeign } }

  /// Whether the machine creates the class's asset when the contract is made.
  public var isCreatedAtDeployment: Bool { !isKeyed && foreignHookCount == 0 }
}

/// An event, an error or a signed message: a name and what it carries.
public struct Declaration: Hashable, Sendable {
  /// The declared name.
  public var name: String
  /// What it carries.
  public var parameters: [Parameter]

  /// Makes a declaration.
  public init(name: String, parameters: [Parameter]) {
    self.name = name
    self.parameters = parameters
  }
}

/// The signature by which a function of another contract is found.
public struct ImportedSignature: Hashable, Sendable {
  /// The exported name; `init` for the initialiser that `create` runs.
  public var name: String
  /// The kinds of its parameters.
  public var parameters: [Kind]
  /// The kinds of its results.
  public var results: [Kind]
  /// Whether only a view will do.
  public var isView: Bool

  /// Makes a signature.
  public init(name: String, parameters: [Kind], results: [Kind], isView: Bool) {
    self.name = name
    self.parameters = parameters
    self.results = results
    self.isView = isView
  }
}

/// A function: its registers and its code.
public struct Function: Hashable, Sendable {
  /// What its parameters are, in their banks from register 0 on.
  public var parameters: [Kind]
  /// What its results are.
  public var results: [Kind]
  /// How many registers of each bank it uses, parameters included.
  public var registers: BankCounts
  /// The instructions.
  public var code: [Instruction]

  /// Makes a function.
  public init(parameters: [Kind], results: [Kind], registers: BankCounts, code: [Instruction]) {
    self.parameters = parameters
    self.results = results
    self.registers = registers
    self.code = code
  }
}

/// A function that can be called from outside.
public struct Export: Hashable, Sendable {
  /// The name by which it is called; `init` for the initialiser.
  public var name: String
  /// The index of the function.
  ///
  /// Its parameters are those declared, followed by asset and amount of each payment.
  public var function: Int
  /// The declared parameters.
  public var parameters: [Parameter]
  /// The declared results.
  public var results: [Parameter]
  /// The names of the payments it takes.
  public var payments: [String]
  /// Whether it is proven to change nothing.
  public var isView: Bool

  /// Makes an export.
  public init(
    name: String, function: Int, parameters: [Parameter], results: [Parameter],
    payments: [String] = [], isView: Bool = false
  ) {
    self.name = name
    self.function = function
    self.parameters = parameters
    self.results = results
    self.payments = payments
    self.isView = isView
  }
}

/// A hook function that classes may name.
public struct Hook: Hashable, Sendable {
  /// The name by which classes name it.
  public var name: String
  /// The index of the function.
  ///
  /// Its parameters are asset, from, to, amount and operator.
  public var function: Int

  /// Makes a hook.
  public init(name: String, function: Int) {
    self.name = name
    self.function = function
  }

  /// The parameters of every hook.
  public static let parameters: [Parameter] = [
    Parameter("asset", .asset), Parameter("from", .address), Parameter("to", .address),
    Parameter("amount", .int), Parameter("operator", .address),
  ]
}

/// A property of the contract's state that must always hold.
public struct Invariant: Hashable, Sendable {
  /// What it says.
  public var title: String
  /// The index of the function that computes it: no parameters, one bool.
  public var function: Int
  /// Whether the ledger checks it after every transaction that touches the contract.
  public var isEnforced: Bool

  /// Makes an invariant.
  public init(title: String, function: Int, isEnforced: Bool) {
    self.title = title
    self.function = function
    self.isEnforced = isEnforced
  }
}

/// Which assets a contract lets others send to it, besides those that it issues.
public enum Acceptance: Hashable, Sendable {
  /// None.
  case none
  /// Any asset.
  case any
  /// The assets stored in these fields, each a plain value of kind `asset`.
  case fields([UInt8])
}

/// A contract's code and public interface, as one value with one encoding.
public struct Module: Hashable, Sendable {
  /// The version of the encoding.
  public static let formatVersion: UInt8 = 1

  /// The contract's name.
  public var name: String
  /// Integers that instructions refer to, in the order of their first use.
  public var integers: [Integer] = []
  /// Strings of bytes that instructions refer to, in the order of their first use.
  public var strings: [[UInt8]] = []
  /// Enums that kinds refer to.
  public var enums: [EnumDeclaration] = []
  /// The storage.
  public var fields: [Field] = []
  /// The classes of assets.
  public var classes: [AssetClass] = []
  /// The events.
  public var events: [Declaration] = []
  /// The errors.
  public var errors: [Declaration] = []
  /// The signed messages.
  public var messages: [Declaration] = []
  /// The functions of other contracts that this one calls, in the order of their first use.
  public var imports: [ImportedSignature] = []
  /// What others may send to it.
  public var acceptance = Acceptance.none
  /// The functions.
  public var functions: [Function] = []
  /// The functions that can be called from outside, `init` among them.
  public var exports: [Export] = []
  /// The hooks.
  public var hooks: [Hook] = []
  /// The invariants.
  public var invariants: [Invariant] = []

  /// Makes an empty module.
  public init(name: String) { self.name = name }

  /// The kind in words: `int`, `enum Status`.
  public func describe(_ kind: Kind) -> String {
    switch kind {
    case .enumeration(let index):
      Int(index) < enums.count ? enums[Int(index)].name : "enum \(index)"
    case .addresses: "list of address"
    case .assets: "list of asset"
    default: "\(kind)"
    }
  }

  /// The kind as signatures write it, where an enum counts only by its number of cases.
  public func signature(of kind: Kind) -> String {
    switch kind {
    case .enumeration(let index):
      "enum\(Int(index) < enums.count ? enums[Int(index)].cases.count : 0)"
    case .addresses: "addresses"
    case .assets: "assets"
    default: "\(kind)"
    }
  }

  /// The text by which a function is found: `open(int,address)->(int)`.
  public func signature(name: String, parameters: [Kind], results: [Kind]) -> String {
    let taken = parameters.map(signature(of:)).joined(separator: ",")
    let given = results.map(signature(of:)).joined(separator: ",")
    return "\(name)(\(taken))->(\(given))"
  }

  /// The signature of an export.
  public func signature(of export: Export) -> String {
    signature(
      name: export.name, parameters: export.parameters.map(\.kind),
      results: export.results.map(\.kind))
  }

  /// The signature of an imported function.
  public func signature(of imported: ImportedSignature) -> String {
    signature(name: imported.name, parameters: imported.parameters, results: imported.results)
  }

  /// The signature of an event, error or message: `Claimed(address,int)`.
  public func signature(of declaration: Declaration) -> String {
    let kinds = declaration.parameters.map { signature(of: $0.kind) }
    return "\(declaration.name)(\(kinds.joined(separator: ",")))"
  }

  /// The number by which a declared error is known to other contracts.
  public func errorNumber(_ index: Int) -> Int { ErrorNumber.of(signature(of: errors[index])) }

  /// The export with this name.
  public func export(named name: String) -> Export? { exports.first { $0.name == name } }
}

/// Numbers of declared errors: above all traps, and a function of the error's signature alone, so that
/// a caller knows an error of a contract that it has only an interface of.
public enum ErrorNumber {
  /// The number of the error with this signature: 65,536 plus the FNV-1a hash of 32 bits.
  public static func of(_ signature: String) -> Int {
    var hash: UInt32 = 2_166_136_261
    for byte in signature.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    return 65_536 + Int(hash)
  }
}
