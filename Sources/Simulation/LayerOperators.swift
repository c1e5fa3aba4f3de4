import Scenarios

// One transformer layer. Bytes count each tensor once per pass over it; a pass that reads x and writes y of E elements
// moves 2·E·bytes. Which passes exist follows Megatron's fused kernels (bias + dropout + residual in one).

extension Lowering {
  func attentionBlock(_ d: Dimensions) -> [Operator] {
    let projected = d.heads * d.headDimension
    var list = normalization(d, "attention.norm")
    list += d.linear("qkv", n: d.queryKeyValue, k: d.hidden, columnParallel: true, adapted: true)
    list += queryKeyTransforms(d)
    list += stack.attention == .fused ? fusedAttention(d) : unfusedAttention(d)
    list += d.linear("projection", n: d.hidden, k: projected, columnParallel: false, adapted: true)
    list += residual(d, "attention.residual")
    return list
  }

  func feedForwardBlock(_ d: Dimensions) -> [Operator] {
    let inputs = model.activation.gated ? 2.0 : 1.0
    let elements = d.tokens * d.feedForward
    return normalization(d, "mlp.norm")
      + d.linear(
        "mlp.up", n: inputs * d.feedForward, k: d.hidden, columnParallel: true, adapted: d.adaptsAll)
      + [
        .memory("activation", .elementwise, bytes: elements * (inputs + 1) * d.activation, into: .layerForward),
        .memory(
          "activation.grad", .elementwise, bytes: elements * (2 * inputs + 1) * d.activation, into: .layerBackward),
      ]
      + d.linear("mlp.down", n: d.hidden, k: d.feedForward, columnParallel: false, adapted: d.adaptsAll)
      + residual(d, "mlp.residual")
  }

  /// Backward reads the input and the output's gradient and writes the input's; models that normalize outputs as well
  /// pass twice.
  private func normalization(_ d: Dimensions, _ name: StaticString) -> [Operator] {
    let bytes = d.residualTokens * d.hidden * d.activation * Double(model.normsPerLayer) / 2
    return [
      .memory(name, .normalization, bytes: 2 * bytes, into: .layerForward),
      .memory(name, suffix: ".grad", .normalization, bytes: 3 * bytes, into: .layerBackward),
    ]
  }

  /// Bias, dropout and residual in one pass: two reads and a write, and the mask's byte.
  private func residual(_ d: Dimensions, _ name: StaticString) -> [Operator] {
    let elements = d.residualTokens * d.hidden, mask = model.dropout ? 1.0 : 0
    return [
      .memory(name, .elementwise, bytes: elements * (3 * d.activation + mask), into: .layerForward),
      .memory(name, suffix: ".grad", .elementwise, bytes: elements * (3 * d.activation + mask), into: .layerBackward),
    ]
  }

  /// Rotary embedding and query/key norms read and write queries and keys once each, and once backward.
  private func queryKeyTransforms(_ d: Dimensions) -> [Operator] {
    let passes = (model.positions == .rotary ? 1.0 : 0) + (model.queryKeyNorm == .none ? 0 : 1)
    let elements = d.tokens * (d.heads + d.keyValueHeads) * d.headDimension
    let bytes = passes * 2 * elements * d.activation
    return [
      .memory("qk-transform", .elementwise, bytes: bytes, into: .layerForward),
      .memory("qk-transform.grad", .elementwise, bytes: bytes, into: .layerBackward),
    ]
  }

  /// One kernel, no s×s tensor in memory. Work 4·b·(a/t)·(s/c)·s·d_h forward, 2.5 times that backward since scores are
  /// made again (Dao 2023, arXiv:2307.08691 §3.1); a causal mask skips half of it.
  private func fusedAttention(_ d: Dimensions) -> [Operator] {
    let full = 4 * d.microBatch * d.heads * d.queries * d.sequence * d.headDimension
    let work = model.causal ? full / 2 : full
    let io = d.tokens * (2 * d.heads + 2 * d.keyValueHeads) * d.headDimension * d.activation
    var forward = Operator.memory("attention", .attentionForward, bytes: io, into: [.layerForward, .attentionForward])
    forward.flops = work
    forward.k = d.sequence
    forward.modelFLOPs = full
    var backward = Operator.memory(
      "attention", suffix: ".grad", .attentionBackward, bytes: 2 * io, into: [.layerBackward, .attentionBackward])
    backward.flops = 2.5 * work
    backward.k = d.sequence
    backward.modelFLOPs = 2 * full
    return [forward, backward]
  }

  /// Scores, softmax and values as separate kernels (Korthikanti et al. 2022, arXiv:2205.05198 §4.1): two batched
  /// products per direction around passes over the s×s scores.
  private func unfusedAttention(_ d: Dimensions) -> [Operator] {
    let batch = d.microBatch * d.heads
    let scores = batch * d.queries * d.sequence
    let side = batch * d.queries * d.headDimension, other = batch * d.sequence * d.headDimension
    let product = (side + other + scores) * d.activation
    let mask = model.dropout ? 1.0 : 0
    // Scaled masked softmax: read, write. Dropout: read, write, mask. Backward of both likewise, softmax reads two.
    let softmax = 2 * d.activation, dropout = model.dropout ? 2 * d.activation + mask : 0
    // Matrix units load rows by 16-byte lines; others go a slow way (NVIDIA, Matrix Multiplication Background guide).
    let lines = d.headDimension * d.activation / 16
    let kind: OperatorKind = lines == lines.rounded() ? .batched : .misaligned
    func bmm(_ name: StaticString, _ n: Double, _ k: Double, _ into: ComponentSet) -> Operator {
      .gemm(name, d.queries, n, k, batch: batch, kind: kind, bytes: product, into: into)
    }
    let bare = softmaxIsFused(d) ? 0.0 : 1
    let forward: ComponentSet = [.layerForward, .attentionForward]
    let backward: ComponentSet = [.layerBackward, .attentionBackward]
    let e = d.headDimension, s = d.sequence
    return [
      bmm("scores", s, e, forward),
      .memory("softmax", .softmax, bytes: scores * softmax, into: forward),
      .memory("softmax.passes", .softmaxPasses, bytes: bare * scores * softmax, into: forward),
      .memory("softmax.dropout", .elementwise, bytes: scores * dropout, into: forward),
      bmm("values", e, s, forward),
      bmm("values.grad-scores", s, e, backward),
      bmm("values.grad-values", e, s, backward),
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
  func softmaxIsFused(_ d: Dimensions) -> Bool {
    guard let rows = stack.softmaxRows, let longest = stack.softmaxLength else { return true }
    let blocks = d.microBatch * d.heads / Double(rows)
    return blocks == blocks.rounded() && d.sequence <= Double(longest)
  }

  /// Collectives of one layer and micro-batch (docs/Model.md, "Communication").
  func layerCommunication(_ d: Dimensions) -> [Operator] {
    let t = d.shape.tensor, c = d.shape.context
    let hidden = d.tokens * d.hidden * d.activation
    let split = d.shape.sequenceParallel
    // Two gathers and two scatters cost what two all-reduces do by ring; backward gathers the inputs once more.
    let kind: Collective.Kind = split ? .reduceScatter : .allReduce
    let keysValues = 2 * d.keyValueHeads * d.headDimension * d.microBatch * d.sequence * d.activation
    return [
      .communicate("tp.forward", kind, group: t, stride: 1, bytes: hidden, times: split ? 4 : 2, into: .tensorForward),
      .communicate(
        "tp.backward-row", kind, group: t, stride: 1, bytes: hidden, times: split ? 2 : 0, into: .tensorBackward),
      .communicate("tp.backward-column", kind, group: t, stride: 1, bytes: hidden, times: 2, into: .tensorColumn),
      .communicate(
        "tp.regather", kind, group: t, stride: 1, bytes: hidden, times: split ? 2 : 0, into: .tensorRegather),
      .communicate("cp.forward", .reduceScatter, group: c, stride: t, bytes: keysValues, into: .contextForward),
      .communicate(
        "cp.backward", .reduceScatter, group: c, stride: t, bytes: keysValues, times: 2, into: .contextBackward),
      .communicate(
        "pp.gather", .reduceScatter, group: t, stride: 1, bytes: split ? 0 : hidden, into: .boundaryGather),
    ]
  }
}
