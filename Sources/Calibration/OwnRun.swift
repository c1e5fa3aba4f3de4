import CKernels
import Scenarios
import Simulation

/// What one measured run of one's own teaches: a step of Bayes' rule from the shipped calibration, linearized where the
/// run puts it (the iterated extended Kalman filter; Bell and Cathey, IEEE TAC 38 (1993) 294–297).
///
/// A user's machines may differ from the published ones as much as those differ, unexplained, among themselves. So before
/// the run is looked at, the parameters are let loose by the part of what is unexplained that runs of one source share;
/// after it, that part is known, and only the rest is left unexplained.
public struct OwnRun: Sendable {
  public var posterior: Posterior
  public var profile: Efficiency
  /// The fitted runs, and this one.
  public var runs: [FittedRun]
  /// Predicted seconds of the step, with 5–95%, before and after.
  public var before: (predicted: Double, low: Double, high: Double)
  public var after: (predicted: Double, low: Double, high: Double)

  private let plan: PlanCase
  private let subject: Subject
  /// Covariance of all elements after the run, [elements][elements].
  private let covariance: [Double]
  private let terms: [[Int]]
  private let residual: Double

  /// - Parameters:
  ///   - runs: those that the posterior was fitted to.
  ///   - id: of this run.
  public init(
    _ posterior: Posterior, priors: Priors, runs: [FittedRun], profile: Efficiency, plan: PlanCase, measured: Double,
    id: String
  ) {
    self.plan = plan
    let subject = Subject(plan.simulator.machine.instance.chip, profile.stack)
    self.subject = subject
    // Elements of the subject that the calibration has never heard of join with their prior spread.
    var known = posterior
    for parameter in EfficiencyParameter.allCases {
      for scope in subject.scopes(parameter, priors) {
        let element = Posterior.Element(parameter, scope), spread = priors.spread(element)
        if spread > 0, !known.elements.contains(element) {
          known.elements.append(element)
          known.means.append(0)
          known.spreads.append(spread)
        }
      }
    }
    let n = known.elements.count
    let place = Dictionary(
      known.elements.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let terms = EfficiencyParameter.allCases.map { parameter in
      subject.scopes(parameter, priors).compactMap { place[Posterior.Element(parameter, $0)] }
    }
    self.terms = terms
    var p = OwnRun.covariance(known)
    let start = profile.values.fitted
    let row = FitRow(
      id: "", series: "", team: "", subject: subject, plan: plan, measured: measured, group: "", weight: 1, grade: nil)

    let step = row.step
    let spread = ResidualField(known.likeness, runs).unexplained(step.features, team: FittedRun.own).spread
    // Once a team is known, what is left of a run like its own is the noise of each run alone.
    let noiseAlone = known.likeness.square(.noise), own = min(noiseAlone, spread * spread)
    let common = max(0, spread * spread - own)
    let first = row.linearized(start)
    var g = OwnRun.gradient(first.slopes, terms, n)
    let variance = OwnRun.product(g, OwnRun.times(p, g))
    // As in the fit, the further off, the likelier that it is not what it is said to be: the less it counts.
    let surprise = first.residual * first.residual / (variance + spread * spread)
    let noise = own / Residual(priors).discount(surprise)
    before = OwnRun.bounds(step, posterior, priors, runs, profile.values)
    // Looser along what the run can tell of, so that the prediction's variance grows by the common part.
    let loose = OwnRun.times(p, g)
    if variance > 0 {
      let factor = common / (variance * variance)
      for i in 0..<n where loose[i] != 0 {
        for j in 0..<n { p[i * n + j] += factor * loose[i] * loose[j] }
      }
    }

    var delta = [Double](repeating: 0, count: n), fitted = start
    var gain = delta
    // The filter settles in three or four; a fixed number gives the same bits everywhere.
    for _ in 0..<6 {
      let here = row.linearized(fitted)
      g = OwnRun.gradient(here.slopes, terms, n)
      let pg = OwnRun.times(p, g), scale = OwnRun.product(g, pg) + noise
      gain = pg.map { $0 / scale }
      // The innovation as seen from where the filter started.
      let innovation = -here.residual + OwnRun.product(g, delta)
      delta = gain.map { $0 * innovation }
      fitted = start.indices.map { k in terms[k].reduce(start[k]) { $0 + delta[$1] } }
    }
    let pg = OwnRun.times(p, g)
    for i in 0..<n where gain[i] != 0 {
      for j in 0..<n { p[i * n + j] -= gain[i] * pg[j] }
    }
    var values = profile.values
    for parameter in EfficiencyParameter.allCases where profile[parameter] != 0 {
      values[parameter] = parameter.scale.value(fitted[parameter.rawValue])
    }
    self.profile = profile
    self.profile.values = values
    self.profile.status = .fitted
    covariance = p
    residual = own
    known.means = zip(known.means, delta).map { $0 + $1 }
    known.rows += 1
    self.posterior = known.correlating(p)
    var learnt = FittedRun(row, predicted: plan.stepTimes([values])[0])
    (learnt.id, learnt.team) = (id, FittedRun.own)
    let estimate = plan.estimate()
    learnt.memory = estimate.memory.total.value / estimate.memoryCapacity.value
    self.runs = runs + [learnt]
    after = OwnRun.bounds(step, self.posterior, priors, self.runs, values)
  }

  private static func bounds(
    _ step: StepCase, _ posterior: Posterior, _ priors: Priors, _ runs: [FittedRun], _ values: EfficiencyValues
  ) -> (predicted: Double, low: Double, high: Double) {
    let predictive = Predictive(posterior, priors: priors, runs: runs)
    let interval = predictive.steps(step, predictive.values(around: values, step.subject)).interval
    return (step.plan.stepTimes([values])[0], interval.low, interval.high)
  }

  /// By how much a measurement of another plan would shrink the spread of this run's prediction, as a part of it, if its
  /// own noise is that of any run.
  public func narrowing(by other: PlanCase) -> Double {
    let n = posterior.elements.count
    let fitted = profile.values.fitted
    func gradient(_ plan: PlanCase) -> [Double] {
      let row = FitRow(
        id: "", series: "", team: "", subject: subject, plan: plan, measured: 1, group: "", weight: 1, grade: nil)
      return OwnRun.gradient(row.linearized(fitted).slopes, terms, n)
    }
    let g = gradient(plan), h = gradient(other), ph = OwnRun.times(covariance, h)
    let variance = OwnRun.product(g, OwnRun.times(covariance, g)) + residual
    let shared = OwnRun.product(g, ph)
    let less = shared * shared / (OwnRun.product(h, ph) + residual)
    return 1 - (max(0, variance - less) / variance).squareRoot()
  }

  // MARK: Small linear algebra over all elements

  private static func covariance(_ posterior: Posterior) -> [Double] {
    let n = posterior.elements.count, size = posterior.correlated
    var p = [Double](repeating: 0, count: n * n)
    for i in 0..<n { p[i * n + i] = posterior.spreads[i] * posterior.spreads[i] }
    for i in 0..<size {
      for j in 0..<i {
        var sum = 0.0
        for k in 0...j { sum += posterior.factor[i * size + k] * posterior.factor[j * size + k] }
        p[i * n + j] = sum * posterior.spreads[i] * posterior.spreads[j]
        p[j * n + i] = p[i * n + j]
      }
    }
    return p
  }

  private static func gradient(_ slopes: [Double], _ terms: [[Int]], _ n: Int) -> [Double] {
    var g = [Double](repeating: 0, count: n)
    for (slope, places) in zip(slopes, terms) { for place in places { g[place] += slope } }
    return g
  }

  private static func times(_ p: [Double], _ g: [Double]) -> [Double] {
    let n = g.count
    var result = [Double](repeating: 0, count: n)
    for j in 0..<n where g[j] != 0 { for i in 0..<n { result[i] += p[i * n + j] * g[j] } }
    return result
  }

  private static func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
}

extension Posterior {
  /// The same means with another covariance of all elements: those that hang together come first.
  func correlating(_ covariance: [Double]) -> Posterior {
    let n = elements.count
    let sizes = (0..<n).map { max(covariance[$0 * n + $0], 1e-18).squareRoot() }
    // Correlations below a thousandth are what files round away.
    let moved = (0..<n).filter { i in
      i < correlated || (0..<n).contains { j in j != i && abs(covariance[i * n + j]) > 1e-3 * sizes[i] * sizes[j] }
    }
    let rest = (0..<n).filter { !Set(moved).contains($0) }
    let size = moved.count
    var matrix = [Double](repeating: 0, count: size * size), factor = matrix
    for (a, i) in moved.enumerated() {
      for (b, j) in moved.enumerated() { matrix[a * size + b] = covariance[i * n + j] / (sizes[i] * sizes[j]) }
    }
    // Rounding in a file of thousandths leaves the matrix a little short of definite; a file by hand, further.
    var added = 1e-6
    repeat {
      for a in 0..<size { matrix[a * size + a] = 1 + added }
      added *= 10
    } while size > 0 && tf_cholesky(&factor, matrix, size) != size && added < 1e6
    let order = moved + rest
    var result = self
    result.elements = order.map { elements[$0] }
    result.means = order.map { means[$0] }
    result.spreads = order.map { sizes[$0] }
    result.correlated = size
    result.factor = factor
    return result
  }
}
