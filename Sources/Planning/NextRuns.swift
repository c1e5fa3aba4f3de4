import Calibration
import Scenarios
import Simulation

/// Runs that one could measure next beside one's own, by how much each would tell of the others.
public struct NextRun: Sendable {
  public var plan: Plan
  /// Part of the spreads of plans like it that would be gone, on average.
  public var narrowing: Double

  /// Plans of the same job near the one that ran: one degree doubled or halved, on the same machines or on half of them.
  public static func ranked(_ own: OwnRun, _ simulator: Simulator, ran plan: Plan, most: Int = 3) -> [NextRun] {
    let rules = PlanRules(job: simulator.job, machine: simulator.machine)
    let near = around(plan).filter { $0 != plan && rules.problems($0).isEmpty && simulator.estimate($0).fits }
    var seen: Set<Plan> = []
    let plans = near.filter { seen.insert($0).inserted }
    let found = plans.map { one in
      NextRun(plan: one, narrowing: own.narrowing(of: plans.filter { $0 != one }, by: one))
    }.filter { $0.narrowing > 0 }
    let order = found.indices.sorted { (-found[$0].narrowing, $0) < (-found[$1].narrowing, $1) }
    return order.prefix(most).map { found[$0] }
  }

  private static func around(_ plan: Plan) -> [Plan] {
    var plans: [Plan] = []
    func add(_ change: (inout Plan) -> Void) {
      var other = plan
      change(&other)
      plans.append(other)
    }
    add { $0.microBatch *= 2 }
    if plan.microBatch % 2 == 0 { add { $0.microBatch /= 2 } }
    if plan.data % 2 == 0 {
      add { $0.data /= 2 }
      add { ($0.data, $0.tensor) = ($0.data / 2, $0.tensor * 2) }
      add { ($0.data, $0.pipeline) = ($0.data / 2, $0.pipeline * 2) }
      add { ($0.data, $0.context) = ($0.data / 2, $0.context * 2) }
    }
    if plan.tensor % 2 == 0 { add { ($0.data, $0.tensor) = ($0.data * 2, $0.tensor / 2) } }
    if plan.pipeline % 2 == 0 { add { ($0.data, $0.pipeline, $0.interleave) = ($0.data * 2, $0.pipeline / 2, 1) } }
    for mode in Recompute.allCases { add { $0.recompute = mode } }
    for zero in 0...3 { add { $0.zero = zero } }
    return plans
  }
}
