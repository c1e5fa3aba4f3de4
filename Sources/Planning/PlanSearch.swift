import Scenarios
import Simulation

/// The plan of one job that is expected to be fastest on one type of machine, at any size: what a comparison asks again and again.
///
/// Operator times are computed once for all shapes; each size then costs only plan arithmetic.
public struct PlanSearch: Sendable {
  public let simulator: Simulator
  public let space: PlanSpace
  private let table: BlockTable
  let terms: OptionTerms
  /// What was found, by devices.
  private let known = MadeOnce<Int, Outcome>()
  /// Whether somebody decided part of the plan.
  private let isAsked: Bool

  public init(simulator: Simulator, request: PlanRequest, experience: Experience? = nil) {
    self.simulator = simulator
    isAsked = request != PlanRequest()
    terms = OptionTerms(
      simulator, tried: experience?.tried(simulator, request), own: experience?.own(simulator),
      isGiven: request.isWhole)
    space = PlanSpace(job: simulator.job, machine: simulator.machine, request: request)
    table = simulator.table(space.shapes)
  }

  /// What a search over one size found.
  public struct Outcome: Sendable {
    /// The plan that fits and is expected to be the fastest, as predicted; ties go to the one enumerated first: fewer tensor, context, micro-batch, pipeline ranks.
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

  public func best(devices: Int) -> Outcome { known.value(devices) { searched(devices: devices) } }

  private func searched(devices: Int) -> Outcome {
    let found = best(devices: devices, terms)
    // What was asked for may be tighter than a search would propose, and the result says how tight.
    guard isAsked, found.best == nil, found.smallest?.fits == true else { return found }
    var asked = terms
    asked.capacity = simulator.machine.memoryCapacity.value
    return best(devices: devices, asked)
  }

  private func best(devices: Int, _ terms: OptionTerms) -> Outcome {
    var tally = Tally(SearchRule(top: 1))
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
