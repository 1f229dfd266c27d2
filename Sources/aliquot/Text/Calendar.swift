/// Times as people read them.
enum Calendar {
  /// Seconds since 1970 as a date and a time of UTC: `2026-01-01 00:00:00`.
  ///
  /// The days of the proleptic Gregorian calendar, after Howard Hinnant, "chrono-Compatible Low-Level
  /// Date Algorithms", `civil_from_days`.
  static func text(_ time: Int) -> String {
    let days = time / 86_400
    let seconds = time % 86_400
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return "\(year)-\(two(month))-\(two(day)) \(two(seconds / 3_600)):"
      + "\(two(seconds / 60 % 60)):\(two(seconds % 60))"
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
