import Costing
import Quantities
import Testing

@testable import Scenarios

@Suite struct OwningTests {
  /// $350,640 over 4 years of 365.25 days at half use is $20 for each hour worked; 10 kW × 1.3 at $0.10/kWh is $1.30.
  static let machine = Ownership(
    instance: "dgx", capital: Sourced(Dollars(350_640), origin: nowhere),
    usefulLife: Sourced(Seconds(4 * 365.25 * 86_400), origin: nowhere), utilization: 0.5,
    power: Sourced(Watts(10_000), origin: nowhere), pue: 1.3,
    electricity: Sourced(EnergyPrice(0.10 / 3.6e6), origin: nowhere), origin: nowhere)

  @Test(
    "an hour of an owned machine costs its share of the capital, and electricity with the building's overhead"
  )
  func hour() {
    let price = Price(owning: Self.machine, region: "us-east-1")
    #expect(price.model == .owned)
    #expect(isClose(price.rate.perHour, 21.3, 1e-9))
    #expect(price.parts.count == 2)
    #expect(isClose(price.parts[0].rate.perHour, 20, 1e-9) && isClose(price.parts[1].rate.perHour, 1.3, 1e-9))
  }

  @Test("a bill for owned machines shows capital and electricity apart, and they add up")
  func bill() {
    let bill = Bill(units: 4, wallTime: Seconds(7200), price: Price(owning: Self.machine, region: "us-east-1"))
    #expect(bill.lines.count == 2)
    #expect(isClose(bill.total.value, 4 * 2 * 21.3, 1e-9))
    #expect(bill.billedTime == Seconds(7200) && bill.warnings.isEmpty)
  }

  @Test("a book knows owned machines when asked for them, and never offers them for a list price")
  func book() {
    let book = PriceBook([], owned: [Self.machine])
    #expect(book.offer(for: .named("dgx"), .model(.owned)).price != nil)
    #expect(book.offer(for: .named("dgx"), .list).price == nil)
    #expect(book.offer(for: .named("dgx"), .model(.owned), region: "eu-west-1").price != nil)
  }

  @Test("a machine used less costs more per hour it works, but for electricity")
  func utilization() {
    var idle = Self.machine
    idle.utilization = 0.25
    #expect(isClose(Price(owning: idle, region: "us-east-1").rate.perHour, 41.3, 1e-9))
  }
}
