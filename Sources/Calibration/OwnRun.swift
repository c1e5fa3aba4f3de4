import Quantities
import Scenarios
import Simulation

/// What one log of one's own teaches.
///
/// The fit to published runs stays as it is: a log is a run beside it, to which predictions bend (`OwnLogs`). So logs add up
/// in any order, and one can be taken out again by its line.
public struct OwnRun: Sendable {
  /// The fitted runs and the logs that were there before, with this one.
  public let runs: [FittedRun]
  public let learnt: FittedRun
  /// Whether the same log was there before: it takes its own place, and counts once.
  public let isRepeated: Bool
  /// Predicted seconds of the step, with 5–95%, before and after.
  public let before: (predicted: Double, low: Double, high: Double)
  public let after: (predicted: Double, low: Double, high: Double)
  private let logs: OwnLogs?

  /// What is known of a log.
  public struct Log: Sendable {
    /// Seconds of a step.
    public var measured: Double
    /// How far that may be off for want of lines, of its logarithm; nil: too few lines to tell.
    public var uncertainty: Double?
    /// How many published runs of the same job and plan it counts for.
    public var trust: Double
    /// Of its text.
    public var fingerprint: String
    public var date: String

    public init(measured: Double, uncertainty: Double?, trust: Double, fingerprint: String, date: String) {
      self.measured = measured
      self.uncertainty = uncertainty
      self.trust = trust
      self.fingerprint = fingerprint
      self.date = date
    }
  }

  /// How many published runs a log counts for where nobody says. Judgement: then it is good to about 1%, as two runs of
  /// one job on the same machines agree.
  public static let usualTrust = 50.0

  /// - Parameter runs: those that the posterior was fitted to, and logs that were given before.
  public init(
    _ posterior: Posterior, priors: Priors, runs: [FittedRun], profile: Efficiency, plan: PlanCase, log: Log
  ) {
    let step = StepCase(plan, Subject(plan.simulator.machine.instance.chip, profile.stack))
    let others = runs.filter { !($0.isLog && $0.id.hasSuffix("-\(log.fingerprint)")) }
    isRepeated = others.count < runs.count
    // A published run is off by the noise of each run alone; the mean of so many is off by less.
    let alone = posterior.likeness.square(.noise), lines = log.uncertainty ?? posterior.likeness[.noise]
    let estimate = plan.estimate()
    learnt = FittedRun(
      id: "\(FittedRun.own)-\(log.date)-\(log.fingerprint)", team: FittedRun.own, features: step.features,
      memory: estimate.memory.total.value / estimate.memoryCapacity.value, measured: log.measured,
      predicted: estimate.stepTime.value, noise: (alone / log.trust + lines * lines).squareRoot(),
      generation: step.subject.generation)
    self.runs = others + [learnt]
    logs = OwnLogs(self.runs, posterior.likeness)
    before = OwnRun.bounds(step, posterior, priors, others, profile.values)
    after = OwnRun.bounds(step, posterior, priors, self.runs, profile.values)
  }

  private static func bounds(
    _ step: StepCase, _ posterior: Posterior, _ priors: Priors, _ runs: [FittedRun], _ values: EfficiencyValues
  ) -> (predicted: Double, low: Double, high: Double) {
    let predictive = Predictive(posterior, priors: priors, runs: runs)
    let interval = predictive.steps(step, predictive.values(around: values, step.subject)).interval
    let factor = OwnLogs(runs, posterior.likeness)?.factor(of: step.features) ?? 1
    return (step.plan.stepTimes([values])[0] * factor, interval.low, interval.high)
  }

  /// By how much a like log of another plan would shrink the spreads of these, on average, as a part of them.
  public func narrowing(of plans: [Plan], by other: Plan) -> Double {
    var log = FittedRun(
      id: "", team: FittedRun.own, features: learnt.features.with(other), memory: 0, measured: 1, predicted: 1)
    log.noise = learnt.noise
    guard !plans.isEmpty, let logs, let more = logs.adding(log) else { return 0 }
    let gains = plans.map { plan in
      let asked = learnt.features.with(plan)
      guard let left = logs.told(of: asked)?.left, left > 0, let then = more.told(of: asked)?.left else { return 0.0 }
      return 1 - (then / left).squareRoot()
    }
    return gains.mean
  }
}
