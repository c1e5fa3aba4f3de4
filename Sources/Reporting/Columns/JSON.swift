/// Results as one JSON object: who wrote it, and a row per option with the keys of the CSV; unknown is null.
public enum JSON {
  public static func text<Row>(_ columns: [Column<Row>], _ rows: [Row]) -> String {
    var text = "{\n"
    text += "  \"schema_version\": \(Release.schemaVersion),\n"
    text += "  \"tool\": \"trainfare\",\n"
    text += "  \"tool_version\": \(string(Release.version)),\n"
    text += "  \"rows\": ["
    text += rows.map { "\n" + object(columns, $0) }.joined(separator: ",")
    return text + (rows.isEmpty ? "]\n}\n" : "\n  ]\n}\n")
  }

  /// Each row an object on a line of its own: JSON Lines.
  public static func lines<Row>(_ columns: [Column<Row>], _ rows: [Row]) -> String {
    rows.map { row in
      "{" + columns.map { "\(string($0.name)):\(value($0.value(row)))" }.joined(separator: ",") + "}\n"
    }.joined()
  }

  private static func object<Row>(_ columns: [Column<Row>], _ row: Row) -> String {
    let members = columns.map { "      \(string($0.name)): \(value($0.value(row)))" }
    return "    {\n" + members.joined(separator: ",\n") + "\n    }"
  }

  private static func value(_ cell: Cell) -> String {
    switch cell {
    case .unknown: "null"
    case .json(let value): value
    case .text(let text): string(text)
    default: cell.exact ?? "null"
    }
  }

  static func string(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      // Line separators are legal in JSON and not in JavaScript, where it may be pasted.
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}": result += escape(scalar)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
  }
}
