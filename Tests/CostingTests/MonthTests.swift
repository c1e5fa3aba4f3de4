import Costing
import Quantities
import Testing

@testable import Scenarios

/// Months of a run, and when its bill is paid.
@Suite struct MonthTests {
  private static func days(_ ends: [Double]) -> [Double] { ends.map { $0 / day } }

  @Test("Calendar months end at midnight UTC, in leap years and others, from any hour of any day")
  func calendar() throws {
    let months = Months(from: try #require(Moment("2027-11-30")))
    #expect(Self.days(months.ends(covering: Seconds(100 * day))) == [1, 32, 63, 92, 123])
    #expect((0..<5).map(months.name) == ["2027-11", "2027-12", "2028-01", "2028-02", "2028-03"])
    let late = Months(from: try #require(Moment("2027-02-28 18:00")))
    #expect(Self.days(late.ends(covering: Seconds(day))) == [0.25, 31.25])
    // A run that ends at midnight has nothing in the month that begins.
    #expect(Months(from: try #require(Moment("2027-01-01"))).ends(covering: Seconds(31 * day)).count == 1)
  }

  @Test("Where nobody said when it starts, months are twelfths of a year from the start on")
  func counted() {
    let months = Months(from: nil)
    #expect(Self.days(months.ends(covering: Seconds(365 * day))).count == 12)
    #expect(isClose(Self.days(months.ends(covering: Seconds(1)))[0], 365 / 12))
    #expect(months.name(0) == "1" && months.name(11) == "12")
  }

  @Test("A run of a million years has no more months than a century")
  func century() {
    let ends = Months(from: Moment("2027-01-01")).ends(covering: Seconds(1e6 * 365 * day))
    #expect(ends.count == Months.most && ends.last == .infinity)
  }

  @Test("As time passes: in proportion to the part of the run that is over")
  func asItPasses() {
    let billing = Provider.aws.billing(of: .onDemand) ?? .asItPasses
    #expect(isClose(billing.paid(by: 10 * day, of: Seconds(40 * day)), 0.25))
    #expect(billing.paid(by: 40 * day, of: Seconds(40 * day)) == 1)
    // A minute is billed at least.
    #expect(isClose(billing.paid(by: 15, of: Seconds(1)), 0.25))
  }

  @Test("Up front: all of a block at once; beyond the longest block the next one when it starts")
  func upFront() throws {
    var block = try #require(Provider.aws.billing(of: .capacityBlock))
    block.isPaidUpFront = true
    #expect(block.paid(by: 1, of: Seconds(20.5 * day)) == 1)
    // 200 days are sold as 29 weeks, 203 days: 182 at the start, 21 when those are over.
    #expect(isClose(block.paid(by: 1, of: Seconds(200 * day)), 182 / 203))
    #expect(isClose(block.paid(by: 182 * day, of: Seconds(200 * day)), 182 / 203))
    #expect(block.paid(by: 182.5 * day, of: Seconds(200 * day)) == 1)
  }
}
