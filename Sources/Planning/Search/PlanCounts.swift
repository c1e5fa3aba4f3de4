/// Why a plan is not among the answers. A plan is counted under the first reason that applies, in this order.
public enum PlanObstacle: Int, CaseIterable, Sendable {
  case stagesDoNotSpread
  case sequenceDoesNotSplit
  case batchDoesNotSplit
  case interleaveNeedsMicroBatches
  case dualPipeNeedsPairs
  case zeroNeedsRanks
  case zeroNeedsWholeModel
  case expertsDoNotSpread
  case doesNotFit
  case overMemoryLimit
  case neverEnds
  case noPrice
  case missesDeadline
  case overBudget
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
