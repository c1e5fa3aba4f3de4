import CKernels

/// How a step's length becomes the run's: the numbers alone, for searches that ask it of millions of plans. Seconds.
public struct Pace: Sendable {
  var input = InputTimes()
  var steps: Double
  var startup: Double
  /// Of the kernel, which knows nothing of spares here; work is the best, or the one asked for.
  var endurance: tf_endurance
  /// Part of the time that waiting for instances and announced interruptions leave.
  var available: Double
  /// Productive part of the time at that work, all in.
  var productive: Double
  /// Instances that stand by.
  public var spares: Int
  /// By what a team takes longer than its machines.
  var practice = 1.0

  /// Of the whole run; the largest number where it never ends.
  public func wallTime(step: Double) -> Double {
    let fed = step + input.wait(step)
    return wallTime(fed: fed, productive: stretch(fed, total: fed * steps).productive)
  }

  /// The same for a step with its input, of which this part of the time is productive.
  func wallTime(fed: Double, productive share: Double) -> Double {
    share > 0 ? min((startup + fed * steps / share) * practice, .greatestFiniteMagnitude) : .greatestFiniteMagnitude
  }

  /// Whether a run of this length gets anywhere: beyond three centuries it does not, whatever the arithmetic says.
  public static func ends(_ wallTime: Double) -> Bool { wallTime < 1e10 }

  /// Work between checkpoints, and the part of the time that is productive, for steps of this length with their input.
  func stretch(_ fed: Double, total: Double) -> (work: Double, productive: Double, isSaved: Bool) {
    let run = run(fed, total: total)
    if !run.isSaved, endurance.failures == 0 { return (total, available, false) }
    if run.isSaved, run.endurance.work == endurance.work { return (endurance.work, productive, true) }
    return (run.endurance.work, available * Pace.kept(run.endurance), run.isSaved)
  }

  /// What the kernel is asked for such steps: nothing is saved before the end of a short run, and none within a step.
  func run(_ fed: Double, total: Double) -> (endurance: tf_endurance, isSaved: Bool) {
    var run = endurance
    if total <= endurance.work {
      (run.work, run.stall, run.lag) = (total, 0, 0)
      return (run, false)
    }
    run.work = max(endurance.work, fed)
    return (run, true)
  }

  static func kept(_ run: tf_endurance) -> Double {
    var share = 0.0, failures = run.failures, work = run.work
    var run = run
    tf_productive(&share, &failures, &work, 1, &run)
    return share
  }
}
