import Quantities

/// How old a price is. Dates are ISO: a day, or a month where the source gives no day, of which the first day counts.
public enum PriceAge {
  /// Days beyond which a price is old: a list of capacity blocks is revised every quarter (AWS, Capacity Blocks pricing page).
  public static let old = 90

  /// Days from a date to another; nil where either is none.
  public static func days(from date: String, to today: String) -> Int? {
    guard let start = ordinal(date), let end = ordinal(today) else { return nil }
    return end - start
  }

  /// Days since 1970-01-01; of a month alone, to its first day.
  static func ordinal(_ date: String) -> Int? {
    let parts = date.split(separator: "-", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
      let year = Int(parts[0]), let month = Int(parts[1]), let day = parts.count == 3 ? Int(parts[2]) : 1,
      (1900...2999).contains(year), (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    return Gregorian.ordinal(year: year, month: month, day: day)
  }
}
