import Scenarios

/// How far runs are from what the parameters explain, from residuals of runs held out: ln(predicted ÷ measured).
enum ResidualSpreads {
  /// By stack and chip and whether one machine ran or several. Where runs are few the spread is drawn towards that of the
  /// level above, which counts as a few runs: of the stack on any chip, of any stack.
  ///
  /// - Parameters:
  ///   - beliefs: how many, and what is taken where there are none.
  ///   - variances: of the same logarithms, from what the parameters leave open, [rows].
  ///   - among: places of the rows that count.
  static func all(
    _ rows: [FitRow], _ residuals: [Double], _ variances: [Double], among: [Int], _ beliefs: Priors.Unexplained
  ) -> [String: Double] {
    var spreads: [String: Double] = [:]
    func spread(_ own: [Int], towards: Double?) -> Double {
      let found = needed(own.map { residuals[$0] }, variances: own.map { variances[$0] })
      guard let towards else { return max(beliefs.least, found ?? beliefs.unseen) }
      let n = Double(own.count)
      return max(beliefs.least, (n * (found ?? towards) + beliefs.runs * towards) / (n + beliefs.runs))
    }
    for machines in [1, 2] {
      let all = among.filter { (rows[$0].machines > 1) == (machines > 1) }
      let any = spread(all, towards: nil)
      spreads[Posterior.residualKey("*", "*", machines: machines)] = any
      for (stack, own) in Dictionary(grouping: all, by: { rows[$0].subject.stack }) {
        let middle = spread(own, towards: any)
        spreads[Posterior.residualKey(stack, "*", machines: machines)] = middle
        for (chip, few) in Dictionary(grouping: own, by: { rows[$0].subject.chip }) {
          spreads[Posterior.residualKey(stack, chip, machines: machines)] = spread(few, towards: middle)
        }
      }
    }
    return spreads
  }

  /// The spread that puts nine in ten of the rows within 5–95% of the whole spread; nil for no rows.
  static func needed(_ residuals: [Double], variances: [Double]) -> Double? {
    let squares = zip(residuals, variances).map { r, v in
      let size = r / Interval.halfWidth
      return max(0, size * size - v)
    }.sorted()
    guard !squares.isEmpty else { return nil }
    let at = min(squares.count - 1, Int((0.9 * Double(squares.count)).rounded(.up)) - 1)
    return squares[max(0, at)].squareRoot()
  }

  /// The variance of the logarithm that puts 5% and 95% where draws have them.
  static func variance(_ draws: [Double]) -> Double {
    let interval = Interval(draws)
    let spread = Logarithm.natural(interval.high / interval.low) / (2 * Interval.halfWidth)
    return spread * spread
  }

  /// Intraclass correlation: the part of the variance of residuals that members of a group have in common (one-way
  /// analysis of variance, Fisher 1925). Outliers count up to three typical sizes.
  static func shared(_ residuals: [Double], groups: [String]) -> Double {
    let sizes = residuals.map(abs).sorted()
    guard let typical = sizes.isEmpty ? nil : sizes[sizes.count / 2], typical > 0 else { return 0 }
    var members: [String: [Double]] = [:]
    for (r, group) in zip(residuals, groups) {
      members[group, default: []].append(min(max(r, -3 * typical), 3 * typical))
    }
    let several = members.values.filter { $0.count > 1 }
    let n = Double(several.reduce(0) { $0 + $1.count }), k = Double(several.count)
    guard k > 1, n > k else { return 0 }
    let mean = several.reduce(0.0) { $0 + $1.reduce(0, +) } / n
    var between = 0.0, within = 0.0, squares = 0.0
    for group in several {
      let own = group.reduce(0, +) / Double(group.count)
      between += Double(group.count) * (own - mean) * (own - mean)
      within += group.reduce(0) { $0 + ($1 - own) * ($1 - own) }
      squares += Double(group.count * group.count)
    }
    let size = (n - squares / n) / (k - 1)
    let a = between / (k - 1), b = within / (n - k)
    return min(1, max(0, (a - b) / (a + (size - 1) * b)))
  }
}
