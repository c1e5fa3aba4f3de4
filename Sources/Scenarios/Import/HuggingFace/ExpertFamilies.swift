/// Families of decoders with experts, and with attention to a latent.
enum ExpertFamilies {
  private static let biased = Lineage.Flag.key("attention_bias")

  static let families: [String: Lineage] = [
    "mixtral": Lineage(windows: .all, experts: ExpertRule(size: "intermediate_size")),
    "phimoe": Lineage(
      normalization: .layernorm, queryKeyValueBias: biased, outputBias: biased, headBias: .key("lm_head_bias"),
      windows: .all, experts: ExpertRule(size: "intermediate_size")),
    "qwen2_moe": Lineage(
      queryKeyValueBias: .key("qkv_bias"), windows: .upper,
      experts: ExpertRule(
        layers: .sparseStep, shared: .size("shared_expert_intermediate_size"), sharedGate: true)),
    "qwen3_moe": qwen3, "qwen3_vl_moe_text": qwen3,
    "olmoe": Lineage(
      queryKeyNorm: .full, queryKeyValueBias: biased, outputBias: biased,
      experts: ExpertRule(size: "intermediate_size")),
    "granitemoe": granite, "granitemoeshared": granite,
    "llama4_text": Lineage(
      queryKeyValueBias: biased, outputBias: biased, windows: .chunks, rotary: .listed,
      experts: ExpertRule(
        size: "intermediate_size", layers: .interleaved, shared: .one, denseSize: "intermediate_size_mlp")),
    "gpt_oss": Lineage(
      queryKeyValueBias: biased, outputBias: biased, windows: .allButEvery(2), sinks: true,
      experts: ExpertRule(size: "intermediate_size", bias: true, routerBias: true), embeddingIsActive: false),
    "dbrx": Lineage(normalization: .scaled, experts: ExpertRule(size: "intermediate_size")),
    "minimax_m2": Lineage(
      queryKeyNorm: .full, experts: ExpertRule(size: "intermediate_size")),
    "glm4_moe": glm4, "glm4v_moe_text": glm4,
    "dots1": Lineage(
      queryKeyNorm: .head, queryKeyValueBias: biased, outputBias: biased,
      experts: ExpertRule(layers: .afterDense, shared: .count)),
    "exaone_moe": Lineage(
      queryKeyNorm: .head, windows: .allButEvery(4), rotary: .windowed,
      experts: ExpertRule(layers: .afterDense, shared: .count)),
    "ernie4_5_moe": Lineage(
      queryKeyValueBias: .key("use_bias"), outputBias: .key("use_bias"), feedForwardBias: .key("use_bias"),
      experts: ExpertRule(layers: .range, shared: .count)),
    "hunyuan_v1_moe": Lineage(
      queryKeyNorm: .head, queryKeyValueBias: biased, outputBias: biased,
      experts: ExpertRule(usualSize: "intermediate_size", shared: .count)),
    // The first models of DeepSeek with experts had attention as Llama has it.
    "deepseek": Lineage(
      queryKeyValueBias: biased, outputBias: biased, experts: ExpertRule(layers: .afterDense, shared: .count)),
    "deepseek_v2": latent, "deepseek_v3": corrected, "kimi_k2": corrected, "glm4_moe_lite": latent,
    "deepseek_v32": indexed, "glm_moe_dsa": indexed,
    "minicpm3": Lineage(mixer: latentMixer),
  ]

  private static let qwen3 = Lineage(
    queryKeyNorm: .head, queryKeyValueBias: biased, outputBias: biased, windows: .upper,
    experts: ExpertRule(layers: .sparseStep))

  private static let granite = Lineage(
    queryKeyValueBias: biased, outputBias: biased,
    experts: ExpertRule(size: "intermediate_size", shared: .size("shared_intermediate_size")))

  private static let glm4 = Lineage(
    queryKeyNorm: .headIf(.key("use_qk_norm")), queryKeyValueBias: biased,
    experts: ExpertRule(layers: .afterDense, shared: .count))

  private static let latent = Lineage(
    experts: ExpertRule(layers: .afterDense, shared: .count, optional: true), mixer: latentMixer)

  /// With a number for each expert that evens out what they get (DeepSeek-V3).
  private static let corrected = Lineage(
    experts: ExpertRule(layers: .afterDense, shared: .count, routerBias: true, optional: true), mixer: latentMixer)

  private static let indexed = Lineage(
    experts: ExpertRule(layers: .afterDense, shared: .count, optional: true), mixer: latentMixer,
    note: "its choice of tokens for attention, by an indexer, is not modelled: attention is to all tokens")

  /// DeepSeek-V2's attention: keys and values of a narrow latent. DeepSeek-VL2's smallest has attention as Llama has it.
  @Sendable static func latentMixer(_ config: Config, _ layer: Int) -> Mixer? {
    if config.flag("use_mla") == false { return nil }
    let sizes = 1...1_000_000
    func size(_ key: String) -> Int { config.size(key, upTo: sizes.upperBound, else: config.int(key, in: sizes)) }
    let hidden = config.size("hidden_size", upTo: 10_000_000)
    let heads = config.size("num_attention_heads", upTo: 100_000)
    return .latent(
      LatentAttention(
        heads: heads, queryRank: config.int("q_lora_rank", in: sizes), keyValueRank: size("kv_lora_rank"),
        plainDimension: size("qk_nope_head_dim"), rotaryDimension: size("qk_rope_head_dim"),
        valueDimension: config.int("v_head_dim", in: sizes) ?? max(1, hidden / heads)))
  }
}
