import Assembly
import Bytecode
import Execution
import Integers

/// The names of what a recording speaks of: contracts, functions, registers, values.
struct DebugNames {
  /// The recording.
  let recording: ExecutionRecording
  /// The world whose names are used.
  let world: NamedWorld
  /// Where instructions come from.
  let lines: SourceLines

  /// Digits and characters of a value that are shown among others.
  static let shortValueMax = 96

  private var values: ValueText { ValueText(names: world) }

  // MARK: - Calls

  /// The module of a call.
  func module(of frame: Int) -> Module {
    recording.codes[Int(recording.frames[frame].code)].module
  }

  /// A contract's name: its own, or that of its code where it has none.
  func contract(of frame: Int) -> String {
    let call = recording.frames[frame]
    let address = recording.addresses[Int(call.contract)]
    return world.book.name(address) ?? module(of: frame).name
  }

  /// The name of the function that a call runs.
  func function(of frame: Int) -> String {
    let call = recording.frames[frame]
    return lines.code(Int(call.code))?.functionName(Int(call.function))
      ?? "function \(call.function)"
  }

  /// The contract and the function of a call.
  func title(of frame: Int) -> String { "\(contract(of: frame)).\(function(of: frame))" }

  /// The names and kinds of a call's parameters.
  func parameters(of frame: Int) -> [Parameter] {
    let call = recording.frames[frame]
    if let code = lines.code(Int(call.code)) {
      return code.parameters(ofFunction: Int(call.function))
    }
    return module(of: frame).functions[Int(call.function)].parameters.map { Parameter("", $0) }
  }

  /// The names and kinds of a call's results.
  func results(of frame: Int) -> [Parameter] {
    let call = recording.frames[frame]
    if let code = lines.code(Int(call.code)) {
      return code.results(ofFunction: Int(call.function))
    }
    return module(of: frame).functions[Int(call.function)].results.map { Parameter("", $0) }
  }

  // MARK: - Registers

  /// A register with its name and kind where it has them.
  struct Register: Hashable {
    let name: String
    let bank: Bank
    let number: Int
    let kind: Kind
    /// Whether the source names it.
    let isNamed: Bool
  }

  /// The instruction at which a call stands at a position: its own, or the one that called on.
  func instruction(of frame: Int, at position: Int) -> Int {
    guard var inner = recording.frame(at: position) else { return 0 }
    var step = position
    while inner != frame, let parent = recording.frames[inner].parent {
      step = recording.frames[inner].callStep.map { Int($0) } ?? 0
      inner = Int(parent)
    }
    return recording.steps.indices.contains(step) ? Int(recording.steps[step].instruction) : 0
  }

  /// The registers that the source names before an instruction, in the order of their beginning.
  func namedRegisters(of frame: Int, at instruction: Int) -> [Register] {
    registerNames(of: frame).filter { $0.from <= instruction && instruction < $0.to }.map {
      Register(
        name: $0.name, bank: $0.kind.bank, number: $0.register, kind: $0.kind, isNamed: true)
    }
  }

  /// All names of registers of the function that a call runs.
  func registerNames(of frame: Int) -> [SourceMap.RegisterName] {
    let call = recording.frames[frame]
    guard let map = lines.code(Int(call.code))?.map,
      map.functions.indices.contains(Int(call.function))
    else { return [] }
    return map.functions[Int(call.function)].registers
  }

  /// The register that a name means before an instruction: one of the source, or `i0`, `b0`, `l0`.
  func register(_ name: String, of frame: Int, at instruction: Int) -> Register? {
    if let named = namedRegisters(of: frame, at: instruction).last(where: { $0.name == name }) {
      return named
    }
    let size = module(of: frame).functions[Int(recording.frames[frame].function)].registers
    guard let letter = name.first, let number = Int(name.dropFirst()), number >= 0,
      name.dropFirst().allSatisfy(\.isNumber)
    else { return nil }
    switch letter {
    case "i" where number < size.int: return plain(.int, number)
    case "b" where number < size.bytes: return plain(.bytes, number)
    case "l" where number < size.list: return plain(.list, number)
    default: return nil
    }
  }

  /// A register by its letter and number.
  func plain(_ bank: Bank, _ number: Int) -> Register {
    let kind: Kind =
      switch bank {
      case .int: .int
      case .bytes: .bytes
      case .list: .list
      }
    return Register(
      name: "\("\(bank)".prefix(1))\(number)", bank: bank, number: number, kind: kind,
      isNamed: false)
  }

  // MARK: - Values

  /// A value of a kind; a short one leaves out the middle of what is long.
  func text(
    _ held: DebugCursor.Held, of kind: Kind, in module: Module, isShort: Bool = true
  ) -> String {
    switch held {
    case .list(let count, let elements):
      guard !elements.isEmpty else { return "list of \(count)" }
      let shown = isShort ? Array(elements.prefix(8)) : elements
      let texts = shown.map { isShort ? shortened(Numbers.grouped($0)) : Numbers.grouped($0) }
      let rest = shown.count < count ? ", …" : ""
      return "list of \(count) [\(texts.joined(separator: ", "))\(rest)]"
    case .value(.int(let integer)) where kind == .int && !isShort:
      return Numbers.grouped(integer)
    case .value(let value):
      let text = text(value, of: kind, in: module)
      return isShort ? shortened(text) : text
    }
  }

  private func text(_ value: Value, of kind: Kind, in module: Module) -> String {
    if case .bytes(let bytes) = value {
      if bytes.isEmpty, kind.isIdentifier { return "nothing" }
      // One without a name may hold an address or an asset, and is shown as such if it is known.
      if kind == .bytes, let identifier = value.identifier {
        if let name = world.book.name(identifier) { return name }
        if world.world.asset(identifier) != nil { return world.assetText(identifier) }
      }
    }
    return values.text(value, of: kind, in: module)
  }

  /// A text without the middle, if it is longer than so many characters.
  func shortened(_ text: String, to limit: Int = shortValueMax) -> String {
    guard text.count > limit else { return text }
    return "\(text.prefix(limit / 2))…\(text.suffix(limit / 4)) (\(text.count) characters)"
  }

  /// Values under their names, as a call shows them.
  func list(_ held: [DebugCursor.Held], _ parameters: [Parameter], in module: Module) -> String {
    let plain = held.compactMap { if case .value(let value) = $0 { value } else { nil } }
    if plain.count == held.count {
      let text = values.list(plain, parameters, in: module)
      if text.count <= 4 * Self.shortValueMax { return text }
    }
    return zip(parameters, held).map { parameter, value in
      let text = text(value, of: parameter.kind, in: module)
      return parameter.name.isEmpty ? text : "\(parameter.name): \(text)"
    }.joined(separator: ", ")
  }

  /// The arguments of a call.
  func arguments(of frame: Int, _ cursor: DebugCursor) -> String {
    list(cursor.arguments(of: frame), parameters(of: frame), in: module(of: frame))
  }
}
