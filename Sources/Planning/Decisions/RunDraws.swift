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
    return draws(
      steps(run.question, result.instance.chip, result.efficiency), strangeness: run.strangeness, run.operation, job,
      run.offer.price, units: run.units, spares: run.course.spares)
  }

  /// - Parameter alone: seconds of a step as machines run it, [samples].
  func draws(
    _ alone: [Double], strangeness: Double, _ operation: Operation?, _ job: Job, _ price: Price?, units: Int,
    spares: Int
  ) -> RunDraws {
    let steps = expected(alone, strangeness: strangeness), seconds = seconds(steps, operation, job)
    return RunDraws(
      steps: steps, seconds: seconds, dollars: price.map { dollars(seconds, $0, units: units, spares: spares) })
  }
}

extension Run {
  /// What the run costs if it takes so many seconds, at the price itself; nil where none is known.
  func bills(for seconds: [Double]) -> [Double]? {
    offer.price?.bills(for: seconds, units: units, spares: course.spares)
  }
}

extension Price {
  /// Dollars of runs of so many seconds.
  func bills(for seconds: [Double], units: Int, spares: Int) -> [Double] {
    let tariff = Tariff(self)
    return seconds.map { tariff.total(units: units, spares: spares, wallTime: Seconds($0)).value }
  }
}
