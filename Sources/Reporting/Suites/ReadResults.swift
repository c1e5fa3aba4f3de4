import Scenarios

extension SuiteRow {
  /// What a file must have to be read back as results.
  public static let needed = ["suite", "case", "model", "instance", "feasible"]

  /// What of a text does not fit its column.
  public static func problem(_ column: String, _ text: String) -> (message: String, help: String?)? {
    guard let index = index[column], cell(text, ResultColumns.all[index].kind) == nil else { return nil }
    let due =
      switch ResultColumns.all[index].kind {
      case .bool: "true or false"
      case .integer: "a whole number"
      default: "a number with a decimal point"
      }
    return ("'\(text.prefix(40))' is no \(column): \(due) is due here", nil)
  }

  private static func cell(_ text: String, _ kind: Column<ResultRow>.Kind) -> Cell? {
    switch kind {
    case .text: .text(text)
    case .integer: Int(text).map(Cell.integer)
    case .number, .fraction: Double(text).flatMap { $0.isFinite ? .number($0) : nil }
    case .bool: text == "true" ? .bool(true) : text == "false" ? .bool(false) : nil
    case .json: .json(text)
    }
  }

  /// The rows of a file. Columns that results do not have are left out; those that the file does not have are unknown.
  public static func rows(_ table: ResultTable) -> [SuiteRow] {
    let places = table.columns.map { index[$0] }
    return table.rows.map { texts in
      var row = SuiteRow(cells: ResultColumns.all.map { _ in .unknown })
      for (place, text) in zip(places, texts) {
        guard let place, let text, let value = cell(text, ResultColumns.all[place].kind) else { continue }
        row.cells[place] = value
      }
      return row
    }
  }
}
