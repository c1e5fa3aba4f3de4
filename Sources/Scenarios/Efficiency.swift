import Quantities

/// Behaviour of a software stack that a plan can rely on: which kernels are fused, what it can shard.
public struct Stack: Sendable {
  public enum Attention: String, CaseIterable, Sendable { case fused, unfused }
  public var name: String
  public var summary: String
  public var attention: Attention
  /// Type gradients are accumulated and reduced in.
  public var gradientType: DataType
  public var sequenceParallel: Bool
  public var contextParallel: Bool
  public var pipeline: Bool
  public var interleaving: Bool
  /// Optimizer-sharding stages it offers.
  public var zeroStages: [Int]
  public var recompute: [Recompute]
  public var origin: Origin
}

/// What a stack reaches of a chip's datasheet: the parameters of docs/Model.md §3 and §4 that `calibrate` fits.
/// All fractions are in (0, 1].
public struct Efficiency: Sendable {
  public enum Status: String, CaseIterable, Sendable {
    case notFitted = "not-fitted"
    case fitted
  }
  public var name: String
  public var summary: String
  public var chip: String
  public var stack: Stack
  /// The profile used for the chip when no stack is named.
  public var isDefault: Bool
  public var status: Status
  /// η_max of large matrix products, by type.
  public var gemmFraction: [DataType: Double]
  /// K_half: inner dimension at which a product reaches half of η_max.
  public var gemmDepthHalf: Double
  /// Fraction of peak of fused attention.
  public var attentionForward: Double
  public var attentionBackward: Double
  /// β, fraction of memory bandwidth by kind of memory-bound operator.
  public var elementwise: Double
  public var normalization: Double
  public var softmax: Double
  public var optimizer: Double
  /// t_launch per operator.
  public var launchTime: Seconds
  /// Fractions of link bandwidth that collectives reach, per tier.
  public var deviceLinkFraction: Double
  public var scaleUpFraction: Double
  public var scaleOutFraction: Double
  /// ω: part of the concurrent compute behind which each kind of communication can hide; 0 = none.
  public var tensorOverlap: Double
  public var dataOverlap: Double
  public var pipelineOverlap: Double
  public var contextOverlap: Double
  /// Slow-down of compute per second of hidden communication.
  public var contention: Double
  /// Held back per device by the runtime, allocator and communication library.
  public var memoryReserve: Bytes
  public var origin: Origin
}
