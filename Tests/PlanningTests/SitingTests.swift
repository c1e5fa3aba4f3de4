import Costing
import Operating
import Quantities
import Testing

@testable import Planning
@testable import Scenarios

/// Energy belongs to the region of the price; nobody's region is taken for another.
@Suite struct SitingTests {
  static let facts = {
    var facts = OperatingFacts()
    for region in ["us-east-1", "eu-1"] {
      facts.grids[region] = Grid(
        region: region, pue: known(1.2), intensity: known(1e-7), electricity: nil)
    }
    return facts
  }()

  private func site(
    _ book: PriceBook, _ pricing: PricingRequest = .list, asked: String? = nil, of instance: Instance = .node()
  ) -> Site {
    let offer = book.offer(for: instance, pricing, region: asked)
    return Site(offer, pricing, asked: asked, of: instance, book, Self.facts)
  }

  @Test("The price says where it runs, and --region says it where there is no price") func region() {
    #expect(site(prices(["node": 50])).region == "us-east-1")
    #expect(site(prices([:])).region == nil)
    #expect(site(prices([:]), asked: "eu-1").region == "eu-1")
    #expect(site(prices([:]), asked: "eu-1").pue != nil)
  }

  @Test("A price given by hand stands nowhere, unless a region is named") func given() {
    let book = PriceBook([], overrides: ["node": DollarRate(perHour: 3)])
    #expect(site(book).region == nil && site(book).gaps.count == 1)
    #expect(site(book, asked: "eu-1").region == "eu-1")
  }

  @Test("An owned machine has its owner's building, and a reference machine is nobody's cloud") func owned() {
    let owner = Ownership(
      instance: "node", capital: known(1), usefulLife: known(1), utilization: 1, power: known(1), pue: 1.5,
      electricity: known(1e-8), origin: nowhere)
    let own = site(PriceBook([], owned: [owner]), .model(.owned))
    #expect(own.isOwned && own.pue?.value.value == 1.5 && own.region == nil && own.intensity == nil)
    #expect(site(PriceBook([], owned: [owner]), .model(.owned), asked: "eu-1").intensity != nil)
    var reference = Instance.node()
    reference.provider.isCloud = false
    #expect(site(prices(["node": 50]), of: reference).pue == nil && site(prices(["node": 50]), of: reference).isOwned)
  }

  @Test("Another cloud's region is its own, though one of the same name has a known grid") func otherCloud() {
    var other = Instance.node()
    other.provider.hasGrids = false
    let rented = site(prices(["node": 50]), of: other)
    #expect(!rented.isOwned && rented.region == "us-east-1" && rented.pue == nil && rented.gaps.count == 2)
  }

  @Test("A run has energy where something is known around it, in comparisons and searches alike") func wired() throws {
    var node = Instance.node()
    node.powerMax = known(10_000)
    let book = prices(["node": 50])
    var request = ComparisonRequest(job: .small(), size: .instances(2), options: [(node, .profile())])
    #expect(try #require(Comparison(request, prices: book).results[0].run).energy == nil)
    request.facts = Self.facts
    let run = try #require(Comparison(request, prices: book).results[0].run)
    let energy = try #require(run.energy)
    // Nothing fails there, so all but the start and the waits of steps is work.
    let rest = run.course.startup + (run.course.inputWait + run.course.checkpointStall) * 1e6
    #expect(run.course.stopped == .zero && energy.waiting.value <= rest.value * 2 && energy.working > .zero)
    #expect(energy.site.region == "us-east-1" && energy.meter != nil && energy.draw?.grade == .published)
    let search = try Search(
      SearchRequest(
        job: .small(), options: [(node, .profile())], size: .instances(2), objective: .time, top: 1,
        facts: Self.facts), prices: book)
    #expect(search.run().top.first?.run?.energy?.meter == energy.meter)
  }
}
