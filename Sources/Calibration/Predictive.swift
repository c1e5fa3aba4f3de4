import Scenarios
import Simulation

/// Draws of step times, and so every interval that is printed or scored: what the parameters leave open, carried through
/// the model without linearizing it, and what no parameter explains.
public struct Predictive: Sendable {
  var posterior: Posterior
  private let sampler: Sampler

  /// Draws of a question: the ends of an interval are good to a twentieth of its half-width.
  public static let samples = 1000

  public init(_ posterior: Posterior, priors: Priors, samples: Int = Predictive.samples) {
    self.posterior = posterior
    sampler = Sampler(posterior, priors: priors, count: samples)
  }

  /// Draws of anything.
  public var samples: Int { sampler.count }

  /// Efficiency values around those of a profile, [samples]. Steps of one profile share them: make them once.
  public func values(around values: EfficiencyValues, _ subject: Subject) -> [EfficiencyValues] {
    sampler.values(around: values, subject)
  }

  /// Seconds of a step, [samples].
  ///
  /// - Parameter values: around the profile of the step's subject.
  public func steps(_ step: StepCase, _ values: [EfficiencyValues]) -> StepDraws {
    steps(step, explained: step.plan.stepTimes(values))
  }

  /// The same from seconds that have what the parameters leave open, [samples].
  func steps(_ step: StepCase, explained: [Double]) -> StepDraws {
    let unexplained = posterior.unexplained(step)
    let luck = sampler.unexplained(step.subject)
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
