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
  private let limits: RentalLimits
  /// ISO date that ages are counted to; nil: they are not.
  private let today: String?
  /// When runs start; nil: whenever a purchase of whole portions may.
  private let start: Moment?

  /// - Parameters:
  ///   - owned: machines whose owned price is worked out from what owning them takes.
  ///   - overrides: `--price` rates by instance; they beat every listed price.
  ///   - today: ISO date that ages are counted to.
  public init(
    _ prices: [Price], owned: [Ownership] = [], overrides: [String: DollarRate] = [:],
    limits: RentalLimits = RentalLimits([]), today: String? = nil, start: Moment? = nil
  ) {
    self.prices = Dictionary(grouping: prices, by: \.instance)
    self.overrides = overrides
    self.limits = limits
    self.today = today
    self.start = start
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

  /// The way of buying that `list` means for a type: the first of its provider's that some price is known of. A rate of the
  /// user's own changes what an hour costs and never how hours are billed.
  private func listedWay(of instance: Instance, _ region: String?) -> PricingModel {
    let ways = instance.provider.list, known = prices[instance.soldAs] ?? []
    let sold = ways.first { way in
      known.contains { $0.model == way && (region == nil || $0.region.label == region) }
    }
    return sold ?? ways.first ?? .onDemand
  }

  /// The most of a type that can be had so, as far as that is known.
  public func most(of instance: Instance, _ price: Price) -> RentalLimit? {
    limits.most(instance.provider.name, instance.soldAs, price.model, in: price.region.name)
  }

  /// The newest price that answers the request. `list` means the first way of buying that the type is sold by, in the order
  /// of its provider.
  public func offer(for instance: Instance, _ request: PricingRequest, region: String? = nil) -> Offer {
    let offer = listed(instance, request, region)
    guard case .price(let price, let found) = offer else { return offer }
    let (started, notes) = price.starting(start, today: today)
    return .price(started, warnings: found + notes)
  }

  private func listed(_ instance: Instance, _ request: PricingRequest, _ region: String?) -> Offer {
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
      if let (best, notes) = taken(known.filter { $0.model == model }, of: provider) {
        return .price(
          best,
          warnings: notes + warnings(for: best, region, of: provider) + availability(instance, best) + unsold(instance))
      }
    }
    return .unknown(unpriced(instance, wanted, known, region))
  }

  /// Of the prices of one way of buying: those at home or else near it, and those that name no region and so may be of it; of a
  /// far region only where there is no other. Of them the newest counts, one that names its region before one of the same date
  /// that does not, the lower rate, the name: the choice never depends on order. Spot is a market, and all of its recent quotes count.
  private func taken(_ candidates: [Price], of provider: Provider) -> (price: Price, notes: [PriceNote])? {
    let nearest = candidates.compactMap { provider.nearness($0.region) }.max()
    let nameless = candidates.filter { $0.region.name == nil }
    // Of nobody knows where is likelier to be near than far.
    let level =
      nearest == 0 && !nameless.isEmpty
      ? nameless : candidates.filter { provider.nearness($0.region).map { $0 == nearest } ?? true }
    func precedes(_ a: Price, _ b: Price) -> Bool {
      if a.date != b.date { return a.date > b.date }
      let named = (a.region.name != nil, b.region.name != nil)
      if named.0 != named.1 { return named.0 }
      return a.rate == b.rate ? a.region.label < b.region.label : a.rate < b.rate
    }
    guard var best = level.min(by: precedes) else { return nil }
    var notes: [PriceNote] = []
    if best.model == .spot {
      // Zones and near regions are one market for who can go where it is cheap.
      let market = candidates.filter { (provider.nearness($0.region) ?? 2) >= min(nearest ?? 2, 1) }
      if let quotes = SpotQuotes(market) {
        (best.rate, best.spread) = (quotes.rate, quotes.spread)
        let (low, high) = (quotes.range.lowerBound, quotes.range.upperBound)
        notes.append(
          quotes.quotes > 1
            ? .spotQuotes(
              instance: best.instance, quotes: quotes.quotes, low: DollarRate(perHour: low),
              high: DollarRate(perHour: high))
            : .oneSpotQuote(instance: best.instance, date: best.date))
      }
    } else if let other = level.filter({ ($0.region.name == nil) != (best.region.name == nil) }).min(by: precedes) {
      notes.append(
        .regionUnstated(
          instance: best.instance, best.model, taken: best.region, date: best.date, over: other.region,
          dated: other.date))
    }
    return (best, notes)
  }

  /// Where it is not generally to be had.
  private func availability(_ instance: Instance, _ price: Price) -> [PriceNote] {
    guard price.model != .owned, instance.provider.isCloud, limits.has(instance.provider.name) else { return [] }
    let known = limits.availability(instance.provider.name, instance.soldAs, price.model, in: price.region.name)
    if known?.availability == .generally { return [] }
    return [
      .availability(
        instance: instance.name, price.model, known?.availability ?? .unknown, note: known?.note,
        date: known?.date ?? "")
    ]
  }

  private func warnings(for price: Price, _ region: String?, of provider: Provider) -> [PriceNote] {
    var list: [PriceNote] = []
    if region == nil, price.region != .named(provider.homeRegion) {
      list.append(.otherRegion(instance: price.instance, price.region, home: provider.homeRegion))
    }
    if price.atSpotFloor, price.spread == 0 { list.append(.spotFloor(instance: price.instance)) }
    if let today, let days = PriceAge.days(from: price.date, to: today), days > PriceAge.old, price.model != .owned {
      list.append(.old(instance: price.instance, price.model, date: price.date, days: days))
    }
    if price.model == .owned, let gaps = owned[price.instance]?.gaps, !gaps.isEmpty {
      list.append(.ownedWithout(instance: price.instance, gaps))
    }
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
  /// How near a region is to home: the same place, one that the provider's file says is near, elsewhere; nil where nobody knows
  /// which it is.
  fileprivate func nearness(_ region: PriceRegion) -> Int? {
    guard let name = region.name else { return nil }
    return name == homeRegion ? 2 : nearRegions.contains(name) ? 1 : 0
  }
}
