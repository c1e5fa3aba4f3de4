import Costing
import Quantities
import Scenarios
import Testing

@Suite struct PriceBookTests {
  /// Nil where there is no price.
  private func warnings(_ offer: Offer) -> [PriceNote]? {
    if case .price(_, let warnings) = offer { warnings } else { nil }
  }

  private func reason(_ offer: Offer) -> Unpriced? {
    if case .unknown(let reason) = offer { reason } else { nil }
  }

  @Test("list is on-demand where the type is sold so, else the capacity block")
  func list() {
    let book = PriceBook([
      .of("a", .capacityBlock, perHour: 1), .of("a", .onDemand, perHour: 9), .of("a", .spot, perHour: 0.5),
      .of("b", .capacityBlock, perHour: 7), .of("b", .spot, perHour: 2),
    ])
    let a = book.offer(for: .named("a"), .list).price, b = book.offer(for: .named("b"), .list).price
    #expect(a?.model == .onDemand && isClose(a?.rate.perHour ?? 0, 9))
    #expect(b?.model == .capacityBlock && isClose(b?.rate.perHour ?? 0, 7))
    #expect(book.offer(for: .named("a"), .model(.spot)).price?.model == .spot)
  }

  @Test("the home region comes first, and another one is named in a warning")
  func region() {
    let book = PriceBook([
      .of("a", perHour: 1, region: "eu-west-1", date: "2026-12-01"),
      .of("a", perHour: 2, region: "us-east-1"),
      .of("b", perHour: 3, region: "us-west-2"),
    ])
    let a = book.offer(for: .named("a"), .list)
    #expect(a.price?.region == .named("us-east-1") && warnings(a) == [])
    let b = book.offer(for: .named("b"), .list)
    #expect(warnings(b) == [.otherRegion(instance: "b", .named("us-west-2"), home: "us-east-1")])
    let asked = book.offer(for: .named("a"), .list, region: "eu-west-1")
    #expect(asked.price?.region == .named("eu-west-1") && warnings(asked) == [])
    #expect(book.offer(for: .named("a"), .list, region: "ap-south-1").price == nil)
  }

  @Test("a region that a source does not name comes before a far one, and a price given by hand is of none")
  func nameless() {
    let book = PriceBook([.of("a", perHour: 1, region: "eu-west-1"), .of("a", perHour: 2, region: "unspecified")])
    let offer = book.offer(for: .named("a"), .list)
    #expect(offer.price?.region == .unspecified && offer.price?.region.name == nil)
    #expect(warnings(offer) == [.otherRegion(instance: "a", .unspecified, home: "us-east-1")])
    let given = PriceBook([], overrides: ["a": DollarRate(perHour: 3)])
    #expect(given.offer(for: .named("a"), .list).price?.region == .given)
    #expect(given.offer(for: .named("a"), .list, region: "eu-west-1").price?.region == .named("eu-west-1"))
  }

  @Test("with parts in place of its own, a type has its own price and a warning that nobody sells it so")
  func parts() {
    var variant = Instance.named("a+nitro-v6+cpu")
    variant.parts = ["nitro-v6", "cpu"]
    let listed = PriceBook([.of("a", perHour: 7)]).offer(for: variant, .list)
    #expect(isClose(listed.price?.rate.perHour ?? 0, 7) && listed.price?.instance == "a")
    let parts = ["nitro-v6", "cpu"]
    #expect(warnings(listed) == [.unsold(instance: "a+nitro-v6+cpu", parts: parts, soldAs: "a")])
    let given = PriceBook([], overrides: ["a": DollarRate(perHour: 3)]).offer(for: variant, .list)
    #expect(isClose(given.price?.rate.perHour ?? 0, 3) && warnings(given)?.count == 1)
    let own = PriceBook([], overrides: ["a": DollarRate(perHour: 3), "a+nitro-v6+cpu": DollarRate(perHour: 4)])
    #expect(isClose(own.offer(for: variant, .list).price?.rate.perHour ?? 0, 4))
    #expect(warnings(own.offer(for: variant, .list)) == [])
    variant.name = "a"
    let set = PriceBook([.of("a", perHour: 7)]).offer(for: variant, .list)
    #expect(warnings(set) == [.unsold(instance: "a", parts: parts, soldAs: "a")])
  }

  @Test("the latest price counts, and of two on one day the lower")
  func latest() {
    let prices: [Price] = [
      .of("a", perHour: 5, date: "2026-02-01"), .of("a", perHour: 8, date: "2026-07-20"),
      .of("a", perHour: 9, date: "2026-07-20"), .of("a", perHour: 1, date: "2025-12-31"),
    ]
    for list in [prices, prices.reversed(), [prices[2], prices[0], prices[3], prices[1]]] {
      #expect(isClose(PriceBook(list).offer(for: .named("a"), .list).price?.rate.perHour ?? 0, 8))
    }
  }

  @Test("an unknown price says what was asked for and what else is known")
  func unknown() {
    let book = PriceBook([
      .of("a", .spot), .of("a", .reserved3y, region: "eu-west-1"), .of("a", .spot, perHour: 3),
    ])
    let listed: [PricingModel] = [.onDemand, .capacityBlock]
    #expect(
      reason(book.offer(for: .named("a"), .list))
        == Unpriced(instance: "a", wanted: listed, others: [.reserved3y, .spot]))
    #expect(
      reason(book.offer(for: .named("a"), .model(.owned), region: "eu-west-1"))
        == Unpriced(instance: "a", wanted: [.owned], region: "eu-west-1", others: [.reserved3y]))
    #expect(reason(book.offer(for: .named("z"), .list)) == Unpriced(instance: "z", wanted: listed))
  }

  @Test("a type that is only rented as part of another says of which")
  func soldIn() {
    let offer = PriceBook([]).offer(for: .named("trn2u.48xlarge", soldIn: "trn2-ultraserver"), .list)
    #expect(reason(offer)?.soldIn == "trn2-ultraserver")
  }

  @Test("a price given by the user beats every listed one, in every region")
  func override() {
    let book = PriceBook(
      [.of("a", perHour: 9)], overrides: ["a": DollarRate(perHour: 4), "new": DollarRate(perHour: 2)])
    for region in [nil, "us-east-1", "mars-1"] {
      let a = book.offer(for: .named("a"), .list, region: region).price
      #expect(isClose(a?.rate.perHour ?? 0, 4) && a?.source == "--price" && a?.model == .onDemand)
    }
    #expect(book.offer(for: .named("new"), .model(.owned)).price?.model == .owned)
  }

  @Test("a spot price at the floor of on-demand is said not to be a market price")
  func floor() {
    let book = PriceBook([.of("a", .spot, atSpotFloor: true), .of("b", .spot)])
    let one = PriceNote.oneSpotQuote(instance: "a", date: "2026-07-01")
    #expect(warnings(book.offer(for: .named("a"), .model(.spot))) == [one, .spotFloor(instance: "a")])
    #expect(warnings(book.offer(for: .named("b"), .model(.spot))) == [.oneSpotQuote(instance: "b", date: "2026-07-01")])
  }

  @Test("another provider has its own home, order of list prices and billing")
  func provider() throws {
    var other = Provider.aws
    (other.name, other.title, other.homeRegion, other.nearRegions) = ("cloud", "Cloud", "west", ["north"])
    other.list = [.spot, .onDemand]
    other.ways[.capacityBlock] = nil
    other.ways[.spot]?.billing = Billing(portion: .init(size: Seconds(3600)))
    let machine = Instance.named("a", provider: other)
    let book = PriceBook([
      .of("a", perHour: 1, region: "us-east-1", date: "2026-12-01"), .of("a", perHour: 2, region: "north"),
      .of("a", .spot, perHour: 3, region: "us-east-1"), .of("a", .spot, perHour: 4, region: "north"),
    ])
    let listed = book.offer(for: machine, .list)
    #expect(listed.price?.model == .spot && listed.price?.region == .named("north"))
    #expect(
      warnings(listed) == [
        .oneSpotQuote(instance: "a", date: "2026-07-01"), .otherRegion(instance: "a", .named("north"), home: "west"),
      ])
    let given = PriceBook([], overrides: ["a": DollarRate(perHour: 4)])
    #expect(given.offer(for: machine, .list).price?.billing == other.billing(of: .spot))
    #expect(given.offer(for: machine, .model(.owned)).price?.billing == .asItPasses)
    let unbilled = Unpriced(instance: "a", wanted: [.capacityBlock], unbilledBy: other)
    #expect(reason(given.offer(for: machine, .model(.capacityBlock))) == unbilled)
    #expect(unbilled.unbilledBy?.name == "cloud")
  }
}
