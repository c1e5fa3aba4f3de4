import Scenarios
import Simulation

/// The plan of one job that is expected to be fastest on one type of machine, at any size: what a comparison asks again and again.
///
/// It is the best of every legal plan, as `Search` finds it. Operator times are made once for all sizes, and only of shapes whose floor
/// leaves them a chance.
public struct PlanSearch: Sendable {
  public let simulator: Simulator
  public let space: PlanSpace
  private let floors: ShapeFloors
  let terms: OptionTerms
  /// What was found, by devices.
  private let known = Known()
  /// Whether somebody decided part of the plan.
  private let isAsked: Bool
  /// By what a step may be shorter than predicted where something is known of plans: floors are of predictions.
  private let shortest: Double

  public init(simulator: Simulator, request: PlanRequest, experience: Experience? = nil) {
    self.simulator = simulator
    isAsked = request != PlanRequest()
    terms = OptionTerms(
      simulator, tried: experience?.tried(simulator, request), own: experience?.own(simulator),
      isGiven: request.isWhole)
    space = PlanSpace(job: simulator.job, machine: simulator.machine, request: request)
    floors = ShapeFloors(simulator, space.shapes)
    // One's own logs may say that steps are shorter, and by how much depends on the plan.
    shortest = terms.own == nil ? min(1, terms.tried?.untried.factor ?? 1) : 0
  }

  /// What a search over one size found.
  public struct Outcome: Sendable {
    /// The plan that fits and is expected to be the fastest, as predicted; ties go to the one enumerated first: fewer tensor, context, micro-batch, pipeline ranks.
    public var best: Estimate?
    /// Of plans that do not fit, the one that needs least memory.
    public var smallest: Estimate?
    /// The expected step of the best.
    var step: Double?
  }

  private final class Known: @unchecked Sendable {
    // Every access to the variables below holds the lock.
    private let lock = Lock()
    private var found: [Int: Outcome] = [:]
    private var slower: [Int: Double] = [:]

    func outcome(_ devices: Int) -> Outcome? { lock.locked { found[devices] } }
    func keep(_ devices: Int, _ outcome: Outcome) { lock.locked { found[devices] = outcome } }
    /// The longest step that is known to be too short for every plan.
    func slower(_ devices: Int) -> Double { lock.locked { slower[devices] ?? 0 } }
    func keep(_ devices: Int, slowerThan step: Double) { lock.locked { slower[devices] = step } }
  }

  public func best(devices: Int) -> Outcome {
    if let found = known.outcome(devices) { return found }
    var outcome = walked(devices, terms)
    // What was asked for may be tighter than a search would propose, and the result says how tight.
    if isAsked, outcome.best == nil, outcome.smallest?.fits == true {
      var asked = terms
      asked.capacity = simulator.machine.memoryCapacity.value
      outcome = walked(devices, asked)
    }
    known.keep(devices, outcome)
    return outcome
  }

  /// The best plan where its step is expected to take no longer than `limit` seconds; nil where it is, or there is none. The shorter
  /// the limit, the fewer plans are looked at.
  func best(devices: Int, within limit: Double) -> Estimate? {
    func kept(_ found: Outcome) -> Estimate? { found.step.map { $0 <= limit } ?? false ? found.best : nil }
    if isAsked || limit == .infinity { return kept(best(devices: devices)) }
    if let found = known.outcome(devices) { return kept(found) }
    if limit <= known.slower(devices) { return nil }
    let found = walked(devices, terms, within: limit)
    guard let best = kept(found) else {
      known.keep(devices, slowerThan: limit)
      return nil
    }
    known.keep(devices, found)
    return best
  }

  /// Combinations of degrees on so many devices, and what speaks against those that are no plan.
  func counts(devices: Int) -> PlanCounts {
    var counts = PlanCounts(), batch = PlanBatch()
    for shape in space.shapes { space.plans(of: shape, .exactly(devices), into: &batch, &counts) }
    return counts
  }

  /// Whether there is any plan of a size, whether it fits or not.
  func isLegal(devices: Int) -> Bool {
    var batch = PlanBatch()
    return floors.groups.contains { group in
      let splits = space.splits(ranks: group.ranks, devices: devices)
      return group.shapes.contains { index in
        space.plans(of: space.shapes[index], splits, into: &batch) { _ in 0 }
        return batch.count > 0
      }
    }
  }

  private func walked(_ devices: Int, _ terms: OptionTerms, within limit: Double = .infinity) -> Outcome {
    var tally = Tally(SearchRule(top: 1))
    var walk = PlanWalk(simulator, space)
    // A billionth for what is lost in rounding; without floors everything is looked at.
    func longest() -> Double {
      let step = min(limit, tally.top.kept.first?.step ?? .infinity)
      return shortest > 0 ? step / (shortest * (1 - 1e-9)) : .infinity
    }
    for group in floors.groups {
      guard group.floor.all / Double(devices) <= longest() else { break }
      walk.visit(group, devices: devices, floors, longest: longest) { tally.take($0, terms) }
    }
    let best = tally.top.kept.first
    return Outcome(
      best: best.map { simulator.estimate($0.plan) },
      smallest: best == nil ? tally.smallest.map { simulator.estimate($0.plan) } : nil,
      step: best?.step)
  }
}
