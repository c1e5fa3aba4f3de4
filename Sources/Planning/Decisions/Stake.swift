import Quantities

/// What two runs are compared by where a decision hangs on it.
///
/// The one place that says which figure of a run that is: `breakeven`, `sensitivity` and what-ifs ask it and nothing else.
public enum Stake: String, CaseIterable, Sendable {
  case cost, time

  /// Dollars or seconds that are to be expected; nil where nothing runs, or no price is known.
  public func figure(of result: OptionResult) -> Double? {
    switch self {
    case .cost: result.cost?.value
    case .time: result.wallTime?.value
    }
  }

  /// The same of each draw.
  func figures(of draws: RunDraws) -> [Double]? {
    switch self {
    case .cost: draws.dollars
    case .time: draws.seconds
    }
  }
}
