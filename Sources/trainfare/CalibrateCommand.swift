import ArgumentParser
import Calibration
import Planning
import Quantities
import Reporting
import Scenarios
import Simulation

struct CalibrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Fits efficiency profiles to measured runs, with the error on runs held out.",
    discussion: """
        trainfare calibrate -o fitted
        trainfare calibrate my-runs.csv -o fitted
        trainfare calibrate --log train.log llama-3.1-8b-1t --on p5.48xlarge \\
          --instances 8 --plan tp=2,dp=32 -o mine
        trainfare compare --configs mine
        trainfare calibrate --log next.log llama-3.1-8b-1t --on p5.48xlarge \\
          --instances 16 --configs mine -o mine

      With --log, predictions move towards a run of your own. The log (of Megatron-LM, NeMo, torchtitan, llm-foundry or NeuronX \
      Distributed) says how long a step took; the job and the options say what ran. The same job and plan are then predicted \
      as in the log, less similar ones move less, and other chips stay. A log that prints another batch, sequence length, \
      number of devices or plan than you state is refused. The same log counts once, however often it is given.

      Writes efficiency/CHIP.STACK.yaml and calibration/posterior.yaml into the folder: configurations that overlay the \
      shipped ones with --configs. Files that exist are replaced whole, never changed in place. docs/Calibration.md says how it is done.
      """)

  @Argument(
    help: ArgumentHelp(
      "A CSV file of measured runs, '-' is standard input; with --log the job that ran.",
      discussion: "Default: configs/measurements/runs.csv; with --log the job llama-3.1-8b-1t.", valueName: "file"),
    completion: .file(extensions: ["csv", "yaml"]))
  var file: String?

  @Option(
    help: ArgumentHelp("The log of a training run of your own; '-' is standard input.", valueName: "file"),
    completion: .file())
  var log: String?

  @Option(
    help: ArgumentHelp(
      "With --log: the log counts as this many published runs of the same job and plan. More moves predictions nearer to it.",
      discussion: """
        Default: 50, which brings the prediction of that job to within about 1% of the log. With 1 it counts like one \
        published figure. Example: --trust 5
        """, valueName: "n"))
  var trust: String?
  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("The folder to write the profiles into; left out, nothing is written.", valueName: "folder"),
    completion: .directory)
  var folder: String?
  @Option(
    help: ArgumentHelp("Parts of the cross-validation; 0 leaves it out. Example: --folds 5", valueName: "n"))
  var folds: String = "10"
  @Option(
    help: ArgumentHelp(
      "Also predict runs from the others alone: a chip's, a laboratory's, a stack's, or those of each in turn (each-series, "
        + "each-stack, each-chip). May be repeated.", discussion: "Example: --leave-out h100 --leave-out each-series",
      valueName: "chip|series:name|stack:name|each-kind"),
    completion: Names.of(.chips))
  var leaveOut: [String] = []
  @Option(help: ArgumentHelp("The date to write into the files. Default: today.", valueName: "date"))
  var date: String?
  @OptionGroup(title: "What ran, with --log") var job: JobOptions
  @Option(
    help: ArgumentHelp("The instance type that it ran on.", discussion: "Example: --on p5.48xlarge", valueName: "type"),
    completion: Names.of(.instances))
  var on: String?
  @OptionGroup(title: "On how many") var size: SizeOptions
  @OptionGroup(title: "How the work was split") var plan: PlanOptions
  @OptionGroup(title: "What is known") var config: ConfigOptions
  @Option(
    help: ArgumentHelp("How the report is printed: table or markdown.", valueName: "format"),
    completion: .list(["table", "markdown"]))
  var format: String?
  @Option(help: ArgumentHelp("A file for the report, as Markdown.", valueName: "file"), completion: .file())
  var report: String?
  @Flag(name: .shortAndLong, help: "No progress and no table on the terminal.") var quiet = false

  func run() throws {
    Origins.isQuiet = quiet
    if let log { return try learn(from: log) }
    var reader = OptionReader()
    let date = fileDate(&reader)
    if trust != nil { reader.problem("--trust is of a log", help: "add --log FILE", option: "--trust", text: trust) }
    let overrides = config.read(&reader)
    let folds = folds == "0" ? 0 : reader.int(folds, "--folds") ?? 0
    if folds == 1 || folds > 50 {
      reader.problem("\(folds) folds", help: "use 0, or 2 to 50", option: "--folds", text: "\(folds)")
    }
    let format = reader.choice(format, "--format", among: [Format.table, .markdown]) ?? .table
    try reader.finish()
    Interruption.catchFirst()
    // Minutes of work should not end at a folder that cannot be written.
    if let folder { try FileSet.probe(folder, "calibration/posterior.yaml") }
    if let report { try OutputFile(report).discard() }
    let catalog = config.catalog(overrides)
    var problems = FileProblems()
    let made = problems.attempt { () throws(Diagnostics) -> (Calibrator, MeasuredRuns)? in
      let measured = try catalog.measuredRuns(file)
      let runs = try Validation.runs(measured.rows, catalog: catalog)
      return (try Calibrator(runs, catalog: catalog, priors: try catalog.priors()), measured)
    }
    try problems.finish()
    try catalog.refuseUnusedOverrides()
    guard let (calibrator, measured) = made ?? nil else { throw Stop.no }
    let leaving = leavable(calibrator, &reader)
    try reader.finish()
    let outcome = try calibrate(calibrator, catalog, measured, folds: folds, leaving: leaving, date: date)
    let text = CalibrationText(outcome, folds: folds)
    if let folder { try write(outcome, into: folder, data: measured.fingerprint) }
    if let report { try OutputFile(report).finish(text.markdown) }
    if !quiet { try StandardOutput.write(format == .table ? text.table(Screen()) : text.markdown) }
  }

  /// The date that goes into the files: one that they can be read with again.
  func fileDate(_ reader: inout OptionReader) -> String {
    let text = date ?? Today.date
    if !FileDate.isValid(text) {
      date == nil
        ? reader.problem("the clock of this machine says \(text)", help: "give the date with --date", option: "--date")
        : reader.problem("'\(text)' is not a date", help: FileDate.form, option: "--date", text: text)
    }
    return text
  }

  /// What `--leave-out` names, each once.
  private func leavable(_ calibrator: Calibrator, _ reader: inout OptionReader) -> [LeftOut] {
    var found: [LeftOut] = []
    for text in leaveOut {
      if text.hasPrefix("each-"), let kind = LeftOut.Kind(rawValue: String(text.dropFirst("each-".count))) {
        found += calibrator.leavable(kind)
        continue
      }
      guard let one = LeftOut(text), calibrator.leavable(one.kind).contains(one) else {
        let kind = LeftOut(text)?.kind ?? .series
        let known = calibrator.leavable(kind).map { kind == .chip ? $0.name : $0.text }
        reader.unknown(text, "--leave-out", among: known + LeftOut.Kind.allCases.map { "each-\($0.rawValue)" })
        continue
      }
      found.append(one)
    }
    var seen: Set<LeftOut> = []
    return found.filter { seen.insert($0).inserted }
  }

  private func calibrate(
    _ calibrator: Calibrator, _ catalog: Catalog, _ measured: MeasuredRuns, folds: Int, leaving: [LeftOut], date: String
  ) throws(Stop) -> Calibrator.Outcome {
    let line = ProgressLine(isQuiet: quiet)
    var problems = FileProblems()
    let outcome = problems.attempt { () throws(Diagnostics) -> Calibrator.Outcome? in
      try calibrator.run(
        folds: folds, leaving: leaving, date: date, data: measured.fingerprint,
        source: "trainfare calibrate \(measured.name)", catalog: catalog
      ) { stage in
        switch stage {
        case .fitting: line?.show("fitting all runs")
        case .folds(let done, let all): line?.show("held out: \(done) of \(all) folds")
        case .leftOut(let done, let all): line?.show("left out whole: \(done) of \(all)")
        }
        return !Interruption.requested
      }
    }
    line?.clear()
    try problems.finish()
    guard let outcome = outcome ?? nil else { throw .interrupted }
    return outcome
  }

  private func write(_ outcome: Calibrator.Outcome, into folder: String, data: String) throws(Stop) {
    var files = FileSet(folder: folder)
    for profile in outcome.profiles {
      try files.add("efficiency/\(profile.name).yaml", FittedFiles.text(profile, rows: data))
    }
    try files.add("calibration/runs.csv", FittedFiles.text(outcome.runs))
    try files.add("calibration/posterior.yaml", FittedFiles.text(outcome.posterior))
    try files.commit()
    if !quiet { Messages.show("wrote \(outcome.profiles.count) profiles and the posterior into \(folder)") }
  }
}
