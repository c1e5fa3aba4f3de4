import Scenarios

// What only the first and the last pipeline stage run: stages are not equal, and the slowest sets the pace.

extension Lowering {
  /// Vocabulary-parallel lookup and its dropout; backward adds rows into the gradient buffer.
  func embedding(_ d: Dimensions) -> [Operator] {
    // Pictures are looked up nowhere.
    let elements = model.vocabularySize > 0 ? d.tokens * d.hidden : 0
    let passes = 1 + (model.positions == .learned ? 1.0 : 0) + (model.tokenTypes > 0 ? 1 : 0)
    let split = d.shape.sequenceParallel
    return [
      .memory("embedding", .elementwise, bytes: elements * passes * 2 * d.activation, into: .embeddingForward),
      .memory(
        "embedding.dropout", .elementwise,
        bytes: model.dropout ? d.residualTokens * d.hidden * (2 * d.activation + 1) : 0, into: .embeddingForward),
      .memory(
        "embedding.grad", .elementwise,
        bytes: model.hasFrozenEmbedding ? 0 : elements * passes * (d.activation + 2 * d.gradient),
        into: .embeddingBackward),
      .communicate(
        "tp.embedding", split ? .reduceScatter : .allReduce, group: d.shape.tensor, stride: 1,
        bytes: elements * d.activation, times: split ? 2 : 1, into: .embeddingTensor),
    ]
  }

  /// Final norm, output product over the vocabulary, or over classes, and cross-entropy with fp32 logits.
  func head(_ whole: Dimensions) -> [Operator] {
    let d = whole.head(model.outputs).in16Bits
    let hidden = d.residualTokens * d.hidden * d.activation
    let logits = d.tokens * d.vocabulary
    let split = d.shape.sequenceParallel
    var list: [Operator] = [
      .memory("head.norm", .normalization, bytes: 2 * hidden, into: .headForward),
      .memory("head.norm.grad", .normalization, bytes: 3 * hidden, into: .headBackward),
    ]
    if model.diffusion != nil {
      list += adaptingHead(d)
    } else if model.family == .encoder, model.outputs == nil || model.pooler {
      // BERT's head transforms every position before the vocabulary (Devlin et al. 2018, arXiv:1810.04805).
      list += d.linear(
        "head.transform", n: d.hidden, k: d.hidden, columnParallel: false, forward: .headForward,
        backward: .headBackward)
    }
    list += d.linear(
      "head", n: d.vocabulary, k: d.hidden, columnParallel: false,
      isTrained: !(model.tiedEmbeddings && model.hasFrozenEmbedding), forward: .headForward, backward: .headBackward)
    let loss: StaticString = model.diffusion == nil ? "cross-entropy" : "loss"
    // Widen to fp32, exponentiate and sum; backward writes fp32 and narrows. Squares of diffusion pass as often.
    let (forward, backward): (Double, Double) =
      isLossFused ? (d.activation, 2 * d.activation) : (d.activation + 4 + 4 + 4, 4 + 4 + d.activation)
    list += [
      .memory(loss, .softmax, bytes: logits * forward, into: .headForward),
      .memory(loss, suffix: ".grad", .softmax, bytes: logits * backward, into: .headBackward),
      .communicate(
        "tp.head", split ? .reduceScatter : .allReduce, group: d.shape.tensor, stride: 1,
        bytes: d.tokens * d.hidden * d.activation, times: split ? 3 : 1, into: .headTensor),
      // Maximum, target logit and sum of exponentials of each token.
      .communicate(
        "tp.loss", .allReduce, group: d.shape.tensor, stride: 1, bytes: d.tokens * 4, times: 3, into: .headTensor),
    ]
    return list
  }
}
