import Bytecode
import Execution

/// Reads the text of a path.
struct StatePathReader {
  let text: String
  let names: NamedWorld
  let home: Identifier?
  var scanner: TextScanner

  init(text: String, names: NamedWorld, home: Identifier?) {
    self.text = text
    self.names = names
    self.home = home
    scanner = TextScanner(text)
  }

  /// What the text leads to.
  mutating func read() throws(CommandFailure) -> StatePath.Target {
    let start = scanner
    if let word = scanner.word(), scanner.skip("(") {
      let target = try form(word)
      guard scanner.skip(")") else { throw scanner.failure("expected \")\"") }
      try scanner.finish()
      return target
    }
    scanner = start
    let target = try place()
    try scanner.finish()
    return target
  }

  // MARK: - Places

  /// A contract, or something in one of its fields.
  private mutating func place() throws(CommandFailure) -> StatePath.Target {
    let head = scanner.phrase(until: ["[", "("], orWords: [])
    guard !scanner.peek("(") else {
      throw CommandFailure(
        .usage, "\"\(text)\" is no path but looks like a call",
        help: "a path looks like shop.jobs[7].payer, total(shop.sums) or balance(USD, alice)")
    }
    if !scanner.peek("["), let contract = names.contract(head) { return .contract(contract) }
    let (contract, path) = try owner(head)
    let found = try field(path, of: contract)
    guard scanner.skip("[") else {
      if found.component == nil, !found.field.key.isEmpty {
        return .entries(contract: contract, index: found.index, components: [])
      }
      let key = StateKey.field(contract: contract, index: found.index, components: [])
      return .value(key, component: try component(found.component, of: found))
    }
    let values = try keyValues(of: found)
    let key = try self.key(values, of: found)
    let isWhole = values.count == found.field.key.count
    guard scanner.skip(".") else {
      if isWhole { return .value(key, component: nil) }
      guard case .field(_, _, let bytes) = key else { return .value(key, component: nil) }
      return .entries(contract: contract, index: found.index, components: bytes)
    }
    guard isWhole else { throw wrongCount(values.count, of: found) }
    let name = scanner.path() ?? ""
    return .value(key, component: try component(name, of: found))
  }

  /// The contract that a text begins with, and what is named in it.
  func owner(
    _ text: String
  ) throws(CommandFailure) -> (contract: Identifier, path: String) {
    if text.hasPrefix("@"), let home { return (home, String(text.dropFirst())) }
    if let (contract, path) = names.parts(text) { return (contract, path) }
    if let home = names.home { return (home, text) }
    let name = text.prefix { $0 != "." }
    guard !name.isEmpty else {
      throw CommandFailure(
        .usage, "a path begins with a contract",
        help: "for example \(names.contracts.first?.name ?? "shop").jobs[7].payer")
    }
    throw .unknown("contract", String(name), among: names.contracts.map(\.name))
  }

  /// A field that a path names, and the component of a record that stands behind a field without a key.
  struct Found {
    let contract: Identifier
    let module: Module
    let index: UInt8
    let field: Field
    let component: String?
  }

  func field(_ path: String, of contract: Identifier) throws(CommandFailure) -> Found {
    guard let module = names.code(of: contract)?.module else {
      throw CommandFailure(.notFound, "there is no contract at \(names.book.text(contract))")
    }
    // Names of fields may hold points, so the longest that fits is the field.
    var best: Found?
    for (index, field) in module.fields.enumerated() {
      let isExact = path == field.name
      guard isExact || path.hasPrefix("\(field.name)."),
        field.name.count > best?.field.name.count ?? 0
      else { continue }
      best = Found(
        contract: contract, module: module, index: UInt8(truncatingIfNeeded: index), field: field,
        component: isExact ? nil : String(path.dropFirst(field.name.count + 1)))
    }
    guard let best else { throw unknownField(path, of: contract, module) }
    if best.component != nil, !best.field.key.isEmpty {
      throw CommandFailure(
        .usage, "\(best.field.name) is a map, of which an entry is to be named first",
        help: "it is \(best.field.name) \(module.text(of: best.field)); write "
          + example(best) + ".\(best.component ?? "")")
    }
    return best
  }

  private func unknownField(
    _ path: String, of contract: Identifier, _ module: Module
  ) -> CommandFailure {
    let owner = names.book.text(contract)
    let asset = text.hasPrefix("\(owner).") ? text : "\(owner).\(path)"
    if let declared = module.classes.first(where: { $0.name == path }) {
      let forms =
        declared.isSingle
        ? "holder(\(asset)) or asset(\(asset))"
        : "supply(\(asset)), balance(\(asset), alice) or balance(\(asset)) for all holders"
      return CommandFailure(
        .usage, "\(owner).\(path) is a class of assets and no field", help: "ask for \(forms)")
    }
    if module.exports.contains(where: { $0.name == path }) {
      return CommandFailure(
        .usage, "\(owner).\(path) is a function and no field",
        help: "fields are: \(module.fields.map(\.name).joined(separator: ", "))")
    }
    return .unknown("field", path, in: owner, among: module.fields.map(\.name))
  }

  /// The index of a component of the field's record.
  private func component(_ name: String?, of found: Found) throws(CommandFailure) -> Int? {
    guard let name else { return nil }
    guard case .record(let record, let components) = found.field.value else {
      throw CommandFailure(
        .usage, "\(found.field.name) holds no record, so nothing in it is named \"\(name)\"",
        help: "it is \(found.field.name) \(found.module.text(of: found.field))")
    }
    guard let index = components.firstIndex(where: { $0.name == name }) else {
      throw .unknown("component", name, in: record, among: components.map(\.name))
    }
    return index
  }

  // MARK: - Keys of entries

  /// The values between the brackets.
  private mutating func keyValues(of found: Found) throws(CommandFailure) -> [Value] {
    guard !found.field.key.isEmpty, found.component == nil else {
      throw CommandFailure(
        .usage, "\(found.field.name) is no map, so it has no entries",
        help: "it is \(found.field.name) \(found.module.text(of: found.field))")
    }
    var texts: [String] = []
    repeat {
      texts.append(scanner.phrase(until: [",", "]"], orWords: []))
    } while scanner.skip(",")
    guard scanner.skip("]") else { throw scanner.failure("expected \"]\"") }
    guard texts.count <= found.field.key.count, !texts.contains("") else {
      throw wrongCount(texts.filter { !$0.isEmpty }.count, of: found)
    }
    var values: [Value] = []
    for (text, parameter) in zip(texts, found.field.key) {
      values.append(
        try names.reader.value(text, for: parameter, in: found.module, as: "key component"))
    }
    return values
  }

  private func key(_ values: [Value], of found: Found) throws(CommandFailure) -> StateKey {
    do throws(KeyComponentError) {
      return try .field(
        contract: found.contract, index: found.index, key: values,
        of: found.field.key.map(\.kind))
    } catch {
      switch error {
      case .tooMany: throw wrongCount(values.count, of: found)
      case .kindMismatch(let index):
        let kind = found.module.describe(found.field.key[index].kind)
        throw CommandFailure(
          .usage,
          "key component \"\(found.field.key[index].name)\" is of kind \(kind), and its value is not"
        )
      case .tooLong:
        throw CommandFailure(
          .usage, "the key is too long for an entry of \(found.field.name)",
          help: "a key has at most \(Numbers.grouped(String(Limits.keyLength))) bytes, and an "
            + "integer in it at most 127")
      }
    }
  }

  private func wrongCount(_ count: Int, of found: Found) -> CommandFailure {
    CommandFailure(
      .usage,
      "a key of \(found.field.name) has \(Words.count(found.field.key.count, "component")), not "
        + "\(count)",
      help: "it is \(found.field.name) \(found.module.text(of: found.field)); for example "
        + example(found))
  }

  /// An entry as one may name it.
  private func example(_ found: Found) -> String {
    let components = found.field.key.map { parameter -> String in
      switch parameter.kind {
      case .int: "7"
      case .bool: "true"
      case .enumeration(let index):
        found.module.enums[Int(index)].cases.first ?? "0"
      case .address: "alice"
      case .asset: "USD"
      case .text: "\"words\""
      default: "0x0aff"
      }
    }
    return "\(names.book.text(found.contract)).\(found.field.name)"
      + "[\(components.joined(separator: ", "))]"
  }
}
