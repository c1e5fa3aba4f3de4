import ArgumentParser
import History
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

      A case that cannot run is a row with its reason. Rows go to FILE.journal as they are found, and the \
      results to FILE when all are there: a run that was stopped goes on with --resume and ends with the \
      same bytes.
      """)

  @Argument(
    help: ArgumentHelp("Suites: names from configs/suites, or YAML files.", valueName: "suite"),
    completion: .file(extensions: ["yaml", "yml"]))
  var suites: [String]

  @Flag(help: "Go on with a run that was stopped, from the journal beside the results.")
  var resume = false

  @Option(
    help: ArgumentHelp(
      "Also keep the run in a history: a SQLite file, which is made where it is missing.",
      discussion: "Example: --store results.sqlite", valueName: "file"),
    completion: .file())
  var store: String?

  @OptionGroup(title: "What is known") var config: ConfigOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() throws {
    var reader = OptionReader()
    let overrides = config.read(&reader)
    let settings = resultSettings(&reader)
    try reader.finish()
    let keeper = try ResultKeeper(settings, store: store)
    if resume, keeper.journalBase == nil {
      throw Stop.usage(
        "there is nothing to resume from", help: "name the results' file with -o FILE, or a --store")
    }

    let catalog = config.catalog(overrides)
    let set = try SuiteSet(suites, catalog)
    Messages.show(set.problems)
    let rows = try answered(set, keeper, quiet: settings.quiet)
    let failures = set.failures(rows)
    let text = SuiteText(set.suites, rows: rows, failures: failures.count)
    try keeper.keep(set, rows)
    try keeper.finish(Report(columns: SuiteRow.columns, rows: rows, table: text.table))
    Messages.show(failures)
    if !set.problems.isEmpty { throw Stop(status: 2, diagnostics: []) }
    if !failures.isEmpty { throw Stop.no }
  }

  /// Every case's row, of which a stopped run may have left some.
  private func answered(_ set: SuiteSet, _ keeper: ResultKeeper, quiet: Bool) throws(Stop) -> [SuiteRow] {
    var journal = try keeper.openJournal(version: set.version, resume: resume)
    var rows = Array((journal?.rows ?? []).prefix(set.cases.count))
    if resume, !quiet {
      Messages.show("\(rows.count) of \(set.cases.count) cases were done before")
    }
    let rest = set.cases.indices.dropFirst(rows.count)
    var progress = Progress(total: rest.count, quiet: quiet)
    defer { progress.end() }
    // Of cases whose question an earlier one has asked.
    var known: [Int: SuiteRow] = [:]
    for index in rest {
      if known[index] == nil { known.merge(set.rows(with: index)) { $1 } }
      guard let row = known.removeValue(forKey: index) else { preconditionFailure("a case has a row") }
      try journal?.append(row)
      rows.append(row)
      progress.step()
    }
    return rows
  }

  /// A file of results is CSV unless its name or `--format` says otherwise.
  private func resultSettings(_ reader: inout OptionReader) -> OutputSettings {
    var settings = output.read(&reader)
    if let path = settings.path, output.format == nil, Format(fileName: path) == nil {
      settings.format = .csv
    }
    return settings
  }
}

/// Where results and their journal go.
final class ResultKeeper {
  private let settings: OutputSettings
  private let store: (path: String, runs: RunStore)?
  /// The name that a journal stands beside; nil where results go to no file.
  let journalBase: String?
  private var journal: Journal?

  /// Tries the files before any work; a journal takes their place until the results are there.
  init(_ settings: OutputSettings, store path: String?) throws(Stop) {
    self.settings = settings
    var base: String?
    if let path = settings.path {
      let trial = try OutputFile(path)
      if trial.isFile { base = path }
      trial.discard()
    }
    do {
      store = if let path { (path, try RunStore(path, create: true)) } else { nil }
    } catch {
      throw .store(error)
    }
    journalBase = base ?? path
  }

  func openJournal(version: String, resume: Bool) throws(Stop) -> Journal? {
    guard let journalBase else { return nil }
    journal = try Journal(besides: journalBase, version: version, resume: resume)
    return journal
  }

  /// In the history, once, however often the run was stopped and resumed.
  func keep(_ set: SuiteSet, _ rows: [SuiteRow]) throws(Stop) {
    guard let store, let journal else { return }
    do {
      let number = try store.runs.add(StoredRun(set, rows: rows, token: journal.run))
      if !settings.quiet { Messages.show("kept as run \(number): \(store.path)#\(number)") }
    } catch {
      throw .store(error)
    }
  }

  func finish(_ report: Report) throws(Stop) {
    try Sink(settings).write(report)
    journal?.remove()
  }
}
