/// Every limit of the machine, in one place.
///
/// A limit belongs to the specification: two engines that disagree about one of these numbers are two
/// different machines.
public enum Limits {
  /// Bits in the magnitude of an integer: enough for a product of four 4,096-bit values.
  public static let integerBits = 16_384
  /// Bytes in one `bytes` value.
  public static let bytesLength = 65_536
  /// Elements in one list.
  public static let listCount = 1 << 20
  /// Registers of one bank in one function.
  public static let registersPerBank = 256
  /// Registers of the integer bank over all live frames.
  public static let integerStack = 65_536
  /// Registers of the bytes bank over all live frames.
  public static let bytesStack = 65_536
  /// Registers of the list bank over all live frames.
  public static let listStack = 16_384
  /// Live frames of internal calls, over the whole transaction.
  public static let frames = 4_096
  /// Nested calls between contracts, hooks and `try` blocks.
  public static let callDepth = 64
  /// Bytes of memory a transaction may hold live; see the memory meter in the specification.
  public static let liveMemory = 32 << 20
  /// Bytes a transaction may allocate between two counts of what is live.
  public static let memoryBetweenCounts = 64 << 20
  /// Bytes of one encoded module.
  public static let moduleLength = 1 << 20
  /// Instructions in one function.
  public static let instructionsPerFunction = 65_535
  /// Instructions in one module.
  public static let instructions = 131_072
  /// Functions in one module.
  public static let functions = 4_096
  /// Entries in each pool of constants.
  public static let constants = 4_096
  /// Declarations of one sort: fields, events, errors, classes, messages, enums.
  public static let declarations = 256
  /// Signatures of other contracts' functions that one module calls.
  public static let imports = 1_024
  /// Parameters, results, key components, record components or event fields of one declaration.
  public static let parameters = 64
  /// Cases of one enum.
  public static let enumCases = 256
  /// Bytes in a declared name.
  public static let nameLength = 128
  /// Bytes in a declared title or description.
  public static let titleLength = 256
  /// Decimals of a fungible asset.
  public static let decimals = 77
  /// Hooks of one asset class.
  public static let hooksPerClass = 4
  /// Payments attached to one call.
  public static let payments = 4
  /// Bytes of one encoded storage key, its contract and field included.
  public static let keyLength = 1_024
  /// Bytes of one stored value or record.
  public static let valueLength = 131_072
  /// Bytes of the id of an asset.
  public static let assetIDLength = 256
  /// Blocks whose beacon a contract can read.
  public static let beaconWindow = 256
  /// Levels of a Merkle path.
  public static let merkleDepth = 64
  /// Gas of one transaction.
  public static let gas: UInt64 = 1_000_000_000
}
