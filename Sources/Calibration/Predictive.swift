import Scenarios
import Simulation

/// Draws of step times, and so every interval that is printed or scored: what the parameters leave open, carried through
/// the model without linearizing it, and what no parameter explains.
public struct Predictive: Sendable {
  private let field: ResidualField
  private let sampler: Sampler
  private let logs: OwnLogs?
  /// Spread of steps of models with layers that no fitted run of such chips has: states, convolutions.
  private let otherLayers: Double

  /// Draws of a question: the ends of an interval are good to a twentieth of its half-width.
  public static let samples = 1000

  /// - Parameter runs: those that the posterior was fitted to, and logs of one's own.
  public init(_ posterior: Posterior, priors: Priors, runs: [FittedRun], samples: Int = Predictive.samples) {
    self.init(
      field: ResidualField(posterior.likeness, runs), sampler: Sampler(posterior, priors: priors, count: samples),
      logs: OwnLogs(runs, posterior.likeness), otherLayers: priors.unexplained.otherLayers)
  }

  init(field: ResidualField, sampler: Sampler, logs: OwnLogs? = nil, otherLayers: Double = 0) {
    self.logs = logs
    self.otherLayers = otherLayers
    self.field = field
    self.sampler = sampler
  }

  /// Draws of anything.
  public var samples: Int { sampler.count }

  /// Efficiency values around those of a profile, [samples]. Steps of one profile share them: make them once.
  public func values(around values: EfficiencyValues, _ subject: Subject) -> [EfficiencyValues] {
    sampler.values(around: values, subject)
  }

  /// Seconds of a step, [samples].
  ///
  /// - Parameters:
  ///   - values: around the profile of the step's subject.
  ///   - team: who asks; whoever has no run among those fitted is a stranger.
  public func steps(_ step: StepCase, _ values: [EfficiencyValues], team: String = FittedRun.own) -> StepDraws {
    let explained = step.plan.stepTimes(values)
    var open = field.unexplained(step.features, team: team)
    let model = step.plan.simulator.job.model
    if otherLayers > 0, model.hasUntriedStates(on: step.subject.architecture) || model.hasConvolutions {
      open.spread = (open.spread * open.spread + otherLayers * otherLayers).squareRoot()
    }
    guard team == FittedRun.own, let told = logs?.told(of: step.features) else {
      return steps(explained: explained, open, step.subject)
    }
    // What a log says of the whole error it says of each part alike, whatever the part comes from: the way of each draw
    // from the profile's own step shrinks with the rest.
    let center = Logarithm.natural(step.plan.estimate().stepTime.value), part = told.left.squareRoot()
    return steps(
      explained: explained.map { Logarithm.exponential(center + part * (Logarithm.natural($0) - center)) },
      Unexplained(shift: told.shift + told.left * open.shift, spread: part * open.spread), step.subject)
  }

  /// The same from seconds that have what the parameters leave open, [samples].
  func steps(explained: [Double], _ unexplained: Unexplained, _ subject: Subject) -> StepDraws {
    let luck = sampler.unexplained(subject)
    return StepDraws(
      seconds: zip(explained, luck).map {
        $0 * Logarithm.exponential(unexplained.shift + unexplained.spread * $1)
      })
  }

  /// Standard normals of a stream with this name, [samples].
  public func standard(_ name: String) -> [Double] { sampler.standard(name) }
}

/// Draws of the time of one step.
public struct StepDraws: Sendable {
  /// [samples].
  public var seconds: [Double]
  public var interval: Interval { Interval(seconds) }
}
