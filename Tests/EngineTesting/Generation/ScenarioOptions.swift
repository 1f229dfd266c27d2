import Bytecode
import Hosting

/// What random scenarios are like.
public struct ScenarioOptions: Sendable {
  /// How large the machine is.
  public enum Size: Sendable, CaseIterable {
    /// As specified.
    case normal
    /// Stacks, frames, depth and live memory so small that programs hit them.
    case tiny
  }

  /// How large the machine is.
  public var size = Size.normal
  /// Percent of scenarios with long programs, large integers, long lists and much gas.
  public var largePercent = 2
  /// Percent of scenarios of middle size.
  public var mediumPercent = 18
  /// The largest integers in bits, if not every scenario decides for itself.
  public var bits: Int?
  /// Whether `try_next` occurs.
  public var tries = true
  /// Whether other contracts are called and assets moved.
  public var interacts = true
  /// Whether signatures are verified, which takes long.
  public var verifiesSignatures = true

  /// Everything, mostly small.
  public init() {}
}

/// How long the programs of one scenario are and how large their values.
struct Magnitude {
  /// Statements of an exported function, about.
  var length: Int
  /// Bits of the largest constants.
  var bits: Int
  /// Elements of the longest lists that are made at once.
  var listCount: Int
  /// Gas of most transactions.
  var gas: Int
  /// Whether values at the limits of the machine occur, which take much gas and time.
  var isLarge: Bool

  init(_ options: ScenarioOptions, _ random: inout SplitMix64) {
    let percent = random.below(100)
    isLarge = percent < options.largePercent
    let isMedium = percent < options.largePercent + options.mediumPercent
    let length = isLarge ? 40 : isMedium ? 24 : 10
    self.length = length / 2 + random.below(length)
    let sizes = isLarge ? [2_000, 16_384, 16_384] : [130, 130, 260, 700, 2_000, 16_384]
    bits = options.bits ?? random.pick(sizes)
    listCount = isLarge ? 4_000 : isMedium ? 80 : 12
    gas = isLarge ? 3_000_000 : isMedium ? 120_000 : 40_000
  }
}

extension MachineSize {
  /// A machine so small that programs hit its ends.
  static func tiny(_ random: inout SplitMix64) -> MachineSize {
    var size = MachineSize()
    size.integerStack = random.pick([24, 60, 150, 400, 2_000])
    size.bytesStack = random.pick([24, 60, 150, 400, 2_000])
    size.listStack = random.pick([8, 20, 60, 300])
    size.frames = random.pick([3, 6, 12, 40, 200])
    size.callDepth = random.pick([1, 2, 3, 4, 6, 12])
    size.liveMemory = random.pick([300, 2_000, 10_000, 60_000, 400_000])
    size.memoryBetweenCounts = random.pick([1, 200, 3_000, 30_000])
    size.arenaWords = random.pick([1, 16, 100, 700, 32_768])
    return size
  }

  /// A machine of the specified size, of which nothing can be seen but that it collects more often.
  static func specified(_ random: inout SplitMix64) -> MachineSize {
    var size = MachineSize()
    size.arenaWords = random.pick([1, 60, 2_000, 32_768])
    return size
  }
}
