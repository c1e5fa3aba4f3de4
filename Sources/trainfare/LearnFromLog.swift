import Calibration
import Planning
import Reporting
import Scenarios
import Simulation

/// `calibrate --log`: one run of one's own.
extension CalibrateCommand {
  func learn(from path: String) throws {
    var reader = OptionReader()
    let settings = QuestionSettings(
      job: job.read(&reader, job: file), types: on.map { [$0] } ?? [], size: size.read(&reader),
      plan: plan.read(&reader), price: PriceSettings(requests: [.list], region: nil, rates: [:]),
      overrides: config.read(&reader))
    let trust = trusted(&reader)
    let date = fileDate(&reader)
    try reader.finish()
    let catalog = config.catalog(settings.overrides)
    let asked = try Question(settings, catalog)
    guard let option = asked.options.first, asked.options.count == 1 else {
      throw Stop.usage("a log is of one instance type", help: "add --on with the type that it ran on")
    }
    var problems = FileProblems()
    let log = problems.attempt { () throws(Diagnostics) in try TrainingLog.read(path) }
    let known = problems.attempt { () throws(Diagnostics) in
      (try catalog.posterior(), try catalog.priors(), try catalog.fittedRuns())
    }
    try problems.finish()
    guard let log, let known else { throw Stop.no }
    guard let posterior = known.0 else {
      throw Stop.usage("the configurations have no calibration to start from", help: "run 'trainfare calibrate -o DIR'")
    }
    let (plan, simulator) = try ran(asked, option, settings)
    let contradictions = log.facts.contradictions(asked.job, plan)
    if !contradictions.isEmpty { throw Stop.file(Diagnostics(contradictions)) }
    let measured = log.stepTime(asked.job, devices: plan.devices)
    if let problem = log.problem(stepTime: measured) { throw Stop.file(problem) }
    let own = OwnRun(
      posterior, priors: known.1, runs: known.2, profile: option.efficiency, plan: PlanCase(simulator, plan),
      log: OwnRun.Log(
        measured: measured, uncertainty: log.uncertainty, trust: trust, fingerprint: log.fingerprint,
        date: date))
    let text = OwnRunText(
      log, own, option.efficiency, trust: trust, plan: plan,
      guessed: asked.plan.open.filter { $0 != "recompute" || asked.job.recompute == nil },
      next: NextRun.ranked(own, simulator, ran: plan))
    if let folder { try write(own, option.efficiency, posterior, into: folder) }
    if !quiet { try StandardOutput.write(text.text(Screen())) }
  }

  private func trusted(_ reader: inout OptionReader) -> Double {
    guard let trust else { return OwnRun.usualTrust }
    let value = Double(trust) ?? .nan
    // More than that and noise would be below what a clock tells.
    guard value >= 0.001, value <= 1e6 else {
      reader.problem(
        "'\(trust)' is not a number from 0.001 to 1000000",
        help: "write how many published runs the log counts for, such as 50",
        option: "--trust", text: trust)
      return OwnRun.usualTrust
    }
    return value
  }

  /// The plan that ran: as stated, the best of what is left open.
  private func ran(
    _ asked: Question, _ option: (instance: Instance, efficiency: Efficiency), _ settings: QuestionSettings
  ) throws -> (Plan, Simulator) {
    // A deadline or a budget asks for a size; it does not say what ran.
    let size =
      settings.size ?? PlannedSize.of(asked.plan, option.instance) ?? asked.size.flatMap { $0.isCount ? $0 : nil }
    guard let size, size.isCount else {
      throw Stop.usage("on how many machines did it run?", help: "add --instances or --chips, or a whole --plan")
    }
    let row = asked.planned(size).results.first
    guard let run = row?.run,
      let simulator = try? Simulator(job: asked.job, instance: option.instance, efficiency: option.efficiency)
    else {
      let reason = row?.refusal.map { ": \($0.reason.text)" } ?? ""
      throw Stop.file(
        Diagnostic(
          .error, "\(option.instance.name) does not run this\(reason)", help: "is the plan the one that ran?",
          at: Place(file: "--log")))
    }
    return (run.estimate.plan, simulator)
  }

  /// The log's line, and beside it the calibration that it was held against, so that both stay together.
  private func write(_ own: OwnRun, _ profile: Efficiency, _ posterior: Posterior, into folder: String) throws(Stop) {
    var files = FileSet(folder: folder)
    try files.add("efficiency/\(profile.name).yaml", FittedFiles.text(profile, rows: posterior.data))
    try files.add("calibration/runs.csv", FittedFiles.text(own.runs))
    try files.add("calibration/posterior.yaml", FittedFiles.text(posterior))
    try files.commit()
    if !quiet { Messages.show("wrote \(profile.name) and the calibration with your log into \(folder)") }
  }
}
