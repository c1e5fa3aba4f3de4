import Quantities
import Scenarios

/// Reads the texts of options and gathers all that is wrong with them, so that one run tells everything.
struct OptionReader {
  private(set) var problems: [Diagnostic] = []

  mutating func attempt<T>(_ work: () throws(Diagnostics) -> T) -> T? {
    do {
      return try work()
    } catch {
      problems += error.all
      return nil
    }
  }

  /// `key=value,…`, as a key of a file takes it in the same words.
  mutating func pairs<T: PairsText>(_ text: String?, _ option: String) -> T? {
    guard let text else { return nil }
    return attempt { () throws(Diagnostics) in try T(parsing: text, option: option) }
  }

  mutating func problem(_ message: String, help: String?, option: String, text: String? = nil) {
    let place = Place(file: option, column: 1, lineText: text)
    problems.append(Diagnostic(.error, message, help: help, at: place))
  }

  mutating func quantity<U: Unit>(_ text: String?, _ option: String, _ unit: U.Type = U.self) -> Quantity<U>? {
    guard let text else { return nil }
    do {
      return try Quantity<U>.parse(text)
    } catch {
      problem(error.message, help: error.help, option: option, text: text)
      return nil
    }
  }

  mutating func tokens(_ text: String?, _ option: String) -> Count? {
    guard let count: Count = quantity(text, option) else { return nil }
    if !Job.possibleTokens.contains(count.value) {
      problem("that is \(count.formatted) tokens", help: Job.tokensHelp, option: option, text: text)
    }
    return count
  }

  /// The parts of lists with commas, each once.
  ///
  /// - Parameter part: what one of them is, for what is said where it is missing.
  mutating func names(_ lists: [String], _ option: String, part: String = "a part of the list") -> [String] {
    var names: [String] = []
    for text in lists {
      for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
        let name = piece.trimmingBlanks
        if name.isEmpty {
          problem("\(part) is missing", help: "write it like A,B", option: option, text: text)
        } else if names.contains(name) {
          problem("\(name) is named twice", help: "name it once", option: option, text: text)
        } else {
          names.append(name)
        }
      }
    }
    return names
  }

  /// A price; a bare number means dollars an hour.
  mutating func rate(_ text: String, _ option: String) -> DollarRate? {
    let isBare = text.unicodeScalars.last.map { ("0"..."9").contains($0) } ?? false
    let rate: DollarRate? = quantity(isBare ? text + " USD/h" : text, option)
    guard let rate, rate.perHour > DollarRate.highest else { return rate }
    problem("a price of \(text)", help: DollarRate.highestHelp, option: option, text: text)
    return nil
  }

  mutating func int(_ text: String?, _ option: String, atMost limit: Int = 100_000_000) -> Int? {
    guard let text else { return nil }
    let isWhole =
      !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard isWhole, let value = Int(text), value >= 1, value <= limit else {
      problem(
        "'\(text)' is not a whole number from 1 to \(limit)", help: "write digits only, such as 1024",
        option: option, text: text)
      return nil
    }
    return value
  }

  mutating func choice<E: RawRepresentable>(_ text: String?, _ option: String, among allowed: [E]) -> E?
  where E.RawValue == String {
    guard let text else { return nil }
    if let value = allowed.first(where: { $0.rawValue == text }) { return value }
    unknown(text, option, among: allowed.map(\.rawValue))
    return nil
  }

  /// `full`, or `full:4`.
  mutating func recompute(_ text: String?, _ option: String) -> Recompute? {
    guard let text else { return nil }
    if let found = Recompute(rawValue: text) { return found }
    if text.contains(":") {
      problem("'\(text)' is not known here", help: Recompute.partHelp, option: option, text: text)
    } else {
      unknown(text, option, among: Recompute.allCases.map(\.rawValue))
    }
    return nil
  }

  mutating func unknown(_ text: String, _ option: String, among words: [String]) {
    let near = Spelling.nearest(to: text, among: words).map { "did you mean '\($0)'? " } ?? ""
    problem(
      "'\(text)' is not known here", help: "\(near)one of: \(words.joined(separator: ", "))",
      option: option, text: text)
  }

  func finish() throws(Stop) {
    if !problems.isEmpty { throw .usage(problems) }
  }
}
