import Costing
import Planning
import Quantities
import Scenarios
import Simulation

/// Every plan of the search space, one at a time and through the naive kernel: what a search is held to. Shares no
/// code with `PlanSpace` and `Tally`.
struct BruteForce {
  struct Found {
    var plan: Plan
    var step: Double
    var memory: Double
    var cost: Double
  }
  var enumerated = 0
  var obstacles: [PlanObstacle: Int] = [:]
  var feasible: [Found] = []
  /// Of all legal plans.
  var evaluated: [Found] = []

  init(_ simulator: Simulator, devices: Int, price: Price? = nil, maxMemory: Double = .infinity) {
    let job = simulator.job, model = job.model, stack = simulator.machine.efficiency.stack
    let rules = PlanRules(job: job, machine: simulator.machine)
    for t in 1...model.heads where model.heads % t == 0 && model.feedForwardSize % t == 0 {
      if model.keyValueHeads % t != 0, t % model.keyValueHeads != 0 { continue }
      for c in 1...job.sequenceLength where job.sequenceLength % c == 0 {
        if c > 1, !stack.contextParallel || job.sequenceLength % (2 * c) != 0 || job.sequenceLength / c < 128 {
          continue
        }
        for p in 1...model.layers where devices % (t * c * p) == 0 {
          let d = devices / (t * c * p)
          for b in 1...job.globalBatch where job.globalBatch % b == 0 {
            for v in 1...(p > 1 ? model.layers / p : 1) {
              for mode in stack.recompute {
                for split in t > 1 ? [false, true] : [false] {
                  for z in stack.zeroStages {
                    let plan = Plan(
                      tensor: t, pipeline: p, interleave: v, data: d, context: c, zero: z, microBatch: b,
                      recompute: mode, sequenceParallel: split)
                    look(at: plan, rules, simulator, price, maxMemory, devices)
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  private mutating func look(
    at plan: Plan, _ rules: PlanRules, _ simulator: Simulator, _ price: Price?, _ maxMemory: Double,
    _ devices: Int
  ) {
    enumerated += 1
    let problems = rules.problems(plan, devices: devices).compactMap(Self.obstacle)
    if let first = problems.min(by: { $0.rawValue < $1.rawValue }) {
      obstacles[first, default: 0] += 1
      return
    }
    var batch = PlanBatch(), results = PlanResults()
    batch.append(plan)
    simulator.evaluate(
      batch, 0..<1, shape: 0, of: simulator.table([BlockShape(plan)]), into: &results, naively: true)
    let job = simulator.job
    let tokens = Double(job.globalBatch * job.sequenceLength)
    let hours = (job.tokens.value / tokens).rounded(.up) * results.step(0) / 3600
    let units = Double(devices / simulator.machine.instance.devices)
    let one = Found(
      plan: plan, step: results.step(0), memory: results.memory(0),
      cost: (price?.rate.perHour ?? 0) * units * hours)
    evaluated.append(one)
    if one.memory > simulator.machine.memoryCapacity.value {
      obstacles[.doesNotFit, default: 0] += 1
    } else if one.memory > maxMemory {
      obstacles[.overMemoryLimit, default: 0] += 1
    } else {
      feasible.append(one)
    }
  }

  private static func obstacle(_ problem: PlanProblem) -> PlanObstacle? {
    switch problem {
    case .pipelineUneven: .stagesDoNotSpread
    case .sequenceDoesNotSplit: .sequenceDoesNotSplit
    case .batchDoesNotSplit: .batchDoesNotSplit
    case .interleaveNeedsMicroBatches: .interleaveNeedsMicroBatches
    case .dualPipeNeedsPairs: .dualPipeNeedsPairs
    case .zeroNeedsRanks: .zeroNeedsRanks
    case .zeroNeedsWholeModel: .zeroNeedsWholeModel
    default: nil
    }
  }
}

func isClose(_ a: Double, _ b: Double, _ tolerance: Double = 1e-12) -> Bool {
  a == b || abs(a - b) <= tolerance * max(abs(a), abs(b))
}
