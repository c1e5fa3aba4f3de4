import ArgumentParser
import Reporting
import Scenarios

/// How results are written, and where.
struct OutputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Format of the result: \(Format.allCases.map(\.rawValue).joined(separator: ", ")).",
      discussion: "Default: what the name after -o ends in, else table.\nExample: --format json",
      valueName: "format"),
    completion: .list(Format.allCases.map(\.rawValue)))
  var format: String?

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp(
      "Write the result to a file as well as showing the table; '-' is standard output.",
      discussion: """
        compare, sweep and suite run also write a workbook whose figures follow from its inputs: -o costs.xlsx.
        Example: -o out/compare.csv
        """, valueName: "file"),
    completion: .file())
  var output: String?

  @Option(help: ArgumentHelp("What stands between fields: ',', ';', '|' or tab.", valueName: "char"))
  var csvDelimiter: String = ","

  @Option(help: ArgumentHelp("What stands before decimals in CSV: '.' or ','.", valueName: "char"))
  var csvDecimal: String = "."

  @Flag(help: "Begin CSV with a byte order mark, for spreadsheets that need one.")
  var bom = false

  @Option(
    help: ArgumentHelp(
      "The columns of a file, in this order; brief and all stand for several.",
      discussion: "Without a file, the table has these and nothing else.\nExample: --columns brief,tags",
      valueName: "name,…"))
  var columns: String?

  @Option(
    help: ArgumentHelp(
      "A name and a value of your own for the column tags; may be repeated.", discussion: "Example: --tag team=nlp",
      valueName: "name=value"))
  var tag: [String] = []

  @Flag(name: .shortAndLong, help: "With -o, show no table; say nothing but errors.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Tell on standard error what is read and searched.")
  var verbose = false

  @Option(
    help: ArgumentHelp("Colour the table: auto, always or never. NO_COLOR is heeded.", valueName: "when"),
    completion: .list(["auto", "always", "never"]))
  var color: String = "auto"

  /// - Parameters:
  ///   - known: the columns of the command.
  ///   - writesWorkbooks: whether the command can.
  func read(_ reader: inout OptionReader, _ known: ColumnNames, writesWorkbooks: Bool = false) -> OutputSettings {
    (Origins.isQuiet, Origins.isVerbose) = (quiet, verbose)
    let path = output == "-" ? nil : output
    let asked: Format? = reader.choice(format, "--format", among: Format.allCases)
    let delimiter = csvDelimiter == "tab" || csvDelimiter == "\\t" ? "\t" : csvDelimiter
    if !CSVDialect.delimiters.contains(where: { String($0) == delimiter }) {
      reader.unknown(csvDelimiter, "--csv-delimiter", among: [",", ";", "|", "tab"])
    }
    if !CSVDialect.decimals.contains(where: { String($0) == csvDecimal }) {
      reader.unknown(csvDecimal, "--csv-decimal", among: [".", ","])
    }
    if delimiter == csvDecimal {
      reader.problem(
        "decimals and fields would be set off by the same character", help: "add --csv-delimiter ';'",
        option: "--csv-decimal", text: csvDecimal)
    }
    let isWorkbook = asked == nil && writesWorkbooks && path.flatMap(Format.ending) == Format.workbook
    if isWorkbook, let columns {
      reader.problem(
        "a workbook has columns of its own", help: "leave out --columns, or write the columns to a .csv",
        option: "--columns", text: columns)
    }
    if asked == nil, !isWorkbook, let path { refuseEnding(path, &reader, writesWorkbooks: writesWorkbooks) }
    let colour: Bool
    switch color {
    case "always": colour = true
    case "never": colour = false
    default:
      if color != "auto" { reader.unknown(color, "--color", among: ["auto", "always", "never"]) }
      let isForbidden = Environment["NO_COLOR"].map { !$0.isEmpty } ?? false
      colour = StandardOutput.isTerminal && !isForbidden && Environment["TERM"] != "dumb"
    }
    var settings = OutputSettings(
      format: asked ?? path.flatMap(Format.init(fileName:)) ?? .table,
      dialect: CSVDialect(
        delimiter: delimiter.first ?? ",", decimal: csvDecimal.first ?? ".", byteOrderMark: bom),
      path: path, quiet: quiet, verbose: verbose,
      screen: Screen(width: StandardOutput.width, colour: colour),
      columns: columns.map { choice($0, known, &reader) }, tags: tags(known, &reader))
    settings.isWorkbook = isWorkbook
    return settings
  }
}

/// `OutputOptions`, understood.
struct OutputSettings {
  var format: Format
  var dialect: CSVDialect
  /// Nil for standard output.
  var path: String?
  var quiet: Bool
  var verbose: Bool
  var screen: Screen
  /// Nil for all of them.
  var columns: ColumnChoice?
  var tags = Tags()
  /// Whether the file is a workbook, and no text.
  var isWorkbook = false
}
