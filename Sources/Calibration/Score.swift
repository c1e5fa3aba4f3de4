import Quantities
import Scenarios

/// How well predictions agree with what was measured, over a set of rows. Errors are of the step time.
public struct Score: Sendable {
  public var rows: Int
  /// Mean of |error|: MAPE.
  public var meanError: Double
  public var medianError: Double
  /// Mean of the signed error; above 0 predictions are too slow.
  public var bias: Double
  public var worst: (id: String, error: Double)
  /// Nil where no group of rows differs in the plan alone.
  public var ranking: Ranking?
  /// MAPE of predictions by fits that did not see the rows' groups; nil where the calibration knows none of the rows.
  public var heldOutError: Double?
  /// Part of the rows with an interval whose measurement lies in it; nil where no row has one.
  public var coverage: Double?
  /// Pinball loss of the two ends, of the logarithm of the step time, in the mean: what intervals cost that are too wide or miss
  /// (Koenker and Bassett, Econometrica 46 (1978) 33–50). Less is better; nil where no row has an interval.
  public var pinball: Double?
  /// MAPE of the model that knows one utilization per chip and nothing else, fitted on these very rows.
  public var nullError: Double

  /// Nil for no rows, of which nothing can be said.
  public init?(_ judged: [Judged]) {
    guard var worst = judged.first else { return nil }
    let count = Double(judged.count)
    var sum = 0.0, signed = 0.0
    for row in judged {
      sum += abs(row.error)
      signed += row.error
      if abs(row.error) > abs(worst.error) { worst = row }
    }
    rows = judged.count
    meanError = sum / count
    medianError = judged.map { abs($0.error) }.median
    bias = signed / count
    self.worst = (worst.id, worst.error)
    ranking = Ranking(judged)
    coverage = Score.coverage(judged)
    pinball = Score.pinball(judged)
    let strange = judged.compactMap { row in row.heldOut.map { abs($0 / row.measured - 1) } }
    heldOutError = strange.isEmpty ? nil : strange.mean
    nullError = NullModel(judged).meanError(judged)
  }

  private static func pinball(_ judged: [Judged]) -> Double? {
    var sum = 0.0, ends = 0
    for row in judged {
      guard let low = row.low, let high = row.high, low > 0, high > 0 else { continue }
      for (end, share) in [(low, 0.05), (high, 0.95)] {
        let above = Logarithm.natural(row.measured / end)
        sum += above > 0 ? share * above : (share - 1) * above
        ends += 1
      }
    }
    return ends > 0 ? sum / Double(ends) : nil
  }

  private static func coverage(_ judged: [Judged]) -> Double? {
    var inside = 0, all = 0
    for row in judged {
      guard let low = row.low, let high = row.high else { continue }
      all += 1
      if low <= row.measured, row.measured <= high { inside += 1 }
    }
    return all > 0 ? Double(inside) / Double(all) : nil
  }
}
