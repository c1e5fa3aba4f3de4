/// A number that says how much software reaches of a datasheet, or what it costs beside it: fitted by `calibrate`, one
/// value for each profile. `facts` says what each means; docs/Model.md has the formulas that use them.
///
/// A new one is a name here and its row in `facts`, which the compiler asks for. Files that were written before it are
/// read as they were: they take its neutral value.
public enum EfficiencyParameter: Int, CaseIterable, Sendable {
  case gemm16bit, gemmFP8, gemmMXFP8, gemmFP4, gemm32bit, gemmBatched, gemmGrouped, scan, misaligned, tileLoss,
    gemmDepthHalf
  case attentionForward, attentionBackward, attentionOlder, attentionLengthHalf
  case elementwise, normalization, softmax, optimizer, castPasses, softmaxPasses, launchTime
  case deviceLink, scaleUp, scaleOut, scaleUpLatency, scaleOutLatency, scaleUpWait, scaleOutWait, linkExchange,
    efaExchange
  case tensorOverlap, tensorForwardOverlap, dataOverlap, shardOverlap, contextOverlap, pipelineOverlap, exchangeOverlap,
    contention
  case hostForward, hostBackward, hostPerRank, hostSoftmax, hostExperts, microBatchTime, stepTime, stepGrowth, sendTime,
    idling, straggling

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

  /// The key in files, how the value varies, and the value with which the formulas are as if there were no such parameter.
  private var facts: (key: String, scale: Scale, neutral: Double) {
    switch self {
    // What a chip's libraries reach. η_max of large matrix products, by the width of the operands.
    case .gemm16bit: ("gemm_16bit", .fraction, 1)
    case .gemmFP8: ("gemm_fp8", .fraction, 1)
    case .gemmMXFP8: ("gemm_mxfp8", .fraction, 1)
    case .gemmFP4: ("gemm_fp4", .fraction, 1)
    case .gemm32bit: ("gemm_32bit", .fraction, 1)
    // The same of the batched products of unfused attention; the part of it left where rows are not whole 16-byte lines.
    case .gemmBatched: ("gemm_batched", .fraction, 1)
    // What grouped products of experts reach of the rate that one product of the same rows would.
    case .gemmGrouped: ("gemm_grouped", .fraction, 1)
    // What kernels of state-space layers and linear attention reach of the roofline.
    case .scan: ("scan", .fraction, 1)
    case .misaligned: ("misaligned", .fraction, 1)
    // Share of the tile and wave loss of one fixed tile that is really paid.
    case .tileLoss: ("tile_loss", .overlap, 1)
    // K_half: inner dimension at which a product reaches half of η_max.
    case .gemmDepthHalf: ("gemm_depth_half", .number, 0)
    // Fractions of peak of fused attention over long sequences, and the length at which half of it is reached.
    case .attentionForward: ("attention_forward", .fraction, 1)
    case .attentionBackward: ("attention_backward", .fraction, 1)
    // What a kernel of fused attention reaches of the next generation's on a chip that the next was written for.
    case .attentionOlder: ("attention_older", .fraction, 1)
    case .attentionLengthHalf: ("attention_length_half", .number, 0)
    // β, fractions of memory bandwidth by kind of memory-bound operator.
    case .elementwise: ("elementwise", .fraction, 1)
    case .normalization: ("normalization", .fraction, 1)
    case .softmax: ("softmax", .fraction, 1)
    case .optimizer: ("optimizer", .fraction, 1)
    // Traffic of a cast with its scaling, in units of one pass; extra traffic of a softmax without its fused kernel, in
    // units of the fused one's.
    case .castPasses: ("cast_passes", .number, 1)
    case .softmaxPasses: ("softmax_passes", .number, 0)
    // Seconds between two operators on the device.
    case .launchTime: ("launch_time", .seconds, 0)
    // Fractions of link bandwidth that collectives reach, by tier; latency of a step in units of the link's own.
    case .deviceLink: ("device_link", .fraction, 1)
    case .scaleUp: ("scale_up", .fraction, 1)
    case .scaleOut: ("scale_out", .fraction, 1)
    case .scaleUpLatency: ("scale_up_latency", .number, 1)
    case .scaleOutLatency: ("scale_out_latency", .number, 1)
    // Seconds in which the ranks of a collective wait for each other, each call and doubling of them, by the outermost tier that it crosses.
    case .scaleUpWait: ("scale_up_wait", .seconds, 0)
    case .scaleOutWait: ("scale_out_wait", .seconds, 0)
    // What all-to-all reaches of that between chips of a machine, and over EFA.
    case .linkExchange: ("link_exchange", .fraction, 1)
    case .efaExchange: ("efa_exchange", .fraction, 1)
    // What a stack hides and adds. ω: part of the concurrent compute behind which communication can hide.
    case .tensorOverlap: ("tensor_overlap", .overlap, 0)
    case .tensorForwardOverlap: ("tensor_forward_overlap", .overlap, 0)
    case .dataOverlap: ("data_overlap", .overlap, 0)
    case .shardOverlap: ("shard_overlap", .overlap, 0)
    case .contextOverlap: ("context_overlap", .overlap, 0)
    case .pipelineOverlap: ("pipeline_overlap", .overlap, 0)
    case .exchangeOverlap: ("exchange_overlap", .overlap, 0)
    // Slow-down of compute per second of hidden communication.
    case .contention: ("contention", .number, 0)
    // Seconds the host needs to launch one layer, forward and backward; how much more for each further tensor rank (all
    // wait for the slowest host), without the fused softmax.
    case .hostForward: ("host_forward", .seconds, 0)
    case .hostBackward: ("host_backward", .seconds, 0)
    case .hostPerRank: ("host_per_rank", .number, 0)
    case .hostSoftmax: ("host_softmax", .number, 0)
    // How much more of it eight experts of a device need, which hides behind nothing.
    case .hostExperts: ("host_experts", .number, 0)
    // Seconds per micro-batch, per step, and per message between stages, besides what is counted; how much more of that of a
    // step for each doubling of the machines, which all meet at its end.
    case .microBatchTime: ("micro_batch_time", .seconds, 0)
    case .stepTime: ("step_time", .seconds, 0)
    case .stepGrowth: ("step_growth", .number, 0)
    case .sendTime: ("send_time", .seconds, 0)
    // Slow-down of the micro-batches in which nothing runs that is counted: allocators, collectors, synchronization.
    case .idling: ("idling", .number, 0)
    // Slow-down of the micro-batches for each doubling of the machines: the slowest sets the pace.
    case .straggling: ("straggling", .number, 0)
    }
  }

  /// The key in files.
  public var key: String { facts.key }
  public var scale: Scale { facts.scale }
  /// The value of a profile that does not state one: nothing is lost and nothing added.
  public var neutral: Double { facts.neutral }
  /// The same as files write it: `1`, `0 us`.
  public var neutralText: String { (neutral == 0 ? "0" : "1") + (scale == .seconds ? " us" : "") }

  public static let keys = allCases.map(\.key)

  public init?(key: String) {
    guard let index = EfficiencyParameter.keys.firstIndex(of: key) else { return nil }
    self.init(rawValue: index)
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

  /// As a stack runs: what it waits for hides behind nothing.
  public func asRun(by stack: Stack) -> EfficiencyValues {
    guard !stack.waitedFor.isEmpty else { return self }
    var own = self
    for overlap in stack.waitedFor.compactMap(\.overlap) { own[overlap] = 0 }
    return own
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
