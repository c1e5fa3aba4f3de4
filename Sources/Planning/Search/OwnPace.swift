import Calibration
import Scenarios
import Simulation

/// What logs of one's own say of the plans of one job on one kind of machine.
struct OwnPace: Sendable {
  private let logs: OwnLogs
  private let job: RunFeatures

  /// Nil where no log is of such a machine.
  init?(_ logs: OwnLogs, _ subject: Subject, _ job: Job) {
    let any = RunFeatures(chip: subject.chip, stack: subject.stack, job: job, plan: Plan())
    guard logs.speak(of: any) else { return nil }
    (self.logs, self.job) = (logs, any)
  }

  /// By what the steps of a plan are longer than predicted: 1 where the logs say nothing of it.
  func factor(of plan: Plan) -> Double { logs.factor(of: job.with(plan)) }
}
