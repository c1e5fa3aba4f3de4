import Benchmark
import CKernels
import Costing
import Dispatch
import Foundation
import Planning
import Quantities
import Scenarios
import Simulation

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
    var storage = [Double](repeating: 0, count: plans.count * PlanColumns.results)
    for _ in benchmark.scaledIterations { plans.run(tf_evaluate_plans, into: &storage) }
    blackHole(storage)
  }
  Benchmark("plans: kernel without AVX-512") { benchmark in
    var storage = [Double](repeating: 0, count: plans.count * PlanColumns.results)
    for _ in benchmark.scaledIterations {
      plans.run({ tf_evaluate_plans_at(TF_AVX2, $0, $1, $2, $3, $4) }, into: &storage)
    }
    blackHole(storage)
  }
  Benchmark("plans: naive twin") { benchmark in
    var storage = [Double](repeating: 0, count: plans.count * PlanColumns.results)
    for _ in benchmark.scaledIterations { plans.run(tf_evaluate_plans_naive, into: &storage) }
    blackHole(storage)
  }

  mixtureBenchmarks()
  calibrationBenchmarks()
  enduranceBenchmarks()
  workloadBenchmarks()

  let cores = ProcessInfo.processInfo.activeProcessorCount
  let buffers = (0..<cores).map { _ in Storage(plans.count * PlanColumns.results) }
  Benchmark("plans: kernel on all cores, 16 x 65,536 on \(cores)") { benchmark in
    for _ in benchmark.scaledIterations {
      DispatchQueue.concurrentPerform(iterations: cores) { core in
        for _ in stride(from: core, to: 16, by: cores) {
          plans.run(tf_evaluate_plans, into: &buffers[core].values)
        }
      }
    }
    blackHole(buffers)
  }

  let configs = ProcessInfo.processInfo.environment["TRAINFARE_CONFIGS"] ?? "../configs"
  func simulator(_ model: String, _ instance: String, devices: Int, sequence: Int, stack: String?) -> Simulator {
    do {
      let catalog = Catalog(roots: [configs])
      let machine = try catalog.instance(instance)
      let job = Job(
        name: model, model: try catalog.model(model), tokens: Count(1e12), sequenceLength: sequence,
        globalBatch: devices)
      return try Simulator(
        job: job, instance: machine, efficiency: try catalog.efficiency(chip: machine.chip.name, stack: stack))
    } catch {
      preconditionFailure("the shipped catalog does not load: \(error)")
    }
  }
  for (devices, plans) in [(64, 13_552), (512, 22_418), (4096, 23_562)] {
    let gpt3 = simulator("megatron-175b", "dgx-a100", devices: devices, sequence: 2048, stack: "megatron-2022")
    Benchmark("search: Calculon's space, GPT-3 175B on \(devices) A100, \(plans) plans") { benchmark in
      for _ in benchmark.scaledIterations {
        let found = CalculonSpace(simulator: gpt3, devices: devices).search()
        precondition(found.plans == plans, "\(found.plans) plans where Calculon has \(plans)")
        blackHole(found.bestStep)
      }
    }
  }
  for devices in [64, 512, 4096] {
    let space = CalculonSpace(
      simulator: simulator("megatron-175b", "dgx-a100", devices: devices, sequence: 2048, stack: "megatron-2022"),
      devices: devices)
    Benchmark("search: naive twin, GPT-3 175B on \(devices) A100, one plan at a time") { benchmark in
      for _ in benchmark.scaledIterations { blackHole(space.searchOneByOne()) }
    }
  }
  let gpt3 = simulator("megatron-175b", "dgx-a100", devices: 512, sequence: 2048, stack: "megatron-2022")
  let shapes = CalculonSpace(simulator: gpt3, devices: 512).shapes
  Benchmark("shapes: lowered, timed and composed, \(shapes.count) of GPT-3 175B") { benchmark in
    for _ in benchmark.scaledIterations { blackHole(gpt3.table(shapes)) }
  }
  Benchmark("shapes: naive twin, one by one") { benchmark in
    for _ in benchmark.scaledIterations { for shape in shapes { blackHole(gpt3.table([shape])) } }
  }
  let llama = simulator("llama-3.1-405b", "dgx-h100", devices: 16384, sequence: 8192, stack: nil)
  Benchmark("search: Llama-3.1-405B on 16,384 H100, plans that can win") { benchmark in
    for _ in benchmark.scaledIterations {
      blackHole(PlanSearch(simulator: llama, request: PlanRequest()).best(devices: 16384).best?.stepTime)
    }
  }
  let option = (instance: llama.machine.instance, efficiency: llama.machine.efficiency)
  let every = SearchRequest(job: llama.job, options: [option], size: .chips(16384))
  Benchmark("search: Llama-3.1-405B on 16,384 H100, every legal plan") { benchmark in
    for _ in benchmark.scaledIterations { blackHole(Search(every, prices: PriceBook([])).run().counts.evaluated) }
  }
  Benchmark("catalog: six instances, profiles, prices, job") { benchmark in
    for _ in benchmark.scaledIterations {
      do {
        let catalog = Catalog(roots: [configs])
        let job = try catalog.job("llama-3.1-8b-1t")
        for name in job.options {
          blackHole(try catalog.efficiency(chip: try catalog.instance(name).chip.name, stack: nil))
        }
        blackHole(try catalog.prices().count)
      } catch {
        preconditionFailure("the shipped catalog does not load: \(error)")
      }
    }
  }

  judgementBenchmark(configs)

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

/// Intervals and probabilities of the default comparison, whose options are planned beforehand: all draws of every option.
private func judgementBenchmark(_ configs: String) {
  let catalog = Catalog(roots: [configs])
  guard let job = try? catalog.job("llama-3.1-8b-1t"), let prices = try? catalog.prices(),
    let posterior = (try? catalog.posterior()) ?? nil, let priors = try? catalog.priors(),
    let runs = try? catalog.fittedRuns(),
    let options = try? job.options.map({ name in
      let instance = try catalog.instance(name)
      return (instance: instance, efficiency: try catalog.efficiency(chip: instance.chip.name, stack: nil))
    })
  else { preconditionFailure("the shipped catalog does not load") }
  let size = job.size ?? .chips(64)
  let compared = Comparison(ComparisonRequest(job: job, size: size, options: options), prices: PriceBook(prices))
    .results
  Benchmark("samples: 1,000 of each of six options, judged") { benchmark in
    for _ in benchmark.scaledIterations {
      let knowledge = Knowledge(posterior, priors: priors, runs: runs)
      blackHole(knowledge.judged(compared, job: job).count)
    }
  }
}

/// A buffer that a thread can own.
private final class Storage: @unchecked Sendable {
  var values: [Double]
  init(_ count: Int) { values = [Double](repeating: 0, count: count) }
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
