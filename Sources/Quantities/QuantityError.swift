/// Why a text is not an amount. The facts are the cases; the sentences are made here.
public enum QuantityError: Error, Hashable, Sendable {
  case empty(dimension: String, example: String)
  case notANumber(String, help: String)
  /// NaN and infinities, which other readers would take for numbers.
  case notFinite(String)
  /// More than anything is, or than a double holds.
  case tooLarge(String)
  /// Above zero, but next to nothing.
  case tooSmall(String)
  /// `-3 GB`, and `-0` too.
  case negative(String)
  case zero(String)
  /// `1,000`, `1_000` or a decimal comma.
  case separators(String, suggestion: String)
  case missingUnit(String, dimension: String, units: [String])
  case wrongDimension(String, unit: String, is: String, wanted: String, help: String)
  case unknownUnit(String, unit: String, dimension: String, help: String)

  /// What is wrong, without a trailing full stop.
  public var message: String {
    switch self {
    case .empty(let dimension, _): "no \(dimension) is given"
    case .notANumber(let text, _): "\(shown(text)) does not start with a number"
    case .notFinite(let text): "\(shown(text)) is not a finite number"
    case .tooLarge(let text): "\(shown(text)) is too large"
    case .tooSmall(let text): "\(shown(text)) is too small to tell from zero"
    case .negative(let text): "\(shown(text)) has a minus sign"
    case .zero(let text): "\(shown(text)) is not above zero"
    case .separators(let text, _): "\(shown(text)) has separators between its digits"
    case .missingUnit(let text, let dimension, _): "\(shown(text)) has no unit, and \(dimension) is due here"
    case .wrongDimension(let text, _, let found, let wanted, _):
      "\(shown(text)) is \(found), and \(wanted) is due here"
    case .unknownUnit(let text, let unit, let dimension, _):
      "\(shown(unit)) in \(shown(text)) is not a unit of \(dimension)"
    }
  }

  /// What would have worked.
  public var help: String {
    switch self {
    case .empty(_, let example): "write a number and a unit, such as '\(example)'"
    case .notANumber(_, let help): help
    case .notFinite: "write a plain number; leave out what is unknown"
    case .tooLarge, .tooSmall: "check the exponent and the unit"
    case .negative: "amounts here are never negative"
    case .zero: "leave out what is unknown; 0 does not stand for it"
    case .separators(_, let suggestion): suggestion
    case .missingUnit(_, _, let units): "add a unit: \(units.joined(separator: ", "))"
    case .wrongDimension(_, _, _, _, let help): help
    case .unknownUnit(_, _, _, let help): help
    }
  }

  /// Quotes what a user wrote, shortened and without characters that a terminal would obey.
  private func shown(_ text: String) -> String {
    var clean = ""
    for scalar in text.unicodeScalars.prefix(40) {
      clean.unicodeScalars.append(scalar.value < 32 || (127..<160).contains(scalar.value) ? " " : scalar)
    }
    return "'\(clean)\(text.unicodeScalars.count > 40 ? "…" : "")'"
  }
}
