import Scenarios

/// The sizes of attention proper on one device: heads of queries and of keys and values, their dimensions, and how far queries
/// look.
struct AttentionSizes {
  var heads: Double
  var keyValueHeads: Double
  /// Of queries and keys, and of values.
  var dimension: Double, valueDimension: Double
  /// s, and the queries one context rank owns.
  var sequence: Double, queries: Double
  /// Of all pairs of a query and a key those that are worked on.
  var share: Double
  /// Tokens of a micro-batch and context rank that keys and values are made of.
  var keyTokens: Double
  /// Keys that a query looks at, at most.
  var length: Double
  var isCausal: Bool

  init(
    _ d: Dimensions, heads: Double, keyValueHeads: Double, dimension: Double, valueDimension: Double, causal: Bool,
    window: Int? = nil, chunked: Bool = false, across: Int? = nil
  ) {
    (self.heads, self.keyValueHeads) = (heads, keyValueHeads)
    (self.dimension, self.valueDimension) = (dimension, valueDimension)
    (sequence, queries, isCausal) = (d.sequence, d.queries, causal)
    (share, length, keyTokens) = (1, sequence, d.tokens)
    if let across {
      (sequence, length, isCausal) = (Double(across), Double(across), false)
      keyTokens = d.microBatch * sequence / Double(d.shape.context)
      return
    }
    if let window, Double(window) < sequence {
      length = Double(window)
      // Masks skip what is outside: a window that slides has w tokens but at the start, a chunk half of them in the mean.
      let part = length / sequence
      share = !causal || chunked ? part : 2 * part - part * part
    }
    // Documents that share a sequence look at themselves only.
    if d.document < length {
      length = d.document
      share = min(share, length / sequence)
    }
  }

  /// Width of the fused query, key and value projection, with so many of the keys' width.
  func projected(_ keys: Double) -> Double { (heads + keys * keyValueHeads) * dimension }
}

extension Lowering {
  func sizes(_ attention: Attention, _ d: Dimensions) -> AttentionSizes {
    let dimension = Double(attention.headDimension)
    return AttentionSizes(
      d, heads: Double(attention.heads) / d.t, keyValueHeads: max(1, Double(attention.keyValueHeads) / d.t),
      dimension: dimension, valueDimension: dimension, causal: d.isCausal, window: attention.window,
      chunked: attention.chunked, across: attention.across)
  }

  /// Keys and values are made whole again for training, so every head has its own.
  func sizes(_ latent: LatentAttention, _ d: Dimensions) -> AttentionSizes {
    let heads = Double(latent.heads) / d.t
    return AttentionSizes(
      d, heads: heads, keyValueHeads: heads, dimension: Double(latent.queryDimension),
      valueDimension: Double(latent.valueDimension), causal: d.isCausal)
  }

  func attention(_ attention: Attention, _ d: Dimensions) -> [Operator] {
    let a = sizes(attention, d)
    let gate = attention.gated ? a.heads * a.dimension : 0
    var list: [Operator]
    if attention.across == nil {
      list = d.linear(
        "qkv", n: a.projected(attention.projectedKeys) + gate, k: d.hidden, columnParallel: true,
        adapted: d.adaptsMixers)
    } else {
      list = d.linear(
        "query", n: a.heads * a.dimension + gate, k: d.hidden, columnParallel: true, adapted: d.adaptsMixers)
      list += d.of(tokens: a.keyTokens).linear(
        "keys-values", n: attention.projectedKeys * a.keyValueHeads * a.dimension, k: attention.keyWidth(d.hidden),
        columnParallel: true,
        adapted: d.adaptsMixers)
    }
    list += queryKeyTransforms(attention, a, d)
    list += proper(a, d)
    if attention.gated {
      let bytes = d.tokens * gate * d.activation
      list += [
        .memory("attention.gate", .elementwise, bytes: 3 * bytes, into: .layerForward),
        .memory("attention.gate.grad", .elementwise, bytes: 5 * bytes, into: .layerBackward),
      ]
    }
    return list
      + d.linear(
        "projection", n: d.hidden, k: a.heads * a.valueDimension, columnParallel: false, adapted: d.adaptsMixers)
  }

  /// Latents are made by every tensor rank from its own tokens, and gathered; what is made of them is split over heads
  /// (DeepSeek-V2, 2024, arXiv:2405.04434 §2.1; Megatron-LM's MLASelfAttention).
  func latent(_ latent: LatentAttention, _ d: Dimensions) -> [Operator] {
    let a = sizes(latent, d), own = d.of(tokens: d.residualTokens)
    let rank = Double(latent.keyValueRank), turned = Double(latent.rotaryDimension)
    var list: [Operator] = []
    let queries = a.heads * a.dimension
    if let queryRank = latent.queryRank.map({ Double($0) }) {
      list += own.linear("query.down", n: queryRank, k: d.hidden, columnParallel: false, adapted: d.adaptsMixers)
      list += narrowNorm("query.norm", d.residualTokens * queryRank * d.activation)
      list += d.linear(
        "query.up", n: queries, k: queryRank, columnParallel: true, adapted: d.adaptsMixers, forward: cheap)
    } else {
      list += d.linear("query", n: queries, k: d.hidden, columnParallel: true, adapted: d.adaptsMixers)
    }
    list += own.linear("kv.down", n: rank + turned, k: d.hidden, columnParallel: false, adapted: d.adaptsMixers)
    list += narrowNorm("kv.norm", d.residualTokens * rank * d.activation)
    list += d.linear(
      "kv.up", n: a.heads * Double(latent.plainDimension + latent.valueDimension), k: rank, columnParallel: true,
      adapted: d.adaptsMixers, forward: cheap)
    // Turned parts are put beside the plain ones: queries and keys are read and written once.
    let bytes = 2 * d.tokens * 2 * queries * d.activation
    list += [
      .memory("qk-transform", .elementwise, bytes: bytes, into: cheap),
      .memory("qk-transform.grad", .elementwise, bytes: bytes, into: .layerBackward),
    ]
    list += proper(a, d)
    return list
      + d.linear(
        "projection", n: d.hidden, k: a.heads * a.valueDimension, columnParallel: false, adapted: d.adaptsMixers)
  }

  private func narrowNorm(_ name: StaticString, _ bytes: Double) -> [Operator] {
    [
      .memory(name, .normalization, bytes: 2 * bytes, into: cheap),
      .memory(name, suffix: ".grad", .normalization, bytes: 3 * bytes, into: .layerBackward),
    ]
  }

  /// Rotary embedding and query/key norms read and write queries and keys once each, and once backward.
  private func queryKeyTransforms(_ attention: Attention, _ a: AttentionSizes, _ d: Dimensions) -> [Operator] {
    let turned = attention.rotary && model.positions == .rotary
    let passes = (turned ? 1.0 : 0) + (attention.queryKeyNorm == .none ? 0 : 1)
    let elements = (d.tokens * a.heads + a.keyTokens * a.keyValueHeads) * a.dimension
    let bytes = passes * 2 * elements * d.activation
    return [
      .memory("qk-transform", .elementwise, bytes: bytes, into: .layerForward),
      .memory("qk-transform.grad", .elementwise, bytes: bytes, into: .layerBackward),
    ]
  }

  private func proper(_ a: AttentionSizes, _ d: Dimensions) -> [Operator] {
    stack.attention == .unfused ? unfused(a, d) : fused(a, d)
  }

  /// One kernel, no s×s tensor in memory. Work 2·b·(a/t)·(s/c)·s·(d_qk + d_v) forward, 2.5 times that backward since scores are
  /// made again (Dao 2023, arXiv:2307.08691 §3.1); a causal mask skips half of it, a window what is outside.
  private func fused(_ a: AttentionSizes, _ d: Dimensions) -> [Operator] {
    let pair = a.dimension == a.valueDimension ? 4 * a.dimension : 2 * (a.dimension + a.valueDimension)
    let full = pair / a.dimension * d.microBatch * a.heads * a.queries * a.sequence * a.dimension
    let work = (a.isCausal ? full / 2 : full) * a.share
    let values = a.valueDimension / a.dimension
    let io =
      (d.tokens * (1 + values) * a.heads + a.keyTokens * (1 + values) * a.keyValueHeads) * a.dimension * d.activation
    var forward = Operator.memory("attention", .attentionForward, bytes: io, into: [.layerForward, .attentionForward])
    forward.flops = work
    forward.k = a.length
    // By the convention of published figures masked scores count, those outside a window do not.
    forward.modelFLOPs = full * (a.length / a.sequence)
    var backward = Operator.memory(
      "attention", suffix: ".grad", .attentionBackward, bytes: 2 * io, into: [.layerBackward, .attentionBackward])
    backward.flops = 2.5 * work
    backward.k = a.length
    backward.modelFLOPs = 2 * forward.modelFLOPs
    return [forward, backward]
  }

  /// Scores, softmax and values as separate kernels (Korthikanti et al. 2022, arXiv:2205.05198 §4.1): two batched
  /// products per direction around passes over the s×s scores. A window masks scores, it does not save their work.
  private func unfused(_ a: AttentionSizes, _ d: Dimensions) -> [Operator] {
    let batch = d.microBatch * a.heads
    let scores = batch * a.queries * a.sequence
    let side = batch * a.queries * a.dimension, other = batch * a.sequence * a.dimension
    let product = (side + other + scores) * d.activation
    let mask = model.dropout ? 1.0 : 0
    // Scaled masked softmax: read, write. Dropout: read, write, mask. Backward of both likewise, softmax reads two.
    let softmax = 2 * d.activation, dropout = model.dropout ? 2 * d.activation + mask : 0
    // Matrix units load rows by 16-byte lines; others go a slow way (NVIDIA, Matrix Multiplication Background guide).
    let lines = a.dimension * d.activation / 16
    let kind: OperatorKind = lines == lines.rounded() ? .batched : .misaligned
    func bmm(_ name: StaticString, _ n: Double, _ k: Double, _ into: ComponentSet) -> Operator {
      .gemm(name, a.queries, n, k, batch: batch, kind: kind, bytes: product, into: into)
    }
    let bare = softmaxIsFused(heads: a.heads, keys: a.sequence, d) ? 0.0 : 1
    let forward: ComponentSet = [.layerForward, .attentionForward]
    let backward: ComponentSet = [.layerBackward, .attentionBackward]
    let e = a.dimension, v = a.valueDimension, s = a.sequence
    return [
      bmm("scores", s, e, forward),
      .memory("softmax", .softmax, bytes: scores * softmax, into: forward),
      .memory("softmax.passes", .softmaxPasses, bytes: bare * scores * softmax, into: forward),
      .memory("softmax.dropout", .elementwise, bytes: scores * dropout, into: forward),
      bmm("values", v, s, forward),
      bmm("values.grad-scores", s, v, backward),
      bmm("values.grad-values", v, s, backward),
      .memory("softmax.dropout.grad", .elementwise, bytes: scores * dropout, into: backward),
      .memory("softmax.grad", .softmax, bytes: scores * 1.5 * softmax, into: backward),
      .memory("softmax.passes.grad", .softmaxPasses, bytes: bare * scores * 1.5 * softmax, into: backward),
      bmm("scores.grad-queries", e, s, backward),
      bmm("scores.grad-keys", e, s, backward),
    ]
  }

  /// Whether the stack's fused softmax takes this shape. Megatron's kernel works on blocks of four rows of scores and on
  /// sequences up to 2,048 (NVIDIA/Megatron-LM, fused_softmax.py, `is_kernel_available`); else it runs as separate
  /// scaling, masking and softmax.
  func softmaxIsFused(heads: Double, keys: Double, _ d: Dimensions) -> Bool {
    guard let rows = stack.softmaxRows, let longest = stack.softmaxLength else { return true }
    let blocks = d.microBatch * heads / Double(rows)
    return blocks == blocks.rounded() && keys <= Double(longest)
  }
}
