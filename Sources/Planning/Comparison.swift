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
  /// Each option is answered by each of them; there is one at least.
  public var pricings: [PricingRequest]
  public var region: String?
  public var plan: PlanRequest
  /// Storage, data, failures; nil: a run is its steps alone.
  public var facts: OperatingFacts?
  /// Plans that were run; nil: every plan counts as good as its prediction.
  public var experience: Experience?
  /// How wrong predictions may be; nil: a size is chosen as if they were right.
  public var knowledge: Knowledge?
  /// How surely a size has to keep to a deadline and to a budget.
  public var confidence = ComparisonRequest.usualConfidence
  /// No larger size is looked at; nil: none that can be had is left out.
  public var maxInstances: Int?

  /// Only the rows are wanted: no published plans beside them, and not the same bought alike.
  public var isAlone = false

  public static let usualConfidence = 0.9

  public init(
    job: Job, size: JobSize, options: [(instance: Instance, efficiency: Efficiency)],
    pricing: PricingRequest = .list, region: String? = nil, plan: PlanRequest? = nil, facts: OperatingFacts? = nil,
    experience: Experience? = nil, knowledge: Knowledge? = nil
  ) {
    self.facts = facts
    self.experience = experience ?? knowledge?.experience
    self.knowledge = knowledge
    self.job = job
    self.size = size
    self.options = options
    pricings = [pricing]
    self.region = region
    self.plan = plan ?? job.plan
  }
}

/// A row of a comparison: what came of one instance type.
public struct OptionResult: Sendable {
  public var instance: Instance {
    get { sharedInstance.value }
    set { sharedInstance = Boxed(newValue) }
  }
  public var efficiency: Efficiency {
    get { sharedEfficiency.value }
    set { sharedEfficiency = Boxed(newValue) }
  }
  private var sharedInstance: Boxed<Instance>
  private var sharedEfficiency: Boxed<Efficiency>
  public var outcome: Outcome
  /// How far its figures may be off; nil where nothing runs or nothing was calibrated.
  public var outlook: Outlook?
  /// How it was asked to be bought, where that was asked in several ways.
  public var pricing: PricingRequest?

  public init(instance: Instance, efficiency: Efficiency, outcome: Outcome) {
    sharedInstance = Boxed(instance)
    sharedEfficiency = Boxed(efficiency)
    self.outcome = outcome
  }

  public enum Outcome: Sendable {
    indirect case runs(Run)
    case cannot(Refusal)
  }

  public var run: Run? {
    if case .runs(let run) = outcome { run } else { nil }
  }
  public var refusal: Refusal? {
    if case .cannot(let refusal) = outcome { refusal } else { nil }
  }

  /// Expected; as predicted where nothing is known of how wrong that may be.
  public var wallTime: Seconds? { run.map { outlook?.expectedWallTime ?? $0.wallTime } }
  /// Likewise; nil where no price is known.
  public var cost: Dollars? { run.flatMap { outlook?.expectedCost ?? $0.cost } }
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
  /// By every way of buying of which a price is known.
  public var prices: [Price] = []
  /// A larger size that takes much less time for little more; nil where there is none, or the size was given.
  public var larger: Larger?
  /// How others ran something like it; nil where nobody did, or the plan was not searched for.
  public var published: PublishedPlan?
  /// How unlike its plan is to those that were run with the stack on the chip: 0 like one of them, 1 like none.
  public var strangeness = 0.0
  /// What it draws and gives off; nil where nothing is known of grids.
  public var energy: EnergyUse? = nil

  /// A size that was not chosen.
  public struct Larger: Sendable {
    public var units: Int
    /// Expected.
    public var wallTime: Seconds
    public var cost: Dollars
    public var late: Double
    public var over: Double
  }

  /// As predicted; what is to be expected is in the outlook.
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
  public var pricings: [PricingRequest]
  public var confidence: Double
  /// Options that run come first: cheapest first, or fastest first where the budget alone is given or no price is known; then
  /// the others as given. What is expected counts.
  public var results: [OptionResult]
  /// The same question with all options bought alike, by ways that all of them are sold by; empty where `results` are alike.
  public var alike: [(way: PricingModel, results: [OptionResult])] = []

  public init(_ request: ComparisonRequest, prices: PriceBook) {
    self.init(request, prices: prices, isJudged: true)
  }

  /// - Parameter isJudged: whether results get their outlook; who judges them together with others does so once.
  init(_ request: ComparisonRequest, prices: PriceBook, isJudged: Bool) {
    (job, size) = (request.job, request.size)
    (pricings, confidence) = (request.pricings, request.confidence)
    let planners = request.options.map { OptionPlanner(request, $0.instance, $0.efficiency, prices) }
    func answered(_ pricings: [PricingRequest], _ planners: [OptionPlanner], isAsked: Bool) -> [OptionResult] {
      // A planner keeps what it has searched, so each is asked by one thread.
      let byPlanner = mappedInParallel(planners) { planner in
        pricings.map { pricing in
          var outcome = planner.outcome(pricing)
          if isAsked, !request.isAlone, case .runs(var run) = outcome {
            run.published = planner.beside(run, pricing)
            outcome = .runs(run)
          }
          var result = OptionResult(instance: planner.instance, efficiency: planner.efficiency, outcome: outcome)
          if pricings.count > 1 { result.pricing = pricing }
          return result
        }
      }
      let all = pricings.indices.flatMap { way in byPlanner.map { $0[way] } }
      let knowledge = isJudged ? request.knowledge : nil
      let judged = knowledge?.judged(all, job: request.job, size: request.size) ?? all
      return Comparison.ranked(judged, byTime: request.size.budget != nil && request.size.deadline == nil)
    }
    results = answered(request.pricings, planners, isAsked: true)
    let running = results.filter { $0.run?.offer.price != nil && $0.instance.parts.isEmpty }
    guard !request.isAlone, request.pricings == [.list],
      Set(running.compactMap { $0.run?.offer.price?.model }).count > 1
    else { return }
    let names = Set(running.map(\.instance.name)), same = planners.filter { names.contains($0.instance.name) }
    for way in Comparison.ways
    where running.allSatisfy({ one in one.run?.prices.contains { $0.model == way } ?? false }) {
      alike.append((way, answered([.model(way)], same, isAsked: false)))
    }
  }

  /// Ways of buying that can be compared in: those that bind nobody beyond the run, and are to be had when they are wanted.
  private static let ways: [PricingModel] = [.onDemand, .capacityBlock]

  /// A stable order: the same input gives the same rows.
  private static func ranked(_ results: [OptionResult], byTime: Bool) -> [OptionResult] {
    func key(_ r: OptionResult) -> (Int, Double) {
      guard let time = r.wallTime else { return (2, 0) }
      if byTime { return (0, time.value) }
      return r.cost.map { (0, $0.value) } ?? (1, time.value)
    }
    return results.enumerated().sorted { a, b in
      let (x, y) = (key(a.element), key(b.element))
      return x == y ? a.offset < b.offset : x < y
    }.map(\.element)
  }
}
