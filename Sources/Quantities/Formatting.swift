extension Quantity {
  /// Short and for people: three significant digits in the unit that suits the size.
  ///
  /// Files and spreadsheets take `value` instead, so nothing is lost there.
  public var formatted: String { U.format(value) }
}

extension Unit {
  public static var display: [(symbol: String, scale: Double)] { spellings }

  public static func format(_ value: Double) -> String { scaled(value, in: display) }

  /// The largest spelling in which the rounded value is at least 1, so 999.9 GB reads `1 TB`.
  static func scaled(_ value: Double, in display: [(symbol: String, scale: Double)]) -> String {
    guard let base = display.first, value.isFinite else { return "\(value)" }
    if value < 0 { return "-" + scaled(-value, in: display) }
    let fits = display.last { significant(value / $0.scale).value >= 1 }
    let unit = value == 0 ? display.first { $0.scale == 1 } ?? base : fits ?? base
    let number = significant(value / unit.scale).text
    return unit.symbol.isEmpty ? number : "\(number) \(unit.symbol)"
  }
}

/// Rounds a number that is not negative to three significant digits; whole numbers keep all of theirs.
func significant(_ value: Double) -> (value: Double, text: String) {
  if value == 0 { return (0, "0") }
  var digits = value
  var power = 1.0
  while digits < 99.95, power < 1e18 {
    digits *= 10
    power *= 10
  }
  let rounded = (value * power).rounded() / power
  let text = "\(rounded)"
  return (rounded, text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
}

/// Two decimals always, as prices are written.
func cents(_ value: Double) -> String {
  let hundredths = (value * 100).rounded()
  guard abs(hundredths) < 1e15 else { return "\(value)" }
  let whole = Int(abs(hundredths))
  let sign = hundredths < 0 ? "-" : ""
  return "\(sign)\(whole / 100).\(whole % 100 < 10 ? "0" : "")\(whole % 100)"
}

extension SecondUnit {
  public static let display: [(symbol: String, scale: Double)] = [
    ("ns", 1e-9), ("µs", 1e-6), ("ms", 1e-3), ("s", 1), ("min", 60), ("h", 3600), ("d", 86400),
  ]
}

extension ByteUnit {
  public static let display: [(symbol: String, scale: Double)] = [
    ("B", 1), ("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("PB", 1e15),
  ]

  /// Memory is made in powers of two and storage in powers of ten: whichever is exact is shown.
  public static func format(_ value: Double) -> String {
    let binary: [(symbol: String, scale: Double)] = [
      ("TiB", 1_099_511_627_776), ("GiB", 1_073_741_824), ("MiB", 1_048_576), ("KiB", 1024),
    ]
    for unit in binary where value >= unit.scale {
      let amount = value / unit.scale
      let whole = amount == amount.rounded() && amount < 10_000
      let short =
        amount < 1000 && significant(amount).value == amount && (amount * 1024) == (amount * 1024).rounded()
      if whole || (short && unit.scale > 1024) { return "\(significant(amount).text) \(unit.symbol)" }
    }
    return scaled(value, in: display)
  }
}

extension EventRateUnit {
  public static let display: [(symbol: String, scale: Double)] = [
    ("/year", 1.0 / 31_536_000), ("/d", 1.0 / 86400), ("/h", 1.0 / 3600), ("/min", 1.0 / 60), ("/s", 1),
  ]
}

extension CarbonIntensityUnit {
  public static let display: [(symbol: String, scale: Double)] = [("g/kWh", 1 / 3.6e9)]
}

extension ByteRateUnit {
  public static let display: [(symbol: String, scale: Double)] = [
    ("B/s", 1), ("kB/s", 1e3), ("MB/s", 1e6), ("GB/s", 1e9), ("TB/s", 1e12), ("PB/s", 1e15),
  ]
}

extension DollarUnit {
  public static let display: [(symbol: String, scale: Double)] = [
    ("$", 1), ("k$", 1e3), ("M$", 1e6), ("B$", 1e9), ("T$", 1e12),
  ]

  /// `$4.56`, `$456`, `$2.35 M`.
  public static func format(_ value: Double) -> String {
    if value < 0 { return "-" + format(-value) }
    if value < 99.995, value != value.rounded() { return "$" + cents(value) }
    return "$" + scaled(value, in: [("", 1), ("k", 1e3), ("M", 1e6), ("B", 1e9), ("T", 1e12)])
  }
}

extension DollarRateUnit {
  public static let display: [(symbol: String, scale: Double)] = [("$/h", 1.0 / 3600)]

  /// Prices are compared to the cent: `$35.76/h`.
  public static func format(_ value: Double) -> String {
    value < 0 ? "-" + format(-value) : "$\(cents(value * 3600))/h"
  }
}

extension EnergyPriceUnit {
  public static let display: [(symbol: String, scale: Double)] = [("$/kWh", 1 / 3.6e6)]
}

extension JouleUnit {
  public static let display: [(symbol: String, scale: Double)] = [
    ("J", 1), ("kJ", 1e3), ("kWh", 3.6e6), ("MWh", 3.6e9), ("GWh", 3.6e12),
  ]
}

extension CountUnit {
  public static let display: [(symbol: String, scale: Double)] = [
    ("", 1), ("k", 1e3), ("M", 1e6), ("B", 1e9), ("T", 1e12),
  ]

  /// Small whole numbers in full (`8192`), the rest as `8.03 B`.
  public static func format(_ value: Double) -> String {
    abs(value) < 100_000 && value == value.rounded() ? "\(Int(value))" : scaled(value, in: display)
  }
}
