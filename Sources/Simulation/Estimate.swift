import Quantities
import Scenarios

/// What one plan of one job does on one kind of machine. Base units; a plain value that every report reads.
public struct Estimate: Sendable {
  public var plan: Plan
  public var step: StepParts
  public var memory: MemoryParts
  /// What one device has.
  public var memoryCapacity: Bytes
  public var tokensPerStep: Double
  public var tokensPerSecond: CountRate
  /// Useful work ÷ (devices × headline peak × time), by the published convention (docs/Model.md, "Utilization").
  public var modelUtilization: Double
  /// The same with recomputation counted as work.
  public var hardwareUtilization: Double
  /// m
  public var microBatches: Int

  public var fits: Bool { memory.total <= memoryCapacity }
  public var stepTime: Seconds { step.total }

  /// The same with what stands around each step, and what follows from a longer one.
  public func with(input: Seconds, checkpoint: Seconds) -> Estimate {
    var other = self
    other.step.input = input
    other.step.checkpoint = checkpoint
    let ratio = stepTime / other.stepTime
    other.tokensPerSecond = tokensPerSecond * ratio
    other.modelUtilization *= ratio
    other.hardwareUtilization *= ratio
    return other
  }
}

/// Exposed time of one step, on the slowest stage. The parts add up to `total`.
public struct StepParts: Sendable {
  public var compute: Seconds
  public var recompute: Seconds
  public var tensor: Seconds
  public var context: Seconds
  public var pipeline: Seconds
  public var data: Seconds
  public var bubble: Seconds
  public var optimizer: Seconds
  /// Waiting for the host's launches, and what a micro-batch and a step cost besides what is counted.
  public var host: Seconds
  /// Waiting for the slowest machine.
  public var straggling: Seconds
  /// What stands around the step: waiting for input, and its share of checkpoints. Zero in what a simulator returns.
  public var input = Seconds.zero
  public var checkpoint = Seconds.zero

  public enum Part: String, CaseIterable, Sendable {
    case compute, recompute, tensor, context, pipeline, data, bubble, optimizer, host, straggling, input, checkpoint
  }

  public subscript(part: Part) -> Seconds {
    switch part {
    case .compute: compute
    case .recompute: recompute
    case .tensor: tensor
    case .context: context
    case .pipeline: pipeline
    case .data: data
    case .bubble: bubble
    case .optimizer: optimizer
    case .host: host
    case .straggling: straggling
    case .input: input
    case .checkpoint: checkpoint
    }
  }

  public var total: Seconds { Part.allCases.reduce(.zero) { $0 + self[$1] } }
}

/// Memory of the fullest device, by kind. The parts add up to `total`.
public struct MemoryParts: Sendable {
  public var weights: Bytes
  public var gradients: Bytes
  public var optimizer: Bytes
  public var activations: Bytes
  public var logits: Bytes
  public var workspace: Bytes
  public var reserve: Bytes

  public enum Part: String, CaseIterable, Sendable {
    case weights, gradients, optimizer, activations, logits, workspace, reserve
  }

  public subscript(part: Part) -> Bytes {
    switch part {
    case .weights: weights
    case .gradients: gradients
    case .optimizer: optimizer
    case .activations: activations
    case .logits: logits
    case .workspace: workspace
    case .reserve: reserve
    }
  }

  public var total: Bytes { Part.allCases.reduce(.zero) { $0 + self[$1] } }
}

/// The word for what a step spends most of its avoidable time on.
public enum Bottleneck: String, Sendable, CaseIterable {
  case compute
  case memoryBandwidth = "memory bandwidth"
  case recompute
  case tensorCommunication = "tensor communication"
  case contextCommunication = "context communication"
  case pipelineCommunication = "pipeline communication"
  case dataCommunication = "data communication"
  case bubble = "pipeline bubble"
  case optimizer
  case host
  case straggling
  /// Preparing samples on the host's cores.
  case input
  /// Reading samples, or writing checkpoints.
  case storage
  /// What failures throw away and restarts take.
  case failures
  /// What comes before the first step, compiling above all, and the last checkpoint.
  case start
}
