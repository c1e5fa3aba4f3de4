import Scenarios

/// How far predictions are off for those that no fit has seen, from runs that were left out whole.
struct Strangeness {
  /// What was left out, ln(predicted ÷ measured) of its rows, and the variances that the parameters left there.
  private let all: [(what: LeftOut, residuals: [Double], variances: [Double])]
  private let beliefs: Priors.Unexplained

  init(_ found: [(what: LeftOut, told: CrossValidation.Foretold)], _ beliefs: Priors.Unexplained) {
    self.beliefs = beliefs
    all = found.map { what, told in
      let variances =
        told.explained.isEmpty ? told.residuals.map { _ in 0 } : told.explained.map(ResidualSpreads.variance)
      return (what, told.residuals, variances)
    }
  }

  /// Spread for a laboratory that nobody has heard of, of the logarithm of a step time.
  ///
  /// - Parameter without: what must not tell of itself.
  func laboratory(without own: LeftOut? = nil) -> Double {
    spread(.series, without: own) ?? beliefs.laboratory
  }

  /// The same for a chip of which no run was fitted; never less than that for a laboratory.
  func chip(without own: LeftOut? = nil) -> Double {
    max(spread(.chip, without: own) ?? beliefs.extrapolated, laboratory(without: own))
  }

  /// The spread that puts nine in ten within 5–95%, each of those left out counting alike: a laboratory with a thousand
  /// rows is still one laboratory.
  private func spread(_ kind: LeftOut.Kind, without own: LeftOut?) -> Double? {
    let others = all.filter { $0.what.kind == kind && $0.what != own && !$0.residuals.isEmpty }
    guard others.count > 1 || kind == .chip && !others.isEmpty else { return nil }
    var needed: [(square: Double, weight: Double)] = []
    for one in others {
      let weight = 1 / Double(one.residuals.count)
      for (r, v) in zip(one.residuals, one.variances) {
        let size = r / Interval.halfWidth
        needed.append((max(0, size * size - v), weight))
      }
    }
    needed.sort { $0.square < $1.square }
    let whole = needed.reduce(0) { $0 + $1.weight }
    var below = 0.0
    for one in needed {
      below += one.weight
      if below >= 0.9 * whole { return one.square.squareRoot() }
    }
    return needed.last?.square.squareRoot()
  }
}
