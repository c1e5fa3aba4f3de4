import Quantities
import Scenarios

/// A price found for an option, or why there is none. Unknown is an answer; zero never is.
public enum Offer: Sendable {
  case price(Price, warnings: [PriceNote])
  case unknown(Unpriced)

  public var price: Price? {
    if case .price(let price, _) = self { price } else { nil }
  }
}

/// All known prices, asked by instance, way of buying and region.
public struct PriceBook: Sendable {
  private let prices: [String: [Price]]
  private var overrides: [String: DollarRate]
  private let owned: [String: Ownership]

  /// - Parameters:
  ///   - owned: machines whose owned price is worked out from capital and power.
  ///   - overrides: `--price` rates by instance; they beat every listed price.
  public init(_ prices: [Price], owned: [Ownership] = [], overrides: [String: DollarRate] = [:]) {
    self.prices = Dictionary(grouping: prices, by: \.instance)
    self.overrides = overrides
    self.owned = Dictionary(owned.map { ($0.instance, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The same with these rates given by hand, and no others.
  public func giving(_ rates: [String: DollarRate]) -> PriceBook {
    var book = self
    book.overrides = rates
    return book
  }

  /// Regions of which some price is known.
  public var regions: Set<String> { Set(prices.values.joined().map(\.region.label)) }

  /// What owning a machine takes, where that was looked up.
  public func ownership(of instance: Instance) -> Ownership? { owned[instance.soldAs] }

  /// The newest price that answers the request. `list` means the first way of buying that the type is sold by, in the order
  /// of its provider.
  public func offer(for instance: Instance, _ request: PricingRequest, region: String? = nil) -> Offer {
    let provider = instance.provider
    // A price given for a type with parts in place of its own is meant; that of the type it was made from stands in.
    for name in [instance.name, instance.soldAs] {
      guard let rate = overrides[name] else { continue }
      let model = if case .model(let asked) = request { asked } else { listedWay(of: instance, region) }
      guard let billing = provider.billing(of: model) else {
        return .unknown(Unpriced(instance: name, wanted: [model], unbilledBy: provider))
      }
      return .price(
        Price(
          provider: provider.name, instance: name, region: region.map(PriceRegion.init(listed:)) ?? .given,
          model: model, rate: rate, billing: billing, date: "", source: "--price"),
        warnings: name == instance.name ? [] : unsold(instance))
    }
    // One's own machine stands wherever one is.
    let own = owned[instance.soldAs].map { Price(owning: $0, region: provider.homeRegion) }
    let known = ((prices[instance.soldAs] ?? []) + [own].compactMap { $0 })
      .filter { region == nil || $0.region.label == region || $0.model == .owned }
    let wanted: [PricingModel] =
      switch request {
      case .list: provider.list
      case .model(let model): [model]
      }
    for model in wanted {
      if let best = newest(known.filter { $0.model == model }, of: provider) {
        return .price(best, warnings: warnings(for: best, region, of: provider) + unsold(instance))
      }
    }
    return .unknown(unpriced(instance, wanted, known, region))
  }

  /// How a type is bought at list prices: a price of one's own changes what an hour costs and not how hours are billed.
  private func listedWay(of instance: Instance, _ region: String?) -> PricingModel {
    let ways = instance.provider.list, known = prices[instance.soldAs] ?? []
    let sold = ways.first { way in
      known.contains { $0.model == way && (region == nil || $0.region.label == region) }
    }
    return sold ?? ways.first ?? .onDemand
  }

  /// Nearest region first, then the latest date, the lowest rate, the name, so that the choice never depends on order.
  private func newest(_ candidates: [Price], of provider: Provider) -> Price? {
    candidates.max { a, b in
      let near = (provider.nearness(a.region), provider.nearness(b.region))
      if near.0 != near.1 { return near.0 < near.1 }
      if a.date != b.date { return a.date < b.date }
      if a.rate != b.rate { return a.rate > b.rate }
      return a.region.label > b.region.label
    }
  }

  private func warnings(for price: Price, _ region: String?, of provider: Provider) -> [PriceNote] {
    var list: [PriceNote] = []
    if region == nil, price.region != .named(provider.homeRegion) {
      list.append(.otherRegion(instance: price.instance, price.region, home: provider.homeRegion))
    }
    if price.atSpotFloor { list.append(.spotFloor(instance: price.instance)) }
    return list
  }

  /// That there is no such machine to rent.
  private func unsold(_ instance: Instance) -> [PriceNote] {
    instance.parts.isEmpty
      ? [] : [.unsold(instance: instance.name, parts: instance.parts, soldAs: instance.soldAs)]
  }

  private func unpriced(
    _ instance: Instance, _ wanted: [PricingModel], _ known: [Price], _ region: String?
  ) -> Unpriced {
    Unpriced(
      instance: instance.name, wanted: wanted, region: region, soldIn: instance.soldIn,
      others: Set(known.map(\.model)).sorted { $0.rawValue < $1.rawValue })
  }
}

extension Provider {
  /// How near a region is to home: the same place, one that the provider's file says is near, unknown, elsewhere.
  fileprivate func nearness(_ region: PriceRegion) -> Int {
    guard let name = region.name else { return 1 }
    return name == homeRegion ? 3 : nearRegions.contains(name) ? 2 : 0
  }
}
