import Scenarios

/// Why a plan cannot run.
public enum PlanProblem: Hashable, Sendable {
  case tensorDoesNotDivideHeads(Int, heads: Int)
  case tensorDoesNotDivideFeedForward(Int, size: Int)
  case tensorAndKeyValueHeads(Int, keyValueHeads: Int)
  case sequenceParallelNeedsTensor
  case sequenceDoesNotSplit(by: Int, length: Int)
  case contextDoesNotSplit(Int, length: Int)
  case contextTooShort(Int, length: Int)
  case contextDoesNotDivideHeads(Int, tensor: Int, heads: Int)
  case pipelineTooDeep(Int, layers: Int)
  case pipelineUneven(pipeline: Int, interleave: Int, layers: Int)
  case interleaveNeedsPipeline(Int)
  case interleaveNeedsMicroBatches(microBatches: Int, pipeline: Int)
  case dualPipeNeedsPairs(microBatches: Int, pipeline: Int)
  case batchDoesNotSplit(batch: Int, microBatch: Int, data: Int)
  case zeroNeedsWholeModel(zero: Int, pipeline: Int)
  case zeroNeedsRanks(Int)
  case shardDoesNotDivide(Int, ranks: Int)
  case stackLacks(StackFeature, stack: String)
  case devices(product: Int, available: Int)
  case leavesNode(devices: Int)
  case noExperts(Int)
  case expertsDoNotSplit(Int, experts: Int)
  case expertRanks(Int, ranks: Int)
  case noExpertsToCut(Int)
  case expertTensorDoesNotDivide(Int, size: Int)
  case expertTensorRanks(Int, expert: Int, ranks: Int)
  case expertsNeedSequenceParallel
  case recommenderSplits(SplitDegree)
  case recommenderRecomputes(Recompute)
  case convolutionSplits(SplitDegree)
  case convolutionRecomputes(Recompute)
  case recomputesMoreThanAll(Int, layers: Int)
  case endsNeedPipeline(ChunkEnds)
  case endsDoNotSpread(ChunkEnds, chunks: Int, layers: Int)
  /// What stages train differs where the first layers are frozen.
  case frozenNeedsWholeModel(frozen: Int, pipeline: Int)
}

/// What a plan asks of its software stack.
public enum StackFeature: Hashable, Sendable {
  case zero(Int)
  case tensorParallelism
  case sequenceParallelism
  case contextParallelism
  case expertParallelism
  case expertTensorParallelism
  case pipelineParallelism
  case interleaving
  case recomputation(Recompute)
}

/// A degree that splits layers.
public enum SplitDegree: Hashable, Sendable {
  case tensor(Int)
  case pipeline(Int)
  case context(Int)
  case sequence
}

extension PlanProblem {
  /// The key of a plan that is most likely to be changed.
  public var key: String {
    switch self {
    case .pipelineTooDeep, .pipelineUneven, .frozenNeedsWholeModel, .dualPipeNeedsPairs: "pp"
    case .interleaveNeedsPipeline, .interleaveNeedsMicroBatches: "vpp"
    case .contextDoesNotSplit, .contextTooShort, .contextDoesNotDivideHeads: "cp"
    case .sequenceParallelNeedsTensor: "sequence_parallel"
    case .batchDoesNotSplit: "dp"
    case .zeroNeedsRanks, .zeroNeedsWholeModel: "zero"
    case .shardDoesNotDivide: "shard"
    case .noExperts, .expertsDoNotSplit, .expertRanks: "ep"
    case .noExpertsToCut, .expertTensorDoesNotDivide, .expertTensorRanks: "etp"
    case .expertsNeedSequenceParallel: "sequence_parallel"
    case .endsNeedPipeline, .endsDoNotSpread: "ends"
    case .recommenderSplits(let degree), .convolutionSplits(let degree): degree.key
    case .recommenderRecomputes, .convolutionRecomputes, .recomputesMoreThanAll: "recompute"
    case .stackLacks(let feature, _): feature.key
    case .tensorDoesNotDivideHeads, .tensorDoesNotDivideFeedForward, .tensorAndKeyValueHeads,
      .sequenceDoesNotSplit, .devices, .leavesNode:
      "tp"
    }
  }
}

extension PlanProblem {
  /// Whether a degree by itself is what is wrong, or two of them together.
  public var isOfDegrees: Bool {
    switch self {
    case .stackLacks, .pipelineTooDeep, .pipelineUneven, .zeroNeedsWholeModel, .interleaveNeedsPipeline: true
    default: false
    }
  }

  /// Order in which what blocks ask is told.
  var rank: Int {
    switch self {
    case .tensorDoesNotDivideHeads: 0
    case .tensorDoesNotDivideFeedForward: 1
    default: 2
    }
  }
}

extension StackFeature {
  fileprivate var key: String {
    switch self {
    case .zero: "zero"
    case .tensorParallelism: "tp"
    case .sequenceParallelism: "sequence_parallel"
    case .contextParallelism: "cp"
    case .expertParallelism: "ep"
    case .expertTensorParallelism: "etp"
    case .pipelineParallelism: "pp"
    case .interleaving: "vpp"
    case .recomputation: "recompute"
    }
  }
}

extension SplitDegree {
  fileprivate var key: String {
    switch self {
    case .tensor: "tp"
    case .pipeline: "pp"
    case .context: "cp"
    case .sequence: "sequence_parallel"
    }
  }
}
