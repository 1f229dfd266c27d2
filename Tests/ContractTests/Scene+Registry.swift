import Bytecode
import Crypto
import Execution
import Foundation
import Integers
import Testing

extension Scene {
  /// One payment of an asset.
  func paying(_ amount: Integer, of asset: Identifier) -> [AttachedPayment] {
    [AttachedPayment(asset: asset, amount: amount)]
  }

  /// Deploys a contract whose text stands in the test. It finds libraries as the `Contracts` do.
  @discardableResult
  func deploy(
    source: String, as name: String, _ arguments: KeyValuePairs<String, Argument> = [:],
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) throws -> Contract {
    let text = source.replacing("use \"", with: "use \"\(ArtifactCache.folder.path)/")
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(name)-\(UUID().uuidString).alq")
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try deploy(file.path, as: name, arguments, sourceLocation: sourceLocation)
  }

  /// Seconds since 1970 of the block that the next step is.
  var now: Int { world.block.time }

  /// Makes the next step run at a time.
  func warp(to time: Int) { warp(seconds: time - now) }
}

extension Contract {
  /// Calls a function without checking invariants afterwards and in the same block, for long preparations.
  @discardableResult
  func prepare(
    _ function: String, by caller: String, _ arguments: KeyValuePairs<String, Argument> = [:],
    paying payments: [AttachedPayment] = []
  ) throws -> Outcome {
    let export = try #require(module.export(named: function))
    let values = try scene.bind(arguments, to: export.parameters, of: function, module)
    let call = ContractCall(
      target: address, export: export, in: module, arguments: values, payments: payments)
    let receipt = scene.world.call(call, by: scene.address(caller))
    return try Outcome(receipt: receipt, scene: scene, contract: self, export: export).ok()
  }
}

/// How often the actions of a campaign ended in which way.
struct Tally: CustomStringConvertible {
  private var counts: [String: Int] = [:]

  /// Counts an outcome of an action.
  mutating func note(_ action: String, _ outcome: Outcome) {
    counts["\(action) \(outcome.error?.name ?? "ok")", default: 0] += 1
  }

  /// How often an action ended so: `claim ok`, `claim Nothing`.
  subscript(ending: String) -> Int { counts[ending] ?? 0 }

  /// Expects that each of these endings was reached at least so often.
  func expect(
    _ endings: [String], atLeast count: Int = 1,
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) {
    for ending in endings {
      #expect(self[ending] >= count, "\(ending): \(self)", sourceLocation: sourceLocation)
    }
  }

  var description: String {
    counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }
}

/// One who looks at machines and signs, off the chain, what it found.
struct Checker {
  let key: Curve25519.Signing.PrivateKey

  /// The checker of a number: the same in every run.
  init(_ number: UInt8) throws {
    key = try Curve25519.Signing.PrivateKey(
      rawRepresentation: [UInt8](repeating: number, count: 32))
  }

  var publicKey: [UInt8] { Array(key.publicKey.rawRepresentation) }

  /// Signs an attestation for a registry.
  func sign(_ attestation: Attestation, for registry: Contract) throws -> [UInt8] {
    let message = try #require(registry.module.messages.first { $0.name == "Attestation" })
    let digest = MessageDigest.digest(
      of: message, in: registry.module, chain: registry.scene.world.block.chain,
      contract: registry.address, fields: attestation.fields)
    return Array(try key.signature(for: digest))
  }
}

/// What a checker found.
struct Attestation {
  var fingerprint: [UInt8]
  var model = "H100 SXM"
  var vram = 81_920
  var region = "eu-north"
  var score = 90
  var issued: Int
  var expires: Int

  var fields: [Value] {
    [
      .bytes(fingerprint), .bytes(Array(model.utf8)), .int(Integer(vram)),
      .bytes(Array(region.utf8)), .int(Integer(score)), .int(Integer(issued)),
      .int(Integer(expires)),
    ]
  }
}

/// A registry of machines with a dollar for its bonds, an admin, a warden, a lender and a trusted checker.
struct Park {
  static let bond = 200_000_000
  static let day = 86_400
  static let owners = ["alice", "bob", "carol"]

  let scene: Scene
  let registry: Contract
  let dollar: Identifier
  let checker: Checker

  init(scene: Scene = Scene(), required: Int = bond) throws {
    self.scene = scene
    dollar = scene.money("USD", decimals: 6, supply: 1_000_000_000_000_000, to: "bank")
    checker = try Checker(7)
    registry = try scene.deploy(
      "GPURegistry.alq", as: "registry",
      ["token": "USD", "required": .int(Integer(required)), "admin": "admin"])
    for owner in Self.owners {
      try scene.send(100_000_000_000, of: dollar, from: "bank", to: owner).ok()
    }
    try registry.call("roles.grant", by: "admin", ["role": "warden", "member": "warden"]).ok()
    try registry.call("roles.grant", by: "admin", ["role": "lender", "member": "lender"]).ok()
    try registry.call("trust", by: "admin", ["key": .bytes(checker.publicKey), "yes": true]).ok()
  }

  /// The fingerprint of the machine of a number.
  func fingerprint(_ number: Int) -> [UInt8] {
    Array(SHA256.hash(data: Array("machine \(number)".utf8)))
  }

  /// The passport of the machine of a number.
  func passport(_ number: Int) -> Identifier {
    registry.asset("Passport", id: fingerprint(number))
  }

  /// An argument that is the passport of a machine.
  func named(_ number: Int) -> Argument { .identifier(passport(number)) }

  /// Who holds the passport of a machine, if one of these does.
  func holds(_ number: Int, _ holder: String) -> Bool {
    scene.balance(passport(number), holder) == 1
  }

  /// Registers a machine.
  @discardableResult
  func register(
    _ number: Int, by owner: String, paying bond: Int? = Park.bond
  ) throws -> Outcome {
    try registry.call(
      "register", by: owner,
      [
        "fingerprint": .bytes(fingerprint(number)), "model": "H100 SXM", "vram": 81_920,
        "region": "eu-north",
      ], paying: bond.map { scene.paying(Integer($0), of: dollar) } ?? [])
  }

  /// What the checker finds now: good for 90 days, if nothing else is said.
  func finding(_ number: Int, issued: Int? = nil, lasting: Int = 90 * day) -> Attestation {
    let issued = issued ?? scene.now
    return Attestation(
      fingerprint: fingerprint(number), issued: issued, expires: issued + lasting)
  }

  /// Brings an attestation to the registry.
  @discardableResult
  func attest(
    _ number: Int, _ finding: Attestation? = nil, signed: Attestation? = nil,
    by checker: Checker? = nil, at otherRegistry: Contract? = nil, flippingBit bit: Int? = nil
  ) throws -> Outcome {
    let finding = finding ?? self.finding(number)
    let checker = checker ?? self.checker
    var signature = try checker.sign(signed ?? finding, for: otherRegistry ?? registry)
    if let bit { signature[bit / 8] ^= 1 << UInt8(bit % 8) }
    return try registry.call(
      "attest", by: "anyone",
      [
        "passport": named(number), "score": .int(Integer(finding.score)),
        "issued": .int(Integer(finding.issued)), "expires": .int(Integer(finding.expires)),
        "key": .bytes(checker.publicKey), "signature": .bytes(signature),
      ])
  }

  /// Whether the machine counts as attested in the next block.
  func isActive(_ number: Int) throws -> Bool {
    try registry.view("is_active", ["passport": named(number)]).ok().int("yes") == 1
  }
}
