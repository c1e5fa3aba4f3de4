extension Quantity {
  /// Reads `2.9 TB/s`, `96GiB`, `1e3 s`, `$2 M`: a number, an optional blank, a unit of this dimension.
  ///
  /// Units are case-sensitive, since `MB` and `Mb`, `M$` and `m$` are different things. Digits are not
  /// grouped, because `1,000` is one thing in Paris and another in Seattle.
  /// - Parameter allowingZero: whether 0 is an amount here; a negative one never is.
  public static func parse(_ text: String, allowingZero: Bool = false) throws(QuantityError) -> Quantity<U> {
    let trimmed = text.trimmingBlanks
    let first = U.display.first?.symbol ?? ""
    guard !trimmed.isEmpty else {
      throw .empty(dimension: U.dimension, example: "2 \(U.display.last?.symbol ?? first)".trimmingBlanks)
    }
    var rest = trimmed[...]
    // `$2 M` puts the unit's sign first; it is moved to where the table has it: `2 M$`.
    let dollarsFirst = rest.first == "$"
    if dollarsFirst { rest = rest.dropFirst().drop(while: \.isBlank) }
    let number = try scanNumber(&rest, of: trimmed)
    var unit = String(rest.drop(while: \.isBlank))
    if dollarsFirst {
      let slash = unit.firstIndex(of: "/") ?? unit.endIndex
      unit = unit[..<slash] + "$" + unit[slash...]
    }
    let value = number.times(try scale(of: unit, number: number.text, text: trimmed))
    if number.negative { throw .negative(trimmed) }
    if value == 0 {
      // `0.000` is zero, `1e-400` only looks like it.
      if number.isZero, !allowingZero { throw .zero(trimmed) }
      if !number.isZero { throw .tooSmall(trimmed) }
    }
    // Nothing anybody rents or trains is near these; products of a few such amounts stay finite.
    if value > 0, value < 1e-30 { throw .tooSmall(trimmed) }
    guard value <= 1e30 else { throw .tooLarge(trimmed) }
    return Quantity(value)
  }

  private static func scale(of unit: String, number: String, text: String) throws(QuantityError) -> Double {
    if let known = U.spellings.first(where: { $0.symbol == unit }) { return known.scale }
    let symbols = U.spellings.map(\.symbol)
    let units = U.display.map(\.symbol)
    if unit.isEmpty { throw .missingUnit(text, dimension: U.dimension, units: units) }
    func didYouMean(_ symbol: String) -> String { "did you mean '\(number) \(symbol)'?" }

    if let bits = bitsOrBytes(unit), symbols.contains(bits.bits) {
      throw .unknownUnit(
        text, unit: unit, dimension: U.dimension,
        help: "did you mean '\(number) \(bits.bits)' (bits) or '\(number) \(bits.bytes)' (bytes)?")
    }
    if let home = everyUnit.first(where: { $0.spellings.contains { $0.symbol == unit } }) {
      let other = unit.hasSuffix("/s") ? String(unit.dropLast(2)) : unit + "/s"
      let help = symbols.contains(other) ? didYouMean(other) : "use a unit of \(U.dimension): \(list(units))"
      throw .wrongDimension(text, unit: unit, is: home.dimension, wanted: U.dimension, help: help)
    }
    let near =
      Spelling.nearest(to: unit, among: symbols.filter { !$0.isEmpty })
      ?? Spelling.nearest(to: unit + "/s", among: symbols.filter { !$0.isEmpty })
    throw .unknownUnit(
      text, unit: unit, dimension: U.dimension,
      help: near.map(didYouMean) ?? "use one of: \(list(units))")
  }

  private static func list(_ units: [String]) -> String {
    units.map { $0.isEmpty ? "(none)" : $0 }.joined(separator: ", ")
  }

  /// `Gb/s` is read as bits by some and bytes by others, so neither is assumed.
  private static func bitsOrBytes(_ unit: String) -> (bits: String, bytes: String)? {
    guard unit.count == 4, unit.hasSuffix("b/s"), let prefix = unit.first, "MGT".contains(prefix) else {
      return nil
    }
    return ("\(prefix)bit/s", "\(prefix)B/s")
  }
}

/// Every dimension, so that an amount of the wrong one can be told from a misspelling.
private let everyUnit: [any Unit.Type] = [
  SecondUnit.self, ByteUnit.self, ByteRateUnit.self, FLOPUnit.self, FLOPRateUnit.self, DollarUnit.self,
  DollarRateUnit.self, WattUnit.self, JouleUnit.self, HertzUnit.self, CountUnit.self, CountRateUnit.self,
  EventRateUnit.self, CarbonIntensityUnit.self, KilogramUnit.self,
]

/// A number as written.
struct ScannedNumber {
  var value: Double
  var text: String
  var mantissa: String
  var exponent: Int
  var negative: Bool
  /// Whether every digit before the exponent is 0.
  var isZero: Bool

  /// The number in units of this size. Powers of ten are added to the exponent, so that `8.03 B` is the same
  /// double as 8.03e9 and not its neighbour.
  func times(_ scale: Double) -> Double {
    guard let power = powersOfTen[scale] else { return value * scale }
    return Double("\(mantissa)e\(exponent + power)") ?? .infinity
  }
}

/// Exponents of the powers of ten that units have.
private let powersOfTen: [Double: Int] = {
  var powers: [Double: Int] = [:]
  for power in -9...24 {
    if let value = Double("1e\(power)") { powers[value] = power }
  }
  return powers
}()

/// Takes `12`, `2.9` or `1e-5` off the front of `rest`.
func scanNumber(_ rest: inout Substring, of whole: String) throws(QuantityError) -> ScannedNumber {
  let negative = rest.first == "-" || rest.first == "\u{2212}"
  if negative { rest = rest.dropFirst() }
  let word = rest.prefix { $0.isLetter || $0 == "." }.lowercased()
  if ["nan", "inf", "infinity", ".nan", ".inf"].contains(word) { throw .notFinite(whole) }

  var mantissa = takeDigits(&rest)
  if mantissa.isEmpty {
    let help = rest.first == "." ? "write a digit before the point: 0\(rest)" : "write a number, such as 2.9"
    throw .notANumber(whole, help: help)
  }
  if let separator = rest.first, "_,'".contains(separator), rest.dropFirst().first?.isDigit == true {
    throw .separators(whole, suggestion: withoutSeparators(mantissa, rest))
  }
  if rest.first == "." {
    rest = rest.dropFirst()
    let fraction = takeDigits(&rest)
    if fraction.isEmpty { throw .notANumber(whole, help: "write a digit after the point: \(mantissa).0") }
    mantissa += "." + fraction
  }
  var text = mantissa
  var power = 0
  if let e = rest.first, e == "e" || e == "E" {
    var ahead = rest.dropFirst()
    var exponent = ""
    if let sign = ahead.first, sign == "+" || sign == "-" {
      exponent = String(sign)
      ahead = ahead.dropFirst()
    }
    let digits = takeDigits(&ahead)
    // Otherwise the letter begins a unit, as in `2EFLOP/s`.
    if !digits.isEmpty {
      text += "e" + exponent + digits
      // Beyond any double either way; kept within an Int so that more can be added to it.
      power = (exponent == "-" ? -1 : 1) * min(Int(digits) ?? 1_000_000, 1_000_000)
      rest = ahead
    }
  }
  let isZero = mantissa.allSatisfy { $0 == "0" || $0 == "." }
  // The grammar above admits only what `Double` reads; it gives infinity or 0 for exponents out of range.
  let value = Double(text) ?? .infinity
  guard value.isFinite else { throw .tooLarge(whole) }
  return ScannedNumber(
    value: value, text: text, mantissa: mantissa, exponent: power, negative: negative, isZero: isZero)
}

private func takeDigits(_ rest: inout Substring) -> String {
  let digits = rest.prefix(while: \.isDigit)
  rest = rest[digits.endIndex...]
  return String(digits)
}

private func withoutSeparators(_ start: String, _ rest: Substring) -> String {
  var groups = [start]
  var ahead = rest
  var unit = ""
  while let separator = ahead.first, "_,'".contains(separator), ahead.dropFirst().first?.isDigit == true {
    ahead = ahead.dropFirst()
    groups.append(takeDigits(&ahead))
  }
  unit = String(ahead)
  if rest.first == ",", groups.count == 2, groups[1].count != 3 {
    return "use a decimal point: \(groups[0]).\(groups[1])\(unit)"
  }
  return "write the digits together: \(groups.joined())\(unit)"
}

extension Character {
  /// ASCII only: `isNumber` would take `½` and Arabic digits, which `Double` does not read.
  var isDigit: Bool { "0" <= self && self <= "9" && isASCII }
  /// Blanks within a line, with the no-break ones that come with text copied from web pages.
  var isBlank: Bool { self == " " || self == "\t" || self == "\u{00A0}" || self == "\u{202F}" }
}

extension String {
  var trimmingBlanks: String {
    var part = self[...]
    while let first = part.first, first.isBlank || first.isNewline { part = part.dropFirst() }
    while let last = part.last, last.isBlank || last.isNewline { part = part.dropLast() }
    return String(part)
  }
}
