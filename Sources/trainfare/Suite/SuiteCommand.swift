import ArgumentParser
import Reporting
import Scenarios

struct SuiteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suite",
    abstract: "Benchmark suites: many jobs on many instance types from one file; results kept and compared.",
    discussion: """
        trainfare suite run chips -o chips.csv
        trainfare suite run mine.yaml -o mine.csv --resume
        trainfare suite list published
        trainfare suite diff old.csv new.csv --fail-on 'cost_usd +2%'
        trainfare suite report chips.csv -o chips.html
      """,
    subcommands: [SuiteRunCommand.self, SuiteListCommand.self, SuiteDiffCommand.self, SuiteReportCommand.self])
}

struct SuiteListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "The cases of suites, without running them.", discussion: "  trainfare suite list chips")

  @Argument(
    help: ArgumentHelp("Suites: names from configs/suites, or YAML files.", valueName: "suite"),
    completion: Names.of(.suites, orFiles: ["yaml", "yml"]))
  var suites: [String]

  @OptionGroup(title: "What is known") var config: ConfigOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() throws {
    var reader = OptionReader()
    let overrides = config.read(&reader)
    let settings = output.read(&reader, ColumnNames(SuiteListing.columns))
    try reader.finish()
    let sink = try Sink(settings)
    let listings = try SuiteSet.read(suites, config.catalog(overrides)).flatMap { suite in
      suite.cases.map { SuiteListing($0, suite: suite.name) }
    }
    try sink.write(
      Report(
        columns: SuiteListing.columns, rows: listings, table: { SuiteListing.table(listings, $0) }))
  }
}
