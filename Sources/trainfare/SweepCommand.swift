import ArgumentParser
import Planning
import Reporting
import Scenarios
import Workbooks

struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Every combination of the inputs that are varied, each with its best plan.",
    discussion: """
        trainfare sweep llama-3.1-8b-1t --on p5.48xlarge \\
          --vary devices=64,128,256 --vary global_batch=512,1024
        trainfare sweep llama-3.1-8b-1t --on p5.48xlarge,trn2.48xlarge \\
          --strong-scaling 64,128,256,512
        trainfare sweep llama-3.1-8b-1t --on trn2.48xlarge \\
          --vary 'chips.trainium2.memory_bandwidth=2.9 TB/s,4 TB/s'
      """)

  @OptionGroup var question: QuestionOptions

  @Option(
    help: ArgumentHelp(
      "An input and its values; may be repeated, which gives every combination.",
      discussion: """
        One of \((Varied.jobKeys + Varied.planKeys).joined(separator: ", ")), price.TYPE, or a path as --set takes it. \
        Values that have commas themselves are separated by ';'.
        Example: --vary global_batch=256,512,1024
        """, valueName: "key=v1,v2"))
  var vary: [String] = []

  @Option(
    help: ArgumentHelp(
      "The same job on more and more devices. Example: --strong-scaling 64,128,256", valueName: "counts"))
  var strongScaling: String?

  @Option(
    help: ArgumentHelp(
      "More and more devices, and a global batch that grows with them from the job's own.",
      discussion: "Example: --weak-scaling 64,128,256", valueName: "counts"))
  var weakScaling: String?

  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Picture") var chart: ChartOptions

  func run() throws {
    var reader = OptionReader()
    let settings = question.read(&reader)
    let sinkSettings = output.read(&reader, .results, writesWorkbooks: true)
    let picture = chart.read(&reader, sinkSettings)
    var varied = vary.compactMap { Varied.parse($0, "--vary", &reader) }
    if strongScaling != nil, weakScaling != nil {
      reader.problem(
        "--strong-scaling and --weak-scaling are both given", help: "keep one", option: "--weak-scaling")
    }
    let scaling = weakScaling ?? strongScaling
    let option = scaling == nil ? "--vary" : weakScaling == nil ? "--strong-scaling" : "--weak-scaling"
    if let scaling, let one = Varied.parse("devices=\(scaling)", option, &reader) { varied.append(one) }
    let keys = varied.map(\.key)
    if let twice = keys.enumerated().first(where: { keys[..<$0.offset].contains($0.element) }) {
      reader.problem(
        "\(twice.element) is varied twice", help: "name all of its values at once", option: "--vary")
    }
    if varied.isEmpty, vary.isEmpty, scaling == nil {
      reader.problem("nothing is varied", help: "add --vary global_batch=256,512", option: "--vary")
    }
    // Rows of CSV and of workbooks that nobody wants to see as a table are written as they are found.
    let streams =
      (sinkSettings.format == .csv || sinkSettings.isWorkbook) && (sinkSettings.path == nil || sinkSettings.quiet)
      && chart.chart == nil
    let sweep = Sweep(
      varied, settings, isWeak: weakScaling != nil, limit: streams ? Sweep.mostStreamed : Sweep.mostShown,
      option: "--vary",
      &reader)
    let most = RowsBook.mostRows, count = sweep.count * max(1, settings.types.count)
    if sinkSettings.isWorkbook, count > most {
      reader.problem(
        "that makes \(count) rows, and a sheet has \(most) at most", help: "vary less at a time, or write a .csv",
        option: "-o", text: sinkSettings.path)
    }
    try reader.finish()
    try picture.tryPath()
    let sink = try Sink(sinkSettings)

    Interruption.catchFirst()
    let shared = question.config.catalog(settings.overrides)
    var rows: [SweepRow] = []
    var isComplete = true, hasRun = false
    var streamed: (file: BookFile, pages: RowsBook)?
    let isJudged = sinkSettings.isWorkbook && ((try? shared.posterior()) ?? nil) != nil
    func pages(_ book: any BookTarget) -> RowsBook {
      RowsBook(
        book, by: .instance, isJudged: isJudged,
        title: "Every combination of \(sweep.keys.joined(separator: ", "))", made: Command.made)
    }
    for index in 0..<sweep.count {
      guard !Interruption.requested, !sink.isClosed else {
        isComplete = false
        break
      }
      let cell = sweep.cell(index)
      let catalog = cell.changesFiles ? shared.with(cell.settings.overrides) : shared
      let found = try Sweep.rows(cell, sweep.keys, catalog, tags: sinkSettings.tags)
      hasRun = hasRun || found.contains { $0.row.result.run != nil }
      // What is wrong with the question is told before anything is written.
      if streams, index == 0 {
        if let file = try sink.openBook() {
          streamed = (file, pages(file.book))
        } else {
          try sink.begin(ResultColumns.all)
        }
      }
      if let streamed {
        for row in found { streamed.pages.append(OptionRow(row)) }
      } else if streams {
        try sink.append(ResultColumns.all, found.map(\.row))
      } else {
        rows += found
      }
    }
    // A file that lacks rows would look like one that has them all, so it gets no name.
    let isKept = isComplete || sinkSettings.path == nil
    let text = SweepText(keys: sweep.keys, rows: rows, showsScaling: scaling != nil, isComplete: isComplete)
    if streams {
      if isKept {
        streamed?.pages.finish()
        try streamed?.file.close()
        try sink.end()
      }
    } else {
      if isKept {
        try sink.write(
          Report(
            columns: ResultColumns.all, rows: rows.map(\.row), table: text.table, markdown: { text.markdown },
            book: Report.Book(isStreamed: true) { book in
              let pages = pages(book)
              for row in rows { pages.append(OptionRow(row)) }
              pages.finish()
            }))
      } else if !sinkSettings.quiet {
        try StandardOutput.write(text.table(sinkSettings.screen))
      }
    }
    if !streams, isKept { try picture.write(text.chart) }
    if Interruption.requested, !isComplete { throw Stop.interrupted(before: sinkSettings.path) }
    if !hasRun { throw Stop.no }
  }
}
