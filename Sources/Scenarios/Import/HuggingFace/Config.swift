import Quantities

/// The values of a configuration: what the file says, else what the file around it says, else what its class does.
///
/// A key is asked for under one name; families spell it in several ways.
final class Config {
  let type: String
  let fields: Fields
  /// The file's top, where the text model's configuration stands below a key of it.
  let outer: Config?
  private let defaults: [String: String]
  private(set) var used: Set<String> = []
  private(set) var assumed: [String] = []
  /// What is taken for something else than it is.
  private(set) var approximations: [String] = []
  /// Sizes that were missing or wrong, and have been told.
  private var wrong: Set<String> = []

  init(_ tree: Tree, type: String, reading: Reading, outer: Config? = nil) {
    self.type = type
    self.outer = outer
    fields = Fields(tree, keys: Config.keys, reading: reading, unknownKeysAllowed: true)
    defaults = ClassDefaults.of(type)
  }

  /// The same thing under the names of different families.
  static let aliases: [String: [String]] = [
    "hidden_size": ["hidden_size", "n_embd", "d_model", "n_embed", "dim"],
    "intermediate_size": [
      "intermediate_size", "n_inner", "ffn_dim", "ffn_hidden_size", "hidden_dim", "d_ff", "ff_intermediate_size",
    ],
    "num_hidden_layers": ["num_hidden_layers", "n_layer", "num_layers", "n_layers"],
    "num_attention_heads": ["num_attention_heads", "n_head", "num_heads", "n_heads"],
    "num_key_value_heads": [
      "num_key_value_heads", "num_kv_heads", "n_head_kv", "multi_query_group_num", "kv_n_heads",
    ],
    "head_dim": ["head_dim", "attention_head_dim", "kv_channels", "d_kv"],
    "vocab_size": ["vocab_size", "padded_vocab_size"],
    "max_position_embeddings": [
      "max_position_embeddings", "n_positions", "max_seq_len", "seq_length", "n_ctx", "model_max_length",
    ],
    "hidden_act": ["hidden_activation", "hidden_act", "mlp_hidden_act", "activation_function", "activation"],
    "experts": ["num_local_experts", "num_experts", "n_routed_experts", "moe_num_experts"],
    "per_token": [
      "num_experts_per_tok", "num_experts_per_token", "experts_per_token", "moe_k", "moe_topk", "moe_top_k",
      "top_k_experts",
    ],
    "shared_experts": ["n_shared_experts", "num_shared_experts", "moe_num_shared_experts", "num_shared_expert"],
    "sliding_window_pattern": ["sliding_window_pattern", "_sliding_window_pattern"],
    "layer_types": ["layer_types", "layers_block_type"],
    "expert_layers": ["moe_layers"],
    "num_nextn_predict_layers": ["num_nextn_predict_layers", "mtp_num_hidden_layers", "num_mtp_modules"],
  ]

  static let dropouts = [
    "resid_pdrop", "embd_pdrop", "emb_pdrop", "attn_pdrop", "attention_dropout", "hidden_dropout", "residual_dropout",
    "embedding_dropout", "hidden_dropout_prob", "attention_probs_dropout_prob", "attn_dropout_prob", "dropout",
  ]
  static let texts = ["text_config", "llm_config", "language_config"]
  static let towers = ["vision_config", "audio_config"]

  /// All that is ever asked for, so that a key set on the command line is met or refused.
  static let known: Set<String> = Set(
    aliases.values.flatMap { $0 } + dropouts + texts + towers
      + [
        "model_type", "architectures", "num_labels", "id2label", "quantization_config", "tie_word_embeddings",
        "attention_bias", "mlp_bias", "use_bias", "bias", "qkv_bias", "use_qkv_bias", "add_qkv_bias",
        "attention_out_bias", "lm_head_bias", "enable_bias", "no_bias", "use_qk_norm", "qk_layernorm",
        "use_parallel_residual", "parallel_attn", "new_decoder_architecture", "num_ln_in_parallel_attn", "multi_query",
        "alibi", "attn_config", "ffn_config", "expansion_ratio", "word_embed_proj_dim", "do_layer_norm_before",
        "sliding_window", "use_sliding_window", "max_window_layers", "window_size", "local_attention",
        "global_attn_every_n_layers", "no_rope_layers", "no_rope_layer_interval", "attention_chunk_size",
        "moe_intermediate_size", "shared_expert_intermediate_size", "shared_intermediate_size",
        "moe_shared_expert_intermediate_size", "first_k_dense_replace", "decoder_sparse_step", "mlp_only_layers",
        "moe_layer_freq", "interleave_moe_layer_step", "intermediate_size_mlp", "moe_layer_start_index",
        "moe_layer_end_index", "n_group", "topk_group", "moe_layer_interval", "expert_layer_period",
        "expert_layer_offset", "attn_layer_period",
        "attn_layer_offset", "attn_layer_indices", "q_lora_rank", "kv_lora_rank", "qk_nope_head_dim",
        "qk_rope_head_dim", "v_head_dim", "num_nextn_predict_layers", "hybrid_override_pattern", "mamba_num_heads",
        "mamba_head_dim", "mamba_hidden_act", "mamba_proj_bias", "ssm_state_size", "n_groups", "conv_kernel", "expand",
        "chunk_size", "state_size", "time_step_rank", "mamba_d_state", "mamba_d_conv", "mamba_expand", "mamba_dt_rank",
        "mamba_n_heads", "mamba_d_head", "mamba_n_groups", "mamba_chunk_size", "full_attention_interval",
        "linear_conv_kernel_dim", "linear_key_head_dim", "linear_value_head_dim", "linear_num_key_heads",
        "linear_num_value_heads", "attn_type_list", "cross_attention_layers", "type_vocab_size", "image_size",
        "patch_size", "num_channels", "position_embedding_type", "mlp_ratio", "depth", "embed_dim", "vision_use_head",
        "moe_latent_size", "mlp_layer_types", "embedding_size", "encoder_layers", "decoder_layers",
        "encoder_attention_heads", "decoder_attention_heads", "encoder_ffn_dim", "decoder_ffn_dim",
        "num_decoder_layers",
        "feed_forward_proj", "num_mel_bins", "max_source_positions", "max_target_positions", "projection_dim",
        "deepstack_visual_indexes", "num_position_embeddings", "out_hidden_size", "attention_head_type",
        "feed_forward_type", "alibi_starting_size", "use_mla", "linear_attn_config", "kda_layers",
        "short_conv_kernel_size", "vision_output_dim", "max_num_tiles", "num_global_layers", "supported_aspect_ratios",
        "projector_input_dim", "projector_output_dim", "init_pos_emb_height", "init_pos_emb_width",
        "global_head_dim", "num_global_key_value_heads", "attention_k_eq_v", "hidden_size_per_layer_input",
        "scale_factor", "adapter_layer_dim", "alignment_intermediate_size",
      ])
  private static let keys: [Key] = known.map { Key.may($0) }

  /// The name under which the file has a key, ours where it has not.
  func spelled(_ key: String) -> String {
    let names = Config.aliases[key] ?? [key]
    return names.first { fields[$0] != nil } ?? names[0]
  }

  var isEmpty: Bool { if case .map(let entries) = fields.tree.content { entries.isEmpty } else { false } }

  /// Whether the file itself says something.
  func has(_ key: String) -> Bool { fields[spelled(key)] != nil }

  /// The raw value, noted as used.
  func tree(_ key: String) -> Tree? {
    for name in Config.aliases[key] ?? [key] { used.insert(name) }
    return fields[spelled(key)]
  }

  /// What the class has for a key that the file leaves out; nil where the file says that there is none.
  private func fallback(_ key: String) -> String? {
    let names = Config.aliases[key] ?? [key]
    if names.contains(where: { fields.tree[$0] != nil }) { return nil }
    guard let text = names.lazy.compactMap({ self.defaults[$0] }).first else { return nil }
    let note = "\(names[0]) \(text)"
    if !assumed.contains(note), text != "true" { assumed.append(note) }
    return text
  }

  /// The number that the file has for a key, or has for every layer alike (Hunyuan); nil where it has no such key. The least is taken for
  /// one that is wrong.
  private func stated(_ key: String, in range: ClosedRange<Int>) -> Int? {
    guard tree(key) != nil else { return nil }
    if let words = words(key), let first = words.first, words.allSatisfy({ $0 == first }), let value = Int(first),
      range.contains(value)
    {
      return value
    }
    if let value = fields.int(spelled(key), in: range) { return value }
    wrong.insert(key)
    return range.lowerBound
  }

  func int(_ key: String, in range: ClosedRange<Int> = 1...100_000_000) -> Int? {
    stated(key, in: range) ?? fallback(key).flatMap { Int($0) }
  }

  /// A size without which there is no model. At the top of a file it has to be there.
  func size(_ key: String, upTo limit: Int = 100_000_000, else other: Int? = nil) -> Int {
    if let stated = stated(key, in: 1...limit) { return stated }
    if let other { return other }
    if outer != nil, let text = fallback(key), let value = Int(text) { return value }
    let names = Config.aliases[key] ?? [key]
    fields.error(
      "key '\(names[0])' is missing",
      help: names.count == 1
        ? "the model's shape needs it: add it to the file"
        : "the model's shape needs it, also under the name \(names.dropFirst().joined(separator: ", "))")
    wrong.insert(key)
    return 1
  }

  /// Whether two sizes are as the file has them, so that it makes sense to hold them against each other.
  func areSound(_ keys: String...) -> Bool { wrong.isDisjoint(with: keys) }

  /// This file, or the one around it where only that has a key.
  func orTop(_ top: Config, for key: String) -> Config { has(key) || !top.has(key) ? self : top }

  func flag(_ key: String) -> Bool? {
    if tree(key) != nil {
      // Python's word for it, which some files have.
      return fields[spelled(key)]?.word.flatMap { ["True": true, "False": false][$0] } ?? fields.bool(spelled(key))
    }
    return fallback(key).map { $0 == "true" }
  }

  /// A number above zero that need not be whole. No class has such.
  func number(_ key: String) -> Double? {
    tree(key) == nil ? nil : fields.number(spelled(key))
  }

  func text(_ key: String) -> String? {
    if tree(key) != nil { return fields.text(spelled(key)) }
    return fallback(key)
  }

  func words(_ key: String) -> [String]? {
    guard let tree = tree(key), case .list(let items) = tree.content else { return nil }
    return items.compactMap(\.word)
  }

  /// How many entries a list has.
  func length(_ key: String) -> Int? {
    guard let tree = tree(key), case .list(let items) = tree.content else { return nil }
    return items.count
  }

  func ints(_ key: String) -> [Int]? { words(key)?.compactMap { Int($0) } }

  /// A map below a key, read with the same defaults.
  func inside(_ key: String) -> Config? {
    guard let tree = tree(key), case .map = tree.content else { return nil }
    return Config(tree, type: type, reading: fields.reading, outer: self)
  }

  /// Whether any part drops out with a probability above zero.
  func dropsOut(else other: Bool) -> Bool {
    let given = Config.dropouts.filter { tree($0) != nil }
    guard !given.isEmpty else { return other }
    return given.contains { (fields.fraction($0, fromZero: true) ?? 0) > 0 }
  }

  func approximates(_ sentence: String) {
    if !approximations.contains(sentence) { approximations.append(sentence) }
  }

  func error(_ message: String, help: String? = nil, at key: String? = nil) {
    fields.error(message, help: help, at: key.map(spelled))
  }

  /// Whether a key may say of what size something is.
  static func isSize(_ key: String) -> Bool {
    let words = ["_size", "_dim", "_rank", "_heads", "experts", "_layers"]
    return words.contains(where: key.hasSuffix) || ["moe_", "mamba_", "ssm_", "top_k_"].contains(where: key.hasPrefix)
  }

  /// Keys of the file that nothing asked for.
  var ignored: [String] {
    guard case .map(let entries) = fields.tree.content else { return [] }
    return entries.map(\.key).filter { !used.contains($0) }
  }
}
