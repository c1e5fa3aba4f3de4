/// Families of decoders whose layers are not all attention: state spaces, and linear attention.
enum Hybrids {
  private static let biased = Lineage.Flag.key("attention_bias")

  static let families: [String: Lineage] = [
    "mamba": Lineage(positions: .none, blocks: pureMamba), "falcon_mamba": Lineage(positions: .none, blocks: pureMamba),
    "mamba2": Lineage(positions: .none, blocks: pureMamba2),
    "jamba": Lineage(
      positions: .none, experts: ExpertRule(size: "intermediate_size", layers: .period, optional: true),
      mixer: { config, layer in
        let period = config.int("attn_layer_period") ?? 8, offset = config.int("attn_layer_offset", in: 0...1000) ?? 4
        return layer % period == offset % period ? nil : .stateSpace(mamba(config, innerNorms: true))
      }),
    "bamba": Lineage(
      queryKeyValueBias: biased, outputBias: biased, feedForwardBias: .key("mlp_bias"),
      mixer: { config, layer in
        if let types = config.words("layer_types"), types.indices.contains(layer) {
          return isAttention(types[layer]) ? nil : .stateSpace(mamba2(config))
        }
        return config.ints("attn_layer_indices")?.contains(layer) == true ? nil : .stateSpace(mamba2(config))
      }),
    "granitemoehybrid": Lineage(
      queryKeyValueBias: biased, outputBias: biased,
      experts: ExpertRule(
        size: "intermediate_size", shared: .size("shared_intermediate_size"), denseSize: "shared_intermediate_size",
        optional: true),
      mixer: { config, layer in
        guard let types = config.words("layer_types"), types.indices.contains(layer) else { return nil }
        return isAttention(types[layer]) ? nil : .stateSpace(mamba2(config))
      }),
    "nemotron_h": Lineage(normalization: .rmsnorm, gated: false, positions: .none, blocks: nemotron),
    "qwen3_next": Lineage(
      queryKeyNorm: .head, queryKeyValueBias: biased, outputBias: biased, gatedAttention: true,
      experts: ExpertRule(layers: .sparseStep, shared: .size("shared_expert_intermediate_size"), sharedGate: true),
      mixer: delta),
    "qwen3_5_text": Lineage(
      queryKeyNorm: .head, queryKeyValueBias: biased, outputBias: biased, gatedAttention: true, mixer: delta),
    "qwen3_5_moe_text": Lineage(
      queryKeyNorm: .head, queryKeyValueBias: biased, outputBias: biased, gatedAttention: true,
      experts: ExpertRule(shared: .size("shared_expert_intermediate_size"), sharedGate: true), mixer: delta),
    "kimi_linear": Lineage(
      experts: ExpertRule(layers: .afterDense, shared: .count, routerBias: true, optional: true), mixer: kimi),
    "minimax": minimax, "minimax_text_01": minimax, "minimax_m1": minimax, "MiniMaxText01": minimax,
    "MiniMaxM1": minimax,
  ]

  private static func isAttention(_ word: String) -> Bool { ["attention", "full_attention"].contains(word) }

  // MARK: State spaces

  /// `auto`, or left out, is a sixteenth of the hidden size.
  private static func stepRank(_ config: Config, _ key: String) -> Int {
    let hidden = config.size("hidden_size", upTo: 10_000_000)
    let isGiven = config.tree(key)?.word.flatMap { Int($0) } != nil
    return (isGiven ? config.int(key) : nil) ?? (hidden + 15) / 16
  }

  private static func mamba(_ config: Config, innerNorms: Bool) -> StateSpace {
    let hidden = config.size("hidden_size", upTo: 10_000_000)
    return StateSpace(
      innerSize: (config.int("mamba_expand", in: 1...1000) ?? 2) * hidden, stateSize: config.int("mamba_d_state") ?? 16,
      convolution: config.int("mamba_d_conv", in: 1...1000) ?? 4, stepRank: stepRank(config, "mamba_dt_rank"),
      bias: config.flag("mamba_proj_bias") ?? false, innerNorms: innerNorms)
  }

  private static func mamba2(_ config: Config) -> StateSpace {
    let hidden = config.size("hidden_size", upTo: 10_000_000)
    let inner = (config.int("mamba_expand", in: 1...1000) ?? 2) * hidden
    return StateSpace(
      innerSize: inner, stateSize: config.int("mamba_d_state") ?? 256, heads: config.int("mamba_n_heads") ?? 128,
      groups: config.int("mamba_n_groups") ?? 1, convolution: config.int("mamba_d_conv", in: 1...1000) ?? 4,
      chunk: config.int("mamba_chunk_size", in: 1...100_000) ?? 256, bias: config.flag("mamba_proj_bias") ?? false)
  }

  private static func repeated(_ config: Config, _ space: StateSpace) -> [Block] {
    let block = Block(.stateSpace(space), .none, norms: 1)
    return [Block](repeating: block, count: config.size("num_hidden_layers", upTo: 100_000))
  }

  @Sendable private static func pureMamba(_ config: Config, _ family: Lineage) -> [Block] {
    let hidden = config.size("hidden_size", upTo: 10_000_000)
    return repeated(
      config,
      StateSpace(
        innerSize: config.int("intermediate_size") ?? (config.int("expand", in: 1...1000) ?? 2) * hidden,
        stateSize: config.int("state_size") ?? 16, convolution: config.int("conv_kernel", in: 1...1000) ?? 4,
        stepRank: stepRank(config, "time_step_rank"), bias: config.flag("use_bias") ?? false))
  }

  @Sendable private static func pureMamba2(_ config: Config, _ family: Lineage) -> [Block] {
    let hidden = config.size("hidden_size", upTo: 10_000_000)
    return repeated(
      config,
      StateSpace(
        innerSize: (config.int("expand", in: 1...1000) ?? 2) * hidden, stateSize: config.int("state_size") ?? 128,
        heads: config.size("num_attention_heads", upTo: 100_000, else: config.int("num_attention_heads")),
        groups: config.int("n_groups") ?? 8, convolution: config.int("conv_kernel", in: 1...1000) ?? 4,
        chunk: config.int("chunk_size", in: 1...100_000) ?? 256, bias: config.flag("use_bias") ?? false))
  }

  /// Nemotron-H: each layer is one half, and a word has a letter for each.
  @Sendable private static func nemotron(_ config: Config, _ family: Lineage) -> [Block] {
    var kinds: [String]
    if let pattern = config.text("hybrid_override_pattern") {
      kinds = pattern.map(String.init)
    } else if let words = config.words("layer_types") {
      kinds = words
    } else {
      config.error("key 'hybrid_override_pattern' is missing", help: "it says what each layer is, as in M-M*-")
      return []
    }
    let layers = Layers(config, family)
    let heads = config.int("mamba_num_heads") ?? 128
    let space = StateSpace(
      innerSize: heads * (config.int("mamba_head_dim") ?? 64), stateSize: config.int("ssm_state_size") ?? 128,
      heads: heads, groups: config.int("n_groups") ?? 8, convolution: config.int("conv_kernel", in: 1...1000) ?? 4,
      chunk: config.int("chunk_size", in: 1...100_000) ?? 128, bias: config.flag("use_bias") ?? false)
    let net = Lineage.Flag.key("mlp_bias")
    kinds.removeAll { $0 == "|" }
    return kinds.map { kind in
      switch kind {
      case "M", "mamba", "linear_attention": return Block(.stateSpace(space), .none, norms: 1)
      case "*", "attention", "full_attention": return Block(.attention(layers.attention(0)), .none, norms: 1)
      case "-", "mlp":
        var dense = layers.net(config.size("intermediate_size"))
        dense.bias = config.says(net)
        return Block(.none, .dense(dense), norms: 1)
      case "E", "moe":
        let experts = layers.experts(ExpertRule(shared: .size("moe_shared_expert_intermediate_size")))
        return Block(.none, .experts(experts), norms: 1)
      default:
        config.error(
          "the layer \(quoted(kind)) is not known here",
          help: "M is Mamba-2, * attention, - a feed-forward net, E experts",
          at: "hybrid_override_pattern")
        return Block(.none, .none, norms: 1)
      }
    }
  }

  // MARK: Linear attention

  /// Qwen3-Next: every fourth layer is attention, unless `layer_types` says otherwise.
  @Sendable private static func delta(_ config: Config, _ layer: Int) -> Mixer? {
    if let types = config.words("layer_types"), types.indices.contains(layer) {
      if types[layer] != "linear_attention" { return nil }
    } else if (layer + 1) % (config.int("full_attention_interval") ?? 4) == 0 {
      return nil
    }
    return .gatedDelta(
      GatedDelta(
        keyHeads: config.int("linear_num_key_heads") ?? 16, valueHeads: config.int("linear_num_value_heads") ?? 32,
        keyDimension: config.int("linear_key_head_dim") ?? 128,
        valueDimension: config.int("linear_value_head_dim") ?? 128,
        convolution: config.int("linear_conv_kernel_dim", in: 1...1000) ?? 4))
  }

  /// Kimi Linear: three of four layers are a delta net with a decay of each number, the others attention to a latent. Layers are counted
  /// from one.
  @Sendable private static func kimi(_ config: Config, _ layer: Int) -> Mixer? {
    guard let linear = config.inside("linear_attn_config"), linear.ints("kda_layers")?.contains(layer + 1) == true
    else { return ExpertFamilies.latentMixer(config, layer) }
    let heads = linear.size("num_attention_heads", upTo: 100_000), width = linear.size("head_dim", upTo: 1_000_000)
    return .gatedDelta(
      GatedDelta(
        keyHeads: heads, valueHeads: heads, keyDimension: width, valueDimension: width,
        convolution: linear.int("short_conv_kernel_size", in: 1...1000) ?? 4, gateRank: width))
  }

  /// MiniMax-01: seven of eight layers are lightning attention, a linear attention with a gate.
  private static let minimax = Lineage(
    experts: ExpertRule(size: "intermediate_size"),
    mixer: { config, layer in
      if let types = config.words("layer_types"), types.indices.contains(layer) {
        if types[layer] != "linear_attention" { return nil }
      } else if let flags = config.ints("attn_type_list"), flags.indices.contains(layer) {
        if flags[layer] != 0 { return nil }
      } else if layer % 2 == 0 {
        return nil
      }
      config.approximates("its lightning attention is taken for a gated delta net of the same widths")
      let heads = config.size("num_attention_heads", upTo: 100_000)
      let hidden = config.size("hidden_size", upTo: 10_000_000)
      let width = config.int("head_dim", in: 1...1_000_000) ?? max(1, hidden / heads)
      return .gatedDelta(
        GatedDelta(keyHeads: heads, valueHeads: heads, keyDimension: width, valueDimension: width, convolution: 1))
    })
}
