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

  /// How far a question is from this run. Doublings of model size and of devices count 1 and ½, of tensor and pipeline
  /// degrees and sequence length ½, of tokens per device and step ¼; another number format 1, another stack 2, another
  /// chip 4. What a distance of 3 allows: the same chip and stack, and a model twice the size on four times the devices.
  public func distance(to job: Job, _ plan: Plan, _ subject: Subject) -> Double {
    func doublings(_ a: Double, _ b: Double) -> Double { a > 0 && b > 0 ? abs(log2(a / b)) : 10 }
    let tokens = job.tokensPerStep / Double(plan.devices)
    var sum = doublings(parameters, job.model.parameterCount.total)
    sum += 0.5 * doublings(devices, Double(plan.devices))
    sum += 0.5 * doublings(tensor, Double(plan.tensor)) + 0.5 * doublings(pipeline, Double(plan.pipeline))
    sum += 0.5 * doublings(sequence, Double(job.sequenceLength))
    sum += 0.25 * doublings(batch * sequence / max(devices, 1), tokens)
    if precision != job.precision.rawValue { sum += 1 }
    if stack != subject.stack { sum += 2 }
    if chip != subject.chip { sum += 4 }
    return sum
  }

  /// At most this far, with chip and stack equal, a prediction is as good as measured.
  public static let near = 3.0
}

/// The nearest measured run to a prediction, and how well that one was predicted.
public struct Nearest: Sendable {
  public var run: FittedRun
  public var distance: Double
  public var isNear: Bool

  /// Nil where nothing was measured.
  public init?(_ runs: [FittedRun], job: Job, plan: Plan, subject: Subject) {
    var best: (run: FittedRun, distance: Double)?
    for run in runs {
      let distance = run.distance(to: job, plan, subject)
      if best.map({ distance < $0.distance }) ?? true { best = (run, distance) }
    }
    guard let best else { return nil }
    (run, distance) = (best.run, best.distance)
    isNear = distance <= FittedRun.near && run.chip == subject.chip && run.stack == subject.stack
  }
}
