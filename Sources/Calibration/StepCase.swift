import Scenarios
import Simulation

/// A step whose time is asked for: all that the doubt about it may depend on.
public struct StepCase: Sendable {
  /// Knows the job, the machine and the plan.
  public var plan: PlanCase
  public var subject: Subject
  public var features: RunFeatures

  public init(_ plan: PlanCase, _ subject: Subject) {
    self.plan = plan
    self.subject = subject
    features = RunFeatures(chip: subject.chip, stack: subject.stack, job: plan.simulator.job, plan: plan.plan)
  }
}
