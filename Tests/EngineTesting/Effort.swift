public import Hosting

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension MachineSize {
  /// The machine of tests that do not ask for another: as specified, or with `ALIQUOT_SIZE=tiny` one that
  /// collects and counts at every allocation, which must not change any result.
  public static let ofTests: MachineSize = {
    var size = MachineSize()
    if getenv("ALIQUOT_SIZE").map({ String(cString: $0) }) == "tiny" {
      size.arenaWords = 1
      size.memoryBetweenCounts = 1
    }
    return size
  }()
}

/// How much random tests try: set `ALIQUOT_EFFORT` to a number to try that many times as much.
public enum Effort {
  private static let factor: Int = {
    guard let text = getenv("ALIQUOT_EFFORT"), let number = Int(String(cString: text)) else {
      return 1
    }
    return max(1, number)
  }()

  /// So many rounds, times the effort.
  public static func rounds(_ count: Int) -> Int { count * factor }
}
