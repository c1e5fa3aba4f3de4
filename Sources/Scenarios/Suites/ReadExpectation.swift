import Quantities

extension Expectation {
  /// What may be expected, with the unit that a value may carry besides the column's own.
  static let numbers: [(column: String, unit: any Unit.Type)] = [
    ("step_time_s", SecondUnit.self), ("wall_time_s", SecondUnit.self), ("tokens_per_s", CountRateUnit.self),
    ("mfu_fraction", CountUnit.self), ("cost_usd", DollarUnit.self),
    ("usd_per_million_tokens", DollarUnit.self), ("memory_bytes", ByteUnit.self),
    ("instances", CountUnit.self), ("chips", CountUnit.self), ("goodput_fraction", CountUnit.self),
    ("input_wait_s", SecondUnit.self), ("checkpoint_stall_s", SecondUnit.self), ("energy_j", JouleUnit.self),
    ("co2e_kg", KilogramUnit.self),
  ]

  static func read(_ fields: Fields) -> [Expectation] {
    var all: [Expectation] = []
    func add(_ column: String, _ bound: Bound?, _ text: String, _ tree: Tree) {
      guard let bound else { return }
      // The blank that `>=` left behind when it became one sign.
      let text = text.hasPrefix("≥  ") ? "≥ " + text.dropFirst(3) : text
      all.append(Expectation(column: column, bound: bound, text: text, place: tree.place))
    }
    if let (text, tree) = fields.word("feasible", expected: "true or false") {
      add("feasible", fields.bool("feasible").map { .isTrue($0) }, text, tree)
    }
    for (column, unit) in numbers {
      guard let (text, tree) = fields.word(column, expected: "a bound") else { continue }
      do {
        add(column, try bound(text, unit), text, tree)
      } catch {
        fields.reading.error("'\(column)': \(error.message)", help: error.help, at: tree)
      }
    }
    if let (text, tree) = fields.word("bottleneck", expected: "words") {
      add("bottleneck", .word(text), text, tree)
    }
    if let (text, tree) = fields.word("why_not", expected: "words") {
      add("why_not", .word(text), text, tree)
    }
    return all
  }

  struct Problem: Error {
    var message: String
    var help: String
  }

  private static let forms = "write '<= 2 M', '≥ 400 k', '18.1 ± 5%' or '17 … 19'"

  /// `<= X`, `>= X`, `X ± 5%`, `X ± Y`, `X … Y`.
  private static func bound(
    _ text: String, _ unit: any Unit.Type
  ) throws(Problem) -> Bound {
    func number(_ text: Substring) throws(Problem) -> Double {
      // The unit of the column's own dimension comes first: `80 B` is eighty bytes where bytes are due.
      do {
        return try amount(String(text), unit)
      } catch {
        if let bare = try? Count.parse(String(text), allowingZero: true).value { return bare }
        throw Problem(message: error.message, help: error.help)
      }
    }
    var rest = text[...].trimmed
    for (sign, isMost) in [("<=", true), ("≤", true), (">=", false), ("≥", false)] where rest.hasPrefix(sign) {
      rest = rest.dropFirst(sign.count).trimmed
      let limit = try number(rest)
      return isMost ? .atMost(limit) : .atLeast(limit)
    }
    for sign in ["±", "+/-"] {
      guard let range = rest.split(sign) else { continue }
      let middle = try number(range.0)
      if range.1.hasSuffix("%") {
        let percent = try number(range.1.dropLast().trimmed)
        return .between(middle * (1 - percent / 100), middle * (1 + percent / 100))
      }
      let spread = try number(range.1)
      return .between(middle - spread, middle + spread)
    }
    for sign in ["…", "..."] {
      guard let range = rest.split(sign) else { continue }
      let (low, high) = (try number(range.0), try number(range.1))
      guard low <= high else { throw Problem(message: "\(quoted(text)) ends before it begins", help: forms) }
      return .between(low, high)
    }
    throw Problem(message: "\(quoted(text)) is no bound", help: forms)
  }
}

private func amount<U: Unit>(_ text: String, _ unit: U.Type) throws(QuantityError) -> Double {
  try Quantity<U>.parse(text).value
}

extension Substring {
  fileprivate var trimmed: Substring {
    var part = self
    while part.first == " " { part = part.dropFirst() }
    while part.last == " " { part = part.dropLast() }
    return part
  }

  /// What stands before and after a sign, nil where it does not occur.
  fileprivate func split(_ sign: String) -> (Substring, Substring)? {
    guard let range = firstRange(of: sign) else { return nil }
    return (self[..<range.lowerBound].trimmed, self[range.upperBound...].trimmed)
  }
}
