import Costing
import Operating
import Quantities
import Scenarios
import Simulation

/// One job on several instance types: the question of `compare`.
public struct ComparisonRequest: Sendable {
  public var job: Job
  public var size: JobSize
  public var options: [(instance: Instance, efficiency: Efficiency)]
  public var pricing: PricingRequest
  public var region: String?
  public var plan: PlanRequest
  /// Storage, data, failures; nil: a run is its steps alone.
  public var facts: OperatingFacts?
  /// Plans that were run; nil: every plan counts as good as its prediction.
  public var experience: Experience?
  public init(
    job: Job, size: JobSize, options: [(instance: Instance, efficiency: Efficiency)],
    pricing: PricingRequest = .list, region: String? = nil, plan: PlanRequest? = nil, facts: OperatingFacts? = nil,
    experience: Experience? = nil
  ) {
    self.facts = facts
    self.experience = experience
    self.job = job
    self.size = size
    self.options = options
    self.pricing = pricing
    self.region = region
    self.plan = plan ?? job.plan
  }
}

/// A row of a comparison: what came of one instance type.
public struct OptionResult: Sendable {
  public var instance: Instance
  public var efficiency: Efficiency
  public var outcome: Outcome
  /// How far its figures may be off; nil where nothing runs or nothing was calibrated.
  public var outlook: Outlook?

  public init(instance: Instance, efficiency: Efficiency, outcome: Outcome) {
    self.instance = instance
    self.efficiency = efficiency
    self.outcome = outcome
  }

  public enum Outcome: Sendable {
    case runs(Run)
    case cannot(Refusal)
  }

  public var run: Run? {
    if case .runs(let run) = outcome { run } else { nil }
  }
  public var refusal: Refusal? {
    if case .cannot(let refusal) = outcome { refusal } else { nil }
  }
}

/// A job that runs: how long, on how many, for how much.
public struct Run: Sendable {
  /// Billed units: instances, or UltraServers where those are what is sold.
  public var units: Int
  public var chips: Int
  public var devices: Int
  /// What was asked: the plan, lowered. Intervals and explanations ask it again.
  public var question: PlanCase
  public var estimate: Estimate
  public var bottleneck: Bottleneck
  /// How it goes around the steps: input, checkpoints, failures.
  public var course: Course
  /// What that rests on; nil where nothing is known of it.
  public var operation: Operation?
  public var wallTime: Seconds { course.wallTime }
  public var offer: Offer
  public var bill: Bill?
  /// What machines do at best: every plan as good as its prediction, nothing but steps and failures.
  public var tuned: (wallTime: Seconds, cost: Dollars?)
  /// What is assumed and warned of.
  public var notes: [Note]
  /// How unlike its plan is to those that were run with the stack on the chip: 0 like one of them, 1 like none.
  public var strangeness = 0.0
  /// What it draws and gives off; nil where nothing is known of grids.
  public var energy: EnergyUse? = nil

  public var cost: Dollars? { bill?.total }
  /// What the cost in US dollars is the product of; without a price, what the wall time in seconds is.
  public var factors: [CostFactor: Double] {
    guard let bill, let price = offer.price else { return course.factors }
    let money = bill.factors(units: units, spares: course.spares, wallTime: wallTime, price: price)
    return course.factors.merging(money) { $1 }
  }
  public func dollarsPerMillionTokens(_ tokens: Count) -> Dollars? {
    cost.map { $0 / (tokens.value / 1e6) }
  }
}

/// An honest no: why, and the nearest miss.
public struct Refusal: Sendable {
  public var reason: RefusalReason
  /// The nearest thing that would run or fit, with its size.
  public var nearest: Estimate?
  public var units: Int?
  public var wallTime: Seconds?
  public init(_ reason: RefusalReason, nearest: Estimate? = nil, units: Int? = nil, wallTime: Seconds? = nil) {
    self.reason = reason
    self.nearest = nearest
    self.units = units
    self.wallTime = wallTime
  }
}

public struct Comparison: Sendable {
  public var job: Job
  public var size: JobSize
  public var pricing: PricingRequest
  /// Options that run come first: cheapest first, or fastest first where the budget is given or no price is known; then
  /// the others as given.
  public var results: [OptionResult]

  public init(_ request: ComparisonRequest, prices: PriceBook) {
    job = request.job
    size = request.size
    pricing = request.pricing
    let answered = request.options.map { option in
      OptionResult(
        instance: option.instance, efficiency: option.efficiency,
        outcome: OptionPlanner(request, option.instance, option.efficiency, prices).outcome())
    }
    let spent = if case .budget = request.size { true } else { false }
    results = Comparison.ranked(answered, byTime: spent)
  }

  /// A stable order: the same input gives the same rows.
  private static func ranked(_ results: [OptionResult], byTime: Bool) -> [OptionResult] {
    func key(_ r: OptionResult) -> (Int, Double) {
      guard let run = r.run else { return (2, 0) }
      if byTime { return (0, run.wallTime.value) }
      return run.cost.map { (0, $0.value) } ?? (1, run.wallTime.value)
    }
    return results.enumerated().sorted { a, b in
      let (x, y) = (key(a.element), key(b.element))
      return x == y ? a.offset < b.offset : x < y
    }.map(\.element)
  }
}
