import Calibration
import Costing
import Operating
import Quantities
import Scenarios
import Simulation

/// What a run may come to, draw by draw. The i-th draws of two runs are of the same world: what they share counts once.
public struct RunDraws: Sendable {
  /// Seconds of a step by itself, [samples].
  public var steps: [Double]
  /// Seconds of the whole run, [samples].
  public var seconds: [Double]
  /// The bill, [samples]; nil where no price is known.
  public var dollars: [Double]?
}

extension Knowledge {
  /// - Parameter values: draws around the profile of the option, where somebody has them.
  func draws(
    of run: Run, _ efficiency: Efficiency, _ step: StepCase, job: Job, values: [EfficiencyValues]? = nil
  ) -> RunDraws {
    let known = values ?? predictive.values(around: efficiency.values, step.subject)
    let steps = slowed(predictive.steps(step, known).seconds, run, predictive.standard("untried"))
    // Options share the draw of how often machines fail: who runs the cluster matters more than what is in it.
    let seconds =
      run.operation?.wallTimes(
        steps: steps, deviations: predictive.standard("failures"), practices: predictive.standard("practice"))
      ?? steps.map { $0 * job.steps }
    return RunDraws(steps: steps, seconds: seconds, dollars: run.bills(for: seconds))
  }

  /// Draws of a result that runs; nil where it does not.
  public func draws(of result: OptionResult, job: Job) -> RunDraws? {
    guard let run = result.run else { return nil }
    let step = StepCase(run.question, Subject(result.instance.chip, result.efficiency.stack))
    return draws(of: run, result.efficiency, step, job: job)
  }
}

extension Run {
  /// What the run costs if it takes so many seconds; nil where no price is known.
  func bills(for seconds: [Double]) -> [Double]? {
    offer.price.map { price in
      let tariff = Tariff(price)
      return seconds.map { tariff.total(units: units, spares: course.spares, wallTime: Seconds($0)).value }
    }
  }
}
