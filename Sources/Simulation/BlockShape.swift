import Scenarios

/// Everything of a plan that fixes the shapes of a device's operators. Plans that share it share operator times.
public struct BlockShape: Hashable, Sendable {
  /// t
  public var tensor: Int
  /// c
  public var context: Int
  /// b
  public var microBatch: Int
  public var recompute: Recompute
  public var sequenceParallel: Bool

  public init(
    tensor: Int, context: Int = 1, microBatch: Int = 1, recompute: Recompute = .none, sequenceParallel: Bool = false
  ) {
    self.tensor = tensor
    self.context = context
    self.microBatch = microBatch
    self.recompute = recompute
    self.sequenceParallel = sequenceParallel
  }

  public init(_ plan: Plan) {
    self.init(
      tensor: plan.tensor, context: plan.context, microBatch: plan.microBatch, recompute: plan.recompute,
      sequenceParallel: plan.sequenceParallel)
  }
}
