import Scenarios

/// How far a residual counts: as under Student's t, so that a published outlier does not bend the fit (Lange, Little and
/// Taylor, JASA 84 (1989) 881–896). Its spread and degrees of freedom are of the priors.
struct Residual: Sendable {
  /// Spread of the bulk of residuals, of the logarithm of a step time.
  let scale: Double
  /// Degrees of freedom.
  let freedom: Double

  init(_ priors: Priors) { (scale, freedom) = (priors.unexplained.core, priors.unexplained.freedom) }

  /// Minus the logarithm of the likelihood, up to a constant.
  func loss(_ r: Double) -> Double {
    (freedom + 1) / 2 * Logarithm.natural(1 + r * r / (scale * scale * freedom))
  }

  /// Weight w of r in ½·w·r² with the same slope.
  func weight(_ r: Double) -> Double { (freedom + 1) / (freedom * scale * scale + r * r) }

  /// What the weight is divided by at so many spreads, squared, from the prediction, to be that of an ordinary run.
  func discount(_ surprise: Double) -> Double { min(1, (freedom + 1) / (freedom + surprise)) }
}
