import Scenarios

/// What it would be worth to know something before choosing between two options.
///
/// Whoever chooses by expected cost chooses the worse one in some draws; what that costs in the mean is the expected regret, and no
/// knowledge can save more. Knowing one quantity saves what choosing by it saves, found by a regression of the difference of
/// the costs on the quantity's draws: Strong, Oakley and Brennan, "Estimating multiparameter partial expected value of perfect
/// information from a probabilistic sensitivity analysis sample: a nonparametric regression approach", Medical Decision Making 34
/// (2014) 311–326.
public struct InformationValue: Sendable {
  /// First − second, [samples].
  private let difference: [Double]
  private let mean: Double
  /// Of choosing the option with the lower expected figure now.
  public let regret: Double
  /// Whether that is the first.
  public var choosesFirst: Bool { mean <= 0 }
  /// In how many of the draws it is the worse one.
  public let probabilityWrong: Double

  public init(_ first: [Double], _ second: [Double]) {
    difference = zip(first, second).map { $0 - $1 }
    let count = Double(max(1, difference.count))
    let mean = difference.reduce(0, +) / count
    self.mean = mean
    let losses = difference.map { max(0, mean <= 0 ? $0 : -$0) }
    regret = losses.reduce(0, +) / count
    probabilityWrong = Double(losses.count { $0 > 0 }) / count
  }

  /// By how much the expected regret falls once a quantity is known, given its draws; never below 0 nor above the regret.
  ///
  /// The regression has a straight and a bent term. Of what it explains, chance alone would give two parts in as many as
  /// there are draws; R² is adjusted for that (Ezekiel 1930), so that a quantity which tells nothing is worth nothing.
  public func saving(knowing draws: [Double]) -> Double {
    let n = Double(difference.count)
    guard difference.count == draws.count, n > 3, let x = Self.standardized(draws) else { return 0 }
    guard let square = Self.standardized(x.map { $0 * $0 }) else { return 0 }
    // The bent term without its straight part, so that the two coefficients are found apart.
    let shared = Self.product(x, square)
    let bent = Self.standardized(zip(square, x).map { $0 - shared * $1 })
    let slope = Self.product(x, difference), curve = bent.map { Self.product($0, difference) } ?? 0
    let variance = Self.product(difference.map { $0 - mean }, difference.map { $0 - mean })
    let explained = slope * slope + curve * curve
    guard variance > 0, explained > 0 else { return 0 }
    let share = min(1, explained / variance)
    let adjusted = max(0, 1 - (1 - share) * (n - 1) / (n - 3))
    let shrink = (adjusted / share).squareRoot()
    let known = x.indices.map { mean + shrink * (slope * x[$0] + curve * (bent?[$0] ?? 0)) }
    // Known, one chooses by the sign of what is then expected; unknown, by that of the mean.
    let saved = known.reduce(0) { $0 + max(0, mean <= 0 ? $1 : -$1) } / n
    return min(max(0, saved), regret)
  }

  /// Mean of the products.
  private static func product(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / Double(max(1, a.count))
  }

  /// With mean 0 and variance 1; nil where nothing varies.
  private static func standardized(_ values: [Double]) -> [Double]? {
    let n = Double(values.count), mean = values.reduce(0, +) / n
    let spread = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n).squareRoot()
    guard spread.isFinite, spread > 1e-12 * max(abs(mean), 1e-300) else { return nil }
    return values.map { ($0 - mean) / spread }
  }
}
