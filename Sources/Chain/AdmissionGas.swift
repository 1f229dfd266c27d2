import Bytecode
public import Transactions
public import Verification

/// What a transaction costs before anything runs.
public enum AdmissionGas {
  /// The gas of verifying the signature and of keeping the bytes: the price of the instruction
  /// `verify_signature`, and of storing as many bytes.
  public static func transaction(_ transaction: SignedTransaction) -> UInt64 {
    let message = Transaction.signedMessageLength
    let signature =
      switch transaction.transaction.sender.scheme {
      case .ed25519, .development: GasSchedule.signature(.ed25519, message: message)
      case .p256: GasSchedule.signature(.p256, message: message)
      }
    return UInt64(signature + GasSchedule.storedWrite(transaction.byteCount))
  }

  /// The gas of bringing code to the chain: verifying it, and storing it under its hash.
  ///
  /// It is the same whether the code is there already.
  public static func deployment(of module: VerifiedModule) -> UInt64 {
    module.verificationGas
      + UInt64(GasSchedule.newKey + GasSchedule.storedWrite(module.encoded.count + 33))
  }
}
