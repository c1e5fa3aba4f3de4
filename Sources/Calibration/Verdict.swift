import Scenarios
import Simulation

/// A measured run and what became of it: held against a prediction, or skipped for a reason that is told.
public struct Verdict: Sendable {
  public enum Outcome: Sendable {
    case used(Judged, assumptions: [RunAssumption])
    case skipped(Skip)
  }

  public var measurement: Measurement
  /// As far as the row says enough to know.
  public var chip: String?
  public var stack: String?
  public var instance: String?
  public var plan: Plan?
  public var group: String?
  public var outcome: Outcome
  /// What the row stands for, and the question that it answers; nil where nothing predicted it.
  var resolved: (run: MeasuredRun, question: PlanCase)?

  public init(
    _ measurement: Measurement, chip: String? = nil, stack: String? = nil, instance: String? = nil, plan: Plan? = nil,
    group: String? = nil, _ outcome: Outcome
  ) {
    self.measurement = measurement
    self.chip = chip
    self.stack = stack
    self.instance = instance
    self.plan = plan
    self.group = group
    self.outcome = outcome
  }

  /// Whether calibration leaves it out by what its model is.
  public var isUnfitted: Bool { resolved.map { !$0.run.isFitted } ?? false }
  /// Whether it says little of how good the fit is: its figure is weak, or it was never meant to be fitted.
  public var isApart: Bool { measurement.grade == .weak || isUnfitted }

  public var judged: Judged? { if case .used(let judged, _) = outcome { judged } else { nil } }
  public var skip: Skip? { if case .skipped(let skip) = outcome { skip } else { nil } }

  /// A step time in the unit of the row's metric: what scales with the time, or with its inverse.
  public func value(ofStep seconds: Double?) -> Double? {
    guard let seconds, let judged else { return nil }
    let ratio = seconds / judged.measured
    return measurement.metric.isTime ? measurement.value * ratio : measurement.value / ratio
  }
}
