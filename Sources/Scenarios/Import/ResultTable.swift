/// A file of results as texts: a header, and as many fields in every row; nil is unknown.
public struct ResultTable: Sendable {
  /// For messages and headings.
  public var name: String
  public var columns: [String]
  public var rows: [[String?]]
  /// What the results were made from, by name, where that is known.
  public var fingerprints: [String: String]

  public init(name: String, columns: [String], rows: [[String?]], fingerprints: [String: String] = [:]) {
    self.name = name
    self.columns = columns
    self.rows = rows
    self.fingerprints = fingerprints
  }

  /// A large suite has thousands of rows.
  private static let limit = 100_000_000
  /// What is read with the place of every word takes more room.
  private static let jsonLimit = 20_000_000
  /// What can be held beside another in a gigabyte or two: twice the cases of the largest suite.
  static let mostRows = 200_000, mostCells = 20_000_000

  /// What is wrong with a text in a column, by its name, and what would be right.
  public typealias Check = (_ column: String, _ text: String) -> (message: String, help: String?)?

  static let due =
    "files that 'trainfare suite run -o FILE.csv' or '-o FILE.json' wrote, with commas and points, are due here"

  /// A file of results, CSV or by its name JSON.
  ///
  /// - Parameters:
  ///   - needed: columns without which nothing can be done.
  ///   - check: asked of every text; what it finds wrong is told at its place.
  /// - Throws: All that is wrong with the file, each with its line and column.
  public static func read(
    _ path: String, needed: [String], check: Check = { _, _ in nil }
  ) throws(Diagnostics) -> ResultTable {
    if path.lowercased().hasSuffix(".json") {
      return try json(SourceFile.read(path, limit: jsonLimit), needed: needed, check)
    }
    return try read(path, needed: needed, mostRows: mostRows, check: check)
  }

  static func read(
    _ path: String, needed: [String], mostRows: Int, check: Check = { _, _ in nil }
  ) throws(Diagnostics) -> ResultTable {
    let source = try SourceFile.read(path, limit: limit)
    var problems: [Diagnostic] = []
    var text = CSVText(source)
    let columns = text.next(&problems)?.map(\.text) ?? []
    guard problems.isEmpty else { throw Diagnostics(problems) }
    let missing = needed.filter { !columns.contains($0) }
    guard missing.isEmpty else {
      throw Diagnostics(
        Diagnostic(
          .error,
          "this is no file of results: it has no column \(missing.map { "'\($0)'" }.joined(separator: ", "))",
          help: due, at: source.place(line: 1, column: 1)))
    }
    var rows: [[String?]] = []
    while let record = text.next(&problems) {
      guard record.count == columns.count else {
        problems.append(
          Diagnostic(
            .error, "this row has \(record.count) fields, and there are \(columns.count) columns",
            help: "was the file cut off?",
            at: record.first.map { source.place(line: $0.line, column: $0.column) }))
        if problems.count >= Reading.limit { break }
        continue
      }
      let most = min(mostRows, mostCells / columns.count)
      guard rows.count < most else {
        throw Diagnostics(
          Diagnostic(
            .error, "there are more than \(most) rows", help: "compare parts of it",
            at: record.first.map { source.place(line: $0.line, column: 1) }))
      }
      rows.append(record.map { $0.text.isEmpty ? nil : plain($0.text) })
      for (column, field) in zip(columns, record) where !field.text.isEmpty {
        guard problems.count < Reading.limit, let found = check(column, plain(field.text)) else { continue }
        problems.append(
          Diagnostic(.error, found.message, help: found.help, at: source.place(line: field.line, column: field.column)))
      }
    }
    guard problems.isEmpty else { throw Diagnostics(problems) }
    return ResultTable(name: path, columns: columns, rows: rows)
  }

  /// Without the apostrophe that keeps a spreadsheet from taking a text for a formula.
  private static func plain(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard scalars.first == "'" else { return text }
    let bare = String(String.UnicodeScalarView(scalars.dropFirst()))
    return looksLikeFormula(bare) ? bare : text
  }

  /// Whether a spreadsheet would take a text for a formula and run it.
  public static func looksLikeFormula(_ text: String) -> Bool {
    let scalars = text.unicodeScalars
    guard let first = scalars.first else { return false }
    if "=+-@\t\r".unicodeScalars.contains(first) { return true }
    // Some trim blanks of any width first, and take the wide forms of East Asian keyboards for the same signs.
    guard let sign = scalars.first(where: { !$0.properties.isWhitespace }) else { return false }
    let isWide = "\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}".unicodeScalars.contains(sign)
    return isWide || first.properties.isWhitespace && "=+-@".unicodeScalars.contains(sign)
  }
}
