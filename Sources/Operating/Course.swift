import Quantities

/// How a run goes: what its steps take with all that stands around them.
public struct Course: Sendable {
  /// A step with its waiting for input and its share of checkpoints.
  public var step: Seconds
  /// Of it: waiting for input, and the share of checkpoints.
  public var inputWait: Seconds
  public var checkpointStall: Seconds
  /// Before the first step and after the last: compiling, and the last checkpoint.
  public var startup: Seconds
  /// Between two checkpoints; nil where none is due before the end.
  public var interval: Seconds?
  /// Part of the wall time in which steps go on and are kept.
  public var goodput: Double
  public var wallTime: Seconds
  /// Of it: recovering, and waiting for instances.
  public var stopped: Seconds
  /// Failures and interruptions expected in that time.
  public var failures: Double
  /// Instances that stand by and are paid for.
  public var spares: Int

  /// Nothing but steps.
  public static func bare(step: Seconds, steps: Double) -> Course {
    Course(
      step: step, inputWait: .zero, checkpointStall: .zero, startup: .zero, interval: nil, goodput: 1,
      wallTime: step * steps, stopped: .zero, failures: 0, spares: 0)
  }

  /// The step by itself.
  public var bareStep: Seconds { step - inputWait - checkpointStall }

  /// Whether the run ends at all: machines that fail faster than they save never get on.
  public var ends: Bool { Pace.ends(wallTime.value) }
}
