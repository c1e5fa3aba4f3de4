import Quantities
import Scenarios

/// Useful floating-point work of a job, from its operator table.
///
/// Counted as published MFU does (Narayanan et al. 2021, arXiv:2104.04473 eq. 3; Chowdhery et al. 2022, PaLM, appendix B):
/// every matrix product forward and twice backward, attention scores without skipping masked ones, no recomputation.
public struct ModelWork: Sendable {
  /// Of one layer, one sequence, forward and backward.
  public let layer: FLOPs
  /// Of that, forward: what full recomputation does again.
  public let layerForward: FLOPs
  /// Of the head and its loss.
  public let head: FLOPs
  public let layers: Int

  public init(job: Job, stack: Stack) {
    // Whole work on one device: no splitting, no recomputation.
    let operators = Lowering(job: job, stack: stack).operators(BlockShape(tensor: 1))
    func sum(_ components: ComponentSet) -> Double {
      operators.reduce(0) { $0 + ($1.components.isDisjoint(with: components) ? 0 : $1.modelFLOPs) }
    }
    layer = FLOPs(sum([.layerForward, .layerBackward]))
    layerForward = FLOPs(sum([.layerForward]))
    head = FLOPs(sum([.headForward, .headBackward]))
    layers = job.model.layers
  }

  public var perSequence: FLOPs { layer * Double(layers) + head }

  /// One iteration over a global batch.
  public func perStep(globalBatch: Int) -> FLOPs { perSequence * Double(globalBatch) }

  /// With the forward work of the layers done again, as full recomputation does.
  public func perStep(globalBatch: Int, recompute: Recompute, attention: FLOPs) -> FLOPs {
    let batch = Double(globalBatch), count = Double(layers)
    let repeated: FLOPs =
      switch recompute {
      case .none: .zero
      case .selective: attention
      case .full: layerForward
      }
    return perStep(globalBatch: globalBatch) + repeated * (batch * count)
  }
}
