internal import Integers

/// Writes instructions as code bodies spell them.
public struct InstructionText: Sendable {
  private let module: Module
  private let functionNames: [String]

  /// Prepares to write instructions of a module.
  ///
  /// - Parameters:
  ///   - module: The module, which must be valid.
  ///   - functionNames: The names under which functions are called.
  public init(of module: Module, functionNames: [String]) {
    self.module = module
    self.functionNames = functionNames
  }

  /// The instruction with its operands: `add i2, i0, i1`.
  ///
  /// - Parameters:
  ///   - instruction: The instruction.
  ///   - label: The name of the place that it jumps to, if it jumps.
  /// - Returns: The text.
  public func text(of instruction: Instruction, label: (Int) -> String) -> String {
    let row = instruction.row
    let operands = row.operands.indices.map {
      operand($0, of: instruction, label: label)
    }
    return operands.isEmpty
      ? row.mnemonic : "\(row.mnemonic) \(operands.joined(separator: ", "))"
  }

  /// One operand as text.
  public func operand(
    _ index: Int, of instruction: Instruction, label: (Int) -> String
  ) -> String {
    let value = Int(instruction.operands[index])
    switch instruction.row.operands[index].kind {
    case .int: return "i\(value)"
    case .bytes: return "b\(value)"
    case .list: return "l\(value)"
    case .window(let bank, _): return "\(bank == .int ? "i" : bank == .bytes ? "b" : "l")\(value)"
    case .immediate: return "\(Int16(truncatingIfNeeded: value))"
    case .target: return label(value)
    case .intConstant: return entry(module.integers, value)?.description ?? "?"
    case .bytesConstant: return entry(module.strings, value).map(SourceLiteral.bytes) ?? "?"
    case .function: return entry(functionNames, value) ?? "?"
    case .imported: return entry(module.imports, value).map(signature) ?? "?"
    case .field: return "@\(entry(module.fields, value)?.name ?? "?")"
    case .component: return component(value, of: instruction)
    case .prefix, .payments, .width: return "\(value)"
    case .event: return entry(module.events, value)?.name ?? "?"
    case .error: return entry(module.errors, value)?.name ?? "?"
    case .assetClass: return entry(module.classes, value)?.name ?? "?"
    case .message: return entry(module.messages, value)?.name ?? "?"
    case .rounding: return word(Rounding.allCases, value)
    case .scheme: return word(SignatureScheme.allCases, value)
    case .seekMode: return word(SeekMode.allCases, value)
    case .kind: return word(Kind.checkable, value)
    }
  }

  private func entry<Element>(_ list: [Element], _ index: Int) -> Element? {
    list.indices.contains(index) ? list[index] : nil
  }

  private func word<Element>(_ list: [Element], _ index: Int) -> String {
    entry(list, index).map { "\($0)" } ?? "?"
  }

  private func component(_ index: Int, of instruction: Instruction) -> String {
    let field = instruction.operand { if case .field = $0 { true } else { false } } ?? 0
    guard case .record(_, let components) = entry(module.fields, field)?.value,
      let component = entry(components, index)
    else { return "\(index)" }
    return ".\(component.name)"
  }

  /// A signature of another contract's function.
  private func signature(_ imported: ImportedSignature) -> String {
    let taken = imported.parameters.map(module.describe).joined(separator: ", ")
    let given = imported.results.map(module.describe).joined(separator: ", ")
    return "\(imported.name)(\(taken))->(\(given))\(imported.isView ? " view" : "")"
  }
}

/// Writes literals as sources spell them.
public enum SourceLiteral {
  /// Bytes: as text if all of them are printable, otherwise in hexadecimal.
  public static func bytes(_ bytes: [UInt8]) -> String {
    if !bytes.isEmpty, bytes.allSatisfy({ (0x20...0x7E).contains($0) }) {
      return text(String(decoding: bytes, as: UTF8.self))
    }
    return "x\"\(hexadecimal(bytes))\""
  }

  /// Bytes as pairs of hexadecimal digits.
  public static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// A text in quotes; what cannot be seen is written by its number.
  public static func text(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      default:
        if isVisible(scalar) {
          result.unicodeScalars.append(scalar)
        } else {
          result += "\\u{\(String(scalar.value, radix: 16))}"
        }
      }
    }
    return result + "\""
  }

  private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned,
      .surrogate:
      false
    default: true
    }
  }
}
