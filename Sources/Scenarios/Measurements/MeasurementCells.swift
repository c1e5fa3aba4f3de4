import Quantities

/// Reads the cells of one row and keeps what is wrong with them. An empty cell is unknown.
struct MeasurementCells {
  let source: SourceText
  private(set) var problems: [Diagnostic] = []

  init(source: SourceText) { self.source = source }

  private mutating func note(_ message: String, _ help: String, _ field: CSVText.Field) {
    problems.append(
      Diagnostic(.error, message, help: help, at: source.place(line: field.line, column: field.column)))
  }

  func word(_ field: CSVText.Field?) -> String? {
    guard let text = field?.text, !text.utf8.allSatisfy({ $0 == UInt8(ascii: " ") }) else { return nil }
    return text
  }

  /// What no row may leave open.
  mutating func due(_ field: CSVText.Field?, _ column: MeasurementColumn) -> String {
    if let text = word(field) { return text }
    if let field { note("'\(column.rawValue)' is empty", "every run says it", field) }
    return ""
  }

  mutating func metric(_ field: CSVText.Field?) -> Measurement.Metric? {
    if word(field) == nil { _ = due(field, .metric) }
    return choice(field, .metric)
  }

  /// One of some words.
  mutating func choice<T: RawRepresentable & CaseIterable>(_ field: CSVText.Field?, _ column: MeasurementColumn) -> T?
  where T.RawValue == String {
    guard let field, let text = word(field) else { return nil }
    if let known = T(rawValue: text) { return known }
    let all = T.allCases.map(\.rawValue)
    let near = Spelling.nearest(to: text, among: all).map { "did you mean '\($0)'? " } ?? ""
    note(
      "'\(column.rawValue)' is \(quoted(text)), which is not known", "\(near)one of: \(all.joined(separator: ", "))",
      field)
    return nil
  }

  mutating func number(_ field: CSVText.Field?, _ column: MeasurementColumn) -> Double? {
    guard let field, let text = word(field) else { return nil }
    // Nearly every cell is a plain number; whatever is not is told by those who know all that can be wrong.
    if text.utf8.allSatisfy(MeasurementCells.isPlain), let value = Double(text), (1e-30...1e30).contains(value) {
      return value
    }
    do {
      return try Quantity<BareNumber>.parse(text).value
    } catch {
      note(
        "'\(column.rawValue)': \(error.message)", "write a plain number, or nothing where it is not known", field)
      return nil
    }
  }

  /// A whole number; `16.0` is one too, since programs write whole columns so when one of their cells is empty.
  mutating func int(_ field: CSVText.Field?, _ column: MeasurementColumn) -> Int? {
    guard let value = number(field, column), let field else { return nil }
    guard value == value.rounded(), value <= 1e9 else {
      note(
        "'\(column.rawValue)' is \(quoted(field.text))",
        "it is a whole number above zero and at most 1000000000", field)
      return nil
    }
    return Int(value)
  }

  /// What is written as on the command line.
  mutating func parsed<T>(_ field: CSVText.Field?, _ parse: (String) throws(Diagnostics) -> T) -> T? {
    guard let field, let text = word(field) else { return nil }
    do {
      return try parse(text)
    } catch {
      let place = source.place(line: field.line, column: field.column)
      problems += error.all.map { Diagnostic(.error, $0.message, help: $0.help, at: place) }
      return nil
    }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: ".")
  }
}
