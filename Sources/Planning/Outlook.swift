import Calibration
import Costing
import Operating
import Quantities
import Scenarios
import Simulation

/// How far the figures of a run may be off, and what stands behind them.
public struct Outlook: Sendable {
  public var tokensPerSecond: Interval
  public var wallTime: Interval
  /// Nil where no price is known.
  public var cost: Interval?
  /// Means over the draws, billing steps included: what is paid in the long run by whoever asks often.
  public var expectedWallTime: Seconds
  public var expectedCost: Dollars?
  /// Expected cost of this very run by every way of buying of which a price is known.
  public var costs: [PricingModel: Dollars] = [:]
  /// Among the options compared; nil where there is one only, or no price.
  public var probabilityCheapest: Double?
  public var probabilityFastest: Double?
  /// That the run takes longer than a deadline allows; nil where there is none.
  public var probabilityLate: Double?
  /// That it costs more than a budget; nil where there is none.
  public var probabilityOver: Double?
  public var evidence: Evidence
  public var nearest: Nearest?

  public init(
    tokensPerSecond: Interval, wallTime: Interval, cost: Interval?, expectedWallTime: Seconds, expectedCost: Dollars?,
    probabilityLate: Double? = nil, probabilityOver: Double? = nil, evidence: Evidence, nearest: Nearest?
  ) {
    (self.tokensPerSecond, self.wallTime, self.cost) = (tokensPerSecond, wallTime, cost)
    (self.expectedWallTime, self.expectedCost) = (expectedWallTime, expectedCost)
    (self.probabilityLate, self.probabilityOver) = (probabilityLate, probabilityOver)
    (self.evidence, self.nearest) = (evidence, nearest)
  }
}
