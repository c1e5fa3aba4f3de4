import Calibration
import Scenarios
import Simulation

/// Plans that were really run: what tells a search where its own optimism begins.
///
/// A search takes the best of thousands of predictions, and so the one that is most wrong to its favour: among plans like
/// those that teams ran there is little to be wrong about, elsewhere the most (Smith and Winkler, The optimizer's curse,
/// Management Science 52 (2006) 311–322). So a plan that nobody ran counts as slower, by what published plans beside searched
/// ones have shown.
public struct Experience: Sendable {
  let runs: [FittedRun]
  private let likeness: Likeness
  /// Nil: nobody knows what strangeness costs.
  let untried: Practice.Part?
  /// Whether a plan that is asked for whole counts as slower, too, where nobody ran its like: one that a run of another kind lent.
  var doubtsGivenPlans = false

  public init(_ runs: [FittedRun], _ likeness: Likeness, untried: Practice.Part?) {
    self.runs = runs
    self.likeness = likeness
    self.untried = untried
  }

  /// What logs of one's own say of plans of a job; nil where they say nothing.
  func own(_ simulator: Simulator) -> OwnPace? {
    let machine = simulator.machine
    return OwnLogs(runs, likeness).flatMap {
      OwnPace($0, Subject(machine.instance.chip, machine.efficiency.stack), simulator.job)
    }
  }

  /// What a search for a plan should know; nil where there is nothing to search for, or everything is taken to be tuned.
  func tried(_ simulator: Simulator, _ request: PlanRequest) -> TriedPlans? {
    let machine = simulator.machine
    guard let untried, doubtsGivenPlans || !request.isWhole, simulator.job.operating.practice != .tuned else {
      return nil
    }
    let chip = machine.instance.chip, stack = machine.efficiency.stack
    var plans = tried(Subject(chip, stack), simulator.job, untried)
    // Those of runs like the job have been tried, whatever else differs: their price is the same asked for by name and found.
    plans.published = published(simulator.job, chip: chip.name, stack: stack.name).filter(\.isOfItsKind).map(\.plan)
    return plans
  }

  /// Of a generation of chips with a stack; of either alone where nobody ran both. A plan that went well on one chip is no
  /// adventure on its sister.
  private func tried(_ subject: Subject, _ job: Job, _ untried: Practice.Part) -> TriedPlans {
    let both = runs.filter { $0.generation == subject.generation && $0.stack == subject.stack }
    let known = both.isEmpty ? runs.filter { $0.generation == subject.generation || $0.stack == subject.stack } : both
    return TriedPlans(known.map(\.features), likeness, job, on: subject.architecture, untried: untried)
  }
}

/// Plans that were run with a stack on a chip, and how unlike them another is.
struct TriedPlans: Sendable {
  private static let features = Likeness.Feature.allCases.filter(\.isPlan)
  private static let ordered = features.count { Likeness.place($0) < Likeness.Feature.ordered }
  private static let tensor = features.firstIndex(of: .tensor) ?? 0
  /// [plans][features], each over its length.
  private let points: [Double]
  private let scales: [Double]
  private let sequence: Double
  private let batch: Double
  /// The coordinate of each mode of recomputation.
  private let modes: [Recompute: Double]
  let untried: Practice.Part
  /// Degrees of runs like the job.
  var published: [PlanRequest] = []
  /// What some run among them has.
  private let known: Set<PlanFeature>
  /// What layers of the job have that no fitted run has, whatever the plan.
  private let ofModel: [PlanFeature]
  private let hasExperts: Bool

  init(_ runs: [RunFeatures], _ likeness: Likeness, _ job: Job, on architecture: String, untried: Practice.Part) {
    let places = TriedPlans.features.map(Likeness.place), scales = places.map { 1 / likeness.lengths[$0] }
    self.scales = scales
    (sequence, batch) = (Double(job.sequenceLength), Double(job.globalBatch))
    self.untried = untried
    ofModel =
      (job.model.hasUntriedStates(on: architecture) ? [.states] : [])
      + (job.model.hasConvolutions ? [.convolutions] : [])
    hasExperts = job.model.hasExperts
    known = Set(
      runs.flatMap { run in
        PlanFeature.of(
          tensor: run.tensor, pipeline: run.pipeline, interleave: run.interleave, context: run.context, zero: run.zero,
          hasExperts: run.expert > 0)
      })
    let found = Set(
      runs.map { run in
        let all = run.coordinates
        return zip(places, scales).map { all[$0] * $1 }
      })
    points = found.sorted { $0.lexicographicallyPrecedes($1) }.flatMap { $0 }
    modes = Dictionary(
      uniqueKeysWithValues: Recompute.allCases.map { mode in
        let any = RunFeatures(chip: "", stack: "", job: job, plan: Plan(recompute: mode)).coordinates
        return (mode, any[Likeness.place(.recompute)])
      })
  }

  /// What the plan has and none of the runs; nothing where there are no runs.
  func firsts(of plan: Plan) -> [PlanFeature] {
    guard !points.isEmpty else { return [] }
    return PlanFeature.of(
      tensor: Double(plan.tensor), pipeline: Double(plan.pipeline), interleave: Double(plan.interleave),
      context: Double(plan.context), zero: plan.zero, hasExperts: hasExperts, cutsExperts: plan.expertTensor > 1
    ).filter { !known.contains($0) } + ofModel
  }

  /// 0 for a plan that was run, 1 for one unlike all.
  func strangeness(of plan: Plan) -> Double {
    guard !points.isEmpty else { return 1 }
    if published.contains(where: { $0.isOf(plan) }) { return 0 }
    let size = TriedPlans.features.count, ordered = TriedPlans.ordered
    let ran = Double(plan.microBatch * plan.data)
    let amounts = [
      Double(plan.microBatch) * sequence, max(1, batch / ran), Double(plan.tensor), Double(plan.pipeline),
      Double(plan.interleave), Double(plan.context), Double(plan.expert),
    ]
    let asked =
      amounts.indices.map { Logarithm.doublings(amounts[$0]) * scales[$0] }
      + [(modes[plan.recompute.whole] ?? 0) * scales[ordered], (plan.zero == 3 ? 1 : 0) * scales[ordered + 1]]
    var least = Double.infinity
    points.withUnsafeBufferPointer { points in
      for start in stride(from: 0, to: points.count, by: size) {
        var square = 0.0
        for f in 0..<size {
          let difference = points[start + f] - asked[f]
          square += f < ordered ? difference * difference : difference == 0 ? 0 : scales[f] * scales[f]
          if square >= least { break }
        }
        least = min(least, square)
      }
    }
    // Nobody's run has cut experts: they are as far from whole ones as tensor degrees are from 1.
    let cut = Logarithm.doublings(Double(plan.expertTensor)) * scales[TriedPlans.tensor]
    return 1 - Logarithm.exponential(-0.5 * (least + cut * cut))
  }

  /// By what the steps of a plan are expected to be longer than the best prediction: 1 for one that was run.
  func slowdown(of plan: Plan) -> Double { slowdown(at: strangeness(of: plan)) }

  func slowdown(at strangeness: Double) -> Double {
    Logarithm.exponential(strangeness * Logarithm.natural(untried.factor))
  }
}

/// A way of splitting work that a plan has or has not.
public enum PlanFeature: String, CaseIterable, Sendable {
  case tensor = "tensor parallelism"
  case pipeline = "pipelines"
  case interleaving = "interleaved pipelines"
  case context = "context parallelism"
  case sharding = "sharded parameters"
  case experts = "experts"
  case cutExperts = "experts cut by etp"
  // Of a model, whatever the plan: the fit has no such run.
  case states = "state-space layers"
  case convolutions

  static func of(
    tensor: Double, pipeline: Double, interleave: Double, context: Double, zero: Int, hasExperts: Bool,
    cutsExperts: Bool = false
  ) -> [PlanFeature] {
    let all: [(PlanFeature, Bool)] = [
      (.tensor, tensor > 1), (.pipeline, pipeline > 1), (.interleaving, interleave > 1), (.context, context > 1),
      (.sharding, zero == 3), (.experts, hasExperts),
      (.cutExperts, cutsExperts),
    ]
    return all.filter(\.1).map(\.0)
  }
}
