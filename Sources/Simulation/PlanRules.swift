import Scenarios

/// Why a plan cannot run, as facts. `sentence` makes the words, in one place.
public enum PlanProblem: Hashable, Sendable {
  case tensorDoesNotDivideHeads(Int, heads: Int)
  case tensorDoesNotDivideFeedForward(Int, size: Int)
  case tensorAndKeyValueHeads(Int, keyValueHeads: Int)
  case sequenceParallelNeedsTensor
  case sequenceDoesNotSplit(by: Int, length: Int)
  case contextDoesNotSplit(Int, length: Int)
  case pipelineTooDeep(Int, layers: Int)
  case pipelineUneven(pipeline: Int, interleave: Int, layers: Int)
  case interleaveNeedsPipeline(Int)
  case interleaveNeedsMicroBatches(microBatches: Int, pipeline: Int)
  case batchDoesNotSplit(batch: Int, microBatch: Int, data: Int)
  case zeroNeedsWholeModel(zero: Int, pipeline: Int)
  case zeroNeedsRanks(Int)
  case shardDoesNotDivide(Int, ranks: Int)
  case stackLacks(String, stack: String)
  case devices(product: Int, available: Int)
  case leavesNode(devices: Int)
  case recommenderSplits(String)
  case recommenderRecomputes(Recompute)
}

extension PlanProblem {
  /// What is wrong, then what would have worked.
  public var sentence: (message: String, help: String?) {
    switch self {
    case .tensorDoesNotDivideHeads(let t, let heads):
      ("tp \(t) does not divide the model's \(heads) attention heads", "use one of: \(list(divisors(heads)))")
    case .tensorDoesNotDivideFeedForward(let t, let size):
      ("tp \(t) does not divide the feed-forward size \(size)", "use one of: \(list(divisors(size)))")
    case .tensorAndKeyValueHeads(let t, let kv):
      ("tp \(t) and \(kv) key/value heads divide neither way", "use a divisor or a multiple of \(kv)")
    case .sequenceParallelNeedsTensor:
      ("sequence_parallel splits over tensor ranks, and tp is 1", "use tp of 2 or more, or sequence_parallel=false")
    case .sequenceDoesNotSplit(let t, let length):
      ("sequence length \(length) does not split over \(t) tensor ranks", "use a tp that divides \(length)")
    case .contextDoesNotSplit(let c, let length):
      (
        "sequence length \(length) does not split into \(2 * c) balanced parts for cp \(c)",
        "use a cp with 2·cp dividing \(length)"
      )
    case .pipelineTooDeep(let p, let layers):
      ("pp × vpp = \(p) stages for \(layers) layers", "use at most \(layers)")
    case .pipelineUneven(let p, let v, let layers):
      (
        "\(layers) layers do not spread over pp \(p) × vpp \(v) chunks",
        "chunks must divide the layers, or leave only the last, or last and first, one layer short"
      )
    case .interleaveNeedsPipeline(let v):
      ("vpp \(v) interleaves pipeline stages, and pp is 1", "use vpp=1, or pp of 2 or more")
    case .interleaveNeedsMicroBatches(let m, let p):
      (
        "\(m) micro-batches per step are not a multiple of pp \(p), which interleaving needs",
        "change micro_batch or dp"
      )
    case .batchDoesNotSplit(let batch, let b, let d):
      (
        "global batch \(batch) is not a multiple of micro_batch \(b) × dp \(d) = \(b * d)",
        "use a micro_batch × dp of one of: \(list(divisors(batch)))"
      )
    case .zeroNeedsWholeModel(let z, let p):
      (
        "zero \(z) shards gradients, which pipelines accumulate over micro-batches (pp is \(p))",
        "use zero 0 or 1, or pp=1"
      )
    case .zeroNeedsRanks(let z):
      ("zero \(z) shards over data-parallel ranks, and there is one", "use zero=0, or dp of 2 or more")
    case .shardDoesNotDivide(let shard, let ranks):
      ("shard \(shard) does not divide the \(ranks) data and context ranks", "use one of: \(list(divisors(ranks)))")
    case .stackLacks(let what, let stack):
      ("software stack \(stack) has no \(what)", "choose another with --stack, or leave it out of the plan")
    case .devices(let product, let available):
      ("tp × pp × dp × cp = \(product) devices, but \(available) are given", "make the product \(available)")
    case .recommenderSplits(let degree):
      (
        "\(degree) splits layers, and a recommender's nets are copied to every device while its tables are spread by rows",
        "use tp=1, pp=1 and cp=1: all devices are data-parallel ranks"
      )
    case .recommenderRecomputes(let mode):
      ("\(mode.rawValue) recomputation is of transformer layers, which a recommender has none of", "use recompute=none")
    case .leavesNode(let devices):
      ("a cluster of \(devices) devices needs a network between instances, and this type has none", "use one instance")
    }
  }

  private func divisors(_ n: Int) -> [Int] { Simulation.divisors(n) }
  private func list(_ values: [Int]) -> String {
    values.count <= 16
      ? values.map(String.init).joined(separator: ", ")
      : values.prefix(15).map(String.init).joined(separator: ", ") + ", …"
  }
}

/// All divisors of n ≥ 1, ascending.
public func divisors(_ n: Int) -> [Int] {
  var low: [Int] = [], high: [Int] = []
  var d = 1
  while d * d <= n {
    if n % d == 0 {
      low.append(d)
      if d != n / d { high.append(n / d) }
    }
    d += 1
  }
  return low + high.reversed()
}

/// Which plans a job, a stack and a machine allow. Search enumerates only what passes; `--plan` is told all that fails.
public struct PlanRules: Sendable {
  public let job: Job
  public let stack: Stack
  /// Devices inside one billed unit, when nothing connects units.
  public let isolatedDevices: Int?

  public init(job: Job, machine: Machine) {
    self.job = job
    stack = machine.efficiency.stack
    isolatedDevices = machine.clusters ? nil : machine.instance.devices
  }

  /// Everything wrong with a whole plan; empty when legal.
  public func problems(_ plan: Plan, devices: Int? = nil) -> [PlanProblem] {
    var found = shapeProblems(BlockShape(plan))
    found += stageProblems(pipeline: plan.pipeline)
    if let devices, plan.devices != devices {
      found.append(.devices(product: plan.devices, available: devices))
    }
    if let isolatedDevices, plan.devices > isolatedDevices { found.append(.leavesNode(devices: plan.devices)) }
    found += batchProblems(plan) + (isRecommender ? [] : pipelineProblems(plan))
    let ranks = plan.data * plan.context
    if plan.zero > 0, ranks == 1 { found.append(.zeroNeedsRanks(plan.zero)) }
    if plan.zero > 0, let shard = plan.shard, ranks % shard != 0 {
      found.append(.shardDoesNotDivide(shard, ranks: ranks))
    }
    if plan.zero > 1, plan.pipeline > 1 {
      found.append(.zeroNeedsWholeModel(zero: plan.zero, pipeline: plan.pipeline))
    }
    if !stack.zeroStages.contains(plan.zero) { found.append(.stackLacks("zero \(plan.zero)", stack: stack.name)) }
    return found
  }

  private var isRecommender: Bool { job.model.recommender != nil }

  /// What a pipeline degree alone decides.
  public func stageProblems(pipeline: Int) -> [PlanProblem] {
    isRecommender && pipeline > 1 ? [.recommenderSplits("pp \(pipeline)")] : []
  }

  /// What a block shape alone decides of a recommender: it has but data-parallel ranks.
  private func recommenderProblems(_ shape: BlockShape) -> [PlanProblem] {
    var found: [PlanProblem] = []
    if shape.tensor > 1 { found.append(.recommenderSplits("tp \(shape.tensor)")) }
    if shape.context > 1 { found.append(.recommenderSplits("cp \(shape.context)")) }
    if shape.sequenceParallel { found.append(.recommenderSplits("sequence_parallel")) }
    if shape.recompute != .none { found.append(.recommenderRecomputes(shape.recompute)) }
    return found
  }

  /// What a block shape alone decides.
  public func shapeProblems(_ shape: BlockShape) -> [PlanProblem] {
    if isRecommender { return recommenderProblems(shape) }
    let model = job.model, t = shape.tensor, c = shape.context
    var found: [PlanProblem] = []
    if model.heads % t != 0 { found.append(.tensorDoesNotDivideHeads(t, heads: model.heads)) }
    if model.feedForwardSize % t != 0 {
      found.append(.tensorDoesNotDivideFeedForward(t, size: model.feedForwardSize))
    }
    if model.keyValueHeads % t != 0, t % model.keyValueHeads != 0 {
      found.append(.tensorAndKeyValueHeads(t, keyValueHeads: model.keyValueHeads))
    }
    if shape.sequenceParallel {
      if t == 1 { found.append(.sequenceParallelNeedsTensor) }
      if !stack.sequenceParallel { found.append(.stackLacks("sequence parallelism", stack: stack.name)) }
      if (job.sequenceLength / c) % t != 0 {
        found.append(.sequenceDoesNotSplit(by: t, length: job.sequenceLength / c))
      }
    }
    if c > 1 {
      if job.sequenceLength % (2 * c) != 0 { found.append(.contextDoesNotSplit(c, length: job.sequenceLength)) }
      if !stack.contextParallel { found.append(.stackLacks("context parallelism", stack: stack.name)) }
    }
    if !stack.recompute.contains(shape.recompute) {
      found.append(.stackLacks("\(shape.recompute.rawValue) recomputation", stack: stack.name))
    }
    return found
  }

  private func batchProblems(_ plan: Plan) -> [PlanProblem] {
    let share = plan.microBatch * plan.data
    guard job.globalBatch % share == 0 else {
      return [.batchDoesNotSplit(batch: job.globalBatch, microBatch: plan.microBatch, data: plan.data)]
    }
    let microBatches = job.globalBatch / share
    if plan.interleave > 1, microBatches % plan.pipeline != 0 {
      return [.interleaveNeedsMicroBatches(microBatches: microBatches, pipeline: plan.pipeline)]
    }
    return []
  }

  private func pipelineProblems(_ plan: Plan) -> [PlanProblem] {
    var found: [PlanProblem] = []
    if plan.interleave > 1, plan.pipeline == 1 { found.append(.interleaveNeedsPipeline(plan.interleave)) }
    if plan.pipeline > 1, !stack.pipeline { found.append(.stackLacks("pipeline parallelism", stack: stack.name)) }
    if plan.interleave > 1, !stack.interleaving { found.append(.stackLacks("interleaving", stack: stack.name)) }
    let chunks = plan.pipeline * plan.interleave
    if chunks > job.model.layers {
      found.append(.pipelineTooDeep(chunks, layers: job.model.layers))
    } else if !PlanRules.spreads(layers: job.model.layers, pipeline: plan.pipeline, interleave: plan.interleave) {
      found.append(
        .pipelineUneven(pipeline: plan.pipeline, interleave: plan.interleave, layers: job.model.layers))
    }
    return found
  }

  /// Whether layers can be dealt to chunks: evenly, or with the last and then the first one layer short, which makes room
  /// for the head and the embedding there.
  public static func spreads(layers: Int, pipeline: Int, interleave: Int) -> Bool {
    let chunks = pipeline * interleave
    guard chunks <= layers else { return false }
    return (layers + chunks - 1) / chunks * chunks - layers <= min(2, pipeline - 1)
  }
}
