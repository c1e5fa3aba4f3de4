import Costing
import Quantities
import TestSupport
import Testing

@testable import Scenarios

/// When purchases start and end.
@Suite struct MomentTests {
  @Test("A day reads back as it is written, over leap years and centuries") func days() throws {
    #expect(Moment(day: 0).date == "1970-01-01")
    for text in ["2026-11-28", "2028-02-29", "2100-02-28", "2100-03-01", "1999-12-31", "2400-02-29"] {
      #expect(try #require(Moment(text)).date == text)
    }
    let first = try #require(Moment("2026-12-31")), next = try #require(Moment("2027-01-01 08:05"))
    #expect(next.day - first.day == 1 && next.time == Seconds(8 * 3600 + 300) && first.time == nil)
    #expect(next.text == "2027-01-01 08:05")
    #expect(Moment("2027-01-01T08:05") == next)
  }

  @Test(
    "What is no day or no time of it is none",
    arguments: [
      "", "tomorrow", "2027-02-29", "2027-04-31", "2027-13-01", "2027-1-5", "2027-01", "27-01-05", "2027-01-05 24:00",
      "2027-01-05 8", "2027-01-05 08:60", "2027-01-05 08:00 UTC", "2027-01-05 -8:00",
    ])
  func none(text: String) { #expect(Moment(text) == nil) }

  /// Of capacity blocks, ending at 11:30.
  private static func block(from time: String?) throws -> Billing {
    var price = Price.of("type", .capacityBlock)
    price.billing.endsAt = Seconds(11.5 * 3600)
    let start = try time.map { try #require(Moment("2027-01-15 \($0)")) } ?? Moment("2027-01-15")
    let book = PriceBook([price], start: start)
    return try #require(book.offer(for: .named("type"), .list).price).billing
  }

  @Test("A block ends at its time of the day, is long enough, and is less than a day or a week longer than one needs")
  func ends() throws {
    var random = SplitMix64(seed: 3)
    for _ in 0..<400 {
      let minutes = Int.random(in: 0..<1440, using: &random), hour = minutes / 60, minute = minutes % 60
      let text = "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
      let billing = try Self.block(from: text), work = Seconds(random.between(60, 190 * day))
      let billed = billing.billed(work)
      let end = (Double(minutes) * 60 + billed.value) / day
      #expect(abs((end - 11.5 / 24).rounded() - (end - 11.5 / 24)) < 1e-9, "\(text) \(work) \(billed)")
      #expect(billed.value >= work.value * (1 - 1e-9))
      #expect(billed.value - work.value <= (work.value < 13 * day ? 1 : 7) * day + 1e-6, "\(text) \(work) \(billed)")
    }
  }

  @Test("By hand: from 08:00 a block of days has three hours and a half more; of no time of day it is of whole days")
  func byHand() throws {
    let early = try Self.block(from: "08:00"), rest = 3.5 * 3600
    #expect(early.billed(Seconds(3600)) == Seconds(rest))
    #expect(early.billed(Seconds(4 * 3600)) == Seconds(rest + day))
    #expect(early.billed(Seconds(14 * day)) == Seconds(rest + 14 * day))
    // Beyond fourteen days it is weeks, a day less what is left or what is left more.
    #expect(early.billed(Seconds(15 * day)) == Seconds(rest + 20 * day))
    #expect(early.billed(Seconds(20.5 * day)) == Seconds(rest + 21 * day))
    #expect(early.longest == Seconds(rest + 182 * day))
    for same in [try Self.block(from: nil), try Self.block(from: "11:30")] {
      #expect(same.billed(Seconds(4 * 3600)) == Seconds(day) && same.billed(Seconds(15 * day)) == Seconds(21 * day))
    }
    // The lines of a bill add up all the same.
    var price = Price.of("type", .capacityBlock, perHour: 10)
    price.billing = early
    let bill = Bill(units: 2, spares: 1, wallTime: Seconds(5 * 3600), price: price)
    #expect(isClose(bill.total.value, 3 * 27.5 * 10))
    #expect(Tariff(price).total(units: 2, spares: 1, wallTime: Seconds(5 * 3600)) == bill.total)
  }

  @Test("What can be booked so long ahead at most says from when on; on that day and later nothing is said")
  func booking() throws {
    var price = Price.of("type", .capacityBlock)
    price.billing.bookedAhead = Seconds(56 * day)
    func notes(_ start: String, today: String) -> [PriceNote] {
      guard
        case .price(_, let notes) = PriceBook([price], today: today, start: Moment(start)).offer(
          for: .named("type"), .list)
      else { return [] }
      return notes.filter { if case .notYetBookable = $0 { true } else { false } }
    }
    #expect(
      notes("2027-03-01", today: "2026-11-28") == [
        .notYetBookable(
          instance: "type", .capacityBlock, start: "2027-03-01", opens: "2027-01-04", ahead: Seconds(56 * day))
      ])
    #expect(notes("2027-03-01", today: "2027-01-03").count == 1)
    #expect(notes("2027-03-01", today: "2027-01-04").isEmpty)
    #expect(notes("2026-12-01 08:00", today: "2026-11-28").isEmpty)
    price.billing.bookedAhead = nil
    #expect(notes("2027-03-01", today: "2026-11-28").isEmpty)
  }
}
