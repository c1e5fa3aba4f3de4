import Benchmark
import CKernels
import Foundation

// Throughput is per benchmark's scaling unit: 65,536 plans, 28,672 operator times, or one command.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .throughput], warmupIterations: 3, maxDuration: .seconds(3), maxIterations: 2000)

  let operators = OperatorBatch()
  Benchmark("operator times: kernel, 56 operators x 512 shapes") { benchmark in
    var times = [Double](repeating: 0, count: operators.operators * operators.cases)
    for _ in benchmark.scaledIterations { operators.run(tf_operator_times, into: &times) }
    blackHole(times)
  }
  Benchmark("operator times: naive twin") { benchmark in
    var times = [Double](repeating: 0, count: operators.operators * operators.cases)
    for _ in benchmark.scaledIterations { operators.run(tf_operator_times_naive, into: &times) }
    blackHole(times)
  }

  let plans = PlanColumns()
  Benchmark("plans: kernel, 65,536 plans of GPT-3 175B") { benchmark in
    var storage = [Double](repeating: 0, count: plans.count * 16)
    for _ in benchmark.scaledIterations { plans.run(tf_evaluate_plans, into: &storage) }
    blackHole(storage)
  }
  Benchmark("plans: naive twin") { benchmark in
    var storage = [Double](repeating: 0, count: plans.count * 16)
    for _ in benchmark.scaledIterations { plans.run(tf_evaluate_plans_naive, into: &storage) }
    blackHole(storage)
  }

  // Whole commands of the release build that `make bench` made.
  if let tool = ProcessInfo.processInfo.environment["TRAINFARE"] {
    Benchmark("command: trainfare --help") { benchmark in
      for _ in benchmark.scaledIterations { run(tool, ["--help"]) }
    }
    Benchmark("command: trainfare compare (default job)") { benchmark in
      for _ in benchmark.scaledIterations { run(tool, ["compare"]) }
    }
  }
}

private func run(_ tool: String, _ arguments: [String]) {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: tool)
  process.arguments = arguments
  process.standardOutput = FileHandle.nullDevice
  process.standardError = FileHandle.nullDevice
  do {
    try process.run()
  } catch {
    preconditionFailure("cannot start \(tool): \(error)")
  }
  process.waitUntilExit()
  precondition(process.terminationStatus == 0, "\(tool) \(arguments) failed")
}
