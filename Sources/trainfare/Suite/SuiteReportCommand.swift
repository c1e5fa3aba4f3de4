import ArgumentParser
import Reporting
import Scenarios

struct SuiteReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract:
      "One page of results that are there already: the cheapest case of each model, tables, pictures, notes, sources.",
    discussion: """
        trainfare suite run chips -o chips.csv
        trainfare suite report chips.csv -o chips.html

      Nothing is planned anew. Files of 'compare', 'sweep' and 'search' have the same columns, and are taken too.
      """)

  @Argument(
    help: ArgumentHelp("Results: a CSV or JSON file, or STORE#RUN.", valueName: "results"), completion: .file())
  var results: String

  @OptionGroup var page: PageOptions

  func run() throws {
    var reader = OptionReader()
    page.check(&reader)
    try reader.finish()
    try page.tryPath()
    var problems = FileProblems()
    let table = problems.attempt { () throws(Diagnostics) in
      try RunReader.table(results, needed: SuiteRow.needed, check: SuiteRow.problem)
    }
    try problems.finish()
    guard let table else { preconditionFailure("nothing failed, and something is missing") }
    let rows = SuiteRow.rows(table)
    // The page may not take the place of what it was read from.
    try page.tryPath()
    try page.write(ResultsPage(rows, source: table.name, made: Command.made).html)
    if !rows.contains(where: \.isFeasible) { throw Stop.no }
  }
}
