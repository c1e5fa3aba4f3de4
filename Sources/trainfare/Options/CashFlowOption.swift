import ArgumentParser
import Costing
import Planning
import Reporting

/// Whether the answer is told by month.
struct CashFlowOption: ParsableArguments {
  @Flag(
    help: "Also what is paid in each calendar month from --start on. Files have a row for each month, and only that.")
  var cashFlow = false

  /// The columns that files have, and whether there may be a workbook.
  func read(_ reader: inout OptionReader, _ output: OutputOptions, writesWorkbooks: Bool = false) -> OutputSettings {
    cashFlow
      ? output.read(&reader, ColumnNames(CashFlowText.columns))
      : output.read(&reader, .results, writesWorkbooks: writesWorkbooks)
  }

  /// The answer as it is told: by month, where that was asked for.
  func told(_ report: Report, _ comparison: Comparison, _ knowledge: Knowledge?, start: Moment?) -> Report {
    cashFlow ? report.byMonth(CashFlowText(comparison, knowledge, start: start)) : report
  }
}
