import Assembly
import Bytecode
import Execution
import Foundation
import Integers
import Testing
import Transactions
import Verification

/// A world with named accounts, assets and contracts, in which every step is one block, and after every
/// step every invariant of every contract is checked.
final class Scene {
  let world = PairedWorld(block: Block(height: 1, time: 1_700_000_000))
  private(set) var names: [Identifier: String] = [:]
  private(set) var assets: [String: Identifier] = [:]
  private(set) var contracts: [Contract] = []
  /// Seconds from one block to the next.
  var interval = 6
  private static let artifacts = ArtifactCache()

  /// The address of a development account or of a contract, by name.
  func address(_ name: String) -> Identifier {
    if let contract = contracts.last(where: { $0.name == name }) { return contract.address }
    let account = Identifier.developmentAccount(named: name)
    names[account] = name
    return account
  }

  /// The contract that was deployed under a name.
  func contract(_ name: String) -> Contract {
    guard let contract = contracts.last(where: { $0.name == name }) else {
      preconditionFailure("no contract is named \(name)")
    }
    return contract
  }

  /// Creates an asset that nobody issues, all of it held by one account.
  @discardableResult
  func money(_ name: String, decimals: UInt8, supply: Integer, to holder: String) -> Identifier {
    let asset = world.createGenesisAsset(
      named: name, decimals: decimals, supply: supply, holder: address(holder))
    assets[name] = asset
    return asset
  }

  /// The balance of an account or contract.
  func balance(_ asset: Identifier, _ holder: String) -> Integer {
    world.balance(of: asset, holder: address(holder))
  }

  /// Sends an asset between accounts.
  @discardableResult
  func send(_ amount: Integer, of asset: Identifier, from: String, to: String) -> Outcome {
    step {
      let receipt = world.send(amount, of: asset, from: address(from), to: address(to))
      return Outcome(receipt: receipt, scene: self, contract: nil, export: nil)
    }
  }

  /// Deploys a contract of the `Contracts` folder, or of another path.
  @discardableResult
  func deploy(
    _ file: String, as name: String? = nil, by creator: String = "deployer",
    _ arguments: KeyValuePairs<String, Argument> = [:], paying payments: [AttachedPayment] = [],
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) throws -> Contract {
    let outcome = try tryDeploy(file, as: name, by: creator, arguments, paying: payments)
    try #require(
      outcome.receipt.failure == nil, "deploying \(file): \(outcome.description)",
      sourceLocation: sourceLocation)
    return contract(name ?? Self.contractName(file))
  }

  private static func contractName(_ file: String) -> String {
    URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
  }

  /// Deploys a contract, or tells why that failed.
  func tryDeploy(
    _ file: String, as name: String? = nil, by creator: String = "deployer",
    _ arguments: KeyValuePairs<String, Argument> = [:], paying payments: [AttachedPayment] = []
  ) throws -> Outcome {
    let (module, artifact) = try Self.artifacts.load(file)
    let hash = world.deploy(code: module)
    let parameters = module.module.export(named: "init")?.parameters ?? []
    let values = try bind(arguments, to: parameters, of: "init", module.module)
    let receipt = world.create(
      hash, arguments: values, payments: payments, by: address(creator))
    if let address = receipt.results?.first?.identifier {
      let contract = Contract(
        name: name ?? Self.contractName(file), address: address, artifact: artifact, scene: self)
      contracts.append(contract)
      names[address] = contract.name
    }
    return step {
      Outcome(
        receipt: receipt, scene: self,
        contract: Contract(
          name: name ?? file, address: .zero, artifact: artifact, scene: self),
        export: nil)
    }
  }

  /// The hash of the code of a contract of the folder, deployed but not made.
  func code(_ file: String) throws -> Identifier {
    let (module, _) = try Self.artifacts.load(file)
    return world.deploy(code: module)
  }

  /// Goes on in time without a transaction.
  func warp(seconds: Int = 0, blocks: Int = 0) {
    world.block.time += seconds + blocks * interval
    world.block.height += max(1, blocks)
  }

  /// Runs one transaction, then checks everything that must hold, then begins the next block.
  func step(_ body: () throws -> Outcome) rethrows -> Outcome {
    let outcome = try body()
    for contract in contracts { contract.checkInvariants() }
    world.block.height += 1
    world.block.time += interval
    return outcome
  }

  /// Puts named arguments in the order of the parameters.
  func bind(
    _ arguments: KeyValuePairs<String, Argument>, to parameters: [Parameter], of function: String,
    _ module: Module
  ) throws -> [Value] {
    for (name, _) in arguments where !parameters.contains(where: { $0.name == name }) {
      throw SceneError("\(function) has no parameter \(name)")
    }
    return try parameters.map { parameter in
      guard let argument = arguments.first(where: { $0.key == parameter.name })?.value else {
        throw SceneError("\(function) needs \(parameter.name)")
      }
      return try argument.value(of: parameter.kind, in: module, self)
    }
  }
}

struct SceneError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Assembled and verified contracts, each read once in a test run.
final class ArtifactCache: @unchecked Sendable {
  private let lock = NSLock()
  private var loaded: [String: (VerifiedModule, Artifact)] = [:]

  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Contracts")

  func load(_ file: String) throws -> (VerifiedModule, Artifact) {
    lock.lock()
    defer { lock.unlock() }
    if let found = loaded[file] { return found }
    let url = URL(fileURLWithPath: file, relativeTo: Self.folder)
    let text = try Data(contentsOf: url)
    let assembler = Assembler { path, from in
      let target = URL(
        fileURLWithPath: path, relativeTo: URL(fileURLWithPath: from).deletingLastPathComponent())
      guard let data = try? Data(contentsOf: target) else { return nil }
      return (target.path, Array(data))
    }
    let assembled = assembler.assemble(path: url.path, text: Array(text))
    guard let artifact = assembled.artifact else {
      throw SceneError(DiagnosticRenderer().render(assembled.diagnostics, in: assembled.sources))
    }
    let result = (try Verifier.verify(artifact.module), artifact)
    loaded[file] = result
    return result
  }
}

/// An argument as a test writes it.
enum Argument: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral,
  ExpressibleByBooleanLiteral
{
  case int(Integer)
  /// Text, or where an address or enum is asked for: the name of an account, contract or case.
  case name(String)
  case bool(Bool)
  case bytes([UInt8])
  case identifier(Identifier)
  case names([String])

  init(integerLiteral value: Int) { self = .int(Integer(value)) }
  init(stringLiteral value: String) { self = .name(value) }
  init(booleanLiteral value: Bool) { self = .bool(value) }

  func value(of kind: Kind, in module: Module, _ scene: Scene) throws -> Value {
    switch (self, kind) {
    case (.int(let integer), _): return .int(integer)
    case (.bool(let flag), _): return .int(flag ? 1 : 0)
    case (.bytes(let bytes), _): return .bytes(bytes)
    case (.identifier(let identifier), _): return Value(identifier)
    case (.names(let names), _): return .bytes(names.flatMap { scene.address($0).bytes })
    case (.name(let name), .address): return Value(scene.address(name))
    case (.name(let name), .asset):
      guard let asset = scene.assets[name] else { throw SceneError("no asset is named \(name)") }
      return Value(asset)
    case (.name(let name), .enumeration(let index)):
      guard let number = module.enums[Int(index)].cases.firstIndex(of: name) else {
        throw SceneError("\(module.enums[Int(index)].name) has no case \(name)")
      }
      return .int(Integer(number))
    case (.name(let text), _): return .bytes(Array(text.utf8))
    }
  }
}

/// A contract in a scene.
struct Contract {
  let name: String
  let address: Identifier
  let artifact: Artifact
  let scene: Scene

  var module: Module { artifact.module }

  /// The asset of one of the contract's classes.
  func asset(_ className: String, id: [UInt8] = []) -> Identifier {
    World.asset(issuer: address, className: className, id: id)
  }

  /// Calls a function with named arguments, as one block.
  @discardableResult
  func call(
    _ function: String, by caller: String, _ arguments: KeyValuePairs<String, Argument> = [:],
    paying payments: [AttachedPayment] = [], gas: UInt64 = Limits.gas
  ) throws -> Outcome {
    try scene.step { try run(function, by: caller, arguments, paying: payments, gas: gas) }
  }

  /// Calls a view, outside of any block.
  func view(
    _ function: String, by caller: String = "viewer",
    _ arguments: KeyValuePairs<String, Argument> = [:]
  ) throws -> Outcome {
    guard let export = module.export(named: function) else {
      throw SceneError("\(name) has no function \(function)")
    }
    let values = try scene.bind(arguments, to: export.parameters, of: function, module)
    let call = ContractCall(target: address, export: export, in: module, arguments: values)
    let receipt = scene.world.view(call, by: scene.address(caller))
    return Outcome(receipt: receipt, scene: scene, contract: self, export: export)
  }

  private func run(
    _ function: String, by caller: String, _ arguments: KeyValuePairs<String, Argument>,
    paying payments: [AttachedPayment], gas: UInt64
  ) throws -> Outcome {
    guard let export = module.export(named: function) else {
      throw SceneError("\(name) has no function \(function)")
    }
    let values = try scene.bind(arguments, to: export.parameters, of: function, module)
    let call = ContractCall(
      target: address, export: export, in: module, arguments: values, payments: payments)
    let receipt = scene.world.call(call, by: scene.address(caller), gas: gas)
    return Outcome(receipt: receipt, scene: scene, contract: self, export: export)
  }

  func checkInvariants() {
    for invariant in module.invariants {
      let receipt = scene.world.check(invariant, of: address)
      #expect(
        receipt.results == [.int(1)],
        "\(name) breaks \"\(invariant.title)\": \(String(describing: receipt.failure))")
    }
  }
}

/// What a step came to, with the names of the contract's interface.
struct Outcome: CustomStringConvertible {
  let receipt: Receipt
  let scene: Scene
  let contract: Contract?
  let export: Export?

  var succeeded: Bool { receipt.failure == nil }

  /// A result by its name.
  subscript(name: String) -> Value? {
    guard let export, let results = receipt.results,
      let index = export.results.firstIndex(where: { $0.name == name })
    else { return nil }
    return results[index]
  }

  /// An integer result by its name.
  func int(_ name: String) throws -> Integer {
    try #require(self[name]?.integer, "no result \(name): \(description)")
  }

  /// The name of the trap or declared error, and its arguments.
  var error: (name: String, arguments: [String: Value])? {
    guard let failure = receipt.failure else { return nil }
    switch failure.reason {
    case .trap(let trap): return (trap.name, [:])
    case .declared(let index, _, let values):
      guard let hash = failure.site?.codeHash,
        let module = scene.world.verifiedModule(hash)?.module
      else { return ("?", [:]) }
      let declaration = module.errors[index]
      let pairs = zip(declaration.parameters.map(\.name), values)
      return (declaration.name, Dictionary(pairs) { first, _ in first })
    }
  }

  /// The events of a name, each as its fields by name.
  func events(_ name: String) -> [[String: Value]] {
    receipt.events.compactMap { event in
      guard let module = scene.world.verifiedModule(event.codeHash)?.module else { return nil }
      let declaration = module.events[event.index]
      guard declaration.name == name else { return nil }
      return Dictionary(zip(declaration.parameters.map(\.name), event.fields)) { first, _ in first }
    }
  }

  /// Requires success.
  @discardableResult
  func ok(sourceLocation: Testing.SourceLocation = #_sourceLocation) throws -> Outcome {
    try #require(succeeded, "\(description)", sourceLocation: sourceLocation)
    return self
  }

  /// Expects a failure by its name, with some of its arguments.
  @discardableResult
  func fails(
    _ name: String, _ arguments: KeyValuePairs<String, Argument> = [:],
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) throws -> Outcome {
    #expect(error?.name == name, "\(description)", sourceLocation: sourceLocation)
    for (key, argument) in arguments {
      let actual = error?.arguments[key]
      let expected: Value
      switch argument {
      case .name(let name): expected = Value(scene.address(name))
      case .int(let integer): expected = .int(integer)
      case .bool(let flag): expected = .int(flag ? 1 : 0)
      case .bytes(let bytes): expected = .bytes(bytes)
      case .identifier(let identifier): expected = Value(identifier)
      case .names(let names): expected = .bytes(names.flatMap { scene.address($0).bytes })
      }
      #expect(actual == expected, "\(key) of \(name)", sourceLocation: sourceLocation)
    }
    return self
  }

  var description: String {
    if let failure = receipt.failure {
      let place = failure.site.map { "function \($0.function), instruction \($0.instruction)" }
      let contract = scene.names[failure.origin] ?? "\(failure.origin)"
      let name = error?.name ?? "?"
      return "failed with \(name) \(error?.arguments ?? [:]) in \(contract), \(place ?? "")"
    }
    return "succeeded with \(receipt.results ?? [])"
  }
}

/// A generator of random numbers that a seed decides.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }
}
