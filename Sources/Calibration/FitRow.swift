import Scenarios
import Simulation

/// A measured run ready to be fitted: its step under any efficiency, and what it took.
struct FitRow: Sendable {
  var id: String
  var series: String
  /// Who measured: series of one team are left out together.
  var team: String
  var subject: Subject
  var plan: PlanCase
  /// Seconds of the measured step.
  var measured: Double
  /// Part of a device's memory that it takes, as counted.
  var memory: Double = 0
  /// Runs that share it are fitted or held out together: equal in everything but the plan.
  var group: String
  /// Of the run among others: repeats of one run share the weight of √n independent ones.
  var weight: Double
  var grade: Measurement.Grade?

  /// The row as a question.
  var step: StepCase { StepCase(plan, subject) }

  /// ln(predicted ÷ measured) under each set of values.
  func residuals(_ samples: [EfficiencyValues]) -> [Double] {
    plan.stepTimes(samples).map { Logarithm.natural($0 / measured) }
  }

  /// The residual, and its derivative by each parameter on the fitted scale, by central differences.
  func linearized(_ fitted: [Double]) -> (residual: Double, slopes: [Double]) {
    var samples = [EfficiencyValues(fitted: fitted)]
    samples.reserveCapacity(1 + 2 * fitted.count)
    for i in fitted.indices {
      for sign in [1.0, -1] {
        var moved = fitted
        moved[i] += sign * FitRow.difference
        samples.append(EfficiencyValues(fitted: moved))
      }
    }
    let all = residuals(samples)
    let slopes = fitted.indices.map { (all[1 + 2 * $0] - all[2 + 2 * $0]) / (2 * FitRow.difference) }
    return (all[0], slopes)
  }

  /// Step of the differences: their error is of its square, 1e-8, and rounding's of 1e-12.
  static let difference = 1e-4
}

extension ParameterSpace {
  /// ln(predicted ÷ measured) of rows, [rows].
  func residuals(_ rows: [FitRow], _ coordinates: [Double]) -> [Double] {
    var values: [Subject: EfficiencyValues] = [:]
    return rows.map { row in
      let known = values[row.subject] ?? self.values(coordinates, row.subject)
      values[row.subject] = known
      return row.residuals([known])[0]
    }
  }
}
