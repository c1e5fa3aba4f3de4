import Costing
import Foundation
import Quantities
import Testing

@testable import Scenarios

/// Which of several rows is the price, how old it is, and what it takes to have one.
@Suite struct PriceChoiceTests {
  private func notes(_ offer: Offer) -> [PriceNote] {
    if case .price(_, let notes) = offer { notes } else { [] }
  }

  @Test("Of a row of the home region and one without region the newer is taken, and it is told which")
  func nameless() throws {
    let newer = PriceBook([
      .of("a", .capacityBlock, perHour: 55, date: "2026-09-19"),
      .of("a", .capacityBlock, perHour: 63, region: "unspecified", date: "2026-10-09"),
    ])
    let offer = newer.offer(for: .named("a"), .model(.capacityBlock))
    #expect(offer.price.map { isClose($0.rate.perHour, 63) } == true && offer.price?.region == .unspecified)
    #expect(
      notes(offer).contains(
        .regionUnstated(
          instance: "a", .capacityBlock, taken: .unspecified, date: "2026-10-09", over: .named("us-east-1"),
          dated: "2026-09-19")))
    let older = PriceBook([
      .of("a", .capacityBlock, perHour: 63, date: "2026-10-09"),
      .of("a", .capacityBlock, perHour: 55, region: "unspecified", date: "2026-06"),
    ])
    #expect(older.offer(for: .named("a"), .list).price.map { isClose($0.rate.perHour, 63) } == true)
    // On the same day the one that says where it holds.
    let same = PriceBook([
      .of("a", perHour: 1, region: "unspecified"), .of("a", perHour: 2, region: "us-east-2"),
      .of("a", perHour: 0.5, region: "eu-west-1", date: "2026-12-01"),
    ])
    #expect(same.offer(for: .named("a"), .list).price?.region == .named("us-east-2"))
  }

  @Test("A rate of one's own changes the rate and not the way of billing") func own() {
    let book = PriceBook(
      [.of("a", .capacityBlock), .of("b", .onDemand)],
      overrides: ["a": DollarRate(perHour: 3), "b": DollarRate(perHour: 4), "c": DollarRate(perHour: 5)])
    func model(_ name: String, _ request: PricingRequest = .list) -> PricingModel? {
      book.offer(for: .named(name), request).price?.model
    }
    #expect(model("a") == .capacityBlock && model("b") == .onDemand && model("c") == .onDemand)
    #expect(model("a", .model(.spot)) == .spot)
    #expect(book.offer(for: .named("a"), .list).price?.billing.portion != nil)
  }

  @Test(
    "Days between dates by the calendar's own count", arguments: ["2024-02-28", "2025-12-31", "1999-03-01", "2026-06"])
  func days(date: String) throws {
    let format = DateFormatter()
    (format.locale, format.timeZone) = (Locale(identifier: "en_US_POSIX"), TimeZone(identifier: "UTC"))
    format.dateFormat = "yyyy-MM-dd"
    let start = try #require(format.date(from: date.count == 7 ? date + "-01" : date))
    for days in [0, 1, 29, 59, 365, 366, 1461, 40_000] {
      let end = format.string(from: start.addingTimeInterval(Double(days) * 86_400))
      #expect(PriceAge.days(from: date, to: end) == days)
    }
  }

  @Test("What is no date has no age", arguments: ["", "2026", "2026-13", "2026-00-01", "soon", "2026-1x-01", "--"])
  func noDate(text: String) { #expect(PriceAge.days(from: text, to: "2026-11-28") == nil) }

  @Test("A price is called old after 90 days and not before") func old() {
    func isOld(_ date: String) -> Bool {
      let offer = PriceBook([.of("a", date: date)], today: "2026-11-28").offer(for: .named("a"), .list)
      return notes(offer).contains { if case .old = $0 { true } else { false } }
    }
    #expect(isOld("2026-08-29") && !isOld("2026-08-30") && isOld("2026-06"))
  }

  @Test("Spot is the middle of recent quotes with their spread, and one quote is told to be one") func spot() throws {
    let book = PriceBook([
      .of("a", .spot, perHour: 8, date: "2026-09-01"),
      .of("a", .spot, perHour: 12, region: "us-east-2", date: "2026-10-01"),
      .of("a", .spot, perHour: 18, date: "2026-10-04"),
      // Of another year, and of another continent.
      .of("a", .spot, perHour: 1, date: "2025-10-04"),
      .of("a", .spot, perHour: 99, region: "eu-west-1", date: "2026-10-04"),
      .of("b", .spot, perHour: 5),
    ])
    let offer = book.offer(for: .named("a"), .model(.spot)), price = try #require(offer.price)
    #expect(isClose(price.rate.perHour, 12))
    let logs = [8.0, 12, 18].map { log($0) }, mean = logs.reduce(0, +) / 3
    #expect(isClose(price.spread, (logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2).squareRoot(), 1e-9))
    #expect(
      notes(offer).contains(
        .spotQuotes(instance: "a", quotes: 3, low: DollarRate(perHour: 8), high: DollarRate(perHour: 18))))
    let one = book.offer(for: .named("b"), .model(.spot))
    #expect(one.price?.spread == 0 && notes(one).contains(.oneSpotQuote(instance: "b", date: "2026-07-01")))
  }

  @Test("Every limit that holds counts, and the tightest decides; availability is that of the most special row")
  func limits() {
    let limits = RentalLimits([
      RentalLimit(provider: "aws", model: .capacityBlock, most: 256, availability: .generally),
      RentalLimit(provider: "aws", instance: "a", most: 100),
      RentalLimit(provider: "aws", instance: "b", most: 900),
      RentalLimit(provider: "aws", instance: "a", model: .spot, availability: .seldom, date: "2026-10-03", note: "why"),
      RentalLimit(provider: "aws", instance: "a", model: .spot, region: "us-west-2", availability: .generally),
    ])
    #expect(limits.most("aws", "a", .capacityBlock, in: nil)?.most == 100)
    #expect(limits.most("aws", "b", .capacityBlock, in: nil)?.most == 256)
    #expect(limits.most("aws", "b", .onDemand, in: nil)?.most == 900)
    #expect(limits.most("aws", "c", .onDemand, in: nil) == nil && limits.most("other", "a", .spot, in: nil) == nil)
    let book = PriceBook(
      [.of("a", .spot), .of("a", .spot, region: "us-west-2"), .of("a", .capacityBlock)], limits: limits)
    let seldom = PriceNote.availability(instance: "a", .spot, .seldom, note: "why", date: "2026-10-03")
    #expect(notes(book.offer(for: .named("a"), .model(.spot))).contains(seldom))
    #expect(!notes(book.offer(for: .named("a"), .model(.spot), region: "us-west-2")).contains(seldom))
    #expect(
      !notes(book.offer(for: .named("a"), .list)).contains { if case .availability = $0 { true } else { false } })
  }

  @Test(
    "Capital with a rate of return is the annuity of months, checked by paying it off; place, people, line are parts")
  func annuity() throws {
    var machine = OwningTests.machine
    machine.rateOfReturn = Sourced(Count(0.12), origin: nowhere)
    machine.utilization = 1
    machine.usefulLife = Sourced(Seconds(3 * 31_536_000), origin: nowhere)
    machine.colocation = Sourced(EnergyPrice(180 / 2.628e9), origin: nowhere)
    machine.people = Sourced(DollarRate(8760.0 / 31_536_000), origin: nowhere)
    let price = Price(owning: machine, region: "us-east-1")
    #expect(price.parts.count == 4)
    let payment = price.parts[0].rate.value * 31_536_000 / 12
    var owed = 350_640.0
    for _ in 0..<36 { owed = owed * 1.01 - payment }
    #expect(abs(owed) < 1e-6 * 350_640)
    // 10 kW at $180 a kW and month of 730 hours; $8,760 a year are $1 an hour.
    #expect(isClose(price.parts[1].rate.perHour, 1800 / 730, 1e-9) && isClose(price.parts[2].rate.perHour, 1, 1e-9))
    #expect(isClose(price.parts.reduce(0) { $0 + $1.rate.value }, price.rate.value))
    let book = PriceBook([], owned: [machine])
    #expect(
      notes(book.offer(for: .named("dgx"), .model(.owned))).contains(.ownedWithout(instance: "dgx", ["the connection"]))
    )
  }
}
