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
struct Sink {
  private let settings: OutputSettings
  private let file: OutputFile?

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

  /// What only `--verbose` tells.
  func mention(_ text: String) {
    if settings.verbose { Messages.show(text) }
  }
}
