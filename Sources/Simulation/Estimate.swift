import Quantities
import Scenarios

/// What one plan of one job does on one kind of machine. Base units; a plain value that every report reads.
public struct Estimate: Sendable {
  public var plan: Plan
  public var step: StepParts
  public var memory: MemoryParts
  /// What one device has.
  public var memoryCapacity: Bytes
  /// How far `memory` may be from what a run really takes, of its logarithm.
  public var memorySpread = 0.0
  public var tokensPerStep: Double
  public var tokensPerSecond: CountRate
  /// Useful work ÷ (devices × headline peak × time), by the published convention (docs/Model.md, "Utilization").
  public var modelUtilization: Double
  /// The same with recomputation counted as work.
  public var hardwareUtilization: Double
  /// m
  public var microBatches: Int

  /// Whether it fits more likely than not.
  public var fits: Bool { memory.total <= memoryCapacity }
  /// The probability that a device's memory is enough.
  public var fitProbability: Double {
    guard memorySpread > 0, memory.total > .zero else { return fits ? 1 : 0 }
    return Logarithm.normal(Logarithm.natural(memoryCapacity / memory.total) / memorySpread)
  }
  public var stepTime: Seconds { step.total }

  /// The same with what stands around each step, and what follows from a longer one.
  public func with(input: Seconds, checkpoint: Seconds) -> Estimate {
    lengthened { step in
      step.input = input
      step.checkpoint = checkpoint
    }
  }

  /// The same of a plan whose steps are expected to be longer by a factor, since nobody ran one like it.
  public func untried(by factor: Double) -> Estimate {
    lengthened { $0.untried = stepTime * (factor - 1) }
  }

  /// The same as logs of one's own make it: longer by a factor, or shorter.
  public func bent(by factor: Double) -> Estimate {
    lengthened { $0.own = stepTime * (factor - 1) }
  }

  private func lengthened(_ change: (inout StepParts) -> Void) -> Estimate {
    var other = self
    change(&other.step)
    let ratio = stepTime / other.stepTime
    other.tokensPerSecond = tokensPerSecond * ratio
    other.modelUtilization *= ratio
    other.hardwareUtilization *= ratio
    return other
  }
}

/// What a run waits for most. Its word is that of files and tables.
public struct Bottleneck: Hashable, Sendable {
  public let rawValue: String

  /// The part of the step that is the longest.
  public init(_ part: StepParts.Part) { rawValue = part.words }
  private init(_ word: String) { rawValue = word }

  public static let compute = Bottleneck(.compute)
  public static let memoryBandwidth = Bottleneck("memory bandwidth")
  /// Preparing samples on the host's cores.
  public static let input = Bottleneck(.input)
  /// Reading samples, or writing checkpoints.
  public static let storage = Bottleneck("storage")
  /// What failures throw away and restarts take.
  public static let failures = Bottleneck("failures")
  /// What comes before the first step, compiling above all, and the last checkpoint.
  public static let start = Bottleneck("start")
}
