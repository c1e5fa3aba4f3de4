/// Keys of model files: of layers that are all alike, of blocks and what they are made of, of recommenders.
extension Keys {
  static let model: [Key] =
    [
      .need("family", "decoder"), .need("layers", "32"), .may("blocks"), .need("hidden_size", "4096"),
      .may("embedding_size"),
      .need("attention_heads", "32"), .need("feed_forward_size", "14336"), .need("vocabulary_size", "128256"),
      .may("max_sequence_length"), .need("activation", "swiglu"), .need("normalization", "rmsnorm"),
      .need("positions", "rotary"), .need("tied_embeddings", "false"), .may("dropout"), .may("token_types"),
      .may("outputs"), .may("pooler"), .may("head_bias"), .may("active_embedding"), .may("diffusion"),
      .may("published_parameters"),
    ] + ofEveryBlock
  /// Of a model that lists its blocks: what all of them share may stand beside them or in each.
  static let modelOfBlocks: [Key] = model.map {
    switch $0.name {
    case "blocks": .need("blocks", "[{repeat: 3}, {repeat: 58, experts: {count: 256, per_token: 8, size: 2048}}]")
    case "layers", "attention_heads", "feed_forward_size", "activation": .may($0.name, $0.example)
    default: $0
    }
  }
  /// What a model gives for all of its blocks, and a block for itself.
  private static let ofEveryBlock: [Key] = [
    .may("key_value_heads"), .may("head_dimension"), .may("norms_per_layer"), .may("query_key_norm"),
    .may("query_key_value_bias"), .may("output_bias"), .may("feed_forward_bias"), .may("sliding_window"),
    .may("chunked_window"), .may("rotary"), .may("attention_sinks"), .may("output_gate"), .may("parallel"),
    .may("adaptive_norm"),
    .may("length"), .may("causal"), .may("attends_to"), .may("attends_to_width"), .may("mixer"), .may("feed_forward"),
    .may("experts"),
    .may("latent_attention"), .may("state_space"),
    .may("gated_delta"), .may("convolution"), .may("projection"),
  ]
  static let block: [Key] =
    [
      .may("repeat"), .may("blocks"), .may("hidden_size"), .may("attention_heads"), .may("feed_forward_size"),
      .may("activation"),
    ]
    + ofEveryBlock
  static let experts: [Key] = [
    .need("count", "8"), .need("per_token", "2"), .need("size", "14336"), .may("shared"), .may("shared_size"),
    .may("shared_gate"), .may("latent"), .may("router_bias"), .may("capacity"), .may("imbalance"), .may("spread"),
    .may("groups"), .may("groups_per_token"),
  ]
  static let latentAttention: [Key] = [
    .may("query_rank"), .need("key_value_rank", "512"), .need("plain_dimension", "128"),
    .need("rotary_dimension", "64"), .need("value_dimension", "128"),
  ]
  static let stateSpace: [Key] = [
    .need("inner_size", "8192"), .need("state_size", "128"), .may("heads"), .may("groups"), .may("convolution"),
    .may("step_rank"), .may("chunk"), .may("bias"), .may("inner_norms"),
  ]
  static let gatedDelta: [Key] = [
    .need("key_heads", "16"), .need("value_heads", "32"), .need("key_dimension", "128"),
    .need("value_dimension", "128"), .may("convolution"), .may("chunk"), .may("gate_rank"),
  ]

  static let convolution: [Key] = [
    .need("kernel", "3"), .need("inputs", "64"), .need("outputs", "64"), .need("positions", "3136"), .may("stride"),
    .may("ending"), .may("groups"), .may("norm"), .may("bias"), .may("shared"),
  ]
  static let projection: [Key] = [
    .need("inputs", "588"), .need("outputs", "1024"), .may("bias"), .may("norm"), .may("activation"), .may("vectors"),
  ]
  static let diffusion: [Key] = [
    .need("patch_inputs", "16"), .need("patch_outputs", "32"), .need("step_size", "256"), .may("classes"),
  ]

  /// Of a model whose family is `recommender`, in place of those above.
  static let recommender: [Key] = [
    .need("family", "recommender"), .need("bottom", "[13, 512, 256, 128]"),
    .need("top", "[479, 1024, 1024, 512, 256, 1]"), .need("interaction", "dot"), .may("crosses"), .may("cross_rank"),
    .need("embedding_dimension", "128"), .need("tables", "[{rows: 40 M}]"), .may("published_parameters"),
  ]
  static let table: [Key] = [.need("rows", "40 M"), .may("lookups"), .may("count")]
}
