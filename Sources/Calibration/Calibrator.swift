import CKernels
import Scenarios
import Simulation

/// Fits efficiency to measured runs and says how good the fit is on runs that it did not see.
public struct Calibrator: Sendable {
  let space: ParameterSpace
  let rows: [FitRow]
  let architectures: [String: String]
  private var beliefs: Priors.Unexplained { space.priors.unexplained }

  /// What a calibration found.
  public struct Outcome: Sendable {
    /// Runs as predicted by fits that did not see their group, with intervals.
    public var heldOut: [Judged]
    /// The same by the fit to all, without intervals.
    public var fitted: [Judged]
    /// Runs that were left out whole, by fits that saw none of them.
    public var leftOut: [(what: LeftOut, rows: [Judged])]
    public var posterior: Posterior
    public var profiles: [Efficiency]
    public var runs: [FittedRun]
    public var identified: [Identified]
    public var structure: [Structure]
    public var steps: Int
    public var ending: Fit.Ending
  }

  /// What can be left out, in order.
  public func leavable(_ kind: LeftOut.Kind) -> [LeftOut] { LeftOut.all(kind, in: rows) }

  public enum Stage: Sendable { case fitting, folds(Int, of: Int), leftOut(Int, of: Int) }

  /// - Parameter runs: the used ones of a validation, with what they resolve to.
  public init(
    _ runs: [(measurement: Measurement, run: MeasuredRun)], catalog: Catalog, priors: Priors
  ) throws(Diagnostics) {
    var architectures: [String: String] = [:]
    for name in catalog.names(.chips) { architectures[name] = try catalog.chip(name).architecture }
    self.architectures = architectures
    var families: [String: String] = [:]
    for name in catalog.names(.stacks) { families[name] = try catalog.stack(name).family }
    space = ParameterSpace(priors, architectures: architectures, families: families)
    var repeats: [String: Int] = [:]
    let keys = runs.map { one in
      "\(one.run.group) \(one.run.plan) \(one.run.efficiency.name)"
    }
    for key in keys { repeats[key, default: 0] += 1 }
    var simulators: [String: Simulator] = [:], rows: [FitRow] = []
    for (one, key) in zip(runs, keys) {
      let run = one.run, name = "\(run.group) \(run.instance.name) \(run.efficiency.name)"
      if simulators[name] == nil {
        simulators[name] = try? Simulator(job: run.job, instance: run.instance, efficiency: run.efficiency)
      }
      // What the chip cannot run at all was skipped before.
      guard let simulator = simulators[name] else { continue }
      let subject = Subject(run.instance.chip, run.efficiency.stack)
      rows.append(
        FitRow(
          id: one.measurement.id, series: one.measurement.series, subject: subject,
          plan: PlanCase(simulator, run.plan), measured: run.stepTime.value, group: run.group,
          weight: 1 / Double(repeats[key] ?? 1).squareRoot(), grade: one.measurement.grade))
    }
    self.rows = rows
  }

  /// - Parameters:
  ///   - count: of the cross-validation's folds; 0 leaves it out, and with it what no parameter explains is taken from the fit.
  ///   - leaving: what to leave out whole, one after another.
  ///   - progress: told before each stage; whether to go on. Nil comes back when it says no.
  public func run(
    folds count: Int, leaving: [LeftOut], date: String, data: String, source: String, catalog: Catalog,
    progress: (Stage) -> Bool
  ) throws(Diagnostics) -> Outcome? {
    guard progress(.fitting) else { return nil }
    tf_keep_to_caller()
    let fitter = Fitter(space, rows, architectures: architectures)
    let fit = fitter.run()
    let inside = fitter.residuals(fit.coordinates)
    guard let (active, covariance) = fitter.covariance(fit) else {
      throw Diagnostics(
        Diagnostic(.error, "the runs and the priors leave a parameter open", help: "give every parameter a prior"))
    }
    let folds: [CrossValidation.Foretold]
    if count > 1 {
      guard progress(.folds(0, of: count)) else { return nil }
      guard
        let found = CrossValidation.heldOut(
          space, rows, CrossValidation.parts(rows, folds: count), architectures, samples: Predictive.samples,
          finished: { progress(.folds($0, of: count)) })
      else { return nil }
      folds = found
    } else {
      folds = [
        CrossValidation.Foretold(fitter, fit, of: rows, at: Array(rows.indices), samples: Predictive.samples)
      ]
    }
    var outside = inside, variances = [Double](repeating: 0, count: rows.count)
    for fold in folds {
      for (i, r) in zip(fold.rows, fold.residuals) { outside[i] = r }
      for (i, draws) in zip(fold.rows, fold.explained) { variances[i] = ResidualSpreads.variance(draws) }
    }

    let parts = leaving.map { one in
      CrossValidation.Part(
        inside: rows.indices.filter { !one.holds(rows[$0]) }, outside: rows.indices.filter { one.holds(rows[$0]) })
    }
    guard
      let strangers = CrossValidation.heldOut(
        space, rows, parts, architectures, samples: Predictive.samples,
        finished: { progress(.leftOut($0, of: parts.count)) })
    else { return nil }
    let strangeness = Strangeness(zip(leaving, strangers).map { ($0, $1) }, beliefs)

    let posterior = Posterior(
      space, fit, active: active, covariance: covariance,
      residuals: ResidualSpreads.all(rows, outside, variances, among: Array(rows.indices), beliefs),
      laboratory: strangeness.laboratory(), extrapolated: strangeness.chip(),
      shared: ResidualSpreads.shared(outside, groups: rows.map { "\($0.series) \($0.subject.stack) \($0.group)" }),
      rows: rows.count, data: data,
      origin: Origin(source: source, retrieved: date, location: "calibration/posterior.yaml"))
    return Outcome(
      heldOut: judged(folds, outside, variances, extrapolated: posterior.extrapolated),
      fitted: zip(rows.indices, inside).map { judged($0, $1, nil) },
      leftOut: zip(leaving, strangers).map { ($0, judged($1, as: $0, strangeness)) }, posterior: posterior,
      profiles: try profiles(fit, source: source, date: date, catalog: catalog),
      runs: rows.indices.map {
        FittedRun(rows[$0], predicted: count == 0 ? nil : rows[$0].measured * Logarithm.exponential(outside[$0]))
      },
      identified: Identified.all(space, fit, active: active, covariance: covariance),
      structure: Structure.all(rows, outside), steps: fit.steps, ending: fit.ending)
  }

  /// Every row with the interval that a user of its fold's fit would be shown: what no parameter explains is learnt from the
  /// rows of the other folds, where there are any, since a spread that has seen a row would hold it too easily.
  func judged(
    _ folds: [CrossValidation.Foretold], _ residuals: [Double], _ variances: [Double], extrapolated: Double
  ) -> [Judged] {
    var all: [(place: Int, row: Judged)] = []
    for fold in folds {
      let own = Set(fold.rows), others = rows.indices.filter { !own.contains($0) }
      var predictive = fold.predictive
      predictive?.posterior.residuals = ResidualSpreads.all(
        rows, residuals, variances, among: others.isEmpty ? fold.rows : others, beliefs)
      predictive?.posterior.extrapolated = extrapolated
      for (k, i) in fold.rows.enumerated() {
        let draws = predictive?.steps(rows[i].step(knowing: fold.chips), explained: fold.explained[k])
        all.append((i, judged(i, fold.residuals[k], draws?.interval)))
      }
    }
    return all.sorted { $0.place < $1.place }.map(\.row)
  }

  /// Runs left out whole, as a stranger would be shown them: how far strangers are off is learnt from the others left out.
  private func judged(
    _ found: CrossValidation.Foretold, as own: LeftOut, _ strangeness: Strangeness
  ) -> [Judged] {
    var predictive = found.predictive
    predictive?.posterior.residuals = ["*@*": 0, "*@*/many": 0]
    predictive?.posterior.laboratory = strangeness.laboratory(without: own)
    predictive?.posterior.extrapolated = strangeness.chip(without: own)
    return found.rows.indices.map { k in
      let i = found.rows[k]
      let draws =
        found.explained.isEmpty
        ? nil : predictive?.steps(rows[i].step(knowing: found.chips), explained: found.explained[k])
      return judged(i, found.residuals[k], draws?.interval)
    }
  }

  private func judged(_ i: Int, _ residual: Double, _ interval: Interval?) -> Judged {
    let row = rows[i], simulator = row.plan.simulator
    let work = simulator.work.perStep(globalBatch: simulator.job.globalBatch).value
    return Judged(
      id: row.id, series: row.series, chip: row.subject.chip, stack: row.subject.stack, grade: row.grade,
      planGroup: row.group, plan: row.plan.plan, measured: row.measured,
      predicted: row.measured * Logarithm.exponential(residual), low: interval?.low, high: interval?.high,
      work: work / (simulator.machine.peak.value * Double(row.plan.plan.devices)))
  }

  /// A profile for every chip with every stack it was measured with, and with its default one.
  private func profiles(_ fit: Fit, source: String, date: String, catalog: Catalog) throws(Diagnostics) -> [Efficiency]
  {
    var pairs: [String: (chip: String, stack: String, rows: Int)] = [:]
    for row in rows {
      pairs["\(row.subject.chip).\(row.subject.stack)", default: (row.subject.chip, row.subject.stack, 0)].rows += 1
    }
    for (chip, stack) in space.priors.defaultStacks where architectures[chip] != nil {
      pairs["\(chip).\(stack)", default: (chip, stack, 0)].rows += 0
    }
    var profiles: [Efficiency] = []
    for (name, pair) in pairs.sorted(by: { $0.key < $1.key }) {
      let chip = try catalog.chip(pair.chip), stack = try catalog.stack(pair.stack)
      let runs = pair.rows == 0 ? "no run of both together" : "\(pair.rows) measured run\(pair.rows == 1 ? "" : "s")"
      profiles.append(
        Efficiency(
          name: name, summary: "\(chip.name) with \(stack.name), fitted to \(runs)", chip: chip.name, stack: stack,
          isDefault: space.priors.defaultStacks[chip.name] == stack.name,
          status: rows.contains { $0.subject.chip == chip.name } ? .fitted : .extrapolated,
          values: space.values(fit.coordinates, Subject(chip, stack)),
          memoryReserve: space.priors.memoryReserve(chip),
          origin: Origin(source: source, retrieved: date, location: "efficiency/\(name).yaml")))
    }
    return profiles
  }
}
