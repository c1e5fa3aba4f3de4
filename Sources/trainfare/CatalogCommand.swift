import ArgumentParser
import Reporting
import Scenarios

struct CatalogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "catalog",
    abstract: "What is known of chips, instances, models, software and prices, with sources.",
    subcommands: [
      CatalogListCommand.self, CatalogShowCommand.self, CatalogPricesCommand.self, CatalogCheckCommand.self,
      CatalogAddCommand.self,
    ])
}

struct CatalogListCommand: AnsweringCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "All names, by kind.", discussion: "  trainfare catalog list instances")

  @Argument(
    help: ArgumentHelp(
      "One of \(CatalogKind.allCases.map(\.title).joined(separator: ", ")); default: all.", valueName: "kind"),
    completion: .list(CatalogKind.allCases.map(\.title)))
  var kind: String?

  @OptionGroup(title: "What is known") var config: ConfigOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  var columns: ColumnNames { ColumnNames(CatalogEntry.columns) }

  func read(_ reader: inout OptionReader) -> [Override] {
    if let kind, CatalogKind(title: kind) == nil {
      reader.unknown(kind, "KIND", among: CatalogKind.allCases.map(\.title))
    }
    return config.read(&reader)
  }

  func answer(_ overrides: [Override], _ sink: Sink) throws -> Answer? {
    let catalog = config.catalog(overrides)
    let kinds = kind.flatMap(CatalogKind.init(title:)).map { [$0] } ?? CatalogKind.allCases
    var problems = FileProblems()
    let entries = kinds.flatMap { kind in
      catalog.names(kind).map { name in
        problems.attempt { () throws(Diagnostics) in try catalog.entry(kind, name) }
          ?? CatalogEntry(kind, name: name, summary: "(cannot be read)")
      }
    }
    if entries.isEmpty {
      throw Stop.file(Diagnostic(.error, "nothing is known", help: "name a folder with --configs"))
    }
    return Answer(
      report: Report(columns: CatalogEntry.columns, rows: entries, table: { CatalogEntry.table(entries, $0) }),
      end: problems.stop)
  }
}

struct CatalogShowCommand: AnsweringCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "One entry: every figure with its unit, source and date.",
    discussion: """
        trainfare catalog show trainium2
        trainfare catalog show llama-3.1-8b
        trainfare catalog show my-model/config.json -v
      """)

  @Argument(
    help: ArgumentHelp(
      "A name, or KIND/NAME where several kinds have it; or a model's file, its folder or its name on the Hub.",
      valueName: "name"),
    completion: Names.of(CatalogKind.allCases, orFiles: ["yaml", "yml", "json"]))
  var name: String

  @OptionGroup(title: "What is known") var config: ConfigOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  var columns: ColumnNames { ColumnNames(FactSheet.columns) }

  func read(_ reader: inout OptionReader) -> [Override] { config.read(&reader) }

  func answer(_ overrides: [Override], _ sink: Sink) throws -> Answer? {
    let catalog = config.catalog(overrides)
    let (kind, name) = try catalog.find(name)
    do {
      let sheet = try catalog.sheet(kind, name)
      if kind == .models, let ignored = try catalog.model(name).imported?.ignored, !ignored.isEmpty {
        sink.mention("keys not used: \(ignored.joined(separator: ", "))")
      }
      return Answer(report: Report(columns: FactSheet.columns, rows: sheet.facts, table: sheet.table))
    } catch {
      throw Stop.file(error)
    }
  }
}

struct CatalogCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Reads every file and checks that they agree; exit status 1 when something is wrong.")

  @OptionGroup(title: "What is known") var config: ConfigOptions

  func run() throws {
    var reader = OptionReader()
    let overrides = config.read(&reader)
    try reader.finish()
    let catalog = config.catalog(overrides)
    let found = catalog.check()
    Messages.show(found)
    let errors = found.filter { $0.severity == .error }.count
    guard errors == 0 else { throw Stop.no }
    let files = CatalogKind.allCases.reduce(0) { $0 + catalog.names($1).count }
    let warnings = found.count
    try StandardOutput.write(
      "\(files) files, no errors" + (warnings > 0 ? ", \(warnings) warning\(warnings == 1 ? "" : "s")" : "") + "\n")
  }
}
