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

  /// 5–95% around a predicted step time.
  static func interval(_ predicted: Double, variance: Double, residual: Double) -> (low: Double, high: Double) {
    let width = Residual.exponential(bound * (variance + residual * residual).squareRoot())
    return (predicted / width, predicted * width)
  }
}
