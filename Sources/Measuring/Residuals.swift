import CKernels

/// What the operator model leaves of measured times, carried to shapes between those measured: a Gaussian process over
/// the logarithms of dimensions. Near a measured shape its error is corrected and small; far from all of them nothing is
/// corrected and the error is as wide as the model's own. Source: Rasmussen, Williams 2006, "Gaussian processes for
/// machine learning", algorithm 2.1.
struct Residuals {
  private let places: [[Double]]
  /// (K + noise)⁻¹·residual, and the factor of K + noise.
  private let weights: [Double]
  private let lower: [Double]
  private let amplitude: Double
  private let length: Double
  /// Root mean square of what each point is missed by when all others predict it.
  let leftOutSpread: Double

  /// - Parameters:
  ///   - values: log measured − log modelled.
  ///   - noise: variance of each by repetition.
  init(places: [[Double]], values: [Double], noise: [Double]) {
    let count = values.count
    let variance = values.reduce(0) { $0 + $1 * $1 } / Double(max(1, count))
    let amplitude = max(variance, 1e-4)
    var best: (lower: [Double], weights: [Double], length: Double, spread: Double)?
    for length in [0.75, 1.5, 3] {
      var matrix = [Double](repeating: 0, count: count * count)
      for i in 0..<count {
        for j in 0..<count {
          matrix[i * count + j] = amplitude * Residuals.likeness(places[i], places[j], length)
        }
        matrix[i * count + i] += noise[i] + 1e-4
      }
      var lower = [Double](repeating: 0, count: count * count)
      guard tf_cholesky(&lower, matrix, count) == count else { continue }
      let weights = Residuals.solved(lower, values)
      // Each point predicted by all others: weight over the diagonal of the inverse (ibid., equation 5.12).
      var square = 0.0
      for i in 0..<count {
        var unit = [Double](repeating: 0, count: count)
        unit[i] = 1
        let column = Residuals.forward(lower, unit)
        let inverse = column.reduce(0) { $0 + $1 * $1 }
        square += (weights[i] / inverse) * (weights[i] / inverse)
      }
      let spread = (square / Double(max(1, count))).squareRoot()
      if best.map({ spread < $0.spread }) ?? true { best = (lower, weights, length, spread) }
    }
    self.places = places
    self.amplitude = amplitude
    lower = best?.lower ?? []
    weights = best?.weights ?? []
    length = best?.length ?? 1
    leftOutSpread = best?.spread ?? variance.squareRoot()
  }

  private static func likeness(_ a: [Double], _ b: [Double], _ length: Double) -> Double {
    let distance = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return exponential(-distance / (2 * length * length))
  }

  /// Corrections of log times at new places, and their covariance [places][places].
  func predict(_ new: [[Double]]) -> (mean: [Double], covariance: [Double]) {
    let count = weights.count
    let near = new.map { place in places.map { amplitude * Residuals.likeness(place, $0, length) } }
    let mean = near.map { row in zip(row, weights).reduce(0) { $0 + $1.0 * $1.1 } }
    let explained = near.map { count == 0 ? [] : Residuals.forward(lower, $0) }
    var covariance = [Double](repeating: 0, count: new.count * new.count)
    for i in new.indices {
      for j in new.indices {
        let prior = amplitude * Residuals.likeness(new[i], new[j], length)
        covariance[i * new.count + j] = prior - zip(explained[i], explained[j]).reduce(0) { $0 + $1.0 * $1.1 }
      }
    }
    return (mean, covariance)
  }

  /// lower⁻¹·right.
  private static func forward(_ lower: [Double], _ right: [Double]) -> [Double] {
    let count = right.count
    var x = right
    for i in 0..<count {
      for j in 0..<i { x[i] -= lower[i * count + j] * x[j] }
      x[i] /= lower[i * count + i]
    }
    return x
  }

  /// (lower·lowerᵀ)⁻¹·right.
  private static func solved(_ lower: [Double], _ right: [Double]) -> [Double] {
    let count = right.count
    var x = forward(lower, right)
    for i in stride(from: count - 1, through: 0, by: -1) {
      for j in (i + 1)..<max(count, i + 1) { x[i] -= lower[j * count + i] * x[j] }
      x[i] /= lower[i * count + i]
    }
    return x
  }
}
