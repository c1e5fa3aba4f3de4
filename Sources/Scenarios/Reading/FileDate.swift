import Quantities

/// Dates as files have them: `2026-01-31`. What is written must pass what is read.
public enum FileDate {
  public static let form = "write it like 2026-01-31"

  public static func isValid(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.map(\.count) == [4, 2, 2] else { return false }
    let numbers = parts.compactMap { part in
      part.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(Substring(part)) : nil
    }
    guard numbers.count == 3 else { return false }
    let (year, month, day) = (numbers[0], numbers[1], numbers[2])
    return (1990...2200).contains(year) && (1...12).contains(month)
      && (1...Gregorian.days(inMonth: month, of: year)).contains(day)
  }
}
