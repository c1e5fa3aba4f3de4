import Scenarios
import Simulation

extension PlanProblem: Worded {
  public var wording: Wording {
    func no(_ code: String, _ figures: @autoclosure @escaping @Sendable () -> Wording.Figures, _ text: String)
      -> Wording
    {
      Wording(code, .refusal, figures(), text)
    }
    return switch self {
    case .tensorDoesNotDivideHeads(let t, let heads):
      no(
        "tensor-heads", ["tp": .integer(t), "heads": .integer(heads)],
        "tp \(t) does not divide the model's \(heads) attention heads")
    case .tensorDoesNotDivideFeedForward(let t, let size):
      no(
        "tensor-feed-forward", ["tp": .integer(t), "size": .integer(size)],
        "tp \(t) does not divide the feed-forward size \(size)")
    case .tensorAndKeyValueHeads(let t, let kv):
      no(
        "tensor-key-value-heads", ["tp": .integer(t), "key_value_heads": .integer(kv)],
        "tp \(t) and \(kv) key/value heads divide neither way")
    case .sequenceParallelNeedsTensor:
      no("sequence-parallel-needs-tensor", [:], "sequence_parallel splits over tensor ranks, and tp is 1")
    case .sequenceDoesNotSplit(let t, let length):
      no(
        "sequence-over-tensor", ["tp": .integer(t), "length": .integer(length)],
        "sequence length \(length) does not split over \(t) tensor ranks")
    case .contextDoesNotSplit(let c, let length):
      no(
        "sequence-over-context", ["cp": .integer(c), "length": .integer(length)],
        "sequence length \(length) does not split into \(2 * c) balanced parts for cp \(c)")
    case .contextTooShort(let c, let length):
      no(
        "context-too-short", ["cp": .integer(c), "length": .integer(length)],
        "cp \(c) leaves each rank \(length / c) of \(length) tokens, fewer than the \(PlanRules.leastContextTokens) that a kernel of "
          + "attention works on at a time")
    case .contextDoesNotDivideHeads(let c, let t, let heads):
      no(
        "context-over-heads", ["cp": .integer(c), "tp": .integer(t), "heads": .integer(heads)],
        "\(heads) attention heads do not split over tp \(t) and cp \(c), whose ranks share out heads")
    case .pipelineTooDeep(let p, let layers):
      no(
        "pipeline-too-deep", ["stages": .integer(p), "layers": .integer(layers)],
        "pp × vpp = \(p) stages for \(layers) layers")
    case .pipelineUneven(let p, let v, let layers):
      no(
        "pipeline-uneven", ["pp": .integer(p), "vpp": .integer(v), "layers": .integer(layers)],
        "\(layers) layers do not spread over pp \(p) × vpp \(v) chunks")
    case .interleaveNeedsPipeline(let v):
      no("interleaving-needs-pipeline", ["vpp": .integer(v)], "vpp \(v) interleaves pipeline stages, and pp is 1")
    case .interleaveNeedsMicroBatches(let m, let p):
      no(
        "interleaving-needs-micro-batches", ["micro_batches": .integer(m), "pp": .integer(p)],
        "\(m) micro-batches per step are not a multiple of pp \(p), which interleaving needs")
    case .dualPipeNeedsPairs(let m, let p):
      no(
        "dual-pipe-needs-pairs", ["micro_batches": .integer(m), "pp": .integer(p)],
        "DualPipe feeds a pipeline from both ends: pp and micro-batches have to be even, and these at least 2 × pp, not \(m) for pp \(p)"
      )
    case .batchDoesNotSplit(let batch, let b, let d):
      no(
        "batch-over-ranks", ["global_batch": .integer(batch), "micro_batch": .integer(b), "dp": .integer(d)],
        "global batch \(batch) is not a multiple of micro_batch \(b) × dp \(d) = \(b * d)")
    case .zeroNeedsWholeModel(let z, let p):
      no(
        "zero-under-pipeline", ["zero": .integer(z), "pp": .integer(p)],
        "zero \(z) shards gradients, which pipelines accumulate over micro-batches (pp is \(p))")
    case .zeroNeedsRanks(let z):
      no("zero-needs-ranks", ["zero": .integer(z)], "zero \(z) shards over data-parallel ranks, and there is one")
    case .shardDoesNotDivide(let shard, let ranks):
      no(
        "shard-over-ranks", ["shard": .integer(shard), "ranks": .integer(ranks)],
        "shard \(shard) does not divide the \(ranks) data and context ranks")
    case .stackLacks(let feature, let stack):
      no(
        "stack-lacks", ["feature": .text(feature.words), "stack": .text(stack)],
        "software stack \(stack) has no \(feature.words)")
    case .devices(let product, let available):
      no(
        "devices-of-plan", ["product": .integer(product), "available": .integer(available)],
        "tp × pp × dp × cp = \(product) devices, but \(available) are given")
    case .noExperts(let e):
      no("no-experts", ["ep": .integer(e)], "ep \(e) spreads experts, and the model has none")
    case .expertsDoNotSplit(let e, let experts):
      no(
        "experts-over-ranks", ["ep": .integer(e), "experts": .integer(experts)],
        "ep \(e) does not divide the \(experts) experts")
    case .expertRanks(let e, let ranks):
      no(
        "expert-ranks", ["ep": .integer(e), "ranks": .integer(ranks)],
        "ep \(e) does not divide the \(ranks) tensor, context and data ranks of a stage")
    case .noExpertsToCut(let x):
      no("no-experts-to-cut", ["etp": .integer(x)], "etp \(x) cuts experts, and the model has none")
    case .expertTensorDoesNotDivide(let x, let size):
      no(
        "expert-tensor-width", ["etp": .integer(x), "size": .integer(size)],
        "etp \(x) does not divide the experts' width of \(size)")
    case .expertTensorRanks(let x, let e, let ranks):
      no(
        "expert-tensor-ranks", ["etp": .integer(x), "ep": .integer(e), "ranks": .integer(ranks)],
        "etp \(x) × ep \(e) = \(x * e) does not divide the \(ranks) tensor, context and data ranks of a stage")
    case .expertsNeedSequenceParallel:
      no(
        "experts-need-sequence-parallel", [:],
        "experts under tensor parallelism need sequence_parallel, so that each rank routes its own tokens")
    case .recommenderSplits(let degree):
      no(
        "recommender-splits", ["degree": .text(degree.words)],
        "\(degree.words) splits layers, and a recommender's nets are copied to every device while its tables are spread "
          + "by rows")
    case .recommenderRecomputes(let mode):
      no(
        "recommender-recomputes", ["recompute": .text(mode.rawValue)],
        "\(mode.rawValue) recomputation is of transformer layers, which a recommender has none of")
    case .convolutionSplits(let degree):
      no(
        "convolution-splits", ["degree": .text(degree.words)],
        "\(degree.words) splits layers of transformers, and convolutions are copied to every device")
    case .convolutionRecomputes(let mode):
      no(
        "convolution-recomputes", ["recompute": .text(mode.rawValue)],
        "\(mode.rawValue) recomputation is of transformer layers, and nothing is made again of a convolution")
    case .recomputesMoreThanAll(let part, let layers):
      no(
        "recomputes-more-than-all", ["recompute_layers": .integer(part), "layers": .integer(layers)],
        "recomputation in \(part) layers of each stage, and the model has \(layers)")
    case .endsNeedPipeline(let ends):
      no(
        "ends-need-pipeline", ["ends": .text(ends.rawValue)],
        "ends \(ends.rawValue) cuts a pipeline by hand, and pp is 1")
    case .endsDoNotSpread(let ends, let chunks, let layers):
      no(
        "ends-do-not-spread",
        ["ends": .text(ends.rawValue), "chunks": .integer(chunks), "layers": .integer(layers)],
        "with ends \(ends.rawValue) the rest of \(layers) layers is not dealt evenly to the other \(max(0, chunks - 2)) of "
          + "\(chunks) chunks")
    case .frozenNeedsWholeModel(let frozen, let p):
      no(
        "frozen-under-pipeline", ["frozen": .integer(frozen), "pp": .integer(p)],
        "the first \(frozen) layers are frozen, and pp \(p) would give stages that train nothing")
    case .leavesNode(let devices):
      no(
        "no-network", ["devices": .integer(devices)],
        "a cluster of \(devices) devices needs a network between instances, and this type has none")
    }
  }

  /// What would have worked.
  public var help: String {
    switch self {
    case .tensorDoesNotDivideHeads(_, let heads): "use one of: \(list(divisors(heads)))"
    case .tensorDoesNotDivideFeedForward(_, let size): "use one of: \(list(divisors(size)))"
    case .tensorAndKeyValueHeads(_, let kv): "use a divisor or a multiple of \(kv)"
    case .sequenceParallelNeedsTensor: "use tp of 2 or more, or sequence_parallel=false"
    case .sequenceDoesNotSplit(_, let length): "use a tp that divides \(length)"
    case .contextDoesNotSplit(_, let length): "use a cp with 2·cp dividing \(length)"
    case .contextTooShort(_, let length):
      "use a cp of at most \(max(1, length / PlanRules.leastContextTokens))"
    case .contextDoesNotDivideHeads(_, let t, let heads): "use a cp that divides \(max(1, heads / t))"
    case .pipelineTooDeep(_, let layers): "use at most \(layers)"
    case .pipelineUneven:
      "chunks must divide the layers, or leave only the last, or last and first, one layer short"
    case .interleaveNeedsPipeline: "use vpp=1, or pp of 2 or more"
    case .interleaveNeedsMicroBatches: "change micro_batch or dp"
    case .dualPipeNeedsPairs: "use an even pp, a smaller dp, or another stack"
    case .batchDoesNotSplit(let batch, _, _): "use a micro_batch × dp of one of: \(list(divisors(batch)))"
    case .zeroNeedsWholeModel: "use zero 0 or 1, or pp=1"
    case .zeroNeedsRanks: "use zero=0, or dp of 2 or more"
    case .shardDoesNotDivide(_, let ranks): "use one of: \(list(divisors(ranks)))"
    case .stackLacks: "choose another with --stack, or leave it out of the plan"
    case .devices(_, let available): "make the product \(available)"
    case .noExperts: "use ep=1"
    case .expertsDoNotSplit(_, let experts): "use one of: \(list(divisors(experts)))"
    case .expertRanks(_, let ranks): "use one of: \(list(divisors(ranks)))"
    case .noExpertsToCut: "use etp=1"
    case .expertTensorDoesNotDivide(_, let size): "use one of: \(list(divisors(size)))"
    case .expertTensorRanks(_, let e, let ranks): "use one of: \(list(divisors(ranks / e)))"
    case .expertsNeedSequenceParallel: "use sequence_parallel=true, or tp=1"
    case .recommenderSplits, .convolutionSplits: "use tp=1, pp=1 and cp=1: all devices are data-parallel ranks"
    case .recommenderRecomputes, .convolutionRecomputes: "use recompute=none"
    case .recomputesMoreThanAll(_, let layers): "use at most \(layers), or leave the number out: all layers"
    case .endsNeedPipeline: "leave ends out, or use a pp of 2 or more"
    case .endsDoNotSpread(let ends, let chunks, let layers): ends.nearest(layers: layers, chunks: chunks)
    case .frozenNeedsWholeModel: "use pp=1"
    case .leavesNode: "use one instance"
    }
  }

  private func list(_ values: [Int]) -> String {
    values.count <= 16
      ? values.map(String.init).joined(separator: ", ")
      : values.prefix(15).map(String.init).joined(separator: ", ") + ", …"
  }
}

extension ChunkEnds {
  /// What would have worked: as many layers in the first chunk, and in the last what is then left.
  fileprivate func nearest(layers: Int, chunks: Int) -> String {
    guard chunks > 2 else {
      return first < layers ? "use ends=\(first):\(layers - first)" : "use a first of less than \(layers)"
    }
    let each = max(1, (layers - first) / (chunks - 1)), last = layers - first - each * (chunks - 2)
    guard last >= 0 else { return "use fewer layers in the first, or fewer chunks: pp × vpp is \(chunks)" }
    return "use ends=\(first):\(last), \(each) in each of the others"
  }
}

extension StackFeature {
  fileprivate var words: String {
    switch self {
    case .zero(let stage): "zero \(stage)"
    case .tensorParallelism: "tensor parallelism"
    case .sequenceParallelism: "sequence parallelism"
    case .contextParallelism: "context parallelism"
    case .expertParallelism: "expert parallelism"
    case .expertTensorParallelism: "expert tensor parallelism"
    case .pipelineParallelism: "pipeline parallelism"
    case .interleaving: "interleaving"
    case .recomputation(let mode): "\(mode.rawValue) recomputation"
    }
  }
}

extension SplitDegree {
  fileprivate var words: String {
    switch self {
    case .tensor(let degree): "tp \(degree)"
    case .pipeline(let degree): "pp \(degree)"
    case .context(let degree): "cp \(degree)"
    case .sequence: "sequence_parallel"
    }
  }
}

extension Unsupported: Worded {
  public var wording: Wording {
    switch self {
    case .format(let type, let chip, let known):
      Wording(
        "no-rate-in-format", .refusal,
        ["chip": .text(chip), "precision": .text(type.rawValue), "known": .texts(known.map(\.rawValue))],
        "\(chip) has no \(type.rawValue) matrix rate; it has \(known.map(\.rawValue).joined(separator: ", "))")
    case .hostLinkUnknown(let chip):
      Wording(
        "host-link-unknown", .refusal, ["chip": .text(chip)],
        "nothing can be offloaded: how fast \(chip)'s link to its host is, is not known; its file may say so as 'host_link'"
      )
    }
  }
}
