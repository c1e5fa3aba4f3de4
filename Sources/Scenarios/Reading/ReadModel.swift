import Quantities

extension Model {
  init(_ fields: Fields, name: String) {
    guard fields.knows("layers") else {
      self.init(recommender: Recommender(fields), fields, name: name)
      return
    }
    let hidden = fields.int("hidden_size", in: 1...10_000_000) ?? 1
    let heads = fields.int("attention_heads", in: 1...100_000) ?? 1
    self.init(
      name: name,
      summary: fields.text("summary") ?? "",
      family: fields.choice("family", Family.self) ?? .decoder,
      layers: fields.int("layers", in: 1...100_000) ?? 1,
      hiddenSize: hidden,
      heads: heads,
      keyValueHeads: fields.int("key_value_heads", in: 1...100_000) ?? heads,
      headDimension: fields.int("head_dimension", in: 1...1_000_000) ?? max(1, hidden / heads),
      feedForwardSize: fields.int("feed_forward_size", in: 1...100_000_000) ?? 1,
      vocabularySize: fields.int("vocabulary_size", in: 1...100_000_000) ?? 1,
      maxSequenceLength: fields.int("max_sequence_length"),
      activation: fields.choice("activation", Activation.self) ?? .gelu,
      normalization: fields.choice("normalization", Normalization.self) ?? .layernorm,
      positions: fields.choice("positions", Positions.self) ?? .rotary,
      queryKeyNorm: fields.choice("query_key_norm", QueryKeyNorm.self) ?? .none,
      normsPerLayer: fields.int("norms_per_layer", in: 1...100) ?? 2,
      queryKeyValueBias: fields.bool("query_key_value_bias") ?? false,
      outputBias: fields.bool("output_bias") ?? false,
      feedForwardBias: fields.bool("feed_forward_bias") ?? false,
      tiedEmbeddings: fields.bool("tied_embeddings") ?? false,
      dropout: fields.bool("dropout") ?? false,
      tokenTypes: fields.int("token_types", in: 1...1000) ?? 0,
      slidingWindow: fields.int("sliding_window"),
      publishedParameters: fields.sourced("published_parameters"),
      origin: fields.origin,
      outputs: fields.int("outputs", in: 1...100_000_000),
      pooler: fields.bool("pooler") ?? false)
    if outputs != nil, family != .encoder || tiedEmbeddings {
      fields.error(
        "'outputs' are of an encoder whose head has weights of its own",
        help: "use 'family: encoder' and 'tied_embeddings: false'", at: "outputs")
    }
    if normsPerLayer != 2, normsPerLayer != 4 {
      fields.error("'norms_per_layer' is \(normsPerLayer)", help: "one of: 2, 4", at: "norms_per_layer")
    }
    checkShape(
      fields, heads: "attention_heads", keyValueHeads: "key_value_heads", headDimension: "head_dimension")
    if positions == .learned, !fields.has("max_sequence_length") {
      fields.error(
        "learned positions need 'max_sequence_length'",
        help: "add the longest sequence the model has positions for",
        at: "positions")
    }
  }

  private init(recommender: Recommender, _ fields: Fields, name: String) {
    self = .unread
    self.name = name
    summary = fields.text("summary") ?? ""
    family = .recommender
    publishedParameters = fields.sourced("published_parameters")
    origin = fields.origin
    self.recommender = recommender
  }

  /// Divisions that must come out even, under the names that the file has for their parts.
  func checkShape(_ fields: Fields, heads: String, keyValueHeads: String, headDimension: String) {
    if !fields.has(headDimension), hiddenSize % self.heads != 0 {
      fields.error(
        "\(self.heads) attention heads do not divide the hidden size \(hiddenSize)",
        help: "give '\(headDimension)' where heads are not an even share", at: heads)
    }
    if self.heads % self.keyValueHeads != 0 {
      let legal = (1...self.heads).lazy.filter { self.heads % $0 == 0 }.prefix(24).map(String.init)
      fields.error(
        "\(self.keyValueHeads) key/value heads do not divide the \(self.heads) attention heads",
        help: "use one of: \(legal.joined(separator: ", "))", at: keyValueHeads)
    }
  }
}
