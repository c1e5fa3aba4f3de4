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
  /// The one place that says how far a step may be from what the parameters explain. Whoever asks is a laboratory that no
  /// fit has seen, unless a run of their own was learnt from, so it is never less than the error on laboratories left out whole; nor, where no run of the chip was
  /// fitted, than that on chips left out whole.
  public func unexplained(_ step: StepCase) -> Unexplained {
    if let known = residuals[Posterior.ownKey(step.subject.stack, step.subject.chip, machines: step.machines)] {
      return Unexplained(shift: 0, spread: known)
    }
    let own = residual(step.subject.stack, step.subject.chip, machines: step.machines)
    let stranger = step.evidence == .extrapolated ? max(laboratory, extrapolated) : laboratory
    return Unexplained(shift: 0, spread: max(own, stranger))
  }
}
