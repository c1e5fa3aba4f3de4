import Scenarios

/// The offsets that calibration fits, and how they add up to the efficiency values of a chip with a stack.
///
/// A coordinate is an offset in units of its prior spread, so that before any data all are standard normal.
struct ParameterSpace: Sendable {
  let priors: Priors
  let elements: [Posterior.Element]
  /// Prior spread of each element on the fitted scale.
  let spreads: [Double]
  /// What every chip belongs to.
  let kin: [String: Kin]
  private let places: [Posterior.Element: Int]

  /// - Parameters:
  ///   - kin: of every chip, by chip.
  ///   - families: of every stack, by stack.
  init(_ priors: Priors, kin: [String: Kin], families: [String: String]) {
    self.priors = priors
    self.kin = kin
    var elements: [Posterior.Element] = [], spreads: [Double] = []
    let kinds = Set(kin.values.map(\.architecture)).sorted(), chips = kin.keys.sorted()
    let generations = Set(kin.values.map(\.generation)).sorted()
    let groups = Set(families.values).sorted(), stacks = families.keys.sorted()
    for parameter in EfficiencyParameter.allCases {
      func add(_ scope: ParameterScope) {
        let spread = priors.spread(parameter, scope)
        guard spread > 0 else { return }
        elements.append(Posterior.Element(parameter, scope))
        spreads.append(spread)
      }
      add(.population)
      for kind in kinds { add(.architecture(kind)) }
      for generation in generations { add(.generation(generation)) }
      for chip in chips { add(.chip(chip)) }
      for group in groups { add(.family(group)) }
      for stack in stacks { add(.stack(stack)) }
    }
    self.elements = elements
    self.spreads = spreads
    places = Dictionary(uniqueKeysWithValues: elements.enumerated().map { ($1, $0) })
  }

  /// What a chip belongs to.
  struct Kin: Sendable {
    var architecture: String
    var generation: String
  }

  var count: Int { elements.count }

  /// The elements whose sum, with the prior value, is a parameter of a chip with a stack.
  func terms(_ parameter: EfficiencyParameter, _ subject: Subject) -> [Int] {
    subject.scopes(parameter, priors).compactMap { places[Posterior.Element(parameter, $0)] }
  }

  func place(_ element: Posterior.Element) -> Int? { places[element] }

  /// Where a posterior has the offsets; those that it does not know stay where the prior has them.
  func coordinates(of posterior: Posterior) -> [Double] {
    var coordinates = [Double](repeating: 0, count: count)
    for (element, mean) in zip(posterior.elements, posterior.means) {
      guard let place = places[element] else { continue }
      // Of the population the mean is the value itself.
      let offset = element.scope == .population ? mean - center(element.parameter) : mean
      coordinates[place] = offset / spreads[place]
    }
    return coordinates
  }

  /// Prior value of a parameter on its fitted scale; without an architecture, that of the population.
  func center(_ parameter: EfficiencyParameter, _ architecture: String = "") -> Double {
    priors.center(parameter, architecture)
  }

  /// Parameters of a subject on their fitted scales, [parameters].
  func fitted(_ coordinates: [Double], _ subject: Subject) -> [Double] {
    EfficiencyParameter.allCases.map { parameter in
      terms(parameter, subject).reduce(center(parameter, subject.architecture)) { $0 + coordinates[$1] * spreads[$1] }
    }
  }

  /// Parameters without a prior have their neutral value itself, which the fitted scale does not quite reach.
  func values(_ coordinates: [Double], _ subject: Subject) -> EfficiencyValues {
    var values = EfficiencyValues(fitted: fitted(coordinates, subject))
    for parameter in EfficiencyParameter.allCases where !priors.states(parameter, subject.architecture) {
      values[parameter] = parameter.neutral
    }
    return values
  }
}

extension ParameterSpace.Kin {
  init(_ chip: Chip) { self.init(architecture: chip.architecture, generation: chip.generation) }
}

extension EfficiencyValues {
  /// From the fitted scales, [parameters].
  init(fitted: [Double]) {
    self.init(EfficiencyParameter.allCases.map { $0.scale.value(fitted[$0.rawValue]) })
  }

  /// On the fitted scales, [parameters].
  var fitted: [Double] { EfficiencyParameter.allCases.map { $0.scale.fitted(self[$0]) } }
}
