import Scenarios

// A recommender (Naumov and others 2019, arXiv:1906.00091): nets of linear layers around an interaction of vectors, of which
// all but one come from tables. Every sample is a row of the products.

extension Lowering {
  func recommender(_ net: Recommender, _ d: Dimensions) -> [Operator] {
    var list = tables(net, d)
    list += layers("bottom", net.bottom, d)
    list += net.interaction == .dot ? dotInteraction(net, d) : crosses(net, d)
    list += layers("top", net.top, d)
    list += [
      // The loss of one number a sample, in fp32.
      .memory("loss", .elementwise, bytes: d.tokens * (d.activation + 4), into: .headForward),
      .memory("loss.grad", .elementwise, bytes: d.tokens * (d.activation + 4), into: .headBackward),
    ]
    return list
  }

  /// Rows gathered and added up to a vector a table; backward they are updated in place with the state of their row, as
  /// fused optimizers do (TorchRec). A device has the rows of all ranks' samples and a share of the tables, so its lookups
  /// are as many as its own samples'. Every lookup counts as a row from memory: what repeats within a batch, or stays in a
  /// cache because its table is small, is not known.
  private func tables(_ net: Recommender, _ d: Dimensions) -> [Operator] {
    let looked = d.tokens * net.lookups, dimension = Double(net.dimension)
    let row = dimension * Recommender.tableBytes, index = 8.0
    let pooled = d.tokens * Double(net.tableCount) * dimension * d.activation
    let update = 2 * (row + Recommender.rowStateBytes)
    return [
      .memory("tables", .elementwise, bytes: looked * (row + index) + pooled, into: .embeddingForward),
      .memory(
        "tables.update", .elementwise, bytes: looked * (dimension * d.activation + update + index),
        into: .embeddingBackward),
    ]
  }

  /// Linear layers and what is between them, a pass of its own.
  private func layers(_ name: StaticString, _ sizes: [Int], _ d: Dimensions) -> [Operator] {
    Recommender.layers(sizes).flatMap { inputs, outputs in
      d.linear(name, n: outputs, k: inputs, columnParallel: false) + [
        .memory(name, suffix: ".relu", .elementwise, bytes: 2 * d.tokens * outputs * d.activation, into: .layerForward),
        .memory(
          name, suffix: ".relu.grad", .elementwise, bytes: 3 * d.tokens * outputs * d.activation, into: .layerBackward),
      ]
    }
  }

  /// All vectors of a sample by all of them, in a batch of small products of which half is kept; backward a product for
  /// either side. Around it the vectors are put side by side, and the pairs beside the bottom net's output.
  private func dotInteraction(_ net: Recommender, _ d: Dimensions) -> [Operator] {
    let vectors = Double(net.vectors), dimension = Double(net.dimension), all = vectors * vectors
    let stacked = d.tokens * Double(net.width) * d.activation
    let product = d.tokens * (Double(net.width) + all) * d.activation
    let kept = d.tokens * (2 * Double(net.interacted) + all / 2) * d.activation
    func bmm(_ suffix: StaticString, _ n: Double, _ k: Double, _ into: ComponentSet) -> Operator {
      .gemm("interaction", suffix: suffix, vectors, n, k, batch: d.tokens, kind: .batched, bytes: product, into: into)
    }
    return [
      .memory("interaction.stack", .elementwise, bytes: 2 * stacked, into: .layerForward),
      bmm("", vectors, dimension, .layerForward),
      .memory("interaction.pairs", .elementwise, bytes: kept, into: .layerForward),
      .memory("interaction.pairs.grad", .elementwise, bytes: kept, into: .layerBackward),
      bmm(".grad", dimension, vectors, .layerBackward),
      bmm(".grad", dimension, vectors, .layerBackward),
      .memory("interaction.stack.grad", .elementwise, bytes: 3 * stacked, into: .layerBackward),
    ]
  }

  /// x ← x₀ ∘ (U·V·x + b) + x, once for each cross (Wang and others 2020, arXiv:2008.13535 eq. 2): the product with x₀ and
  /// the sum are one pass of three reads and a write, and of four reads and three writes backward.
  private func crosses(_ net: Recommender, _ d: Dimensions) -> [Operator] {
    let width = Double(net.width), rank = Double(net.crossRank), pass = d.tokens * width * d.activation
    let stack: [Operator] = [
      .memory("cross.stack", .elementwise, bytes: 2 * pass, into: .layerForward),
      .memory("cross.stack.grad", .elementwise, bytes: 2 * pass, into: .layerBackward),
    ]
    let one: [Operator] =
      d.linear("cross.down", n: rank, k: width, columnParallel: false)
      + d.linear("cross.up", n: width, k: rank, columnParallel: false) + [
        .memory("cross.product", .elementwise, bytes: 4 * pass, into: .layerForward),
        .memory("cross.product.grad", .elementwise, bytes: 7 * pass, into: .layerBackward),
      ]
    return stack + (0..<net.crosses).flatMap { _ in one }
  }

  /// Bytes kept for backward: the input of every product, the vectors, and of each cross its input and both products.
  func activations(_ net: Recommender, _ d: Dimensions) -> ActivationBytes {
    let sizes = (net.bottom + net.top).reduce(0.0) { $0 + Double($1) }
    let cross = Double(net.crosses) * (2 * Double(net.width) + Double(net.crossRank))
    let vectors = Double(net.width)
    return ActivationBytes(
      layers: [
        // Gradients of the vectors are alive by themselves.
        (kept: d.tokens * (sizes + cross + vectors) * d.activation, workspace: d.tokens * vectors * d.activation)
      ], embedding: 0, head: d.tokens * 4)
  }
}
