import ArgumentParser
import Measuring
import Reporting
import Scenarios

struct MeasureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure",
    abstract: "Measures how fast this machine is, by shape and threads, and writes files for other commands.",
    discussion: """
        trainfare measure
        trainfare measure --quick --threads 1 -o /tmp/measured
        trainfare compare --configs measured --on $(hostname) --model gpt2 \\
          --precision fp32 --instances 1 --tokens '1 B' \\
          --sequence-length 1024 --global-batch 8

      Writes a chip, an instance, a software stack and an efficiency profile, and measurement.json with every \
      time that was taken. docs/Measure.md says what is measured and how it is fitted.
      """)

  @OptionGroup var measure: MeasureOptions

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Folder for the files. Example: -o my-configs", valueName: "dir"), completion: .directory)
  var output: String = "measured"

  @Option(
    help: ArgumentHelp(
      "Format of what is shown: \(Format.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "format"),
    completion: .list(Format.allCases.map(\.rawValue)))
  var format: String?

  @Flag(help: "Measure although OpenBLAS's kernels are not made for this processor.")
  var force = false

  @Flag(name: .shortAndLong, help: "Show no table; say nothing but errors.")
  var quiet = false

  func run() throws {
    var reader = OptionReader()
    let threads = measure.read(&reader)
    let format: Format = reader.choice(format, "--format", among: Format.allCases) ?? .table
    try reader.finish()
    var folder = output
    while folder.count > 1, folder.last == "/" { folder.removeLast() }
    // Opened first: a folder that cannot be written to is not news after a minute.
    try FileSet.probe(folder, MeasurementFile.name)

    let date = try Today.forFiles()
    let facts = Facts.read()
    if let (message, help) = facts.kernelProblem {
      // A profile that is several times too slow would stand there for years.
      if !force {
        throw Stop(
          status: 1, diagnostics: [Diagnostic(.error, message, help: "\(help); --force measures as it is")])
      }
      Messages.show([Diagnostic(.warning, message, help: help)])
    }
    if !quiet { Messages.show(facts.warnings.map { Diagnostic(.warning, $0) }) }
    let grid = measure.quick ? Grid.quick : Grid.full
    let session = Session(grid, threads: threads, facts: facts)
    MeasureCommand.run(session, quiet: quiet)
    let profile = Profile(session.measurement(date: date, isQuick: measure.quick))

    // From here on Ctrl-C waits: five files that fit each other, or none.
    Interruption.catchFirst()
    let files = ConfigFiles.of(profile)
    var set = FileSet(folder: folder)
    try set.add(MeasurementFile.name, MeasurementFile.text(profile))
    for file in files { try set.add(file.path, file.text) }
    try set.commit()
    if Interruption.requested { throw Stop.interrupted }
    let written = [MeasurementFile.name] + files.map(\.path)
    let text = MeasureText(profile, files: written.map { "\(folder)/\($0)" })
    let report = Report(
      columns: MeasureRow.columns, rows: MeasureRow.rows(profile.measurement), table: text.table)
    if !quiet { try StandardOutput.write(report.text(format, CSVDialect(), Screen(width: StandardOutput.width))) }
  }

  /// Runs everything, telling how far it is.
  static func run(_ session: Session, quiet: Bool) {
    var progress = Progress(total: session.visits, noun: "sample", quiet: quiet)
    session.run { progress.step() }
    progress.end()
  }
}
