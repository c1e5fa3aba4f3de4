import Costing
import Quantities
import Scenarios
import TestSupport
import Testing

@Suite struct BillTests {
  static let day = 86_400.0
  static let block = Provider.aws.billing(of: .capacityBlock) ?? .asItPasses

  private func randomBills(_ body: (Bill, Int, Seconds, Price) -> Void) {
    var random = SplitMix64(seed: 1)
    for _ in 0..<500 {
      let model = PricingModel.allCases[Int.random(in: 0..<PricingModel.allCases.count, using: &random)]
      let price = Price.of("type", model, perHour: Double.random(in: 0.01...120, using: &random))
      let units = Int.random(in: 1...3000, using: &random)
      let time = Seconds(Double.random(in: 1...(400 * Self.day), using: &random))
      body(Bill(units: units, wallTime: time, price: price), units, time, price)
    }
  }

  @Test("the lines of a bill add up to its total, and each is quantity × unit price")
  func sums() {
    randomBills { bill, _, _, _ in
      #expect(isClose(bill.lines.reduce(0) { $0 + $1.quantity * $1.unitPrice.value }, bill.total.value))
      #expect(
        bill.lines.allSatisfy {
          isClose($0.amount.value, $0.quantity * $0.unitPrice.value) && $0.quantity >= -1e-6
        })
    }
  }

  @Test("the total is the rent of all units over the time billed, which is never shorter than the run")
  func rent() {
    randomBills { bill, units, time, price in
      #expect(isClose(bill.total.value, Double(units) * price.rate.value * bill.billedTime.value, 1e-9))
      #expect(bill.billedTime.value >= time.value * (1 - 1e-9))
      #expect(price.model == .capacityBlock || bill.billedTime == time)
    }
  }

  @Test("cost is linear in the price and in the number of units")
  func linear() {
    randomBills { bill, units, time, price in
      var dearer = price
      dearer.rate = price.rate * 3
      #expect(isClose(Bill(units: units, wallTime: time, price: dearer).total.value, 3 * bill.total.value))
      #expect(isClose(Bill(units: 2 * units, wallTime: time, price: price).total.value, 2 * bill.total.value))
    }
  }

  @Test("what of a cost is money multiplies with the time to the total, by hand and for any bill")
  func factors() {
    let day = Price.of("type", .capacityBlock, perHour: 36)
    let bill = Bill(units: 4, spares: 1, wallTime: Seconds(21_600), price: day)
    let byHand = bill.factors(units: 4, spares: 1, wallTime: Seconds(21_600), price: day)
    #expect(byHand[.instances] == 4 && byHand[.spares] == 1.25 && byHand[.billing] == 4)
    #expect(isClose(byHand[.price] ?? 0, 0.01) && byHand.keys.allSatisfy { !$0.isOfTime })
    randomBills { _, units, time, price in
      let spares = units % 4
      let bill = Bill(units: units, spares: spares, wallTime: time, price: price)
      let factors = bill.factors(units: units, spares: spares, wallTime: time, price: price)
      #expect(isClose(factors.product * time.value, bill.total.value))
    }
  }

  @Test("one hour of one unit costs its hourly price")
  func hour() {
    let bill = Bill(units: 1, wallTime: Seconds(3600), price: .of("type", perHour: 55.04))
    #expect(isClose(bill.total.value, 55.04))
    #expect(bill.lines.map(\.unit) == ["instance-hours"])
    #expect(bill.warnings.isEmpty)
  }

  @Test("less than a minute is billed as a minute where seconds are billed, and not where the rate is of hours owned")
  func minute() {
    let bill = Bill(units: 2, wallTime: Seconds(3), price: .of("type", perHour: 60))
    #expect(isClose(bill.total.value, 2) && bill.billedTime == Seconds(60))
    #expect(Tariff(.of("type", perHour: 60)).total(units: 2, wallTime: Seconds(3)) == bill.total)
    #expect(
      isClose(Bill(units: 2, wallTime: Seconds(61), price: .of("type", .spot, perHour: 60)).total.value, 2 * 61 / 60.0))
    #expect(isClose(Bill(units: 2, wallTime: Seconds(3), price: .of("type", .owned, perHour: 60)).total.value, 0.1))
  }

  // AWS, "Capacity Blocks for ML", EC2 user guide: 1 to 14 days by the day, then by the week to 182 days.
  @Test(
    "a capacity block covers the run in whole days up to 14, then in whole weeks",
    arguments: [
      (0.0001, 1), (0.2, 1), (1, 1), (1.01, 2), (13, 13), (13.5, 14), (14, 14), (14.01, 21), (15, 21),
      (21, 21),
      (21.5, 28), (28, 28), (29, 35), (181, 182), (182, 182), (183, 189),
    ] as [(Double, Double)])
  func block(run: Double, billed: Double) {
    #expect(Self.block.billed(Seconds(run * Self.day)) == Seconds(billed * Self.day))
    let bill = Bill(
      units: 2, wallTime: Seconds(run * Self.day), price: .of("type", .capacityBlock, perHour: 10))
    #expect(bill.billedTime == Seconds(billed * Self.day))
    #expect(isClose(bill.total.value, 2 * 24 * billed * 10))
    #expect(bill.lines.count == 2)
    #expect(isClose(bill.lines[0].quantity, 2 * 24 * run))
  }

  @Test("a run that ends on the hour pays no further day because of the last bit")
  func lastBit() {
    #expect(Self.block.billed(Seconds((3 * Self.day).nextUp)) == Seconds(3 * Self.day))
    #expect(Self.block.billed(Seconds((28 * Self.day).nextUp)) == Seconds(28 * Self.day))
    #expect(Self.block.billed(Seconds(3 * Self.day + 60)) == Seconds(4 * Self.day))
  }

  @Test(
    "blocks past 182 days or 64 instances come with a warning",
    arguments: [(182, 64, 0), (183, 64, 1), (182, 65, 1), (200, 100, 2)])
  func warnings(days: Double, units: Int, count: Int) {
    let time = Seconds(days * Self.day)
    let bill = Bill(units: units, wallTime: time, price: .of("p5", .capacityBlock))
    #expect(bill.warnings.count == count)
    let isLong = bill.warnings.contains(
      .beyondPurchase(instance: "p5", .capacityBlock, length: bill.billedTime, longest: Seconds(182 * 86_400)))
    #expect(isLong == (days > 182))
    #expect(
      bill.warnings.contains(.severalPurchases(instance: "p5", .capacityBlock, instances: units, most: 64))
        == (units > 64))
    #expect(Bill(units: units, wallTime: time, price: .of("p5", .onDemand)).warnings.isEmpty)
  }

  @Test("hours that are sold whole are a line of the bill, and the total is that of the bill")
  func hours() {
    var price = Price.of("type", perHour: 6)
    price.billing = Billing(shortest: Seconds(7200), portion: .init(size: Seconds(3600)), mostInstances: 2)
    for (seconds, hours) in [(60, 2), (7200, 2), (7201, 3), (1e6, 278)] as [(Double, Double)] {
      let bill = Bill(units: 3, spares: 1, wallTime: Seconds(seconds), price: price)
      #expect(bill.billedTime == Seconds(hours * 3600) && isClose(bill.total.value, 4 * 6 * hours))
      #expect(Tariff(price).total(units: 3, spares: 1, wallTime: Seconds(seconds)) == bill.total)
      #expect(bill.lines.last?.label == "rest of the on-demand purchase (sold in whole hours)")
      #expect(bill.warnings == [.severalPurchases(instance: "type", .onDemand, instances: 4, most: 2)])
    }
  }

  @Test("rules of billing have words") func words() {
    #expect(Self.block.rule == "sold in whole days up to 14 and whole weeks beyond")
    #expect(Provider.aws.billing(of: .onDemand)?.rule == "a minute is billed at least")
    #expect(Billing(portion: .init(size: Seconds(3600))).rule == "sold in whole hours")
    #expect(Billing(shortest: Seconds(600)).rule == "\(Seconds(600).formatted) is billed at least")
    #expect(Billing.asItPasses.rule == nil)
    #expect(Seconds(31_536_000).inYears == "1 year" && Seconds(3 * 31_536_000).inYears == "3 years")
  }
}
