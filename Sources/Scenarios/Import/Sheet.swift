import Quantities

/// A table as CSV, whose first line names the columns as they are here.
struct Sheet {
  private let source: SourceText
  private let columns: [String]
  /// How a row is to be mended that has another number of fields.
  private let blank: String

  init(_ source: SourceText, _ columns: [String], blank: String = "leave empty what is unknown") {
    self.source = source
    self.columns = columns
    self.blank = blank
  }

  /// Every row that can be read; what is wrong with the others is noted.
  func rows<T>(_ problems: inout [Diagnostic], _ build: (inout SheetRow) -> T) -> [T] {
    let records = CSVText.parse(source, &problems)
    guard let header = records.first, header.map(\.text) == columns else {
      let first = records.first?.first
      problems.append(
        Diagnostic(
          .error, records.isEmpty ? "the file is empty" : "the first line does not name the columns",
          help: "begin with: \(columns.joined(separator: ","))",
          at: first.map { source.place(line: $0.line, column: $0.column) } ?? source.place))
      return []
    }
    let before = problems.count
    var rows: [T] = []
    for record in records.dropFirst() where problems.count - before < Reading.limit {
      guard record.count == columns.count else {
        problems.append(
          Diagnostic(
            .error, "this line has \(record.count) fields, and there are \(columns.count) columns",
            help: "quote a field that has a comma in it; \(blank)",
            at: record.first.map { source.place(line: $0.line, column: $0.column) }))
        continue
      }
      var row = SheetRow(source: source, first: record[0], Dictionary(uniqueKeysWithValues: zip(columns, record)))
      let value = build(&row)
      if row.problems.isEmpty { rows.append(value) }
      problems += row.problems
    }
    return rows
  }

  /// The rows of a table of facts: there is one at least, and the first cell names each once.
  func facts<T>(_ problems: inout [Diagnostic], _ build: (inout SheetRow) -> T) -> [T] {
    var seen: [String: Int] = [:]
    let facts = rows(&problems) { row in
      let name = row.first.text
      if let first = seen.updateValue(row.first.line, forKey: name) {
        row.problem("\(quoted(name)) is given twice, first in line \(first)", "keep one of them", columns[0])
      }
      return build(&row)
    }
    if problems.isEmpty, facts.isEmpty {
      problems.append(
        Diagnostic(
          .error, "there is no row below the names of columns", help: "add one, or take the file away", at: source.place
        ))
    }
    return facts
  }
}

/// One row of a sheet: reads its cells and keeps what is wrong with them. An empty cell is unknown.
struct SheetRow {
  private let source: SourceText
  fileprivate let first: CSVText.Field
  private let fields: [String: CSVText.Field]
  private(set) var problems: [Diagnostic] = []

  fileprivate init(source: SourceText, first: CSVText.Field, _ fields: [String: CSVText.Field]) {
    self.source = source
    self.first = first
    self.fields = fields
  }

  var place: Place { source.place(line: first.line, column: first.column) }

  mutating func problem(_ message: String, _ help: String, _ column: String) {
    let place = fields[column].map { source.place(line: $0.line, column: $0.column) }
    problems.append(Diagnostic(.error, message, help: help, at: place))
  }

  /// A cell as it is written.
  func cell(_ column: String) -> String { fields[column]?.text ?? "" }

  func word(_ column: String) -> String? {
    let text = cell(column)
    return text.allSatisfy(\.isWhitespace) ? nil : text
  }

  mutating func text(_ column: String) -> String {
    if let text = word(column) { return text }
    problem("'\(column)' is empty", "every line says it", column)
    return ""
  }

  mutating func number(_ column: String) -> Double? {
    let text = text(column)
    guard !text.isEmpty else { return nil }
    do {
      return try Quantity<BareNumber>.parse(text).value
    } catch {
      problem("'\(column)': \(error.message)", "write a plain number above 0", column)
      return nil
    }
  }

  /// A whole number from 1 to a billion.
  mutating func whole(_ column: String) -> Int {
    guard let number = number(column) else { return 1 }
    guard number >= 1, number <= 1e9, number.rounded() == number else {
      problem("'\(column)' is \(cell(column))", "write a whole number above 0", column)
      return 1
    }
    return Int(number)
  }

  mutating func choice<E: RawRepresentable & CaseIterable>(_ column: String, _ type: E.Type) -> E?
  where E.RawValue == String {
    let text = cell(column)
    if let value = E(rawValue: text) { return value }
    let all = E.allCases.map(\.rawValue)
    let near = Spelling.nearest(to: text, among: all).map { "did you mean '\($0)'? " } ?? ""
    problem(
      "'\(column)' is \(quoted(text)), which is not known", "\(near)one of: \(all.joined(separator: ", "))", column)
    return nil
  }
}
