import ArgumentParser
import Foundation
import History
import Measuring
import Quantities
import Reporting
import Scenarios

/// What somebody who helps has to know first: which program, on which machine, with which files.
struct DoctorCommand: AnsweringCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract:
      "Shows program, machine and files, and what is wrong with them: for a question or a bug report.",
    discussion: """
        trainfare doctor
        trainfare doctor --format markdown

      Exit status: 0, or 1 where a configuration is wrong. Names of folders are part of it: look at it before you publish it.
      """)

  @OptionGroup(title: "What is known") var config: ConfigOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  var columns: ColumnNames { ColumnNames(Finding.columns) }

  func read(_ reader: inout OptionReader) -> [Override] { config.read(&reader) }

  func answer(_ overrides: [Override], _ sink: Sink) throws -> Answer? {
    let catalog = config.catalog(overrides)
    let problems = catalog.check()
    let findings = DoctorCommand.program(catalog) + DoctorCommand.machine() + DoctorCommand.files(catalog, problems)
    return Answer(
      report: Report(columns: Finding.columns, rows: findings, table: { Finding.table(findings, $0) }),
      told: problems, end: problems.contains { $0.severity == .error } ? .no : nil)
  }

  private static func program(_ catalog: Catalog) -> [Finding] {
    #if DEBUG
      let build = "debug"
    #else
      let build = "release"
    #endif
    return [
      Finding("trainfare", Version.program(catalog)),
      Finding("result files", "schema \(Release.schemaVersion)"),
      Finding("build", build),
      Finding("program", Process.executable),
      Finding("SQLite", RunStore.engine),
    ]
  }

  private static func machine() -> [Finding] {
    let facts = Facts.read()
    var system = utsname()
    uname(&system)
    let wanted = ["TRAINFARE_CONFIGS", "NO_COLOR", "COLUMNS", "LANG", "TZ"]
    let set =
      wanted.compactMap { name in Environment[name].map { "\(name)=\($0)" } }
      + facts.variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return [
      Finding("system", "\(text(&system.sysname)) \(text(&system.release)) \(text(&system.machine))"),
      Finding("processor", facts.processor ?? "unknown"),
      Finding("processors", "\(facts.processors)"),
      Finding("memory", Bytes(facts.memoryBytes).formatted),
      Finding("our kernels", Facts.kernels),
      Finding("OpenBLAS", facts.blasBuild.trimmingCharacters(in: .whitespaces)),
      Finding(
        "its kernels", facts.blasCore + (facts.kernelProblem.map { "; \($0.help): \($0.message)" } ?? "")),
      Finding("variables", set.isEmpty ? "none that matters is set" : set.joined(separator: ", ")),
    ]
  }

  private static func files(_ catalog: Catalog, _ problems: [Diagnostic]) -> [Finding] {
    let roots = catalog.filesByRoot.map { root, files in
      Finding("files of", "\(root): \(files.count) read")
    }
    let errors = problems.filter { $0.severity == .error }.count
    let posterior = try? catalog.posterior()
    let prices = (try? catalog.prices()) ?? []
    return roots + [
      Finding("wrong", errors == 0 ? "nothing" : "\(errors) error\(errors == 1 ? "" : "s"), listed below"),
      Finding(
        "calibration",
        posterior.map {
          "\($0.rows) runs, \($0.origin.retrieved), data \($0.data)"
        } ?? "none: predictions have no interval"),
      Finding(
        "prices", prices.map(\.date).max().map { "\(prices.count), the newest of \($0)" } ?? "none"),
    ]
  }

  /// A C array of characters as text.
  private static func text<T>(_ field: inout T) -> String {
    withUnsafeBytes(of: &field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
