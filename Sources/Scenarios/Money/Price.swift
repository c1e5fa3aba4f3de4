import Quantities

/// How an instance is bought. Raw values are those of `--pricing` and of `configs/prices/*.csv`.
public enum PricingModel: String, CaseIterable, Sendable {
  case onDemand = "on-demand"
  case spot
  case reserved1y = "reserved-1y"
  case reserved3y = "reserved-3y"
  case savingsPlan = "savings-plan"
  case capacityBlock = "capacity-block"
  case owned
}

/// What a user asks to pay by: one model, or `list`: the first that the type is sold by, in its provider's order.
public enum PricingRequest: Hashable, Sendable {
  case list
  case model(PricingModel)
}

/// One price as published, for one whole billed unit.
public struct Price: Sendable {
  public var provider: String
  public var instance: String
  public var region: PriceRegion
  public var model: PricingModel
  public var rate: DollarRate
  /// How time is billed at that rate, as its provider has it.
  public var billing: Billing
  /// ISO date or period, as the source gives it.
  public var date: String
  public var source: String
  public var note: String?
  /// Spot at exactly 10% of on-demand is AWS's floor, not a market price.
  public var atSpotFloor: Bool
  /// Standard deviation of the logarithm of the rate, where it is the middle of several quotes; else 0.
  public var spread = 0.0
  /// What the rate is made of, where it has parts that a bill should show apart; they add up to it.
  public var parts: [Part] = []

  public struct Part: Sendable {
    public var label: String
    public var rate: DollarRate
    public init(label: String, rate: DollarRate) {
      self.label = label
      self.rate = rate
    }
  }

  public init(
    provider: String, instance: String, region: PriceRegion, model: PricingModel, rate: DollarRate,
    billing: Billing, date: String, source: String, note: String? = nil, atSpotFloor: Bool = false
  ) {
    self.provider = provider
    self.instance = instance
    self.region = region
    self.model = model
    self.rate = rate
    self.billing = billing
    self.date = date
    self.source = source
    self.note = note
    self.atSpotFloor = atSpotFloor
  }
}

/// What it takes to own a machine instead of renting it. Costing turns this into a price per hour.
public struct Ownership: Sendable {
  public var instance: String
  public var capital: Sourced<Dollars>
  public var usefulLife: Sourced<Seconds>
  /// Share of its life that the machine works.
  public var utilization: Double
  /// Drawn while it works.
  public var power: Sourced<Watts>
  /// Power usage effectiveness: the building's draw over the machine's, at least 1.
  public var pue: Double
  public var electricity: Sourced<EnergyPrice>
  public var origin: Origin
  // What follows is unknown where nobody said, and then is not in the price.
  /// What the capital would earn elsewhere, a year.
  public var rateOfReturn: Sourced<Count>? = nil
  /// Of the place and its cooling, by the power that is kept ready, whether it is drawn or not.
  public var colocation: Sourced<EnergyPrice>? = nil
  /// People who keep one machine running.
  public var people: Sourced<DollarRate>? = nil
  /// The way to the outside.
  public var connection: Sourced<DollarRate>? = nil
}
