import ArgumentParser
import Costing
import Quantities
import Reporting
import Scenarios

struct CatalogPricesCommand: AnsweringCommand {
  static let configuration = CommandConfiguration(
    commandName: "prices",
    abstract: "Every known price, how old it is, and which is taken.",
    discussion: "  trainfare catalog prices p5.48xlarge")

  @Argument(
    help: ArgumentHelp("Instance types. Default: all that have a price.", valueName: "type"),
    completion: Names.of(.instances))
  var types: [String] = []

  @OptionGroup(title: "What is known") var config: ConfigOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  var columns: ColumnNames { ColumnNames(PriceListing.columns) }

  func read(_ reader: inout OptionReader) -> [Override] { config.read(&reader) }

  func answer(_ overrides: [Override], _ sink: Sink) throws -> Answer? {
    let catalog = config.catalog(overrides)
    var problems = FileProblems()
    let known = problems.attempt { () throws(Diagnostics) in (try catalog.prices(), try catalog.rentalLimits()) }
    let names = types.isEmpty ? Set((known?.0 ?? []).map(\.instance)).sorted() : types
    let instances = names.compactMap { name in
      problems.attempt { () throws(Diagnostics) in try catalog.instance(name) }
    }
    try problems.finish()
    guard let (prices, limits) = known else { throw Stop.no }
    let book = PriceBook(prices, limits: limits, today: Today.date)
    let rows = instances.flatMap { PriceListing.all(of: $0, prices, book, today: Today.date) }
    if rows.isEmpty {
      throw Stop.usage(
        "no price of \(names.joined(separator: ", ")) is known",
        help: "add one with --price, or to prices/NAME.csv in your --configs")
    }
    return Answer(
      report: Report(columns: PriceListing.columns, rows: rows, table: { PriceListing.table(rows, $0) }))
  }
}
