import Scenarios
import Simulation

/// What the calibration in the catalog says of predictions of measured runs: intervals, and what fits that did not see a
/// run's group predicted of it.
public struct Doubt: Sendable {
  private let predictive: Predictive
  private let heldOut: [String: FittedRun]

  /// Draws of each run, fewer than of a question since there are thousands: the ends are good to a tenth of a half-width.
  static let samples = 250

  /// Nil where the catalog has no calibration.
  public init?(_ catalog: Catalog) throws(Diagnostics) {
    guard let posterior = try catalog.posterior() else { return nil }
    // Rows are held against the fit: logs of one's own are no part of it.
    let runs = try catalog.fittedRuns().filter { !$0.isLog }
    predictive = Predictive(posterior, priors: try catalog.priors(), runs: runs, samples: Doubt.samples)
    heldOut = Dictionary(runs.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The same verdicts, those that were used with what is said of them.
  public func added(to verdicts: [Verdict]) -> [Verdict] {
    var values: [String: [EfficiencyValues]] = [:]
    return verdicts.map { verdict in
      guard case .used(let judged, let assumptions) = verdict.outcome, let (run, question) = verdict.resolved else {
        return verdict
      }
      let name = run.efficiency.name, subject = Subject(run.instance.chip, run.efficiency.stack)
      let known = values[name] ?? predictive.values(around: run.efficiency.values, subject)
      values[name] = known
      let draws = predictive.steps(StepCase(question, subject), known), ratios = run.openSteps()
      // What a row leaves open may have been any of what it allows: each in turn has a part of the draws.
      let interval =
        ratios.count == 1
        ? draws.interval : Interval(draws.seconds.enumerated().map { $1 * ratios[$0 % ratios.count] })
      var verdict = verdict
      verdict.outcome = .used(told(judged, interval), assumptions: assumptions)
      return verdict
    }
  }

  private func told(_ judged: Judged, _ interval: Interval) -> Judged {
    var judged = judged
    (judged.low, judged.high) = (interval.low, interval.high)
    // An id is only as good as what stands behind it: a user's own run may have one of ours.
    if let known = heldOut[judged.id], let predicted = known.predicted, abs(known.measured / judged.measured - 1) < 1e-3
    {
      judged.heldOut = judged.measured * predicted / known.measured
    }
    return judged
  }
}
