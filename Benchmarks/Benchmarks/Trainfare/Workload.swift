import Benchmark
import CWorkload

/// One training step of a small transformer, in fp32 by its kernels and in double by their naive twin; bytes as text.
final class WorkloadInputs: @unchecked Sendable {
  var shape = tw_shape(
    layers: 2, width: 64, heads: 4, feed: 256, vocabulary: 256, sequence: 64, batch: 2, tied: 1)
  var rule = tw_adamw_rule(rate: 1e-4, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, decay: 0.01, step: 1)
  let id: [UInt8], target: [UInt8]
  var parameters: [Float], means: [Float], squares: [Float], gradients: [Float], work: [Float]

  init() {
    id = (0..<128).map { UInt8(truncatingIfNeeded: $0 * 37) }
    target = (0..<128).map { UInt8(truncatingIfNeeded: $0 * 37 + 11) }
    let count = tw_parameter_count(&shape)
    parameters = (0..<count).map { Float(($0 * 7919) % 1000) * 1e-4 - 0.05 }
    means = [Float](repeating: 0, count: count)
    squares = means
    gradients = means
    work = [Float](repeating: 0, count: tw_activation_count(&shape))
  }
}

func workloadBenchmarks() {
  let inputs = WorkloadInputs()
  Benchmark("training step: kernels, 2 x 64, 2 x 64 tokens, one thread") { benchmark in
    tw_set_threads(1)
    for _ in benchmark.scaledIterations {
      blackHole(
        tw_train(
          &inputs.parameters, &inputs.means, &inputs.squares, &inputs.gradients, &inputs.work, inputs.id,
          inputs.target, &inputs.shape, &inputs.rule))
    }
  }
  Benchmark("training step: naive twin") { benchmark in
    var parameters = inputs.parameters.map(Double.init), gradients = parameters
    var means = [Double](repeating: 0, count: parameters.count), squares = means
    var work = [Double](repeating: 0, count: tw_activation_count_naive(&inputs.shape))
    for _ in benchmark.scaledIterations {
      blackHole(
        tw_train_naive(
          &parameters, &means, &squares, &gradients, &work, inputs.id, inputs.target, &inputs.shape, &inputs.rule))
    }
  }
  let values = (0..<65_536).map { Float($0 % 1000) * 0.01 - 5 }, wide = values.map(Double.init)
  Benchmark("gelu: kernel, 65,536") { benchmark in
    var out = values
    for _ in benchmark.scaledIterations { tw_gelu(&out, values, values.count) }
    blackHole(out)
  }
  Benchmark("gelu: naive twin") { benchmark in
    var out = wide
    for _ in benchmark.scaledIterations { tw_gelu_naive(&out, wide, wide.count) }
    blackHole(out)
  }
  Benchmark("causal softmax: kernel, 256 x 256") { benchmark in
    var out = values
    for _ in benchmark.scaledIterations { tw_softmax(&out, 256, 0.1) }
    blackHole(out)
  }
  Benchmark("causal softmax: naive twin") { benchmark in
    var out = wide
    for _ in benchmark.scaledIterations { tw_softmax_naive(&out, 256, 0.1) }
    blackHole(out)
  }
  Benchmark("normalization: kernel, 256 x 256") { benchmark in
    var out = values, mean = [Float](repeating: 0, count: 256), rstd = mean
    for _ in benchmark.scaledIterations { tw_normalize(&out, &mean, &rstd, values, values, values, 256, 256) }
    blackHole(out)
  }
  Benchmark("normalization: naive twin") { benchmark in
    var out = wide, mean = [Double](repeating: 0, count: 256), rstd = mean
    for _ in benchmark.scaledIterations { tw_normalize_naive(&out, &mean, &rstd, wide, wide, wide, 256, 256) }
    blackHole(out)
  }
}
