import Foundation
import Scenarios
import Simulation

extension FittedRun {
  init(_ row: FitRow, predicted: Double?) {
    self.init(
      id: row.id, row.plan.simulator, row.plan.plan, stack: row.subject.stack, measured: row.measured,
      predicted: predicted)
  }

  public init(
    id: String, _ simulator: Simulator, _ plan: Plan, stack: String, measured: Double, predicted: Double?
  ) {
    let job = simulator.job
    self.init(
      texts: [id, simulator.machine.instance.chip.name, stack, job.precision.rawValue],
      numbers: [
        job.model.parameterCount.total, Double(job.sequenceLength), Double(job.globalBatch), Double(plan.devices),
        Double(plan.tensor), Double(plan.pipeline), measured,
      ],
      predicted: predicted)
  }

  /// How far a question is from this run, by what the priors say that differences count.
  public func distance(to job: Job, _ plan: Plan, _ subject: Subject, _ counts: Priors.Distance) -> Double {
    // What is not above zero is not known, and is not near.
    func doublings(_ a: Double, _ b: Double) -> Double { a > 0 && b > 0 ? abs(log2(a / b)) : 10 }
    let tokens = job.tokensPerStep / Double(plan.devices)
    var sum = counts.size * doublings(parameters, job.model.parameterCount.total)
    sum += counts.devices * doublings(devices, Double(plan.devices))
    sum +=
      counts.degrees * doublings(tensor, Double(plan.tensor))
      + counts.degrees * doublings(pipeline, Double(plan.pipeline))
    sum += counts.sequence * doublings(sequence, Double(job.sequenceLength))
    sum += counts.tokens * doublings(batch * sequence / max(devices, 1), tokens)
    if precision != job.precision.rawValue { sum += counts.precision }
    if stack != subject.stack { sum += counts.stack }
    if chip != subject.chip { sum += counts.chip }
    return sum
  }
}

/// The nearest measured run to a prediction, and how well that one was predicted.
public struct Nearest: Sendable {
  public var run: FittedRun
  public var distance: Double
  public var isNear: Bool

  /// Nil where nothing was measured.
  public init?(
    _ runs: [FittedRun], job: Job, plan: Plan, subject: Subject, counts: Priors.Distance = Priors.Distance()
  ) {
    var best: (run: FittedRun, distance: Double)?
    for run in runs {
      let distance = run.distance(to: job, plan, subject, counts)
      if best.map({ distance < $0.distance }) ?? true { best = (run, distance) }
    }
    guard let best else { return nil }
    (run, distance) = (best.run, best.distance)
    isNear = distance <= counts.near && run.chip == subject.chip && run.stack == subject.stack
  }
}
