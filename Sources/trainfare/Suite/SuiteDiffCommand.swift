import ArgumentParser
import Reporting
import Scenarios

struct SuiteDiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "What changed between two runs, by how much and why; exit status 1 beyond --fail-on.",
    discussion: """
        trainfare suite diff old.csv new.csv
        trainfare suite diff results.sqlite#1 results.sqlite#2 \\
          --fail-on 'cost_usd +2%'
        trainfare suite diff old.csv new.csv --fail-on 'cost_usd +2%' \\
          --format markdown -o comment.md

      The ratio of two costs is taken apart: price, size, steps, step, input, checkpoints, goodput, start, spares, \
      billing. Runs kept with --store also tell which files changed in between. \
      Figures that differ by less than a billionth of their size count as equal, since processors round differently. \
      A gate fails where it cannot compare: a case or a value is gone, is no figure, or is there twice. \
      Markdown is a comment for a pull request; docs/CI.md has jobs that write it.
      """)

  @Argument(
    help: ArgumentHelp("Results before: a CSV or JSON file, or STORE#RUN.", valueName: "old"), completion: .file())
  var old: String

  @Argument(
    help: ArgumentHelp("Results after: a CSV or JSON file, or STORE#RUN.", valueName: "new"), completion: .file())
  var new: String

  @Option(
    help: ArgumentHelp(
      "Exit with 1 when a column changes by more; may be repeated.",
      discussion: "Example: --fail-on 'cost_usd +2%' --fail-on 'tokens_per_s -1%'", valueName: "change"))
  var failOn: [String] = []

  @OptionGroup(title: "Output") var output: OutputOptions

  func run() throws {
    var reader = OptionReader()
    let settings = output.read(&reader, ColumnNames(SuiteDiff.columns))
    var tolerances: [Tolerance] = []
    for text in failOn {
      do {
        tolerances.append(try Tolerance(text))
      } catch {
        reader.problem(error.message, help: error.help, option: "--fail-on", text: text)
      }
    }
    try reader.finish()
    let sink = try Sink(settings)
    var problems = FileProblems()
    let tables = [old, new].compactMap { name in
      problems.attempt { () throws(Diagnostics) in try RunReader.table(name) }
    }
    try problems.finish()
    let diff = SuiteDiff(tables[0], tables[1])
    try sink.write(
      Report(columns: SuiteDiff.columns, rows: diff.lines, table: diff.table, markdown: { diff.markdown(tolerances) }))
    if tolerances.isEmpty {
      Messages.show(
        diff.repeated.map {
          Diagnostic(.warning, "\($0): several rows have this name; the first is compared", help: "name each case once")
        })
    }
    let failures = tolerances.flatMap(diff.failures)
    Messages.show(failures)
    if !failures.isEmpty { throw Stop.no }
  }
}
