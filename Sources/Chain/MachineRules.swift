public import Bytecode

/// The rules and prices that a chain is run by.
public enum MachineRules {
  /// SHA-256 of `aliquot.schedule`, the version of the gas schedule, every instruction's number, name, base
  /// price and formula, and every limit: all as the tables have them that the machine runs by.
  ///
  /// A machine with other rules or prices has another identifier, and does not open the chain. Whoever
  /// changes a formula behind its name changes the version of the schedule.
  public static let identifier: Identifier = {
    var writer = ByteWriter()
    writer.writeCount(GasSchedule.version)
    for opcode in Opcode.allCases {
      writer.write(opcode.rawValue)
      writer.writeText(opcode.row.mnemonic)
      writer.writeCount(opcode.row.gas)
      writer.writeText("\(opcode.row.formula)")
    }
    for limit in LimitsReference.entries {
      writer.writeText(limit.name)
      writer.writeUnsigned(limit.value)
    }
    return ChainDomain.schedule.hash(writer.bytes)
  }()
}
