import CWorkload

/// A transformer and a batch for it: what one training step is of (CWorkload/include/transformer.h). Bytes are tokens,
/// the feed-forward width is four times the width, as GPT-2's.
public struct StepShape: Hashable, Codable, Sendable {
  public var layers: Int
  public var width: Int
  public var heads: Int
  public var sequence: Int
  public var batch: Int
  public var tied: Bool

  public init(layers: Int, width: Int, heads: Int, sequence: Int, batch: Int, tied: Bool = true) {
    precondition(width % heads == 0, "heads share the width evenly")
    self.layers = layers
    self.width = width
    self.heads = heads
    self.sequence = sequence
    self.batch = batch
    self.tied = tied
  }

  public static let vocabulary = 256
  public var feed: Int { 4 * width }
  public var tokens: Int { batch * sequence }

  var kernelShape: tw_shape {
    tw_shape(
      layers: layers, width: width, heads: heads, feed: feed, vocabulary: StepShape.vocabulary, sequence: sequence,
      batch: batch, tied: tied ? 1 : 0)
  }

  public var parameters: Int {
    var shape = kernelShape
    return tw_parameter_count(&shape)
  }

  /// `3 × 128, 4 heads, 8 × 64`: layers × width, batch × sequence.
  public var name: String { "\(layers)×\(width), \(heads) heads, \(batch)×\(sequence)\(tied ? "" : ", untied")" }
}

extension StepShape {
  /// Everything one step does, each with how often: the same list that transformer.c runs through.
  public var works: [(work: Work, count: Double)] {
    let t = tokens, c = width, f = feed, v = StepShape.vocabulary, s = sequence, deep = c / heads
    let each = Double(layers), heads = Double(layers * batch * heads)
    var list: [(Work, Double)] = []
    func linear(_ k: Int, _ n: Int) {
      list.append((Work(.addBias, rows: t, columns: n), each))
      list.append((Work(.product, rows: t, columns: n, depth: k), each))
      list.append((Work(.biasBack, rows: t, columns: n), each))
      list.append((Work(.product, rows: t, columns: k, depth: n, turn: .right), each))
      list.append((Work(.product, rows: k, columns: n, depth: t, turn: .left), each))
    }
    list.append((Work(.embed, rows: t, columns: c), 1))
    list.append((Work(.embedBack, rows: t, columns: c), 1))
    list.append((Work(.normalize, rows: t, columns: c), 2 * each + 1))
    list.append((Work(.normalizeBack, rows: t, columns: c), 2 * each + 1))
    linear(c, 3 * c)
    linear(c, c)
    linear(c, f)
    linear(f, c)
    list.append((Work(.gelu, rows: t, columns: f), each))
    list.append((Work(.geluBack, rows: t, columns: f), each))
    // Scores; their gradient from that of the values.
    list.append((Work(.headProduct, rows: s, columns: s, depth: deep, turn: .right), 2 * heads))
    // Values mixed; gradients of the queries.
    list.append((Work(.headProduct, rows: s, columns: deep, depth: s), 2 * heads))
    // Gradients of the values and of the keys.
    list.append((Work(.headProduct, rows: s, columns: deep, depth: s, turn: .left), 2 * heads))
    list.append((Work(.softmax, rows: s, columns: s), heads))
    list.append((Work(.softmaxBack, rows: s, columns: s), heads))
    list.append((Work(.product, rows: t, columns: v, depth: c, turn: .right), 1))
    list.append((Work(.product, rows: t, columns: c, depth: v), 1))
    list.append((Work(.product, rows: v, columns: c, depth: t, turn: .left), 1))
    list.append((Work(.crossEntropy, rows: t, columns: v), 1))
    list.append((Work(.adamw, rows: parameters / 256, columns: 256), 1))
    return list
  }

  public var flops: Double { works.reduce(0) { $0 + $1.work.flops * $1.count } }
}
