public import Bytecode
public import Hosting
public import Integers

/// What a transaction did, as its block commits to it.
public struct TransactionReceipt: Hashable, Sendable {
  /// The version of the encoding.
  public static let version: UInt8 = 1

  /// The transaction.
  public let transaction: Identifier
  /// The rules and prices that it ran by.
  public let schedule: Identifier
  /// What the machine says of it.
  public let outcome: Receipt
  /// What the sender paid for gas, in the smallest unit of the chain's fee asset.
  public let fee: Integer

  /// Makes a receipt.
  public init(
    transaction: Identifier, schedule: Identifier, outcome: Receipt, fee: Integer
  ) {
    self.transaction = transaction
    self.schedule = schedule
    self.outcome = outcome
    self.fee = fee
  }

  /// The canonical encoding.
  public func encoded() -> [UInt8] {
    var writer = ByteWriter()
    write(to: &writer)
    return writer.bytes
  }

  /// Writes the canonical encoding.
  public func write(to writer: inout ByteWriter) {
    writer.write(Self.version)
    writer.write(transaction)
    writer.write(schedule)
    writer.write(outcome.status)
    writer.writeUnsigned(outcome.gasUsed)
    writer.writeInteger(fee)
    writer.writeCount(outcome.events.count)
    for event in outcome.events { writer.write(event) }
    writer.writeCount(outcome.balanceChanges.count)
    for change in outcome.balanceChanges { writer.write(change) }
  }

  /// Reads a receipt from its encoding.
  public init(decoding bytes: [UInt8]) throws(Refusal) {
    var reader = ByteReader(bytes)
    let version = try reader.readByte("the version")
    guard version == Self.version else {
      throw reader.failure("version \(version) of receipts is unknown", at: 0)
    }
    transaction = try reader.readIdentifier("the transaction")
    schedule = try reader.readIdentifier("the schedule")
    let status = try reader.readStatus()
    let gasUsed = try reader.readUnsigned("the gas")
    fee = try reader.readInteger()
    var events: [Event] = []
    for _ in 0..<(try reader.readCount("the number of events", atMost: bytes.count)) {
      events.append(try reader.readEvent())
    }
    var changes: [BalanceChange] = []
    for _ in 0..<(try reader.readCount("the number of balances", atMost: bytes.count)) {
      changes.append(try reader.readBalanceChange())
    }
    try reader.finish("the receipt")
    outcome = Receipt(
      status: status, gasUsed: gasUsed, events: events, balanceChanges: changes)
  }
}

/// What a receipt's status begins with.
private enum StatusTag: UInt8 {
  case succeeded, trapped, failed
}

extension ByteWriter {
  fileprivate mutating func write(_ status: Receipt.Status) {
    switch status {
    case .succeeded(let results):
      write(StatusTag.succeeded.rawValue)
      write(results)
    case .failed(let failure):
      switch failure.reason {
      case .trap(let trap):
        write(StatusTag.trapped.rawValue)
        write16(trap.rawValue)
      case .declared(let index, let number, let arguments):
        write(StatusTag.failed.rawValue)
        writeCount(index)
        writeCount(number)
        write(arguments)
      }
      write(failure.origin)
      write(failure.site == nil ? 0 : 1)
      if let site = failure.site {
        write(site.codeHash)
        writeCount(site.function)
        writeCount(site.instruction)
      }
    }
  }

  fileprivate mutating func write(_ event: Event) {
    write(event.contract)
    write(event.codeHash)
    writeCount(event.index)
    write(event.fields)
  }

  fileprivate mutating func write(_ change: BalanceChange) {
    write(change.asset)
    write(change.holder)
    writeInteger(change.before)
    writeInteger(change.after)
  }

  /// Values without their kinds: a byte tells an integer from a string of bytes.
  private mutating func write(_ values: [Value]) {
    writeCount(values.count)
    for value in values {
      switch value {
      case .int(let integer):
        write(0)
        writeInteger(integer)
      case .bytes(let bytes):
        write(1)
        writeBytes(bytes)
      }
    }
  }
}

extension ByteReader {
  fileprivate mutating func readStatus() throws(Refusal) -> Receipt.Status {
    let start = offset
    let number = try readByte("the status")
    guard let tag = StatusTag(rawValue: number) else {
      throw failure("the status \(number) is unknown", at: start)
    }
    if tag == .succeeded { return .succeeded(try readValues()) }
    let reason: Failure.Reason
    if tag == .trapped {
      let code = try read16("the trap")
      guard let trap = Trap(rawValue: code) else {
        throw failure("the trap \(code) is unknown", at: start + 1)
      }
      reason = .trap(trap)
    } else {
      reason = .declared(
        index: try readCount("the error", atMost: Limits.declarations),
        number: try readCount("the number of the error", atMost: .max),
        arguments: try readValues())
    }
    let origin = try readIdentifier("the contract that failed")
    guard try readFlag("whether the instruction is known") else {
      return .failed(Failure(reason: reason, origin: origin, site: nil))
    }
    let site = FailureSite(
      codeHash: try readIdentifier("the code that failed"),
      function: try readCount("the function", atMost: Limits.functions),
      instruction: try readCount("the instruction", atMost: Limits.instructions))
    return .failed(Failure(reason: reason, origin: origin, site: site))
  }

  fileprivate mutating func readEvent() throws(Refusal) -> Event {
    Event(
      contract: try readIdentifier("the contract of an event"),
      codeHash: try readIdentifier("the code of an event"),
      index: try readCount("the index of an event", atMost: Limits.declarations),
      fields: try readValues())
  }

  fileprivate mutating func readBalanceChange() throws(Refusal) -> BalanceChange {
    BalanceChange(
      asset: try readIdentifier("an asset"), holder: try readIdentifier("a holder"),
      before: try readInteger(), after: try readInteger())
  }

  private mutating func readValues() throws(Refusal) -> [Value] {
    var values: [Value] = []
    for _ in 0..<(try readCount("the number of values", atMost: Limits.parameters)) {
      let isBytes = try readFlag("what a value is")
      values.append(
        isBytes
          ? .bytes(try readBytes("a value", atMost: Limits.bytesLength))
          : .int(try readInteger()))
    }
    return values
  }
}
