import Quantities

/// The typed values of docs/Files.md, each parsed here from its text.
extension Fields {
  func text(_ key: String) -> String? {
    guard let (text, tree) = word(key, expected: "a text") else { return nil }
    guard text.contains(where: { !$0.isWhitespace }) else {
      reading.error("'\(key)' is blank", help: "leave out what is unknown", at: tree)
      return nil
    }
    return text
  }

  func texts(_ key: String) -> [String]? {
    list(key)?.compactMap { word($0, called: key, expected: "texts") }
  }

  /// The name of another file: its stem.
  func name(_ key: String) -> (text: String, tree: Tree)? {
    guard let (text, tree) = word(key, expected: "a name") else { return nil }
    return (text, tree)
  }

  /// A whole number above zero, small enough that products of a few of them stay exact.
  func int(_ key: String, in range: ClosedRange<Int> = 1...1_000_000_000) -> Int? {
    guard let (text, tree) = word(key, expected: "a whole number") else { return nil }
    return int(text, called: key, in: range, at: tree)
  }

  func int(_ text: String, called name: String, in range: ClosedRange<Int>, at tree: Tree) -> Int? {
    let digits = text.utf8.drop { $0 == UInt8(ascii: "-") }
    guard !digits.isEmpty, digits.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else {
      reading.error(
        "'\(name)' takes a whole number, not \(quoted(text))", help: wholeNumberHelp(text, range), at: tree)
      return nil
    }
    // More digits than an Int holds is out of range like any other.
    guard let value = Int(text), range.contains(value) else {
      let bounds =
        range.lowerBound == 1 && range.upperBound == 1_000_000_000
        ? "above zero and at most 1000000000" : "from \(range.lowerBound) to \(range.upperBound)"
      reading.error("'\(name)' is \(quoted(text))", help: "it is a whole number \(bounds)", at: tree)
      return nil
    }
    return value
  }

  private func wholeNumberHelp(_ text: String, _ range: ClosedRange<Int>) -> String {
    if let count = try? Count.parse(text).value, count == count.rounded(), count <= Double(range.upperBound) {
      return "write \(Int(count))"
    }
    let joined = text.filter { !"_, '".contains($0) }
    if joined != text, let value = Int(joined) { return "write \(value)" }
    return "write digits only"
  }

  func bool(_ key: String) -> Bool? {
    guard let (text, tree) = word(key, expected: "true or false") else { return nil }
    switch text {
    case "true": return true
    case "false": return false
    default:
      reading.error(
        "'\(key)' takes true or false, not \(quoted(text))", help: "write true or false", at: tree)
      return nil
    }
  }

  /// One word of an enumeration; `allowed` narrows it where not all of its words are meant.
  func choice<E: RawRepresentable & CaseIterable>(
    _ key: String, _ type: E.Type, called name: String? = nil, allowed: [E]? = nil
  ) -> E?
  where E.RawValue == String {
    guard let (text, tree) = word(key, expected: "one word") else { return nil }
    return choice(text, called: name ?? key, allowed: allowed ?? Array(E.allCases), at: tree)
  }

  func choice<E: RawRepresentable>(_ text: String, called name: String, allowed: [E], at tree: Tree) -> E?
  where E.RawValue == String {
    if let value = allowed.first(where: { $0.rawValue == text }) { return value }
    let words = allowed.map(\.rawValue)
    let near = Spelling.nearest(to: text, among: words).map { "did you mean '\($0)'? " } ?? ""
    reading.error(
      "'\(name)' is \(quoted(text)), which is not known",
      help: "\(near)one of: \(words.joined(separator: ", "))",
      at: tree)
    return nil
  }

  func choices<E: RawRepresentable & CaseIterable>(_ key: String, _ type: E.Type) -> [E]?
  where E.RawValue == String {
    list(key)?.compactMap { item in
      word(item, called: key, expected: "words").flatMap {
        choice($0, called: key, allowed: Array(E.allCases), at: item)
      }
    }
  }

  /// Above 0 and at most 1, or from 0 where zero has a meaning.
  func fraction(_ key: String, fromZero: Bool = false) -> Double? {
    guard let (text, tree) = word(key, expected: "a fraction") else { return nil }
    return fraction(text, called: key, fromZero: fromZero, at: tree)
  }

  func fraction(_ text: String, called name: String, fromZero: Bool = false, at tree: Tree) -> Double? {
    let range = fromZero ? "a number from 0 to 1" : "a number above 0 and at most 1"
    func failed(_ help: String) -> Double? {
      reading.error("'\(name)' takes \(range), not \(quoted(text))", help: help, at: tree)
      return nil
    }
    if text.hasSuffix("%"), let percent = Double(text.dropLast()), percent >= 0, percent <= 100 {
      return failed("write \(percent / 100)")
    }
    do {
      let value = try Quantity<FractionUnit>.parse(text, allowingZero: fromZero).value
      return value <= 1 ? value : failed("it cannot exceed 1")
    } catch {
      return failed(error.help)
    }
  }

  /// A number without a unit, zero or more.
  func number(_ key: String) -> Double? {
    guard let (text, tree) = word(key, expected: "a number") else { return nil }
    do {
      return try Quantity<FractionUnit>.parse(text, allowingZero: true).value
    } catch {
      reading.error("'\(key)' takes a number of zero or more, not \(quoted(text))", help: error.help, at: tree)
      return nil
    }
  }

  func quantity<U: Unit>(_ key: String, _ unit: U.Type = U.self, fromZero: Bool = false) -> Quantity<U>? {
    guard let (text, tree) = word(key, expected: "an amount") else { return nil }
    return quantity(text, called: key, fromZero: fromZero, at: tree)
  }

  func quantity<U: Unit>(
    _ text: String, called name: String, fromZero: Bool = false, at tree: Tree
  ) -> Quantity<U>? {
    do {
      return try Quantity<U>.parse(text, allowingZero: fromZero)
    } catch {
      reading.error("'\(name)': \(error.message)", help: error.help, at: tree)
      return nil
    }
  }

  /// An amount with what stands behind it: the file's own source, or its own `{value: …, source: …}`.
  func sourced<U: Unit>(_ key: String, _ unit: U.Type = U.self) -> Sourced<Quantity<U>>? {
    self[key].flatMap { sourced($0, called: key) }
  }

  func sourced<U: Unit>(_ tree: Tree, called name: String) -> Sourced<Quantity<U>>? {
    guard case .map = tree.content else {
      guard let text = word(tree, called: name, expected: "an amount"),
        let value: Quantity<U> = quantity(text, called: name, at: tree)
      else { return nil }
      return Sourced(value, origin: reading.origin(of: tree))
    }
    let fields = Fields(tree, keys: Keys.sourced, reading: reading)
    var origin = fields.ownOrigin
    guard let (text, place) = fields.word("value", expected: "an amount"),
      let value: Quantity<U> = quantity(text, called: name, at: place)
    else { return nil }
    if place.source.isOption { origin = reading.origin(of: place) }
    return Sourced(value, origin: origin)
  }

  /// Where a map's figures come from: its own `source`, `retrieved` and `note`, else the file's.
  var ownOrigin: Origin {
    var origin = reading.origin(of: tree)
    if let source = text("source") {
      origin.source = source
      if !has("retrieved") {
        error("another source needs its own 'retrieved'", help: "add 'retrieved: 2026-01-31'", at: "source")
      }
    }
    if let date = date("retrieved") { origin.retrieved = date }
    origin.note = text("note")
    return origin
  }

  /// `{bf16: 667 TFLOP/s, …}`: a value per number format, each read by `value`.
  func byType<Value>(_ key: String, _ value: (Tree, String) -> Value?) -> [DataType: Value]? {
    guard let tree = self[key] else { return nil }
    let keys = DataType.allCases.map { Key.may($0.rawValue) }
    let fields = Fields(tree, keys: keys, reading: reading)
    var values: [DataType: Value] = [:]
    for type in DataType.allCases {
      if let item = fields[type.rawValue], let read = value(item, "\(key).\(type.rawValue)") {
        values[type] = read
      }
    }
    if case .map(let entries) = tree.content, entries.isEmpty {
      reading.error(
        "'\(key)' is empty", help: "give at least one of: \(keys.map(\.name).joined(separator: ", "))",
        at: tree)
    }
    return values
  }

  /// `2026-01-31`.
  func date(_ key: String) -> String? {
    guard let (text, tree) = word(key, expected: "a date") else { return nil }
    guard FileDate.isValid(text) else {
      reading.error(
        "'\(key)' is \(quoted(text)), which is not a date", help: "write it like 2026-01-31", at: tree)
      return nil
    }
    return text
  }
}

/// A bare number, so that fractions are parsed by the same rules as amounts.
private enum FractionUnit: Unit {
  static let dimension = "fraction"
  static let spellings: [(symbol: String, scale: Double)] = [("", 1)]
}
