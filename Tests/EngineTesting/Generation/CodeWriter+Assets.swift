import Bytecode
import Integers

/// Statements on assets, events and messages.
extension CodeWriter {
  /// One question about an asset.
  mutating func assetQuestion() {
    let opcodes: [Opcode] = [
      .balance, .balance, .supply, .holder, .issuer, .className, .assetID, .assetOf,
    ]
    let opcode = random.pick(opcodes)
    switch opcode {
    case .balance:
      let (asset, holder) = (bytes(.asset), bytes(.address))
      let d = intDestination()
      emit(.balance, d, asset, holder)
      set(d, IntFacts(bits: 60, isNonNegative: true))
    case .supply:
      let d = intDestination()
      emit(.supply, d, bytes(.asset))
      set(d, IntFacts(bits: 60, isNonNegative: true))
    case .assetOf:
      guard let index = random.some(of: module.classes.indices) else { return }
      let id = bytes(.text)
      let d = bytesDestination()
      emit(.assetOf, d, index, id)
      set(d, Self.facts(ofBytes: .asset))
    default:
      let asset = bytes(.asset)
      let d = bytesDestination()
      emit(opcode, d, asset)
      let isAddress = opcode == .holder || opcode == .issuer
      set(d, Self.facts(ofBytes: isAddress ? .address : .bytes))
    }
  }

  /// Creates an asset, or admits an issuer.
  mutating func assetRecord() {
    if random.chance(35) {
      return emit(random.chance(75) ? .admit : .dismiss, bytes(.address))
    }
    guard let index = random.some(of: module.classes.indices) else { return }
    let id = bytesDestination()
    // A class that is not keyed has its asset already.
    if !module.classes[index].isKeyed, random.chance(90) { return assetQuestion() }
    if module.classes[index].isKeyed || random.chance(10) {
      let long = [UInt8](repeating: 0x78, count: 255 + random.below(3))
      constant(random.chance(90) ? [UInt8(0x61 + random.below(20))] : long, .text, in: id)
    } else {
      constant([], .text, in: id)
    }
    busyStrings.append(id)
    create(index, id)
  }

  /// Creates an asset of a class, its foreign hooks bound to contracts that may have them.
  mutating func create(_ index: Int, _ id: Int) {
    let foreign = module.classes[index].hooks.filter(\.isForeign)
    let windows = place(foreign.map { _ in .address }, .none)
    for (offset, hook) in foreign.enumerated() {
      let contracts = hookContracts(hook.name)
      if let contract = random.some(of: contracts), random.chance(85) {
        constant(contract.address.bytes, .address, in: windows.strings + offset)
      } else {
        make(.address, in: windows.strings + offset)
      }
    }
    let d = bytesDestination()
    emit(.createAsset, d, index, id, windows.strings)
    set(d, Self.facts(ofBytes: .asset))
  }

  /// The contracts that are there when this code runs: to an initialiser, those made before.
  var reachable: ArraySlice<WorldPlan.Contract> {
    guard role == .initialiser else { return world.contracts[...] }
    let own = world.contracts.firstIndex { $0.module == world.verified.count } ?? 0
    return world.contracts.prefix(own)
  }

  /// The contracts that have a hook of a name, and an initialiser, which admits everybody.
  func hookContracts(_ name: String) -> [WorldPlan.Contract] {
    reachable.filter { contract in
      let module = world.modules[contract.module].module
      return module.hooks.contains { $0.name == name } && module.export(named: "init") != nil
    }
  }

  /// Moves an asset, or tries to.
  mutating func assetMove() {
    let attempt = beginTry()
    let isOwn = !module.classes.isEmpty && random.chance(62)
    var opcode = random.pick([.mint, .mint, .burn, .send, .send, .send, .force] as [Opcode])
    if !isOwn, opcode == .mint || opcode == .force, random.chance(85) { opcode = .send }
    let asset: Int
    if isOwn {
      asset = bytesDestination()
      let index = random.below(module.classes.count)
      constant(module.classes[index].isKeyed ? [0x61] : [], .text, in: asset)
      emit(.assetOf, asset, index, asset)
      set(asset, Self.facts(ofBytes: .asset))
      busyStrings.append(asset)
    } else {
      asset = bytes(.asset)
    }
    let amount = int(.range(random.chance(15) ? 0...0 : 0...3))
    switch opcode {
    case .burn:
      if !isOwn, random.chance(50) { constant(random.pick(world.assets).bytes, .asset, in: asset) }
      finish(attempt, .burn, [asset, amount])
    case .force:
      let from = bytes(.address)
      finish(attempt, .force, [asset, amount, from, bytes(.address)])
    default: finish(attempt, opcode, [asset, amount, bytes(.address)])
    }
  }

  // MARK: - Events and messages

  /// Records an event.
  mutating func event() {
    let index = random.below(module.events.count)
    let windows = place(module.events[index].parameters.map(\.kind))
    emit(.emit, index, windows.ints, windows.strings)
  }

  /// Hashes a message.
  mutating func messageDigest() {
    let index = random.below(module.messages.count)
    let windows = place(module.messages[index].parameters.map(\.kind))
    let d = bytesDestination()
    emit(.digest, d, index, windows.ints, windows.strings)
    set(d, BytesFacts(kind: .bytes, count: 32))
  }
}
