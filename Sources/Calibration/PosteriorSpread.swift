import Scenarios

/// The variance that a posterior leaves in predictions, by linearization: what `Sampler` draws, without drawing.
struct PosteriorSpread {
  private let posterior: Posterior
  private let priors: Priors
  private let places: [Posterior.Element: Int]
  /// Of a subject: each parameter's share of every correlated direction, [parameters][correlated], and its own variance.
  private var known: [Subject: (directions: [Double], own: [Double])] = [:]

  init(_ posterior: Posterior, priors: Priors) {
    self.posterior = posterior
    self.priors = priors
    places = Dictionary(
      posterior.elements.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Variance of a quantity with these slopes by each parameter on its fitted scale.
  mutating func variance(_ slopes: [Double], _ subject: Subject) -> Double {
    let (directions, own) = spread(subject)
    let size = posterior.correlated
    var along = [Double](repeating: 0, count: size), sum = 0.0
    for (parameter, slope) in slopes.enumerated() where slope != 0 {
      sum += slope * slope * own[parameter]
      for k in 0..<size { along[k] += slope * directions[parameter * size + k] }
    }
    return along.reduce(sum) { $0 + $1 * $1 }
  }

  private mutating func spread(_ subject: Subject) -> (directions: [Double], own: [Double]) {
    if let found = known[subject] { return found }
    let size = posterior.correlated
    var directions = [Double](repeating: 0, count: EfficiencyParameter.count * size)
    var own = [Double](repeating: 0, count: EfficiencyParameter.count)
    for parameter in EfficiencyParameter.allCases {
      for scope in subject.scopes(parameter, priors) {
        let element = Posterior.Element(parameter, scope)
        if let i = places[element], i < size {
          for k in 0...i {
            directions[parameter.rawValue * size + k] += posterior.spreads[i] * posterior.factor[i * size + k]
          }
        } else {
          let alone = places[element].map { posterior.spreads[$0] } ?? priors.spread(element)
          own[parameter.rawValue] += alone * alone
        }
      }
    }
    known[subject] = (directions, own)
    return (directions, own)
  }
}
