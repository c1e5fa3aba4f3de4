import Quantities

/// A small table of facts as CSV, whose first line names the columns as they are here.
struct Sheet {
  private let source: SourceText
  private let columns: [String]

  init(_ source: SourceText, _ columns: [String]) {
    self.source = source
    self.columns = columns
  }

  /// Every row that can be read; what is wrong with the others, and that the first cell names a row once, is noted.
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
    var rows: [T] = []
    var seen: [String: Int] = [:]
    for record in records.dropFirst() where problems.count < Reading.limit {
      let place = record.first.map { source.place(line: $0.line, column: $0.column) }
      guard record.count == columns.count else {
        problems.append(
          Diagnostic(
            .error, "this line has \(record.count) fields, and there are \(columns.count) columns",
            help: "quote a field that has a comma in it; leave empty what is unknown", at: place))
        continue
      }
      if let first = seen.updateValue(record[0].line, forKey: record[0].text) {
        problems.append(
          Diagnostic(
            .error, "\(quoted(record[0].text)) is given twice, first in line \(first)", help: "keep one of them",
            at: place))
        continue
      }
      var row = SheetRow(source: source, fields: Dictionary(uniqueKeysWithValues: zip(columns, record)))
      let value = build(&row)
      if row.problems.isEmpty { rows.append(value) }
      problems += row.problems
    }
    if problems.isEmpty, rows.isEmpty {
      problems.append(
        Diagnostic(
          .error, "there is no row below the names of columns", help: "add one, or take the file away", at: source.place
        ))
    }
    return rows
  }
}

/// One row of a sheet: reads its cells and keeps what is wrong with them. An empty cell is unknown.
struct SheetRow {
  let source: SourceText
  let fields: [String: CSVText.Field]
  private(set) var problems: [Diagnostic] = []

  init(source: SourceText, fields: [String: CSVText.Field]) {
    self.source = source
    self.fields = fields
  }

  private mutating func note(_ message: String, _ help: String, _ column: String) {
    let place = fields[column].map { source.place(line: $0.line, column: $0.column) }
    problems.append(Diagnostic(.error, message, help: help, at: place))
  }

  /// A value that can be read and cannot be.
  mutating func problem(_ message: String, _ help: String, _ column: String) { note(message, help, column) }

  func word(_ column: String) -> String? {
    guard let text = fields[column]?.text, !text.allSatisfy(\.isWhitespace) else { return nil }
    return text
  }

  mutating func text(_ column: String) -> String {
    if let text = word(column) { return text }
    note("'\(column)' is empty", "every line says it", column)
    return ""
  }

  mutating func number(_ column: String) -> Double? {
    let text = text(column)
    guard !text.isEmpty else { return nil }
    do {
      return try Quantity<BareNumber>.parse(text).value
    } catch {
      note("'\(column)': \(error.message)", "write a plain number above 0", column)
      return nil
    }
  }

  mutating func choice<E: RawRepresentable & CaseIterable>(_ column: String, _ type: E.Type) -> E?
  where E.RawValue == String {
    let text = text(column)
    if text.isEmpty { return nil }
    if let value = E(rawValue: text) { return value }
    let all = E.allCases.map(\.rawValue)
    let near = Spelling.nearest(to: text, among: all).map { "did you mean '\($0)'? " } ?? ""
    note("'\(column)' is \(quoted(text)), which is not known", "\(near)one of: \(all.joined(separator: ", "))", column)
    return nil
  }
}
