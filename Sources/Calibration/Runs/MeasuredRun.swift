import Quantities
import Scenarios

/// A measured row as the question it answers: this job, split so, on these machines, took so long a step.
public struct MeasuredRun: Sendable {
  public var job: Job
  public var plan: Plan
  public var instance: Instance
  /// Of the chip and the software that ran; losses of nothing where no file has one.
  public var efficiency: Efficiency
  public var hasProfile: Bool
  public var stepTime: Seconds
  /// Part of a device's memory that it takes, as counted; nil where the chip cannot run it.
  public var memory: Double?
  /// Everything but the plan: runs that share it are of one job on one kind and number of machines.
  public var group: String
  /// Coarser: source, model, chip, its number, and sequence length. Runs of one family are too much alike to judge a
  /// fit to the others.
  public var family: String
  /// What the row does not say and was taken to be so.
  public var assumptions: [RunAssumption]
  /// Whether calibration may fit it.
  public var isFitted = true
}
