public import Bytecode
import Execution
public import Integers

/// What a chain begins with: its name, its rules, its money and who has it.
///
/// The chain's id is the hash of the encoding, so that no transaction is valid on two chains.
public struct Genesis: Hashable, Sendable {
  /// An asset that no contract issues.
  public struct Asset: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Digits after the decimal point, at most 77.
    public var decimals: UInt8
    /// Who has how much of it at the beginning, in its smallest unit.
    public var holdings: [Holding]

    /// Makes an asset.
    public init(name: String, decimals: UInt8, holdings: [Holding] = []) {
      self.name = name
      self.decimals = decimals
      self.holdings = holdings
    }

    /// The asset as contracts know it.
    public var identifier: Identifier { World.asset(issuer: .zero, className: name) }

    /// The sum of all holdings.
    public var supply: Integer {
      holdings.reduce(0) { sum, holding in (try? sum.adding(holding.amount)) ?? sum }
    }
  }

  /// What somebody has at the beginning.
  public struct Holding: Hashable, Sendable {
    /// Who.
    public var holder: Identifier
    /// How much, in the smallest unit; not below zero.
    public var amount: Integer

    /// Makes a holding.
    public init(holder: Identifier, amount: Integer) {
      self.holder = holder
      self.amount = amount
    }
  }

  /// What gas costs.
  public struct Fees: Hashable, Sendable {
    /// The name of the genesis asset that fees are paid in.
    public var asset: String
    /// Who receives the fees.
    public var receiver: Identifier
    /// The least that a unit of gas costs, in the smallest unit of the asset.
    public var minimumPrice: Integer

    /// Makes a rule for fees.
    public init(asset: String, receiver: Identifier, minimumPrice: Integer = 0) {
      self.asset = asset
      self.receiver = receiver
      self.minimumPrice = minimumPrice
    }
  }

  /// The version of the encoding.
  public static let version: UInt8 = 1
  /// Assets that a genesis may have.
  public static let assetLimit = 256
  /// Holdings that an asset may begin with.
  public static let holdingLimit = 65_536
  /// Bytes of transactions that a block may be allowed.
  public static let blockSizeMaximum = 64 << 20
  /// The latest time and the greatest height, as numbers: 2^48.
  public static let timeMaximum = 1 << 48

  /// A name for people.
  public var name: String
  /// Whether the accounts whose keys everybody knows are accepted, and the clock may be moved by hand.
  public var isDevelopment: Bool
  /// The time of the first block, in seconds since 1970.
  public var time: Int
  /// Seconds from a block to the next where nothing else is said.
  public var blockInterval: Int
  /// The gas of all transactions of a block together.
  public var blockGasLimit: UInt64
  /// The bytes of all transactions of a block together.
  public var blockSizeLimit: Int
  /// The assets that no contract issues.
  public var assets: [Asset]
  /// What gas costs; nil if nothing is ever paid.
  public var fees: Fees?
  /// The rules and prices of the machine that runs the chain.
  public private(set) var schedule: Identifier

  /// Makes a genesis, which `check` then holds against its limits.
  public init(
    name: String, isDevelopment: Bool = false, time: Int, blockInterval: Int = 10,
    blockGasLimit: UInt64 = 10 * Limits.gas, blockSizeLimit: Int = 16 << 20,
    assets: [Asset] = [], fees: Fees? = nil
  ) {
    self.name = name
    self.isDevelopment = isDevelopment
    self.time = time
    self.blockInterval = blockInterval
    self.blockGasLimit = blockGasLimit
    self.blockSizeLimit = blockSizeLimit
    self.assets = assets
    self.fees = fees
    schedule = MachineRules.identifier
  }

  /// The chain: SHA-256 of `aliquot.chain` and the encoding.
  public var chain: Identifier { ChainDomain.chain.hash(encoded()) }

  /// The asset that fees are paid in.
  public var feeAsset: Identifier? {
    fees.flatMap { fees in assets.first { $0.name == fees.asset }?.identifier }
  }

  // MARK: - Checks

  /// Refuses what no chain can begin with.
  public func check() throws(GenesisError) {
    func require(_ condition: Bool, _ reason: String) throws(GenesisError) {
      guard condition else { throw GenesisError(reason) }
    }
    try require(
      (1...Limits.nameLength).contains(name.utf8.count),
      "the name of the chain has 1 to \(Limits.nameLength) bytes")
    try require((0...Self.timeMaximum).contains(time), "the time is from 0 to 2^48 seconds")
    try require(
      (1...1 << 32).contains(blockInterval), "the block interval is from 1 to 2^32 seconds")
    try require(blockGasLimit > 0, "a block must have room for some gas")
    try require(
      (1...Self.blockSizeMaximum).contains(blockSizeLimit),
      "the size of a block is from 1 to \(Self.blockSizeMaximum) bytes")
    try require(assets.count <= Self.assetLimit, "there are at most \(Self.assetLimit) assets")
    try require(
      Set(assets.map(\.name)).count == assets.count, "two assets have the same name")
    for asset in assets { try asset.check() }
    guard let fees else { return }
    try require(
      feeAsset != nil, "fees are paid in \"\(fees.asset)\", which is no asset of the genesis")
    try require(!fees.receiver.isZero, "fees go to the zero address")
    try require(
      !fees.minimumPrice.isNegative && fees.minimumPrice.bitLength <= 256,
      "the least price of gas is from 0 to below 2^256")
  }
}

extension Genesis.Asset {
  fileprivate func check() throws(GenesisError) {
    let isName =
      name.utf8.first.map { !(0x30...0x39).contains($0) } ?? false
      && name.utf8.allSatisfy {
        (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || (0x30...0x39).contains($0)
          || $0 == UInt8(ascii: "_")
      }
    guard isName, name.utf8.count <= Limits.nameLength else {
      throw GenesisError("\"\(name)\" is no name for an asset")
    }
    guard Int(decimals) <= Limits.decimals else {
      throw GenesisError("\(name) has more than \(Limits.decimals) decimals")
    }
    guard holdings.count <= Genesis.holdingLimit else {
      throw GenesisError("\(name) has more than \(Genesis.holdingLimit) holdings")
    }
    var sum: Integer = 0
    for holding in holdings {
      guard !holding.amount.isNegative else {
        throw GenesisError("a holding of \(name) is below zero")
      }
      guard !holding.holder.isZero else {
        throw GenesisError("the zero address cannot hold \(name)")
      }
      guard let next = try? sum.adding(holding.amount) else {
        throw GenesisError("the supply of \(name) is too large")
      }
      sum = next
    }
  }
}

/// Why a chain cannot begin like this.
public struct GenesisError: Error, Hashable, CustomStringConvertible {
  /// What is wrong.
  public let description: String

  init(_ description: String) { self.description = description }
}

// MARK: - Encoding

extension Genesis {
  /// The canonical encoding.
  public func encoded() -> [UInt8] {
    var writer = ByteWriter()
    writer.write(Self.version)
    writer.writeText(name)
    writer.write(isDevelopment ? 1 : 0)
    writer.writeCount(time)
    writer.writeCount(blockInterval)
    writer.writeUnsigned(blockGasLimit)
    writer.writeCount(blockSizeLimit)
    writer.write(schedule)
    writer.writeCount(assets.count)
    for asset in assets {
      writer.writeText(asset.name)
      writer.write(asset.decimals)
      writer.writeCount(asset.holdings.count)
      for holding in asset.holdings {
        writer.write(holding.holder)
        writer.write(holding.amount.encoded())
      }
    }
    writer.write(fees == nil ? 0 : 1)
    if let fees {
      writer.writeText(fees.asset)
      writer.write(fees.receiver)
      writer.write(fees.minimumPrice.encoded())
    }
    return writer.bytes
  }

  /// Reads a genesis from its encoding.
  public init(decoding bytes: [UInt8]) throws(Refusal) {
    var reader = ByteReader(bytes)
    let version = try reader.readByte("the version")
    guard version == Self.version else {
      throw reader.failure("version \(version) of the genesis is unknown", at: 0)
    }
    name = try reader.readText("the name", atMost: Limits.nameLength)
    isDevelopment = try reader.readFlag("whether it is for development")
    time = try reader.readCount("the time", atMost: Self.timeMaximum)
    blockInterval = try reader.readCount("the block interval", atMost: 1 << 32)
    blockGasLimit = try reader.readUnsigned("the gas limit of a block")
    blockSizeLimit = try reader.readCount("the size of a block", atMost: Self.blockSizeMaximum)
    schedule = try reader.readIdentifier("the schedule")
    assets = []
    for _ in 0..<(try reader.readCount("the number of assets", atMost: Self.assetLimit)) {
      var asset = Asset(
        name: try reader.readText("the name of an asset", atMost: Limits.nameLength),
        decimals: try reader.readByte("the decimals"))
      for _ in 0..<(try reader.readCount("the number of holdings", atMost: Self.holdingLimit)) {
        asset.holdings.append(
          Holding(
            holder: try reader.readIdentifier("a holder"), amount: try reader.readInteger()))
      }
      assets.append(asset)
    }
    fees = nil
    if try reader.readFlag("whether there are fees") {
      fees = Fees(
        asset: try reader.readText("the asset of the fees", atMost: Limits.nameLength),
        receiver: try reader.readIdentifier("the receiver of the fees"),
        minimumPrice: try reader.readInteger())
    }
    try reader.finish("the genesis")
    do { try check() } catch { throw reader.failure(error.description, at: 0) }
  }
}
