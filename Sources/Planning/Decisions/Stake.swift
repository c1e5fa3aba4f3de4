import Quantities

/// What two runs are compared by where a decision hangs on it.
///
/// The one place that says which figure of a run that is: `breakeven`, `sensitivity` and what-ifs ask it and nothing else.
public enum Stake: String, CaseIterable, Sendable {
  case cost, time

  /// Dollars or seconds; nil where no price is known.
  public func figure(of run: Run) -> Double? {
    switch self {
    case .cost: run.cost?.value
    case .time: run.wallTime.value
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
