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
  /// Among the options compared; nil where there is one only, or no price.
  public var probabilityCheapest: Double?
  public var probabilityFastest: Double?
  /// That the run takes longer than a deadline allows; nil where there is none.
  public var probabilityLate: Double?
  public var evidence: Evidence
  public var nearest: Nearest?
}
