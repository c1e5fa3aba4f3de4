import Scenarios

/// Points of a sampled distribution that it is told by.
public struct Interval: Sendable {
  /// 5% of draws are below.
  public var low: Double
  public var median: Double
  /// 95% of draws are below.
  public var high: Double

  public init(low: Double, median: Double, high: Double) {
    self.low = low
    self.median = median
    self.high = high
  }

  /// - Parameter draws: at least one, in any order.
  public init(_ draws: [Double]) {
    let sorted = draws.sorted()
    func point(_ share: Double) -> Double { sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))] }
    self.init(low: point(0.05), median: point(0.5), high: point(0.95))
  }

  /// The variance of the logarithm that puts 5% and 95% where they are.
  public var variance: Double {
    let spread = Logarithm.natural(high / low) / (2 * Interval.halfWidth)
    return spread * spread
  }

  /// Of a normal distribution: half the distance of the two ends in standard deviations.
  public static let halfWidth = 1.6448536269514722
}
