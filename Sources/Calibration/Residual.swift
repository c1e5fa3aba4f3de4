import Scenarios

/// How far a residual counts: as under Student's t, so that a published outlier does not bend the fit (Lange, Little and
/// Taylor, JASA 84 (1989) 881–896).
enum Residual {
  /// Spread of the bulk of residuals, of the logarithm of a step time.
  static let scale = 0.04
  /// Degrees of freedom.
  static let freedom = 4.0

  /// Minus the logarithm of the likelihood, up to a constant.
  static func loss(_ r: Double) -> Double {
    (freedom + 1) / 2 * Logarithm.natural(1 + r * r / (scale * scale * freedom))
  }

  /// Weight w of r in ½·w·r² with the same slope.
  static func weight(_ r: Double) -> Double { (freedom + 1) / (freedom * scale * scale + r * r) }
}
