import Quantities
import Scenarios

/// A day of UTC, with a time of it where somebody says so: `2027-01-15`, `2027-01-15 08:00`.
public struct Moment: Hashable, Sendable {
  /// Days since 1970-01-01.
  public var day: Int
  /// Since midnight; nil: nobody said.
  public var time: Seconds?

  public init(day: Int, time: Seconds? = nil) {
    (self.day, self.time) = (day, time)
  }

  /// Nil where the text is none.
  public init?(_ text: String) {
    let parts = text.split(whereSeparator: { $0 == " " || $0 == "T" })
    guard (1...2).contains(parts.count), parts[0].split(separator: "-").count == 3,
      let day = PriceAge.ordinal(String(parts[0]))
    else { return nil }
    self.init(day: day)
    // The 31st of a month of thirty days is another day.
    guard date == parts[0] else { return nil }
    if parts.count == 2 {
      guard let time = TimeOfDay.read(String(parts[1])) else { return nil }
      self.time = time
    }
  }

  /// `2027-01-15`.
  public var date: String {
    let (year, month, ofMonth) = Gregorian.day(day)
    func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
    return "\(year)-\(two(month))-\(two(ofMonth))"
  }

  /// `2027-01-15 08:00`.
  public var text: String { date + (time.map { " " + TimeOfDay.text($0) } ?? "") }
}

extension Billing {
  /// How a purchase is billed that starts at a moment: where purchases end at one time of the day, from the start to such an end.
  /// One of no time of day starts when others end, and so in whole days.
  func starting(_ start: Moment?) -> Billing {
    guard let endsAt, let time = start?.time else { return self }
    var billing = self
    let left = (endsAt - time).value
    billing.lead = Seconds(left < 0 ? left + 86_400 : left)
    return billing
  }
}

extension Price {
  /// The same for a run that starts then, and whether it can be booked yet.
  func starting(_ start: Moment?, today: String?) -> (price: Price, notes: [PriceNote]) {
    guard let start else { return (self, []) }
    var price = self
    price.billing = billing.starting(start)
    guard let ahead = billing.bookedAhead, let today = today.flatMap({ Moment($0) }) else { return (price, []) }
    let opens = Moment(day: start.day - Int(ahead.value / 86_400))
    guard opens.day > today.day else { return (price, []) }
    return (price, [.notYetBookable(instance: instance, model, start: start.text, opens: opens.date, ahead: ahead)])
  }
}
