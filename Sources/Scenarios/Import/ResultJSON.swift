extension ResultTable {
  /// Results as `-o FILE.json` leaves them: an object with `rows`, each an object whose keys are columns. Lists and maps in a row are
  /// in no column.
  static func json(_ source: SourceText, needed: [String], _ check: Check) throws(Diagnostics) -> ResultTable {
    let tree = try YAMLText.parse(source)
    guard let rows = tree["rows"], case .list(let items) = rows.content else {
      throw Diagnostics(
        Diagnostic(
          .error, "this is no file of results: it has no list 'rows'", help: due, at: tree["rows"]?.place ?? tree.place)
      )
    }
    var columns: [String] = [], places: [String: Int] = [:]
    var texts: [[String?]] = []
    var problems: [Diagnostic] = []
    for item in items {
      guard case .map(let entries) = item.content else {
        problems.append(Diagnostic(.error, "a row is due here, and there is \(item.kindInWords)", at: item.place))
        continue
      }
      let missing = needed.filter { item[$0] == nil }
      if !missing.isEmpty {
        problems.append(
          Diagnostic(
            .error, "this row has no \(missing.map { "'\($0)'" }.joined(separator: ", "))", help: due, at: item.place))
      }
      var row = [String?](repeating: nil, count: columns.count)
      for entry in entries {
        guard case .word(let text, _) = entry.value.content else { continue }
        let place = places[entry.key] ?? columns.count
        if place == columns.count {
          columns.append(entry.key)
          places[entry.key] = place
        }
        while row.count <= place { row.append(nil) }
        guard !entry.value.isNull else { continue }
        row[place] = text
        if let found = check(entry.key, text) {
          problems.append(Diagnostic(.error, found.message, help: found.help, at: entry.value.place))
        }
      }
      texts.append(row)
      if problems.count >= Reading.limit { break }
    }
    guard problems.isEmpty else { throw Diagnostics(problems) }
    // A key that came late is unknown in the rows before.
    let whole = texts.map { $0 + [String?](repeating: nil, count: columns.count - $0.count) }
    return ResultTable(name: source.name, columns: columns, rows: whole)
  }
}
