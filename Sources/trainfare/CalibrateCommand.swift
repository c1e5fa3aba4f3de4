import ArgumentParser
import Calibration
import Reporting
import Scenarios

struct CalibrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Fits efficiency profiles to measured runs, with the error on runs held out.",
    discussion: """
        trainfare calibrate -o fitted
        trainfare calibrate my-runs.csv -o fitted
        trainfare compare --configs fitted

      Writes efficiency/CHIP.STACK.yaml and calibration/posterior.yaml into the folder: configurations that overlay the \
      shipped ones with --configs. Files that exist are never changed in place. docs/Calibration.md says how it is done.
      """)

  @Argument(
    help: ArgumentHelp(
      "A CSV file of measured runs; '-' is standard input.", discussion: "Default: configs/measurements/runs.csv",
      valueName: "file"),
    completion: .file(extensions: ["csv"]))
  var file: String?

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
      "Also predict a chip's runs from the others alone. May be repeated. Example: --leave-out h100", valueName: "chip"))
  var leaveOut: [String] = []
  @Option(help: ArgumentHelp("The date to write into the files. Default: today.", valueName: "date"))
  var date: String?
  @OptionGroup(title: "What is known") var config: ConfigOptions
  @Option(help: ArgumentHelp("How the report is printed: table or markdown.", valueName: "format"))
  var format: String = "table"
  @Option(help: ArgumentHelp("A file for the report, as Markdown.", valueName: "file"), completion: .file())
  var report: String?
  @Flag(help: "No progress and no table on the terminal.") var quiet = false

  func run() throws {
    var reader = OptionReader()
    let overrides = config.read(&reader)
    let folds = folds == "0" ? 0 : reader.int(folds, "--folds") ?? 0
    if folds == 1 || folds > 50 {
      reader.problem("\(folds) folds", help: "use 0, or 2 to 50", option: "--folds", text: "\(folds)")
    }
    guard ["table", "markdown"].contains(format) else {
      throw Stop.usage("--format is '\(format)'", help: "one of: table, markdown")
    }
    try reader.finish()
    Interruption.catchFirst()
    let reportFile = try report.map { path throws(Stop) in try OutputFile(path) }
    let catalog = config.catalog(overrides)
    var problems = FileProblems()
    let made = problems.attempt { () throws(Diagnostics) -> (Calibrator, String)? in
      let path = if let file { file } else { try catalog.measurementsFile() }
      let runs = try Validation.runs(Measurement.read(path), catalog: catalog)
      let data = catalog.filesRead.first { $0.file.hasSuffix("runs.csv") }?.fingerprint ?? Fingerprint(path).text
      return (try Calibrator(runs, catalog: catalog, priors: try catalog.priors()), data)
    }
    try problems.finish()
    guard let (calibrator, data) = made ?? nil else { throw Stop.no }
    let outcome = try calibrate(calibrator, catalog, data: data, folds: folds)
    let text = CalibrationText(outcome, folds: folds)
    if let folder { try write(outcome, into: folder, data: data) }
    try reportFile?.finish(text.markdown)
    if !quiet { try StandardOutput.write(format == "table" ? text.table(Screen()) : text.markdown) }
  }

  private func calibrate(
    _ calibrator: Calibrator, _ catalog: Catalog, data: String, folds: Int
  ) throws(Stop) -> Calibrator.Outcome {
    let line = ProgressLine(isQuiet: quiet)
    var problems = FileProblems()
    let name = file.map { $0 == "-" ? "standard input" : $0 } ?? "measurements/runs.csv"
    let outcome = problems.attempt { () throws(Diagnostics) -> Calibrator.Outcome? in
      try calibrator.run(
        folds: folds, chipsLeftOut: leaveOut, date: date ?? Today.date, data: data,
        source: "trainfare calibrate \(name)", catalog: catalog
      ) { stage in
        switch stage {
        case .fitting: line?.show("fitting all runs")
        case .folds(let done, let all): line?.show("held out: \(done) of \(all) folds")
        case .chip(let chip): line?.show("without \(chip)")
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
    for profile in outcome.profiles {
      try OutputFile("\(folder)/efficiency/\(profile.name).yaml").finish(FittedFiles.text(profile, rows: data))
    }
    try OutputFile("\(folder)/calibration/runs.csv").finish(FittedFiles.text(outcome.runs))
    try OutputFile("\(folder)/calibration/posterior.yaml").finish(FittedFiles.text(outcome.posterior))
    if !quiet { Messages.show("wrote \(outcome.profiles.count) profiles and the posterior into \(folder)") }
  }
}
