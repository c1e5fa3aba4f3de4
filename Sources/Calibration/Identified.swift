import Scenarios

/// How much the data say of one offset: its spread after the fit as a part of that before, and where it ended.
public struct Identified: Sendable {
  public var element: Posterior.Element
  public var prior: Double
  public var spread: Double
  /// Distance from the prior in prior spreads: far out, the prior and the data disagree.
  public var shift: Double

  /// 1 − posterior ÷ prior variance: 0 says that the data say nothing.
  public var information: Double { 1 - (spread / prior) * (spread / prior) }
  /// Beyond this many prior spreads an offset is at the bound of what was thought possible: chance
  /// would take one in four hundred there.
  public static let bound = 3.0
  public var isAtBound: Bool { abs(shift) > Identified.bound }

  static func all(_ space: ParameterSpace, _ fit: Fit, active: [Int], covariance: [Double]) -> [Identified] {
    active.enumerated().map { j, place in
      Identified(
        element: space.elements[place], prior: space.spreads[place],
        spread: covariance[j * active.count + j].squareRoot(), shift: fit.coordinates[place])
    }
  }
}
