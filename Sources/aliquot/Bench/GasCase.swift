import Bytecode
import Integers

/// One measurement: an instruction on operands of one size.
struct GasCase {
  let opcode: Opcode
  /// The operands, in a few words.
  let operands: String
  /// Copies of the instruction in the body of the loop.
  var copies = 32
  /// The most that it may run in one transaction.
  var most = 1_000_000
  /// Makes the body; what it needs before goes into the program.
  let make: (inout BenchProgram) -> BenchProgram.Body
}

/// The grid: for every instruction, the operands that it is measured on.
struct GasGrid {
  typealias Body = BenchProgram.Body

  let world: GasWorld
  /// Words of integers; two of them are narrow.
  let words = [1, 2, 3, 4, 8, 16, 32, 64, 128, 256]
  /// Bytes of strings.
  let lengths = [0, 1, 32, 256, 1_024, 8_192, 65_536]
  /// Elements of lists.
  let counts = [0, 1, 10, 100, 1_000, 30_000]

  /// Bits of an integer of so many words that is as wide as it may be there.
  static func bits(_ words: Int) -> Int { words == 2 ? 126 : words * 64 }

  func cases() -> [GasCase] { Opcode.allCases.flatMap(cases(of:)) }

  func cases(of opcode: Opcode) -> [GasCase] {
    switch opcode {
    case .intConst, .intSmall, .intMove, .add, .addSmall, .sub, .mul, .mulSmall, .neg, .abs, .min,
      .max, .div, .mod, .divmod, .muldiv, .pow, .root, .bitLength, .gcd, .powMod, .invMod,
      .fixedPow, .bitAnd, .bitOr, .bitXor, .shiftLeft, .shiftRight, .equal, .notEqual, .less,
      .lessEqual, .not:
      integerCases(opcode)
    case .jump, .jumpEqual, .jumpNotEqual, .jumpLess, .jumpLessEqual, .jumpEqualSmall,
      .jumpNotEqualSmall, .jumpLessSmall, .jumpLessEqualSmall, .jumpGreaterSmall,
      .jumpGreaterEqualSmall, .jumpSame, .jumpDifferent, .loopLess, .call, .ret, .fail:
      controlCases(opcode)
    case .bytesConst, .bytesMove, .concat, .slice, .length, .byteAt, .same, .bytesToInt,
      .intToBytes,
      .sha256, .keccak256, .verifySignature, .verifyMerkle, .element, .checkInt, .checkEnum,
      .checkBytes:
      bytesCases(opcode)
    case .listCopy, .listShare, .listNew, .listGet, .listSet, .listPush, .listCount, .listSlice,
      .listSort, .listSortBy, .listSum, .listDot, .listToBytes, .bytesToList, .split:
      listCases(opcode)
    case .selfAddress, .caller, .chainID, .height, .time, .beacon, .emit, .digest, .tryNext,
      .encodeCall, .invoke, .perform, .create:
      callCases(opcode)
    case .loadInt, .loadBytes, .storeInt, .storeBytes, .putRecord, .exists, .delete, .seek, .total:
      storageCases(opcode)
    case .assetOf, .createAsset, .mint, .burn, .send, .force, .balance, .supply, .holder, .issuer,
      .className, .assetID, .admit, .dismiss:
      assetCases(opcode)
    }
  }

  func one(
    _ opcode: Opcode, _ operands: String, copies: Int = 32, most: Int = 1_000_000,
    _ make: @escaping (inout BenchProgram) -> Body
  ) -> GasCase {
    GasCase(opcode: opcode, operands: operands, copies: copies, most: most, make: make)
  }
}
