import CKernels

/// One kind of work in one number of threads: the parameters of the operator model fitted to its times, their covariance,
/// and what the fit leaves.
public struct Family: Sendable {
  let model: OperatorModel
  /// Logarithms, in the order of the model's parameters.
  let logs: [Double]
  /// [parameters][parameters] of the logarithms.
  let covariance: [Double]
  private let residuals: Residuals
  /// Root mean square of log measured − log modelled: how far the operator model alone is off.
  public let modelSpread: Double
  /// The same with the correction between measured shapes, each point predicted by the others.
  public var correctedSpread: Double { residuals.leftOutSpread }

  init(_ model: OperatorModel, _ points: [(work: Work, timing: Timing)]) {
    self.model = model
    let works = points.map(\.work), measured = points.map { logarithm($0.timing.seconds) }
    let fit = Family.fit(model, works, measured)
    logs = fit.logs
    covariance = fit.covariance
    let left = zip(measured, model.times(works, logs)).map { $0 - logarithm($1) }
    modelSpread = (left.reduce(0) { $0 + $1 * $1 } / Double(max(1, left.count))).squareRoot()
    // A median of n samples errs by their spread over √n; 1.48 turns a median absolute deviation into a standard one.
    let noise = points.map { point in
      let error = 1.48 * point.timing.spread
      return error * error / Double(max(1, point.timing.count))
    }
    residuals = Residuals(places: works.map(\.place), values: left, noise: noise)
  }

  /// Damped Gauss–Newton on logarithms of times: an error of a tenth weighs the same for a short and a long one.
  private static func fit(_ model: OperatorModel, _ works: [Work], _ measured: [Double]) -> (
    logs: [Double], covariance: [Double]
  ) {
    let prior = model.prior, count = prior.count
    var logs = prior.map(\.mean), damping = 1e-2
    // Until the first fit is known, a time is taken to be off by a tenth.
    var spread = 0.1
    func residual(_ logs: [Double]) -> [Double] {
      zip(model.times(works, logs), measured).map { logarithm($0) - $1 }
    }
    func cost(_ logs: [Double]) -> Double {
      let data = residual(logs).reduce(0) { $0 + $1 * $1 } / (spread * spread)
      let belief = zip(logs, prior).reduce(0) { sum, pair in
        let off = (pair.0 - pair.1.mean) / pair.1.spread
        return sum + off * off
      }
      return data + belief
    }
    for _ in 0..<60 {
      var step = [Double](repeating: 0, count: count)
      let status = Family.withProblem(model, works, logs, residual(logs), spread) { problem, workspace in
        tf_damped_step(&step, workspace, problem, damping, 1e-6)
      }
      let moved = zip(logs, step).map { $0 + max(-1, min(1, $1)) }
      if status == TF_SOLVED, cost(moved) < cost(logs) {
        logs = moved
        damping = max(1e-8, damping / 4)
        if step.allSatisfy({ abs($0) < 1e-7 }) { break }
      } else {
        damping *= 8
        if damping > 1e8 { break }
      }
    }
    let left = residual(logs)
    let freedom = max(1, works.count - count)
    spread = max(0.01, (left.reduce(0) { $0 + $1 * $1 } / Double(freedom)).squareRoot())
    var covariance = [Double](repeating: 0, count: count * count)
    let status = Family.withProblem(model, works, logs, left, spread) { problem, workspace in
      tf_normal_covariance(&covariance, workspace, problem)
    }
    if status != TF_SOLVED {
      for p in 0..<count { covariance[p * count + p] = prior[p].spread * prior[p].spread }
    }
    return (logs, covariance)
  }

  private static func withProblem(
    _ model: OperatorModel, _ works: [Work], _ logs: [Double], _ residual: [Double], _ spread: Double,
    _ body: (UnsafePointer<tf_least_squares>, UnsafeMutablePointer<Double>) -> tf_status
  ) -> tf_status {
    let prior = model.prior, count = prior.count
    let jacobian = model.sensitivities(works, logs)
    let weight = [Double](repeating: 1 / spread, count: works.count)
    var root = [Double](repeating: 0, count: count * count)
    for p in 0..<count { root[p * count + p] = 1 / prior[p].spread }
    let belief = zip(logs, prior).map { ($0 - $1.mean) / $1.spread }
    var workspace = [Double](repeating: 0, count: tf_damped_step_workspace(works.count, count, count))
    return jacobian.withUnsafeBufferPointer { j in
      residual.withUnsafeBufferPointer { r in
        weight.withUnsafeBufferPointer { w in
          root.withUnsafeBufferPointer { root in
            belief.withUnsafeBufferPointer { belief in
              var problem = tf_least_squares(
                rows: works.count, priors: count, parameters: count, jacobian: j.baseAddress, residual: r.baseAddress,
                sqrt_weight: w.baseAddress, prior_precision_root: root.baseAddress,
                prior_residual: belief.baseAddress)
              return body(&problem, &workspace)
            }
          }
        }
      }
    }
  }

  /// Logarithms of the times of works of this family, and their covariance [works][works]: that of the parameters and
  /// that of the correction.
  func predict(_ works: [Work]) -> (logs: [Double], covariance: [Double]) {
    let count = works.count, width = logs.count
    let correction = residuals.predict(works.map(\.place))
    let times = zip(model.times(works, logs), correction.mean).map { logarithm($0) + $1 }
    let jacobian = model.sensitivities(works, logs)
    var covariance = correction.covariance
    for i in 0..<count {
      for j in 0..<count {
        for p in 0..<width {
          for q in 0..<width {
            covariance[i * count + j] +=
              jacobian[i * width + p] * self.covariance[p * width + q] * jacobian[j * width + q]
          }
        }
      }
    }
    return (times, covariance)
  }

  func value(_ parameter: OperatorModel.Parameter) -> Double {
    model.parameters.firstIndex(of: parameter).map { exponential(logs[$0]) } ?? .nan
  }
}
