import Scenarios
import Simulation

/// How far a prediction may be off: the spread of the logarithm of a step time, from the covariance of the parameters and
/// from what no parameter explains.
struct Uncertainty: Sendable {
  /// 5% and 95% points of the standard normal distribution.
  static let bound = 1.6448536269514722

  /// Elements with a covariance, by place in the matrix.
  private let places: [Posterior.Element: Int]
  private let covariance: [Double]
  private let size: Int
  /// Prior variances of the elements that the fit did not touch.
  private let space: ParameterSpace

  init(_ space: ParameterSpace, active: [Int], covariance: [Double]) {
    self.space = space
    self.covariance = covariance
    size = active.count
    places = Dictionary(uniqueKeysWithValues: active.enumerated().map { (space.elements[$1], $0) })
  }

  /// Variance from the parameters of a quantity with these slopes by each parameter on its fitted scale.
  func variance(_ slopes: [Double], _ subject: Subject) -> Double {
    var known: [(place: Int, slope: Double)] = [], sum = 0.0
    for parameter in EfficiencyParameter.allCases {
      let slope = slopes[parameter.rawValue]
      guard slope != 0 else { continue }
      for term in space.terms(parameter, subject) {
        if let place = places[space.elements[term]] {
          known.append((place, slope))
        } else {
          sum += slope * slope * space.spreads[term] * space.spreads[term]
        }
      }
    }
    for a in known {
      let row = a.place * size
      var inner = 0.0
      for b in known { inner += covariance[row + b.place] * b.slope }
      sum += a.slope * inner
    }
    return max(0, sum)
  }

  /// The residual spread that puts nine in ten of the rows within ±1.645 of the whole spread; nil for no rows.
  static func residual(_ residuals: [Double], variances: [Double]) -> Double? {
    let needed = zip(residuals, variances).map { r, v in max(0, (r / bound) * (r / bound) - v) }.sorted()
    guard !needed.isEmpty else { return nil }
    let at = min(needed.count - 1, Int((0.9 * Double(needed.count)).rounded(.up)) - 1)
    return needed[max(0, at)].squareRoot()
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

  /// 5–95% around a predicted step time.
  static func interval(_ predicted: Double, variance: Double, residual: Double) -> (low: Double, high: Double) {
    let width = Logarithm.exponential(bound * (variance + residual * residual).squareRoot())
    return (predicted / width, predicted * width)
  }
}
