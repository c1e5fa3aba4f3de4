import Quantities

/// A time of the day, as people write it: `11:30`. Seconds since midnight.
public enum TimeOfDay {
  /// Nil where the text is none.
  public static func read(_ text: String) -> Seconds? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2,
      parts.allSatisfy({ (1...2).contains($0.count) && $0.utf8.allSatisfy { (48...57).contains($0) } }),
      let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
    else { return nil }
    return Seconds(Double(hour * 3600 + minute * 60))
  }

  public static func text(_ time: Seconds) -> String {
    let minutes = Int((time.value / 60).rounded())
    func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
    return "\(two(minutes / 60)):\(two(minutes % 60))"
  }
}
