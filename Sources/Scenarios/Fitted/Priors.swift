import Quantities

/// What is believed of the efficiency parameters before any training run is looked at (docs/Calibration.md).
///
/// Each parameter is, on its fitted scale, a population value plus an offset of the chip's architecture, of its generation, of
/// the chip, of the stack's family and of the stack; all offsets are normal around zero with the spreads given here. Kernel measurements enter as
/// observations of the sum without the offsets of software.
public struct Priors: Sendable {
  public struct Parameter: Sendable {
    /// In its own unit.
    public var value: Double
    /// Standard deviations on the fitted scale; 0: no such offset.
    public var population: Double
    public var architecture: Double
    public var generation = 0.0
    public var chip: Double
    public var family: Double
    public var stack: Double
  }

  /// A measurement of a kernel on a chip, or a belief about an architecture.
  public struct Observation: Sendable {
    public var scope: ParameterScope
    public var parameter: EfficiencyParameter
    public var value: Double
    public var spread: Double
    public var origin: Origin
  }

  /// A parameter that stands apart from the population in one architecture: where a core both launches and computes, say,
  /// what hosts of accelerators take says nothing. Its value takes the place of the population's with all its offsets.
  public struct Apart: Sendable {
    /// On the fitted scale, with the standard deviation of the architecture's offset around it.
    public var center: Double
    public var spread: Double
  }

  /// By the parameter's raw value.
  public var parameters: [Parameter]
  public var observations: [Observation]
  /// What an architecture has of its own, on its fitted scale: by architecture and parameter.
  public var apart: [String: [EfficiencyParameter: Apart]] = [:]
  /// Parameters without a prior: they have their neutral value, and are not fitted.
  public var unstated = Unstated()
  /// What no parameter explains, and how it hangs together before any run is looked at.
  public var unexplained = Unexplained()
  public var likeness = Likeness()
  /// The stack whose profile a chip has where none is named, by chip; every chip's profile with it is written.
  public var defaultStacks: [String: String]
  /// Memory held back of a device, by chip or architecture, or by architecture and family of stacks (`gpu.fsdp`).
  public var memoryReserves: [String: Bytes]
  /// How far counted memory may be off, of its logarithm, by the same.
  public var memorySpreads: [String: Double] = [:]
  /// Of a device's reserve, what stands outside the allocator of the software: the driver's context, buffers of communication.
  public var memoryOutside = Bytes.zero
  public var origin: Origin

  public init(
    parameters: [Parameter], observations: [Observation], defaultStacks: [String: String] = [:],
    memoryReserves: [String: Bytes] = [:], origin: Origin
  ) {
    self.parameters = parameters
    self.observations = observations
    self.defaultStacks = defaultStacks
    self.memoryReserves = memoryReserves
    self.origin = origin
  }

  /// What published peaks show of a family of stacks on an architecture stands before what is judged of a chip.
  public func memoryReserve(_ chip: Chip, _ stack: Stack) -> Bytes { of(chip, stack, memoryReserves) ?? .zero }

  public func memorySpread(_ chip: Chip, _ stack: Stack) -> Double { of(chip, stack, memorySpreads) ?? 0 }

  private func of<T>(_ chip: Chip, _ stack: Stack, _ known: [String: T]) -> T? {
    known["\(chip.architecture).\(stack.family)"] ?? known[chip.name] ?? known[chip.architecture]
  }

  /// Parameters of which neither the population nor an architecture has a prior, though a file may have been meant to.
  public var forgotten: Unstated {
    var left = unstated
    left.parameters.removeAll { one in apart.values.contains { $0[one] != nil } }
    return left
  }

  public subscript(parameter: EfficiencyParameter) -> Parameter { parameters[parameter.rawValue] }

  /// Prior value of a parameter in an architecture, on its fitted scale.
  public func center(_ parameter: EfficiencyParameter, _ architecture: String) -> Double {
    apart[architecture]?[parameter]?.center ?? parameter.scale.fitted(self[parameter].value)
  }

  /// Whether there is a prior of a parameter, for the architecture or for all.
  public func states(_ parameter: EfficiencyParameter, _ architecture: String) -> Bool {
    apart[architecture]?[parameter] != nil || !unstated.parameters.contains(parameter)
  }

  /// Prior standard deviation of an offset, on its fitted scale; 0: there is none.
  public func spread(_ parameter: EfficiencyParameter, _ scope: ParameterScope) -> Double {
    let own = self[parameter]
    return switch scope {
    case .population: own.population
    case .architecture(let name): apart[name]?[parameter]?.spread ?? own.architecture
    case .generation: own.generation
    case .chip: own.chip
    case .family: own.family
    case .stack: own.stack
    }
  }
}

/// What an offset belongs to. Raw text is that of files: `population`, `architecture:trainium`, `generation:hopper`, `chip:h100`,
/// `family:megatron-core`, `stack:nemo`.
public enum ParameterScope: Hashable, Sendable {
  case population
  case architecture(String)
  case generation(String)
  case chip(String)
  case family(String)
  case stack(String)

  public var text: String {
    switch self {
    case .population: "population"
    case .architecture(let name): "architecture:\(name)"
    case .generation(let name): "generation:\(name)"
    case .chip(let name): "chip:\(name)"
    case .family(let name): "family:\(name)"
    case .stack(let name): "stack:\(name)"
    }
  }

  public init?(text: String) {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    switch (parts.first, parts.count) {
    case ("population", 1): self = .population
    case ("architecture", 2): self = .architecture(parts[1])
    case ("generation", 2): self = .generation(parts[1])
    case ("chip", 2): self = .chip(parts[1])
    case ("family", 2): self = .family(parts[1])
    case ("stack", 2): self = .stack(parts[1])
    default: return nil
    }
  }
}

extension EfficiencyParameter.Scale {
  /// The value on the scale it is fitted on: log-odds of fractions, so that no sample leaves (0, 1), else the logarithm.
  /// Ends that neither holds are moved inwards.
  public func fitted(_ value: Double) -> Double {
    switch self {
    case .fraction, .overlap:
      // An overlap may be 0, a fraction of a rate may be as small as it likes.
      let inside = min(max(value, self == .fraction ? 1e-12 : 1e-4), 1 - 1e-4)
      return Logarithm.natural(inside / (1 - inside))
    case .number, .seconds: return Logarithm.natural(max(value, 1e-12))
    }
  }

  /// The value in its own unit.
  public func value(_ fitted: Double) -> Double {
    switch self {
    case .fraction, .overlap: 1 / (1 + Logarithm.exponential(-fitted))
    case .number, .seconds: Logarithm.exponential(fitted)
    }
  }
}
