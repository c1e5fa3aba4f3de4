import Reporting
import Scenarios

/// One result in every format it can take.
struct Report {
  var table: (Screen) -> String
  var csv: (CSVDialect) -> String
  var json: () -> String
  var markdown: () -> String

  init<Row>(
    columns: [Column<Row>], rows: [Row], table: @escaping (Screen) -> String, markdown: (() -> String)? = nil
  ) {
    self.table = table
    csv = { CSV.text(columns, rows, $0) }
    json = { JSON.text(columns, rows) }
    self.markdown = markdown ?? { Markdown.text(columns, rows) }
  }

  func text(_ format: Format, _ dialect: CSVDialect, _ screen: Screen) -> String {
    switch format {
    case .table: table(screen)
    case .csv: csv(dialect)
    case .json: json()
    case .markdown: markdown()
    }
  }
}

/// Where a command's result goes. Made before any work, so that a full disk is not news after an hour.
final class Sink {
  private let settings: OutputSettings
  private let file: OutputFile?
  /// Whoever reads standard output, as `head` does, has seen enough.
  private(set) var isClosed = false

  init(_ settings: OutputSettings) throws(Stop) {
    self.settings = settings
    file = if let path = settings.path { try OutputFile(path) } else { nil }
  }

  /// With `-o FILE` the file gets the format asked for, and people still see the table unless `--quiet`.
  func write(_ report: Report) throws(Stop) {
    if let file, let path = settings.path {
      try file.finish(report.text(settings.format, settings.dialect, Screen()))
      if !settings.quiet {
        try StandardOutput.write(report.table(settings.screen))
        Messages.show("wrote \(path)")
      }
    } else {
      try StandardOutput.write(report.text(settings.format, settings.dialect, settings.screen))
    }
  }

  // MARK: CSV in parts, for results that no memory should have to hold

  func begin<Row>(_ columns: [Column<Row>]) throws(Stop) { try put(CSV.header(columns, settings.dialect)) }

  func append<Row>(_ columns: [Column<Row>], _ rows: [Row]) throws(Stop) {
    try put(CSV.records(columns, rows, settings.dialect))
  }

  func end() throws(Stop) {
    guard let file, let path = settings.path else { return }
    try file.finish("")
    if !settings.quiet { Messages.show("wrote \(path)") }
  }

  private func put(_ text: String) throws(Stop) {
    if let file { return try file.append(text) }
    if try !StandardOutput.writeToReader(text) { isClosed = true }
  }

  /// What a model's file says that is not modelled.
  func warn(of model: Model) {
    guard !settings.quiet, let warnings = model.imported?.warnings else { return }
    Messages.show(warnings.map { Diagnostic(.warning, "\(model.name): \($0)") })
  }

  /// What only `--verbose` tells.
  func mention(_ text: String) {
    if settings.verbose { Messages.show(text) }
  }
}
