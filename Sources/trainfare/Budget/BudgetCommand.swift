import ArgumentParser
import Planning
import Quantities
import Reporting
import Scenarios

struct BudgetCommand: AnsweringCommand {
  static let configuration = CommandConfiguration(
    commandName: "budget",
    abstract: "Plan backwards: the model and the tokens that a sum of money trains on each instance type.",
    discussion: """
      Without arguments: what $10 M trains in 90 days.

        trainfare budget --dollars '$2 M' --days '30 d' \\
          --on trn2.48xlarge,p5.48xlarge
        trainfare budget --dollars '$2 M' --days '30 d' --model llama-3.1-8b \\
          --pricing on-demand,capacity-block
        trainfare budget --dollars '$5.4 B/year' --days '7 years' \\
          --law chinchilla -o budget.csv
        trainfare budget frontier
      """)

  @Argument(
    help: ArgumentHelp(
      "A budget: a name from configs/budgets, or a YAML file. Options change it.",
      discussion: "Default: \(BudgetCommand.usual)", valueName: "budget"),
    completion: Names.of(.budgets, orFiles: ["yaml", "yml"]))
  var budget: String?

  @OptionGroup(title: "What is spent, on what") var asked: BudgetOptions
  @OptionGroup(title: "How it is paid") var price: PriceOptions
  @OptionGroup(title: "What is known") var config: ConfigOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  static let usual = "ten-million"

  /// What is changed of the budget, and what it says nothing of.
  struct Asked {
    var changes: Budget
    var settings: BudgetSettings
    var overrides: [Override]
  }

  var columns: ColumnNames { ColumnNames(BudgetColumns.all) }

  func read(_ reader: inout OptionReader) -> Asked {
    var changes = asked.read(&reader)
    let settings = readSettings(&reader, &changes)
    return Asked(changes: changes, settings: settings, overrides: config.read(&reader))
  }

  func answer(_ wanted: Asked, _ sink: Sink) throws -> Answer? {
    let changes = wanted.changes, catalog = config.catalog(wanted.overrides)
    sink.mention("configurations: \(catalog.roots.joined(separator: ", "))")
    var problems = FileProblems()
    let found = problems.attempt { () throws(Diagnostics) in try catalog.budget(budget ?? BudgetCommand.usual) }
    try problems.finish()
    guard let base = found else { preconditionFailure("nothing failed, and there is no budget") }
    // Whoever asks for another sum than the default one has said nothing of its time.
    let isTimed = changes.time != nil || (base.time != nil && (budget != nil || changes.sums.isEmpty))
    let question = try BudgetQuestion(base.changed(by: changes), isTimed: isTimed, wanted.settings, catalog)
    let text = BudgetText(question.answers(), assumed: question.assumed)
    let report = Report(
      columns: BudgetColumns.all, rows: text.rows, table: text.table, markdown: { text.markdown })
    return Answer(report: report, end: text.rows.allSatisfy { $0.run == nil } ? .no : nil)
  }

  private func readSettings(_ reader: inout OptionReader, _ budget: inout Budget) -> BudgetSettings {
    let settings = price.read(&reader)
    // The option's default is no wish: a file may say otherwise.
    budget.ways = price.pricing == "list" ? [] : settings.requests
    budget.region = settings.region
    let limits = asked.limits.read(&reader)
    return BudgetSettings(
      rates: settings.rates, start: settings.start, confidence: limits.confidence, maxInstances: limits.maxInstances)
  }
}
