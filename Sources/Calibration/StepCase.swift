import Scenarios
import Simulation

/// A step whose time is asked for: all that the doubt about it may depend on.
public struct StepCase: Sendable {
  /// Knows the job, the machine and the plan.
  public var plan: PlanCase
  public var subject: Subject
  /// Units of the instance type that run: what the network connects.
  public var machines: Int
  public var evidence: Evidence

  public init(_ plan: PlanCase, _ subject: Subject, machines: Int, evidence: Evidence) {
    self.plan = plan
    self.subject = subject
    self.machines = machines
    self.evidence = evidence
  }
}

/// What no parameter explains of the logarithm of a step time: normal, with a mean and a standard deviation.
public struct Unexplained: Sendable {
  public var shift: Double
  public var spread: Double
}

extension Posterior {
  /// The one place that says how far a step may be from what the parameters explain: least where runs of the stack on the
  /// chip were fitted, and never less than the error on chips left out whole where none of the chip was.
  public func unexplained(_ step: StepCase) -> Unexplained {
    let own = residual(step.subject.stack, step.subject.chip, machines: step.machines)
    return Unexplained(shift: 0, spread: step.evidence == .extrapolated ? max(own, extrapolated) : own)
  }
}
