import CKernels
import TestSupport

/// A least-squares problem in flat arrays, and what either twin makes of it.
struct LeastSquaresProblem {
  var parameters: Int
  var jacobian: [Double] = []
  var residual: [Double] = []
  var weight: [Double]?
  var priorRoot: [Double] = []
  var priorResidual: [Double] = []

  var rows: Int { residual.count }
  var priors: Int { priorResidual.count }

  struct Found {
    var status: tf_status
    var values: [Double]
  }

  func step(damping: Double = 0, leastScale: Double = 1e-9, naive: Bool = false) -> Found {
    found(parameters) { step, workspace, problem in
      naive
        ? tf_damped_step_naive(step, workspace, problem, damping, leastScale)
        : tf_damped_step(step, workspace, problem, damping, leastScale)
    }
  }

  func covariance(naive: Bool = false) -> Found {
    found(parameters * parameters) { covariance, workspace, problem in
      naive
        ? tf_normal_covariance_naive(covariance, workspace, problem)
        : tf_normal_covariance(covariance, workspace, problem)
    }
  }

  /// Calls a kernel, and traps when it writes past the workspace that it asked for.
  private func found(
    _ count: Int,
    _ kernel: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>, UnsafePointer<tf_least_squares>) -> tf_status
  ) -> Found {
    var output = [Double](repeating: .nan, count: count)
    let size = tf_damped_step_workspace(rows, priors, parameters)
    let mark = 1234.5
    var workspace = [Double](repeating: .nan, count: size) + [Double](repeating: mark, count: 64)
    let status = withProblem { kernel(&output, &workspace, $0) }
    precondition(workspace[size...].allSatisfy { $0 == mark }, "the workspace is too small")
    return Found(status: status, values: output)
  }

  private func withProblem(_ body: (UnsafePointer<tf_least_squares>) -> tf_status) -> tf_status {
    jacobian.withUnsafeBufferPointer { j in
      residual.withUnsafeBufferPointer { r in
        (weight ?? []).withUnsafeBufferPointer { w in
          priorRoot.withUnsafeBufferPointer { root in
            priorResidual.withUnsafeBufferPointer { prior in
              var problem = tf_least_squares(
                rows: rows, priors: priors, parameters: parameters, jacobian: j.baseAddress, residual: r.baseAddress,
                sqrt_weight: weight == nil ? nil : w.baseAddress, prior_precision_root: root.baseAddress,
                prior_residual: prior.baseAddress)
              return body(&problem)
            }
          }
        }
      }
    }
  }

  /// The matrix JᵀW²J + R0ᵀR0, row by row.
  var normalMatrix: [Double] {
    var sum = [Double](repeating: 0, count: parameters * parameters)
    for i in 0..<(rows + priors) {
      for a in 0..<parameters {
        for b in 0..<parameters { sum[a * parameters + b] += entry(i, a) * entry(i, b) }
      }
    }
    return sum
  }

  private func entry(_ i: Int, _ j: Int) -> Double {
    i < rows ? (weight?[i] ?? 1) * jacobian[i * parameters + j] : priorRoot[(i - rows) * parameters + j]
  }

  /// Well-conditioned wherever it has rows enough: entries of random sign, priors with a strong diagonal.
  static func random(rows: Int, priors: Int, parameters: Int, weighted: Bool, _ random: inout SplitMix64) -> Self {
    var problem = LeastSquaresProblem(parameters: parameters)
    problem.jacobian = (0..<(rows * parameters)).map { _ in random.between(-1, 1) }
    problem.residual = (0..<rows).map { _ in random.between(-1, 1) }
    if weighted { problem.weight = (0..<rows).map { _ in random.between(0.5, 2) } }
    problem.priorRoot = (0..<(priors * parameters)).map { i in
      let diagonal = parameters > 0 && i / parameters == i % parameters
      return (diagonal ? 1 : 0) + random.between(-0.2, 0.2) / Double(parameters)
    }
    problem.priorResidual = (0..<priors).map { _ in random.between(-1, 1) }
    return problem
  }
}

/// Whether two solutions part by no more than 1e-9 of the larger's largest value.
func isNear(_ a: [Double], _ b: [Double]) -> Bool {
  let scale = (a + b).reduce(0) { max($0, abs($1)) }
  return a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= 1e-9 * scale }
}
