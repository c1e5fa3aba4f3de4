import Scenarios

// A transformer of patches that are adapted to the step of the noise and to a class (Peebles and Xie 2022, DiT, arXiv:2212.09748).
// What is made of a picture's vector is made once for a picture, and whole on every tensor rank.

extension Lowering {
  /// Scale, shift and gate of a block's halves, by a layer of the block's own; scale and shift are a pass of their own behind the
  /// norm, the gate is part of the pass that adds to the residual stream.
  func adapting(_ block: Block, _ d: Dimensions) -> [Operator] {
    d.of(tokens: d.microBatch).linear(
      "adaptive.vectors", n: block.adaptedVectors * d.hidden, k: d.hidden, columnParallel: false, adapted: d.adaptsNets)
      + scaling("adaptive", d, passes: block.halves, forward: cheap, backward: .layerBackward)
  }

  /// The same of the norm before the head.
  func adaptingHead(_ d: Dimensions) -> [Operator] {
    d.of(tokens: d.microBatch).linear(
      "head.vectors", n: Diffusion.headVectors * d.hidden, k: d.hidden, columnParallel: false, forward: .headForward,
      backward: .headBackward)
      + scaling("head.adaptive", d, passes: 1, forward: .headForward, backward: .headBackward)
  }

  /// A read and a write; backward the gradients of scale and gate read what they multiplied.
  private func scaling(
    _ name: StaticString, _ d: Dimensions, passes: Double, forward: ComponentSet, backward: ComponentSet
  ) -> [Operator] {
    let bytes = passes * d.residualTokens * d.hidden * d.activation
    return [
      .memory(name, .elementwise, bytes: 2 * bytes, into: forward),
      .memory(name, suffix: ".grad", .elementwise, bytes: 4 * bytes, into: backward),
    ]
  }

  /// In place of the embedding: a layer from the numbers of a patch, positions that are added to it, and the net of two layers that
  /// the step of the noise goes through. Looking up a class is a row.
  func patches(_ net: Diffusion, _ d: Dimensions) -> [Operator] {
    func layer(_ name: StaticString, _ d: Dimensions, k: Double) -> [Operator] {
      d.linear(
        name, n: d.hidden, k: k, columnParallel: false, forward: .embeddingForward, backward: .embeddingBackward
      ).filter { !model.hasFrozenEmbedding || !$0.components.contains(.embeddingBackward) }
    }
    let once = d.of(tokens: d.microBatch)
    let added = model.positions == .learned ? d.tokens * d.hidden * d.activation : 0
    return layer("patches", d, k: Double(net.patchInputs)) + layer("step.in", once, k: Double(net.stepSize))
      + layer("step.out", once, k: d.hidden)
      + [.memory("positions", .elementwise, bytes: 3 * added, into: .embeddingForward)]
  }
}
