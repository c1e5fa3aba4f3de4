/// A table for a README, an issue or a wiki.
public enum Markdown {
  public static func text<Row>(_ columns: [Column<Row>], _ rows: [Row]) -> String {
    let columns = columns.filter { $0.kind != .json }
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
    return line(columns.map { escaped($0.name) })
      + line(columns.map { $0.alignment == .right ? "---:" : "---" })
      + rows.map { row in line(columns.map { escaped($0.value(row).shown) }) }.joined()
  }

  /// Text that a Markdown reader would take for a table's border or for markup.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.printable.unicodeScalars {
      if "\\|`*_<".unicodeScalars.contains(scalar) { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    return result
  }
}
