import Scenarios
import Simulation

/// The fastest plan of one job on one type of machine, at any size: what a comparison asks again and again.
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
    /// How many plans there were, and why others were none.
    public var counts: PlanCounts
    /// Plans evaluated.
    public var evaluated: Int { counts.evaluated }
    /// Whether any plan is legal, whether it fits or not.
    var isLegal: Bool { best != nil || smallest != nil }
  }

  public func best(devices: Int) -> Outcome {
    var tally = Tally(SearchRule(top: 1))
    let terms = OptionTerms(simulator)
    var walk = PlanWalk(simulator, space, table: table)
    var counts = PlanCounts()
    walk.visit(0..<space.shapes.count, .exactly(devices), &counts) { tally.take($0, terms) }
    let best = tally.top.kept.first
    return Outcome(
      best: best.map { simulator.estimate($0.plan) },
      smallest: best == nil ? tally.smallest.map { simulator.estimate($0.plan) } : nil,
      counts: counts)
  }
}
