import Quantities

/// What a team really pays beyond the best that its machines do: fitted to whole projects and to published plans.
///
/// A part multiplies the time by its factor; its spread is of the logarithm.
public struct Practice: Sendable, Hashable {
  /// Whose work is expected.
  public enum Team: String, CaseIterable, Sendable {
    /// As tuned by those who made the chip or the software, and nothing but steps and failures: the floor.
    case tuned
    /// A team that has trained models before, with software of its own choice.
    case experienced
    /// The first large run of a team, or the first port to a chip.
    case first
  }

  public struct Part: Sendable, Hashable {
    public var factor: Double
    public var spread: Double

    public init(factor: Double, spread: Double) {
      self.factor = factor
      self.spread = spread
    }

    public static let none = Part(factor: 1, spread: 0)

    /// Both at once, each on its own.
    public static func * (a: Part, b: Part) -> Part {
      Part(factor: a.factor * b.factor, spread: (a.spread * a.spread + b.spread * b.spread).squareRoot())
    }
  }

  /// What a run takes besides its steps and the failures that are counted: evaluation, ramps, restarts for loss spikes, slow
  /// days. With the team's own software.
  public var experienced: Part
  public var first: Part
  /// Where no software is named: what teams chose, beside the chip's default.
  public var software: Part
  /// A plan that a search found and that is unlike every run of the chip with the stack; in proportion for those between.
  public var untried: Part
  public var origin: Origin

  public init(experienced: Part, first: Part, software: Part, untried: Part, origin: Origin) {
    self.experienced = experienced
    self.first = first
    self.software = software
    self.untried = untried
    self.origin = origin
  }

  /// What is expected of a run's time.
  ///
  /// - Parameter isNamed: whether somebody said with which software.
  public func expected(_ team: Team, isNamed: Bool) -> Part {
    let rest = isNamed ? Part.none : software
    return switch team {
    case .tuned: .none
    case .experienced: experienced * rest
    case .first: first * rest
    }
  }
}

extension Practice {
  init(_ fields: Fields) {
    func part(_ key: String) -> Part {
      let own = fields.fields(key, Keys.practicePart)
      let part = Part(factor: own?.above("factor") ?? 1, spread: own?.number("spread") ?? 0)
      _ = own?.text("note")
      if part.factor < 0.1 || part.factor > 10 {
        own?.error(
          "a factor of \(part.factor) is none that a team could have", help: "1.3 means 30% longer", at: "factor")
      }
      if part.spread < 0 || part.spread > 3 {
        own?.error("a spread of \(part.spread) is none that teams could have", help: "0.2 means 20%", at: "spread")
      }
      return part
    }
    self.init(
      experienced: part("experienced"), first: part("first"), software: part("software"), untried: part("untried"),
      origin: fields.origin)
  }
}
