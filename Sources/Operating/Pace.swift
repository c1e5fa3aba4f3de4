import CKernels

/// How a step's length becomes the run's: the numbers alone, for searches that ask it of millions of plans. Seconds.
public struct Pace: Sendable {
  /// Input of a step; 0 where it is not known.
  var preparing = 0.0
  var reading = 0.0
  var prefetches = true
  /// Cores that train cannot prepare samples at the same time.
  var sharesCores = false

  var steps: Double
  var startup: Double
  /// Of the kernel; work is the best, or the one asked for.
  var endurance: tf_endurance
  /// Productive part of the time at that work.
  var productive: Double
  /// What interruptions that are announced add to the time.
  var pauses: Double
  /// Instances that stand by.
  public var spares: Int

  /// By how much a step of this length is longer for its input.
  func wait(_ step: Double) -> Double {
    if !prefetches { return preparing + reading }
    if sharesCores { return preparing + max(0, reading - step) }
    return max(0, max(preparing, reading) - step)
  }

  /// Of the whole run; the largest number where it never ends.
  public func wallTime(step: Double) -> Double {
    let fed = step + wait(step)
    let total = fed * steps
    let share = stretch(fed, total: total).productive
    return share > 0 ? startup + total / share * pauses : .greatestFiniteMagnitude
  }

  /// Work between checkpoints, and the part of the time that is productive, for steps of this length with their input.
  func stretch(_ fed: Double, total: Double) -> (work: Double, productive: Double, isSaved: Bool) {
    if total <= endurance.work {
      // Nothing to save before the end.
      guard endurance.failures > 0 else { return (total, 1, false) }
      var run = endurance
      (run.stall, run.lag) = (0, 0)
      return (total, Pace.productive(run, work: total), false)
    }
    // No checkpoint within a step.
    if fed > endurance.work { return (fed, Pace.productive(endurance, work: fed), true) }
    return (endurance.work, productive, true)
  }

  static func productive(_ run: tf_endurance, work: Double) -> Double {
    var share = 0.0, failures = run.failures, work = work
    var run = run
    tf_productive(&share, &failures, &work, 1, &run)
    return share
  }
}
