import Bytecode

/// What every measured contract declares: the indices that the cases use.
enum BenchDeclarations {
  /// The fields.
  enum Field {
    static let number: UInt16 = 0
    static let blob: UInt16 = 1
    static let map: UInt16 = 2
    static let summed: UInt16 = 3
    static let strings: UInt16 = 4
    static let wide: UInt16 = 5
    static let token: UInt16 = 6
    static let components: UInt16 = 7
    static let texts: UInt16 = 8
    static let record: UInt16 = 9
    static let large: UInt16 = 10
    static let flags: UInt16 = 11
    static let call: UInt16 = 12
  }

  /// The classes of assets; class `n` below 5 has `n` hooks of its own.
  enum Class {
    static let single: UInt16 = 5
    static let keyed: UInt16 = 6
    static let foreign: UInt16 = 7
    static let foreignAll: UInt16 = 8
  }

  /// Events, errors and messages: nothing, an integer, a string, many of both.
  enum Shape {
    static let nothing: UInt16 = 0
    static let integer: UInt16 = 1
    static let string: UInt16 = 2
    static let many: UInt16 = 3
    static let text: UInt16 = 4
  }

  static let hookCount = 4
  static func hookName(_ index: Int) -> String { "settle\(index)" }

  /// Kinds of 32 integers and 32 strings.
  static let manyKinds = [Kind](repeating: .int, count: 32) + [Kind](repeating: .bytes, count: 32)
  /// Kinds of the key with many components.
  static let keyKinds = [Kind](repeating: .int, count: 12) + [Kind](repeating: .bytes, count: 12)

  static func named(_ kinds: [Kind], _ prefix: String) -> [Parameter] {
    kinds.enumerated().map { Parameter("\(prefix)\($0.offset)", $0.element) }
  }

  static func declare(in module: inout Module) {
    func field(
      _ name: String, _ key: [Kind], _ value: FieldValue, summed: Bool = false
    )
      -> Bytecode.Field
    {
      Bytecode.Field(name: name, key: named(key, "k"), value: value, isSummed: summed)
    }
    func record(_ name: String, _ kinds: [Kind]) -> FieldValue {
      .record(name: name, components: named(kinds, "c"))
    }
    module.fields = [
      field("number", [], .plain(.int)), field("blob", [], .plain(.bytes)),
      field("map", [.int], .plain(.int)), field("summed", [.int], .plain(.int), summed: true),
      field("strings", [.bytes], .plain(.bytes)), field("wide", [.int], record("Wide", manyKinds)),
      field("token", [], .plain(.asset)), field("components", keyKinds, .plain(.int)),
      field("texts", [.text], .plain(.text)),
      field("record", [.int], record("Small", [.int, .bytes])),
      field("large", [.int], record("Large", [.bytes, .bytes, .int])),
      field("flags", [.int], record("Flags", [Kind](repeating: .bool, count: 64))),
      field("call", [], .plain(.call)),
    ]
    module.classes = (0...4).map { count in
      AssetClass(
        name: "Hooked\(count)", title: "Hooked", decimals: 6, isBurnable: true, isForceable: true,
        hooks: (0..<count).map { HookReference(name: hookName($0), isForeign: false, gas: 1_000) })
    }
    module.classes += [
      AssetClass(
        name: "Single", title: "Single", decimals: 0, isSingle: true, isBurnable: true,
        isKeyed: true),
      AssetClass(name: "Keyed", title: "Keyed", decimals: 0, isKeyed: true),
      AssetClass(
        name: "Foreign", title: "Foreign", decimals: 0, isForceable: true, isKeyed: true,
        hooks: [HookReference(name: hookName(0), isForeign: true, gas: 1_000)]),
      AssetClass(
        name: "ForeignAll", title: "Foreign", decimals: 0, isKeyed: true,
        hooks: (0..<hookCount).map {
          HookReference(name: hookName($0), isForeign: true, gas: 1_000)
        }),
    ]
    let shapes: [[Kind]] = [[], [.int], [.bytes], manyKinds, [.text]]
    func declarations(_ prefix: String) -> [Declaration] {
      shapes.enumerated().map {
        Declaration(name: "\(prefix)\($0.offset)", parameters: named($0.element, "p"))
      }
    }
    module.events = declarations("Event")
    module.errors = declarations("Error")
    module.messages = declarations("Message")
    module.acceptance = .any
  }
}
