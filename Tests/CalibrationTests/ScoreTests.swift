import Scenarios
import TestSupport
import Testing

@testable import Calibration

/// A judged row from the few numbers that a test is about.
func row(
  _ id: String = "r", measured: Double = 1, predicted: Double = 1, chip: String = "c", group: String? = nil,
  tensor: Int = 1, low: Double? = nil, high: Double? = nil, work: Double = 0.5
) -> Judged {
  Judged(
    id: id, series: "s", chip: chip, stack: "k", planGroup: group, plan: Plan(tensor: tensor), measured: measured,
    predicted: predicted, low: low, high: high, work: work)
}

@Suite struct ScoreTests {
  @Test("Errors are of the step time: mean, median, bias and the worst row by hand") func errors() throws {
    let score = try #require(
      Score([
        row("a", measured: 2, predicted: 2.2), row("b", measured: 4, predicted: 3), row("c", measured: 1, predicted: 1),
        row("d", measured: 10, predicted: 12),
      ]))
    #expect(score.rows == 4)
    #expect(abs(score.meanError - (0.1 + 0.25 + 0 + 0.2) / 4) < 1e-12)
    #expect(abs(score.medianError - 0.15) < 1e-12)
    #expect(abs(score.bias - (0.1 - 0.25 + 0 + 0.2) / 4) < 1e-12)
    #expect(score.worst.id == "b" && abs(score.worst.error + 0.25) < 1e-12)
    #expect(score.ranking == nil && score.coverage == nil)
  }

  @Test("The median of an odd number of rows is the middle one, and of no rows nothing is said") func median() {
    let rows = [0.1, 0.5, 0.3].map { row(measured: 1, predicted: 1 + $0) }
    #expect(abs((Score(rows)?.medianError ?? 0) - 0.3) < 1e-12)
    #expect(Score([]) == nil)
  }

  @Test("Pinball loss is a twentieth of the way from an end inside, nineteen outside, as a mean over ends")
  func pinball() {
    let e = 2.718281828459045
    // 1 is one logarithm above the low end and one below the high: a twentieth each.
    #expect(abs((Score([row(measured: 1, low: 1 / e, high: e)])?.pinball ?? 0) - 0.05) < 1e-12)
    // One below the low end: 0.95 of one, and 0.05 of three.
    #expect(abs((Score([row(measured: 1, low: e, high: e * e * e)])?.pinball ?? 0) - (0.95 + 0.05 * 3) / 2) < 1e-12)
    #expect(Score([row()])?.pinball == nil)
  }

  @Test("Coverage counts rows with an interval, its ends included, and none outside as inside") func coverage() {
    let rows = [
      row(measured: 1, low: 1, high: 2), row(measured: 2, low: 1, high: 2), row(measured: 3, low: 1, high: 2),
      row(measured: 1, low: 1.1, high: 2), row(measured: 9),
    ]
    #expect(Score(rows)?.coverage == 0.5)
  }

  @Test("A row's measured utilization is its ideal time over the measured one") func usefulRate() {
    #expect(row(measured: 2, work: 0.5).usefulRate == 0.25)
  }
}

@Suite struct NullModelTests {
  @Test("One utilization per chip, by hand") func byHand() {
    // Utilizations 0.2, 0.3, 0.6: half of the weight 1.1 is reached at 0.6.
    let rows = [0.2, 0.3, 0.6].map { row(measured: 1, work: $0) } + [row(measured: 4, chip: "d", work: 1)]
    let model = NullModel(rows)
    #expect(model.utilization == ["c": 0.6, "d": 0.25])
    #expect(abs(model.meanError(rows) - ((1 - 0.2 / 0.6) + (1 - 0.3 / 0.6) + 0 + 0) / 4) < 1e-12)
    #expect(NullModel([]).meanError([]) == 0)
    // Of a chip that it does not know, the one of all: half of the weight 1.35 is reached at 0.3.
    #expect(abs(model.meanError([row(measured: 1, chip: "e", work: 0.45)]) - 0.5) < 1e-12)
  }

  @Test("No other utilization has a smaller mean error", arguments: 0..<40)
  func least(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let rates = (0..<Int.random(in: 1...30, using: &random)).map { _ in random.between(0.02, 0.7) }
    let rows = rates.map { row(measured: 1, work: $0) }
    let best = NullModel(rows).meanError(rows)
    func error(_ u: Double) -> Double { rates.reduce(0) { $0 + abs($1 / u - 1) } / Double(rates.count) }
    // The function has its corners at the rates, so its least value is at one of them.
    #expect(abs(best - (rates.map(error).min() ?? 0)) < 1e-12)
    for _ in 0..<200 { #expect(error(random.between(0.01, 0.9)) >= best - 1e-12) }
  }
}

@Suite struct RankingTests {
  /// Rows of one group, a plan each.
  static func group(_ pairs: [(Double, Double)], _ name: String = "g") -> [Judged] {
    pairs.enumerated().map { row(measured: $1.1, predicted: $1.0, group: name, tensor: $0 + 1) }
  }

  @Test("The measured order has τ 1 and no regret, its reverse τ −1 and all of it") func extremes() throws {
    let right = try #require(Ranking(Self.group([(1, 10), (2, 11), (3, 12), (4, 13), (5, 15)])))
    #expect(right.groups == 1 && right.correlation == 1 && right.meanRegret == 0)
    let wrong = try #require(Ranking(Self.group([(5, 10), (4, 11), (3, 12), (2, 13), (1, 15)])))
    #expect(wrong.correlation == -1)
    #expect(abs(wrong.meanRegret - 0.5) < 1e-12)
  }

  @Test("τ-b by hand, with ties on both sides") func ties() throws {
    // Of 10 pairs 6 agree and 2 disagree; the two others are tied, one in prediction and one in measurement.
    let points = [(1.0, 1.0), (2, 2), (2, 3), (3, 3), (4, 2.5)]
    let ranking = try #require(Ranking(Self.group(points)))
    #expect(abs((ranking.correlation ?? 0) - 4.0 / 9) < 1e-12)
  }

  @Test("Plans predicted equal count as the slowest of them") func tiesAreRegretted() throws {
    let ranking = try #require(Ranking(Self.group([(1, 10), (1, 14), (2, 8), (3, 20), (4, 30)])))
    #expect(abs(ranking.meanRegret - 0.75) < 1e-12)
    let blind = try #require(Ranking(Self.group((1...5).map { (1, Double($0)) })))
    #expect(blind.correlation == 0 && blind.meanRegret == 4)
  }

  @Test("Groups of fewer than five plans say nothing, and neither do five measurements of one plan") func small() {
    #expect(Ranking(Self.group([(1, 1), (2, 2), (3, 3), (4, 4)])) == nil)
    #expect(Ranking((0..<6).map { _ in row(group: "g") }) == nil)
    #expect(Ranking((0..<6).map { row(tensor: $0 + 1) }) == nil)
  }

  @Test("A plan measured twice counts by its mean") func repeated() throws {
    var rows = Self.group([(1, 10), (2, 9), (3, 12), (4, 13), (5, 15)])
    rows.append(row(measured: 6, predicted: 1, group: "g", tensor: 1))
    #expect(Ranking(rows)?.meanRegret == 0)
  }

  @Test("Means go over groups, and the largest regret is told beside them") func groups() throws {
    let rows =
      Self.group([(1, 10), (2, 11), (3, 12), (4, 13), (5, 15)])
      + Self.group([(5, 10), (4, 11), (3, 12), (2, 13), (1, 15)], "h") + Self.group([(1, 2), (2, 1)], "small")
      + Self.group((1...5).map { (Double($0), 7) }, "level")
    let ranking = try #require(Ranking(rows))
    #expect(ranking.groups == 3)
    #expect(ranking.correlation == 0, "the group without an order is left out")
    #expect(abs(ranking.meanRegret - 0.5 / 3) < 1e-12 && abs(ranking.largestRegret - 0.5) < 1e-12)
  }
}
