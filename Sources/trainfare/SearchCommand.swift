import ArgumentParser
import Planning
import Reporting
import Scenarios

struct SearchCommand: DrawingCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Every legal plan of a job: the best, the Pareto front, or all of them as CSV.",
    discussion: """
        trainfare search llama-3.1-70b-1t --on p5.48xlarge --instances 64
        trainfare search llama-3.1-70b-1t \\
          --on trn2.48xlarge,p5.48xlarge,p4d.24xlarge --any-count
        trainfare search llama-3.1-70b-1t --on p5.48xlarge,trn2.48xlarge \\
          --deadline '30 d' --pareto time,cost
        trainfare search llama-3.1-8b-1t --on p5.48xlarge --instances 2 \\
          --fix pp=1 --max-memory '70 GiB' --all
      """)

  @OptionGroup var question: QuestionOptions
  @OptionGroup(title: "What is looked for") var search: SearchOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Picture") var chart: ChartOptions

  var columns: ColumnNames { .results }

  func read(_ reader: inout OptionReader) -> (question: QuestionSettings, search: SearchSettings) {
    let settings = question.read(&reader), wanted = search.read(&reader)
    if settings.plan?.isPublished ?? wanted.fixed?.isPublished ?? false {
      reader.problem(
        "a search looks at every plan, and 'published' is one", help: "compare and estimate take it; leave it out here",
        option: settings.plan == nil ? "--fix" : "--plan")
    }
    if wanted.fixed != nil, settings.plan != nil {
      reader.problem("--plan and --fix are both given", help: "keep one of them", option: "--fix")
    }
    return (settings, wanted)
  }

  /// All plans are more than a table shows.
  func view(_ reader: inout OptionReader) -> OutputSettings {
    var view = output.read(&reader, columns)
    guard search.all else { return view }
    if let chart = chart.chart {
      reader.problem("--all has no picture", help: "leave out --all or --chart", option: "--chart", text: chart)
    }
    if output.format == nil, view.path == nil { view.format = .csv }
    if !view.format.isOfRows {
      reader.problem(
        "--all is written as CSV, TSV or JSON Lines",
        help: "leave out --format, or write to a file that ends in .csv, .tsv or .jsonl",
        option: "--all")
    }
    return view
  }

  func answer(_ wanted: (question: QuestionSettings, search: SearchSettings), _ sink: Sink) throws -> Answer? {
    let asked = try question.lookUp(wanted.question, sink)
    sink.warn(of: asked.job.model)
    let request = try wanted.search.request(asked, size: wanted.question.size)
    Interruption.catchFirst()
    let start = ContinuousClock.now
    let found = Search(request, prices: asked.prices)
    if search.all {
      try stream(found, asked, sink)
      return nil
    }

    sink.mention("searching on \(Search.cores) cores")
    let progress = ProgressLine(isQuiet: sink.settings.quiet)
    let show: (@Sendable (SearchProgress) -> Void)?
    if let progress { show = { progress.show($0) } } else { show = nil }
    let outcome = asked.noted(found.run(isCancelled: { Interruption.requested }, progress: show))
    progress?.clear()
    sink.mention("searched in \(ContinuousClock.now - start) on \(Search.cores) cores")
    let text = SearchText(outcome)
    let report = Report(
      columns: ResultColumns.all, rows: text.rows(tags: sink.settings.tags), table: text.table,
      markdown: { text.markdown })
    let isNo = outcome.top.isEmpty && outcome.front.isEmpty
    return Answer(
      report: report, drawn: { text.chart }, end: outcome.wasInterrupted ? .interrupted : isNo ? .no : nil)
  }

  private func stream(_ found: Search, _ asked: Question, _ sink: Sink) throws {
    try sink.begin(ResultColumns.all)
    func stops() -> Bool { Interruption.requested || sink.isClosed }
    func show(_ results: [OptionResult]) throws {
      try sink.append(
        ResultColumns.all,
        results.map {
          ResultRow(job: asked.job, result: asked.noted($0)).set(RowSetting(asked.size, tags: sink.settings.tags))
        })
    }
    let isComplete = try found.all(isCancelled: stops, show)
    // A file that lacks rows would look like one that has them all, so it gets no name.
    if Interruption.requested, !isComplete { throw Stop.interrupted(before: sink.settings.path) }
    try sink.end()
  }
}
