import Scenarios
import Simulation

/// Fits efficiency to measured runs and says how good the fit is on runs that it did not see.
public struct Calibrator: Sendable {
  let space: ParameterSpace
  let rows: [FitRow]

  /// What a calibration found.
  public struct Outcome: Sendable {
    /// Runs as predicted by fits that did not see their group, with intervals.
    public var heldOut: [Judged]
    /// The same by the fit to all, without intervals.
    public var fitted: [Judged]
    /// Runs that were left out whole, by fits that saw none of them.
    public var leftOut: [Stranger]
    public var posterior: Posterior
    public var profiles: [Efficiency]
    public var runs: [FittedRun]
    public var identified: [Identified]
    public var structure: [Structure]
    public var steps: Int
    public var ending: Fit.Ending
  }

  /// Runs that were left out whole.
  public struct Stranger: Sendable {
    public var what: LeftOut
    public var rows: [Judged]
    /// Mean error of a `NullModel` of the runs that the fit saw.
    public var nullError: Double
  }

  /// What can be left out, in order.
  public func leavable(_ kind: LeftOut.Kind) -> [LeftOut] { LeftOut.all(kind, in: rows) }

  public enum Stage: Sendable { case fitting, folds(Int, of: Int), leftOut(Int, of: Int) }

  /// - Parameter runs: the used ones of a validation, with what they resolve to.
  public init(
    _ runs: [(measurement: Measurement, run: MeasuredRun)], catalog: Catalog, priors: Priors
  ) throws(Diagnostics) {
    var kin: [String: ParameterSpace.Kin] = [:]
    for name in catalog.names(.chips) { kin[name] = ParameterSpace.Kin(try catalog.chip(name)) }
    var families: [String: String] = [:]
    for name in catalog.names(.stacks) { families[name] = try catalog.stack(name).family }
    space = ParameterSpace(priors, kin: kin, families: families)
    let sources = try catalog.measurementSources()
    var repeats: [String: Int] = [:]
    let keys = runs.map { one in
      "\(one.run.group) \(one.run.plan) \(one.run.efficiency.name)"
    }
    for key in keys { repeats[key, default: 0] += 1 }
    var rows: [FitRow] = []
    for (one, key) in zip(runs, keys) {
      let run = one.run
      // What the chip cannot run at all was skipped before.
      guard let simulator = try? Simulator(job: run.job, instance: run.instance, efficiency: run.efficiency) else {
        continue
      }
      let subject = Subject(run.instance.chip, run.efficiency.stack)
      rows.append(
        FitRow(
          id: one.measurement.id, series: one.measurement.series, team: sources.team(of: one.measurement.series),
          subject: subject,
          plan: PlanCase(simulator, run.plan), measured: run.stepTime.value, memory: run.memory ?? 0, group: run.group,
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
    LinearAlgebra.keepToCaller()
    let fitter = Fitter(space, rows)
    let fit = fitter.best(from: try catalog.posterior())
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
          space, rows, CrossValidation.parts(rows, folds: count), start: fit.coordinates,
          samples: Predictive.samples, finished: { progress(.folds($0, of: count)) })
      else { return nil }
      folds = found
    } else {
      let all = CrossValidation.Part(inside: Array(rows.indices), outside: Array(rows.indices))
      folds = [CrossValidation.Foretold(fitter, fit, of: rows, all, samples: Predictive.samples)]
    }
    var outside = inside
    for fold in folds { for (i, r) in zip(fold.part.outside, fold.residuals) { outside[i] = r } }

    let parts = leaving.map { one in
      let outside = rows.indices.filter { one.holds(rows[$0]) }
      let team = outside.first.map { rows[$0].team }
      return CrossValidation.Part(
        inside: rows.indices.filter { !one.hides(rows[$0], team: team) }, outside: outside)
    }
    guard
      let strangers = CrossValidation.heldOut(
        space, rows, parts, start: fit.coordinates, samples: Predictive.samples,
        finished: { progress(.leftOut($0, of: parts.count)) })
    else { return nil }
    let strange = zip(leaving, strangers).filter { $0.0.kind == .series }.flatMap { likenessRows($0.1) }
    let likeness = strange.isEmpty ? space.priors.likeness : LikenessFit(strange, usual: space.priors.likeness).run()

    let posterior = Posterior(
      space, fit, active: active, covariance: covariance, likeness: likeness, rows: rows.count, data: data,
      origin: Origin(source: source, retrieved: date, location: "calibration/posterior.yaml"))
    let fitted = zip(rows.indices, inside).map { judged($0, $1, nil) }
    return Outcome(
      heldOut: folds.flatMap { judged($0, likeness, asTeam: true) }.sorted { $0.place < $1.place }.map(
        \.row),
      fitted: fitted,
      leftOut: zip(leaving, strangers).map { one, told in
        // How teams differ is learnt from the others alone before one is judged by it.
        let others = strange.filter { row in !told.part.outside.contains { rows[$0].team == row.team } }
        let own =
          one.kind == .series && !others.isEmpty
          ? LikenessFit(others, usual: space.priors.likeness).run(from: likeness) : likeness
        let found = judged(told, own, asTeam: false).map(\.row)
        let rest = NullModel(told.part.inside.map { fitted[$0] })
        return Stranger(what: one, rows: found, nullError: rest.meanError(found))
      }, posterior: posterior,
      profiles: try profiles(fit, source: source, date: date, catalog: catalog),
      runs: rows.indices.map {
        FittedRun(rows[$0], predicted: count == 0 ? nil : rows[$0].measured * Logarithm.exponential(outside[$0]))
      },
      identified: Identified.all(space, fit, active: active, covariance: covariance),
      structure: Structure.all(rows, outside), steps: fit.steps, ending: fit.ending)
  }

  /// The rows that a fit foretold, with the intervals that a user of that fit would be shown. What no parameter explains is
  /// learnt from what the fit leaves of the rows that it saw; where it saw all, from nothing.
  ///
  /// - Parameter asTeam: whether who asks is known for the team that it is.
  func judged(
    _ found: CrossValidation.Foretold, _ likeness: Likeness, asTeam: Bool
  ) -> [(place: Int, row: Judged)] {
    let own = Set(found.part.outside)
    let left = zip(found.part.inside, found.inner).filter { !own.contains($0.0) }, others = left.map(\.0)
    let field = ResidualField(
      likeness, others.map { (rows[$0].team, rows[$0].step.features) }, residuals: left.map(\.1))
    let known = asTeam ? [] : others.map { FittedRun(rows[$0], predicted: nil) }
    let predictive = found.sampler.map { Predictive(field: field, sampler: $0) }
    return found.part.outside.indices.map { k in
      let i = found.part.outside[k], row = rows[i]
      let unexplained = field.unexplained(row.step.features, team: asTeam ? row.team : nil)
      let draws =
        found.explained.isEmpty
        ? nil : predictive?.steps(explained: found.explained[k], unexplained, row.subject)
      var told = judged(i, found.residuals[k] + unexplained.shift, draws?.interval)
      told.distance = Nearest(known, to: row.step.features, likeness)?.distance
      return (i, told)
    }
  }

  /// Rows left out by team, as the likeness is learnt from them.
  private func likenessRows(_ found: CrossValidation.Foretold) -> [LikenessFit.Row] {
    let seen = found.part.inside.map { rows[$0].subject }
    let pairs = Set(seen.map { [$0.chip, $0.stack] }), stacks = Set(seen.map(\.stack)), chips = Set(seen.map(\.chip))
    return found.part.outside.indices.map { k in
      let row = rows[found.part.outside[k]], subject = row.subject
      var news: [Likeness.Part] = []
      if !pairs.contains([subject.chip, subject.stack]) { news.append(.newPair) }
      if !stacks.contains(subject.stack) { news.append(.newStack) }
      if !chips.contains(subject.chip) { news.append(.newChip) }
      return LikenessFit.Row(
        team: row.team, features: row.step.features, residual: found.residuals[k],
        variance: found.explained.isEmpty ? 0 : Interval(found.explained[k]).variance, news: news)
    }
  }

  private func judged(_ i: Int, _ residual: Double, _ interval: Interval?) -> Judged {
    let row = rows[i], simulator = row.plan.simulator
    let work = simulator.work.perStep(globalBatch: simulator.job.globalBatch).value
    return Judged(
      id: row.id, series: row.series, chip: row.subject.chip, stack: row.subject.stack, grade: row.grade,
      planGroup: row.group, plan: row.plan.plan, measured: row.measured,
      predicted: row.measured * Logarithm.exponential(residual), low: interval?.low, high: interval?.high,
      work: work / (simulator.machine.peak.value * Double(row.plan.plan.devices)),
      kinds: WorkKind.allCases.filter { $0.holds(simulator.job, simulator.machine.instance.chip) })
  }

  /// A profile for every chip with every stack it was measured with, and with its default one.
  private func profiles(_ fit: Fit, source: String, date: String, catalog: Catalog) throws(Diagnostics) -> [Efficiency]
  {
    var pairs: [String: (chip: String, stack: String, rows: Int)] = [:]
    for row in rows {
      pairs["\(row.subject.chip).\(row.subject.stack)", default: (row.subject.chip, row.subject.stack, 0)].rows += 1
    }
    for (chip, stack) in space.priors.defaultStacks where space.kin[chip] != nil {
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
          status: pair.rows > 0
            ? .fitted : rows.contains { $0.subject.chip == chip.name } ? .composed : .extrapolated,
          values: space.values(fit.coordinates, Subject(chip, stack)),
          memoryReserve: space.priors.memoryReserve(chip, stack), memorySpread: space.priors.memorySpread(chip, stack),
          origin: Origin(source: source, retrieved: date, location: "efficiency/\(name).yaml")))
    }
    return profiles
  }
}
