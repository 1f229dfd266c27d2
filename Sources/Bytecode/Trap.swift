/// Why the machine stopped a contract.
///
/// Numbers are stable and never reused.
public enum Trap: UInt16, Sendable, CaseIterable, Error {
  case outOfGas = 1
  case integerTooLarge = 2
  case divisionByZero = 3
  case inexact = 4
  case negativeRoot = 5
  case negativeExponent = 6
  case invalidModulus = 7
  case notInvertible = 8
  case invalidWeights = 9
  case invalidShift = 10
  case indexOutOfRange = 20
  case bytesTooLong = 21
  case listTooLong = 22
  case doesNotFit = 23
  case memoryExceeded = 24
  case stackOverflow = 25
  case callDepthExceeded = 26
  case kindMismatch = 30
  case noSuchFunction = 40
  case noSuchContract = 41
  case reentrantCall = 42
  case unexpectedPayment = 44
  case insufficientTryGas = 45
  case malformedCall = 46
  case codeNotDeployed = 47
  case zeroAddress = 60
  case negativeAmount = 61
  case insufficientBalance = 62
  case notAccepted = 63
  case noSuchAsset = 64
  case assetExists = 65
  case notIssuer = 66
  case notBurnable = 67
  case notForceable = 68
  case singleSupply = 69
  case hookNotAdmitted = 70
  case assetIDTooLong = 71
  case unexpectedAssetID = 72
  case entryMissing = 80
  case keyTooLong = 81
  case valueTooLong = 82
  case beaconUnavailable = 90
  case malformedProof = 91
  case invariantBroken = 92

  /// The trap's name as people read it: `DivisionByZero`.
  public var name: String {
    let text = "\(self)"
    return text.prefix(1).uppercased() + text.dropFirst()
  }

  /// One sentence that says what happened.
  public var sentence: String {
    switch self {
    case .outOfGas: "the gas limit was reached"
    case .integerTooLarge: "an integer would need more than 16,384 bits"
    case .divisionByZero: "a division by zero"
    case .inexact: "an exact division left a remainder"
    case .negativeRoot: "a root of a negative integer, or a root of degree below one"
    case .negativeExponent: "a power with a negative exponent"
    case .invalidModulus: "a modulus that is not positive"
    case .notInvertible: "an integer that has no inverse under the modulus"
    case .invalidWeights:
      "a split of a negative total, with a negative weight, or with no weight at all"
    case .invalidShift: "a shift by a negative number of bits"
    case .indexOutOfRange: "an index or a range past the end"
    case .bytesTooLong: "a string of bytes would be longer than 65,536"
    case .listTooLong: "a list would have more than 1,048,576 elements"
    case .doesNotFit: "an integer does not fit the given width"
    case .memoryExceeded: "the transaction holds more memory than a transaction may"
    case .stackOverflow: "too many nested internal calls or registers"
    case .callDepthExceeded: "calls between contracts are nested too deeply"
    case .kindMismatch: "a value is not of the kind that is required here"
    case .noSuchFunction: "the contract exports no function of this name and signature"
    case .noSuchContract: "there is no contract at this address"
    case .reentrantCall: "the contract is already on the call stack"
    case .unexpectedPayment: "the call attaches a payment that the function does not take"
    case .insufficientTryGas: "less gas remains than `try` was told to give"
    case .malformedCall: "the bytes are not the encoding of a call"
    case .codeNotDeployed: "no code with this hash has been deployed"
    case .zeroAddress: "an asset cannot be sent to the zero address"
    case .negativeAmount: "an amount below zero"
    case .insufficientBalance: "the balance is smaller than the amount"
    case .notAccepted: "the receiving contract does not accept this asset"
    case .noSuchAsset: "there is no such asset"
    case .assetExists: "this class already has an asset with this id"
    case .notIssuer: "only the issuer may do this"
    case .notBurnable: "the class does not let holders burn"
    case .notForceable: "the class does not let its issuer force transfers"
    case .singleSupply: "a single thing has a supply of at most one"
    case .hookNotAdmitted: "the hook's contract has not admitted this issuer"
    case .assetIDTooLong: "the id of an asset is longer than 256 bytes"
    case .unexpectedAssetID: "the class has one asset only, under the empty id"
    case .entryMissing: "there is no record under this key"
    case .keyTooLong: "a storage key is longer than 1,024 bytes, or an integer in it too large"
    case .valueTooLong: "a stored value is longer than 131,072 bytes"
    case .beaconUnavailable: "the beacon of this height is not among the last 256"
    case .malformedProof: "the bytes are not a Merkle path"
    case .invariantBroken: "an enforced invariant does not hold"
    }
  }

  /// Whether the failure ends the whole transaction, so that no `try` catches it.
  public var isFatal: Bool {
    switch self {
    case .memoryExceeded, .callDepthExceeded, .stackOverflow: true
    default: false
    }
  }
}
