/// Fields between tabs, a row to a line, for `cut`, `awk` and pasting into a spreadsheet: nothing is quoted, and a tab or a line
/// break in a text becomes a blank.
public enum TSV {
  public static func text<Row>(_ columns: [Column<Row>], _ rows: [Row], _ dialect: CSVDialect = CSVDialect()) -> String
  {
    header(columns, dialect) + records(columns, rows, dialect)
  }

  public static func header<Row>(_ columns: [Column<Row>], _ dialect: CSVDialect = CSVDialect()) -> String {
    (dialect.byteOrderMark ? "\u{FEFF}" : "")
      + columns.filter { $0.kind != .json }.map(\.name).joined(separator: "\t") + "\n"
  }

  public static func records<Row>(
    _ columns: [Column<Row>], _ rows: [Row], _ dialect: CSVDialect = CSVDialect()
  ) -> String {
    let columns = columns.filter { $0.kind != .json }
    return rows.map { row in
      columns.map { field($0.value(row), dialect) }.joined(separator: "\t") + "\n"
    }.joined()
  }

  private static func field(_ cell: Cell, _ dialect: CSVDialect) -> String {
    switch cell {
    case .text(let text):
      // Scalars, not characters: CR LF is one character and would hide from a search for LF.
      var plain = String.UnicodeScalarView()
      for scalar in CSV.neutralized(text).unicodeScalars {
        plain.append(scalar == "\t" || scalar == "\n" || scalar == "\r" ? " " : scalar)
      }
      return String(plain)
    case .number: return String((cell.exact ?? "").map { $0 == "." ? dialect.decimal : $0 })
    default: return cell.exact ?? ""
    }
  }
}
