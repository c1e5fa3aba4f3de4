import CKernels
import Scenarios

extension Posterior {
  /// Keeps the correlations of what the data moved; what they left alone keeps its prior spread, on its own.
  init(
    _ space: ParameterSpace, _ fit: Fit, active: [Int], covariance: [Double], likeness: Likeness, rows: Int,
    data: String,
    origin: Origin
  ) {
    let n = active.count
    let spreads = (0..<n).map { covariance[$0 * n + $0].squareRoot() }
    // Of an offset that the data say next to nothing of, the correlations are left out: below this information and
    // below this correlation with every other. Judgement, not measured: most offsets stay below both, and the file, which
    // grows with the square of those that do not, stays readable.
    let least = (information: 0.05, correlation: 0.1)
    let moved = (0..<n).filter { i in
      let prior = space.spreads[active[i]]
      if 1 - (spreads[i] / prior) * (spreads[i] / prior) > least.information { return true }
      return (0..<n).contains { j in
        j != i && abs(covariance[i * n + j]) > least.correlation * spreads[i] * spreads[j]
      }
    }
    let size = moved.count
    var correlation = [Double](repeating: 0, count: size * size)
    for (a, i) in moved.enumerated() {
      for (b, j) in moved.enumerated() {
        correlation[a * size + b] = i == j ? 1 : covariance[i * n + j] / (spreads[i] * spreads[j])
      }
    }
    var factor = [Double](repeating: 0, count: size * size)
    let done = size > 0 ? tf_cholesky(&factor, correlation, size) : 0
    precondition(done == size, "the correlation of a covariance has a factor")

    let together = moved.map { active[$0] }
    let rest = space.elements.indices.filter { !Set(together).contains($0) }
    let spreadOf = Dictionary(uniqueKeysWithValues: zip(active, spreads))
    let order = together + rest
    self.init(
      elements: order.map { space.elements[$0] },
      means: order.map { place in
        let element = space.elements[place]
        let offset = fit.coordinates[place] * space.spreads[place]
        return element.scope == .population ? space.center(element.parameter) + offset : offset
      },
      spreads: order.map { spreadOf[$0] ?? space.spreads[$0] }, correlated: size, factor: factor,
      likeness: likeness, rows: rows, data: data, origin: origin)
  }
}
