import Scenarios

/// How a spreadsheet wants its CSV.
public struct CSVDialect: Sendable, Hashable {
  public var delimiter: Character
  public var decimal: Character
  /// Some spreadsheets take a file for UTF-8 only when it opens with one.
  public var byteOrderMark: Bool

  /// What `--csv-delimiter` may be.
  public static let delimiters: [Character] = [",", ";", "\t", "|"]
  public static let decimals: [Character] = [".", ","]

  public init(delimiter: Character = ",", decimal: Character = ".", byteOrderMark: Bool = false) {
    self.delimiter = delimiter
    self.decimal = decimal
    self.byteOrderMark = byteOrderMark
  }
}

/// RFC 4180: a header always, CRLF after every record, quotes where a field needs them.
public enum CSV {
  public static func text<Row>(_ columns: [Column<Row>], _ rows: [Row], _ dialect: CSVDialect = CSVDialect())
    -> String
  {
    header(columns, dialect) + records(columns, rows, dialect)
  }

  public static func header<Row>(_ columns: [Column<Row>], _ dialect: CSVDialect = CSVDialect()) -> String {
    var text = dialect.byteOrderMark ? "\u{FEFF}" : ""
    write(columns.filter { $0.kind != .json }.map { .text($0.name) }, dialect, to: &text)
    return text
  }

  /// Rows alone, for files that are written in parts.
  public static func records<Row>(
    _ columns: [Column<Row>], _ rows: [Row], _ dialect: CSVDialect = CSVDialect()
  ) -> String {
    let columns = columns.filter { $0.kind != .json }
    var text = ""
    for row in rows { write(columns.map { $0.value(row) }, dialect, to: &text) }
    return text
  }

  private static func write(_ cells: [Cell], _ dialect: CSVDialect, to text: inout String) {
    for (i, cell) in cells.enumerated() {
      if i > 0 { text.append(dialect.delimiter) }
      text += field(cell, dialect)
    }
    text += "\r\n"
  }

  static func field(_ cell: Cell, _ dialect: CSVDialect) -> String {
    switch cell {
    case .text(let value): quoted(neutralized(value), dialect)
    case .number where dialect.decimal != ".":
      // A number that carries the delimiter would be two fields; `CSVDialect` users are kept from asking for it.
      quoted((cell.exact ?? "").replacing(".", with: dialect.decimal), dialect)
    default: quoted(cell.exact ?? "", dialect)
    }
  }

  /// A spreadsheet takes text that starts so for a formula and would run it; an apostrophe makes it text again.
  /// Never applied to numbers: -1 is a number.
  static func neutralized(_ text: String) -> String { ResultTable.looksLikeFormula(text) ? "'" + text : text }

  // Scalars, not characters: CR LF is one character and would hide from a search for LF.
  private static func quoted(_ field: String, _ dialect: CSVDialect) -> String {
    let special: [Unicode.Scalar] = ["\"", "\r", "\n"] + dialect.delimiter.unicodeScalars
    guard field.unicodeScalars.contains(where: special.contains) else { return field }
    var text = "\""
    for scalar in field.unicodeScalars {
      if scalar == "\"" { text += "\"" }
      text.unicodeScalars.append(scalar)
    }
    return text + "\""
  }
}

extension String {
  fileprivate func replacing(_ old: Character, with new: Character) -> String {
    String(map { $0 == old ? new : $0 })
  }
}
