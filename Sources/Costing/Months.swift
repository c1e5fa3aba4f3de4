import Quantities
import Scenarios

/// Months of UTC from the start of a run on; where nobody said when it starts, twelfths of a year from then on.
public struct Months: Sendable {
  /// Nil: nobody said.
  public let start: Moment?
  /// What is paid later counts to the last of them: a century is no plan.
  public static let most = 1200
  public static let twelfth = Seconds(31_536_000.0 / 12)

  public init(from start: Moment?) { self.start = start }

  /// Seconds from the start to the end of each month, up to the one in which the last of so much time is; the end of the last
  /// one there can be is infinite.
  public func ends(covering time: Seconds) -> [Double] {
    var ends: [Double] = [], first = start.map { Moment(day: $0.day).firstOfNextMonth }
    repeat {
      if ends.count == Months.most - 1 {
        ends.append(.infinity)
      } else if let day = first, let start {
        ends.append(Double(day - start.day) * 86_400 - (start.time ?? .zero).value)
        first = Moment(day: day).firstOfNextMonth
      } else {
        ends.append(Double(ends.count + 1) * Months.twelfth.value)
      }
    } while ends[ends.count - 1] < time.value
    return ends
  }

  /// `2027-01`; `1`, `2`, … where nobody said when the run starts.
  public func name(_ index: Int) -> String {
    guard let start else { return "\(index + 1)" }
    let first = Gregorian.day(start.day), months = first.year * 12 + first.month - 1 + index
    let month = months % 12 + 1
    return "\(months / 12)-\(month < 10 ? "0" : "")\(month)"
  }
}

extension Moment {
  /// Days since 1970-01-01.
  fileprivate var firstOfNextMonth: Int {
    let (year, month, _) = Gregorian.day(day)
    return Gregorian.ordinal(year: year, month: month + 1, day: 1)
  }
}

extension Billing {
  /// Which part of a run's bill is paid until so long after its start. What is paid up front is counted when the purchase starts,
  /// the latest that it can be paid; a run that is longer than the longest purchase buys the next one then.
  ///
  /// - Parameter time: the wall time of the run.
  public func paid(by moment: Double, of time: Seconds) -> Double {
    let billed = billed(time).value
    guard moment < billed else { return 1 }
    guard isPaidUpFront else { return moment / billed }
    guard let longest = longest?.value else { return 1 }
    return min(billed, longest * (moment / longest).rounded(.up)) / billed
  }
}
