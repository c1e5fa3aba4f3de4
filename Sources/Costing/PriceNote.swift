import Quantities
import Scenarios

/// What a price is tied to that its figure does not show.
public enum PriceNote: Hashable, Sendable {
  /// No price is known at home, and one of another region is taken.
  case otherRegion(instance: String, PriceRegion, home: String)
  /// A tenth of the on-demand price is what AWS asks at least, not what the market asks.
  case spotFloor(instance: String)
  /// Nobody sells the instance with these parts, and the price is that of the type it was made from.
  case unsold(instance: String, parts: [String], soldAs: String)
  case onlyPartOf(instance: String, unit: String)
  /// Longer than the longest capacity block.
  case beyondBlock(instance: String, length: Seconds, days: Double)
  /// More instances than a capacity block has at most.
  case severalBlocks(instance: String, instances: Int, most: Int)
  /// The bill is for longer than the work takes, by how this way of buying is sold.
  case billedLonger(instance: String, PricingModel, billed: Seconds, work: Seconds)
  case commitment(instance: String, years: Int, total: Dollars)
  /// How often spot instances are taken back is not published, and nobody said.
  case spotInterruptionsUnknown(instance: String)
  /// A rate was given, and the instances are not bought as spot.
  case spotRateUnused(instance: String)
}

/// That no price answers a request.
public struct Unpriced: Hashable, Sendable {
  public var instance: String
  /// Ways to buy that were looked for.
  public var wanted: [PricingModel]
  /// The region asked for; nil: any.
  public var region: String?
  /// The unit one must rent to get the type.
  public var soldIn: String?
  /// Ways to buy of which a price is known.
  public var others: [PricingModel]

  public init(
    instance: String, wanted: [PricingModel], region: String? = nil, soldIn: String? = nil, others: [PricingModel] = []
  ) {
    self.instance = instance
    self.wanted = wanted
    self.region = region
    self.soldIn = soldIn
    self.others = others
  }
}
