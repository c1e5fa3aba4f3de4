import ArgumentParser
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
}
