import Quantities

/// Behaviour of a software stack that a plan can rely on: which kernels are fused, what it can shard.
public struct Stack: Sendable {
  /// One kernel that keeps no scores, or several that do. Of the one kernel there are generations: FlashAttention of 2022, and Triton's
  /// of that time; FlashAttention-2, written for Ampere; what was written for later chips. Each runs on later chips too, but not at
  /// what their own reach (arXiv:2307.08691 §4, arXiv:2407.08608 §1).
  public enum Attention: String, CaseIterable, Sendable {
    case fused, flash1, flash2, unfused
    /// Nil: the newest there is, or no one kernel.
    var generation: Int? { self == .flash1 ? 1 : self == .flash2 ? 2 : nil }
  }
  /// How a token comes to the ranks of its experts: a copy for each expert, or one for each machine that has some of them,
  /// handed on inside (DeepSeek's DeepEP, github.com/deepseek-ai/DeepEP; Megatron-Core's flexible dispatcher). Benchmarks whose router is
  /// made up may give a token experts that are neighbours: then it goes to few ranks, of one machine (NVIDIA-NeMo/Automodel,
  /// components/moe/layers.py, FakeBalancedGate; TorchTitan's `moe_force_load_balance`).
  public enum ExpertDispatch: String, CaseIterable, Sendable {
    case perExpert = "per_expert"
    case perMachine = "per_machine"
    case neighbours
  }
  /// What the exchange of experts' tokens can hide behind: work of its own layer, or all that another micro-batch computes in
  /// the meantime, whose backward pass runs beside the forward one (DualPipe, arXiv:2412.19437 §3.2.1; Megatron-Core's
  /// `--overlap-moe-expert-parallel-comm`).
  public enum ExpertOverlap: String, CaseIterable, Sendable {
    case layer
    case microBatches = "micro_batches"
  }
  /// What `recompute: selective` means: attention's scores, which fused attention does not keep anyway, or all that is cheap to make
  /// again: norms, activation functions and the up-projections of latents (Megatron-Core's `--recompute-modules layernorm moe_act
  /// mla_up_proj`; DeepSeek-V3, arXiv:2412.19437 §3.2.3); or that and every second matrix product of a block, in the order in which
  /// they run (TorchTitan's `selective_ac_option: op`, torchtitan/distributed/activation_checkpoint.py); or what is cheap and the whole
  /// feed-forward net, but for its last product, whose output nobody asks for, and of routed experts all products (AXLearn's
  /// `build_remat_spec`, axlearn/common/attention.py @9c5bd758; MaxText's `save_dot_with_context_except_mlp`).
  public enum Selective: String, CaseIterable, Sendable { case scores, cheap, alternate, nets }
  /// What context ranks send each other for attention: all keys and values to everyone, or all tokens of some heads to each, and their
  /// outputs back (DeepSpeed-Ulysses, arXiv:2309.14509).
  public enum ContextExchange: String, CaseIterable, Sendable { case keys, heads }
  /// What ranks send each other, by what it could hide behind.
  public enum Communication: String, CaseIterable, Sendable {
    case tensor
    case tensorForward = "tensor_forward"
    case data, shard, context, exchange, pipeline
    /// Weights that are gathered once a step, when the optimizer is done. Where they hide, they do so as gradients do.
    case weights
    /// How much of it hides, where software has it hide; nil: as much as of another.
    var overlap: EfficiencyParameter? {
      switch self {
      case .tensor: .tensorOverlap
      case .tensorForward: .tensorForwardOverlap
      case .data: .dataOverlap
      case .shard: .shardOverlap
      case .context: .contextOverlap
      case .exchange: .exchangeOverlap
      case .pipeline: .pipelineOverlap
      case .weights: nil
      }
    }
  }
  /// What of a step is in memory together.
  public enum Peak: String, CaseIterable, Sendable {
    /// All: buffers are laid out ahead.
    case sum
    /// What one moment needs: PyTorch frees a tensor when nothing needs it any more, so that activations give way to gradients, and the
    /// loss is over when a layer goes back.
    case moment
    /// The same tensors, but what one has freed stays in the allocator's cache, and others of another size do not fit there: what is
    /// reserved where memory is not short. Where it is, PyTorch empties the cache and tries again.
    case cached
  }
  public var name: String
  public var summary: String
  /// Stacks that share it share code, and with it much of their efficiency.
  public var family: String
  public var attention: Attention
  /// By how many generations its kernel is older than the newest one of a chip.
  public func attentionAge(on chip: Chip) -> Int {
    guard let own = attention.generation, let newest = chip.flashAttention else { return 0 }
    return max(0, newest - own)
  }
  /// Type gradients are accumulated in.
  public var gradientType: DataType
  /// Type gradients travel in.
  public var reduceType: DataType
  /// The same where ranks share gradients (ZeRO 2 and 3); nil: the same type.
  public var shardedReduceType: DataType? = nil
  /// The fused softmax of unfused attention, where it has one: it takes rows (micro-batch × heads of a device) in whole
  /// multiples of the first number, up to sequences of the second.
  public var softmaxRows: Int?
  public var softmaxLength: Int?
  /// What 32-bit matrix products are computed in, where the compiler casts them.
  public var wideProducts: DataType?
  /// Whether layers can be split over ranks.
  public var tensorParallel = true
  public var sequenceParallel: Bool
  public var contextParallel: Bool
  public var contextExchange = ContextExchange.keys
  /// Experts of a mixture may be spread over ranks.
  public var expertParallel = false
  public var expertDispatch = ExpertDispatch.perExpert
  public var expertOverlap = ExpertOverlap.layer
  /// Type in which tokens go to their experts, and gradients of what those give; the ways back are in the type of activations.
  /// Nil: in that too.
  public var dispatchType: DataType? = nil
  public var pipeline: Bool
  public var interleaving: Bool
  /// Optimizer-sharding stages it offers.
  public var zeroStages: [Int]
  public var recompute: [Recompute]
  public var selective = Selective.scores
  /// What its compiler takes before the first step of a new shape, and when its results of before are kept; nil: none
  /// that counts.
  public var compileTime: Sourced<Seconds>? = nil
  public var compileTimeCached: Sourced<Seconds>? = nil
  /// Seconds in which a machine's host updates one parameter, where offloaded states stay with it; nil: they come to the device
  /// for each update, and go back.
  public var hostUpdate: Sourced<Seconds>? = nil
  /// Whether what a step needs is counted all at once or by moment.
  public var peak = Peak.sum
  /// Bytes that the whole loss holds for each logit; nil: the logits in fp32.
  public var logitBytes: Double? = nil
  /// The most of a loss that is one kernel: 16-bit logits, and fp32 ones whose gradients take their place.
  public static let kernelLogitBytes = 6.0
  /// Whether norms and activation functions are written as operators of their own: each keeps what it took, norms in fp32.
  public var singleOperators = false
  /// Whether biases of experts, and the clamps of the activation that comes with them, are operators of their own.
  public var separateBiases = false
  /// What hides behind nothing, since the software waits for it.
  public var waitedFor: [Communication] = []
  /// Whether micro-batches enter a pipeline from both ends, and each rank holds two stages (DualPipe, arXiv:2412.19437 §3.2.1).
  public var dualPipe = false
  public var origin: Origin
}

/// What a stack reaches of a chip's datasheet: the parameters of docs/Model.md, "Time of an operator" and "Communication" that `calibrate` fits.
public struct Efficiency: Sendable {
  public enum Status: String, CaseIterable, Sendable {
    /// Carried over from other chips and stacks: no run of this chip was fitted.
    case extrapolated
    /// Runs of this chip were fitted, but none with this stack: put together from what each shows elsewhere.
    case composed
    /// Fitted to runs of this chip with this stack.
    case fitted
  }
  /// Measured runs that a profile was fitted to, the file they stood in, and the day.
  public struct Fit: Hashable, Sendable {
    public var rows: Int?
    public var data: String?
    public var date: String?
  }
  public var name: String
  public var summary: String
  public var chip: String
  public var stack: Stack
  /// The profile used for the chip when no stack is named.
  public var isDefault: Bool
  public var status: Status
  public var values: EfficiencyValues
  /// What stands for what nobody measured of it.
  public enum Base: Hashable, Sendable {
    /// The profile of another chip with the same stack, which a file names as one like it.
    case chip(String)
    /// What holds for all chips, or for those of an architecture.
    case population(architecture: String?)
  }
  /// Nil: it is as its file or its own runs have it.
  public var base: Base?
  /// Parameters that its file leaves out, which have their neutral values.
  public var unstated = Unstated()
  /// What it was fitted to, as `calibrate` notes it.
  public var fit: Fit?
  /// Held back per device by the runtime, allocator and communication library.
  public var memoryReserve: Bytes
  /// How far the memory that is counted may be from what a run really takes: of its logarithm. 0: it is exact.
  public var memorySpread: Double
  public var origin: Origin

  public init(
    name: String, summary: String = "", chip: String, stack: Stack, isDefault: Bool = false,
    status: Status = .extrapolated, values: EfficiencyValues = .neutral, fit: Fit? = nil,
    memoryReserve: Bytes = .zero, memorySpread: Double = 0, origin: Origin
  ) {
    self.name = name
    self.summary = summary
    self.chip = chip
    self.stack = stack
    self.isDefault = isDefault
    self.status = status
    self.values = values
    self.fit = fit
    self.memoryReserve = memoryReserve
    self.memorySpread = memorySpread
    self.origin = origin
  }

  /// With how much certainty a plan that is proposed has to fit, and the deviate of that: 5% of runs that fail for want of
  /// memory on their first day is what a planner bears. Judgement, not measured.
  public static let fit = (probability: 0.95, deviate: 1.6448536269514722)

  /// Of a device's memory, the part that a plan's may come to as counted.
  public var fillable: Double { Logarithm.exponential(-Efficiency.fit.deviate * memorySpread) }

  public subscript(parameter: EfficiencyParameter) -> Double {
    get { values[parameter] }
    set { values[parameter] = newValue }
  }
}
