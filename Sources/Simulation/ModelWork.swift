import Quantities
import Scenarios

/// Useful floating-point work of a job, from its operator table.
///
/// Counted as published MFU does (Narayanan et al. 2021, arXiv:2104.04473 eq. 3; Chowdhery et al. 2022, PaLM, appendix B):
/// every matrix product forward and twice backward, attention scores without skipping masked ones, no recomputation.
public struct ModelWork: Sendable {
  /// Of all layers, one sequence, forward and backward.
  public let layers: FLOPs
  /// Of that, forward: what full recomputation does again; and of that what selective recomputation does.
  public let layersForward: FLOPs
  public let selective: FLOPs
  /// The same two of one layer of each kind.
  private let again: [(full: Double, selective: Double)]
  /// Of the head and its loss; and of the layers of patches and of the step of the noise.
  public let head: FLOPs

  public init(job: Job, stack: Stack) {
    // Whole work on one device: no splitting, no recomputation.
    let tables = Lowering(job: job, stack: stack).operators(BlockShape(tensor: 1))
    func sum(_ operators: [Operator], _ components: ComponentSet) -> Double {
      operators.reduce(0) { $0 + ($1.components.isDisjoint(with: components) ? 0 : $1.modelFLOPs) }
    }
    let counts = job.model.layout.counts
    func all(_ kinds: [Double]) -> FLOPs { FLOPs(zip(kinds, counts).reduce(0) { $0 + $1.0 * Double($1.1) }) }
    again = tables.map { (sum($0, [.layerForward]), sum($0, [.selective])) }
    layersForward = all(again.map(\.full))
    selective = all(again.map(\.selective))
    // A reference works forward on all of it besides.
    let reference = job.hasReference ? 1.0 : 0
    layers = all(tables.map { sum($0, [.layerForward, .layerBackward]) }) + layersForward * reference
    let asked = job.model.headPasses
    let forward: ComponentSet = [.headForward, .embeddingForward]
    let ends = sum(tables[0], forward.union([.headBackward, .embeddingBackward])) + reference * sum(tables[0], forward)
    head = FLOPs(asked * ends)
  }

  public var perSequence: FLOPs { layers + head }

  /// One iteration over a global batch.
  public func perStep(globalBatch: Int) -> FLOPs { perSequence * Double(globalBatch) }

  /// With what a plan does again, counted layer by layer where only some of them do.
  func perStep(_ job: Job, _ plan: Plan) -> FLOPs {
    let recompute = plan.recompute
    guard recompute.layers != nil else { return perStep(globalBatch: job.globalBatch, recompute: recompute) }
    let dealt = StageLayers(job.model, plan), order = job.model.layout.order
    let repeated = (0..<plan.pipeline).reduce(0.0) { sum, stage in
      sum
        + dealt.sum(of: stage) { place, isRecomputed in
          let layer = again[order[place]]
          return isRecomputed ? recompute.mode == .full ? layer.full : layer.selective : 0
        }
    }
    return perStep(globalBatch: job.globalBatch) + FLOPs(repeated) * Double(job.globalBatch)
  }

  /// With the forward work of all layers done again, as full recomputation does.
  public func perStep(globalBatch: Int, recompute: Recompute) -> FLOPs {
    let repeated: FLOPs =
      switch recompute.mode {
      case .none: .zero
      case .selective: selective
      case .full: layersForward
      }
    return perStep(globalBatch: globalBatch) + repeated * Double(globalBatch)
  }
}
