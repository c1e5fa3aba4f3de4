/// The model that a prediction must beat: every step takes its work at one utilization per chip.
///
/// The utilization u of a chip makes the mean of |w/(u·m) − 1| least over its rows, with w the work and m the measured
/// time. With a = w/m and x = 1/u this is Σ|a·x − 1| = Σ a·|x − 1/a|: a convex function whose corners are at x = 1/a, least
/// at the median of the 1/a weighted with a. So u is the median of the a weighted with themselves, exactly.
public struct NullModel: Sendable {
  public let utilization: [String: Double]
  /// Of chips that it knows nothing of: that of all rows.
  private let elsewhere: Double

  public init(_ rows: [Judged]) {
    utilization = Dictionary(grouping: rows, by: \.chip).mapValues {
      NullModel.selfWeightedMedian($0.map(\.usefulRate))
    }
    elsewhere = NullModel.selfWeightedMedian(rows.map(\.usefulRate))
  }

  /// The mean of |error|, of rows that it may not have seen; 0 of none.
  public func meanError(_ rows: [Judged]) -> Double {
    var sum = 0.0
    for row in rows { sum += abs(row.usefulRate / (utilization[row.chip] ?? elsewhere) - 1) }
    return rows.isEmpty ? 0 : sum / Double(rows.count)
  }

  /// The first value, ascending, up to which half of the weight lies, where each value weighs itself.
  static func selfWeightedMedian(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let half = sorted.reduce(0, +) / 2
    var passed = 0.0
    for value in sorted {
      passed += value
      if passed >= half { return value }
    }
    return sorted.last ?? 1
  }
}
