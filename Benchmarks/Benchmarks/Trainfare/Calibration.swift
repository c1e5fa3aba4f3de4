import Benchmark
import CKernels

/// Random but repeatable inputs of the calibration kernels: a fit of 120 parameters to 1,500 measurements with a prior on
/// each, and what is drawn from it.
struct CalibrationInputs: @unchecked Sendable {
  let rows = 1500, parameters = 120, samples = 1000, exponents = 65536
  let jacobian: [Double], residual: [Double], priorRoot: [Double], priorResidual: [Double]
  let normals: [Double], lower: [Double], arguments: [Double]

  init() {
    func drawn(_ count: Int, _ stream: UInt64) -> [Double] {
      var out = [Double](repeating: 0, count: count)
      tf_standard_normals(&out, count, 7, stream)
      return out
    }
    let size = parameters
    jacobian = drawn(rows * size, 0)
    residual = drawn(rows, 1)
    priorRoot = (0..<(size * size)).map { $0 % (size + 1) == 0 ? 1 : 0 }
    priorResidual = drawn(size, 2)
    normals = drawn(samples * size, 3)
    lower = drawn(size * size, 4)
    arguments = drawn(exponents, 5)
  }

  func step(
    _ kernel: (
      UnsafeMutablePointer<Double>?, UnsafeMutablePointer<Double>?, UnsafePointer<tf_least_squares>?, Double, Double
    ) -> tf_status, into step: inout [Double], workspace: inout [Double]
  ) {
    jacobian.withUnsafeBufferPointer { j in
      residual.withUnsafeBufferPointer { r in
        priorRoot.withUnsafeBufferPointer { root in
          priorResidual.withUnsafeBufferPointer { prior in
            var problem = tf_least_squares(
              rows: rows, priors: parameters, parameters: parameters, jacobian: j.baseAddress,
              residual: r.baseAddress, sqrt_weight: nil, prior_precision_root: root.baseAddress,
              prior_residual: prior.baseAddress)
            let status = kernel(&step, &workspace, &problem, 1e-3, 1e-9)
            precondition(status == TF_SOLVED, "the step has no solution")
          }
        }
      }
    }
  }
}

func calibrationBenchmarks() {
  let inputs = CalibrationInputs()
  for (name, kernel) in [("kernel, 1,500 x 120", tf_damped_step), ("naive twin", tf_damped_step_naive)] {
    Benchmark("damped step: \(name)") { benchmark in
      var step = [Double](repeating: 0, count: inputs.parameters)
      let size = tf_damped_step_workspace(inputs.rows, inputs.parameters, inputs.parameters)
      var workspace = [Double](repeating: 0, count: size)
      for _ in benchmark.scaledIterations { inputs.step(kernel, into: &step, workspace: &workspace) }
      blackHole(step)
    }
  }
  for (name, kernel) in [("kernel, 1,000 x 120", tf_correlated), ("naive twin", tf_correlated_naive)] {
    Benchmark("correlated samples: \(name)") { benchmark in
      var samples = inputs.normals
      for _ in benchmark.scaledIterations {
        kernel(&samples, inputs.normals, inputs.lower, inputs.samples, inputs.parameters)
      }
      blackHole(samples)
    }
  }
  for (name, kernel) in [("kernel, 65,536", tf_exponentials), ("naive twin", tf_exponentials_naive)] {
    Benchmark("exponentials: \(name)") { benchmark in
      var values = [Double](repeating: 0, count: inputs.exponents)
      for _ in benchmark.scaledIterations { kernel(&values, inputs.arguments, inputs.exponents) }
      blackHole(values)
    }
  }
  Benchmark("normals: kernel, 65,536") { benchmark in
    var values = [Double](repeating: 0, count: inputs.exponents)
    for i in benchmark.scaledIterations { tf_standard_normals(&values, inputs.exponents, 7, UInt64(i)) }
    blackHole(values)
  }
}
