import CKernels
import Quantities

/// The same run played event by event: what the closed form says holds on average, and how far single runs are from it.
public struct Simulated: Sendable {
  public var runs: Int
  public var events: UInt64
  /// Wall time: mean of all runs, and how sure it is.
  public var mean: Seconds
  public var standardError: Seconds
  /// One run in twenty is shorter, one in twenty longer.
  public var low: Seconds
  public var high: Seconds
}

extension Operation {
  /// Plays the run for steps of this length; nil where a run does not end, or nothing fails.
  ///
  /// - Parameter seed: the same seed plays the same runs.
  public func simulated(step: Seconds, runs: Int = 400, seed: UInt64 = 1) -> Simulated? {
    let course = course(step: step)
    guard endurance.failures > 0, course.ends, runs > 1 else { return nil }
    let total = (step + course.inputWait).value * steps
    var run = endurance
    if let interval = course.interval {
      run.work = interval.value
    } else {
      (run.work, run.stall, run.lag) = (total, 0, 0)
    }
    // Whole periods, and the rest as a part of one: a run's last work needs no checkpoint.
    let periods = max(1, (total / run.work).rounded())
    run.work = total / periods
    var seconds = [Double](repeating: 0, count: runs)
    let events = tf_endure(&seconds, runs, periods, &run, 10_000_000, seed)
    guard seconds.allSatisfy({ $0 < 1e15 }) else { return nil }
    let walls = seconds.map { $0 * pace.pauses + course.startup.value }.sorted()
    let mean = walls.reduce(0, +) / Double(runs)
    let squares = walls.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return Simulated(
      runs: runs, events: events, mean: Seconds(mean),
      standardError: Seconds((squares / Double(runs - 1) / Double(runs)).squareRoot()),
      low: Seconds(walls[runs / 20]), high: Seconds(walls[runs - 1 - runs / 20]))
  }
}
