import Scenarios

/// What efficiency belongs to: a chip, its architecture, a stack and its family.
public struct Subject: Hashable, Sendable {
  public var chip: String
  public var architecture: String
  public var stack: String
  public var family: String

  public init(chip: String, architecture: String = "", stack: String, family: String = "") {
    self.chip = chip
    self.architecture = architecture
    self.stack = stack
    self.family = family
  }

  public init(_ chip: Chip, _ stack: Stack) {
    self.chip = chip.name
    architecture = chip.architecture
    self.stack = stack.name
    family = stack.family
  }

  /// The offsets that add up to a parameter: without the population's where the architecture stands apart.
  func scopes(_ parameter: EfficiencyParameter, _ priors: Priors) -> [ParameterScope] {
    let own: [ParameterScope] = [.architecture(architecture), .chip(chip), .family(family), .stack(stack)]
    return priors.apart[architecture]?[parameter] == nil ? [.population] + own : own
  }
}
