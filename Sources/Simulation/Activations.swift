import Scenarios

/// Bytes that one micro-batch keeps for backward, by where they live (docs/Model.md, "Memory").
struct ActivationBytes {
  /// One layer under the shape's recompute mode.
  var layer: Double
  /// Alive only while one layer is recomputed, or its scores are.
  var workspace: Double
  var embedding: Double
  var head: Double
}

extension Lowering {
  /// Korthikanti et al. 2022 (arXiv:2205.05198) eq. 1–4 and 6, generalized to grouped queries, gated nets and fused
  /// attention: s·b·h·(34 + 5·a·s/h)/t under sequence parallelism, s·b·h·(10 + 24/t + 5·a·s/(h·t)) without.
  func activations(_ shape: BlockShape) -> ActivationBytes {
    let d = Dimensions(self, shape)
    if let net = model.recommender { return activations(net, d) }
    let wide = d.residualTokens * d.hidden
    let mask = model.dropout ? 1.0 : 0
    // Inputs of the norms, of the QKV and up projections, and two dropout masks: whole on every tensor rank unless
    // sequence parallelism splits them.
    let norms = Double(model.normsPerLayer) * d.activation * wide
    let whole = norms + 2 * wide * d.operand + 2 * wide * mask
    // Queries, keys, values, projection input: split over heads. Activation's inputs and the down projection's.
    let attention = d.tokens * (d.queryKeyValue * d.activation + d.heads * d.headDimension * d.operand)
    let inputs = model.activation.gated ? 2.0 : 1.0
    let feedForward = d.tokens * d.feedForward * (inputs * d.activation + d.operand)
    let scores = scoreBytes(d)
    // Gathered inputs of the QKV and up projections that are kept whole instead of gathered again.
    let gathered =
      shape.keepsGathered && shape.sequenceParallel
      ? 2 * (d.tokens - d.residualTokens) * d.hidden * d.operand : 0
    let kept = whole + attention + feedForward + gathered

    let layer: Double
    let workspace: Double
    switch shape.recompute {
    case .none: (layer, workspace) = (kept + scores, 0)
    case .selective: (layer, workspace) = stack.attention == .fused ? (kept + scores, 0) : (kept, scores)
    case .full: (layer, workspace) = (wide * d.activation, kept + scores)
    }
    let ends = d.head(model.outputs)
    let logits = ends.tokens * ends.vocabulary * 4
    return ActivationBytes(
      layer: layer, workspace: workspace,
      embedding: wide * mask,
      head: wide * 2 * d.activation + logits)
  }

  /// Unfused: softmax output, dropout's mask and output, 5·a·s per token; fused: one fp32 statistic per row.
  private func scoreBytes(_ d: Dimensions) -> Double {
    let rows = d.microBatch * d.heads * d.queries
    if stack.attention == .fused { return rows * 4 }
    return rows * d.sequence * (model.dropout ? 2 * d.activation + 1 : d.activation)
  }
}
