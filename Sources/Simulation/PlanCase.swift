import CKernels
import Quantities
import Scenarios

/// The lowered question: one plan of one job on one machine. Whoever wants to know what a step takes asks it, under the
/// machine's own efficiency or any other, and it answers by one way.
public struct PlanCase: Sendable {
  public let plan: Plan
  public let lowered: LoweredShape
  public var simulator: Simulator { lowered.simulator }

  public init(_ simulator: Simulator, _ plan: Plan) {
    self.init(simulator.lowered(BlockShape(plan)), plan)
  }

  /// - Parameter lowered: of the plan's shape, where other plans share it.
  public init(_ lowered: LoweredShape, _ plan: Plan) {
    self.plan = plan
    self.lowered = lowered
  }

  /// Step times in seconds, [samples]. The efficiency that the simulator was made with plays no part.
  public func stepTimes(_ samples: [EfficiencyValues]) -> [Double] {
    var times: [Double] = []
    times.reserveCapacity(samples.count)
    forEachResult(samples) { times.append($0.step(0)) }
    return times
  }

  /// Under the machine's own efficiency.
  public func estimate() -> Estimate {
    var found: Estimate?
    forEachResult([lowered.values]) { found = simulator.estimate(plan, $0, at: 0) }
    guard let found else { preconditionFailure("one sample has one result") }
    return found
  }

  private func forEachResult(_ samples: [EfficiencyValues], _ body: (PlanResults) -> Void) {
    var plans = PlanBatch()
    plans.append(plan)
    var results = PlanResults()
    lowered.forEachBlock(samples) { j, block in
      let machine = simulator.machine.kernelMachine(simulator.each, samples[j])
      Simulator.evaluate(plans, 0..<1, block, machine, into: &results)
      body(results)
    }
  }
}
