import Quantities

extension Model {
  init(_ fields: Fields, name: String) {
    guard fields.knows("layers") else {
      self.init(recommender: Recommender(fields), fields, name: name)
      return
    }
    self.init(
      name: name,
      summary: fields.text("summary") ?? "",
      family: fields.choice("family", Family.self) ?? .decoder,
      layout: Layout(fields),
      hiddenSize: fields.int("hidden_size", in: 1...10_000_000) ?? 1,
      vocabularySize: fields.int("vocabulary_size", in: 1...100_000_000) ?? 1,
      maxSequenceLength: fields.int("max_sequence_length"),
      normalization: fields.choice("normalization", Normalization.self) ?? .layernorm,
      positions: fields.choice("positions", Positions.self) ?? .rotary,
      tiedEmbeddings: fields.bool("tied_embeddings") ?? false,
      dropout: fields.bool("dropout") ?? false,
      tokenTypes: fields.int("token_types", in: 1...1000) ?? 0,
      publishedParameters: fields.sourced("published_parameters"),
      origin: fields.origin,
      outputs: fields.int("outputs", in: 0...100_000_000),
      pooler: fields.bool("pooler") ?? false,
      headBias: fields.bool("head_bias") ?? false)
    embeddingIsActive = fields.bool("active_embedding") ?? true
    if outputs != nil, tiedEmbeddings {
      fields.error(
        "'outputs' are of a head that has weights of its own", help: "use 'tied_embeddings: false'", at: "outputs")
    }
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
}
