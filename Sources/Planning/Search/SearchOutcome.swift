import Quantities
import Scenarios
import Simulation

/// What a search found. Everything kept is bounded by what was asked for, however many plans there were.
public struct SearchOutcome: Sendable {
  public var request: SearchRequest
  public var counts: PlanCounts
  /// Best first, by the objective.
  public var top: [OptionResult]
  /// The Pareto front by its first axis; empty where no axes were asked for.
  public var front: [OptionResult]
  /// Plans of it that pay much more for hardly less time, and are left out.
  public var beyondKnee = 0
  /// Options of which no plan could be enumerated, and why.
  public var refused: [OptionResult]
  /// Where nothing was found: what came nearest, on its option.
  public var nearest: OptionResult?
  /// Step of the slowest plan that fits over that of the fastest, on the best plan's option; sizes that vary have none.
  public var slowdown: Double?
  /// Parts of the space that were walked; fewer than all when interrupted.
  public var done: Int
  public var parts: Int
  public var wasInterrupted: Bool { done < parts }
}

/// How far a search has come.
public struct SearchProgress: Sendable {
  public var done: Int
  public var parts: Int
  public var evaluated: Int
}
