import Benchmark
import CKernels

/// Runs that fail: many productive shares, and runs event by event where failures are rare and where they are not.
struct EnduranceInputs: @unchecked Sendable {
  let count = 65_536
  let failures: [Double], work: [Double]
  /// Some 16,000 devices: a failure every three hours, a checkpoint every half hour.
  let cluster = tf_endurance(
    failures: 1 / 10_800.0, hard: 0.5, work: 1780, stall: 20, lag: 100, recovery: 600, replacement: 86_400, spares: 8)
  /// Hardly a period without a failure, hardly a recovery without another.
  let failing = tf_endurance(
    failures: 0.01, hard: 0.2, work: 90, stall: 10, lag: 50, recovery: 100, replacement: 500, spares: 2)

  init() {
    failures = (0..<65_536).map { 1e-7 * Double(1 + $0 % 4096) }
    work = (0..<65_536).map { 60 * Double(1 + $0 / 256) }
  }
}

func enduranceBenchmarks() {
  let inputs = EnduranceInputs()
  for (name, kernel) in [("kernel, 65,536", tf_productive), ("naive twin", tf_productive_naive)] {
    Benchmark("productive shares: \(name)") { benchmark in
      var out = [Double](repeating: 0, count: inputs.count), rest = inputs.cluster
      for _ in benchmark.scaledIterations { kernel(&out, inputs.failures, inputs.work, inputs.count, &rest) }
      blackHole(out)
    }
  }
  for (kind, run, periods, events) in [
    ("cluster", inputs.cluster, 1000.0, UInt64(247_335)), ("failing", inputs.failing, 100, 146_301),
  ] {
    for (name, kernel) in [("kernel, 100 runs", tf_endure), ("naive twin", tf_endure_naive)] {
      Benchmark("\(kind) runs: \(name) of \(Int(periods)) periods") { benchmark in
        var seconds = [Double](repeating: 0, count: 100), run = run
        for _ in benchmark.scaledIterations {
          let found = kernel(&seconds, 100, periods, &run, 1_000_000, 7)
          precondition(found == events, "\(found) events where there were \(events)")
        }
        blackHole(seconds)
      }
    }
  }
}
