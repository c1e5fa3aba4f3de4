import Reporting
import Scenarios

/// `--resume` where there is no journal and the results are there: they are made anew, which must lose no row.
enum FinishedResults {
  /// Ends the command where a file of results has rows of cases that are not among these.
  static func refuseLoss(_ path: String, _ cases: [SuiteSet.Case], format: Format) throws(Stop) {
    func refused(_ what: String) -> Stop {
      .file(
        Diagnostic(
          .error, "there is nothing to go on with: no run was stopped here, and \(what)",
          help: "choose another -o; to replace the file, leave out --resume", at: Place(file: path)))
    }
    guard format == .csv else { throw refused("what the file has can be told of CSV alone") }
    let table: ResultTable
    do {
      table = try ResultTable.read(path, needed: ["suite", "case"])
    } catch {
      throw refused("the file is no CSV of results, with commas and points")
    }
    // It was looked at, but results may take its place.
    FilesRead.forget(path)
    let (suite, name) = (table.columns.firstIndex(of: "suite") ?? 0, table.columns.firstIndex(of: "case") ?? 0)
    let due = Set(cases.map { "\($0.suite)/\($0.one.name)" })
    let others = table.rows.map { "\($0[suite] ?? "")/\($0[name] ?? "")" }.filter { !due.contains($0) }
    guard let first = others.first else { return }
    throw refused(
      "the file has \(others.count) row\(others.count == 1 ? "" : "s") that this run does not make: \(first)")
  }
}
