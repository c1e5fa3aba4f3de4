import Scenarios

/// A measured step beside the predicted one: what statistics need of a run, whatever it was measured in.
public struct Judged: Sendable {
  public var id: String
  public var series: String
  public var chip: String
  public var stack: String
  public var grade: Measurement.Grade?
  /// Rows that are equal in everything but the plan share it; nil where it is not known what a row shares.
  public var planGroup: String?
  public var plan: Plan
  /// Step times in seconds.
  public var measured: Double
  public var predicted: Double
  /// 5% and 95% of the prediction; nil where it has none.
  public var low: Double?
  public var high: Double?
  /// To the nearest run that the fit saw, in lengths of the likeness; nil where nobody looked.
  public var distance: Double?
  /// What a fit predicted that did not see the run's group; nil where the calibration does not know the run.
  public var heldOut: Double?
  /// Seconds the step would take at the chips' headline peak: useful FLOP ÷ (chips × peak).
  public var work: Double
  /// What it trained, as far as that is judged apart.
  public var kinds: [WorkKind]

  public init(
    id: String, series: String, chip: String, stack: String, grade: Measurement.Grade? = nil, planGroup: String? = nil,
    plan: Plan = Plan(), measured: Double, predicted: Double, low: Double? = nil, high: Double? = nil, work: Double,
    kinds: [WorkKind] = []
  ) {
    self.id = id
    self.series = series
    self.chip = chip
    self.stack = stack
    self.grade = grade
    self.planGroup = planGroup
    self.plan = plan
    self.measured = measured
    self.predicted = predicted
    self.low = low
    self.high = high
    self.work = work
    self.kinds = kinds
  }

  /// predicted ÷ measured − 1, in step time: above 0 the prediction is too slow.
  public var error: Double { predicted / measured - 1 }

  /// The measured utilization: useful FLOP/s as a part of the headline peak.
  public var usefulRate: Double { work / measured }
}
