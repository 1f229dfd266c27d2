import Bytecode
import Integers
import State
import Verification

/// What the ledger knows of an asset.
struct AssetRecord {
  let issuer: Identifier
  let className: String
  let id: [UInt8]
  let decimals: UInt8
  let isSingle: Bool
  let isBurnable: Bool
  let isForceable: Bool
  let hooks: [BoundHook]

  struct BoundHook {
    let contract: Identifier
    let name: String
    let gas: UInt64
  }

  func encoded() -> [UInt8] {
    var writer = ByteWriter()
    writer.write(issuer.bytes)
    writer.writeText(className)
    writer.writeBytes(id)
    writer.write(decimals)
    writer.write((isSingle ? 1 : 0) | (isBurnable ? 2 : 0) | (isForceable ? 4 : 0))
    writer.writeCount(hooks.count)
    for hook in hooks {
      writer.write(hook.contract.bytes)
      writer.writeText(hook.name)
      writer.writeUnsigned(hook.gas)
    }
    return writer.bytes
  }

  init(
    issuer: Identifier, assetClass: AssetClass, id: [UInt8], hooks: [BoundHook]
  ) {
    self.issuer = issuer
    className = assetClass.name
    self.id = id
    decimals = assetClass.decimals
    isSingle = assetClass.isSingle
    isBurnable = assetClass.isBurnable
    isForceable = assetClass.isForceable
    self.hooks = hooks
  }

  /// Reads a record; who does not need its hooks leaves them out, which saves most of the time.
  init?(decoding bytes: [UInt8], withHooks: Bool = true) {
    var reader = ByteReader(bytes)
    do {
      issuer = try reader.readIdentifier("the issuer")
      className = try reader.readText("the class", atMost: Limits.nameLength)
      id = try reader.readBytes("the id", atMost: Limits.assetIDLength)
      decimals = try reader.readByte("the decimals")
      let flags = try reader.readByte("the flags")
      isSingle = flags & 1 != 0
      isBurnable = flags & 2 != 0
      isForceable = flags & 4 != 0
      var hooks: [BoundHook] = []
      guard withHooks else {
        self.hooks = hooks
        return
      }
      for _ in 0..<(try reader.readCount("the hooks", atMost: Limits.hooksPerClass)) {
        hooks.append(
          BoundHook(
            contract: try reader.readIdentifier("a contract"),
            name: try reader.readText("a hook", atMost: Limits.nameLength),
            gas: try reader.readUnsigned("its gas")))
      }
      self.hooks = hooks
    } catch { return nil }
  }
}

/// The bodies of the instructions on assets, and the rules by which assets move.
extension Machine {
  // MARK: - Looking things up

  /// The identifier in a bytes register, or a trap if it holds no 32 bytes.
  func identifier(_ register: UInt16) throws(Halt) -> Identifier {
    let bytes = Cell.bytes(context.string(register))
    guard bytes.count == 32, let base = bytes.baseAddress else { throw Halt(.kindMismatch) }
    return Identifier(reading: base)
  }

  func setIdentifier(_ register: UInt16, _ identifier: Identifier) throws(Halt) {
    let (block, bytes) = try context.makeString(count: 32)
    identifier.store(to: bytes)
    context.setString(register, block)
  }

  /// The stored record of an asset, with the price of reading it paid.
  private func storedRecord(of asset: Identifier) throws(Halt) -> UnsafeRawBufferPointer? {
    key.begin(.asset)
    key.append(asset)
    let slot = try warmSlot()
    guard let value = state.value(in: slot) else { return nil }
    try context.charge(GasSchedule.assetRecord(value.count))
    return value
  }

  /// What the ledger knows of an asset, but for its hooks.
  private func record(of asset: Identifier) throws(Halt) -> AssetRecord? {
    guard let value = try storedRecord(of: asset) else { return nil }
    guard let record = AssetRecord(decoding: Array(value), withHooks: false) else {
      throw malformedState()
    }
    return record
  }

  /// The rules by which an asset moves.
  private func rules(of asset: Identifier) throws(Halt) -> AssetRules {
    guard let value = try storedRecord(of: asset) else { throw Halt(.noSuchAsset) }
    guard let rules = AssetRules(decoding: value) else { throw malformedState() }
    return rules
  }

  func balanceSlot(_ asset: Identifier, _ holder: Identifier) throws(Halt) -> StateTable.Slot {
    key.begin(.balance)
    key.append(asset)
    key.append(holder)
    return try warmSlot()
  }

  func supplySlot(_ asset: Identifier) throws(Halt) -> StateTable.Slot {
    key.begin(.supply)
    key.append(asset)
    return try warmSlot()
  }

  func holderSlot(_ asset: Identifier) throws(Halt) -> StateTable.Slot {
    key.begin(.holder)
    key.append(asset)
    return try warmSlot()
  }

  /// The asset of a class under an id: a hash of issuer, class and id.
  static func asset(issuer: Identifier, className: String, id: [UInt8]) -> Identifier {
    var writer = ByteWriter()
    writer.write(Array("aliquot.asset".utf8))
    writer.write(issuer.bytes)
    writer.writeText(className)
    writer.write(id)
    let hash = writer.bytes.withUnsafeBytes { Digests.sha256($0) }
    return Identifier(hash) ?? .zero
  }

  // MARK: - Making assets

  func assetOf(_ o: SIMD8<UInt16>) throws(Halt) {
    let id = Cell.bytes(context.string(o[2]))
    if id.count > Limits.assetIDLength { throw Halt(.assetIDTooLong) }
    try context.charge(GasSchedule.sha256(id.count))
    let frame = context.pointee.contract
    let issuer = frame.pointee.address
    let asset = frame.pointee.code._withUnsafeGuaranteedRef { program in
      assets.asset(issuer: issuer, code: program.codeHash, classIndex: Int(o[1]), id: id) {
        Self.asset(
          issuer: issuer, className: program.module.classes[Int(o[1])].name, id: Array(id))
      }
    }
    try setIdentifier(o[0], asset)
  }

  func createAsset(_ o: SIMD8<UInt16>) throws(Halt) {
    let id = Array(Cell.bytes(context.string(o[2])))
    if id.count > Limits.assetIDLength { throw Halt(.assetIDTooLong) }
    let assetClass = current.program.module.classes[Int(o[1])]
    if !assetClass.isKeyed, !id.isEmpty { throw Halt(.unexpectedAssetID) }
    var contracts: [Identifier] = []
    for index in 0..<assetClass.foreignHookCount {
      contracts.append(try identifier(o[3] + UInt16(index)))
    }
    let asset = try createAsset(assetClass, id: id, foreign: contracts)
    try setIdentifier(o[0], asset)
  }

  /// Creates an asset of the running contract's class.
  @discardableResult
  func createAsset(
    _ assetClass: AssetClass, id: [UInt8], foreign: [Identifier]
  ) throws(Halt) -> Identifier {
    let issuer = current.address
    let asset = Self.asset(issuer: issuer, className: assetClass.name, id: id)
    var next = 0
    var hooks: [AssetRecord.BoundHook] = []
    for reference in assetClass.hooks {
      var contract = issuer
      if reference.isForeign {
        try context.charge(100)
        contract = foreign[next]
        next += 1
        key.begin(.admission)
        key.append(contract)
        key.append(issuer)
        let slot = try warmSlot()
        if state.value(in: slot) == nil { throw Halt(.hookNotAdmitted) }
        guard let program = try program(at: contract),
          program.verified.hook(named: reference.name) != nil
        else { throw Halt(.noSuchFunction) }
      }
      hooks.append(
        AssetRecord.BoundHook(contract: contract, name: reference.name, gas: reference.gas))
    }
    key.begin(.asset)
    key.append(asset)
    let slot = try warmSlot()
    if state.value(in: slot) != nil { throw Halt(.assetExists) }
    let record = AssetRecord(issuer: issuer, assetClass: assetClass, id: id, hooks: hooks)
    try put(record.encoded(), in: slot)
    return asset
  }

  /// Stores bytes in a slot and pays for it.
  func put(_ value: [UInt8], in slot: StateTable.Slot) throws(Halt) {
    let isNew = state.value(in: slot) == nil
    try context.charge(
      GasSchedule.storedWrite(state.key(of: slot).count + value.count)
        + (isNew ? GasSchedule.newKey : 0))
    value.withUnsafeBytes { value in
      observer?.willWrite(key: state.key(of: slot), old: state.value(in: slot), new: value)
      state.write(value, to: slot)
    }
  }

  // MARK: - Moving assets

  func mint(_ o: SIMD8<UInt16>) throws(Halt) {
    let asset = try identifier(o[0])
    let to = try identifier(o[2])
    let rules = try rules(of: asset)
    if rules.issuer != current.address { throw Halt(.notIssuer) }
    if to.isZero { throw Halt(.zeroAddress) }
    let amount = try amount(in: o[1])
    if amount.isZero { return }
    let supply = try supplySlot(asset)
    let isFirst = try integer(in: supply).isZero
    if rules.isSingle, !isFirst || !amount.isOne { throw Halt(.singleSupply) }
    try requireAcceptance(of: asset, rules, by: to)
    try runHooks(rules, asset, from: .zero, to: to, amount: amount)
    try change(supply, by: amount)
    try change(try balanceSlot(asset, to), by: amount)
    if rules.isSingle { try put(to.bytes, in: holderSlot(asset)) }
  }

  func burn(_ o: SIMD8<UInt16>) throws(Halt) {
    let asset = try identifier(o[0])
    let from = current.address
    let rules = try rules(of: asset)
    if rules.issuer != from, !rules.isBurnable { throw Halt(.notBurnable) }
    let amount = try amount(in: o[1])
    if amount.isZero { return }
    let balance = try balanceSlot(asset, from)
    try require(amount, in: balance)
    try runHooks(rules, asset, from: from, to: .zero, amount: amount)
    try change(try supplySlot(asset), by: amount, isLoss: true)
    try change(balance, by: amount, isLoss: true)
    if rules.isSingle { try set(try holderSlot(asset), to: 0) }
  }

  func send(_ o: SIMD8<UInt16>) throws(Halt) {
    try move(
      asset: try identifier(o[0]), amount: try amount(in: o[1]), from: current.address,
      to: try identifier(o[2]), isPayment: false)
  }

  func force(_ o: SIMD8<UInt16>) throws(Halt) {
    let asset = try identifier(o[0])
    let rules = try rules(of: asset)
    if rules.issuer != current.address { throw Halt(.notIssuer) }
    if !rules.isForceable { throw Halt(.notForceable) }
    try move(
      asset: asset, amount: try amount(in: o[1]), from: try identifier(o[2]),
      to: try identifier(o[3]), isPayment: false)
  }

  /// The amount in a register, or a trap if it is negative.
  func amount(in register: UInt16) throws(Halt) -> Amount {
    let word = context.int(register)
    if word.isNegative { throw Halt(.negativeAmount) }
    return Amount(word, context)
  }

  /// Moves an amount from one balance to another, after the hooks have let it pass.
  func move(
    asset: Identifier, amount: Amount, from: Identifier, to: Identifier, isPayment: Bool
  ) throws(Halt) {
    let rules = try rules(of: asset)
    if amount.isNegative { throw Halt(.negativeAmount) }
    if to.isZero { throw Halt(.zeroAddress) }
    if amount.isZero { return }
    let balance = try balanceSlot(asset, from)
    try require(amount, in: balance)
    if !isPayment { try requireAcceptance(of: asset, rules, by: to) }
    try runHooks(rules, asset, from: from, to: to, amount: amount)
    try change(balance, by: amount, isLoss: true)
    try change(try balanceSlot(asset, to), by: amount)
    if rules.isSingle { try put(to.bytes, in: holderSlot(asset)) }
  }

  /// Halts unless a balance holds an amount.
  private func require(_ amount: Amount, in balance: StateTable.Slot) throws(Halt) {
    if case .narrow(let amount) = amount, let held = short(in: balance) {
      if held < amount { throw Halt(.insufficientBalance) }
    } else if try integer(in: balance) < amount.integer {
      throw Halt(.insufficientBalance)
    }
  }

  /// Adds to what is stored in a slot, or takes from it.
  private func change(
    _ slot: StateTable.Slot, by amount: Amount, isLoss: Bool = false
  ) throws(Halt) {
    if case .narrow(let amount) = amount, let before = short(in: slot) {
      // A short and a narrow integer have a sum below 2^127.
      return try set(slot, toShort: isLoss ? before - amount : before + amount)
    }
    let before = try integer(in: slot)
    let gain = isLoss ? amount.integer.negated() : amount.integer
    let sum: Integer
    do { sum = try before.adding(gain) } catch { throw Halt(arithmetic: error) }
    try set(slot, to: sum)
  }

  /// Halts if the receiver is a contract that does not let others send it the asset.
  private func requireAcceptance(
    of asset: Identifier, _ rules: AssetRules, by receiver: Identifier
  ) throws(Halt) {
    guard rules.issuer != receiver, let program = try program(at: receiver) else { return }
    switch program.module.acceptance {
    case .any: return
    case .none: throw Halt(.notAccepted)
    case .fields(let fields):
      for field in fields {
        key.begin(.field)
        key.append(receiver)
        key.append(field)
        let slot = try warmSlot()
        if let value = state.value(in: slot), value.elementsEqual(asset.bytes) { return }
      }
      throw Halt(.notAccepted)
    }
  }

  /// Runs the hooks of an asset, in order, each under the gas that its class declared.
  private func runHooks(
    _ rules: AssetRules, _ asset: Identifier, from: Identifier, to: Identifier, amount: Amount
  ) throws(Halt) {
    if context.pointee.isObserved {
      observer?.willMove(asset, amount: amount.integer, from: from, to: to)
    }
    if rules.hooks.isEmpty { return }
    let operatorAddress = running?.address ?? from
    for hook in rules.hooks {
      guard let program = try program(at: hook.contract),
        let function = program.verified.hook(named: hook.name)
      else { throw Halt(.noSuchFunction) }
      try context.charge(GasSchedule.hook)
      guard let gas = Int(exactly: hook.gas), context.gasLeft >= gas else { throw Halt(.outOfGas) }
      try enter(
        hook.contract, .passUnretained(program), function, gas: gas, caller: operatorAddress,
        arguments: [
          Value(asset), Value(from), Value(to), .int(amount.integer), Value(operatorAddress),
        ])
    }
  }

  // MARK: - Questions

  func balance(_ o: SIMD8<UInt16>) throws(Halt) {
    let asset = try identifier(o[1])
    let holder = try identifier(o[2])
    key.begin(.balance)
    key.append(asset)
    key.append(holder)
    try loadInteger(to: o[0])
  }

  func supply(_ o: SIMD8<UInt16>) throws(Halt) {
    let asset = try identifier(o[1])
    key.begin(.supply)
    key.append(asset)
    try loadInteger(to: o[0])
  }

  func holder(_ o: SIMD8<UInt16>) throws(Halt) {
    let slot = try holderSlot(try identifier(o[1]))
    guard let value = state.value(in: slot) else { return try setIdentifier(o[0], .zero) }
    try context.charge(GasSchedule.storedRead(value.count))
    guard value.count == 32, let base = value.baseAddress else { throw malformedState() }
    try setIdentifier(o[0], Identifier(reading: base))
  }

  func issuer(_ o: SIMD8<UInt16>) throws(Halt) {
    let record = try record(of: try identifier(o[1]))
    try setIdentifier(o[0], record?.issuer ?? .zero)
  }

  func className(_ o: SIMD8<UInt16>) throws(Halt) {
    let record = try record(of: try identifier(o[1]))
    context.setString(o[0], try context.makeString(Array((record?.className ?? "").utf8)))
  }

  func assetID(_ o: SIMD8<UInt16>) throws(Halt) {
    let record = try record(of: try identifier(o[1]))
    context.setString(o[0], try context.makeString(record?.id ?? []))
  }

  func admit(_ o: SIMD8<UInt16>, _ isAdmitted: Bool) throws(Halt) {
    let issuer = try identifier(o[0])
    key.begin(.admission)
    key.append(current.address)
    key.append(issuer)
    let slot = try warmSlot()
    if isAdmitted {
      try put([1], in: slot)
    } else {
      try set(slot, to: 0)
    }
  }
}
