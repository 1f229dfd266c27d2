import Bytecode
import Hosting
import Integers
import Verification

/// What all contracts of a scenario know of each other before their code is written.
struct WorldPlan {
  /// A contract that the scenario makes.
  struct Contract {
    let module: Int
    let creator: Identifier
    let address: Identifier
  }

  var modules: [ModulePlan] = []
  var contracts: [Contract] = []
  /// The modules whose code is written, in the order of the plans.
  var verified: [VerifiedModule] = []
  var money: [GenesisAsset] = []
  var magnitude: Magnitude
  var options: ScenarioOptions
  /// Percent of operands that are picked without regard to what the instruction needs.
  var mischief: Int

  /// Accounts without contracts.
  static let accounts = (1...4).map { Addresses.account(UInt8($0)) }
  /// The names of those accounts.
  static let accountNames = ["alice", "bob", "carol", "dave"]

  /// Plans a world: its modules' declarations, its contracts and its money.
  init(_ options: ScenarioOptions, _ random: inout SplitMix64) {
    self.options = options
    magnitude = Magnitude(options, &random)
    mischief = random.pick([0, 0, 0, 0, 1, 1, 3, 10])
    let count = options.interacts ? random.pick([1, 2, 2, 2, 3, 3, 4]) : 1
    for index in 0..<count {
      modules.append(ModulePlan(index: index, options: options, &random))
    }
    let isTwice = count < 4 && random.chance(10)
    for index in 0..<count + (isTwice ? 1 : 0) {
      let creator = Addresses.account(UInt8(100 + index))
      contracts.append(
        Contract(
          module: index < count ? index : random.below(count), creator: creator,
          address: Addresses.contract(creator: creator)))
    }
    money = [
      GenesisAsset(name: "USD", supply: 1_000_000, holder: Self.accounts[0]),
      GenesisAsset(name: "BIG", supply: .power(of: 130, minus: 1), holder: Self.accounts[1]),
    ]
  }

  /// Contracts made from a module.
  func contracts(of module: Int) -> [Contract] { contracts.filter { $0.module == module } }

  /// Assets with a name in the world: money, and the classes that are not keyed.
  var assets: [Identifier] {
    var assets = money.map(\.asset)
    for contract in contracts {
      for item in modules[contract.module].module.classes {
        assets.append(
          Addresses.asset(
            issuer: contract.address, className: item.name, id: item.isKeyed ? [0x61] : []))
      }
    }
    return assets
  }

  /// Names for people.
  var names: [Identifier: String] {
    var names: [Identifier: String] = [:]
    for (name, account) in zip(Self.accountNames, Self.accounts) { names[account] = name }
    for (index, contract) in contracts.enumerated() {
      names[contract.address] = "contract \(index)"
      names[contract.creator] = "creator \(index)"
      for item in modules[contract.module].module.classes {
        let id: [UInt8] = item.isKeyed ? [0x61] : []
        let asset = Addresses.asset(issuer: contract.address, className: item.name, id: id)
        names[asset] = "\(item.name) of contract \(index)"
      }
    }
    for item in money { names[item.asset] = item.name }
    return names
  }
}

/// What the code of a function may do; greater ones may do all that lesser ones may.
enum Power: Int, Comparable {
  /// Nothing but reading and calling views.
  case pure
  /// Writes fields and emits events.
  case writes
  /// Calls others and moves assets.
  case interacts

  static func < (left: Power, right: Power) -> Bool { left.rawValue < right.rawValue }
}

/// The declarations of a module, and what each of its functions is for.
struct ModulePlan {
  /// What a function is for.
  enum Role: Equatable {
    case export, view, initialiser, hook, invariant, helper
  }

  var module: Module
  /// What each function is for.
  var roles: [Role] = []
  /// What each function may do.
  var powers: [Power] = []
  /// Functions whose first parameter says how deep they may call themselves.
  var recursive: Set<Int> = []
  /// Fields that hooks write, and nothing else after calls.
  var hookFields: Set<Int> = []

  /// The kinds that can be stored or passed on.
  static let kinds: [Kind] = [
    .int, .int, .int, .bool, .enumeration(0), .enumeration(1), .bytes, .text, .address, .address,
    .asset, .call, .addresses, .assets,
  ]
  static let keyKinds: [Kind] = [
    .int, .int, .bool, .enumeration(0), .bytes, .text, .address, .asset,
  ]

  init(index: Int, options: ScenarioOptions, _ random: inout SplitMix64) {
    module = Module(name: "Random\(index)")
    // All modules have the same enums, so that kinds mean the same everywhere.
    module.enums = [
      EnumDeclaration(name: "Color", cases: ["red", "green", "blue"]),
      EnumDeclaration(name: "Single", cases: ["only"]),
    ]
    let hookCount = options.interacts ? random.pick([0, 0, 1, 1, 2]) : 0
    declareFields(hookCount > 0, &random)
    declareRecords(&random)
    let hooks = Array(["settle", "rule"].prefix(hookCount))
    if options.interacts { declareClasses(hooks, &random) }
    declareFunctions(hooks, options, &random)
  }

  // MARK: - Storage

  private static func parameters(
    _ letter: String, _ count: Int, of kinds: [Kind], _ random: inout SplitMix64
  ) -> [Parameter] {
    (0..<count).map { Parameter("\(letter)\($0)", random.pick(kinds)) }
  }

  private mutating func declareFields(_ hasHooks: Bool, _ random: inout SplitMix64) {
    let count = 2 + random.below(6)
    for index in 0..<count {
      let name = "f\(index)"
      let keyCount = random.pick([0, 0, 1, 1, 1, 2, 3])
      let key = Self.parameters("k", keyCount, of: Self.keyKinds, &random)
      if random.chance(25) {
        let components = Self.parameters("c", 1 + random.below(5), of: Self.kinds, &random)
        module.fields.append(
          Field(
            name: name, key: key, value: .record(name: "Record\(index)", components: components)))
      } else {
        let kind = random.pick(Self.kinds)
        let isSummed = kind == .int && keyCount > 0 && random.chance(50)
        module.fields.append(
          Field(name: name, key: key, value: .plain(kind), isSummed: isSummed))
      }
    }
    module.fields.append(
      Field(
        name: "sums", key: [Parameter("k", random.pick([.int, .address]))], value: .plain(.int),
        isSummed: true))
    module.fields.append(Field(name: "token", value: .plain(.asset)))
    if random.chance(40) {
      let parts = [Parameter("left", .bytes), Parameter("right", .bytes)]
      module.fields.append(
        Field(
          name: "long", key: [Parameter("k", .int)],
          value: .record(name: "Long", components: parts)))
    }
    if hasHooks {
      hookFields = [module.fields.count, module.fields.count + 1]
      module.fields.append(Field(name: "moved", value: .plain(.int)))
      module.fields.append(
        Field(name: "settled", key: [Parameter("holder", .address)], value: .plain(.int)))
    }
    switch random.below(10) {
    case 0: module.acceptance = .none
    case 1:
      let token = module.fields.firstIndex { $0.name == "token" } ?? 0
      module.acceptance = .fields([UInt8(token)])
    default: module.acceptance = .any
    }
  }

  private mutating func declareRecords(_ random: inout SplitMix64) {
    func declaration(_ name: String, _ random: inout SplitMix64) -> Declaration {
      Declaration(
        name: name,
        parameters: Self.parameters("p", random.pick([0, 1, 2, 3, 5]), of: Self.kinds, &random))
    }
    for index in 0...random.below(2) { module.events.append(declaration("E\(index)", &random)) }
    for index in 0...random.below(3) { module.errors.append(declaration("X\(index)", &random)) }
    module.messages.append(declaration("Order", &random))
  }

  private mutating func declareClasses(_ hooks: [String], _ random: inout SplitMix64) {
    for index in 0..<random.pick([1, 1, 2, 2, 3]) {
      var names: [HookReference] = []
      let gas = UInt64(random.pick([0, 100, 1_500, 4_000, 4_000, 8_000]))
      for hook in hooks where random.chance(45) {
        names.append(HookReference(name: hook, isForeign: false, gas: gas))
      }
      if random.chance(20) {
        names.append(
          HookReference(name: random.pick(["settle", "rule"]), isForeign: true, gas: gas))
      }
      let isSingle = random.chance(25)
      module.classes.append(
        AssetClass(
          name: "C\(index)", title: "Class \(index)",
          decimals: isSingle ? 0 : UInt8(random.below(19)), isSingle: isSingle,
          isBurnable: random.chance(50), isForceable: random.chance(50),
          isKeyed: random.chance(30), hooks: names))
    }
  }

  // MARK: - Functions

  private mutating func add(
    _ role: Role, _ power: Power, _ parameters: [Kind], _ results: [Kind]
  ) -> Int {
    module.functions.append(
      Function(parameters: parameters, results: results, registers: BankCounts(), code: []))
    roles.append(role)
    powers.append(power)
    return module.functions.count - 1
  }

  private mutating func addExport(
    _ name: String, _ role: Role, _ power: Power, _ parameters: [Parameter],
    _ results: [Parameter], payments: Int = 0
  ) {
    let payments = (0..<payments).map { "pay\($0)" }
    let kinds = parameters.map(\.kind) + payments.flatMap { _ in [Kind.asset, .int] }
    let function = add(role, power, kinds, results.map(\.kind))
    module.exports.append(
      Export(
        name: name, function: function, parameters: parameters, results: results,
        payments: payments, isView: role == .view))
  }

  private mutating func declareFunctions(
    _ hooks: [String], _ options: ScenarioOptions, _ random: inout SplitMix64
  ) {
    let most: Power = options.interacts ? .interacts : .writes
    func signature(_ random: inout SplitMix64) -> ([Parameter], [Parameter]) {
      (
        Self.parameters("p", random.pick([0, 1, 2, 3]), of: Self.kinds, &random),
        Self.parameters("r", random.pick([0, 1, 1, 2, 4]), of: Self.kinds, &random)
      )
    }
    let (parameters, results) = signature(&random)
    addExport(
      "main", .export, most, parameters, results, payments: random.pick([0, 0, 1, 1, 2, 4]))
    for index in 0..<random.below(3) {
      let (parameters, results) = signature(&random)
      addExport(
        "do\(index)", .export, most, parameters, results, payments: random.pick([0, 0, 1]))
    }
    for index in 0..<random.below(3) {
      let (parameters, results) = signature(&random)
      addExport("look\(index)", .view, .pure, parameters, results)
    }
    if random.chance(80) {
      let parameters = Self.parameters("p", random.below(3), of: Self.kinds, &random)
      addExport(
        "init", .initialiser, most, parameters, [], payments: random.pick([0, 0, 0, 1]))
    }
    for hook in hooks {
      let function = add(.hook, .writes, Hook.parameters.map(\.kind), [])
      module.hooks.append(Hook(name: hook, function: function))
    }
    if random.chance(45) {
      let function = add(.invariant, .pure, [], [.bool])
      module.invariants.append(
        Invariant(title: "holds", function: function, isEnforced: random.chance(60)))
    }
    for _ in 0..<random.below(4) {
      let isRecursive = random.chance(40)
      let kinds = Self.kinds + [.list, .list, .list]
      var parameters = (0..<random.below(4)).map { _ in random.pick(kinds) }
      if isRecursive { parameters.insert(.int, at: 0) }
      let power = random.pick([.pure, .pure, .writes, most])
      let function = add(
        .helper, power, parameters, (0..<random.below(4)).map { _ in random.pick(kinds) })
      if isRecursive { recursive.insert(function) }
    }
  }
}
