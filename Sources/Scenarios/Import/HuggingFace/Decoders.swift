/// Families of decoders without experts.
enum Decoders {
  static let families: [String: Lineage] = gpt.merging(llamaLike) { a, _ in a }.merging(qwen) { a, _ in a }
    .merging(gemma) { a, _ in a }.merging(parallel) { a, _ in a }.merging(windowed) { a, _ in a }

  private static let biased = Lineage.Flag.key("attention_bias")

  static let llama = Lineage(queryKeyValueBias: biased, outputBias: biased, feedForwardBias: .key("mlp_bias"))
  static let mistral = Lineage(windows: .all)
  private static let glm4 = Lineage(norms: .fixed(4), queryKeyValueBias: biased)
  static let qwen2 = Lineage(queryKeyValueBias: .yes, windows: .upper)
  static let qwen3 = Lineage(queryKeyNorm: .head, queryKeyValueBias: biased, outputBias: biased, windows: .upper)

  /// GPT-2 and what came of it: LayerNorm, biases, no gate.
  private static let gpt: [String: Lineage] = [
    "gpt2": Lineage(
      normalization: .layernorm, gated: false, positions: .learned, queryKeyValueBias: .yes, outputBias: .yes,
      feedForwardBias: .yes, feedForward: 4, dropsOut: true),
    "gpt_bigcode": Lineage(
      normalization: .layernorm, gated: false, positions: .learned, queryKeyValueBias: .yes, outputBias: .yes,
      feedForwardBias: .yes, keyValueHeads: .multiQuery, feedForward: 4, dropsOut: true),
    "gpt_neo": Lineage(
      normalization: .layernorm, gated: false, positions: .learned, outputBias: .yes, feedForwardBias: .yes,
      feedForward: 4, windows: .odd),
    "gpt_neox": Lineage(
      normalization: .layernorm, gated: false, queryKeyValueBias: biased, outputBias: biased, feedForwardBias: .yes),
    "opt": Lineage(
      normalization: .layernorm, gated: false, positions: .learned, extraPositions: 2,
      queryKeyValueBias: .key("enable_bias"), outputBias: .key("enable_bias"), feedForwardBias: .key("enable_bias"),
      dropsOut: true),
    "bloom": Lineage(
      normalization: .layernorm, gated: false, positions: .none, queryKeyValueBias: .yes, outputBias: .yes,
      feedForwardBias: .yes, feedForward: 4),
    "mpt": Lineage(normalization: .scaled, gated: false, positions: .none, feedForward: 4),
    "starcoder2": Lineage(
      normalization: .layernorm, gated: false, queryKeyValueBias: .key("use_bias"), outputBias: .key("use_bias"),
      feedForwardBias: .key("use_bias"), windows: .all),
    "nemotron": Lineage(
      normalization: .layernorm, gated: false, queryKeyValueBias: biased, outputBias: biased,
      feedForwardBias: .key("mlp_bias")),
    "persimmon": Lineage(
      normalization: .layernorm, gated: false, queryKeyNorm: .headIf(.key("qk_layernorm")), queryKeyValueBias: .yes,
      outputBias: .yes, feedForwardBias: .yes),
  ]

  /// RMSNorm before each half, a gate, rotation.
  private static let llamaLike: [String: Lineage] = [
    "llama": llama,
    "arcee": Lineage(
      gated: false, queryKeyValueBias: biased, outputBias: biased, feedForwardBias: .key("mlp_bias")),
    "mistral": mistral, "ministral3": mistral,
    "phi3": Lineage(windows: .all),
    "phi3small": Lineage(
      normalization: .layernorm, queryKeyValueBias: .yes, outputBias: .yes, feedForwardBias: .yes,
      note: "its attention to blocks of tokens, of every second layer, is taken for attention to all"),
    "granite": llama,
    "olmo": Lineage(normalization: .plain, queryKeyValueBias: biased, outputBias: biased),
    "olmo2": Lineage(queryKeyNorm: .full, queryKeyValueBias: biased, outputBias: biased),
    "smollm3": Lineage(
      queryKeyValueBias: biased, outputBias: biased, feedForwardBias: .key("mlp_bias"), windows: .upper,
      rotary: .listed),
    "glm": Lineage(queryKeyValueBias: biased),
    "glm4": glm4, "glm4v_text": glm4,
    "chatglm": Lineage(queryKeyValueBias: .key("add_qkv_bias")),
    "stablelm": Lineage(
      normalization: .layernorm, norms: .parallel(.key("use_parallel_residual")),
      queryKeyNorm: .fullIf(.key("qk_layernorm")), queryKeyValueBias: .key("use_qkv_bias")),
    "stablelm_epoch": Lineage(normalization: .layernorm, queryKeyValueBias: .key("use_qkv_bias")),
    "internlm": Lineage(queryKeyValueBias: .key("bias"), outputBias: .key("bias")),
    "internlm2": Lineage(queryKeyValueBias: .key("bias"), outputBias: .key("bias")),
    "internlm3": Lineage(
      queryKeyValueBias: .key("qkv_bias"), outputBias: .key("bias"), feedForwardBias: .key("bias")),
    // The 13 B model has ALiBi, and its file says a longest text in place of positions.
    "baichuan": Lineage(), "orion": Lineage(normalization: .layernorm),
    "minicpm": llama,
    "exaone": Lineage(), "xverse": Lineage(), "Yi": llama, "aquila": llama, "helium": llama,
    "seed_oss": Lineage(
      queryKeyValueBias: biased, outputBias: .key("attention_out_bias"), feedForwardBias: .key("mlp_bias")),
    "hunyuan_v1_dense": Lineage(queryKeyNorm: .head, queryKeyValueBias: biased, outputBias: biased),
    "ernie4_5": Lineage(
      queryKeyValueBias: .key("use_bias"), outputBias: .key("use_bias"), feedForwardBias: .key("use_bias")),
    "apertus": Lineage(gated: false, queryKeyNorm: .head, queryKeyValueBias: biased, outputBias: biased),
    // Cross-attention stands in layers of its own, with norms of queries and keys.
    "mllama_text_model": Lineage(
      extraRows: 8,
      mixer: { config, layer in
        guard let crossing = config.ints("cross_attention_layers"), crossing.contains(layer) else { return nil }
        config.approximates(
          "its \(crossing.count) layers of attention to pictures are taken for attention to the text itself")
        var attention = Layers(config, llama).attention(layer)
        attention.queryKeyNorm = .head
        return .attention(attention)
      }),
  ]

  private static let qwen: [String: Lineage] = [
    "qwen": Lineage(queryKeyValueBias: .yes, halved: true),
    "qwen2": qwen2, "qwen2_vl_text": qwen2, "qwen2_5_vl_text": qwen2,
    "qwen3": qwen3, "qwen3_vl_text": Lineage(queryKeyNorm: .head, queryKeyValueBias: biased, outputBias: biased),
  ]

  private static let gemma: [String: Lineage] = [
    "gemma": Lineage(queryKeyValueBias: biased, outputBias: biased),
    "gemma2": Lineage(
      norms: .fixed(4), queryKeyValueBias: biased, outputBias: biased, windows: .allButEvery(2)),
    "gemma3_text": gemma3, "gemma4_text": gemma4,
  ]
  private static let gemma3 = Lineage(
    norms: .fixed(4), queryKeyNorm: .head, queryKeyValueBias: biased, outputBias: biased, windows: .allButEvery(6))
  private static let gemma4 = {
    var family = gemma3
    family.experts = ExpertRule(shared: .size("intermediate_size"), optional: true)
    family.mixer = mixerOfGemma4
    return family
  }()

  /// Layers without a window have heads of their own number and width, and values that are the keys.
  ///
  /// Source: `modeling_gemma4.py` of transformers (Gemma4TextAttention).
  @Sendable private static func mixerOfGemma4(_ config: Config, _ layer: Int) -> Mixer? {
    if let width = config.int("hidden_size_per_layer_input", in: 0...1_000_000), width > 0 {
      config.error(
        "its embeddings in every layer are not modelled", help: "the models of 26 and 31 billion parameters are read",
        at: "hidden_size_per_layer_input")
    }
    var attention = Layers(config, gemma3).attention(layer)
    guard attention.window == nil else { return .attention(attention) }
    let sizes = 1...1_000_000
    attention.headDimension = config.int("global_head_dim", in: sizes) ?? attention.headDimension
    attention.keyValueHeads = config.int("num_global_key_value_heads", in: sizes) ?? attention.keyValueHeads
    attention.valuesAreKeys = config.flag("attention_k_eq_v") ?? false
    return .attention(attention)
  }

  /// Both halves take the layer's input.
  private static let parallel: [String: Lineage] = [
    "gptj": Lineage(
      normalization: .layernorm, norms: .parallel(.yes), gated: false, feedForwardBias: .yes, headBias: .yes,
      feedForward: 4),
    "codegen": Lineage(
      normalization: .layernorm, norms: .parallel(.yes), gated: false, feedForwardBias: .yes, headBias: .yes,
      feedForward: 4),
    "phi": Lineage(
      normalization: .layernorm, norms: .parallel(.yes), gated: false,
      queryKeyNorm: .headIf(.key("qk_layernorm")), queryKeyValueBias: .yes, outputBias: .yes, feedForwardBias: .yes,
      headBias: .yes),
    "falcon": falcon, "RefinedWeb": falcon, "RefinedWebModel": falcon,
    "cohere": Lineage(
      normalization: .scaled, norms: .parallel(.yes), queryKeyNorm: .fullIf(.key("use_qk_norm")),
      queryKeyValueBias: biased, outputBias: biased),
    "cohere2": Lineage(
      normalization: .scaled, norms: .parallel(.yes), queryKeyValueBias: biased, outputBias: biased,
      windows: .allButEvery(4), rotary: .windowed),
  ]
  private static let falcon = Lineage(
    normalization: .layernorm, norms: .falcon, gated: false, alibi: .key("alibi"), queryKeyValueBias: .key("bias"),
    outputBias: .key("bias"), feedForwardBias: .key("bias"), keyValueHeads: .falcon, feedForward: 4)

  /// Layers with a window between layers without.
  private static let windowed: [String: Lineage] = [
    "ministral": Lineage(windows: .all),
    "olmo3": Lineage(
      queryKeyNorm: .full, queryKeyValueBias: biased, outputBias: biased, windows: .allButEvery(4)),
    "exaone4": Lineage(queryKeyNorm: .head, windows: .allButEvery(4), rotary: .windowed),
  ]
}
