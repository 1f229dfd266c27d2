public import Bytecode

/// Decides whether bytes are a module that may run.
///
/// Every byte string is accepted or refused, with the offset and the reason. Work is linear in the
/// number of bytes. What is accepted cannot jump astray, name a register, constant or declaration that
/// is not there, run off the end of a function, change the world in a view, or write what its own hook
/// writes after it gave control away.
public enum Verifier {
  /// Gas per byte of a module: decoding, hashing and every pass of the verifier.
  public static let gasPerByte: UInt64 = 20

  /// Verifies an encoded module.
  ///
  /// - Parameters:
  ///   - bytes: The encoding.
  ///   - gas: What the verification may use; it is refused before any work if that is not enough.
  /// - Returns: The module, which an engine may run.
  /// - Throws: The offset and the reason of a refusal.
  public static func verify(
    _ bytes: [UInt8], gas: UInt64 = .max
  ) throws(Refusal) -> VerifiedModule {
    let cost = UInt64(bytes.count) * gasPerByte
    guard cost <= gas else {
      throw Refusal(offset: 0, reason: "verification takes \(cost) gas, but \(gas) is left")
    }
    let (module, layout) = try Module.decode(bytes)
    try DeclarationChecker(module: module).check()
    var pools = PoolChecker(module: module)
    for (index, function) in module.functions.enumerated() {
      let checker = CodeChecker(
        module: module, index: index, function: function,
        functionOffset: layout.functionOffsets[index], offsets: layout.instructionOffsets[index])
      try checker.check()
      try pools.scan(function, offsets: layout.instructionOffsets[index])
    }
    try pools.finish()
    let effects = try EffectChecker(module: module, layout: layout).check()
    return VerifiedModule(
      module: module, encoded: bytes, effects: effects, verificationGas: cost)
  }

  /// Verifies a module by its encoding.
  public static func verify(_ module: Module) throws(Refusal) -> VerifiedModule {
    try verify(module.encoded())
  }
}
