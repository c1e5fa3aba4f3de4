import Scenarios

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
  /// Tokens of a sequence on a context rank, at least. Fewer than a tile of FlashAttention's queries (128) are a kernel that does
  /// nothing else than wait for the others.
  public static let leastContextTokens = 128

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
    found += batchProblems(plan) + (hasDataRanksAlone ? [] : pipelineProblems(plan))
    if let ends = plan.ends, plan.pipeline == 1 { found.append(.endsNeedPipeline(ends)) }
    let ranks = plan.data * plan.context
    found += expertRankProblems(plan, ranks: ranks * plan.tensor)
    if plan.zero > 0, ranks == 1 { found.append(.zeroNeedsRanks(plan.zero)) }
    if plan.zero > 0, let shard = plan.shard, ranks % shard != 0 {
      found.append(.shardDoesNotDivide(shard, ranks: ranks))
    }
    if plan.zero > 1, plan.pipeline > 1 {
      found.append(.zeroNeedsWholeModel(zero: plan.zero, pipeline: plan.pipeline))
    }
    if !stack.zeroStages.contains(plan.zero) { found.append(.stackLacks(.zero(plan.zero), stack: stack.name)) }
    return found
  }

  private var hasDataRanksAlone: Bool { job.model.hasDataRanksAlone }

  /// What a pipeline degree alone decides.
  public func stageProblems(pipeline: Int) -> [PlanProblem] {
    if pipeline > 1, let frozen = job.frozenLayers {
      return [.frozenNeedsWholeModel(frozen: frozen, pipeline: pipeline)]
    }
    return hasDataRanksAlone && pipeline > 1 ? [split(.pipeline(pipeline))] : []
  }

  private func split(_ degree: SplitDegree) -> PlanProblem {
    job.model.recommender != nil ? .recommenderSplits(degree) : .convolutionSplits(degree)
  }

  /// What a block shape alone decides of a model that has but data-parallel ranks.
  private func dataRankProblems(_ shape: BlockShape) -> [PlanProblem] {
    var found: [PlanProblem] = []
    if shape.tensor > 1 { found.append(split(.tensor(shape.tensor))) }
    if shape.context > 1 { found.append(split(.context(shape.context))) }
    if shape.sequenceParallel { found.append(split(.sequence)) }
    if shape.recompute != .none {
      found.append(
        job.model.recommender != nil ? .recommenderRecomputes(shape.recompute) : .convolutionRecomputes(shape.recompute)
      )
    }
    return found + expertProblems(shape)
  }

  /// What tensor ranks must divide of a block.
  private func blockProblems(_ block: Block, tensor t: Int) -> [PlanProblem] {
    var found: [PlanProblem] = []
    func heads(_ count: Int) { if count % t != 0 { found.append(.tensorDoesNotDivideHeads(t, heads: count)) } }
    switch block.mixer {
    case .attention(let attention):
      heads(attention.heads)
      if attention.keyValueHeads % t != 0, t % attention.keyValueHeads != 0 {
        found.append(.tensorAndKeyValueHeads(t, keyValueHeads: attention.keyValueHeads))
      }
    case .latent(let attention): heads(attention.heads)
    case .stateSpace(let mixer): heads(mixer.heads ?? mixer.innerSize)
    case .gatedDelta(let mixer): heads(mixer.keyHeads)
    case .convolution, .projection, .none: break
    }
    let split: DenseNet? =
      switch block.feedForward {
      case .dense(let net): net
      case .experts(let experts): experts.shared
      case .none: nil
      }
    if let split, split.size % t != 0 { found.append(.tensorDoesNotDivideFeedForward(t, size: split.size)) }
    return found
  }

  /// What a mixture of experts asks of a shape. Megatron-LM trains one under tensor parallelism with sequence parallelism only.
  private func expertProblems(_ shape: BlockShape) -> [PlanProblem] {
    let counts = job.model.experts.map(\.count)
    guard !counts.isEmpty else {
      return (shape.expert > 1 ? [.noExperts(shape.expert)] : [])
        + (shape.expertTensor > 1 ? [.noExpertsToCut(shape.expertTensor)] : [])
    }
    var found: [PlanProblem] = []
    if let uneven = counts.first(where: { $0 % shape.expert != 0 }) {
      found.append(.expertsDoNotSplit(shape.expert, experts: uneven))
    }
    if let uneven = job.model.experts.first(where: { $0.net.size % shape.expertTensor != 0 }) {
      found.append(.expertTensorDoesNotDivide(shape.expertTensor, size: uneven.net.size))
    }
    if shape.tensor > 1, !shape.sequenceParallel { found.append(.expertsNeedSequenceParallel) }
    if !stack.expertParallel {
      if shape.expert > 1 { found.append(.stackLacks(.expertParallelism, stack: stack.name)) }
      if shape.expertTensor > 1 { found.append(.stackLacks(.expertTensorParallelism, stack: stack.name)) }
    }
    return found
  }

  /// Of the tensor, context and data ranks of a stage, whether groups of experts' ranks fill them.
  private func expertRankProblems(_ plan: Plan, ranks: Int) -> [PlanProblem] {
    if ranks % plan.expert != 0 { return [.expertRanks(plan.expert, ranks: ranks)] }
    guard (ranks / plan.expert) % plan.expertTensor != 0 else { return [] }
    return [.expertTensorRanks(plan.expertTensor, expert: plan.expert, ranks: ranks)]
  }

  /// What a block shape alone decides.
  public func shapeProblems(_ shape: BlockShape) -> [PlanProblem] {
    if hasDataRanksAlone { return dataRankProblems(shape) }
    let model = job.model, t = shape.tensor, c = shape.context
    var found: [PlanProblem] = []
    for problem in model.layout.kinds.flatMap({ blockProblems($0, tensor: t) }) where !found.contains(problem) {
      found.append(problem)
    }
    found.sort { $0.rank < $1.rank }
    found += expertProblems(shape)
    if shape.sequenceParallel {
      if t == 1 { found.append(.sequenceParallelNeedsTensor) }
      if !stack.sequenceParallel { found.append(.stackLacks(.sequenceParallelism, stack: stack.name)) }
      for length in [job.sequenceLength] + model.ownLengths where (length / c) % t != 0 {
        found.append(.sequenceDoesNotSplit(by: t, length: length / c))
      }
    }
    if t > 1, !stack.tensorParallel { found.append(.stackLacks(.tensorParallelism, stack: stack.name)) }
    if c > 1 {
      if !feedsAttention(context: c) {
        found.append(.contextTooShort(c, length: job.sequenceLength))
      }
      if job.sequenceLength % (2 * c) != 0 { found.append(.contextDoesNotSplit(c, length: job.sequenceLength)) }
      for length in model.ownLengths where length % c != 0 {
        found.append(.contextDoesNotSplit(c, length: length))
      }
      let heads = model.layout.kinds.compactMap(\.mixer.attentionHeads)
      if stack.contextExchange == .heads, let heads = heads.first(where: { $0 % (t * c) != 0 }) {
        found.append(.contextDoesNotDivideHeads(c, tensor: t, heads: heads))
      }
      if !stack.contextParallel { found.append(.stackLacks(.contextParallelism, stack: stack.name)) }
    }
    if !stack.recompute.contains(shape.recompute.whole) {
      found.append(.stackLacks(.recomputation(shape.recompute.whole), stack: stack.name))
    }
    if let part = shape.recompute.layers, part > model.layers {
      found.append(.recomputesMoreThanAll(part, layers: model.layers))
    }
    return found
  }

  /// Whether a context rank has enough tokens for a kernel of attention, where there is attention.
  public func feedsAttention(context c: Int) -> Bool {
    c == 1 || job.sequenceLength / c >= PlanRules.leastContextTokens
      || job.model.layout.kinds.allSatisfy { $0.mixer.attentionHeads == nil }
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
    return feedsBothEnds(pipeline: plan.pipeline, microBatches: microBatches)
      ? [] : [.dualPipeNeedsPairs(microBatches: microBatches, pipeline: plan.pipeline)]
  }

  /// Whether a pipeline can be fed as its stack does it. DualPipe takes an even number of stages and of micro-batches, and at least two of
  /// these for each stage (github.com/deepseek-ai/DualPipe, `dualpipe.py`).
  public func feedsBothEnds(pipeline: Int, microBatches: Int) -> Bool {
    !stack.dualPipe || pipeline == 1
      || (pipeline % 2 == 0 && microBatches % 2 == 0 && microBatches >= 2 * pipeline)
  }

  private func pipelineProblems(_ plan: Plan) -> [PlanProblem] {
    var found: [PlanProblem] = []
    if plan.interleave > 1, plan.pipeline == 1 { found.append(.interleaveNeedsPipeline(plan.interleave)) }
    if plan.pipeline > 1, !stack.pipeline { found.append(.stackLacks(.pipelineParallelism, stack: stack.name)) }
    if plan.interleave > 1, !stack.interleaving { found.append(.stackLacks(.interleaving, stack: stack.name)) }
    let chunks = plan.pipeline * plan.interleave
    if let ends = plan.ends, plan.pipeline > 1 {
      if !spreads(pipeline: plan.pipeline, interleave: plan.interleave, ends: ends) {
        found.append(.endsDoNotSpread(ends, chunks: chunks, layers: job.model.ownLayers))
      }
    } else if chunks > job.model.layers {
      found.append(.pipelineTooDeep(chunks, layers: job.model.layers))
    } else if !spreads(pipeline: plan.pipeline, interleave: plan.interleave) {
      found.append(
        .pipelineUneven(pipeline: plan.pipeline, interleave: plan.interleave, layers: job.model.layers))
    }
    return found
  }

  /// Whether this model's layers can be dealt to chunks. Layers that are not all alike are dealt by hand as it comes out best,
  /// as Megatron's pipeline layouts do: no chunk has more than one fewer than another.
  ///
  /// - Parameter ends: chosen by hand; then layers of all kinds have to come out evenly between them.
  public func spreads(pipeline: Int, interleave: Int, ends: ChunkEnds? = nil) -> Bool {
    if let ends {
      return pipeline > 1 && ends.between(layers: job.model.ownLayers, chunks: pipeline * interleave) != nil
    }
    let layers = job.model.layers
    if job.model.layout.isUniform {
      return PlanRules.spreads(layers: layers, pipeline: pipeline, interleave: interleave)
    }
    return pipeline * interleave <= layers
  }

  /// Whether layers can be dealt to chunks: evenly, or with the last and then the first one layer short, which makes room
  /// for the head and the embedding there.
  public static func spreads(layers: Int, pipeline: Int, interleave: Int) -> Bool {
    let chunks = pipeline * interleave
    guard chunks <= layers else { return false }
    return (layers + chunks - 1) / chunks * chunks - layers <= min(2, pipeline - 1)
  }
}
