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
  /// Failures that all runs together may have: a tenth of a second of work.
  private static let mostFailures = 4e6

  /// Plays the run for steps of this length; nil where it does not end, nothing fails, so much fails that it would take
  /// long, or interruptions are announced, which the kernel does not play.
  ///
  /// - Parameter seed: the same seed plays the same runs.
  public func simulated(step: Seconds, runs most: Int = 400, seed: UInt64 = 1) -> Simulated? {
    let course = course(step: step)
    guard hazards.rollbacks > 0, hazards.announced == 0, course.ends else { return nil }
    let runs = min(most, Int(min(Operation.mostFailures / max(course.failures, 1), 1e6)))
    guard runs >= 20 else { return nil }
    let fed = (step + course.inputWait).value
    var run = pace.run(fed, total: fed * pace.steps).endurance
    run.hard = (hazards.failures * hazards.hard + hazards.sudden) / hazards.rollbacks
    (run.replacement, run.spares) = (hazards.replacement, Double(spares))
    // Whole periods: a run's last work needs no checkpoint.
    let periods = max(1, (fed * pace.steps / run.work).rounded())
    run.work = fed * pace.steps / periods
    var seconds = [Double](repeating: 0, count: runs)
    let events = tf_endure(&seconds, runs, periods, &run, UInt64(Operation.mostFailures), seed)
    guard seconds.allSatisfy(Pace.ends) else { return nil }
    let walls = seconds.map { $0 + pace.startup }.sorted()
    let mean = walls.mean
    let squares = walls.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return Simulated(
      runs: runs, events: events, mean: Seconds(mean),
      standardError: Seconds((squares / Double(runs - 1) / Double(runs)).squareRoot()),
      low: Seconds(walls[runs / 20]), high: Seconds(walls[runs - 1 - runs / 20]))
  }
}
