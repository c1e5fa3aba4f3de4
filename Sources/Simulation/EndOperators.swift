import Scenarios

// What only the first and the last pipeline stage run: stages are not equal, and the slowest sets the pace.

extension Lowering {
  /// Vocabulary-parallel lookup and its dropout; backward adds rows into the gradient buffer.
  func embedding(_ d: Dimensions) -> [Operator] {
    // Pictures are looked up nowhere.
    let tokens = model.vocabularySize > 0 ? d.tokens : 0
    let words = tokens * model.wordWidth
    // Positions and segments are of the layers' width.
    let added = (model.positions == .learned ? 1.0 : 0) + (model.tokenTypes > 0 ? 1 : 0)
    let elements = words + tokens * d.hidden * added
    let split = d.shape.sequenceParallel
    let widened =
      model.embeddingSize.map {
        d.in16Bits.linear(
          "embedding.project", n: d.hidden, k: Double($0), columnParallel: false, isTrained: !model.hasFrozenEmbedding,
          forward: .embeddingForward, backward: .embeddingBackward)
      } ?? []
    return [
      .memory("embedding", .elementwise, bytes: elements * 2 * d.activation, into: .embeddingForward),
      .memory(
        "embedding.dropout", .elementwise,
        bytes: model.dropout ? d.residualTokens * d.hidden * (2 * d.activation + 1) : 0, into: .embeddingForward),
      .memory(
        "embedding.grad", .elementwise,
        bytes: model.hasFrozenEmbedding ? 0 : elements * (d.activation + 2 * d.gradient),
        into: .embeddingBackward),
      .communicate(
        "tp.embedding", split ? .reduceScatter : .allReduce, group: d.shape.tensor, stride: 1,
        bytes: words * d.activation, times: split ? 2 : 1, into: .embeddingTensor),
    ] + widened
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
    if let width = model.embeddingSize {
      list += d.linear(
        "head.project", n: Double(width), k: d.hidden, columnParallel: false, isTrained: !model.hasFrozenEmbedding,
        forward: .headForward, backward: .headBackward)
    }
    list += d.linear(
      "head", n: d.vocabulary, k: model.outputs == nil ? model.wordWidth : d.hidden, columnParallel: false,
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
