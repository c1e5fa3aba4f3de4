import Quantities
import Testing

/// The calendar that dates of files, prices and starts of runs share.
@Suite struct GregorianTests {
  @Test("Days that are known: the first one, leap days, the turn of centuries") func known() {
    let known = [
      (1970, 1, 1, 0), (1969, 12, 31, -1), (2000, 2, 29, 11_016), (2000, 3, 1, 11_017), (2026, 11, 29, 20_786),
    ]
    for (year, month, day, ordinal) in known {
      #expect(Gregorian.ordinal(year: year, month: month, day: day) == ordinal)
      #expect(Gregorian.day(ordinal) == (year, month, day))
    }
  }

  @Test("Day after day, no date is left out, none is there twice, and every month ends where the next begins")
  func walk() {
    var last = Gregorian.day(Gregorian.ordinal(year: 1999, month: 1, day: 1) - 1)
    for ordinal in Gregorian.ordinal(year: 1999, month: 1, day: 1)...Gregorian.ordinal(year: 2104, month: 3, day: 1) {
      let now = Gregorian.day(ordinal)
      #expect(Gregorian.ordinal(year: now.year, month: now.month, day: now.day) == ordinal)
      let isLast = last.day == Gregorian.days(inMonth: last.month, of: last.year)
      let due =
        !isLast
        ? (last.year, last.month, last.day + 1)
        : last.month == 12 ? (last.year + 1, 1, 1) : (last.year, last.month + 1, 1)
      #expect(now == due)
      last = now
    }
  }

  @Test("Months have their length; February a day more every four years, but for centuries that 400 does not divide")
  func lengths() {
    #expect((1...12).map { Gregorian.days(inMonth: $0, of: 2027) } == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    #expect([1900, 2000, 2024, 2100, 2400].map { Gregorian.days(inMonth: 2, of: $0) } == [28, 29, 29, 28, 29])
  }

  @Test("Beyond the last day or month counting goes on") func beyond() {
    #expect(Gregorian.ordinal(year: 2027, month: 2, day: 29) == Gregorian.ordinal(year: 2027, month: 3, day: 1))
    #expect(Gregorian.ordinal(year: 2026, month: 13, day: 1) == Gregorian.ordinal(year: 2027, month: 1, day: 1))
  }
}
