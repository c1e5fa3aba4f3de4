/// A number that says how much software reaches of a datasheet, or what it costs beside it: fitted by `calibrate`, one
/// value for each profile. The doc comments are the meaning; docs/Model.md has the formulas that use them.
public enum EfficiencyParameter: Int, CaseIterable, Sendable {
  // What a chip's libraries reach.
  /// η_max of large matrix products, by the width of the operands.
  case gemm16bit, gemmFP8, gemmMXFP8, gemmFP4, gemm32bit
  /// η_max of the batched products of unfused attention, and the part of it left where rows are not whole 16-byte lines.
  case gemmBatched, misaligned
  /// Share of the tile and wave loss of one fixed tile that is really paid.
  case tileLoss
  /// K_half: inner dimension at which a product reaches half of η_max.
  case gemmDepthHalf
  /// Fractions of peak of fused attention over long sequences, and the length at which half of it is reached.
  case attentionForward, attentionBackward, attentionLengthHalf
  /// β, fractions of memory bandwidth by kind of memory-bound operator.
  case elementwise, normalization, softmax, optimizer
  /// Traffic of a cast with its scaling, in units of one pass; extra traffic of a softmax without its fused kernel, in
  /// units of the fused one's.
  case castPasses, softmaxPasses
  /// Seconds between two operators on the device.
  case launchTime
  /// Fractions of link bandwidth that collectives reach, by tier; latency of a step in units of the link's published one.
  case deviceLink, scaleUp, scaleOut, scaleUpLatency, scaleOutLatency
  // What a stack hides and adds.
  /// ω: part of the concurrent compute behind which communication can hide.
  case tensorOverlap, tensorForwardOverlap, dataOverlap, shardOverlap, contextOverlap, pipelineOverlap
  /// Slow-down of compute per second of hidden communication.
  case contention
  /// Seconds the host needs to launch one layer, forward and backward; how much more for each further tensor rank (all
  /// wait for the slowest host), and without the fused softmax.
  case hostForward, hostBackward, hostPerRank, hostSoftmax
  /// Seconds per micro-batch, per step, and per message between stages, besides what is counted.
  case microBatchTime, stepTime, sendTime
  /// Slow-down of the micro-batches for each doubling of the machines: the slowest sets the pace.
  case straggling

  /// How a value may vary, and on which scale it is fitted.
  public enum Scale: Sendable {
    /// In (0, 1], fitted by its log-odds.
    case fraction
    /// In [0, 1], fitted by its log-odds.
    case overlap
    /// Zero or more, fitted by its logarithm.
    case number
    /// The same, in seconds.
    case seconds
  }

  public var scale: Scale {
    switch self {
    case .tileLoss, .tensorOverlap, .tensorForwardOverlap, .dataOverlap, .shardOverlap, .contextOverlap,
      .pipelineOverlap:
      .overlap
    case .gemmDepthHalf, .attentionLengthHalf, .castPasses, .softmaxPasses, .scaleUpLatency, .scaleOutLatency,
      .contention, .hostPerRank, .hostSoftmax, .straggling:
      .number
    case .launchTime, .hostForward, .hostBackward, .microBatchTime, .stepTime, .sendTime: .seconds
    default: .fraction
    }
  }

  /// The key in files.
  public var key: String { EfficiencyParameter.keys[rawValue] }
  public static let keys = [
    "gemm_16bit", "gemm_fp8", "gemm_mxfp8", "gemm_fp4", "gemm_32bit", "gemm_batched", "misaligned", "tile_loss",
    "gemm_depth_half", "attention_forward", "attention_backward", "attention_length_half", "elementwise",
    "normalization", "softmax", "optimizer", "cast_passes", "softmax_passes", "launch_time", "device_link", "scale_up",
    "scale_out", "scale_up_latency", "scale_out_latency", "tensor_overlap", "tensor_forward_overlap", "data_overlap",
    "shard_overlap", "context_overlap", "pipeline_overlap", "contention", "host_forward", "host_backward",
    "host_per_rank", "host_softmax", "micro_batch_time", "step_time", "send_time", "straggling",
  ]

  public init?(key: String) {
    guard let index = EfficiencyParameter.keys.firstIndex(of: key) else { return nil }
    self.init(rawValue: index)
  }

  /// The value of software that loses and adds nothing.
  public var neutral: Double {
    switch self {
    case .castPasses, .scaleUpLatency, .scaleOutLatency, .tileLoss: 1
    default: scale == .fraction ? 1 : 0
    }
  }

  public static let count = allCases.count
}

/// A value for every parameter, by its raw value.
public struct EfficiencyValues: Sendable, Hashable {
  public private(set) var all: [Double]

  public init(_ all: [Double]) {
    precondition(all.count == EfficiencyParameter.count)
    self.all = all
  }

  public static let neutral = EfficiencyValues(EfficiencyParameter.allCases.map(\.neutral))

  public subscript(parameter: EfficiencyParameter) -> Double {
    get { all[parameter.rawValue] }
    set { all[parameter.rawValue] = newValue }
  }

  /// η_max of products of a type.
  public func gemm(_ type: DataType) -> Double { self[EfficiencyParameter.gemm(type)] }
}

extension EfficiencyParameter {
  public static func gemm(_ type: DataType) -> EfficiencyParameter {
    switch type {
    case .bf16, .fp16: .gemm16bit
    case .fp8: .gemmFP8
    case .mxfp8: .gemmMXFP8
    case .fp4: .gemmFP4
    case .fp64, .fp32, .tf32: .gemm32bit
    }
  }
}
