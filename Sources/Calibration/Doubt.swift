import Scenarios
import Simulation

/// What the calibration in the catalog says of predictions of measured runs: intervals, and what fits that did not see a
/// run's group predicted of it.
struct Doubt {
  private let posterior: Posterior
  private var spread: PosteriorSpread
  private let heldOut: [String: FittedRun]

  /// Nil where the catalog has no calibration.
  init?(_ catalog: Catalog) throws(Diagnostics) {
    guard let posterior = try catalog.posterior() else { return nil }
    self.posterior = posterior
    spread = PosteriorSpread(posterior, priors: try catalog.priors())
    heldOut = Dictionary(try catalog.fittedRuns().map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  mutating func add(to judged: inout Judged, _ run: MeasuredRun, _ question: PlanCase) {
    let subject = Subject(run.instance.chip, run.efficiency.stack)
    let row = FitRow(
      id: judged.id, series: judged.series, subject: subject, plan: question,
      measured: judged.measured, group: run.group, weight: 1, grade: judged.grade)
    let slopes = row.linearized(run.efficiency.values.fitted).slopes
    let interval = Uncertainty.interval(
      judged.predicted, variance: spread.variance(slopes, subject),
      residual: posterior.residual(subject.stack, subject.chip, machines: row.machines))
    (judged.low, judged.high) = (interval.low, interval.high)
    // An id is only as good as what stands behind it: a user's own run may have one of ours.
    if let known = heldOut[judged.id], let predicted = known.predicted, abs(known.measured / judged.measured - 1) < 1e-3
    {
      judged.heldOut = judged.measured * predicted / known.measured
    }
  }
}
