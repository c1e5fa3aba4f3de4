import Scenarios

extension Lowering {
  /// Collectives of one block and micro-batch (docs/Model.md, "Communication").
  func communication(_ block: Block, _ d: Dimensions) -> [Operator] {
    let t = d.shape.tensor, c = d.shape.context
    let hidden = d.tokens * d.hidden * d.activation
    let split = d.shape.sequenceParallel
    // Two gathers and two scatters cost what two all-reduces do by ring; backward gathers the inputs once more.
    let kind: Collective.Kind = split ? .reduceScatter : .allReduce
    // Halves that tensor ranks share: each gathers its input and scatters its output.
    let halves = (block.mixer == .none ? 0.0 : 1) + (block.sharesFeedForward ? 1 : 0)
    var list: [Operator] = [
      .communicate(
        "tp.forward", kind, group: t, stride: 1, bytes: hidden, times: halves * (split ? 2 : 1), into: .tensorForward),
      .communicate(
        "tp.backward-row", kind, group: t, stride: 1, bytes: hidden, times: split ? halves : 0, into: .tensorBackward),
      .communicate(
        "tp.backward-column", kind, group: t, stride: 1, bytes: hidden, times: halves, into: .tensorColumn),
      .communicate(
        "tp.regather", kind, group: t, stride: 1, bytes: hidden, times: split ? halves : 0, into: .tensorRegather),
    ]
    if exchangesHeads(block.mixer) {
      // Queries, keys and values go out and outputs come back; their gradients likewise.
      let bytes = headBytes(block.mixer, d)
      list += [
        .communicate("cp.forward", .allToAll, group: c, stride: t, bytes: bytes, into: .contextForward),
        .communicate("cp.backward", .allToAll, group: c, stride: t, bytes: bytes, into: .contextBackward),
      ]
    } else {
      let exchanged = exchanged(block.mixer, d) * d.microBatch * keys(block.mixer, d) * d.activation
      list += [
        .communicate("cp.forward", .reduceScatter, group: c, stride: t, bytes: exchanged, into: .contextForward),
        .communicate(
          "cp.backward", .reduceScatter, group: c, stride: t, bytes: exchanged, times: 2, into: .contextBackward),
      ]
    }
    list += [
      .communicate(
        "pp.gather", .reduceScatter, group: t, stride: 1, bytes: split ? 0 : hidden, into: .boundaryGather)
    ]
    guard case .experts(let experts) = block.feedForward else { return list }
    // Tokens to their experts and back, and their gradients likewise.
    let there = min(d.activation, stack.dispatchType?.bytes ?? d.activation)
    let x = ExpertSizes(experts, d), sent = x.copies(experts, stack.expertDispatch)
    let bytes = x.sent * sent.part * x.width * (there + d.activation) / 2
    let copies = stack.expertDispatch == .perExpert ? 0 : sent.each
    // Neighbours are on one machine.
    let within = stack.expertDispatch == .neighbours ? 0 : experts.within
    func exchange(_ name: StaticString, into component: Component) -> Operator {
      .communicate(
        name, .allToAll, group: x.group, stride: x.slices, bytes: bytes, copies: copies, within: within,
        times: 2, into: component)
    }
    // What the ranks of a group were sent is gathered, and what they give is scattered back: as large, in the types of both ways.
    func share(_ name: StaticString, into component: Component) -> Operator {
      let all = x.rows * x.width * (there + d.activation) / 2
      return .communicate(
        name, .reduceScatter, group: x.slices, stride: 1, bytes: all, times: 2, into: component)
    }
    return list + [
      exchange("ep.forward", into: .exchangeForward), exchange("ep.backward", into: .exchangeBackward),
      share("etp.forward", into: .exchangeForward), share("etp.backward", into: .exchangeBackward),
    ]
  }

  /// Whether context ranks share out the heads of a mixer.
  func exchangesHeads(_ mixer: Mixer) -> Bool { stack.contextExchange == .heads && mixer.attentionHeads != nil }

  /// Bytes of the queries, keys, values and outputs of a rank's own tokens.
  private func headBytes(_ mixer: Mixer, _ d: Dimensions) -> Double {
    func bytes(_ a: AttentionSizes) -> Double {
      let own = d.tokens * a.heads * (a.dimension + a.valueDimension)
      return (own + a.keyTokens * a.keyValueHeads * (a.dimension + a.valueDimension)) * d.activation
    }
    switch mixer {
    case .attention(let attention): return bytes(sizes(attention, d))
    case .latent(let attention): return bytes(sizes(attention, d))
    default: return 0
    }
  }

  /// Tokens of an example that keys and values are made of.
  private func keys(_ mixer: Mixer, _ d: Dimensions) -> Double {
    if case .attention(let attention) = mixer, let across = attention.across { return Double(across) }
    return d.sequence
  }

  /// Numbers of a token that context ranks send each other: keys and values, or the state that a chunk leaves, of which there
  /// is one for a whole rank.
  private func exchanged(_ mixer: Mixer, _ d: Dimensions) -> Double {
    switch mixer {
    case .attention(let attention):
      let a = sizes(attention, d)
      return 2 * a.keyValueHeads * a.dimension
    case .latent(let latent):
      let a = sizes(latent, d)
      return a.keyValueHeads * (a.dimension + a.valueDimension)
    case .stateSpace(let mixer): return Double(mixer.innerSize * mixer.stateSize) / d.t / d.queries
    case .gatedDelta(let mixer): return mixer.values * Double(mixer.keyDimension) / d.t / d.queries
    case .convolution, .projection, .none: return 0
    }
  }
}

extension FeedForward {
  /// The net that all tokens go through.
  var commonNet: DenseNet? {
    switch self {
    case .dense(let net): net
    case .experts(let experts): experts.shared
    case .none: nil
    }
  }
}

extension Block {
  /// Whether the feed-forward net, or the part of it that all tokens go through, is split over tensor ranks.
  var sharesFeedForward: Bool { feedForward.commonNet != nil }
}
