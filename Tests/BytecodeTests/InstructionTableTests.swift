import Bytecode
import Testing

/// The facts that every reader of the instruction table relies on.
@Suite struct InstructionTableTests {
  /// `jumpIfBelow` is `jump_if_below`, and `assetID` is `asset_id`.
  static func snakeCase(_ name: String) -> String {
    var text = ""
    var previous: Character = "_"
    for character in name {
      if character.isUppercase, !previous.isUppercase { text += "_" }
      text += character.lowercased()
      previous = character
    }
    return text
  }

  @Test func namesMatchMnemonics() {
    for opcode in Opcode.allCases {
      #expect(opcode.row.mnemonic == Self.snakeCase("\(opcode)"))
      #expect(Opcode(mnemonic: opcode.row.mnemonic) == opcode)
    }
    #expect(Set(Opcode.allCases.map(\.row.mnemonic)).count == Opcode.allCases.count)
    #expect(Opcode(mnemonic: "nothing") == nil)
  }

  @Test(arguments: Opcode.allCases) func isComplete(opcode: Opcode) {
    let row = opcode.row
    #expect(row.operands.count <= 8)
    #expect(row.gas >= 1)
    #expect(row.summary.hasSuffix("."))
    #expect(row.summary.count > 10)
    #expect(Set(row.operands.map(\.name)).count == row.operands.count)
    #expect(row.length == 1 + row.operands.reduce(0) { $0 + $1.kind.length })
    #expect(Set(row.traps).count == row.traps.count)
  }

  /// A window's size is that of a declaration, which another operand names.
  @Test(arguments: Opcode.allCases) func windowsHaveDeclarations(opcode: Opcode) {
    for operand in opcode.row.operands {
      guard case .window(let bank, let shape) = operand.kind else { continue }
      let named = opcode.row.operands.contains { other in
        switch (shape, other.kind) {
        case (.function, .function), (.imported, .imported), (.key, .field), (.record, .field),
          (.event, .event), (.error, .error), (.message, .message), (.foreignHooks, .assetClass):
          true
        default: false
        }
      }
      #expect(named || opcode == .ret)
      if bank == .list { #expect(opcode == .call || opcode == .ret) }
    }
  }

  /// Jumps have one target; the flow says so.
  @Test(arguments: Opcode.allCases) func flowMatchesTargets(opcode: Opcode) {
    let targets = opcode.row.operands.count { if case .target = $0.kind { true } else { false } }
    switch opcode.row.flow {
    case .branch, .jump: #expect(targets == 1)
    case .next, .leave: #expect(targets == 0)
    }
  }

  @Test func trapsHaveNamesAndNumbers() {
    for trap in Trap.allCases {
      #expect(trap.name.first?.isUppercase == true)
      #expect(trap.sentence.count > 8)
      #expect(!trap.sentence.hasSuffix("."))
    }
    #expect(Trap.divisionByZero.name == "DivisionByZero")
    #expect(Set(Trap.allCases.map(\.sentence)).count == Trap.allCases.count)
  }

  @Test func identifiersKeepTheirBytes() {
    let bytes = (0..<32).map { UInt8($0 * 7) }
    let identifier = Identifier(bytes)
    #expect(identifier?.bytes == bytes)
    #expect(Identifier(hexadecimal: identifier?.description ?? "") == identifier)
    #expect(Identifier(bytes.dropLast()) == nil)
    #expect(Identifier(hexadecimal: String(repeating: "g", count: 64)) == nil)
    bytes.withUnsafeBytes { buffer in
      if let base = buffer.baseAddress { #expect(Identifier(reading: base) == identifier) }
    }
    var other = bytes
    for index in 0..<32 {
      other[index] &+= 1
      guard let left = identifier, let right = Identifier(other) else { continue }
      #expect((left < right) == bytes.lexicographicallyPrecedes(other))
      other[index] = bytes[index]
    }
  }

  @Test func gasOfPowersDoesNotOverflow() {
    for bits in [0, 1, 2, 64, 16_384] {
      for exponent: UInt64 in [0, 1, 2, 3, 1 << 20, .max] {
        #expect(GasSchedule.power(bits: bits, exponent: exponent) >= 0)
      }
    }
    #expect(GasSchedule.words(bits: 0) == 1)
    #expect(GasSchedule.words(bits: 64) == 1)
    #expect(GasSchedule.words(bits: 65) == 2)
  }
}
