import CKernels
import Scenarios

/// Draws of the efficiency values from what a calibration left open.
///
/// Each offset has a stream of its own, named by the offset: two options that share one, such as two sizes of Trainium2,
/// share its draws, and a comparison of them does not count its error twice. The same seed gives the same draws, whatever
/// else is sampled beside.
struct Sampler: Sendable {
  let count: Int
  private let seed: UInt64
  private let posterior: Posterior
  private let priors: Priors
  /// Deviations of the correlated offsets on their fitted scales, [correlated][count].
  private let correlated: [Double]
  private let places: [Posterior.Element: Int]

  init(_ posterior: Posterior, priors: Priors, count: Int, seed: UInt64 = 1) {
    self.posterior = posterior
    self.priors = priors
    self.count = count
    self.seed = seed
    places = Dictionary(
      posterior.elements.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let size = posterior.correlated
    var rows = [Double](repeating: 0, count: size * count), one = [Double](repeating: 0, count: count)
    for j in 0..<size {
      Sampler.normals(&one, seed, posterior.elements[j].text)
      for i in 0..<count { rows[i * size + j] = one[i] }
    }
    // In place: the kernel lets samples be normals.
    rows.withUnsafeMutableBufferPointer { rows in
      posterior.factor.withUnsafeBufferPointer { factor in
        guard let rows = rows.baseAddress, let factor = factor.baseAddress, size > 0 else { return }
        tf_correlated(rows, rows, factor, count, size)
      }
    }
    var columns = [Double](repeating: 0, count: size * count)
    for j in 0..<size {
      let spread = posterior.spreads[j]
      for i in 0..<count { columns[j * count + i] = spread * rows[i * size + j] }
    }
    correlated = columns
  }

  /// Values around those of a profile, [count].
  func values(around profile: EfficiencyValues, _ subject: Subject) -> [EfficiencyValues] {
    var columns: [[Double]] = []
    for parameter in EfficiencyParameter.allCases {
      // An overlap of exactly 0 is a fact of the stack, not a fit.
      let value = profile[parameter], isFixed = value == 0
      var fitted = [Double](repeating: parameter.scale.fitted(value), count: count)
      if !isFixed {
        for scope in subject.scopes(parameter, priors) { add(&fitted, Posterior.Element(parameter, scope)) }
      }
      columns.append(isFixed ? [Double](repeating: 0, count: count) : Sampler.inOwnUnit(fitted, parameter.scale))
    }
    return (0..<count).map { i in EfficiencyValues(columns.map { $0[i] }) }
  }

  /// What no parameter explains, in its own standard deviations, [count]: the same draws for the same subject.
  func unexplained(_ subject: Subject) -> [Double] { standard("unexplained \(subject.chip) \(subject.stack)") }

  /// Standard normals of a stream with this name, [count].
  func standard(_ name: String) -> [Double] {
    var draws = [Double](repeating: 0, count: count)
    Sampler.normals(&draws, seed, name)
    return draws
  }

  private func add(_ fitted: inout [Double], _ element: Posterior.Element) {
    if let place = places[element], place < posterior.correlated {
      for i in 0..<count { fitted[i] += correlated[place * count + i] }
      return
    }
    // Known to move on its own, or not known to the calibration at all: a chip or a stack of the user's.
    let spread = places[element].map { posterior.spreads[$0] } ?? priors.spread(element)
    guard spread > 0 else { return }
    var draws = [Double](repeating: 0, count: count)
    Sampler.normals(&draws, seed, element.text)
    for i in 0..<count { fitted[i] += spread * draws[i] }
  }

  private static func normals(_ draws: inout [Double], _ seed: UInt64, _ name: String) {
    tf_standard_normals(&draws, draws.count, seed, Fingerprint(name).value)
  }

  private static func inOwnUnit(_ fitted: [Double], _ scale: EfficiencyParameter.Scale) -> [Double] {
    var values = fitted
    switch scale {
    case .fraction, .overlap:
      let negative = fitted.map { -$0 }
      tf_exponentials(&values, negative, values.count)
      return values.map { 1 / (1 + $0) }
    case .number, .seconds:
      tf_exponentials(&values, fitted, values.count)
      return values
    }
  }
}

extension Priors {
  func spread(_ element: Posterior.Element) -> Double { spread(element.parameter, element.scope) }
}
