import Quantities
import Reporting
import Scenarios
import Workbooks

/// One result in every format it can take.
struct Report {
  var table: (Screen) -> String
  /// As a workbook, for commands that write one.
  var book: Book?
  /// In its own layout; nil: the columns are all there is to it.
  private var markdown: (() -> String)?

  struct Book {
    /// Whether there may be more rows than memory should hold.
    var isStreamed: Bool
    var write: (any BookTarget) -> Void
  }

  /// Of the columns asked for; nil: in the format's own layout.
  private var picked: (Format, CSVDialect, Screen, ColumnChoice?) -> String

  init<Row>(
    columns: [Column<Row>], rows: [Row], table: @escaping (Screen) -> String, markdown: (() -> String)? = nil,
    book: Book? = nil
  ) {
    self.table = table
    (self.book, self.markdown) = (book, markdown)
    picked = { format, dialect, screen, choice in
      let own = choice?.picked(columns) ?? columns
      return switch format {
      case .table: choice == nil ? table(screen) : PlainTable.text(own, rows, screen)
      case .csv: CSV.text(own, rows, dialect)
      case .tsv: TSV.text(own, rows, dialect)
      case .json: JSON.text(own, rows)
      case .jsonl: JSON.lines(own, rows)
      case .markdown: choice == nil ? markdown?() ?? Markdown.text(own, rows) : Markdown.text(own, rows)
      }
    }
  }

  /// The same for people, with what is paid by month below it; files have the months.
  func byMonth(_ flow: any MonthlyText) -> Report {
    Report(
      columns: CashFlowText.columns, rows: flow.rows, table: { [table] in table($0) + flow.block($0) },
      markdown: { [markdown] in (markdown?() ?? "") + flow.markdown })
  }

  func text(_ format: Format, _ dialect: CSVDialect, _ screen: Screen, _ choice: ColumnChoice? = nil) -> String {
    picked(format, dialect, screen, choice)
  }
}

/// Where a command's result goes. Made before any work, so that a full disk is not news after an hour.
final class Sink {
  let settings: OutputSettings
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
      if settings.isWorkbook, let one = report.book {
        let book = try BookFile(file, isStreamed: one.isStreamed)
        one.write(book.book)
        try book.close()
        try file.finish("")
      } else {
        try file.finish(report.text(settings.format, settings.dialect, Screen(), settings.columns))
      }
      if !settings.quiet {
        try StandardOutput.write(report.table(settings.screen))
        Messages.show("wrote \(path)")
      }
    } else {
      let text = report.text(settings.format, settings.dialect, settings.screen, settings.columns)
      // On a terminal even data must not move the cursor; a file and a pipe get every byte.
      let isShown = settings.format == .csv && StandardOutput.isTerminal
      try StandardOutput.write(isShown ? text.printableLines : text)
    }
  }

  /// A workbook whose rows come one by one; `end` gives it its name. Nil where none is asked for.
  func openBook() throws(Stop) -> BookFile? {
    guard settings.isWorkbook, let file else { return nil }
    return try BookFile(file, isStreamed: true)
  }

  // MARK: Rows in parts, for results that no memory should have to hold

  func begin<Row>(_ columns: [Column<Row>]) throws(Stop) {
    let own = settings.columns?.picked(columns) ?? columns
    switch settings.format {
    case .tsv: try put(TSV.header(own, settings.dialect))
    case .jsonl: break
    default: try put(CSV.header(own, settings.dialect))
    }
  }

  func append<Row>(_ columns: [Column<Row>], _ rows: [Row]) throws(Stop) {
    let own = settings.columns?.picked(columns) ?? columns
    switch settings.format {
    case .tsv: try put(TSV.records(own, rows, settings.dialect))
    case .jsonl: try put(JSON.lines(own, rows))
    default: try put(CSV.records(own, rows, settings.dialect))
    }
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
