/// What `--format` may be.
public enum Format: String, CaseIterable, Sendable {
  case table, csv, json, markdown

  /// The format a file's name asks for; nil when its ending is none of ours.
  public init?(fileName: String) {
    guard let dot = fileName.lastIndex(of: "."), let slash = Optional(fileName.lastIndex(of: "/")),
      slash.map({ $0 < dot }) ?? true
    else { return nil }
    switch fileName[fileName.index(after: dot)...].lowercased() {
    case "csv": self = .csv
    case "json": self = .json
    case "md", "markdown": self = .markdown
    case "txt": self = .table
    default: return nil
    }
  }
}

/// What a text is laid out for.
public struct Screen: Sendable {
  /// Columns of the terminal; nil when nobody's screen limits a line.
  public var width: Int?
  public var colour: Bool

  public init(width: Int? = nil, colour: Bool = false) {
    self.width = width
    self.colour = colour
  }

  /// Where prose is wrapped.
  var proseWidth: Int { max(40, min(width ?? 120, 120)) }
}
