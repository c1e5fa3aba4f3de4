import Benchmark
import CKernels

/// Layers of two kinds, as of a model with experts: three dense ones, and 93 with 256 experts. The plans are those of `PlanColumns`.
final class Mixture: @unchecked Sendable {
  private let kinds = UnsafeMutableBufferPointer<tf_layer>.allocate(capacity: 2)
  private let order = UnsafeMutableBufferPointer<Int32>.allocate(capacity: 96)
  private let mixture = UnsafeMutablePointer<tf_mixture>.allocate(capacity: 1)
  private(set) var plans = PlanColumns()

  init() {
    kinds.initialize(repeating: plans.block.layer)
    kinds[1].exchange = 2e-3
    kinds[1].expert_parameters = 1e10
    for i in 0..<96 { order[i] = i < 3 ? 0 : 1 }
    mixture.initialize(
      to: tf_mixture(
        kind_count: 2, kinds: UnsafePointer(kinds.baseAddress), order: UnsafePointer(order.baseAddress),
        expert_ranks: 8, expert_trained: 1, recomputed: 0, spared: 0,
        ends: tf_ends(first: Int(TF_EVEN), last: Int(TF_EVEN))))
    plans.block.mixture = UnsafePointer(mixture)
  }

  deinit {
    kinds.deallocate()
    order.deallocate()
    mixture.deallocate()
  }
}

func mixtureBenchmarks() {
  let mixture = Mixture()
  Benchmark("mixtures: kernel, 65,536 plans of a model with experts") { benchmark in
    var storage = [Double](repeating: 0, count: mixture.plans.count * PlanColumns.results)
    for _ in benchmark.scaledIterations { mixture.plans.run(tf_evaluate_plans, into: &storage) }
    blackHole(storage)
  }
  Benchmark("mixtures: naive twin") { benchmark in
    var storage = [Double](repeating: 0, count: mixture.plans.count * PlanColumns.results)
    for _ in benchmark.scaledIterations { mixture.plans.run(tf_evaluate_plans_naive, into: &storage) }
    blackHole(storage)
  }
}
