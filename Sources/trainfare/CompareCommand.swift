import ArgumentParser
import Planning
import Quantities
import Reporting
import Scenarios

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "One training job on several instance types, side by side: time, plan and cost of each.",
    discussion: """
      Without arguments: what it costs to train Llama 3.1 8B on each kind of chip.

        trainfare compare llama-3.1-70b-1t --on trn2.48xlarge,p5.48xlarge \\
          --deadline '30 d'
        trainfare compare --model llama-2-7b --tokens '500 B' \\
          --sequence-length 4096 --global-batch 512 --on trn1.32xlarge,p4d.24xlarge \\
          --chips 256 -o compare.csv
      """)

  @OptionGroup var question: QuestionOptions

  @OptionGroup var referred: ReferenceOption

  @OptionGroup var byMonth: CashFlowOption

  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Picture") var chart: ChartOptions

  func run() throws {
    var reader = OptionReader()
    let settings = question.read(&reader)
    let sinkSettings = byMonth.read(&reader, output, writesWorkbooks: true)
    let picture = chart.read(&reader, sinkSettings)
    try reader.finish()
    try picture.tryPath()
    let sink = try Sink(sinkSettings)

    let catalog = question.config.catalog(settings.overrides)
    sink.mention("configurations: \(catalog.roots.joined(separator: ", "))")
    let asked = try Question(settings, catalog)
    sink.warn(of: asked.job.model)
    let size = try asked.comparedSize(reference: referred.reference)
    let names = asked.options.map(\.instance.name)
    sink.mention("comparing \(names.joined(separator: ", "))")
    let comparison = asked.compare(size)
    let text = ComparisonText(comparison, order: names, reference: referred.reference, isDetailed: sinkSettings.verbose)
    let effects = try WhatIf(asked, settings, size: size, question.config)?.effects(comparison.results) ?? []
    let whatIf = effects.isEmpty ? nil : WhatIfText(effects)
    let report = Report(
      columns: ResultColumns.all, rows: text.rows(tags: sinkSettings.tags).map { $0.besides(effects) },
      table: { text.table($0) + (whatIf?.block($0) ?? "") }, markdown: { text.markdown + (whatIf?.markdown ?? "") },
      book: Report.Book(isStreamed: false) { ComparisonBook(text, made: Command.made).write(to: $0) })
    try sink.write(byMonth.told(report, comparison, asked.knowledge, start: settings.price.start))
    try picture.write(text.chart)
    // A way of buying that was named and that nothing is sold by is no answer.
    let hasPrice = comparison.results.contains { $0.run?.offer.price != nil }
    if comparison.results.allSatisfy({ $0.run == nil }) || !hasPrice && asked.pricings != [.list] { throw Stop.no }
  }
}
