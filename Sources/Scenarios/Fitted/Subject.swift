/// What efficiency belongs to: a chip, its architecture and generation, a stack and its family.
public struct Subject: Hashable, Sendable {
  public var chip: String
  public var architecture: String
  public var generation: String
  public var stack: String
  public var family: String

  /// - Parameter generation: nil of a chip that is alone in its own.
  public init(
    chip: String, architecture: String = "", generation: String? = nil, stack: String, family: String = ""
  ) {
    self.chip = chip
    self.architecture = architecture
    self.generation = generation ?? chip
    self.stack = stack
    self.family = family
  }

  public init(_ chip: Chip, _ stack: Stack) {
    self.chip = chip.name
    architecture = chip.architecture
    generation = chip.generation
    self.stack = stack.name
    family = stack.family
  }

  /// The offsets that add up to a parameter: without the population's where the architecture stands apart.
  public func scopes(_ parameter: EfficiencyParameter, _ priors: Priors) -> [ParameterScope] {
    let own: [ParameterScope] = [
      .architecture(architecture), .generation(generation), .chip(chip), .family(family), .stack(stack),
    ]
    return priors.apart[architecture]?[parameter] == nil ? [.population] + own : own
  }
}

extension Posterior {
  /// The efficiency of any chip with any stack: the sum of what calibration knows of each. What it does not know of them
  /// adds nothing here, and its prior spread to every interval.
  public func values(_ subject: Subject, _ priors: Priors) -> EfficiencyValues {
    let means = Dictionary(zip(elements, self.means), uniquingKeysWith: { first, _ in first })
    var values = EfficiencyValues.neutral
    for parameter in EfficiencyParameter.allCases where priors.states(parameter, subject.architecture) {
      let scopes = subject.scopes(parameter, priors)
      // The population's mean is a value; where it has none, or does not count, the prior's takes its place.
      let isKnown = scopes.contains(.population) && means[Element(parameter, .population)] != nil
      let center = isKnown ? 0 : priors.center(parameter, subject.architecture)
      values[parameter] = parameter.scale.value(scopes.reduce(center) { $0 + (means[Element(parameter, $1)] ?? 0) })
    }
    return values
  }
}
