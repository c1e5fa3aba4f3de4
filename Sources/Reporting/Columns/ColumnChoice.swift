/// Which columns were asked for, in which order; names that the columns have.
public struct ColumnChoice: Sendable, Equatable {
  public var names: [String]
  public init(_ names: [String]) { self.names = names }

  public func picked<Row>(_ columns: [Column<Row>]) -> [Column<Row>] {
    names.compactMap { name in columns.first { $0.name == name } }
  }
}

/// The columns of a command: their names, and those of the set `brief` where there is one.
public struct ColumnNames: Sendable {
  public var all: [String]
  public var brief: [String]

  public init<Row>(_ columns: [Column<Row>], brief: [String] = []) {
    all = columns.map(\.name)
    self.brief = brief
  }

  public static let results = ColumnNames(ResultColumns.all, brief: ResultColumns.brief)

  /// What may be written for several columns.
  public var sets: [String] { (brief.isEmpty ? [] : ["brief"]) + ["all"] }

  /// Columns with the text in their name, or with as much of its beginning as any has.
  public func like(_ text: String) -> [String] {
    var part = text.lowercased()
    while part.count > 2 {
      let found = all.filter { $0.contains(part) }
      if !found.isEmpty { return found }
      part.removeLast()
    }
    return []
  }
}

/// A table of any columns, values as files have them.
public enum PlainTable {
  public static func text<Row>(_ columns: [Column<Row>], _ rows: [Row], _ screen: Screen) -> String {
    let table = TextTable(columns.filter { $0.kind != .json }, rows)
    return ([Style(screen).dim(table.heading)] + table.rows).joined(separator: "\n") + "\n"
  }
}
