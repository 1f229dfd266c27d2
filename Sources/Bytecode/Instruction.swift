/// One instruction with its operands, as the module holds it and before the engine translates it.
public struct Instruction: Hashable, Sendable {
  /// Which instruction.
  public var opcode: Opcode
  /// Up to eight operands in the order of the instruction's row; the rest is zero.
  ///
  /// Immediates are the bit pattern of a signed 16-bit integer.
  public var operands: SIMD8<UInt16>

  /// Makes an instruction from its operands in the order of its row.
  public init(_ opcode: Opcode, _ operands: UInt16...) {
    precondition(operands.count <= 8, "an instruction has at most eight operands")
    self.opcode = opcode
    self.operands = SIMD8()
    for (index, operand) in operands.enumerated() { self.operands[index] = operand }
  }

  /// Makes an instruction from a vector of operands.
  public init(_ opcode: Opcode, vector operands: SIMD8<UInt16>) {
    self.opcode = opcode
    self.operands = operands
  }

  /// The row of the table that describes the instruction.
  public var row: InstructionRow { opcode.row }

  /// The first operand of a kind, for kinds that a row holds at most once.
  public func operand(where matches: (OperandKind) -> Bool) -> Int? {
    for (index, operand) in row.operands.enumerated() where matches(operand.kind) {
      return Int(operands[index])
    }
    return nil
  }

  /// The instruction that control may jump to, if this one jumps.
  public var target: Int? {
    operand {
      if case .target = $0 { true } else { false }
    }
  }
}

/// A signature scheme whose signatures a contract can verify.
public enum SignatureScheme: UInt8, Sendable, CaseIterable {
  /// Ed25519 of RFC 8032: key of 32 bytes, signature of 64.
  case ed25519
  /// ECDSA over NIST P-256 with SHA-256: key of 33 or 65 bytes (SEC 1), signature r and s side by side.
  case p256
  /// ECDSA over NIST P-384 with SHA-384: key of 49 or 97 bytes (SEC 1), signature r and s side by side.
  case p384
}

/// Which key of an ordered map a search finds.
public enum SeekMode: UInt8, Sendable, CaseIterable {
  /// The lowest key under the prefix.
  case first
  /// The highest key under the prefix.
  case last
  /// The lowest key strictly above the given one.
  case after
  /// The highest key strictly below the given one.
  case before
  /// The lowest key at or above the given one.
  case from
  /// The highest key at or below the given one.
  case upto
}

extension Kind {
  /// The kinds that `check_int` and `check_bytes` can require, in the order of their encoding.
  public static let checkable: [Kind] = [
    .bool, .text, .address, .asset, .call, .addresses, .assets,
  ]
}
