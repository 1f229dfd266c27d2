public import Bytecode
public import Integers

/// The making of a contract from code.
public struct ContractCreation: Hashable, Sendable {
  /// The hash of the code.
  public var codeHash: Identifier
  /// The kinds of the parameters of the code's `init`.
  public var parameters: [WireKind]
  /// The arguments, one for each parameter.
  public var arguments: [Value]
  /// The payments that go with it.
  public var payments: [AttachedPayment]

  /// Makes a creation.
  public init(
    codeHash: Identifier, parameters: [WireKind] = [], arguments: [Value] = [],
    payments: [AttachedPayment] = []
  ) {
    self.codeHash = codeHash
    self.parameters = parameters
    self.arguments = arguments
    self.payments = payments
  }
}

/// The sending of an asset to a holder.
public struct AssetTransfer: Hashable, Sendable {
  /// The asset.
  public var asset: Identifier
  /// How much of it, in its smallest unit; not below zero.
  public var amount: Integer
  /// Who receives it.
  public var receiver: Identifier

  /// Makes a transfer.
  public init(asset: Identifier, amount: Integer, receiver: Identifier) {
    self.asset = asset
    self.amount = amount
    self.receiver = receiver
  }
}

extension Transaction {
  /// What a transaction does.
  public enum Action: Hashable, Sendable {
    /// Brings the code of a module to the ledger. Whether it is one that runs, the verifier says.
    case deploy(module: [UInt8])
    /// Makes a contract from code that is there.
    case create(ContractCreation)
    /// Calls a contract.
    case call(ContractCall)
    /// Sends an asset.
    case transfer(AssetTransfer)
  }
}

extension Transaction.Action {
  private enum Tag: UInt8 {
    case deploy, create, call, transfer
  }

  /// Whether there is one argument for each kind, and of that kind.
  ///
  /// An encoded call as an argument is not looked into, as in a call of a contract.
  var hasArgumentsOfTheirKinds: Bool {
    func fit(_ arguments: [Value], _ kinds: [WireKind]) -> Bool {
      arguments.count == kinds.count
        && zip(kinds, arguments).allSatisfy { wire, argument in
          wire.kind == .call ? argument.string != nil : wire.admits(argument)
        }
    }
    return switch self {
    case .deploy, .transfer: true
    case .create(let creation): fit(creation.arguments, creation.parameters)
    case .call(let call): fit(call.arguments, call.parameters)
    }
  }

  func write(to writer: inout ByteWriter) {
    switch self {
    case .deploy(let module):
      writer.write(Tag.deploy.rawValue)
      writer.writeBytes(module)
    case .create(let creation):
      writer.write(Tag.create.rawValue)
      writer.write(creation.codeHash)
      writer.write(creation.parameters)
      for (wire, argument) in zip(creation.parameters, creation.arguments) {
        writer.write(argument, of: wire.kind)
      }
      writer.write(creation.payments)
    case .call(let call):
      writer.write(Tag.call.rawValue)
      writer.writeBytes(call.encoded())
    case .transfer(let transfer):
      writer.write(Tag.transfer.rawValue)
      writer.write(transfer.asset)
      writer.write(transfer.amount.encoded())
      writer.write(transfer.receiver)
    }
  }

  init(reading reader: inout ByteReader) throws(TransactionError) {
    let number: UInt8
    do { number = try reader.readByte("the action") } catch { throw .malformed(error) }
    guard let tag = Tag(rawValue: number) else { throw .unknownAction(number) }
    do {
      switch tag {
      case .deploy:
        self = .deploy(module: try reader.readBytes("the module", atMost: Limits.moduleLength))
      case .create: self = .create(try ContractCreation(reading: &reader))
      case .call: self = .call(try Self.readCall(&reader))
      case .transfer: self = .transfer(try AssetTransfer(reading: &reader))
      }
    } catch { throw .malformed(error) }
  }

  /// A call with its length; what is wrong inside of it has its offset in the whole.
  private static func readCall(_ reader: inout ByteReader) throws(Refusal) -> ContractCall {
    let bytes = try reader.readBytes("the call", atMost: Limits.bytesLength)
    do { return try ContractCall(decoding: bytes) } catch {
      throw reader.failure(error.reason, at: reader.offset - bytes.count + error.offset)
    }
  }
}

extension ContractCreation {
  fileprivate init(reading reader: inout ByteReader) throws(Refusal) {
    let start = reader.offset
    codeHash = try reader.readIdentifier("the code hash")
    parameters = try reader.readKinds()
    arguments = try reader.readArguments(of: parameters)
    payments = try reader.readPayments()
    guard reader.offset - start <= Limits.bytesLength else {
      throw reader.failure("a creation has at most 65,536 bytes", at: start)
    }
  }
}

extension AssetTransfer {
  fileprivate init(reading reader: inout ByteReader) throws(Refusal) {
    asset = try reader.readIdentifier("the asset")
    let start = reader.offset
    amount = try reader.readInteger()
    guard !amount.isNegative else { throw reader.failure("the amount is below zero", at: start) }
    receiver = try reader.readIdentifier("the receiver")
  }
}
