#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

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
