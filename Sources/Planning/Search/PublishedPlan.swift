import Calibration
import Quantities
import Scenarios
import Simulation

/// How others ran something like a job on a chip, and what the job takes when it is run so.
public struct PublishedPlan: Sendable {
  /// The measured run that it is the plan of.
  public var run: FittedRun
  public var plan: Plan
  public var units: Int
  public var tokensPerSecond: CountRate
  /// Expected, as is the cost.
  public var wallTime: Seconds
  /// Nil where no price is known.
  public var cost: Dollars?

  init?(_ run: FittedRun, _ result: OptionResult) {
    guard let found = result.run, let time = result.wallTime else { return nil }
    self.run = run
    plan = found.estimate.plan
    units = found.units
    tokensPerSecond = found.estimate.tokensPerSecond
    (wallTime, cost) = (time, result.cost)
  }
}

extension Experience {
  /// More than so many are not tried for one that the job can be run with. Judgement: they are in order, and the first ones fit.
  private static let candidates = 12
  /// A run of other software, or of another kind of training, comes behind all others.
  private static let another = 100.0

  /// Plans of runs on a chip, those of runs most like the job first: with the same software before others, then by size of the
  /// model and length of the sequence. Each plan once. The data degree is left open, since it follows from the size.
  func published(_ job: Job, chip: String, stack: String) -> [(run: FittedRun, plan: PlanRequest, isOfItsKind: Bool)] {
    let parameters = job.model.parameterCount.total
    func unlike(_ run: FittedRun) -> Double {
      let features = run.features
      var sum = Logarithm.doublings(between: features.parameters, parameters)
      sum += 0.5 * Logarithm.doublings(between: features.sequence, Double(job.sequenceLength))
      if features.precision != job.precision.rawValue { sum += 0.5 }
      if features.stack != stack { sum += Experience.another }
      if features.adapters != (job.loraRank != nil) { sum += Experience.another }
      if (features.expert > 0) != job.model.hasExperts { sum += Experience.another }
      return sum
    }
    var known: [(run: FittedRun, unlike: Double)] = []
    for run in runs where run.chip == chip { known.append((run, unlike(run))) }
    known.sort { a, b in a.unlike == b.unlike ? a.run.id < b.run.id : a.unlike < b.unlike }
    var seen: Set<PlanRequest> = []
    var found: [(run: FittedRun, plan: PlanRequest, isOfItsKind: Bool)] = []
    for one in known where found.count < Experience.candidates {
      let plan = PlanRequest(of: one.run.features, sequence: job.sequenceLength)
      if seen.insert(plan).inserted { found.append((one.run, plan, one.unlike < Experience.another)) }
    }
    return found
  }
}

extension PlanRequest {
  /// Whether a plan has these degrees, with experts that are whole and stages of the stack's own cut.
  func isOf(_ plan: Plan) -> Bool {
    tensor == plan.tensor && pipeline == plan.pipeline && interleave == plan.interleave && context == plan.context
      && (expert ?? 1) == plan.expert && (expertTensor ?? 1) == plan.expertTensor && zero == plan.zero
      && microBatch == plan.microBatch && recompute == plan.recompute && ends == plan.ends
  }

  /// A run's degrees, with micro-batches of as many tokens for sequences of another length.
  fileprivate init(of run: RunFeatures, sequence: Int) {
    self.init()
    (tensor, pipeline) = (Int(run.tensor), Int(run.pipeline))
    (interleave, context) = (Int(run.interleave), Int(run.context))
    if run.expert > 0 { expert = Int(run.expert) }
    zero = run.zero
    microBatch = max(1, Int((run.microBatch * run.sequence / Double(sequence)).rounded(.down)))
    recompute = Recompute(rawValue: run.recompute)
  }
}

extension OptionPlanner {
  /// The answer by the plan of the run most like the job that it can be run with; nil where there is none. A plan of other software or of
  /// another kind of training is nobody's experience with this one: it counts as tried no more than a search counts it.
  func published(_ pricing: PricingRequest) -> (run: FittedRun, answer: Run)? {
    guard let experience = request.experience else { return nil }
    for one in experience.published(request.job, chip: instance.chip.name, stack: efficiency.stack.name) {
      var asked = request
      asked.plan = one.plan
      asked.experience?.doubtsGivenPlans = !one.isOfItsKind
      if case .runs(let run) = OptionPlanner(asked, instance, efficiency, prices).searched(pricing) {
        return (one.run, run)
      }
    }
    return nil
  }

  /// What stands beside the answer of a search: the same size by a plan that others ran, or as many as that plan takes.
  func beside(_ found: Run, _ pricing: PricingRequest) -> PublishedPlan? {
    guard request.plan == PlanRequest() else { return nil }
    var same = request
    same.size = .instances(found.units)
    var part = instance
    part.idleChips = instance.chips - found.devices / found.units / instance.chip.devicesPerChip
    for asked in [same, request] {
      guard let other = OptionPlanner(asked, part, efficiency, prices).published(pricing) else { continue }
      // Where the search ended at the very plan, both are one run.
      let isSame = other.answer.estimate.plan == found.estimate.plan && other.answer.units == found.units
      let result = OptionResult(
        instance: instance, efficiency: efficiency, outcome: .runs(isSame ? found : other.answer))
      let judged = request.knowledge?.judged([result], job: request.job) ?? [result]
      return judged.first.flatMap { PublishedPlan(other.run, $0) }
    }
    return nil
  }
}
