import Scenarios

/// Bytes that one micro-batch keeps for backward, by where they live (docs/Model.md, "Memory").
struct ActivationBytes {
  /// Of each kind of layer: what it keeps under the shape's recompute mode, in layers that recompute; and what is alive only while one is recomputed, or
  /// its scores are.
  var layers: [(kept: Double, workspace: Double)]
  var embedding: Double
  var head: Double
}

extension Lowering {
  /// Korthikanti et al. 2022 (arXiv:2205.05198) eq. 1–4 and 6, generalized to grouped queries, gated nets and fused
  /// attention: s·b·h·(34 + 5·a·s/h)/t under sequence parallelism, s·b·h·(10 + 24/t + 5·a·s/(h·t)) without. Of other mixers
  /// and of experts: the inputs of every product.
  func activations(_ shape: BlockShape) -> ActivationBytes {
    let d = Dimensions(self, shape)
    if let net = model.recommender { return activations(net, d) }
    let wide = d.residualTokens * d.hidden
    let mask = model.dropout ? 1.0 : 0
    let ends = d.head(model.outputs)
    // In chunks: as many rows at a time as their logits are as large as the inputs of all (Liger's choice).
    let logits = ends.tokens * (chunksLogits ? min(ends.vocabulary, d.hidden) : ends.vocabulary) * logitBytes
    let asked = model.headPasses
    let passing = stack.peak != .sum ? regathered(d) : 0
    return ActivationBytes(
      layers: model.layout.kinds.map { activations($0, d.of($0)) }, embedding: wide * mask,
      head: asked * (wide * 2 * d.activation + logits) + passing)
  }

  /// Where sequence parallelism splits tokens, what a product takes of other ranks, and its gradient before they are added up.
  private func regathered(_ d: Dimensions) -> Double {
    2 * (d.tokens - d.residualTokens) * d.hidden * d.activation
  }

  /// What DeepEP's two exchanges gave, which are not made again (TorchTitan saves the results of `deepep.dispatch` and
  /// `deepep.combine`): each token that came to a rank, once, and the sum for each of its own.
  private func dispatched(_ block: Block, _ d: Dimensions) -> Double {
    guard case .experts(let experts) = block.feedForward, stack.peak != .sum, stack.expertDispatch != .perExpert,
      d.shape.expert > 1
    else { return 0 }
    let x = ExpertSizes(experts, d)
    let arrived = x.sent * x.arrivals(experts, stack.expertDispatch)
    return (arrived + x.own) * x.width * d.activation
  }

  private func activations(_ block: Block, _ d: Dimensions) -> (kept: Double, workspace: Double) {
    if block.isConvolution { return block.isFrozen ? (0, 0) : (mixed(block.mixer, d).kept, 0) }
    let shape = d.shape
    if case .projection(let one) = block.mixer {
      let (input, all) = kept(one, d)
      if block.isFrozen { return (0, all) }
      return shape.recompute.mode == .full ? (input, all) : (all, 0)
    }
    let wide = d.residualTokens * d.hidden
    let mask = model.dropout ? 1.0 : 0
    let halves = block.halves
    // Inputs of the norms, of the QKV and up projections, and two dropout masks: whole on every tensor rank unless
    // sequence parallelism splits them.
    // Written as operators, a norm also keeps its input in fp32 and what it gives before the scale (transformers' and torchtune's RMSNorm).
    let norms = Double(block.norms) * (d.activation + (stack.singleOperators ? 4 + d.activation : 0)) * wide
    // Both streams before and after their norms, where they are joined.
    let joined = block.predicts ? 4 * wide * d.activation : 0
    // Of an adaptive block what its norms give before scale and shift, and its halves before the gate.
    let adapted = block.adaptive ? 2 * halves * wide * d.activation : 0
    let taken = inputs(of: block, d)
    let whole = norms + taken + halves * wide * mask + joined + adapted
    let (mixed, scores) = mixed(block.mixer, d)
    let fed: Double =
      switch block.feedForward {
      case .dense(let net): inner(net, d)
      case .experts(let experts): inner(experts, d)
      case .none: 0
      }
    // Gathered inputs of the QKV and up projections that are kept whole instead of gathered again.
    let gathered =
      shape.keepsGathered && shape.sequenceParallel
      ? halves * (d.tokens - d.residualTokens) * d.hidden * d.operand : 0
    let kept = whole + mixed + fed + gathered
    // A layer that goes back holds, beside what it kept or made again, gradients inside its feed-forward net.
    let gradients = stack.peak != .sum ? insideNet(block, d) + regathered(d) : 0
    // Nothing goes back through a frozen layer, and what it made is gone with the next.
    if block.isFrozen { return (0, kept + scores) }
    switch shape.recompute.mode {
    case .none: return (kept + scores, gradients)
    case .selective:
      let selective = stack.selective
      let again =
        (stack.attention == .unfused ? scores : 0)
        + (selective == .scores ? 0 : taken + adapted / 2 + gathered + cheap(block, d))
        + productOutputs(block, d)
      return (kept + scores - again + (selective == .scores ? 0 : dispatched(block, d)), again + gradients)
    case .full: return (wide * d.activation + dispatched(block, d), kept + scores + gradients)
    }
  }

  /// What norms give to the first products of a block's halves.
  private func inputs(of block: Block, _ d: Dimensions) -> Double {
    let one = d.residualTokens * d.hidden * d.operand
    let mixers = block.mixer == .none ? 0.0 : 1
    let kept: Bool
    if case .experts = block.feedForward { kept = d.keepsExpertInputs } else { kept = d.keepsNetInputs }
    return one * ((d.keepsMixerInputs ? mixers : 0) + (kept ? block.halves - mixers : 0))
  }

  /// Queries, keys, values, projection input: split over heads. Apart: what attention keeps of its scores.
  private func mixed(_ mixer: Mixer, _ d: Dimensions) -> (kept: Double, scores: Double) {
    switch mixer {
    case .attention(let attention):
      let a = sizes(attention, d)
      let gate = attention.gated ? 2 * a.heads * a.dimension * d.activation : 0
      return (
        d.tokens * (a.heads * a.dimension * (d.activation + d.operand) + gate)
          + a.keyTokens * 2 * a.keyValueHeads * a.dimension * d.activation, scoreBytes(a, d)
      )
    case .latent(let latent):
      let a = sizes(latent, d), (latents, whole) = made(latent, a, d)
      return (
        d.residualTokens * 2 * latents * d.activation + d.tokens * (whole + a.heads * a.valueDimension * d.operand),
        scoreBytes(a, d)
      )
    case .stateSpace(let mixer):
      // What the projection gives, before and after the convolution, the scan's output and the gated one; states of chunks.
      let inner = Double(mixer.innerSize) / d.t
      let states = mixer.heads == nil ? 0 : inner * Double(mixer.stateSize) / Double(mixer.chunk)
      return (d.tokens * (2 * mixer.projected / d.t + 2 * inner + states) * d.activation, 0)
    case .gatedDelta(let mixer):
      let states = mixer.values * Double(mixer.keyDimension) / Double(mixer.chunk)
      let decays = mixer.gateRank == nil ? 0 : mixer.keys + mixer.values
      return (d.tokens * (2 * mixer.projected + decays + 2 * mixer.values + states) / d.t * d.activation, 0)
    case .convolution(let one): return (kept(one, d), 0)
    case .projection(let one): return (kept(one, d).all, 0)
    case .none: return (0, 0)
    }
  }

  /// Of a token: numbers in its latents, and bytes of the queries, keys and values that are made of them.
  private func made(_ latent: LatentAttention, _ a: AttentionSizes, _ d: Dimensions) -> (latents: Double, whole: Double)
  {
    let latents = Double((latent.queryRank ?? 0) + latent.keyValueRank + latent.rotaryDimension)
    return (latents, a.heads * (2 * a.dimension + a.valueDimension) * d.activation)
  }

  /// What besides the norms' outputs need not be kept where it is made again: outputs of activation functions; of experts also
  /// what they give, since their weights multiply there; queries, keys and values of latents, and the latents' norms.
  private func cheap(_ block: Block, _ d: Dimensions) -> Double {
    func activated(_ net: DenseNet) -> Double {
      d.tokens * (Double(net.size) / d.t)
        * (innerBytes(net, keepsInputs: d.keepsNetInputs, d) - net.inputs * d.activation)
    }
    var bytes = 0.0
    if case .latent(let latent) = block.mixer {
      let (latents, whole) = made(latent, sizes(latent, d), d)
      bytes += d.residualTokens * latents * d.activation + d.tokens * whole
    }
    switch block.feedForward {
    case .dense(let net): bytes += activated(net)
    case .experts(let experts):
      let x = ExpertSizes(experts, d)
      let made = innerBytes(experts.net, keepsInputs: d.keepsExpertInputs, d) - experts.net.inputs * d.activation
      bytes += x.rows * (x.inner * made + x.width * d.activation) - x.gathered * x.width * d.activation
      bytes += experts.shared.map(activated) ?? 0
    case .none: break
    }
    return bytes
  }

  /// What products give that selective recomputation makes again.
  private func productOutputs(_ block: Block, _ d: Dimensions) -> Double {
    let common: Double
    switch stack.selective {
    case .scores, .cheap: return 0
    case .alternate: common = secondOutputs(block, d)
    case .nets:
      common = block.feedForward.commonNet.map { d.tokens * (Double($0.size) / d.t) * $0.inputs * d.activation } ?? 0
    }
    guard case .experts(let experts) = block.feedForward else { return common }
    // Grouped products are not among what is kept: all that experts made is made again, but for the router's scores.
    let x = ExpertSizes(experts, d)
    let taken = d.keepsExpertInputs ? d.operand : 0
    return common + x.rows * (x.inner * experts.net.inputs * d.activation + x.width * taken)
  }

  /// Outside of experts, what every second product gives: keys, and half of what goes into a gated activation function. The input of
  /// the second norm is made again, too, but the down projection's output is kept, which is as large.
  private func secondOutputs(_ block: Block, _ d: Dimensions) -> Double {
    var bytes = 0.0
    if case .attention(let attention) = block.mixer {
      let a = sizes(attention, d)
      bytes += a.keyTokens * a.keyValueHeads * a.dimension * d.activation
    }
    if let net = block.feedForward.commonNet, net.inputs > 1 {
      bytes += d.tokens * (Double(net.size) / d.t) * d.activation
    }
    return bytes
  }

  /// Activation's inputs and the down projection's; between them what a gate multiplies, where operators are single.
  private func inner(_ net: DenseNet, _ d: Dimensions) -> Double {
    d.tokens * (Double(net.size) / d.t) * innerBytes(net, keepsInputs: d.keepsNetInputs, d)
  }

  /// The same of one number inside.
  private func innerBytes(_ net: DenseNet, keepsInputs: Bool, _ d: Dimensions) -> Double {
    let operators = stack.singleOperators && net.inputs > 1 ? d.activation : 0
    return net.inputs * d.activation + operators + (keepsInputs ? d.operand : 0)
  }

  /// Gradients of the activation's inputs and of what it gives: those of the net's own inputs and outputs are not there at that moment.
  private func insideNet(_ block: Block, _ d: Dimensions) -> Double {
    func inside(_ net: DenseNet) -> Double {
      d.tokens * (Double(net.size) / d.t) * (net.inputs * d.activation + d.operand)
    }
    switch block.feedForward {
    case .dense(let net): return inside(net)
    case .experts(let experts):
      let x = ExpertSizes(experts, d)
      return x.rows * x.inner * (experts.net.inputs * d.activation + d.operand) + (experts.shared.map(inside) ?? 0)
    case .none: return 0
    }
  }

  /// The same of the rows that experts work on, with those rows themselves, sorted; and the router's scores. What experts give is
  /// kept of own rows alone, where it is added up by weight.
  private func inner(_ experts: Experts, _ d: Dimensions) -> Double {
    let x = ExpertSizes(experts, d), net = experts.net
    let each =
      x.inner * innerBytes(net, keepsInputs: d.keepsExpertInputs, d) + x.width
      * ((d.keepsExpertInputs ? d.operand : 0) + d.activation)
    let ofOthers = x.gathered * x.width * d.activation
    // Before the experts and after them.
    let latent = experts.latent.map { 2 * x.own * Double($0) * d.operand } ?? 0
    let routed = x.rows * each - ofOthers
    return routed + latent + x.own * Double(experts.count) * 4 + (experts.shared.map { inner($0, d) } ?? 0)
  }

  /// Unfused: softmax output, dropout's mask and output, 5·a·s per token; fused: one fp32 statistic per row.
  private func scoreBytes(_ a: AttentionSizes, _ d: Dimensions) -> Double {
    let rows = d.microBatch * a.heads * d.queries
    if stack.attention != .unfused { return rows * 4 }
    return rows * a.sequence * (model.dropout ? 2 * d.activation + 1 : d.activation)
  }
}
