/// Why a plan is not among the answers. A plan is counted under the first reason that applies, in this order.
public enum PlanObstacle: Int, CaseIterable, Sendable {
  case stagesDoNotSpread
  case sequenceDoesNotSplit
  case batchDoesNotSplit
  case interleaveNeedsMicroBatches
  case zeroNeedsRanks
  case zeroNeedsWholeModel
  case doesNotFit
  case overMemoryLimit
  case neverEnds
  case noPrice
  case missesDeadline
  case overBudget

  /// As it follows a number of plans.
  public var words: String {
    switch self {
    case .stagesDoNotSpread: "whose layers do not spread over the stages"
    case .sequenceDoesNotSplit: "whose sequence does not split over tensor ranks"
    case .batchDoesNotSplit: "whose micro-batch × data degree does not divide the batch"
    case .interleaveNeedsMicroBatches: "whose micro-batches are too few to interleave"
    case .zeroNeedsRanks: "with nothing to shard over"
    case .zeroNeedsWholeModel: "that shard gradients under a pipeline"
    case .doesNotFit: "that do not fit in memory"
    case .overMemoryLimit: "over --max-memory"
    case .neverEnds: "that never end, so much fails"
    case .noPrice: "without a price"
    case .missesDeadline: "that miss the deadline"
    case .overBudget: "over the budget"
    }
  }
}

/// How many plans there were, and what became of them. `enumerated` is the sum of all the others.
public struct PlanCounts: Hashable, Sendable {
  /// Combinations of degrees of which each is legal by itself and whose product is a size that was asked for.
  public internal(set) var enumerated = 0
  private var byObstacle = [Int](repeating: 0, count: PlanObstacle.allCases.count)

  public init() {}

  public subscript(obstacle: PlanObstacle) -> Int { byObstacle[obstacle.rawValue] }
  mutating func add(_ count: Int, _ obstacle: PlanObstacle) { byObstacle[obstacle.rawValue] += count }

  /// Legal plans, of which time and memory were computed.
  public var evaluated: Int {
    enumerated - byObstacle[..<PlanObstacle.doesNotFit.rawValue].reduce(0, +)
  }

  /// Those that fit and are within every limit.
  public var feasible: Int { enumerated - byObstacle.reduce(0, +) }

  static func += (a: inout PlanCounts, b: PlanCounts) {
    a.enumerated += b.enumerated
    for i in a.byObstacle.indices { a.byObstacle[i] += b.byObstacle[i] }
  }
}
