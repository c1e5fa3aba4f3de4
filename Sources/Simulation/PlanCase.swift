import CKernels
import Scenarios

/// One plan of one job on one machine, lowered once, whose step is evaluated under many values of the efficiency
/// parameters: what calibration differentiates and intervals sample.
public struct PlanCase: Sendable {
  public let simulator: Simulator
  public let plan: Plan
  private let shape: BlockShape
  private let lowered: [Operator]
  private let facts: BlockFacts

  public init(_ simulator: Simulator, _ plan: Plan) {
    self.simulator = simulator
    self.plan = plan
    shape = BlockShape(plan)
    let lowering = Lowering(job: simulator.job, stack: simulator.machine.efficiency.stack)
    lowered = lowering.operators(shape.operatorShape)
    facts = BlockFacts(lowering, simulator.job, simulator.machine)
  }

  /// Step times in seconds, [samples]. The efficiency that the simulator was made with plays no part.
  public func stepTimes(_ samples: [EfficiencyValues]) -> [Double] {
    let count = samples.count
    guard count > 0 else { return [] }
    let machine = simulator.machine
    let components = FlatBatch([lowered], machine, samples: samples).components()
    let kinds = Component.allCases.count
    var plans = PlanBatch(shard: plan.shard)
    plans.append(plan)
    var results = PlanResults()
    var column = [Double](repeating: 0, count: kinds)
    var block = facts.constants(shape)
    return samples.indices.map { j in
      for c in 0..<kinds { column[c] = components[c * count + j] }
      facts.fill(&block, shape, column, samples[j])
      let constants = machine.kernelMachine(optimizer: simulator.job.optimizer, samples[j])
      Simulator.evaluate(plans, 0..<1, block, constants, into: &results)
      return results.step(0)
    }
  }
}
