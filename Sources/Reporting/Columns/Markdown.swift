import Quantities

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
    var result = "", wasBracket = false
    for scalar in text.printable.unicodeScalars {
      // [text](address) is a link wherever it stands; brackets alone are not.
      if "\\|`*_<".unicodeScalars.contains(scalar) || wasBracket && "([".unicodeScalars.contains(scalar) {
        result += "\\"
      }
      wasBracket = scalar == "]"
      result.unicodeScalars.append(scalar)
    }
    return result
  }
}
