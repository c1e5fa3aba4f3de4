import CKernels
import Scenarios

/// How layers are dealt to the stages of a pipeline, layer by layer: as the kernel deals them (docs/Model.md, "The step"), for what
/// is asked of a single plan.
struct StageLayers {
  private let layers: Int, stages: Int, chunks: Int
  private let ends: tf_ends
  /// Of each chunk the first layers that recompute.
  private let recomputed: Int

  init(_ model: Model, _ plan: Plan) {
    (layers, stages, chunks) = (model.layers, plan.pipeline, plan.pipeline * plan.interleave)
    ends = tf_ends(plan.ends, model)
    recomputed = plan.recompute.layers ?? model.layers
  }

  /// Sums over the layers of a stage.
  ///
  /// - Parameter amount: of the layer at a place, which recomputes or does not.
  func sum(of stage: Int, _ amount: (_ place: Int, _ isRecomputed: Bool) -> Double) -> Double {
    stride(from: stage, to: chunks, by: stages).reduce(0) { sum, chunk in
      let first = start(chunk)
      return (first..<start(chunk + 1)).reduce(sum) { $0 + amount($1, $1 - first < recomputed) }
    }
  }

  private func start(_ chunk: Int) -> Int { tf_chunk_start(chunk, chunks, layers, ends) }

  /// Micro-batches that a stage holds at once, where there are so many: what is warm when the first goes back.
  static func inFlight(_ plan: Plan, stage: Int) -> Double {
    let after = plan.pipeline - stage - 1
    guard plan.interleave > 1 else { return Double(after + 1) }
    return Double(2 * after + (plan.interleave - 1) * plan.pipeline + 1) / Double(plan.interleave)
  }
}

extension tf_ends {
  /// As the kernel takes them: with what predicts further tokens, which stands on the last chunk.
  init(_ ends: ChunkEnds?, _ model: Model) {
    let even = Int(TF_EVEN)
    self.init(first: ends?.first ?? even, last: ends.map { $0.last + model.predictedTokens } ?? even)
  }
}
