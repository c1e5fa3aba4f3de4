import Scenarios
import Simulation

extension Validation {
  /// The measured runs that can be predicted, with what they resolve to; the others are left to `judge` to explain.
  public static func runs(
    _ measurements: [Measurement], catalog: Catalog
  ) throws(Diagnostics) -> [(measurement: Measurement, run: MeasuredRun)] {
    let resolution = try Resolution(catalog)
    var found: [(measurement: Measurement, run: MeasuredRun)] = []
    for measurement in measurements where measurement.grade != .weak {
      guard let run = try? resolution.resolve(measurement), run.isFitted,
        let simulator = try? Simulator(job: run.job, instance: run.instance, efficiency: run.efficiency),
        problems(run, simulator.machine).isEmpty
      else { continue }
      found.append((measurement, run))
    }
    return found
  }
}
