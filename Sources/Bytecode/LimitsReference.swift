/// The reference of the limits.
public enum LimitsReference {
  /// One limit: its name, its value and what it limits.
  public struct Entry: Sendable {
    /// The name in `Limits`.
    public let name: String
    /// The number.
    public let value: UInt64
    /// What it limits.
    public let what: String
  }

  private static func entry(_ name: String, _ value: Int, _ what: String) -> Entry {
    Entry(name: name, value: UInt64(value), what: what)
  }

  /// Every limit, in the order of `Limits`.
  public static let entries: [Entry] = [
    entry("integerBits", Limits.integerBits, "Bits in the magnitude of an integer."),
    entry("bytesLength", Limits.bytesLength, "Bytes in one string."),
    entry("listCount", Limits.listCount, "Elements in one list."),
    entry("registersPerBank", Limits.registersPerBank, "Registers of one bank in one function."),
    entry("integerStack", Limits.integerStack, "Int registers over all live frames."),
    entry("bytesStack", Limits.bytesStack, "Bytes registers over all live frames."),
    entry("listStack", Limits.listStack, "List registers over all live frames."),
    entry("frames", Limits.frames, "Live functions, over the whole transaction."),
    entry(
      "callDepth", Limits.callDepth, "Open calls of contracts, hooks, invariants and `try_next`."),
    entry("liveMemory", Limits.liveMemory, "Bytes of memory that a transaction may hold live."),
    entry(
      "memoryBetweenCounts", Limits.memoryBetweenCounts,
      "Bytes that the memory meter takes before what is live is counted."),
    entry("moduleLength", Limits.moduleLength, "Bytes of one encoded module."),
    entry(
      "instructionsPerFunction", Limits.instructionsPerFunction, "Instructions in one function."),
    entry("instructions", Limits.instructions, "Instructions in one module."),
    entry("functions", Limits.functions, "Functions, and exports, of one module."),
    entry("constants", Limits.constants, "Entries in each pool of constants."),
    entry(
      "declarations", Limits.declarations,
      "Enums, fields, classes, events, errors, messages, hooks, invariants: of each in one module."),
    entry("imports", Limits.imports, "Signatures that one module imports."),
    entry(
      "parameters", Limits.parameters,
      "Parameters, results, components of a key or record, or fields of one declaration."),
    entry("enumCases", Limits.enumCases, "Cases of one enum."),
    entry("nameLength", Limits.nameLength, "Bytes in a name."),
    entry("titleLength", Limits.titleLength, "Bytes in a title."),
    entry("decimals", Limits.decimals, "Decimals of a class."),
    entry("hooksPerClass", Limits.hooksPerClass, "Hooks of one class."),
    entry("payments", Limits.payments, "Payments attached to one call."),
    entry("keyLength", Limits.keyLength, "Bytes of one key of a field, all of it counted."),
    entry("valueLength", Limits.valueLength, "Bytes of one stored value or record of a field."),
    entry("assetIDLength", Limits.assetIDLength, "Bytes of the id of an asset."),
    entry("beaconWindow", Limits.beaconWindow, "Blocks whose beacon a contract can read."),
    entry("merkleDepth", Limits.merkleDepth, "Levels of a Merkle path."),
    Entry(name: "gas", value: Limits.gas, what: "Gas of one transaction, and of one hook."),
  ]

  /// The whole page as Markdown.
  public static func markdown() -> String {
    var page = """
      # Limits

      Every limit of the machine.

      ## Overview

      This page is written by `aliquot reference limits` from `Limits`. A limit is the largest number that is
      allowed. Two engines that disagree about one of them are two different machines.

      | limit | value | of |
      | --- | --- | --- |

      """
    for entry in entries {
      page += "| `\(entry.name)` | \(grouped(entry.value)) | \(entry.what) |\n"
    }
    return page
  }

  /// Digits in groups of three, with commas between them.
  private static func grouped(_ value: UInt64) -> String {
    var text = ""
    let digits = Array("\(value)")
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
      text.append(digit)
    }
    return text
  }
}
