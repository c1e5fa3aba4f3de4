import ArgumentParser
import Reporting
import Scenarios

struct SuiteRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs every case; exit status 1 when an expectation fails.",
    discussion: """
        trainfare suite run chips graviton -o results.csv
        trainfare suite run chips -o results.csv --resume
        trainfare suite run published --store results.sqlite
        trainfare suite run chips --start 2027-02-15 --cash-flow -o months.csv

      A case that cannot run is a row with its reason. Rows go to FILE.trainfare-journal as they are found, and the \
      results to FILE when all are there: a run that was stopped goes on with --resume and ends with the \
      same bytes.
      """)

  @Argument(
    help: ArgumentHelp("Suites: names from configs/suites, or YAML files.", valueName: "suite"),
    completion: Names.of(.suites, orFiles: ["yaml", "yml"]))
  var suites: [String]

  @Flag(help: "Go on with a run that was stopped, from the journal beside the results.")
  var resume = false

  @Option(
    help: ArgumentHelp(
      "Also keep the run in a history: a SQLite file, which is made where it is missing.",
      discussion: "Example: --store results.sqlite", valueName: "file"),
    completion: .file())
  var store: String?

  @OptionGroup var byMonth: CashFlowOption

  @Option(
    help: ArgumentHelp(
      "When the runs start, in UTC: says which months --cash-flow is about, and when capacity blocks end.",
      discussion: "Example: --start 2027-01-15, or --start '2027-01-15 08:00'", valueName: "day"))
  var start: String?

  @OptionGroup(title: "What is known") var config: ConfigOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Picture") var chart: ChartOptions

  func run() throws {
    var reader = OptionReader()
    let overrides = config.read(&reader)
    let settings = resultSettings(&reader)
    let picture = chart.read(&reader, settings)
    let start = reader.start(self.start)
    try reader.finish()
    try picture.tryPath()
    let keeper = try ResultKeeper(settings, store: store)
    if resume, keeper.journalBase == nil {
      throw Stop.usage(
        "there is nothing to resume from", help: "name the results' file with -o FILE, or a --store")
    }

    let catalog = config.catalog(overrides)
    let set = try SuiteSet(suites, catalog, start: start)
    Messages.show(set.problems)
    var months = byMonth.cashFlow ? SuiteMonths(set) : nil
    let rows = try answered(set, keeper, &months, quiet: settings.quiet).map { $0.tagged(settings.tags) }
    months?.complete()
    let failures = set.failures(rows)
    let text = SuiteText(set.suites, rows: rows, failures: failures.count)
    try keeper.keep(set, rows)
    let book = Report.Book(isStreamed: true) { book in
      let pages = RowsBook(
        book, by: .model, isJudged: set.knowledge != nil,
        title: set.suites.map { "\($0.name): \($0.summary)" }
          .joined(separator: " · "), made: Command.made)
      for (one, row) in zip(set.cases, rows) { pages.append(OptionRow(row, billing: one.billing)) }
      pages.finish()
    }
    let report = Report(columns: SuiteRow.columns, rows: rows, table: text.table, book: book)
    try keeper.finish(months.map { report.byMonth($0.text) } ?? report)
    try picture.write(text.chart)
    Messages.show(failures)
    if !set.problems.isEmpty { throw Stop(status: 2, diagnostics: []) }
    if !failures.isEmpty { throw Stop.no }
  }

  /// Every case's row, of which a stopped run may have left some.
  private func answered(
    _ set: SuiteSet, _ keeper: ResultKeeper, _ months: inout SuiteMonths?, quiet: Bool
  ) throws(Stop) -> [SuiteRow] {
    var journal = try keeper.openJournal(set, resume: resume)
    var rows = Array((journal?.rows ?? []).prefix(set.cases.count))
    if resume, !quiet {
      Messages.show("\(rows.count) of \(set.cases.count) cases were done before")
    }
    let rest = set.cases.indices.dropFirst(rows.count)
    var progress = Progress(total: rest.count, quiet: quiet)
    defer { progress.end() }
    // Of cases whose question an earlier one has asked.
    var known: [Int: SuiteSet.Answer] = [:]
    for index in rest {
      if known[index] == nil { known.merge(set.answers(with: index)) { $1 } }
      guard let answer = known.removeValue(forKey: index) else { preconditionFailure("a case has a row") }
      try journal?.append(answer.row)
      rows.append(answer.row)
      months?.add(index, answer)
      progress.step()
    }
    return rows
  }

  /// A file of results is CSV unless its name or `--format` says otherwise.
  private func resultSettings(_ reader: inout OptionReader) -> OutputSettings {
    var settings = byMonth.read(&reader, output, writesWorkbooks: true)
    if let path = settings.path, !settings.isWorkbook, output.format == nil, Format(fileName: path) == nil {
      settings.format = .csv
    }
    return settings
  }
}
