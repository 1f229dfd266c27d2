import Bytecode
import Integers

/// A case of an enum.
struct EnumCase: Hashable, Sendable {
  /// Its number among the cases.
  let number: Int
  /// The name of the enum.
  let type: String
  /// The names of all cases.
  let cases: [String]

  /// Its name, or its number if the enum has no such case.
  var name: String { cases.indices.contains(number) ? cases[number] : String(number) }
}

/// A value in a scenario.
enum ScenarioValue: Hashable, Sendable {
  case int(Integer)
  case choice(EnumCase)
  case bool(Bool)
  case text(String)
  case bytes([UInt8])
  /// An account, a contract, an asset or a hash.
  case identifier(Identifier)
  case list([ScenarioValue])
  /// What is stored where nothing is stored.
  case nothing

  /// What it is, for messages.
  var sort: String {
    switch self {
    case .int: "an integer"
    case .choice(let choice): "a case of \(choice.type)"
    case .bool: "true or false"
    case .text: "a text"
    case .bytes: "bytes"
    case .identifier: "an address or an asset"
    case .list: "a list"
    case .nothing: "nothing"
    }
  }

  /// The value as the reader of paths and arguments takes it.
  var text: String {
    switch self {
    case .int(let integer): integer.description
    case .choice(let choice): choice.name
    case .bool(let flag): flag ? "true" : "false"
    case .text(let text): "\"\(ValueText.escaped(Array(text.utf8)))\""
    case .bytes(let bytes): "0x\(Hexadecimal.encode(bytes))"
    case .identifier(let identifier): "0x\(identifier)"
    case .list(let elements): "[\(elements.map(\.text).joined(separator: ", "))]"
    case .nothing: "none"
    }
  }
}

extension ScenarioValue {
  /// A value of the machine of a kind that a module declares.
  init(_ value: Value, of kind: Kind, in module: Module?) {
    switch (kind, value) {
    case (.bool, .int(let integer)): self = .bool(!integer.isZero)
    case (.enumeration(let index), .int(let integer)):
      let enums = module?.enums ?? []
      guard enums.indices.contains(Int(index)), let number = integer.asInt else {
        self = .int(integer)
        return
      }
      let declared = enums[Int(index)]
      self = .choice(EnumCase(number: number, type: declared.name, cases: declared.cases))
    case (_, .int(let integer)): self = .int(integer)
    case (.text, .bytes(let bytes)): self = .text(String(decoding: bytes, as: UTF8.self))
    case (.address, .bytes(let bytes)), (.asset, .bytes(let bytes)):
      self = Identifier(bytes).map { .identifier($0) } ?? .bytes(bytes)
    case (.addresses, .bytes(let bytes)), (.assets, .bytes(let bytes)):
      self = .list(
        stride(from: 0, to: bytes.count - bytes.count % 32, by: 32).compactMap {
          Identifier(bytes[$0..<$0 + 32]).map { .identifier($0) }
        })
    case (_, .bytes(let bytes)): self = .bytes(bytes)
    }
  }

  /// The value as one of a kind, or nil if it is none.
  func value(of kind: Kind) -> Value? {
    switch (kind, self) {
    case (.bool, .bool(let flag)): .int(flag ? 1 : 0)
    case (.int, .int(let integer)), (.enumeration, .int(let integer)): .int(integer)
    case (.enumeration, .choice(let choice)): .int(Integer(choice.number))
    case (.int, .bool(let flag)): .int(flag ? 1 : 0)
    case (.text, .text(let text)), (.bytes, .text(let text)): .bytes(Array(text.utf8))
    case (.bytes, .bytes(let bytes)), (.call, .bytes(let bytes)): .bytes(bytes)
    case (.address, .bytes(let bytes)), (.asset, .bytes(let bytes)):
      bytes.count == 32 ? .bytes(bytes) : nil
    case (.address, .identifier(let identifier)), (.asset, .identifier(let identifier)),
      (.bytes, .identifier(let identifier)):
      Value(identifier)
    case (.addresses, .list(let elements)), (.assets, .list(let elements)):
      Self.joined(elements)
    default: nil
    }
  }

  private static func joined(_ elements: [ScenarioValue]) -> Value? {
    var bytes: [UInt8] = []
    for element in elements {
      guard case .identifier(let identifier) = element else { return nil }
      bytes += identifier.bytes
    }
    return .bytes(bytes)
  }
}
