import ArgumentParser
import Calibration
import Planning
import Reporting
import Scenarios

struct ValidateCommand: DrawingCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Predictions against published measured runs: error, bias, rank and regret, beside a null model.",
    discussion: """
        trainfare validate
        trainfare validate --series vtrain-multi --worst 20
        trainfare validate my-runs.csv --format csv -o verdicts.csv
        trainfare validate --projects
        trainfare validate --memory
        trainfare validate --collectives my-collectives.csv

      Files have a row for each run; the table sums them up. A run without what a prediction needs is skipped, with \
      the reason. docs/Files.md has the columns of a file of runs.
      """)

  @Argument(
    help: ArgumentHelp(
      "A CSV file of measured runs; '-' is standard input.", discussion: "Default: configs/measurements/runs.csv",
      valueName: "file"),
    completion: .file(extensions: ["csv"]))
  var file: String?

  @OptionGroup(title: "Which runs") var selection: RunSelectionOptions
  @OptionGroup(title: "What is known") var config: ConfigOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Picture") var chart: ChartOptions

  @Option(help: ArgumentHelp("How many of the worst runs to show. Example: --worst 20", valueName: "n"))
  var worst: String = "10"

  @Flag(
    help: "Judge whole projects in days instead of runs in steps; each is predicted by the practice of other teams.")
  var projects = false

  @Flag(help: "Judge published peaks of memory (configs/measurements/memory.csv) instead of steps.")
  var memory = false

  @Flag(
    help:
      "Judge collectives that were timed alone (configs/measurements/collectives.csv, or a file like it) instead of steps."
  )
  var collectives = false

  @Option(
    help: ArgumentHelp(
      "Fit anew without a chip, a laboratory or a stack, and predict its runs by what is left. As of calibrate, which also writes profiles.",
      discussion: "A fit takes minutes, each-series an hour.\nExample: --leave-out series:bloom",
      valueName: "chip|series:name|stack:name|each-kind"))
  var leaveOut: [String] = []

  /// Which runs, and how many of the worst are shown.
  struct Asked {
    var overrides: [Override]
    var filter: RunFilter
    var worst: Int
  }

  var columns: ColumnNames {
    if memory { return ColumnNames(MemoryColumns.all) }
    if collectives { return ColumnNames(CollectiveColumns.all) }
    return projects ? ColumnNames(ProjectText.columns) : ColumnNames(VerdictColumns.all)
  }

  func read(_ reader: inout OptionReader) -> Asked {
    let kinds = [("--projects", projects), ("--memory", memory), ("--collectives", collectives)].filter(\.1).map(\.0)
    if kinds.count > 1 {
      reader.problem(
        "\(kinds.joined(separator: " and ")) judge different things", help: "take one of them", option: kinds[1])
    }
    if let kind = memory ? "memory" : projects ? "projects" : nil, file != nil {
      reader.problem(
        "--\(kind) reads no file of runs",
        help: "leave out the file; a folder of --configs may have a measurements/\(kind).csv of its own",
        option: "--\(kind)")
    }
    let isMore = !kinds.isEmpty || !selection.words.isEmpty || chart.chart != nil || output.output != nil
    if let first = leaveOut.first, isMore {
      reader.problem(
        "--leave-out judges what it leaves out, in a table",
        help: "leave out the other options; calibrate --report writes it to a file",
        option: "--leave-out", text: first)
    }
    if let kind = kinds.first, !selection.words.isEmpty {
      reader.problem(
        "\(kind) judges all that there is, and runs of \(selection.words.joined(separator: ", ")) are asked for",
        help: "leave out --series, --chip, --stack and --grade", option: kind)
    }
    return Asked(
      overrides: config.read(&reader), filter: RunFilter(selection, grades: selection.grades(&reader)),
      worst: worst == "0" ? 0 : reader.int(worst, "--worst") ?? 0)
  }

  func answer(_ wanted: Asked, _ sink: Sink) throws -> Answer? {
    if !leaveOut.isEmpty { return try leavingOut() }
    let catalog = config.catalog(wanted.overrides)
    if projects { return try replay(catalog, sink) }
    if memory { return try peaks(catalog, wanted.worst) }
    if collectives { return try timedAlone(catalog, wanted.worst) }
    var filter = wanted.filter, reader = OptionReader()
    sink.mention("configurations: \(catalog.roots.joined(separator: ", "))")
    let (name, judged, doubt) = try verdicts(catalog, &filter)
    let changes = catalog.appliedOverrides()
    filter.check(&reader)
    try reader.finish()
    let kept = doubt?.added(to: judged) ?? judged
    let text = ValidationText(kept, file: name, selection: selection.words, worst: wanted.worst, changes: changes)
    let report = Report(
      columns: VerdictColumns.all, rows: kept, table: text.table, markdown: { text.markdown })
    return Answer(report: report, drawn: { text.chart }, end: kept.contains { $0.judged != nil } ? nil : .no)
  }

  /// What `calibrate` says of it, and nothing is written.
  private func leavingOut() throws -> Answer? {
    var command = try CalibrateCommand.parse([])
    (command.file, command.leaveOut, command.folds) = (file, leaveOut, "0")
    (command.config, command.format) = (config, output.format)
    try command.run()
    return nil
  }

  private func replay(_ catalog: Catalog, _ sink: Sink) throws -> Answer {
    Interruption.catchFirst()
    var problems = FileProblems()
    let line = ProgressLine(isQuiet: sink.settings.quiet)
    let found = problems.attempt { () throws(Diagnostics) -> ProjectReplay? in
      let facts = try catalog.operatingFacts()
      guard let knowledge = try catalog.knowledge(own: false), let practice = facts.practice else { return nil }
      return try ProjectReplay(catalog, facts: facts, knowledge: knowledge, shipped: practice) { done, all in
        line?.show("projects: \(done) of \(all)")
        return !Interruption.requested
      }
    }
    line?.clear()
    try problems.finish()
    if Interruption.requested { throw Stop.interrupted }
    guard let replay = found ?? nil else {
      throw Stop.usage(
        "the configurations have no calibration, or no practice", help: "add calibration/ and practice/practice.yaml")
    }
    let text = ProjectText(replay)
    let report = Report(
      columns: ProjectText.columns, rows: replay.lines, table: text.table, markdown: { text.markdown })
    return Answer(report: report, drawn: { text.chart })
  }

  private func peaks(_ catalog: Catalog, _ worst: Int) throws -> Answer {
    var problems = FileProblems()
    let found = problems.attempt { () throws(Diagnostics) in
      (try MemoryValidation.judge(catalog), try MemoryValidation.fitting(catalog.measuredRuns(nil).rows, catalog))
    }
    try problems.finish()
    try catalog.refuseUnusedOverrides()
    let text = MemoryText(found?.0 ?? [], worst: worst, runs: found?.1)
    let report = Report(
      columns: MemoryColumns.all, rows: text.rows, table: text.table, markdown: { text.markdown })
    return Answer(report: report, drawn: { text.chart }, end: text.rows.isEmpty ? .no : nil)
  }

  private func timedAlone(_ catalog: Catalog, _ worst: Int) throws -> Answer {
    var problems = FileProblems()
    let found = problems.attempt { () throws(Diagnostics) in try CollectiveValidation.judge(catalog, file: file) }
    try problems.finish()
    try catalog.refuseUnusedOverrides()
    let text = CollectiveText(found ?? [], worst: worst)
    let report = Report(
      columns: CollectiveColumns.all, rows: text.rows, table: text.table, markdown: { text.markdown })
    return Answer(report: report, drawn: { text.chart }, end: text.rows.isEmpty ? .no : nil)
  }

  private func verdicts(_ catalog: Catalog, _ filter: inout RunFilter) throws(Stop) -> (
    file: String, verdicts: [Verdict], doubt: Doubt?
  ) {
    var problems = FileProblems()
    let judged = problems.attempt { () throws(Diagnostics) -> (String, [Verdict], Doubt?) in
      let runs = try catalog.measuredRuns(file)
      let verdicts = try Validation.judge(runs.rows, catalog: catalog) { row, chip, stack in
        filter.wants(row, chip: chip, stack: stack)
      }
      return (runs.name, verdicts, try Doubt(catalog))
    }
    try problems.finish()
    try catalog.refuseUnusedOverrides()
    return judged ?? ("", [], nil)
  }
}
