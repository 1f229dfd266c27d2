import Bytecode
import EngineTesting
import Execution
import Foundation
import Integers

/// A value in a vector: a string of bytes as `0x` and hexadecimal digits, an integer as decimal digits, or
/// `2^N+k` and `-2^N-k` (and so on) if it has more than 256 bits and lies beside a power of two.
struct ValueVector: Codable, Hashable {
  var value: Value

  init(_ value: Value) { self.value = value }

  init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    if text.hasPrefix("0x"), let bytes = Hexadecimal.decode(text.dropFirst(2)) {
      value = .bytes(bytes)
    } else if let integer = Integer(decimal: text) ?? Integer(besidePower: text) {
      value = .int(integer)
    } else {
      throw VectorFailure("\(text.prefix(40)) is no value")
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value.integer?.besidePower ?? value.description)
  }
}

extension Integer {
  /// Reads `2^N`, `2^N+k`, `2^N-k` and their negatives.
  fileprivate init?(besidePower text: String) {
    let isNegative = text.hasPrefix("-")
    let parts = text.drop { $0 == "-" }.split(separator: "^")
    guard parts.count == 2, parts[0] == "2" else { return nil }
    let bits = parts[1].prefix { $0.isNumber }
    let rest = parts[1].dropFirst(bits.count)
    guard let bits = Int(bits), let offset = rest.isEmpty ? 0 : Int(rest) else { return nil }
    // The power itself may have one bit more than an integer can have.
    let base = Integer.power(of: bits, minus: 1)
    let change = Integer(isNegative ? -offset + 1 : offset + 1)
    guard let magnitude = try? base.adding(change) else { return nil }
    self = isNegative ? magnitude.negated() : magnitude
  }

  /// The short form, if there is one.
  fileprivate var besidePower: String? {
    guard bitLength > 256 else { return nil }
    let low = Integer.power(of: bitLength - 1, minus: 1)
    let high = Integer.power(of: bitLength, minus: 1)
    let sign = isNegative ? "-" : ""
    if let offset = (try? magnitude.subtracting(low))?.asInt, offset <= 65_536 {
      let number = offset - 1
      return "\(sign)2^\(bitLength - 1)" + (number == 0 ? "" : "\(isNegative ? "-" : "+")\(number)")
    }
    if let offset = (try? high.subtracting(magnitude))?.asInt, offset < 65_536 {
      return "\(sign)2^\(bitLength)\(isNegative ? "+" : "-")\(offset + 1)"
    }
    return nil
  }
}

/// What is wrong with a file of vectors.
struct VectorFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// 32 bytes in a vector.
struct IdentifierVector: Codable, Hashable {
  var identifier: Identifier

  init(_ identifier: Identifier) { self.identifier = identifier }

  init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard text.hasPrefix("0x"), let identifier = Identifier(hexadecimal: text.dropFirst(2)) else {
      throw VectorFailure("\(text.prefix(70)) is no identifier")
    }
    self.identifier = identifier
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode("0x\(identifier)")
  }
}

/// The block that steps run in.
struct BlockVector: Codable, Hashable {
  var chain: IdentifierVector
  var height: Int
  var time: Int
  /// The beacons of earlier blocks, by height.
  var beacons: [String: IdentifierVector]

  var block: Block {
    Block(
      chain: chain.identifier, height: height, time: time,
      beacons: Dictionary(
        uniqueKeysWithValues: beacons.map { (Int($0.key) ?? -1, $0.value.identifier) }))
  }
}

/// A payment that goes with a call.
struct PaymentVector: Codable, Hashable {
  var asset: IdentifierVector
  var amount: ValueVector
}

/// Code that is deployed, and its hash.
struct DeploymentVector: Codable, Hashable {
  var module: ValueVector
  var codeHash: IdentifierVector
}

/// Code that must be refused.
struct RefusalVector: Codable, Hashable {
  var module: ValueVector
}

/// An asset of the genesis, and its identifier.
struct GenesisVector: Codable, Hashable {
  var name: String
  var decimals: UInt8
  var supply: ValueVector
  var holder: IdentifierVector
  var asset: IdentifierVector
}

/// A contract that is made from code.
struct CreationVector: Codable, Hashable {
  var codeHash: IdentifierVector
  var arguments: [ValueVector]
  var payments: [PaymentVector]
  var by: IdentifierVector
  var gas: UInt64
}

/// A call of a contract or of one of its views.
struct CallVector: Codable, Hashable {
  var contract: IdentifierVector
  /// Name and signature, by which the export is found: `add(int,int)->(int)`.
  var function: String
  var arguments: [ValueVector]
  var payments: [PaymentVector]
  var by: IdentifierVector
  var gas: UInt64
}

/// A plain send from an account.
struct SendVector: Codable, Hashable {
  var asset: IdentifierVector
  var amount: ValueVector
  var from: IdentifierVector
  var to: IdentifierVector
  var gas: UInt64
}

/// A look at an invariant, by its index in the module.
struct CheckVector: Codable, Hashable {
  var contract: IdentifierVector
  var invariant: Int
  var gas: UInt64
}

/// Many views of one function, each in a row: arguments, then results or a trap, and the gas used.
struct TableVector: Codable, Hashable {
  struct Row: Codable, Hashable {
    /// The arguments.
    var `in`: [ValueVector]
    /// The gas limit, if it is not the table's.
    var limit: UInt64?
    /// The results.
    var out: [ValueVector]?
    /// The trap.
    var trap: String?
    /// The gas used.
    var gas: UInt64?
  }

  var contract: IdentifierVector
  var function: String
  var limit: UInt64
  var rows: [Row]
}

/// What a transaction did.
struct ReceiptVector: Codable, Hashable {
  struct Site: Codable, Hashable {
    var codeHash: IdentifierVector
    var function: Int
    var instruction: Int
  }

  struct EventVector: Codable, Hashable {
    var contract: IdentifierVector
    var event: Int
    var fields: [ValueVector]
  }

  struct ChangeVector: Codable, Hashable {
    var asset: IdentifierVector
    var holder: IdentifierVector
    var before: ValueVector
    var after: ValueVector
  }

  var results: [ValueVector]?
  /// The name of the trap, or nil if the transaction succeeded or failed with a declared error.
  var trap: String?
  /// The index of the declared error.
  var error: Int?
  /// The number of the trap or error, as `try` tells it.
  var number: Int?
  /// The arguments of the declared error.
  var arguments: [ValueVector]?
  var origin: IdentifierVector?
  var site: Site?
  var gas: UInt64
  var events: [EventVector]?
  var balances: [ChangeVector]?

  init(_ receipt: Receipt) {
    gas = receipt.gasUsed
    results = receipt.results.map { $0.map(ValueVector.init) }
    if let failure = receipt.failure {
      switch failure.reason {
      case .trap(let reason): trap = reason.name
      case .declared(let index, _, let values):
        error = index
        arguments = values.map(ValueVector.init)
      }
      number = failure.number
      origin = IdentifierVector(failure.origin)
      site = failure.site.map {
        Site(
          codeHash: IdentifierVector($0.codeHash), function: $0.function,
          instruction: $0.instruction)
      }
    }
    if !receipt.events.isEmpty {
      events = receipt.events.map {
        EventVector(
          contract: IdentifierVector($0.contract), event: $0.index,
          fields: $0.fields.map(ValueVector.init))
      }
    }
    if !receipt.balanceChanges.isEmpty {
      balances = receipt.balanceChanges.map {
        ChangeVector(
          asset: IdentifierVector($0.asset), holder: IdentifierVector($0.holder),
          before: ValueVector(.int($0.before)), after: ValueVector(.int($0.after)))
      }
    }
  }
}

/// One step: an operation, and what comes of it.
struct StepVector: Codable, Hashable {
  var block: BlockVector?
  var deploy: DeploymentVector?
  var refuse: RefusalVector?
  var genesisAsset: GenesisVector?
  var create: CreationVector?
  var call: CallVector?
  var view: CallVector?
  var send: SendVector?
  var check: CheckVector?
  var table: TableVector?
  var receipt: ReceiptVector?
}

/// A file of vectors: steps in a world that is empty at first, and all that it stores at the end.
struct VectorFile: Codable, Hashable {
  /// What the file is about, for people.
  var about: String
  /// The version of this format.
  var format = 1
  /// The version of the gas schedule.
  var schedule = GasSchedule.version
  var block: BlockVector
  var steps: [StepVector]
  /// Every entry of the state after the last step: key and value.
  var entries: [String: String]

  /// The file's text: one line for each step, row and entry.
  func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    func line(_ value: some Encodable) throws -> String {
      String(decoding: try encoder.encode(value), as: UTF8.self)
    }
    let steps = try steps.map { step in
      guard var table = step.table else { return try line(step) }
      let rows = try table.rows.map(line)
      table.rows = []
      var shell = step
      shell.table = table
      let text = try line(shell)
      return text.replacing(
        "\"rows\":[]", with: "\"rows\":[\n  \(rows.joined(separator: ",\n  "))]")
    }
    let stored = try entries.sorted { $0.key < $1.key }
      .map { "\(try line($0.key)):\(try line($0.value))" }
    return """
      {"about":\(try line(about)),
      "format":\(format),
      "schedule":\(schedule),
      "block":\(try line(block)),
      "steps":[
      \(steps.joined(separator: ",\n"))
      ],
      "entries":{
      \(stored.joined(separator: ",\n"))
      }}

      """
  }
}
