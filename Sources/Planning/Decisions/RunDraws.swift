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
  /// Draws of a result that runs; nil where it does not.
  public func draws(of result: OptionResult, job: Job) -> RunDraws? {
    guard let run = result.run else { return nil }
    let alone = steps(run.question, result.instance.chip, result.efficiency)
    let steps = expected(alone, strangeness: run.strangeness)
    let seconds = self.seconds(steps, run.operation, job)
    return RunDraws(
      steps: steps, seconds: seconds,
      dollars: run.offer.price.map { dollars(seconds, $0, units: run.units, spares: run.course.spares) })
  }
}

extension Run {
  /// What the run costs if it takes so many seconds, at the price itself; nil where none is known.
  func bills(for seconds: [Double]) -> [Double]? {
    offer.price.map { price in
      let tariff = Tariff(price)
      return seconds.map { tariff.total(units: units, spares: course.spares, wallTime: Seconds($0)).value }
    }
  }
}
