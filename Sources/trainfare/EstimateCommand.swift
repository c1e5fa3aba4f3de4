import ArgumentParser
import Planning
import Reporting
import Scenarios
import Simulation

struct EstimateCommand: DrawingCommand {
  static let configuration = CommandConfiguration(
    commandName: "estimate",
    abstract: "One job on one instance type: where the time, the memory and the money go.",
    discussion: """
        trainfare estimate llama-3.1-8b-1t --on trn2.48xlarge
        trainfare estimate llama-3.1-8b-1t --on p5.48xlarge --instances 8 \\
          --plan tp=2,pp=1 --explain
      """)

  @OptionGroup var question: QuestionOptions

  @Flag(help: "Show the arithmetic: every operator, collective and source.")
  var explain = false

  @OptionGroup var byMonth: CashFlowOption

  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Picture") var chart: ChartOptions

  var columns: ColumnNames { .results }

  func read(_ reader: inout OptionReader) -> QuestionSettings {
    let settings = question.read(&reader)
    if settings.types.count > 1 {
      reader.problem(
        "an estimate is of one instance type", help: "name one, or use 'trainfare compare'", option: "--on",
        text: question.on.joined(separator: ","))
    }
    return settings
  }

  func view(_ reader: inout OptionReader) -> OutputSettings {
    let view = byMonth.read(&reader, output)
    if explain, view.path == nil, view.format != .table {
      reader.problem(
        "--explain is a text for people", help: "leave out --format, or add -o FILE", option: "--format",
        text: output.format)
    }
    return view
  }

  func answer(_ settings: QuestionSettings, _ sink: Sink) throws -> Answer? {
    let asked = try question.lookUp(settings, sink)
    sink.warn(of: asked.job.model)
    try asked.refuseSeveralWays()
    guard let option = asked.options.first, asked.options.count == 1 else {
      let names = asked.options.map(\.instance.name).joined(separator: ", ")
      throw Stop.usage("an estimate is of one instance type", help: "add --on with one of: \(names)")
    }
    let size = settings.size ?? PlannedSize.of(asked.plan, option.instance) ?? asked.size ?? .instances(1)
    let comparison = asked.compare(size)
    guard let row = comparison.rows.first else { preconditionFailure("one option has one row") }
    if row.result.run == nil, row.result.refusal?.nearest == nil,
      let simulator = try? Simulator(job: asked.job, instance: option.instance, efficiency: option.efficiency)
    {
      try PlannedSize.check(asked.plan, size, option.instance, simulator, text: question.plan.plan)
    }
    let text = EstimateText(row, size: size)
    let explanation = explain ? Explanation(row) : nil
    let effects =
      explain ? [] : try WhatIf(asked, settings, size: size, question.config)?.effects(comparison.results) ?? []
    let whatIf = effects.isEmpty ? nil : WhatIfText(effects)
    let report = Report(
      columns: ResultColumns.all, rows: [row.set(RowSetting(size, tags: sink.settings.tags)).besides(effects)],
      table: { screen in explanation?.text(screen) ?? text.table(screen) + (whatIf?.block(screen) ?? "") },
      markdown: {
        explanation.map { "```\n\($0.text(Screen()))```\n" } ?? text.markdown + (whatIf?.markdown ?? "")
      })
    return Answer(
      report: byMonth.told(report, comparison, asked.knowledge, start: settings.price.start),
      drawn: { text.chart }, end: row.result.run == nil ? .no : nil)
  }
}
