import Quantities

public enum Schedule: String, CaseIterable, Sendable {
  case oneForwardOneBackward = "1f1b"
  case interleaved
}

/// What is to be trained: the part of a question that does not depend on where it runs.
public struct Job: Sendable {
  public var name: String
  public var model: Model
  public var tokens: Count
  /// s
  public var sequenceLength: Int
  /// B, in sequences
  public var globalBatch: Int
  public var precision: DataType
  public var optimizer: Optimizer
  /// Restrict the search to one mode; nil leaves it free.
  public var recompute: Recompute?
  /// Restrict to one software stack; nil takes each chip's default profile.
  public var stack: String?
  /// What is trained; nil: all weights, and nobody says so.
  public var training: Training?
  /// How documents fill sequences; nil: as if one filled each.
  public var documents: Documents?
  public var size: JobSize?
  public var plan: PlanRequest
  /// Instance types named in the file, when the command line names none.
  public var options: [String]
  public var operating = OperatingRequest()

  public init(
    name: String, model: Model, tokens: Count, sequenceLength: Int, globalBatch: Int,
    precision: DataType = .bf16,
    optimizer: Optimizer = .adamw, recompute: Recompute? = nil, stack: String? = nil, loraRank: Int? = nil,
    loraTargets: LoRATargets = .attention, size: JobSize? = nil, plan: PlanRequest = PlanRequest(),
    options: [String] = []
  ) {
    self.name = name
    self.model = model
    self.tokens = tokens
    self.sequenceLength = sequenceLength
    self.globalBatch = globalBatch
    self.precision = precision
    self.optimizer = optimizer
    self.recompute = recompute
    self.stack = stack
    training = loraRank.map { Training(.adapters(rank: $0, on: loraTargets, quantized: false)) }
    self.size = size
    self.plan = plan
    self.options = options
  }
}

extension Job {
  /// Of documents: what pads them does not count.
  public var tokensPerStep: Double { Double(globalBatch) * Double(sequenceLength) * usefulShare }
  /// The part of a step's positions that holds tokens.
  public var usefulShare: Double { documents?.usefulShare(of: Double(sequenceLength)) ?? 1 }
  /// Whole steps that see all tokens; the last one may be padded.
  public var steps: Double { (tokens.value / tokensPerStep).rounded(.up) }
}

/// How many machines: so many, or as many as it takes to keep to a limit.
public enum JobSize: Sendable, Equatable {
  case instances(Int)
  case chips(Int)
  case deadline(Seconds)
  case budget(Dollars)
  /// Both have to be kept to.
  case within(Seconds, Dollars)

  /// The time that a run has; nil where it has any.
  public var deadline: Seconds? {
    switch self {
    case .deadline(let limit), .within(let limit, _): limit
    case .instances, .chips, .budget: nil
    }
  }

  /// What a run may cost; nil where it may cost anything.
  public var budget: Dollars? {
    switch self {
    case .budget(let limit), .within(_, let limit): limit
    case .instances, .chips, .deadline: nil
    }
  }

  /// Whether it says how many, not what they have to reach.
  public var isCount: Bool {
    switch self {
    case .instances, .chips: true
    case .deadline, .budget, .within: false
    }
  }
}

/// A parallel plan with every degree chosen. Degrees count devices (ranks).
public struct Plan: Hashable, Sendable {
  /// t, p, v, D, c
  public var tensor: Int
  public var pipeline: Int
  public var interleave: Int
  public var data: Int
  public var context: Int
  /// e: tensor, context and data ranks that a mixture's experts are spread over; 1 for dense models.
  public var expert: Int
  /// x: ranks that share each expert's matrices; 1: experts are whole. Of the ranks of a stage they are the innermost.
  public var expertTensor: Int
  /// z: 0 none, 1 optimizer, 2 + gradients, 3 + parameters
  public var zero: Int
  /// Ranks that share one sharded copy; nil: all data and context ranks. Copies are kept equal by all-reduce (hybrid
  /// sharding).
  public var shard: Int?
  /// b, sequences
  public var microBatch: Int
  public var recompute: Recompute
  public var sequenceParallel: Bool
  /// Nil: chunks of the pipeline have as many layers as come out even.
  public var ends: ChunkEnds?

  public init(
    tensor: Int = 1, pipeline: Int = 1, interleave: Int = 1, data: Int = 1, context: Int = 1, expert: Int = 1,
    expertTensor: Int = 1,
    zero: Int = 0, shard: Int? = nil, microBatch: Int = 1, recompute: Recompute = .none, sequenceParallel: Bool = false,
    ends: ChunkEnds? = nil
  ) {
    self.tensor = tensor
    self.pipeline = pipeline
    self.interleave = interleave
    self.data = data
    self.context = context
    self.expert = expert
    self.expertTensor = expertTensor
    self.zero = zero
    self.shard = shard
    self.microBatch = microBatch
    self.recompute = recompute
    self.sequenceParallel = sequenceParallel
    self.ends = ends
  }

  public var devices: Int { tensor * pipeline * data * context }
  public var schedule: Schedule { interleave > 1 ? .interleaved : .oneForwardOneBackward }
}

/// A plan as asked for: what is nil is searched.
public struct PlanRequest: Hashable, Sendable {
  /// Take the plan of a published run like the job, and search for nothing.
  public var isPublished = false
  public var tensor: Int?
  public var pipeline: Int?
  public var interleave: Int?
  public var data: Int?
  public var context: Int?
  public var expert: Int?
  /// Where it is nil experts are whole: it is not searched.
  public var expertTensor: Int?
  public var zero: Int?
  public var shard: Int?
  public var microBatch: Int?
  public var recompute: Recompute?
  public var sequenceParallel: Bool?
  public var ends: ChunkEnds?
  public init() {}

  /// The keys of `--plan` that change the time of a step most and are left open.
  public var open: [String] {
    let given: [(String, Bool)] = [
      ("tp", tensor != nil), ("pp", pipeline != nil), ("micro_batch", microBatch != nil),
      ("recompute", recompute != nil),
    ]
    return given.filter { !$0.1 }.map(\.0)
  }

  /// The plan that has what is asked for, and else no degree above 1. What is left of the devices holds copies, where that comes out whole.
  public func plan(on devices: Int?, recompute usual: Recompute) -> Plan {
    var plan = Plan(
      tensor: tensor ?? 1, pipeline: pipeline ?? 1, interleave: interleave ?? 1, context: context ?? 1,
      expert: expert ?? 1, expertTensor: expertTensor ?? 1, zero: zero ?? 0, microBatch: microBatch ?? 1,
      recompute: recompute ?? usual, sequenceParallel: sequenceParallel ?? false, ends: ends)
    let used = plan.devices
    plan.data = data ?? devices.map { $0 % used == 0 ? $0 / used : 1 } ?? 1
    return plan
  }

  /// Whether somebody says how the work is split, and nothing of weight is left to search for.
  public var isWhole: Bool { tensor != nil && (pipeline != nil || data != nil) && microBatch != nil }
}
