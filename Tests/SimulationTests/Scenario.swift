import Quantities
import TestSupport
import Testing

@testable import Scenarios
@testable import Simulation

/// A job, a machine and a legal plan for them, drawn from a seed: what the laws are tried on.
struct Scenario: Sendable {
  var job: Job
  var instance: Instance
  var efficiency: Efficiency
  var plan: Plan

  func simulator() throws -> Simulator {
    try Simulator(job: job, instance: instance, efficiency: efficiency)
  }

  func estimate() throws -> Estimate { try simulator().estimate(plan) }

  func isLegal() throws -> Bool { try problems().isEmpty }

  func problems() throws -> [PlanProblem] {
    PlanRules(job: job, machine: try simulator().machine).problems(plan)
  }

  /// The same with something changed.
  func with(_ change: (inout Scenario) -> Void) -> Scenario {
    var copy = self
    change(&copy)
    return copy
  }

  static func many(_ count: Int, seed: UInt64, _ wanted: (Scenario) -> Bool = { _ in true }) throws
    -> [Scenario]
  {
    var random = SplitMix64(seed: seed)
    var found: [Scenario] = []
    while found.count < count {
      let scenario = try one(&random)
      if wanted(scenario) { found.append(scenario) }
    }
    return found
  }

  private static func one(_ random: inout SplitMix64) throws -> Scenario {
    let efficiency = randomEfficiency(&random)
    let instance = randomInstance(&random)
    let job = Job(
      name: "random", model: randomModel(&random), tokens: Count(1e11),
      sequenceLength: random.pick([1024, 2048, 4096, 8192]),
      globalBatch: random.pick([16, 48, 96, 256]), precision: random.pick([.bf16, .fp16, .fp8, .mxfp8, .fp32]),
      optimizer: random.pick(Optimizer.allCases), loraRank: random.pick([nil, nil, nil, 16]))
    var scenario = Scenario(job: job, instance: instance, efficiency: efficiency, plan: Plan())
    repeat { scenario.plan = randomPlan(job, &random) } while try !scenario.isLegal()
    return scenario
  }

  private static func randomModel(_ random: inout SplitMix64) -> Model {
    let heads = random.pick([8, 16, 32, 40, 64]), size = random.pick([64, 108, 128])
    let layers = Int.random(in: 4...48, using: &random), vocabulary = random.pick([8192, 51_200, 128_256])
    let tied = random.chance(0.5)
    if random.chance(0.5) {
      return .megatron(layers: layers, hidden: heads * size, heads: heads, vocabulary: vocabulary, tied: tied)
    }
    return .llama(
      layers: layers, hidden: heads * size, heads: heads,
      keyValueHeads: random.pick([heads, heads / 4, heads / 8]),
      feedForward: heads * size * random.pick([2, 3, 4]), vocabulary: vocabulary, tied: tied)
  }

  private static func randomInstance(_ random: inout SplitMix64) -> Instance {
    var chip = Chip.tiled(devices: random.pick([1, 1, 2, 4]))
    chip.memoryBandwidth = known(random.between(5e11, 8e12))
    let (chips, topology) = random.pick([
      (8, Topology.switched), (16, .torus2D), (64, .torus3D), (4, .ring), (8, .mesh),
    ])
    return .node(chip, chips: chips, topology: topology)
  }

  private static func randomEfficiency(_ random: inout SplitMix64) -> Efficiency {
    var e = Efficiency.lossy(random.pick([.fused, .unfused]))
    // What came later is drawn last: the others are then as they were.
    let later: [EfficiencyParameter] = [.stepGrowth]
    for parameter in EfficiencyParameter.allCases.filter({ !later.contains($0) }) {
      // Around the losses above, some of them gone altogether.
      switch parameter.scale {
      case .fraction: e[parameter] = random.between(0.4, 0.95)
      case .overlap: e[parameter] = random.fraction()
      case .number, .seconds: e[parameter] *= random.pick([0, random.between(0.3, 3)])
      }
    }
    e[.contention] = random.between(0, 0.3)
    e.stack.gradientType = random.pick([.fp32, .bf16])
    e.stack.reduceType = random.pick([.fp32, .bf16])
    (e.stack.softmaxRows, e.stack.softmaxLength) = random.pick([(nil, nil), (4, 2048)])
    e[.stepGrowth] *= [0, 0.5, 2][Int(e[.contention] * 1e6) % 3]
    return e
  }

  private static func randomPlan(_ job: Job, _ random: inout SplitMix64) -> Plan {
    let pipeline = random.pick([1, 1, 2, 3, 4, 8])
    let tensor = random.pick([1, 2, 4, 8])
    let data = random.pick([1, 2, 3, 4, 8, 16])
    return Plan(
      tensor: tensor, pipeline: pipeline, interleave: pipeline > 1 ? random.pick([1, 1, 2, 3]) : 1,
      data: data, context: random.pick([1, 1, 1, 2, 4]),
      zero: random.pick(pipeline > 1 ? [0, 1] : [0, 1, 2, 3]),
      shard: data > 1 ? random.pick([nil, nil, data, 2]) : nil, microBatch: random.pick([1, 2, 4]),
      recompute: random.pick(Recompute.allCases), sequenceParallel: tensor > 1 && random.chance(0.5))
  }
}
