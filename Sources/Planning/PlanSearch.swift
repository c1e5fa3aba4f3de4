import Scenarios
import Simulation

/// Exhaustive search over a plan space for one job on one type of machine, at any size.
///
/// Operator times are computed once for all shapes; each size then costs only plan arithmetic.
public struct PlanSearch: Sendable {
  public let simulator: Simulator
  public let space: PlanSpace
  private let table: BlockTable

  public init(simulator: Simulator, request: PlanRequest) {
    self.simulator = simulator
    space = PlanSpace(job: simulator.job, machine: simulator.machine, request: request)
    table = simulator.table(space.shapes)
  }

  /// What a search over one size found.
  public struct Outcome: Sendable {
    /// Fastest plan that fits; ties go to the one enumerated first: fewer tensor, context, micro-batch, pipeline ranks.
    public var best: Estimate?
    /// Of plans that do not fit, the one that needs least memory.
    public var smallest: Estimate?
    /// Plans evaluated.
    public var evaluated: Int
  }

  public func best(devices: Int) -> Outcome {
    var batch = PlanBatch()
    var results = PlanResults()
    var best: (time: Double, plan: Plan)?
    var smallest: (bytes: Double, plan: Plan)?
    var evaluated = 0
    let capacity = simulator.machine.memoryCapacity.value
    for (index, shape) in space.shapes.enumerated() {
      batch.removeAll()
      space.plans(of: shape, devices: devices, into: &batch)
      guard batch.count > 0 else { continue }
      simulator.evaluate(batch, shape: index, of: table, into: &results)
      evaluated += batch.count
      for i in 0..<batch.count {
        let bytes = results.memory(i)
        if bytes <= capacity {
          if best.map({ results.step(i) < $0.time }) ?? true { best = (results.step(i), batch.plan(i, shape)) }
        } else if best == nil, smallest.map({ bytes < $0.bytes }) ?? true {
          smallest = (bytes, batch.plan(i, shape))
        }
      }
    }
    return Outcome(
      best: best.map { simulator.estimate($0.plan) }, smallest: smallest.map { simulator.estimate($0.plan) },
      evaluated: evaluated)
  }
}
