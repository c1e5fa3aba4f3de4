import Quantities
import Scenarios

/// How well predictions order plans of the same work on the same machines, over groups that differ in nothing else.
public struct Ranking: Sendable {
  /// Groups with at least `leastPlans` plans.
  public var groups: Int
  /// Kendall's τ-b, mean over groups: 1 the measured order, 0 no better than chance. A group in which all plans took equally
  /// long has no order to find and is left out; nil where all are so.
  public var correlation: Double?
  /// How much longer the plan takes that is predicted fastest than the one measured fastest, mean over groups. Of plans
  /// predicted equal, the slowest measured counts.
  public var meanRegret: Double
  public var largestRegret: Double

  /// With fewer plans there is little to choose from.
  public static let leastPlans = 5

  public init?(_ rows: [Judged]) {
    let groups = Ranking.groups(rows)
    guard !groups.isEmpty else { return nil }
    self.groups = groups.count
    let correlations = groups.compactMap(Ranking.correlation)
    correlation = correlations.isEmpty ? nil : correlations.mean
    let regrets = groups.map(Ranking.regret)
    meanRegret = regrets.mean
    largestRegret = regrets.max() ?? 0
  }

  struct Point {
    var predicted: Double
    var measured: Double
  }

  /// The groups with enough plans, in order of appearance. A plan that was measured several times is one point, the mean.
  private static func groups(_ rows: [Judged]) -> [[Point]] {
    var order: [String] = []
    var members: [String: [Judged]] = [:]
    for row in rows {
      guard let name = row.planGroup else { continue }
      if members[name] == nil { order.append(name) }
      members[name, default: []].append(row)
    }
    return order.compactMap { name in
      let points = points(members[name] ?? [])
      return points.count >= leastPlans ? points : nil
    }
  }

  private static func points(_ rows: [Judged]) -> [Point] {
    var order: [Plan] = []
    var sums: [Plan: (predicted: Double, measured: Double, count: Double)] = [:]
    for row in rows {
      if sums[row.plan] == nil { order.append(row.plan) }
      let sum = sums[row.plan] ?? (0, 0, 0)
      sums[row.plan] = (sum.predicted + row.predicted, sum.measured + row.measured, sum.count + 1)
    }
    return order.compactMap { plan in
      sums[plan].map { Point(predicted: $0.predicted / $0.count, measured: $0.measured / $0.count) }
    }
  }

  /// (concordant − discordant) ÷ √(pairs untied in prediction × pairs untied in measurement); predictions that are all
  /// equal order nothing and get 0. Source: Kendall 1945, "The treatment of ties in ranking problems", Biometrika 33.
  static func correlation(_ points: [Point]) -> Double? {
    var balance = 0.0, predicted = 0.0, measured = 0.0
    for (i, a) in points.enumerated() {
      for b in points[(i + 1)...] {
        let p = sign(a.predicted - b.predicted), m = sign(a.measured - b.measured)
        balance += p * m
        predicted += abs(p)
        measured += abs(m)
      }
    }
    guard measured > 0 else { return nil }
    return predicted > 0 ? balance / (predicted * measured).squareRoot() : 0
  }

  private static func sign(_ x: Double) -> Double { x > 0 ? 1 : x < 0 ? -1 : 0 }

  static func regret(_ points: [Point]) -> Double {
    guard let first = points.map(\.predicted).min(), let best = points.map(\.measured).min() else { return 0 }
    let chosen = points.filter { $0.predicted == first }.map(\.measured).max() ?? best
    return chosen / best - 1
  }
}
