/// The blocks of a model, layer by layer, from a configuration and what its family fixes.
struct Layers {
  let config: Config
  let family: Lineage
  let hidden: Int
  let heads: Int
  let keyValueHeads: Int
  let headDimension: Int
  let parallel: Bool
  let norms: Int
  private let types: [String]?
  private static let kindsOfAttention = ["full_attention", "sliding_attention", "chunked_attention", "attention"]

  static func blocks(_ config: Config, _ family: Lineage) -> [Block] {
    if let blocks = family.blocks { return blocks(config, family) }
    let layers = Layers(config, family)
    let count = config.size("num_hidden_layers", upTo: 100_000)
    if let types = layers.types, types.count != count {
      config.error(
        "'layer_types' has \(types.count) layers, and there are \(count)", help: "give one word a layer",
        at: "layer_types")
    }
    return (0..<count).map { layers.block($0) }
  }

  init(_ config: Config, _ family: Lineage) {
    self.config = config
    self.family = family
    hidden = config.size("hidden_size", upTo: 10_000_000)
    heads = config.size("num_attention_heads", upTo: 100_000)
    (parallel, norms) = Layers.residual(config, family)
    keyValueHeads = Layers.keyValueHeads(config, family, heads)
    types = config.words("layer_types")
    let known = Layers.kindsOfAttention
    if family.mixer == nil, let strange = types?.first(where: { !known.contains($0) }) {
      config.error(
        "'layer_types' has \(quoted(strange)), which models of the family \(quoted(config.type)) have not",
        help: "known: \(known.joined(separator: ", "))", at: "layer_types")
    }
    if let dimension = config.int("head_dim", in: 1...1_000_000) {
      headDimension = dimension
    } else {
      headDimension = max(1, hidden / heads)
      if config.areSound("hidden_size", "num_attention_heads"), hidden % heads != 0 {
        config.error(
          "\(heads) attention heads do not divide the hidden size \(hidden)",
          help: "give 'head_dim' where heads are not an even share", at: "num_attention_heads")
      }
    }
    if config.areSound("num_attention_heads"), heads % keyValueHeads != 0, config.int("kv_lora_rank") == nil {
      config.fields.unevenHeads(keyValueHeads, of: heads, at: config.spelled("num_key_value_heads"))
    }
  }

  private static func residual(_ config: Config, _ family: Lineage) -> (parallel: Bool, norms: Int) {
    switch family.norms {
    case .fixed(let count): return (config.flag("use_parallel_residual") ?? false, count)
    case .parallel(let flag):
      let parallel = config.says(flag)
      return (parallel, parallel ? 1 : 2)
    case .falcon:
      let parallel = config.flag("parallel_attn") ?? false
      let isNew = config.flag("new_decoder_architecture") ?? false
      return (parallel || isNew, isNew ? config.int("num_ln_in_parallel_attn") ?? 2 : parallel ? 1 : 2)
    }
  }

  private static func keyValueHeads(_ config: Config, _ family: Lineage, _ heads: Int) -> Int {
    let limit = 1...100_000
    switch family.keyValueHeads {
    case .key:
      // SantaCoder's own class, which calls itself GPT-2.
      if config.text("attention_head_type") == "multiquery" { return 1 }
      return config.int("num_key_value_heads", in: limit)
        ?? config.inside("attn_config")?.int("num_key_value_heads", in: limit) ?? heads
    case .multiQuery: return config.flag("multi_query") ?? true ? 1 : heads
    case .falcon:
      if config.flag("new_decoder_architecture") ?? false {
        return config.int("num_key_value_heads", in: limit) ?? heads
      }
      return config.flag("multi_query") ?? true ? 1 : heads
    }
  }

  func block(_ layer: Int) -> Block {
    let mixer = family.mixer?(config, layer) ?? .attention(attention(layer))
    return Block(mixer, feedForward(layer), norms: norms, parallel: parallel)
  }

  // MARK: Attention

  func attention(_ layer: Int) -> Attention {
    let window = window(layer)
    let rotary = isTurned(layer, window: window)
    var one = Attention(
      heads: heads, keyValueHeads: keyValueHeads, headDimension: headDimension, queryKeyNorm: queryKeyNorm,
      queryKeyValueBias: config.says(family.queryKeyValueBias), outputBias: config.says(family.outputBias),
      window: window, rotary: family.positions == .rotary && !config.says(family.alibi) && rotary)
    one.chunked = isChunked(layer) && window != nil
    one.sinks = family.sinks
    one.gated = family.gatedAttention
    return one
  }

  private var queryKeyNorm: Model.QueryKeyNorm {
    switch family.queryKeyNorm {
    case .none: .none
    case .head: .head
    case .full: .full
    case .headIf(let flag): config.says(flag) ? .head : .none
    case .fullIf(let flag): config.says(flag) ? .full : .none
    }
  }

  private func isChunked(_ layer: Int) -> Bool {
    if let types, types.indices.contains(layer) { return types[layer] == "chunked_attention" }
    if case .chunks = family.windows { return true }
    return false
  }

  /// Tokens that a layer looks back; nil: all.
  private func window(_ layer: Int) -> Int? {
    let lengths = 1...1_000_000_000
    if let types, types.indices.contains(layer) {
      switch types[layer] {
      case "sliding_attention": return config.int("sliding_window", in: lengths) ?? config.int("local_attention")
      case "chunked_attention": return config.int("attention_chunk_size", in: lengths)
      default: return nil
      }
    }
    switch family.windows {
    case .none: return nil
    case .all: return config.int("sliding_window", in: lengths)
    case .upper:
      guard config.flag("use_sliding_window") ?? false, layer >= config.int("max_window_layers", in: 0...100_000) ?? 0
      else { return nil }
      return config.int("sliding_window", in: lengths)
    case .allButEvery(let usual):
      let every = patternLength() ?? usual
      return (layer + 1) % every == 0 ? nil : config.int("sliding_window", in: lengths)
    case .odd: return layer % 2 == 1 ? config.int("window_size", in: lengths) : nil
    case .allButFirstOf:
      let every = config.int("global_attn_every_n_layers") ?? 3
      return layer % every == 0 ? nil : config.int("local_attention", in: lengths)
    case .chunks: return isTurned(layer, window: 1) ? config.int("attention_chunk_size", in: lengths) : nil
    }
  }

  /// Some files spell the pattern out: `LLLG`.
  private func patternLength() -> Int? {
    guard let text = config.tree("sliding_window_pattern")?.word, Int(text) == nil, !text.isEmpty else {
      return config.int("sliding_window_pattern", in: 1...100_000)
    }
    return text.count
  }

  private func isTurned(_ layer: Int, window: Int?) -> Bool {
    switch family.rotary {
    case .all: return true
    case .windowed: return window != nil || config.int("sliding_window", in: 1...1_000_000_000) == nil
    case .listed:
      if let listed = config.ints("no_rope_layers"), listed.indices.contains(layer) { return listed[layer] != 0 }
      return (layer + 1) % (config.int("no_rope_layer_interval") ?? 4) != 0
    }
  }

  // MARK: Feed-forward

  func feedForward(_ layer: Int) -> FeedForward {
    guard let rule = family.experts, hasExperts(layer, rule) else {
      return .dense(net(denseSize(family.experts?.denseSize ?? "intermediate_size")))
    }
    return .experts(experts(rule))
  }

  private func denseSize(_ key: String) -> Int {
    let given = config.size(key, else: family.feedForward.map { config.int(key) ?? $0 * hidden })
    return family.halved ? max(1, given / 2) : given
  }

  func net(_ size: Int) -> DenseNet {
    DenseNet(size: size, activation: activation, bias: config.says(family.feedForwardBias))
  }

  func experts(_ rule: ExpertRule) -> Experts {
    let inner = config.inside("ffn_config") ?? config
    let count = inner.size("experts", upTo: 100_000)
    let perToken = inner.size("per_token", upTo: 100_000, else: inner.int("per_token", in: 1...100_000))
    if inner.areSound("experts", "per_token"), perToken > count {
      inner.error(
        "a token goes to \(perToken) of \(count) experts", help: "it can go to as many as there are", at: "per_token")
    }
    var each = net(inner.size(rule.size, else: inner.int(rule.size) ?? rule.usualSize.flatMap { inner.int($0) }))
    each.bias = rule.bias
    var width: Int?
    switch rule.shared {
    case .none: break
    case .count: width = config.int("shared_experts", in: 0...1000).map { $0 * each.size }
    case .size(let key): width = config.int(key, in: 0...100_000_000)
    case .one: width = each.size
    }
    if width == 0 { width = nil }
    return Experts(
      count: count, perToken: min(perToken, count), net: each, latent: config.int("moe_latent_size"),
      shared: width.map { DenseNet(size: $0, activation: each.activation, bias: each.bias) },
      sharedGate: rule.sharedGate, routerBias: rule.routerBias, within: groupShare)
  }

  /// Part of the groups of experts that a token may go to.
  private var groupShare: Double {
    guard let groups = config.int("n_group", in: 1...100_000), let used = config.int("topk_group", in: 1...100_000)
    else {
      return 1
    }
    return min(1, Double(used) / Double(groups))
  }

  private func hasExperts(_ layer: Int, _ rule: ExpertRule) -> Bool {
    if rule.optional, config.int("experts", in: 0...100_000) ?? 0 < 1 { return false }
    let layers = 0...100_000
    switch rule.layers {
    case .all: return true
    case .afterDense:
      if let words = config.words("mlp_layer_types"), words.indices.contains(layer) { return words[layer] == "sparse" }
      if let flags = config.ints("moe_layer_freq"), flags.indices.contains(layer) { return flags[layer] != 0 }
      let every = config.tree("moe_layer_freq")?.word == nil ? 1 : config.int("moe_layer_freq") ?? 1
      return layer >= config.int("first_k_dense_replace", in: layers) ?? 0 && layer % every == 0
    case .sparseStep:
      if config.ints("mlp_only_layers")?.contains(layer) == true { return false }
      return (layer + 1) % (config.int("decoder_sparse_step") ?? 1) == 0
    case .interleaved:
      if let listed = config.ints("expert_layers") { return listed.contains(layer) }
      return (layer + 1) % (config.int("interleave_moe_layer_step") ?? 1) == 0
    case .period:
      return layer % (config.int("expert_layer_period") ?? 1) == config.int("expert_layer_offset", in: layers) ?? 0
    case .range:
      let end = config.int("moe_layer_end_index", in: -1...100_000) ?? -1
      return (layer + 1) % (config.int("moe_layer_interval") ?? 1) == 0
        && layer >= config.int("moe_layer_start_index", in: layers) ?? 0 && (end < 0 || layer <= end)
    }
  }

  var activation: Model.Activation {
    let inner = config.has("hidden_act") ? config : config.inside("ffn_config") ?? config
    var text = inner.text("hidden_act") ?? (family.gated ? "silu" : "gelu")
    // ChatGLM and MPT have it fixed.
    if ["quick_gelu", "gegelu"].contains(text) || text.hasPrefix("gelu") { text = "gelu" }
    switch (text, family.gated) {
    case ("silu", true), ("swish", true), ("swiglu", true): return .swiglu
    case ("silu", false), ("swish", false): return .silu
    case ("relu", false): return .relu
    case ("relu2", false): return .squaredReLU
    case ("xielu", false):
      config.approximates("its activation 'xielu' is taken for relu2, which does as much work")
      return .squaredReLU
    case ("gelu", true): return .geglu
    case ("gelu", false): return .gelu
    default:
      config.error(
        "the activation \(quoted(text)) is not known here",
        help: "one of: \(family.gated ? "silu, gelu" : "gelu, relu, relu2, silu")", at: "hidden_act")
      return .gelu
    }
  }
}
