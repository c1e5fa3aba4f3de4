import Quantities
import Scenarios

/// What a price is tied to that its figure does not show.
public enum PriceNote: Hashable, Sendable {
  /// No price is known at home, and one of another region is taken.
  case otherRegion(instance: String, PriceRegion, home: String)
  /// A tenth of the on-demand price is what AWS asks at least, not what the market asks.
  case spotFloor(instance: String)
  /// The middle of several quotes is taken, and the others count as its spread. Dollars an hour.
  case spotQuotes(instance: String, quotes: Int, low: DollarRate, high: DollarRate)
  /// One quote says nothing of how a market moves.
  case oneSpotQuote(instance: String, date: String)
  /// It was read more than `PriceAge.old` days ago.
  case old(instance: String, PricingModel, date: String, days: Int)
  /// A row of a region and one without compete, and the newer is taken.
  case regionUnstated(
    instance: String, PricingModel, taken: PriceRegion, date: String, over: PriceRegion, dated: String)
  /// Whether it can be had.
  case availability(instance: String, PricingModel, RentalLimit.Availability, note: String?, date: String)
  /// More instances than anybody is known to have been able to have.
  case beyondMost(instance: String, PricingModel, instances: Int, most: Int)
  /// The owner's costs that nobody wrote down, and which the price lacks.
  case ownedWithout(instance: String, [String])
  /// Nobody sells the instance with these parts, and the price is that of the type it was made from.
  case unsold(instance: String, parts: [String], soldAs: String)
  case onlyPartOf(instance: String, unit: String)
  /// Longer than the longest purchase, a capacity block say.
  case beyondPurchase(instance: String, PricingModel, length: Seconds, longest: Seconds)
  /// More instances than one purchase has at most.
  case severalPurchases(instance: String, PricingModel, instances: Int, most: Int)
  /// The bill is for longer than the work takes, by how this way of buying is billed.
  case billedLonger(instance: String, PricingModel, Billing, billed: Seconds, work: Seconds)
  case commitment(instance: String, length: Seconds, total: Dollars)
  /// A purchase is booked at most so long before it starts, and until then is longer. Dates as people write them.
  case notYetBookable(instance: String, PricingModel, start: String, opens: String, ahead: Seconds)
  /// How often spot instances are taken back the provider does not publish, and nobody said.
  case spotInterruptionsUnknown(instance: String, provider: String)
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
  /// Who bills in a way that no file describes, where a price was given; nil: it is the price that is not known.
  public var unbilledBy: Seller?

  /// A provider as far as words about it need.
  public struct Seller: Hashable, Sendable {
    public var name: String
    public var title: String
    /// Ways of buying that its file describes.
    public var sold: [PricingModel]
  }

  public init(instance: String, wanted: [PricingModel], unbilledBy provider: Provider) {
    self.init(instance: instance, wanted: wanted)
    unbilledBy = Seller(name: provider.name, title: provider.title, sold: provider.sold)
  }

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
