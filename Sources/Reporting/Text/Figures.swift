import Calibration
import Planning
import Quantities
import Scenarios

/// Numbers for people. Machines get the exact ones.
enum Figures {
  /// Three significant digits with their zeros, whole digits in groups: `0.0412`, `4.10`, `12,300`.
  static func significant(_ value: Double, _ digits: Int = 3) -> String {
    guard value.isFinite else { return "–" }
    if value < 0 { return "-" + significant(-value, digits) }
    if value == 0 { return "0" }
    var decimals = 0
    var scaled = value
    let enough = power(digits - 1)
    // 9.996 rounds to four digits with two decimals, so it is the rounded value that decides.
    while decimals < 12, scaled.rounded() < enough {
      scaled *= 10
      decimals += 1
    }
    return fixed(value, decimals)
  }

  /// Always `decimals` of them, whole digits in groups of three.
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    let scaled = (abs(value) * power(decimals)).rounded()
    // Beyond 2^53 the digits would be noise.
    guard scaled < 9e15 else { return "\(value)" }
    let digits = String(Int(scaled))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let whole = grouped(padded.dropLast(decimals))
    let sign = value < 0 && scaled > 0 ? "-" : ""
    return sign + whole + (decimals > 0 ? "." + padded.suffix(decimals) : "")
  }

  static func grouped(_ value: Int) -> String {
    value < 0 ? "-" + grouped(Substring(String(value).dropFirst())) : grouped(Substring(String(value)))
  }

  static func grouped(_ value: Double) -> String { fixed(value, 0) }

  private static func grouped(_ digits: Substring) -> String {
    var result = ""
    for (i, digit) in digits.enumerated() {
      if i > 0, (digits.count - i) % 3 == 0 { result += "," }
      result.append(digit)
    }
    return result
  }

  static func percent(_ fraction: Double) -> String {
    fraction.isFinite ? fixed(fraction * 100, 1) + "%" : "–"
  }

  /// `90%`, of a part that somebody chose.
  static func whole(_ fraction: Double) -> String {
    let digits = percent(fraction)
    return digits.hasSuffix(".0%") ? digits.dropLast(3) + "%" : digits
  }

  /// With its sign: `+3.1%`.
  static func signed(_ fraction: Double) -> String { (fraction > 0 ? "+" : "") + percent(fraction) }

  static func ratio(_ value: Double) -> String { significant(value) + "×" }

  /// Dollars to three digits, so that $0.412 is not $0.41 when a million tokens are compared.
  static func dollars(_ amount: Dollars) -> String {
    amount.value < 10 ? "$" + significant(amount.value) : amount.formatted
  }

  /// Dollars and cents in full, for the lines of a bill.
  static func bill(_ amount: Dollars) -> String { "$" + fixed(amount.value, 2) }

  /// A price per hour to four digits behind the point where two would not multiply to the amount beside it.
  static func unitPrice(_ price: Dollars) -> String {
    let cents = (price.value * 100).rounded() / 100
    return "$" + fixed(price.value, abs(cents - price.value) < 1e-9 ? 2 : 4)
  }

  private static func power(_ n: Int) -> Double { (0..<max(0, n)).reduce(1.0) { product, _ in product * 10 } }
}

/// The unit in which a column of times is read best.
struct TimeScale {
  var heading: String
  var seconds: Double

  /// The largest unit in which the longest time is at least one.
  init(longest: Seconds?) {
    let scales = [("days", 86_400.0), ("hours", 3600), ("minutes", 60), ("seconds", 1)]
    let longest = longest?.value ?? 86_400
    (heading, seconds) = scales.first { longest >= $0.1 } ?? ("seconds", 1)
  }

  func text(_ time: Seconds) -> String { Figures.significant(time.value / seconds) }
}

/// Sizes beside a capacity, all in the unit in which that is a round number.
struct MemoryScale {
  private let unit: String
  private let bytes: Double
  private let capacity: Bytes

  init(_ capacity: Bytes) {
    self.capacity = capacity
    let word = capacity.formatted.split(separator: " ").last.map(String.init) ?? ""
    let known = ByteUnit.spellings.first { $0.symbol == word }
    (unit, bytes) = known.map { ($0.symbol, $0.scale) } ?? ("GB", 1e9)
  }

  func text(_ amount: Bytes) -> String { "\(number(amount)) \(unit)" }

  /// `14.3 of 24 GiB`.
  func part(_ amount: Bytes) -> String { "\(number(amount)) of \(capacity.formatted)" }

  /// A thousandth of the unit is as fine as anyone looks.
  private func number(_ amount: Bytes) -> String {
    let value = amount.value / bytes
    return value < 0.1 ? Figures.fixed(value, 3) : Figures.significant(value)
  }
}

extension Figures {
  /// `$98.1–171 k`: the unit is said once where both have it.
  /// Where and when a price was read: `us-east-1, 2026-11-09`.
  static func origin(_ price: Price) -> String {
    price.date.isEmpty ? price.region.label : "\(price.region.label), \(price.date)"
  }

  static func dollarRange(_ interval: Interval) -> String {
    let low = Dollars(interval.low).formatted, high = Dollars(interval.high).formatted
    let a = low.split(separator: " "), b = high.split(separator: " ")
    if a.count == 2, b.count == 2, a[1] == b[1] { return "\(a[0])–\(b[0].drop { $0 == "$" }) \(b[1])" }
    return "\(low)–\(high)"
  }
}
