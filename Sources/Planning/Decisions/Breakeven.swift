import Calibration
import Scenarios

/// At which value of one input the better of two options changes, by cost and by time.
public struct Breakeven: Sendable {
  /// What is varied, as files and people see it.
  public struct Input: Sendable {
    /// As `--over` names it.
    public var key: String
    /// Of the values here and in files: `USD/h`.
    public var unit: String
    /// Nil where nobody knows: a price that is not published.
    public var now: Double?
    public var shown: @Sendable (Double) -> String
    /// The option that sets it to a value, for asking again.
    public var option: @Sendable (Double) -> String

    public init(
      key: String, unit: String, now: Double?, shown: @escaping @Sendable (Double) -> String,
      option: @escaping @Sendable (Double) -> String
    ) {
      self.key = key
      self.unit = unit
      self.now = now
      self.shown = shown
      self.option = option
    }
  }

  /// Two results, of which the first is held against the second.
  public typealias Pair = (first: OptionResult, second: OptionResult)

  public var input: Input
  public var stake: Stake
  /// As asked, with nothing varied.
  public var now: Standing
  /// At the ends of what was looked at.
  public var low: Standing
  public var high: Standing
  public var flips: [Flip]

  /// By both stakes, from one set of looks.
  ///
  /// - Parameters:
  ///   - now: the pair with nothing varied.
  ///   - isProportional: whether the cost of the first (up) or of the second (down) is in proportion to the value, so that an
  ///     interval has no ends where the looks end.
  ///   - judge: draws of a result.
  ///   - look: the pair at a value. Called from several threads.
  public static func all(
    _ input: Input, _ finder: FlipFinder, now: Pair, isProportional: Bool,
    judge: (OptionResult) -> RunDraws?, look: @escaping @Sendable (Double) -> Pair
  ) -> [Breakeven] {
    let pairs = MadeOnce<Double, Pair>()
    @Sendable func pair(_ value: Double) -> Pair { pairs.value(value) { look(value) } }
    inParallel(finder.values) { _ = pair($0) }
    return Stake.allCases.map { stake in
      @Sendable func ratio(_ value: Double) -> Double? { logRatio(pair(value), stake) }
      var seen = finder.values.map { Standing(value: $0, logRatio: ratio($0)) }
      let (low, high) = (seen[0], seen[seen.count - 1])
      var flips = finder.flips(&seen, ratio)
      // Between several flips there is no telling which of them a draw would move.
      for i in flips.indices where flips.count == 1 {
        let place = flips[i].value ?? flips[i].below.value
        guard let spread = deviations(pair(place), stake, judge) else { continue }
        let isExact = isProportional && stake == .cost
        func end(_ level: Double) -> Double? {
          isExact
            ? flips[i].place * Logarithm.exponential(flips[i].firstBelow ? level : -level)
            : finder.place(of: level, around: flips[i], seen)
        }
        // A draw in which the first costs more by so much flips where the ratio is that much lower.
        let ends = [end(-spread.high), end(-spread.low)]
        flips[i].interval = flips[i].firstBelow ? (ends[0], ends[1]) : (ends[1], ends[0])
      }
      return Breakeven(
        input: input, stake: stake, now: Standing(value: input.now ?? .nan, logRatio: logRatio(now, stake)),
        low: low, high: high, flips: flips)
    }
  }

  /// ln(first ÷ second); see `Standing`.
  public static func logRatio(_ pair: Pair, _ stake: Stake) -> Double? {
    switch (pair.first.run, pair.second.run) {
    case (nil, nil): return nil
    case (.some, nil): return -.infinity
    case (nil, .some): return .infinity
    case (.some, .some):
      guard let a = stake.figure(of: pair.first), let b = stake.figure(of: pair.second), a > 0, b > 0, a.isFinite,
        b.isFinite
      else {
        return nil
      }
      return Logarithm.natural(a / b)
    }
  }

  /// 5% and 95% of how far the draws' ratio is from the expected one, as logarithms. Draws are joint, so what both share
  /// cancels.
  private static func deviations(_ pair: Pair, _ stake: Stake, _ judge: (OptionResult) -> RunDraws?) -> Interval? {
    guard let ratio = logRatio(pair, stake), ratio.isFinite,
      let a = judge(pair.first).flatMap(stake.figures), let b = judge(pair.second).flatMap(stake.figures)
    else { return nil }
    return Interval(zip(a, b).map { Logarithm.natural($0 / $1) - ratio })
  }
}
