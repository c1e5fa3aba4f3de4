import Scenarios

/// Everything of a plan that fixes the shapes of a device's operators. Plans that share it share operator times.
public struct BlockShape: Hashable, Sendable {
  /// t
  public var tensor: Int
  /// c
  public var context: Int
  /// e
  public var expert: Int
  /// x
  public var expertTensor: Int
  /// b
  public var microBatch: Int
  public var recompute: Recompute
  public var sequenceParallel: Bool
  /// Without sequence parallelism: each tensor rank sends only its share to the next stage, which gathers the shares.
  public var scattersAtEdges: Bool
  /// With it: inputs gathered forward are kept for backward instead of being gathered again.
  public var keepsGathered: Bool
  /// Nil: chunks of the pipeline have as many layers as come out even. No operator depends on it, but which chunk has how many.
  public var ends: ChunkEnds?

  public init(
    tensor: Int, context: Int = 1, expert: Int = 1, expertTensor: Int = 1, microBatch: Int = 1,
    recompute: Recompute = .none, sequenceParallel: Bool = false,
    scattersAtEdges: Bool = true, keepsGathered: Bool = false, ends: ChunkEnds? = nil
  ) {
    self.tensor = tensor
    self.context = context
    self.expert = expert
    self.expertTensor = expertTensor
    self.microBatch = microBatch
    self.recompute = recompute
    self.sequenceParallel = sequenceParallel
    self.scattersAtEdges = scattersAtEdges
    self.keepsGathered = keepsGathered
    self.ends = ends
  }

  public init(_ plan: Plan) {
    self.init(
      tensor: plan.tensor, context: plan.context, expert: plan.expert, expertTensor: plan.expertTensor,
      microBatch: plan.microBatch, recompute: plan.recompute, sequenceParallel: plan.sequenceParallel, ends: plan.ends)
  }

  /// Ranks that hold one copy of the experts together.
  public var expertRanks: Int { expert * expertTensor }

  /// What layers do in which nothing is computed again.
  var keepingAll: BlockShape {
    var other = self
    other.recompute = .none
    return other
  }

  /// What decides the operators alone: recomputation repeats them and the other choices count collectives differently.
  var operatorShape: BlockShape {
    BlockShape(
      tensor: tensor, context: context, expert: expert, expertTensor: expertTensor, microBatch: microBatch,
      sequenceParallel: sequenceParallel)
  }
}
