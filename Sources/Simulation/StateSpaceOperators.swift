import Scenarios

extension Lowering {
  /// Mamba-2 by chunks of Q tokens (Dao and Gu 2024, arXiv:2405.21060 §6): scores of a chunk, which its group's heads share;
  /// outputs within it; the state that it leaves; what earlier states add. Half of the products within a chunk is masked, and
  /// worked on all the same. Mamba's scan is one pass that keeps its state on the chip.
  func stateSpace(_ mixer: StateSpace, _ d: Dimensions) -> [Operator] {
    let inner = Double(mixer.innerSize) / d.t, state = Double(mixer.stateSize)
    var list = d.linear("ssm.in", n: mixer.projected / d.t, k: d.hidden, columnParallel: true, adapted: d.adaptsMixers)
    list += pass("ssm.convolution", d.tokens * inner * d.activation, reads: 2)
    if let heads = mixer.heads.map({ Double($0) / d.t }) {
      let chunk = min(Double(mixer.chunk), d.queries), chunks = d.tokens / chunk, width = inner / heads
      let groups = max(1, Double(mixer.groups) / d.t)
      let io = d.tokens * (2 * inner + 2 * groups * state) * d.activation
      list += chunked("ssm.scores", chunk, chunk, state, chunks * groups, io)
      list += chunked("ssm.within", chunk, width, chunk, chunks * heads, io)
      list += chunked("ssm.states", state, width, chunk, chunks * heads, io)
      list += chunked("ssm.across", chunk, width, state, chunks * heads, io)
    } else {
      list += d.linear(
        "ssm.step", n: Double(mixer.stepRank) + 2 * state, k: inner, columnParallel: false, adapted: d.adaptsMixers)
      list += d.linear(
        "ssm.step-up", n: inner, k: Double(max(1, mixer.stepRank)), columnParallel: true, adapted: d.adaptsMixers)
      list += pass("ssm.scan", as: .scan, d.tokens * inner * d.activation, reads: 4)
    }
    list += pass("ssm.gate", d.tokens * inner * d.activation, reads: 3)
    return list + d.linear("ssm.out", n: d.hidden, k: inner, columnParallel: false, adapted: d.adaptsMixers)
  }

  /// Gated delta net by chunks of Q tokens (Yang and others 2024, arXiv:2412.06464 §3.3): keys by keys and queries by keys, the
  /// triangular system that makes the updates independent, states, and outputs.
  func gatedDelta(_ mixer: GatedDelta, _ d: Dimensions) -> [Operator] {
    let heads = Double(mixer.valueHeads) / d.t, key = Double(mixer.keyDimension), value = Double(mixer.valueDimension)
    let keys = mixer.keys / d.t, values = mixer.values / d.t
    let chunk = min(Double(mixer.chunk), d.queries), chunks = d.tokens / chunk * heads
    let io = d.tokens * (2 * keys + 2 * values) * d.activation
    var list = d.linear(
      "delta.in", n: mixer.projected / d.t, k: d.hidden, columnParallel: true, adapted: d.adaptsMixers)
    if let rank = mixer.gateRank.map(Double.init) {
      list += d.linear("delta.decay", n: keys, k: rank, columnParallel: true, adapted: d.adaptsMixers)
      list += d.linear("delta.gate-up", n: values, k: rank, columnParallel: true, adapted: d.adaptsMixers)
    }
    list += pass("delta.convolution", d.tokens * (2 * keys + values) * d.activation, reads: 2)
    list += chunked("delta.keys", chunk, chunk, key, chunks, io)
    list += chunked("delta.scores", chunk, chunk, key, chunks, io)
    list += chunked("delta.updates", chunk, key + value, chunk, chunks, io)
    list += chunked("delta.within", chunk, value, chunk, chunks, io)
    list += chunked("delta.states", key, value, chunk, 2 * chunks, io)
    list += chunked("delta.across", chunk, value, key, chunks, io)
    list += pass("delta.gate", d.tokens * values * d.activation, reads: 3)
    return list + d.linear("delta.out", n: d.hidden, k: values, columnParallel: false, adapted: d.adaptsMixers)
  }

  /// A pass over `bytes`, with so many reads and writes; backward it has half as many more.
  private func pass(
    _ name: StaticString, as kind: OperatorKind = .elementwise, _ bytes: Double, reads: Double
  ) -> [Operator] {
    [
      .memory(name, kind, bytes: reads * bytes, into: .layerForward),
      .memory(name, suffix: ".grad", kind, bytes: 1.5 * reads * bytes, into: .layerBackward),
    ]
  }

  /// Small products in one kernel of many; backward one for either side.
  private func chunked(
    _ name: StaticString, _ m: Double, _ n: Double, _ k: Double, _ batch: Double, _ bytes: Double
  ) -> [Operator] {
    [
      .gemm(name, m, n, k, batch: batch, kind: .scan, bytes: bytes, into: [.layerForward, .attentionForward]),
      .gemm(
        name, suffix: ".grad", m, n, k, batch: 2 * batch, kind: .scan, bytes: 2 * bytes,
        into: [.layerBackward, .attentionBackward]),
    ]
  }
}
