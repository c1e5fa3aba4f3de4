import Calibration
import Costing
import Quantities
import Simulation
import TestSupport
import Testing

@testable import Planning
@testable import Scenarios

/// Budgets by what is to be expected, within what can be had.
@Suite struct BudgetRiskTests {
  private static let catalog = Catalog(roots: [MeasuredPlansTests.repository + "/configs"])
  private static let knowledge: Knowledge? =
    (try? catalog.posterior()).flatMap { $0 }.flatMap { posterior in
      (try? catalog.priors()).map { Knowledge(posterior, priors: $0, runs: [], samples: 200) }
    }

  private static func price(_ name: String, _ model: PricingModel = .onDemand, _ rate: Double = 50, spread: Double = 0)
    -> Price
  {
    var price = Price(
      provider: "aws", instance: name, region: .named("us-east-1"), model: model, rate: DollarRate(perHour: rate),
      billing: Provider.aws.billing(of: model) ?? .asItPasses, date: "2026-07-01", source: "test")
    price.spread = spread
    return price
  }

  private static func ask(
    _ dollars: Double, days: Double = 30, _ book: PriceBook, on names: [String] = ["node"],
    way: PricingRequest = .list, change: (inout BudgetRequest) -> Void = { _ in }
  ) throws -> [BudgetRow] {
    var request = BudgetRequest(
      sum: Dollars(dollars), time: Seconds(days * 86_400), options: names.map { (.node($0), .profile()) }, ways: [way],
      choices: [.model(.llama())], job: .small(), globalBatch: 512)
    request.knowledge = try #require(knowledge)
    change(&request)
    return try #require(knowledge).judged(BudgetAnswers(request, prices: book)).rows
  }

  @Test(
    "A run is late, or over the sum, with no more than a tenth, and uses what it may; whoever asks for less is promised more",
    arguments: [PricingModel.onDemand, .capacityBlock, .spot])
  func kept(model: PricingModel) throws {
    let book = PriceBook([Self.price("node", model, spread: model == .spot ? 0.3 : 0)])
    func row(_ confidence: Double) throws -> BudgetRow {
      try #require(try Self.ask(4e5, book, way: .model(model)) { $0.confidence = confidence }.first)
    }
    let sure = try row(0.9), even = try row(0.5)
    for (row, risk) in [(sure, 0.1), (even, 0.5)] {
      let outlook = try #require(row.result.outlook)
      let late = try #require(outlook.probabilityLate), over = try #require(outlook.probabilityOver)
      #expect(late <= risk + 1e-9 && over <= risk + 1e-9, "\(late) \(over)")
      #expect(max(late, over) > risk - 0.02, "\(late) \(over)")
      if risk == 0.1 { #expect(outlook.expectedWallTime < row.time) }
    }
    #expect(try #require(even.job?.tokens) > #require(sure.job?.tokens))
  }

  @Test("Without knowledge of how wrong predictions may be, a run just fits as predicted") func bare() throws {
    let row = try #require(
      try Self.ask(4e5, PriceBook([Self.price("node")])) { $0.knowledge = nil }.first)
    #expect(try #require(row.run).wallTime > row.time * 0.99)
  }

  @Test("No fleet is larger than can be had, with those that stand by, or than is wanted; the row says which")
  func limits() throws {
    let most = RentalLimit(provider: "aws", instance: "node", most: 3, date: "2026-01-01", source: "test")
    let prices = [Self.price("node")], held = PriceBook(prices, limits: RentalLimits([most]))
    let free = try #require(try Self.ask(1e6, PriceBook(prices)).first)
    let rented = try #require(try Self.ask(1e6, held).first)
    let asked = try #require(try Self.ask(1e6, held) { $0.maxInstances = 2 }.first)
    let spared = try #require(
      try Self.ask(1e6, held) {
        $0.facts = try? Self.catalog.operatingFacts()
        $0.job.operating.failures.spares = 1
      }.first)
    #expect(try #require(free.run).units > 3 && free.most == nil)
    #expect(try #require(rented.run).units == 3 && rented.limit == .rental && rented.most == most)
    #expect(try #require(asked.run).units == 2 && asked.limit == .asked)
    let run = try #require(spared.run)
    #expect(run.course.spares == 1 && run.units == 2)
    for row in [rented, asked, spared] {
      #expect(!(row.run?.notes ?? []).contains { if case .price(.beyondMost) = $0 { true } else { false } })
    }
  }

  @Test("A type of which too few can be had wins at no price; its row says how far it comes") func cannotWin() throws {
    let limits = RentalLimits([RentalLimit(provider: "aws", instance: "other", most: 2)])
    let book = PriceBook([Self.price("node")], limits: limits)
    let rows = try Self.ask(1e6, book, on: ["node", "other"])
    let other = try #require(rows.first { $0.result.instance.name == "other" })
    guard case .noWinningPrice(_, "node", .trainsLess(let units, let share)) = other.refusal else {
      Issue.record("\(String(describing: other.refusal))")
      return
    }
    #expect(units == 2 && share > 0.02 && share < 0.2, "\(share)")
    #expect(other.solvedPrice == nil && other.run == nil)
  }

  @Test("What is seldom to be had is shown, and no price is solved for against it") func seldom() throws {
    let limits = RentalLimits([
      RentalLimit(provider: "aws", instance: "cheap", model: .onDemand, availability: .seldom),
      RentalLimit(provider: "aws", model: .onDemand, availability: .generally),
    ])
    let book = PriceBook([Self.price("cheap", .onDemand, 5), Self.price("node")], limits: limits)
    let rows = try Self.ask(4e5, book, on: ["cheap", "node", "other"])
    #expect(rows.first?.result.instance.name == "cheap" && rows.first?.run?.isSeldom == true)
    #expect(rows.first { $0.solvedPrice != nil }?.solvedPrice?.other == "node")
  }

  @Test("The bound of draws is the least that no more than the rest exceed", arguments: [0.5, 0.9, 0.95, 0.99])
  func bound(confidence: Double) {
    var random = SplitMix64(seed: 7)
    for count in [1, 2, 10, 200] {
      let draws = (0..<count).map { _ in random.between(0, 1) }
      let bound = BudgetJudge.bound(draws, confidence), allowed = (1 - confidence) * Double(count) + 1e-9
      #expect(Double(draws.count { $0 > bound }) <= allowed)
      let lower = draws.filter { $0 < bound }.max()
      if let lower { #expect(Double(draws.count { $0 > lower }) > allowed) }
    }
  }
}
