import Costing
import Quantities
import Scenarios

/// What makes one plan better than another. Less of it is better, but for tokens per dollar.
public enum SearchObjective: String, CaseIterable, Sendable {
  case time
  /// The whole bill.
  case cost
  /// The whole bill, of runs that end by the deadline.
  case costByDeadline = "cost-by-deadline"
  /// Tokens per dollar of running, without the unused rest of a capacity block.
  case tokensPerDollar = "tokens-per-dollar"
  case memory

  var needsPrice: Bool { self == .cost || self == .costByDeadline || self == .tokensPerDollar }
}

/// What a Pareto front weighs against each other; less of each is better.
public enum ParetoAxis: String, CaseIterable, Sendable { case time, cost, memory }

/// How many machines a search may take.
public enum SearchSize: Sendable, Equatable {
  case instances(Int)
  case chips(Int)
  /// Any number of whole units up to `OptionPlanner.mostUnits`, with a data degree that divides the batch.
  case any(deadline: Seconds? = nil, budget: Dollars? = nil)
}

/// One job, every legal plan, on one or several instance types: the question of `search`.
public struct SearchRequest: Sendable {
  public var job: Job
  public var options: [(instance: Instance, efficiency: Efficiency)]
  public var size: SearchSize
  public var pricing: PricingRequest
  public var region: String?
  /// Degrees that are fixed; what is nil is searched.
  public var plan: PlanRequest
  public var objective: SearchObjective
  /// How many of the best are kept.
  public var top: Int
  /// Axes of the front; empty for none.
  public var pareto: [ParetoAxis]
  public var maxTensor: Int?
  public var maxMemory: Bytes?
  /// Storage, data, failures; nil: a run is its steps alone.
  public var facts: OperatingFacts?
  /// Plans that were run; nil: every plan counts as good as its prediction.
  public var experience: Experience?
  /// No larger size is looked at; nil: none that can be had is left out.
  public var maxInstances: Int?

  public init(
    job: Job, options: [(instance: Instance, efficiency: Efficiency)], size: SearchSize,
    pricing: PricingRequest = .list, region: String? = nil, plan: PlanRequest? = nil,
    objective: SearchObjective = .time, top: Int = 10, pareto: [ParetoAxis] = [], maxTensor: Int? = nil,
    maxMemory: Bytes? = nil, facts: OperatingFacts? = nil, experience: Experience? = nil
  ) {
    self.facts = facts
    self.experience = experience
    self.job = job
    self.options = options
    self.size = size
    self.pricing = pricing
    self.region = region
    self.plan = plan ?? job.plan
    self.objective = objective
    self.top = top
    self.pareto = pareto
    self.maxTensor = maxTensor
    self.maxMemory = maxMemory
  }

  var deadline: Seconds? { if case .any(let deadline, _) = size { deadline } else { nil } }
  var budget: Dollars? { if case .any(_, let budget) = size { budget } else { nil } }

  var rule: SearchRule {
    SearchRule(
      objective: objective, top: top, axes: pareto, maxMemory: maxMemory?.value ?? .infinity,
      deadline: deadline?.value ?? .infinity, budget: budget?.value ?? .infinity)
  }
}
