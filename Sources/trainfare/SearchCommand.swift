import ArgumentParser
import Planning
import Reporting
import Scenarios

struct SearchCommand: ParsableCommand {
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

  func run() throws {
    var reader = OptionReader()
    let settings = question.read(&reader)
    let wanted = search.read(&reader)
    var sinkSettings = output.read(&reader, .results)
    let picture = chart.read(&reader, sinkSettings)
    if wanted.fixed != nil, settings.plan != nil {
      reader.problem("--plan and --fix are both given", help: "keep one of them", option: "--fix")
    }
    if search.all {
      if picture.path != nil {
        reader.problem(
          "--all has no picture", help: "leave out --all or --chart", option: "--chart", text: picture.path)
      }
      if output.format == nil, sinkSettings.path == nil { sinkSettings.format = .csv }
      if !sinkSettings.format.isOfRows {
        reader.problem(
          "--all is written as CSV, TSV or JSON Lines",
          help: "leave out --format, or write to a file that ends in .csv, .tsv or .jsonl",
          option: "--all")
      }
    }
    try reader.finish()
    try picture.tryPath()
    let sink = try Sink(sinkSettings)
    let catalog = question.config.catalog(settings.overrides)
    sink.mention("configurations: \(catalog.roots.joined(separator: ", "))")
    let asked = try Question(settings, catalog)
    sink.warn(of: asked.job.model)
    let request = try wanted.request(asked, size: settings.size)
    Interruption.catchFirst()
    let start = ContinuousClock.now
    let found = Search(request, prices: asked.prices)
    if search.all { return try stream(found, asked, sink, sinkSettings) }

    sink.mention("searching on \(Search.cores) cores")
    let progress = ProgressLine(isQuiet: sinkSettings.quiet)
    let show: (@Sendable (SearchProgress) -> Void)?
    if let progress { show = { progress.show($0) } } else { show = nil }
    let outcome = asked.noted(found.run(isCancelled: { Interruption.requested }, progress: show))
    progress?.clear()
    sink.mention("searched in \(ContinuousClock.now - start) on \(Search.cores) cores")
    let text = SearchText(outcome)
    try sink.write(
      Report(
        columns: ResultColumns.all, rows: text.rows(tags: sinkSettings.tags), table: text.table,
        markdown: { text.markdown }))
    try picture.write(text.chart)
    if outcome.wasInterrupted { throw Stop.interrupted }
    if outcome.top.isEmpty, outcome.front.isEmpty { throw Stop.no }
  }

  private func stream(_ found: Search, _ asked: Question, _ sink: Sink, _ settings: OutputSettings) throws {
    try sink.begin(ResultColumns.all)
    func stops() -> Bool { Interruption.requested || sink.isClosed }
    func show(_ results: [OptionResult]) throws {
      try sink.append(
        ResultColumns.all,
        results.map {
          ResultRow(job: asked.job, result: asked.noted($0)).set(RowSetting(asked.size, tags: settings.tags))
        })
    }
    let isComplete = try found.all(isCancelled: stops, show)
    // A file that lacks rows would look like one that has them all, so it gets no name.
    if Interruption.requested, !isComplete { throw Stop.interrupted(before: settings.path) }
    try sink.end()
  }
}
