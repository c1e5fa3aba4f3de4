import Quantities

/// An aligned table for a terminal: two blanks between columns, numbers to the right, no lines drawn.
struct TextTable {
  var heading: String
  var rows: [String]
  /// Headings of columns that the screen had no room for.
  var leftOut: [String]
  /// Of a cell: what is longer makes every row unreadable. Files have it whole.
  static let widest = 120

  init<Row>(_ columns: [Column<Row>], _ values: [Row], width: Int? = nil, indent: String = "") {
    let texts = values.map { row in columns.map { $0.value(row).shown.printable.cut(to: TextTable.widest) } }
    let widths = columns.indices.map { c in texts.reduce(columns[c].name.columns) { max($0, $1[c].columns) } }
    var kept = Array(columns.indices)
    var leftOut: [String] = []
    func total() -> Int { kept.reduce(indent.columns + 2 * max(0, kept.count - 1)) { $0 + widths[$1] } }
    while let width, total() > width,
      let next = kept.filter({ columns[$0].dispensable > 0 }).max(by: {
        columns[$0].dispensable < columns[$1].dispensable
      })
    {
      kept.removeAll { $0 == next }
      leftOut.append(columns[next].name)
    }
    func line(_ texts: [String]) -> String {
      let cells = kept.map { texts[$0].padded(to: widths[$0], right: columns[$0].alignment == .right) }
      return (indent + cells.joined(separator: "  ")).trimmingTrailingBlanks
    }
    heading = line(columns.map(\.name))
    rows = texts.map(line)
    self.leftOut = leftOut.reversed()
  }

  /// The heading, the rows, and what the screen had no room for.
  func lines(on screen: Screen) -> [String] {
    [Style(screen).dim(heading)] + rows + leftOutLines(on: screen)
  }

  /// What the screen had no room for: none where all columns are there.
  func leftOutLines(on screen: Screen) -> [String] {
    guard !leftOut.isEmpty else { return [] }
    return Prose(width: screen.proseWidth).wrapped("Left out at this width: \(leftOut.joined(separator: ", ")).")
      .map(Style(screen).dim)
  }
}

extension String {
  var trimmingTrailingBlanks: String {
    var part = self[...]
    while part.last == " " { part = part.dropLast() }
    return String(part)
  }
}
