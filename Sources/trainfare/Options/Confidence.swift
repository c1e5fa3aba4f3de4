import Scenarios

extension OptionReader {
  /// How surely a limit has to be kept to: `90%` or `0.9`.
  mutating func confidence(_ text: String?) -> Double? {
    guard let text else { return nil }
    let isPercent = text.hasSuffix("%"), digits = isPercent ? String(text.dropLast()) : text
    guard let value = Double(digits.filter { $0 != " " }), case let part = isPercent ? value / 100 : value,
      (0.5...0.99).contains(part)
    else {
      problem(
        "'\(text)' is not a part from 50% to 99%", help: "write it like 90%", option: "--confidence", text: text)
      return nil
    }
    return part
  }
}
