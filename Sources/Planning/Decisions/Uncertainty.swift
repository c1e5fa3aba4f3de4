import Calibration
import Operating
import Quantities
import Scenarios
import Simulation

/// One thing that a prediction rests on and that nobody knows for sure.
public enum Unknown: Hashable, Sendable {
  /// What software reaches of the chip.
  case parameter(EfficiencyParameter)
  /// What no parameter explains of the step.
  case unexplained
  /// What a plan costs that nobody ran.
  case untried
  /// How often machines fail.
  case failures
  /// What a team adds to its machines' time.
  case practice
  /// The whole step: what a trial of the job would tell.
  case step
}

/// How far one unknown moves a run, all others being as predicted.
public struct Uncertainty: Sendable {
  /// The run at one end of what is likely.
  public struct End: Sendable {
    /// In the unit of the parameter; of everything else a factor of what is predicted.
    public var value: Double
    public var seconds: Double
    /// Nil where no price is known.
    public var dollars: Double?
  }

  public var unknown: Unknown
  /// As predicted; 1 where ends are factors.
  public var now: Double
  /// 5% of draws are below, 95%.
  public var low: End
  public var high: End
}

extension Knowledge {
  /// Every unknown of a run whose ends move it, the plan being the one that was chosen.
  public func uncertainties(of result: OptionResult, job: Job) -> [Uncertainty] {
    guard let run = result.run else { return [] }
    let step = StepCase(run.question, Subject(result.instance.chip, result.efficiency.stack))
    let profile = result.efficiency.values, bare = run.course.bareStep.value
    let known = self.values(of: result.efficiency, step.subject)
    func end(_ value: Double, seconds: Double) -> Uncertainty.End {
      Uncertainty.End(value: value, seconds: seconds, dollars: run.bills(for: [seconds])?[0])
    }
    func wall(_ step: Double) -> Double { run.operation?.pace.wallTime(step: step) ?? step * job.steps }
    func factor(_ unknown: Unknown, _ low: Double, _ high: Double) -> Uncertainty {
      Uncertainty(
        unknown: unknown, now: 1, low: end(low, seconds: wall(bare * low)), high: end(high, seconds: wall(bare * high)))
    }

    // All ends of all parameters in one go, after the prediction itself.
    let spans = EfficiencyParameter.allCases.map { parameter in (parameter, Interval(known.map { $0[parameter] })) }
      .filter { $0.1.low < $0.1.high }
    let samples =
      [profile]
      + spans.flatMap { parameter, span in
        [span.low, span.high].map { value -> EfficiencyValues in
          var changed = profile
          changed[parameter] = value
          return changed
        }
      }
    let times = run.question.stepTimes(samples)
    var list = spans.enumerated().map { i, one in
      let ends = [(one.1.low, times[1 + 2 * i]), (one.1.high, times[2 + 2 * i])].map { value, time in
        end(value, seconds: wall(bare * time / times[0]))
      }
      return Uncertainty(unknown: .parameter(one.0), now: profile[one.0], low: ends[0], high: ends[1])
    }

    let explained = run.question.stepTimes(known)
    let rest = Interval(zip(predictive.steps(step, known).seconds, explained).map { $0 / $1 })
    list.append(factor(.unexplained, rest.low, rest.high))
    if run.strangeness > 0, let untried {
      // What the draws have it take beyond the expected.
      let draws = Interval(self.expected(explained.map { _ in 1 }, strangeness: run.strangeness))
      let expected = Logarithm.exponential(run.strangeness * Logarithm.natural(untried.factor))
      list.append(factor(.untried, draws.low / expected, draws.high / expected))
    }
    if let operation = run.operation {
      let deviate = Interval.halfWidth
      func walls(_ luck: Double, _ way: Double) -> Double {
        operation.wallTimes(steps: [bare], deviations: [luck], practices: [way])[0]
      }
      for (unknown, spread) in [(Unknown.failures, operation.hazards.spread), (.practice, operation.practice.spread)]
      where spread > 0 {
        let ends = [-deviate, deviate].map { z in
          end(
            Logarithm.exponential(spread * z), seconds: unknown == .failures ? walls(z, 0) : walls(0, z))
        }
        list.append(Uncertainty(unknown: unknown, now: 1, low: ends[0], high: ends[1]))
      }
    }
    return list.filter { $0.low.seconds != $0.high.seconds }
  }
}
