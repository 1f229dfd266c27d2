public import Bytecode
import Crypto

/// A module that the verifier has accepted: the only thing that an engine runs.
public final class VerifiedModule: Sendable {
  /// The module.
  public let module: Module
  /// Its encoding.
  public let encoded: [UInt8]
  /// The SHA-256 of its encoding, by which it is known.
  public let codeHash: [UInt8]
  /// What each function and all that it calls may do.
  public let effects: [FunctionEffects]
  /// Gas that verification used, a function of the encoding alone.
  public let verificationGas: UInt64

  private let exportsBySignature: [String: Int]
  private let hooksByName: [String: Int]

  init(
    module: Module, encoded: [UInt8], effects: [FunctionEffects], verificationGas: UInt64
  ) {
    self.module = module
    self.encoded = encoded
    self.effects = effects
    self.verificationGas = verificationGas
    codeHash = Array(SHA256.hash(data: encoded))
    var exports: [String: Int] = [:]
    for (index, export) in module.exports.enumerated() {
      exports[module.signature(of: export)] = index
    }
    exportsBySignature = exports
    var hooks: [String: Int] = [:]
    for hook in module.hooks { hooks[hook.name] = hook.function }
    hooksByName = hooks
  }

  /// The index of the export with this name and signature.
  public func export(signature: String) -> Int? {
    // Names are ASCII, but some other characters are canonically equivalent to ASCII ones.
    signature.utf8.allSatisfy { $0 < 0x80 } ? exportsBySignature[signature] : nil
  }

  /// The function of the hook with this name.
  public func hook(named name: String) -> Int? { hooksByName[name] }
}

/// What a function, with everything it calls inside its contract, may do.
public struct FunctionEffects: Hashable, Sendable {
  /// Fields that it may write.
  public internal(set) var writtenFields: Set<UInt8> = []
  /// Whether it may emit events, create assets or change what the contract admits.
  public internal(set) var records = false
  /// Whether it may call contracts other than views, or move assets.
  public internal(set) var interacts = false
  /// Whether it may call views of other contracts.
  public internal(set) var callsViews = false

  /// Whether it changes nothing.
  public var isPure: Bool { writtenFields.isEmpty && !records && !interacts }
}
