/// Days, months and years of the Gregorian calendar: how long a month is stands here and nowhere else.
///
/// Source: Howard Hinnant, "chrono-compatible low-level date algorithms", 2013 (days_from_civil and civil_from_days).
public enum Gregorian {
  /// Days since 1970-01-01, of years from 1 on. A day after the last of its month is one of the next month, and month 13 is January.
  public static func ordinal(year: Int, month: Int, day: Int) -> Int {
    let year = year + (month - 1) / 12, month = (month - 1) % 12 + 1
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400, ofEra = shifted - era * 400
    let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
  }

  /// - Parameter ordinal: days since 1970-01-01.
  public static func day(_ ordinal: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = ordinal + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097, ofEra = shifted - era * 146_097
    let years = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * years + years / 4 - years / 100), part = (5 * ofYear + 2) / 153
    let month = part < 10 ? part + 3 : part - 9
    return (years + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * part + 2) / 5 + 1)
  }

  /// - Parameter month: from 1 to 12.
  public static func days(inMonth month: Int, of year: Int) -> Int {
    ordinal(year: year, month: month + 1, day: 1) - ordinal(year: year, month: month, day: 1)
  }
}
