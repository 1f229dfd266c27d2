/// The instructions of the machine.
///
/// Raw values are the bytes of the encoding.
public enum Opcode: UInt8, Sendable, CaseIterable {
  // Constants and moves.
  case intConst = 0x01
  case intSmall, intMove, bytesConst, bytesMove, listCopy, listShare
  // Arithmetic.
  case add = 0x10
  case addSmall, sub, mul, mulSmall, neg, abs, min, max, div, mod, divmod, muldiv
  case pow, root, bitLength, gcd, powMod, invMod, fixedPow
  case bitAnd, bitOr, bitXor, shiftLeft, shiftRight
  case equal, notEqual, less, lessEqual, not
  // Control.
  case jump = 0x40
  case jumpEqual, jumpNotEqual, jumpLess, jumpLessEqual
  case jumpEqualSmall, jumpNotEqualSmall, jumpLessSmall, jumpLessEqualSmall
  case jumpGreaterSmall, jumpGreaterEqualSmall
  case jumpSame, jumpDifferent, loopLess
  case call, ret, fail
  // Bytes.
  case concat = 0x60
  case slice, length, byteAt, same, bytesToInt, intToBytes, sha256, keccak256
  case verifySignature, verifyMerkle, element, checkInt, checkEnum, checkBytes
  // Lists.
  case listNew = 0x78
  case listGet, listSet, listPush, listCount, listSlice, listSort, listSortBy, listSum, listDot
  case listToBytes, bytesToList, split
  // The contract and its block.
  case selfAddress = 0x90
  case caller, chainID, height, time, beacon
  // Storage.
  case loadInt = 0xA0
  case loadBytes, storeInt, storeBytes, putRecord, exists, delete, seek, total
  // Assets.
  case assetOf = 0xB0
  case createAsset, mint, burn, send, force, balance, supply, holder, issuer, className, assetID
  case admit, dismiss
  // Calls and records.
  case invoke = 0xC8
  case tryNext, encodeCall, perform, create, emit, digest
}

extension Opcode {
  /// The table: one row per instruction, and the only place that says what it takes, costs and traps.
  // swift-format-ignore
  static func makeRow(_ opcode: Opcode) -> InstructionRow {
    switch opcode {
    case .intConst:
      InstructionRow("int_const", [.intResult("d"), Operand("constant", .intConstant)], gas: 1,
        "d becomes an integer of the constant pool.")
    case .intSmall:
      InstructionRow("int_small", [.intResult("d"), .immediate], gas: 1,
        "d becomes the immediate.")
    case .intMove:
      InstructionRow("int_move", [.intResult("d"), .int("a")], gas: 1,
        "d becomes a.")
    case .bytesConst:
      InstructionRow("bytes_const", [.bytesResult("d"), Operand("constant", .bytesConstant)], gas: 1,
        "d becomes a string of the constant pool.")
    case .bytesMove:
      InstructionRow("bytes_move", [.bytesResult("d"), .bytes("a")], gas: 1,
        "d becomes a.")
    case .listCopy:
      InstructionRow("list_copy", [.listResult("d"), .list("a")], gas: 12, plus: .listCopy,
        "d becomes a new list with the elements of a.")
    case .listShare:
      InstructionRow("list_share", [.listResult("d"), .list("a")], gas: 4,
        "d becomes the same list as a; what is changed through one is seen through the other.")

    case .add:
      InstructionRow("add", [.intResult("d"), .int("a"), .int("b")], gas: 1, plus: .sum,
        traps: [.integerTooLarge], "d becomes a + b.")
    case .addSmall:
      InstructionRow("add_small", [.intResult("d"), .int("a"), .immediate], gas: 1, plus: .sum,
        traps: [.integerTooLarge], "d becomes a + immediate.")
    case .sub:
      InstructionRow("sub", [.intResult("d"), .int("a"), .int("b")], gas: 1, plus: .sum,
        traps: [.integerTooLarge], "d becomes a - b.")
    case .mul:
      InstructionRow("mul", [.intResult("d"), .int("a"), .int("b")], gas: 5, plus: .product,
        traps: [.integerTooLarge], "d becomes a * b.")
    case .mulSmall:
      InstructionRow("mul_small", [.intResult("d"), .int("a"), .immediate], gas: 6, plus: .product,
        traps: [.integerTooLarge], "d becomes a * immediate.")
    case .neg:
      InstructionRow("neg", [.intResult("d"), .int("a")], gas: 1, plus: .sum,
        "d becomes -a.")
    case .abs:
      InstructionRow("abs", [.intResult("d"), .int("a")], gas: 5, plus: .sum,
        "d becomes the magnitude of a.")
    case .min:
      InstructionRow("min", [.intResult("d"), .int("a"), .int("b")], gas: 5, plus: .comparison,
        "d becomes the lesser of a and b.")
    case .max:
      InstructionRow("max", [.intResult("d"), .int("a"), .int("b")], gas: 5, plus: .comparison,
        "d becomes the greater of a and b.")
    case .div:
      InstructionRow("div", [.intResult("d"), .int("a"), .int("b"), .rounding], gas: 10, plus: .quotient,
        traps: [.divisionByZero, .inexact], "d becomes a / b, rounded as named.")
    case .mod:
      InstructionRow("mod", [.intResult("d"), .int("a"), .int("b")], gas: 10, plus: .quotient,
        traps: [.divisionByZero], "d becomes a - b * floor(a / b), which has the sign of b.")
    case .divmod:
      InstructionRow("divmod", [.intResult("q"), .intResult("r"), .int("a"), .int("b")], gas: 10, plus: .quotient,
        traps: [.divisionByZero], "q becomes floor(a / b) and r what remains; when both name one register it holds r.")
    case .muldiv:
      InstructionRow("muldiv", [.intResult("d"), .int("a"), .int("b"), .int("c"), .rounding], gas: 32, plus: .productQuotient,
        traps: [.divisionByZero, .inexact, .integerTooLarge], "d becomes a * b / c with an exact product, rounded as named.")
    case .pow:
      InstructionRow("pow", [.intResult("d"), .int("a"), .int("n")], gas: 20, plus: .power,
        traps: [.negativeExponent, .integerTooLarge], "d becomes a to the power n; anything to the power 0 is 1.")
    case .root:
      InstructionRow("root", [.intResult("d"), .int("a"), .int("n")], gas: 40, plus: .root,
        traps: [.negativeRoot], "d becomes the largest integer whose n-th power is at most a.")
    case .bitLength:
      InstructionRow("bit_length", [.intResult("d"), .int("a")], gas: 5,
        "d becomes the bits in the magnitude of a; 0 has none.")
    case .gcd:
      InstructionRow("gcd", [.intResult("d"), .int("a"), .int("b")], gas: 40, plus: .gcd,
        "d becomes the greatest common divisor of a and b, never negative; that of 0 and 0 is 0.")
    case .powMod:
      InstructionRow("pow_mod", [.intResult("d"), .int("a"), .int("n"), .int("m")], gas: 200, plus: .modularPower,
        traps: [.negativeExponent, .invalidModulus], "d becomes a to the power n modulo m, from 0 up to m.")
    case .invMod:
      InstructionRow("inv_mod", [.intResult("d"), .int("a"), .int("m")], gas: 200, plus: .gcd,
        traps: [.invalidModulus, .notInvertible], "d becomes the inverse of a modulo m, from 0 up to m.")
    case .fixedPow:
      InstructionRow("fixed_pow", [.intResult("d"), .int("a"), .int("n"), .int("s"), .rounding], gas: 30, plus: .fixedPower,
        traps: [.negativeExponent, .divisionByZero, .inexact, .integerTooLarge],
        "d becomes s * (a / s)^n by squaring from the lowest bit, each product divided by s and rounded as named.")
    case .bitAnd:
      InstructionRow("bit_and", [.intResult("d"), .int("a"), .int("b")], gas: 2, plus: .bitwise, traps: [.integerTooLarge],
        "d becomes the bits set in a and b, both in two's complement without end.")
    case .bitOr:
      InstructionRow("bit_or", [.intResult("d"), .int("a"), .int("b")], gas: 2, plus: .bitwise,
        "d becomes the bits set in a or b, both in two's complement without end.")
    case .bitXor:
      InstructionRow("bit_xor", [.intResult("d"), .int("a"), .int("b")], gas: 2, plus: .bitwise, traps: [.integerTooLarge],
        "d becomes the bits set in one of a and b, both in two's complement without end.")
    case .shiftLeft:
      InstructionRow("shift_left", [.intResult("d"), .int("a"), .int("n")], gas: 10, plus: .shift,
        traps: [.invalidShift, .integerTooLarge], "d becomes a * 2^n.")
    case .shiftRight:
      InstructionRow("shift_right", [.intResult("d"), .int("a"), .int("n")], gas: 10, plus: .sum,
        traps: [.invalidShift], "d becomes floor(a / 2^n).")
    case .equal:
      InstructionRow("equal", [.intResult("d"), .int("a"), .int("b")], gas: 1, plus: .comparison,
        "d becomes 1 if a = b, otherwise 0.")
    case .notEqual:
      InstructionRow("not_equal", [.intResult("d"), .int("a"), .int("b")], gas: 1, plus: .comparison,
        "d becomes 1 if a differs from b, otherwise 0.")
    case .less:
      InstructionRow("less", [.intResult("d"), .int("a"), .int("b")], gas: 1, plus: .comparison,
        "d becomes 1 if a < b, otherwise 0.")
    case .lessEqual:
      InstructionRow("less_equal", [.intResult("d"), .int("a"), .int("b")], gas: 1, plus: .comparison,
        "d becomes 1 if a <= b, otherwise 0.")
    case .not:
      InstructionRow("not", [.intResult("d"), .int("a")], gas: 1,
        "d becomes 1 if a is 0, otherwise 0.")

    case .jump:
      InstructionRow("jump", [.target], gas: 1, flow: .jump,
        "Goes on at the target.")
    case .jumpEqual:
      InstructionRow("jump_equal", [.int("a"), .int("b"), .target], gas: 1, plus: .comparison, flow: .branch,
        "Goes on at the target if a = b.")
    case .jumpNotEqual:
      InstructionRow("jump_not_equal", [.int("a"), .int("b"), .target], gas: 1, plus: .comparison, flow: .branch,
        "Goes on at the target if a differs from b.")
    case .jumpLess:
      InstructionRow("jump_less", [.int("a"), .int("b"), .target], gas: 1, plus: .comparison, flow: .branch,
        "Goes on at the target if a < b.")
    case .jumpLessEqual:
      InstructionRow("jump_less_equal", [.int("a"), .int("b"), .target], gas: 1, plus: .comparison, flow: .branch,
        "Goes on at the target if a <= b.")
    case .jumpEqualSmall:
      InstructionRow("jump_equal_small", [.int("a"), .immediate, .target], gas: 1, flow: .branch,
        "Goes on at the target if a = immediate.")
    case .jumpNotEqualSmall:
      InstructionRow("jump_not_equal_small", [.int("a"), .immediate, .target], gas: 1, flow: .branch,
        "Goes on at the target if a differs from the immediate.")
    case .jumpLessSmall:
      InstructionRow("jump_less_small", [.int("a"), .immediate, .target], gas: 1, plus: .comparison, flow: .branch,
        "Goes on at the target if a < immediate.")
    case .jumpLessEqualSmall:
      InstructionRow("jump_less_equal_small", [.int("a"), .immediate, .target], gas: 1, plus: .comparison, flow: .branch,
        "Goes on at the target if a <= immediate.")
    case .jumpGreaterSmall:
      InstructionRow("jump_greater_small", [.int("a"), .immediate, .target], gas: 1, plus: .comparison, flow: .branch,
        "Goes on at the target if a > immediate.")
    case .jumpGreaterEqualSmall:
      InstructionRow("jump_greater_equal_small", [.int("a"), .immediate, .target], gas: 1, plus: .comparison, flow: .branch,
        "Goes on at the target if a >= immediate.")
    case .jumpSame:
      InstructionRow("jump_same", [.bytes("a"), .bytes("b"), .target], gas: 6, plus: .bytesComparison, flow: .branch,
        "Goes on at the target if a and b are the same bytes.")
    case .jumpDifferent:
      InstructionRow("jump_different", [.bytes("a"), .bytes("b"), .target], gas: 6, plus: .bytesComparison, flow: .branch,
        "Goes on at the target if a and b are not the same bytes.")
    case .loopLess:
      InstructionRow("loop_less", [.intResult("a"), .int("b"), .target], gas: 1, plus: .increment, traps: [.integerTooLarge],
        flow: .branch, "a becomes a + 1; goes on at the target if it is then below b.")
    case .call:
      InstructionRow("call", [Operand("function", .function), .ints(.function), .strings(.function), .lists(.function)],
        gas: 5, plus: .frame, traps: [.stackOverflow],
        "Runs a function whose registers begin at the windows: they hold its arguments, afterwards its results and what it left.")
    case .ret:
      InstructionRow("ret", [.ints(.results), .strings(.results), .lists(.results)], gas: 3, plus: .results, flow: .leave,
        "Leaves the function with the results that the windows hold.")
    case .fail:
      InstructionRow("fail", [Operand("error", .error), .ints(.error), .strings(.error)], gas: 250, plus: .output, traps: [.kindMismatch], flow: .leave,
        "Ends the call with a declared error; everything the call did is undone.")

    case .concat:
      InstructionRow("concat", [.bytesResult("d"), .bytes("a"), .bytes("b")], gas: 10, plus: .bytesResult, traps: [.bytesTooLong],
        "d becomes a followed by b.")
    case .slice:
      InstructionRow("slice", [.bytesResult("d"), .bytes("a"), .int("start"), .int("count")], gas: 10, plus: .bytesResult,
        traps: [.indexOutOfRange], "d becomes count bytes of a from start.")
    case .length:
      InstructionRow("length", [.intResult("d"), .bytes("a")], gas: 1,
        "d becomes the number of bytes in a.")
    case .byteAt:
      InstructionRow("byte_at", [.intResult("d"), .bytes("a"), .int("index")], gas: 6, traps: [.indexOutOfRange],
        "d becomes the byte of a at the index, from 0 to 255.")
    case .same:
      InstructionRow("same", [.intResult("d"), .bytes("a"), .bytes("b")], gas: 6, plus: .bytesComparison,
        "d becomes 1 if a and b are the same bytes, otherwise 0.")
    case .bytesToInt:
      InstructionRow("bytes_to_int", [.intResult("d"), .bytes("a")], gas: 16, plus: .bytesToInt, traps: [.integerTooLarge],
        "d becomes the unsigned integer whose big-endian bytes are a.")
    case .intToBytes:
      InstructionRow("int_to_bytes", [.bytesResult("d"), .int("a"), .int("width")], gas: 14, plus: .intToBytes,
        traps: [.doesNotFit, .bytesTooLong], "d becomes a, which is not negative, as width big-endian bytes.")
    case .sha256:
      InstructionRow("sha256", [.bytesResult("d"), .bytes("a")], gas: 150, plus: .sha256,
        "d becomes the SHA-256 of a (FIPS 180-4).")
    case .keccak256:
      InstructionRow("keccak256", [.bytesResult("d"), .bytes("a")], gas: 450, plus: .keccak256,
        "d becomes the Keccak-256 of a (as Ethereum uses it, padding 0x01).")
    case .verifySignature:
      InstructionRow("verify_signature",
        [.intResult("d"), Operand("scheme", .scheme), .bytes("key"), .bytes("message"), .bytes("signature")],
        gas: 50, plus: .signature, "d becomes 1 if the signature of the message is valid under the key, otherwise 0.")
    case .verifyMerkle:
      InstructionRow("verify_merkle",
        [.intResult("d"), .bytes("root"), .bytes("leaf"), .bytes("path"), .int("index")], gas: 250, plus: .merkle,
        traps: [.malformedProof],
        "d becomes 1 if the path leads from the leaf at the index to the root, otherwise 0.")
    case .element:
      InstructionRow("element", [.bytesResult("d"), .bytes("a"), .int("index")], gas: 8, plus: .bytesResult, traps: [.indexOutOfRange],
        "d becomes the 32 bytes of a at the index, counted in elements of 32 bytes.")
    case .checkInt:
      InstructionRow("check_int", [.int("a"), Operand("kind", .kind)], gas: 5, traps: [.kindMismatch],
        "Traps unless a is of the kind.")
    case .checkEnum:
      InstructionRow("check_enum", [.int("a"), .immediate], gas: 5, traps: [.kindMismatch],
        "Traps unless a is from 0 up to the immediate, which is left out.")
    case .checkBytes:
      InstructionRow("check_bytes", [.bytes("a"), Operand("kind", .kind)], gas: 6, plus: .kindCheck, traps: [.kindMismatch],
        "Traps unless a is of the kind.")

    case .listNew:
      InstructionRow("list_new", [.listResult("d"), .int("count")], gas: 20, plus: .listResult, traps: [.indexOutOfRange, .listTooLong],
        "d becomes a new list of count zeros.")
    case .listGet:
      InstructionRow("list_get", [.intResult("d"), .list("a"), .int("index")], gas: 2, traps: [.indexOutOfRange],
        "d becomes the element of a at the index.")
    case .listSet:
      InstructionRow("list_set", [.list("a"), .int("index"), .int("value")], gas: 2, traps: [.indexOutOfRange],
        "The element of a at the index becomes the value.")
    case .listPush:
      InstructionRow("list_push", [.listResult("a"), .int("value")], gas: 8, traps: [.listTooLong],
        "Adds the value at the end of a.")
    case .listCount:
      InstructionRow("list_count", [.intResult("d"), .list("a")], gas: 1,
        "d becomes the number of elements of a.")
    case .listSlice:
      InstructionRow("list_slice", [.listResult("d"), .list("a"), .int("start"), .int("count")], gas: 12, plus: .listResult,
        traps: [.indexOutOfRange], "d becomes a new list of count elements of a from start.")
    case .listSort:
      InstructionRow("list_sort", [.list("a")], gas: 20, plus: .listSort,
        "Orders the elements of a from least to greatest.")
    case .listSortBy:
      InstructionRow("list_sort_by", [.list("a"), .list("keys")], gas: 40, plus: .listSort, traps: [.indexOutOfRange],
        "Orders a by the keys at the same indices, least first, equal keys in their old order; keys stays as it is.")
    case .listSum:
      InstructionRow("list_sum", [.intResult("d"), .list("a")], gas: 10, plus: .listSum, traps: [.integerTooLarge],
        "d becomes the sum of the elements of a; only the sum itself has a limit.")
    case .listDot:
      InstructionRow("list_dot", [.intResult("d"), .list("a"), .list("b")], gas: 20, plus: .listDot,
        traps: [.indexOutOfRange, .integerTooLarge],
        "d becomes the sum of the products of the elements of a and b at the same index; only the sum itself has a limit.")
    case .listToBytes:
      InstructionRow("list_to_bytes", [.bytesResult("d"), .list("a"), Operand("width", .width)], gas: 10, plus: .listToBytes,
        traps: [.doesNotFit, .bytesTooLong], "d becomes the elements of a, none negative, as width big-endian bytes each.")
    case .bytesToList:
      InstructionRow("bytes_to_list", [.listResult("d"), .bytes("a"), Operand("width", .width)], gas: 10, plus: .bytesToList,
        traps: [.indexOutOfRange], "d becomes a new list of the unsigned integers that a holds, width big-endian bytes each.")
    case .split:
      InstructionRow("split", [.listResult("d"), .int("total"), .list("weights")], gas: 200, plus: .split, traps: [.invalidWeights, .integerTooLarge],
        "d becomes parts of the total in proportion to the weights, which add up to it: largest remainders first, ties to the lowest index.")

    case .selfAddress:
      InstructionRow("self_address", [.bytesResult("d")], gas: 10, "d becomes the address of the contract that runs.")
    case .caller:
      InstructionRow("caller", [.bytesResult("d")], gas: 10,
        "d becomes the address that called the contract; in a hook, the one whose instruction moved the asset.")
    case .chainID:
      InstructionRow("chain_id", [.bytesResult("d")], gas: 20, "d becomes the 32 bytes that name the chain.")
    case .height:
      InstructionRow("height", [.intResult("d")], gas: 18, "d becomes the height of the block.")
    case .time:
      InstructionRow("time", [.intResult("d")], gas: 18, "d becomes the time of the block in seconds.")
    case .beacon:
      InstructionRow("beacon", [.bytesResult("d"), .int("height")], gas: 45, traps: [.beaconUnavailable], effect: .reads,
        "d becomes the 32 random bytes of the block at the height, one of the last 256 before this.")

    case .loadInt:
      InstructionRow("load_int",
        [.intResult("d"), .field, Operand("component", .component), .ints(.key), .strings(.key)], gas: 35, plus: .storageRead,
        traps: [.keyTooLong, .entryMissing, .kindMismatch], effect: .reads, "d becomes a stored integer; an absent value is 0.")
    case .loadBytes:
      InstructionRow("load_bytes",
        [.bytesResult("d"), .field, Operand("component", .component), .ints(.key), .strings(.key)], gas: 45, plus: .storageRead,
        traps: [.keyTooLong, .entryMissing, .kindMismatch], effect: .reads, "d becomes a stored string; an absent value is the zero of its kind.")
    case .storeInt:
      InstructionRow("store_int",
        [.field, Operand("component", .component), .ints(.key), .strings(.key), .int("value")], gas: 40, plus: .storageWrite,
        traps: [.keyTooLong, .entryMissing, .kindMismatch, .integerTooLarge, .valueTooLong], effect: .writes,
        "Stores an integer, in a value or in a component of a record that exists.")
    case .storeBytes:
      InstructionRow("store_bytes",
        [.field, Operand("component", .component), .ints(.key), .strings(.key), .bytes("value")], gas: 40, plus: .storageWrite,
        traps: [.keyTooLong, .entryMissing, .kindMismatch, .valueTooLong], effect: .writes,
        "Stores a string, in a value or in a component of a record that exists.")
    case .putRecord:
      InstructionRow("put_record",
        [.field, .ints(.key), .strings(.key), Operand("values", .window(.int, .record)), Operand("texts", .window(.bytes, .record))],
        gas: 40, plus: .storageWrite, traps: [.keyTooLong, .kindMismatch, .valueTooLong], effect: .writes,
        "Stores a whole record, which exists from then on.")
    case .exists:
      InstructionRow("exists", [.intResult("d"), .field, .ints(.key), .strings(.key)], gas: 30, plus: .storageRead,
        traps: [.keyTooLong, .kindMismatch], effect: .reads, "d becomes 1 if something is stored under the key, otherwise 0.")
    case .delete:
      InstructionRow("delete", [.field, .ints(.key), .strings(.key)], gas: 40, plus: .storageWrite, traps: [.keyTooLong, .kindMismatch, .integerTooLarge], effect: .writes,
        "Removes what is stored under the key; nothing happens if there is nothing.")
    case .seek:
      InstructionRow("seek",
        [.intResult("d"), .field, Operand("prefix", .prefix), Operand("mode", .seekMode), .ints(.key), .strings(.key)],
        gas: 120, plus: .storageSeek, traps: [.keyTooLong, .kindMismatch], effect: .reads,
        "Looks for a key under the given prefix; d becomes 1 and the windows the key found, or d becomes 0 and they stay.")
    case .total:
      InstructionRow("total", [.intResult("d"), .field], gas: 30, plus: .storageRead, effect: .reads,
        "d becomes the sum of all values of a map declared `summed`.")

    case .assetOf:
      InstructionRow("asset_of", [.bytesResult("d"), Operand("class", .assetClass), .bytes("id")], gas: 300, plus: .sha256,
        traps: [.assetIDTooLong], "d becomes the asset of this contract's class with this id, whether it exists or not.")
    case .createAsset:
      InstructionRow("create_asset",
        [.bytesResult("d"), Operand("class", .assetClass), .bytes("id"), .strings(.foreignHooks)], gas: 400, plus: .createAsset,
        traps: [.assetExists, .assetIDTooLong, .unexpectedAssetID, .hookNotAdmitted, .noSuchFunction, .kindMismatch], effect: .records,
        "Creates the asset of a class with this id; foreign hooks are bound to the given contracts. d becomes the asset.")
    case .mint:
      InstructionRow("mint", [.bytes("asset"), .int("amount"), .bytes("to")], gas: 150, plus: .assetMove,
        traps: [.noSuchAsset, .notIssuer, .negativeAmount, .zeroAddress, .singleSupply, .notAccepted, .kindMismatch, .integerTooLarge,
          .callDepthExceeded, .stackOverflow],
        effect: .interacts, "Adds an amount of an asset that this contract issued to a balance and to the supply.")
    case .burn:
      InstructionRow("burn", [.bytes("asset"), .int("amount")], gas: 150, plus: .assetMove,
        traps: [.noSuchAsset, .notBurnable, .negativeAmount, .insufficientBalance, .kindMismatch, .callDepthExceeded, .stackOverflow],
        effect: .interacts, "Takes an amount from this contract's own balance and from the supply.")
    case .send:
      InstructionRow("send", [.bytes("asset"), .int("amount"), .bytes("to")], gas: 150, plus: .assetMove,
        traps: [.noSuchAsset, .negativeAmount, .zeroAddress, .insufficientBalance, .notAccepted, .kindMismatch, .callDepthExceeded, .stackOverflow],
        effect: .interacts, "Moves an amount from this contract's balance to another.")
    case .force:
      InstructionRow("force", [.bytes("asset"), .int("amount"), .bytes("from"), .bytes("to")], gas: 150, plus: .assetMove,
        traps: [.noSuchAsset, .notIssuer, .notForceable, .negativeAmount, .zeroAddress, .insufficientBalance, .notAccepted, .kindMismatch,
          .callDepthExceeded, .stackOverflow],
        effect: .interacts, "Moves an amount between any two balances; for the issuer of a class that declared it.")
    case .balance:
      InstructionRow("balance", [.intResult("d"), .bytes("asset"), .bytes("holder")], gas: 35, plus: .storageRead,
        traps: [.kindMismatch], effect: .reads, "d becomes what the holder has of the asset.")
    case .supply:
      InstructionRow("supply", [.intResult("d"), .bytes("asset")], gas: 35, plus: .storageRead, traps: [.kindMismatch], effect: .reads,
        "d becomes the sum of all balances of the asset.")
    case .holder:
      InstructionRow("holder", [.bytesResult("d"), .bytes("asset")], gas: 35, plus: .storageRead, traps: [.kindMismatch], effect: .reads,
        "d becomes the holder of a single thing; zero if it is not minted, or not single.")
    case .issuer:
      InstructionRow("issuer", [.bytesResult("d"), .bytes("asset")], gas: 120, plus: .assetRecord, traps: [.kindMismatch], effect: .reads,
        "d becomes the contract that issued the asset; zero if there is no such asset.")
    case .className:
      InstructionRow("class_name", [.bytesResult("d"), .bytes("asset")], gas: 120, plus: .assetRecord, traps: [.kindMismatch], effect: .reads,
        "d becomes the name of the asset's class; empty if there is no such asset.")
    case .assetID:
      InstructionRow("asset_id", [.bytesResult("d"), .bytes("asset")], gas: 120, plus: .assetRecord, traps: [.kindMismatch], effect: .reads,
        "d becomes the id of the asset in its class; empty if there is no such asset.")
    case .admit:
      InstructionRow("admit", [.bytes("issuer")], gas: 60, plus: .storageWrite, traps: [.kindMismatch], effect: .records,
        "Lets an issuer bind this contract's hooks to assets that it creates.")
    case .dismiss:
      InstructionRow("dismiss", [.bytes("issuer")], gas: 60, plus: .storageWrite, traps: [.kindMismatch], effect: .records,
        "Ends what `admit` began; assets that exist keep their hooks.")

    case .invoke:
      InstructionRow("invoke",
        [.imported, .bytes("target"), .ints(.imported), .strings(.imported), .payments], gas: 200, plus: .invocation,
        traps: [.noSuchContract, .noSuchFunction, .reentrantCall, .unexpectedPayment, .kindMismatch, .callDepthExceeded, .stackOverflow,
          .noSuchAsset, .negativeAmount, .insufficientBalance],
        effect: .interacts, "Calls another contract's function by name and signature; afterwards the windows hold its results.")
    case .tryNext:
      InstructionRow("try_next",
        [.intResult("ok"), .intResult("code"), .bytesResult("origin"), .bytesResult("arguments"), .int("gas")], gas: 40,
        traps: [.insufficientTryGas, .callDepthExceeded, .stackOverflow], effect: .reads,
        "Runs the next instruction with this much gas; if it fails, undoes it, empties its windows of results and tells the error.")
    case .encodeCall:
      InstructionRow("encode_call",
        [.bytesResult("d"), .imported, .bytes("target"), .ints(.imported), .strings(.imported), .payments], gas: 200, plus: .values,
        traps: [.kindMismatch, .bytesTooLong], "d becomes the encoding of a call, without making it.")
    case .perform:
      InstructionRow("perform", [.bytesResult("d"), .bytes("call")], gas: 300, plus: .invocation,
        traps: [.malformedCall, .noSuchContract, .noSuchFunction, .reentrantCall, .unexpectedPayment, .callDepthExceeded, .stackOverflow, .bytesTooLong,
          .kindMismatch, .noSuchAsset, .negativeAmount, .insufficientBalance],
        effect: .interacts, "Makes an encoded call; d becomes the encoding of its results.")
    case .create:
      InstructionRow("create",
        [.bytesResult("d"), .bytes("code"), .imported, .ints(.imported), .strings(.imported), .payments], gas: 700, plus: .invocation,
        traps: [.codeNotDeployed, .noSuchFunction, .unexpectedPayment, .kindMismatch, .callDepthExceeded, .stackOverflow,
          .noSuchAsset, .negativeAmount, .insufficientBalance],
        effect: .interacts, "Makes a contract from deployed code and runs its initialiser; d becomes its address.")
    case .emit:
      InstructionRow("emit", [Operand("event", .event), .ints(.event), .strings(.event)], gas: 50, plus: .output, traps: [.kindMismatch],
        effect: .records, "Records an event.")
    case .digest:
      InstructionRow("digest", [.bytesResult("d"), Operand("message", .message), .ints(.message), .strings(.message)], gas: 400, plus: .digest,
        traps: [.kindMismatch], "d becomes the SHA-256 of the chain, this contract, the message's name and signature, and its fields.")
    }
  }

  private static let rows: [InstructionRow] = {
    var rows = [InstructionRow](
      repeating: InstructionRow("", [], gas: 0, ""), count: 256)
    for opcode in Opcode.allCases { rows[Int(opcode.rawValue)] = makeRow(opcode) }
    return rows
  }()

  /// The row of the table that describes this instruction.
  public var row: InstructionRow { Opcode.rows[Int(rawValue)] }

  private static let mnemonics: [String: Opcode] = Dictionary(
    uniqueKeysWithValues: Opcode.allCases.map { ($0.row.mnemonic, $0) })

  /// The instruction with this mnemonic.
  public init?(mnemonic: String) {
    guard let opcode = Opcode.mnemonics[mnemonic] else { return nil }
    self = opcode
  }

  /// Whether `try_next` may stand before this instruction.
  public var canBeTried: Bool {
    switch self {
    case .call, .invoke, .perform, .create, .send, .mint, .burn, .force: true
    default: false
    }
  }
}
