import History
import Reporting
import Scenarios

// Runs between the store, which knows no columns, and results, which know no database.

extension StoredRun {
  init(_ set: SuiteSet, rows: [SuiteRow], token: String) {
    self.init(
      token: token, toolVersion: Release.version, version: set.version, suites: set.suites.map(\.name),
      files: set.files, columns: SuiteRow.columns.map(\.name),
      rows: rows.map { $0.cells.map(StoredValue.init) })
  }
}

extension StoredValue {
  init(_ cell: Cell) {
    switch cell {
    case .unknown: self = .unknown
    case .text(let text), .json(let text): self = .text(text)
    case .integer(let value): self = .integer(value)
    case .number(let value): self = .number(value)
    case .bool(let value): self = .text(value ? "true" : "false")
    }
  }

  /// As a file of results has it.
  var text: String? {
    switch self {
    case .unknown: nil
    case .text(let text): text
    case .integer(let value): Cell.integer(value).exact
    case .number(let value): Cell.number(value).exact
    }
  }
}

extension Stop {
  static func store(_ problem: StoreProblem) -> Stop {
    .file(Diagnostic(.error, problem.message, help: problem.help, at: Place(file: "--store")))
  }
}

/// Results by the name of their file, or `STORE#RUN`.
enum RunReader {
  /// - Parameters:
  ///   - needed: columns that a file must have.
  ///   - check: what is wrong with a text of a file; a store has what trainfare wrote.
  static func table(
    _ name: String, needed: [String] = SuiteDiff.needed, check: ResultTable.Check = { _, _ in nil }
  ) throws(Diagnostics) -> ResultTable {
    guard let mark = name.lastIndex(of: "#"), let number = Int64(name[name.index(after: mark)...]) else {
      return try ResultTable.read(name, needed: needed, check: check)
    }
    do throws(StoreProblem) {
      let path = String(name[..<mark])
      let store = try RunStore(path, create: false)
      FilesRead.note(path)
      guard let run = try store.run(number) else {
        let known = try store.runs().map { "\($0.number) of \($0.time)" }.suffix(10).joined(separator: ", ")
        throw StoreProblem(
          message: "there is no run \(number) in the store",
          help: known.isEmpty ? "it has none yet" : "it has: \(known)")
      }
      return ResultTable(
        name: name, columns: run.columns, rows: run.rows.map { $0.map(\.text) },
        fingerprints: Dictionary(run.files.map { ($0.file, $0.fingerprint) }) { first, _ in first })
    } catch {
      throw Diagnostics(Diagnostic(.error, error.message, help: error.help, at: Place(file: name)))
    }
  }
}
