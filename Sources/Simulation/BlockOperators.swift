import Scenarios

// One block. Bytes count each tensor once per pass over it; a pass that reads x and writes y of E elements moves 2·E·bytes.
// Which passes exist follows Megatron's fused kernels (bias + dropout + residual in one).

extension Lowering {
  /// A mixer between a norm and a residual sum, then a feed-forward net likewise, and what ranks exchange for them.
  func operators(_ block: Block, _ d: Dimensions) -> [Operator] {
    if block.standsAlone { return trained(block, mixer(block.mixer, d)) }
    // Norms of a block are shared out over its halves; models that normalize outputs as well pass twice.
    let norms = Double(block.norms) / block.halves
    var list: [Operator] = block.adaptive ? adapting(block, d) : []
    if block.predicts {
      list += normalization(d, "mtp.norm", passes: 3)
      list += d.linear("mtp.projection", n: d.hidden, k: 2 * d.hidden / d.t, columnParallel: false)
    }
    if block.mixer != .none {
      list += normalization(d, "attention.norm", passes: norms) + mixer(block.mixer, d)
      list += residual(d, "attention.residual")
    }
    if block.feedForward != .none {
      list += normalization(d, "mlp.norm", passes: norms) + feedForward(block.feedForward, d)
      list += residual(d, "mlp.residual")
    }
    if stack.attention == .unfused {
      for i in list.indices where list[i].components.contains(.attentionForward) {
        list[i].components.insert(.selective)
      }
    }
    if stack.selective == .alternate || stack.selective == .nets {
      list += stack.selective == .nets ? netAgain(block, d) : secondProducts(block, d)
      // Grouped products are not among what is kept.
      for i in list.indices
      where [.grouped, .wideGrouped].contains(list[i].kind) && list[i].components.contains(.layerForward) {
        list[i].components.insert(.selective)
      }
    }
    list += communication(block, d)
    return trained(block, list)
  }

  /// Nothing goes back through a frozen block.
  private func trained(_ block: Block, _ list: [Operator]) -> [Operator] {
    block.isFrozen ? list.filter { $0.components.isDisjoint(with: .ofBackward) } : list
  }

  /// Of forward work that is cheap to do again.
  var cheap: ComponentSet { stack.selective == .scores ? .layerForward : [.layerForward, .selective] }

  /// Products into the net that all tokens go through once more.
  private func netAgain(_ block: Block, _ d: Dimensions) -> [Operator] {
    guard let net = block.feedForward.commonNet else { return [] }
    return [again("mlp.up", n: net.inputs * Double(net.size) / d.t, k: d.hidden, d)]
  }

  /// Every second product of a block once more: of q, k, v, o and gate, up, down that is k, o and up; without a gate k, o and down.
  /// Of other mixers no product.
  private func secondProducts(_ block: Block, _ d: Dimensions) -> [Operator] {
    var list: [Operator] = []
    if case .attention(let attention) = block.mixer {
      let a = sizes(attention, d)
      list.append(again("attention.keys", n: a.keyValueHeads * a.dimension, k: d.hidden, d))
      list.append(again("attention.out", n: d.hidden, k: a.heads * a.dimension, d))
    }
    if case .dense(let net) = block.feedForward {
      let inner = Double(net.size) / d.t
      list.append(
        net.inputs > 1 ? again("mlp.up", n: inner, k: d.hidden, d) : again("mlp.down", n: d.hidden, k: inner, d))
    }
    return list
  }

  private func again(_ name: StaticString, n: Double, k: Double, _ d: Dimensions) -> Operator {
    let bytes = (d.tokens * k + k * n) * d.operand + d.tokens * n * d.activation
    return .gemm(name, suffix: ".again", d.tokens, n, k, kind: d.single, bytes: bytes, into: .selective)
  }

  private func mixer(_ mixer: Mixer, _ d: Dimensions) -> [Operator] {
    switch mixer {
    case .attention(let attention): self.attention(attention, d)
    case .latent(let attention): latent(attention, d)
    case .stateSpace(let mixer): stateSpace(mixer, d)
    case .gatedDelta(let mixer): gatedDelta(mixer, d)
    case .convolution(let one): convolution(one, d)
    case .projection(let one): projection(one, d)
    case .none: []
    }
  }

  private func feedForward(_ feedForward: FeedForward, _ d: Dimensions) -> [Operator] {
    switch feedForward {
    case .dense(let net): dense(net, d)
    case .experts(let experts): self.experts(experts, d)
    case .none: []
    }
  }

  /// Backward reads the input and the output's gradient and writes the input's.
  private func normalization(_ d: Dimensions, _ name: StaticString, passes: Double) -> [Operator] {
    let bytes = d.residualTokens * d.hidden * d.activation * passes
    return [
      .memory(name, .normalization, bytes: 2 * bytes, into: cheap),
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

  /// Two products around an activation.
  func dense(_ net: DenseNet, _ d: Dimensions) -> [Operator] {
    let inner = Double(net.size) / d.t, elements = d.tokens * inner
    return d.linear("mlp.up", n: net.inputs * inner, k: d.hidden, columnParallel: true, adapted: d.adaptsNets)
      + [
        .memory("activation", .elementwise, bytes: elements * (net.inputs + 1) * d.activation, into: cheap),
        .memory(
          "activation.grad", .elementwise, bytes: elements * (2 * net.inputs + 1) * d.activation, into: .layerBackward),
      ]
      + d.linear("mlp.down", n: d.hidden, k: inner, columnParallel: false, adapted: d.adaptsNets)
  }
}
