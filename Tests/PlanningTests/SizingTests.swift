import Calibration
import Costing
import Foundation
import Quantities
import Simulation
import TestSupport
import Testing

@testable import Planning
@testable import Scenarios

/// Sizes and rankings by what is to be expected, billing steps included.
@Suite struct SizingTests {
  private static let catalog = Catalog(roots: [MeasuredPlansTests.repository + "/configs"])
  private static let knowledge: Knowledge? =
    (try? catalog.posterior()).flatMap { $0 }.flatMap { posterior in
      (try? catalog.priors()).map { Knowledge(posterior, priors: $0, runs: [], samples: 400) }
    }

  private static func price(
    _ name: String, _ model: PricingModel, _ perHour: Double, spread: Double = 0
  ) -> Price {
    var price = Price(
      provider: "aws", instance: name, region: .named("us-east-1"), model: model, rate: DollarRate(perHour: perHour),
      billing: Provider.aws.billing(of: model) ?? .asItPasses, date: "2026-07-01", source: "test")
    price.spread = spread
    return price
  }

  private func compare(
    _ size: JobSize, _ book: PriceBook, on names: [String] = ["node"], pricings: [PricingRequest] = [.list],
    tokens: Double = 1e11, change: (inout ComparisonRequest) -> Void = { _ in }
  ) throws -> Comparison {
    var request = ComparisonRequest(
      job: .small(batch: 64, tokens: tokens), size: size, options: names.map { (.node($0), .profile()) },
      knowledge: try #require(Self.knowledge))
    request.pricings = pricings
    change(&request)
    return Comparison(request, prices: book)
  }

  @Test("Expected cost is the mean of the bills of the draws, line by line, and 5% of them lie outside each end")
  func mean() throws {
    let book = PriceBook([Self.price("node", .capacityBlock, 40)])
    let result = try #require(try compare(.instances(4), book).results.first)
    let run = try #require(result.run), outlook = try #require(result.outlook)
    let knowledge = try #require(Self.knowledge), price = try #require(run.offer.price)
    let steps = knowledge.steps(run.question, result.instance.chip, result.efficiency)
    let seconds = knowledge.seconds(steps, run.operation, .small(batch: 64))
    let bills = seconds.map {
      Bill(units: run.units, spares: run.course.spares, wallTime: Seconds($0), price: price).total.value
    }
    let expected = try #require(outlook.expectedCost)
    #expect(abs(expected.value / (bills.reduce(0, +) / Double(bills.count)) - 1) < 1e-12)
    #expect(abs(outlook.expectedWallTime.value / (seconds.reduce(0, +) / Double(seconds.count)) - 1) < 1e-12)
    #expect(outlook.costs[.capacityBlock] == expected && outlook.costs[.onDemand] == nil)
    #expect(result.cost == expected && result.wallTime == outlook.expectedWallTime)
    let interval = try #require(outlook.cost)
    #expect(bills.count { $0 < interval.low } <= bills.count / 20)
  }

  private static let many: Knowledge? =
    (try? catalog.posterior()).flatMap { $0 }.flatMap { posterior in
      (try? catalog.priors()).map { Knowledge(posterior, priors: $0, runs: [], samples: 20_000) }
    }

  @Test("Expected cost and time are those of fifty times as many draws, within what so few can tell", arguments: 0..<24)
  func reference(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let model = [PricingModel.onDemand, .capacityBlock, .spot][seed % 3]
    let price = Self.price("node", model, random.between(10, 100))
    let units = [1, 2, 4, 8][Int.random(in: 0..<4, using: &random)], tokens = random.between(1e10, 1e13)
    func outlook(_ knowledge: Knowledge?) throws -> Outlook {
      let results = try compare(
        .instances(units), PriceBook([price]), pricings: [.model(model)], tokens: tokens
      ) { $0.knowledge = knowledge }.results
      return try #require(results.first?.outlook)
    }
    let few = try outlook(Self.knowledge), all = try outlook(Self.many)
    let (cost, exact) = (try #require(few.expectedCost).value, try #require(all.expectedCost).value)
    let interval = try #require(all.cost)
    // Standard deviation of a mean of 400, from the span of 90%; a day or week that is billed to hardly any draw is seen by few.
    func error(_ interval: Interval) -> Double { (interval.high - interval.low) / (2 * 1.645) / 400.0.squareRoot() }
    #expect(abs(cost - exact) <= 4 * error(interval) + 0.01 * exact, "\(cost) \(exact)")
    #expect(abs(few.expectedWallTime.value - all.expectedWallTime.value) <= 4 * error(all.wallTime))
  }

  @Test(
    "A chosen size is late, or over, with no more than a tenth, and with less where more is asked", arguments: 0..<12)
  func kept(seed: Int) throws {
    let model: PricingModel = [.onDemand, .capacityBlock][seed % 2]
    let book = PriceBook([Self.price("node", model, 40)])
    let days = [0.9, 1.7, 3.1, 6.5, 13.2, 16.4][seed / 2]
    for confidence in [0.6, 0.9] {
      let result = try #require(
        try compare(.deadline(Seconds(days * 86_400)), book, tokens: 4e11) { $0.confidence = confidence }.results.first)
      guard result.run != nil else {
        #expect(result.refusal != nil)
        continue
      }
      #expect(try #require(result.outlook?.probabilityLate) <= 1 - confidence + 1e-9)
    }
    let spent = Dollars([300, 1500, 4000, 9000, 30_000, 90_000][seed / 2])
    let paid = try #require(try compare(.budget(spent), book, tokens: 4e11).results.first)
    if paid.run != nil { #expect(try #require(paid.outlook?.probabilityOver) <= 0.1 + 1e-9) }
    let both = try #require(
      try compare(.within(Seconds(days * 86_400), spent), book, tokens: 4e11).results.first)
    if both.run != nil {
      #expect(
        try #require(both.outlook?.probabilityLate) <= 0.1 + 1e-9
          && #require(both.outlook?.probabilityOver) <= 0.1 + 1e-9)
    }
  }

  @Test("Where sizes keep to a deadline as predicted and none surely, the surest is named with its risk") func unsure()
    throws
  {
    let book = PriceBook([Self.price("node", .onDemand, 40)])
    let fastest = try #require(try compare(.deadline(Seconds(1)), book).results.first?.refusal?.wallTime)
    let reason = try compare(.deadline(fastest), book).results.first?.refusal?.reason
    guard case .notSure(let size) = reason else {
      Issue.record("\(String(describing: reason))")
      return
    }
    #expect(size.confidence == 0.9 && size.late.map { $0 > 0.1 && $0 < 0.9 } == true && size.over == nil)
  }

  @Test("No size beyond what can be had is an answer, and a given one is told to be beyond") func limits() throws {
    let limits = RentalLimits([RentalLimit(provider: "aws", instance: "node", most: 3)])
    let prices = [Self.price("node", .onDemand, 40)]
    let book = PriceBook(prices, limits: limits)
    let free = try #require(try compare(.budget(Dollars(1e7)), PriceBook(prices)).results.first?.run)
    let held = try #require(try compare(.budget(Dollars(1e7)), book).results.first?.run)
    let asked = try #require(
      try compare(.budget(Dollars(1e7)), PriceBook(prices)) { $0.maxInstances = 2 }.results.first?.run)
    #expect(free.units > 3 && held.units <= 3 && asked.units <= 2)
    let given = try #require(try compare(.instances(4), book).results.first?.run)
    #expect(given.notes.contains(.price(.beyondMost(instance: "node", .onDemand, instances: 4, most: 3))))
    let fewer = try #require(try compare(.instances(2), book).results.first?.run)
    #expect(!fewer.notes.contains { if case .price(.beyondMost) = $0 { true } else { false } })
  }

  @Test("Options that are sold in different ways are compared in those that all are sold by") func alike() throws {
    let book = PriceBook([
      Self.price("a", .onDemand, 40), Self.price("a", .capacityBlock, 20), Self.price("b", .capacityBlock, 30),
      Self.price("b", .spot, 1),
    ])
    let both = try compare(.instances(2), book, on: ["a", "b"], tokens: 1e13)
    #expect(both.results.map(\.instance.name) == ["b", "a"])
    #expect(both.alike.map(\.way) == [.capacityBlock])
    #expect(both.alike.first?.results.map(\.instance.name) == ["a", "b"])
    let asked = try compare(.instances(2), book, on: ["a", "b"], pricings: [.model(.capacityBlock)], tokens: 1e13)
    #expect(asked.alike.isEmpty && asked.results.map(\.cost) == both.alike.first?.results.map(\.cost))
    // Sold alike, there is nothing to add.
    let one = PriceBook([Self.price("a", .onDemand, 40), Self.price("b", .onDemand, 30)])
    #expect(try compare(.instances(2), one, on: ["a", "b"]).alike.isEmpty)
    let ways = try compare(.instances(2), book, on: ["a", "b"], pricings: [.model(.onDemand), .model(.capacityBlock)])
    #expect(ways.results.count == 4 && ways.results.count { $0.cost != nil } == 3)
  }

  @Test("What is seldom to be had takes no part in who is cheapest") func seldom() throws {
    let limits = RentalLimits([
      RentalLimit(provider: "aws", instance: "b", model: .spot, availability: .seldom),
      RentalLimit(provider: "aws", model: .spot, availability: .generally),
    ])
    let book = PriceBook(["a", "b", "c"].map { Self.price($0, .spot, $0 == "b" ? 1 : 20) }, limits: limits)
    let results = try compare(.instances(2), book, on: ["a", "b", "c"], pricings: [.model(.spot)]).results
    #expect(results[0].instance.name == "b" && results[0].run?.isSeldom == true)
    #expect(results[0].outlook?.probabilityCheapest == nil)
    let shares = results.compactMap { $0.outlook?.probabilityCheapest }
    #expect(shares.count == 2 && abs(shares.reduce(0, +) - 1) < 1e-9)
  }

  @Test("A price that moves widens the cost and leaves the days") func spread() throws {
    func outlook(_ spread: Double) throws -> Outlook {
      let quotes = spread == 0 ? [20.0] : [20 / (1 + spread), 20, 20 * (1 + spread)]
      let dates = ["2026-07-01", "2026-07-02", "2026-07-03"]
      let book = PriceBook(
        zip(quotes, dates).map { rate, date in
          var price = Self.price("node", .spot, rate)
          price.date = date
          return price
        })
      let results = try compare(.instances(2), book, pricings: [.model(.spot)]).results
      return try #require(results.first?.outlook)
    }
    let still = try outlook(0), moving = try outlook(1)
    #expect(still.wallTime.high == moving.wallTime.high)
    let (narrow, wide) = (try #require(still.cost), try #require(moving.cost))
    #expect(wide.high / wide.low > 1.5 * narrow.high / narrow.low)
  }
}
