import Quantities

/// How a run goes: what its steps take with all that stands around them.
public struct Course: Sendable {
  /// How many steps, and what one takes by itself.
  public var steps: Double
  public var bareStep: Seconds
  /// What a step waits for input, and its share of checkpoints.
  public var inputWait: Seconds
  public var checkpointStall: Seconds
  /// Before the first step and after the last: compiling, and the last checkpoint.
  public var startup: Seconds
  /// Between two checkpoints; nil where none is due before the end.
  public var interval: Seconds?
  public var wallTime: Seconds
  /// Of it: recovering, and waiting for instances.
  public var stopped: Seconds
  /// Failures and interruptions expected in that time.
  public var failures: Double
  /// Instances that stand by and are paid for.
  public var spares: Int
  /// By what a team takes longer than its machines.
  public var practice = 1.0

  /// Nothing but steps.
  public static func bare(step: Seconds, steps: Double) -> Course {
    Course(
      steps: steps, bareStep: step, inputWait: .zero, checkpointStall: .zero, startup: .zero, interval: nil,
      wallTime: step * steps, stopped: .zero, failures: 0, spares: 0, practice: 1)
  }

  /// A step with its waiting for input and its share of checkpoints.
  public var step: Seconds { bareStep + inputWait + checkpointStall }

  /// Part of the time in which steps go on and are kept, but for what a team's own way adds.
  public var goodput: Double { ends ? min(1, step.value * steps * practice / wallTime.value) : 0 }

  /// What the wall time in seconds is the product of.
  public var factors: [CostFactor: Double] {
    let fed = bareStep + inputWait, whole = wallTime / practice, running = whole - startup
    return [
      .steps: steps, .step: bareStep.value, .input: fed / bareStep, .checkpoint: step / fed,
      .goodput: running / (step * steps), .start: whole / running, .practice: practice,
    ]
  }

  /// Whether the run ends at all: machines that fail faster than they save never get on.
  public var ends: Bool { Pace.ends(wallTime.value) }
}
