public import Integers

/// An amount of an asset that goes with a call.
public struct AttachedPayment: Hashable, Sendable {
  /// The asset.
  public var asset: Identifier
  /// How much of it, in its smallest unit.
  public var amount: Integer

  /// Makes a payment.
  public init(asset: Identifier, amount: Integer) {
    self.asset = asset
    self.amount = amount
  }
}

/// A call of a contract as a value: what `encode` makes, `perform` runs and transactions carry.
///
/// The encoding is canonical: target, name, kinds of the parameters and results, arguments, payments.
public struct ContractCall: Hashable, Sendable {
  /// The contract.
  public var target: Identifier
  /// The export's name.
  public var name: String
  /// The kinds of its parameters.
  public var parameters: [WireKind]
  /// The kinds of its results.
  public var results: [WireKind]
  /// The arguments, one for each parameter.
  public var arguments: [Value]
  /// The payments that go with it.
  public var payments: [AttachedPayment]

  /// Makes a call.
  public init(
    target: Identifier, name: String, parameters: [WireKind], results: [WireKind],
    arguments: [Value], payments: [AttachedPayment] = []
  ) {
    self.target = target
    self.name = name
    self.parameters = parameters
    self.results = results
    self.arguments = arguments
    self.payments = payments
  }

  /// Makes a call of an export of a module.
  public init(
    target: Identifier, export: Export, in module: Module, arguments: [Value],
    payments: [AttachedPayment] = []
  ) {
    self.init(
      target: target, name: export.name,
      parameters: export.parameters.map { WireKind($0.kind, in: module) },
      results: export.results.map { WireKind($0.kind, in: module) }, arguments: arguments,
      payments: payments)
  }

  /// The text by which the export is found.
  public var signature: String {
    var text = name
    func append(_ kinds: [WireKind]) {
      for (index, wire) in kinds.enumerated() {
        if index > 0 { text += "," }
        if case .enumeration(let last) = wire.kind {
          text += "enum\(Int(last) + 1)"
        } else {
          text += wire.kind.description
        }
      }
    }
    text += "("
    append(parameters)
    text += ")->("
    append(results)
    text += ")"
    return text
  }

  /// The canonical encoding.
  public func encoded() -> [UInt8] {
    var writer = ByteWriter()
    writer.write(target.bytes)
    writer.writeText(name)
    writer.write(parameters)
    writer.write(results)
    for (wire, argument) in zip(parameters, arguments) { writer.write(argument, of: wire.kind) }
    writer.write(payments)
    return writer.bytes
  }

  /// Reads a call from its encoding.
  public init(decoding bytes: [UInt8]) throws(Refusal) {
    guard bytes.count <= Limits.bytesLength else {
      throw Refusal(offset: Limits.bytesLength, reason: "a call has at most 65,536 bytes")
    }
    var reader = ByteReader(bytes)
    target = try reader.readIdentifier("the target")
    name = try reader.readText("the name", atMost: Limits.nameLength)
    parameters = try reader.readKinds()
    results = try reader.readKinds()
    arguments = try reader.readArguments(of: parameters)
    payments = try reader.readPayments()
    try reader.finish("the call")
  }
}

extension ByteWriter {
  /// Writes how many kinds there are, and each.
  public mutating func write(_ kinds: [WireKind]) {
    writeCount(kinds.count)
    for wire in kinds {
      write(wire.kind.tag)
      if case .enumeration(let last) = wire.kind { write(last) }
    }
  }

  /// Writes how many payments there are, and each.
  public mutating func write(_ payments: [AttachedPayment]) {
    writeCount(payments.count)
    for payment in payments {
      write(payment.asset.bytes)
      write(payment.amount.encoded())
    }
  }
}

extension ByteReader {
  /// Reads the kinds of the arguments or results of a call.
  public mutating func readKinds() throws(Refusal) -> [WireKind] {
    let count = try readCount("the number of kinds", atMost: Limits.parameters)
    var kinds: [WireKind] = []
    kinds.reserveCapacity(count)
    for _ in 0..<count {
      let start = offset
      let tag = try readByte("a kind")
      if tag == Kind.enumeration(0).tag {
        kinds.append(WireKind(kind: .enumeration(try readByte("an enum's last case"))))
      } else if let kind = Kind.byTag[Int(tag)] {
        kinds.append(WireKind(kind: kind))
      } else {
        throw failure("\(tag) is not the kind of an argument", at: start)
      }
    }
    return kinds
  }

  /// Reads an argument of each kind.
  public mutating func readArguments(of kinds: [WireKind]) throws(Refusal) -> [Value] {
    var arguments: [Value] = []
    arguments.reserveCapacity(kinds.count)
    for wire in kinds {
      let start = offset
      let value = try readValue(of: wire.kind)
      // An encoded call inside a call is not looked into: nesting has no bound that way.
      let isAdmitted = wire.kind == .call || wire.admits(value)
      guard isAdmitted else { throw failure("an argument is not of its kind", at: start) }
      arguments.append(value)
    }
    return arguments
  }

  /// Reads the payments that go with a call.
  public mutating func readPayments() throws(Refusal) -> [AttachedPayment] {
    let count = try readCount("the number of payments", atMost: Limits.payments)
    var payments: [AttachedPayment] = []
    for _ in 0..<count {
      let asset = try readIdentifier("an asset")
      payments.append(AttachedPayment(asset: asset, amount: try readInteger()))
    }
    return payments
  }
}

extension Kind {
  /// The kinds that can leave a contract and have no index.
  static let unindexed: [Kind] = [
    .int, .bool, .bytes, .text, .address, .asset, .call, .addresses, .assets,
  ]

  /// The same by their tags.
  static let byTag: [Kind?] = (0...UInt8.max).map { tag in unindexed.first { $0.tag == tag } }
}
