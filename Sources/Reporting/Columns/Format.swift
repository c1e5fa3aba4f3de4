/// What `--format` may be.
public enum Format: String, CaseIterable, Sendable {
  case table, csv, tsv, json, jsonl, markdown

  /// What files' names end in, and the format that each asks for.
  public static let endings: [(ending: String, format: Format)] = [
    ("csv", .csv), ("tsv", .tsv), ("json", .json), ("jsonl", .jsonl), ("md", .markdown), ("markdown", .markdown),
    ("txt", .table),
  ]

  /// What the name of a workbook ends in: it is no text, and so no format.
  public static let workbook = "xlsx"

  /// Rows one after the other, so that a file can be written in parts.
  public var isOfRows: Bool { [.csv, .tsv, .jsonl].contains(self) }

  /// What the name ends in, in small letters; nil where it has no ending.
  public static func ending(of fileName: String) -> String? {
    let name = fileName.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    guard let dot = name.lastIndex(of: "."), name.index(after: dot) < name.endIndex else { return nil }
    return name[name.index(after: dot)...].lowercased()
  }

  /// The format a file's name asks for; nil when its ending is none of ours.
  public init?(fileName: String) {
    let ending = Format.ending(of: fileName)
    guard let known = Format.endings.first(where: { $0.ending == ending }) else { return nil }
    self = known.format
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
