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
    /// The same by the fit to all.
    public var fitted: [Judged]
    /// Runs of a chip by a fit that saw no run of it, by chip.
    public var chipLeftOut: [String: [Judged]]
    public var posterior: Posterior
    public var profiles: [Efficiency]
    public var runs: [FittedRun]
    public var identified: [Identified]
    public var structure: [Structure]
    public var steps: Int
    public var ending: Fit.Ending
  }

  /// The chips that the fitted runs ran on, in order.
  public var chips: [String] { Set(rows.map(\.subject.chip)).sorted() }

  public enum Stage: Sendable { case fitting, folds(Int, of: Int), chips(Int, of: Int) }

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
  ///   - folds: of the cross-validation; 0 leaves it out, and with it what no parameter explains is taken from the fit.
  ///   - chipsLeftOut: chips to leave out whole, one at a time.
  ///   - progress: told before each stage; whether to go on. Nil comes back when it says no.
  public func run(
    folds: Int, chipsLeftOut: [String], date: String, data: String, source: String, catalog: Catalog,
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
    let uncertainty = Uncertainty(space, active: active, covariance: covariance)
    var outside = inside
    if folds > 1 {
      guard progress(.folds(0, of: folds)) else { return nil }
      guard
        let crossed = CrossValidation(
          space, rows, architectures: architectures, folds: folds,
          finished: { progress(.folds($0, of: folds)) })
      else { return nil }
      outside = crossed.residuals
    }
    let variances = rows.map { row in
      uncertainty.variance(row.linearized(space.fitted(fit.coordinates, row.subject)).slopes, row.subject)
    }
    let residuals = residualSpreads(outside, variances)

    var leftOut: [String: [Judged]] = [:], strange: [Double] = []
    let parts = chipsLeftOut.map { chip in
      CrossValidation.Part(
        inside: rows.indices.filter { rows[$0].subject.chip != chip },
        outside: rows.indices.filter { rows[$0].subject.chip == chip })
    }
    guard
      let found = CrossValidation.heldOut(
        space, rows, parts, architectures, finished: { progress(.chips($0, of: parts.count)) })
    else { return nil }
    for (k, part) in parts.enumerated() where !part.outside.isEmpty && !part.inside.isEmpty {
      strange += found[k]
      leftOut[chipsLeftOut[k]] = zip(part.outside, found[k]).map { i, r in judged(i, r, nil) }
    }
    // A chip left out brings its prior spread besides.
    let extrapolated = Uncertainty.residual(strange, variances: strange.map { _ in 0 }) ?? beliefs.extrapolated

    let posterior = Posterior(
      space, fit, active: active, covariance: covariance, residuals: residuals, extrapolated: extrapolated,
      shared: Uncertainty.shared(outside, groups: rows.map { "\($0.series) \($0.subject.stack) \($0.group)" }),
      rows: rows.count, data: data,
      origin: Origin(source: source, retrieved: date, location: "calibration/posterior.yaml"))
    func judge(_ r: [Double]) -> [Judged] {
      rows.indices.map { i in
        judged(
          i, r[i],
          (variances[i], posterior.residual(rows[i].subject.stack, rows[i].subject.chip, machines: rows[i].machines)))
      }
    }
    return Outcome(
      heldOut: judge(outside), fitted: judge(inside), chipLeftOut: leftOut, posterior: posterior,
      profiles: try profiles(fit, source: source, date: date, catalog: catalog),
      runs: rows.indices.map {
        FittedRun(rows[$0], predicted: folds == 0 ? nil : rows[$0].measured * Logarithm.exponential(outside[$0]))
      },
      identified: Identified.all(space, fit, active: active, covariance: covariance),
      structure: Structure.all(rows, outside), steps: fit.steps, ending: fit.ending)
  }

  private func judged(_ i: Int, _ residual: Double, _ spread: (variance: Double, residual: Double)?) -> Judged {
    let row = rows[i], simulator = row.plan.simulator
    let predicted = row.measured * Logarithm.exponential(residual)
    let interval = spread.map {
      Uncertainty.interval(predicted, variance: $0.variance, residual: $0.residual)
    }
    let work = simulator.work.perStep(globalBatch: simulator.job.globalBatch).value
    return Judged(
      id: row.id, series: row.series, chip: row.subject.chip, stack: row.subject.stack, grade: row.grade,
      planGroup: row.group, plan: row.plan.plan, measured: row.measured, predicted: predicted, low: interval?.low,
      high: interval?.high, work: work / (simulator.machine.peak.value * Double(row.plan.plan.devices)))
  }

  /// By stack and chip and whether one machine ran or several. Where runs are few the spread is drawn towards that of the
  /// level above, which counts as a few runs: of the stack on any chip, of any stack.
  private func residualSpreads(_ residuals: [Double], _ variances: [Double]) -> [String: Double] {
    var spreads: [String: Double] = [:]
    func spread(_ own: [Int], towards: Double?) -> Double {
      let found = Uncertainty.residual(own.map { residuals[$0] }, variances: own.map { variances[$0] })
      guard let towards else { return max(beliefs.least, found ?? beliefs.unseen) }
      let n = Double(own.count)
      return max(beliefs.least, (n * (found ?? towards) + beliefs.runs * towards) / (n + beliefs.runs))
    }
    for machines in [1, 2] {
      let all = rows.indices.filter { (rows[$0].machines > 1) == (machines > 1) }
      let any = spread(all, towards: nil)
      spreads[Posterior.residualKey("*", "*", machines: machines)] = any
      for (stack, own) in Dictionary(grouping: all, by: { rows[$0].subject.stack }) {
        let middle = spread(own, towards: any)
        spreads[Posterior.residualKey(stack, "*", machines: machines)] = middle
        for (chip, few) in Dictionary(grouping: own, by: { rows[$0].subject.chip }) {
          spreads[Posterior.residualKey(stack, chip, machines: machines)] = spread(few, towards: middle)
        }
      }
    }
    return spreads
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
