import Costing
import Quantities
import Scenarios

/// So much money and time, on several types bought in several ways: the question of `budget`.
public struct BudgetRequest: Sendable {
  public var sum: Dollars
  /// How long a run may take.
  public var time: Seconds
  public var options: [(instance: Instance, efficiency: Efficiency)]
  public var ways: [PricingRequest]
  public var region: String?
  public var choices: [BudgetChoice]
  /// How it is trained. Model, tokens and, but where it is asked for, the batch are filled in.
  public var job: Job
  /// Sequences in a step, where somebody says so.
  public var globalBatch: Int?
  /// Tokens of a step that are best for a compute.
  public var batchRule: ScalingLaw?
  /// The law by which the loss of a given model is told.
  public var lossLaw: ScalingLaw?
  public var facts: OperatingFacts?
  public var experience: Experience?
  /// How wrong predictions may be; nil: a run is chosen as if they were right.
  public var knowledge: Knowledge?
  /// How surely a run has to keep to the time and to the money.
  public var confidence = ComparisonRequest.usualConfidence
  /// No larger fleet is looked at; nil: none that can be had is left out.
  public var maxInstances: Int?

  public init(
    sum: Dollars, time: Seconds, options: [(instance: Instance, efficiency: Efficiency)], ways: [PricingRequest],
    region: String? = nil, choices: [BudgetChoice], job: Job, globalBatch: Int? = nil, laws: [ScalingLaw] = [],
    facts: OperatingFacts? = nil, experience: Experience? = nil
  ) {
    self.sum = sum
    self.time = time
    self.options = options
    self.ways = ways
    self.region = region
    self.choices = choices
    self.job = job
    self.globalBatch = globalBatch
    batchRule = laws.first { $0.batch != nil }
    lossLaw = laws.first { $0.loss != nil }
    self.facts = facts
    self.experience = experience
  }
}

/// What decides how large the model is.
public enum BudgetChoice: Sendable {
  /// It is given, and trained as long as the money lasts.
  case model(Model)
  /// A law says what the compute is best spent on.
  case law(ScalingLaw)

  public var name: String {
    switch self {
    case .model(let model): model.name
    case .law(let law): law.name
    }
  }

  public var law: ScalingLaw? { if case .law(let law) = self { law } else { nil } }
}

/// What one type, bought in one way, trains by one choice.
public struct BudgetRow: Sendable {
  public var sum: Dollars
  public var time: Seconds
  public var way: PricingRequest
  public var choice: BudgetChoice
  /// What is trained; nil where nothing runs.
  public var job: Job?
  public var result: OptionResult
  public var refusal: BudgetRefusal?
  public var limit: BudgetLimit?
  /// The most instances that can be had in this way, as far as that is known.
  public var most: RentalLimit?
  /// The law by which the loss is told; nil where none states one.
  public var lossLaw: ScalingLaw?
  /// Below this price the type trains as much as the best of those that have one.
  public var solvedPrice: SolvedPrice?

  public var run: Run? { result.run }

  /// FLOP as scaling laws count them: six for each parameter and token.
  public var compute: Double? { job.map { 6 * $0.model.parameterCount.active * $0.tokens.value } }

  /// The loss that the law predicts, with its standard deviation where its errors are published. Laws are of decoders.
  public var loss: (value: Double, deviation: Double?)? {
    guard let job, job.model.family == .decoder, let loss = lossLaw?.loss else { return nil }
    return loss.predicted(parameters: job.model.parameterCount.total, tokens: job.tokens.value)
  }
}

/// What keeps a run from being larger.
public enum BudgetLimit: String, Sendable {
  case money
  /// More instances would have less than a sequence each, and trained no more.
  case batch
  /// The model that the law asks for does not fit: the largest that does is trained longer.
  case memory
  /// No more instances can be had in this way, as far as that is known.
  case rental
  /// The user wants no more instances.
  case asked
  /// More than anybody rents.
  case size
}

/// The price at which a type without one does as much with the sum as another.
public struct SolvedPrice: Sendable {
  public var rate: DollarRate
  /// The best type that has a price, and how it is bought.
  public var other: String
  public var way: PricingRequest

  public init(rate: DollarRate, other: String, way: PricingRequest) {
    self.rate = rate
    self.other = other
    self.way = way
  }
}

/// Why a type trains nothing for the sum.
public indirect enum BudgetRefusal: Sendable {
  case plan(RefusalReason)
  /// One instance for so long costs more.
  case tooLittleMoney(least: Dollars, instance: String)
  /// No plan runs on as many instances as the sum pays for; what the smallest needs of a device's memory, where one is legal.
  case doesNotFit(units: Int, instance: String, model: String, needed: Bytes?, there: Bytes)
  /// Starting takes all of the time.
  case tooLittleTime
  /// No price is known in this way of buying, and none was solved for.
  case noPrice(Unpriced)
  /// No price is known, and at none does it what the best of the others does.
  case noWinningPrice(Unpriced, other: String, why: BudgetRefusal)
  /// However low the price, its largest fleet trains only this part of what another does.
  case trainsLess(units: Int, share: Double)
}
