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
      vocabularySize: fields.int("vocabulary_size", in: 0...100_000_000) ?? 1,
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
    embeddingSize = fields.int("embedding_size", in: 1...10_000_000)
    if embeddingSize != nil, family != .decoder || outputs != nil {
      fields.error(
        "'embedding_size' is of decoders that give words", help: "leave it out: words are then as wide as the layers",
        at: "embedding_size")
    }
    diffusion = fields.fields("diffusion", Keys.diffusion).map(Diffusion.init)
    checkEnds(fields)
    layout.checkShared(fields)
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

  /// What stands before and behind the blocks in place of words.
  private func checkEnds(_ fields: Fields) {
    guard diffusion != nil else {
      if vocabularySize == 0, outputs == nil {
        fields.error(
          "without a vocabulary the model gives nothing", help: "add 'outputs', such as the number of classes",
          at: "vocabulary_size")
      }
      if layout.kinds.contains(where: \.adaptive) {
        fields.error(
          "'adaptive_norm' adapts to the step of the noise, and there is none",
          help: "add 'diffusion', or leave it out",
          at: fields.has("adaptive_norm") ? "adaptive_norm" : "blocks")
      }
      return
    }
    if vocabularySize != 0 {
      fields.error(
        "patches of 'diffusion' stand for words, so there is no vocabulary", help: "use 'vocabulary_size: 0'",
        at: "vocabulary_size")
    }
    if family == .decoder {
      fields.error("patches of 'diffusion' all see each other", help: "use 'family: encoder'", at: "family")
    }
    for key in ["outputs", "pooler", "head_bias", "token_types"] where fields.has(key) {
      fields.error("'\(key)' is of words, and the model has 'diffusion'", help: "leave it out", at: key)
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

extension Diffusion {
  fileprivate init(_ fields: Fields) {
    let sizes = 1...1_000_000
    self.init(
      patchInputs: fields.int("patch_inputs", in: sizes) ?? 1,
      patchOutputs: fields.int("patch_outputs", in: sizes) ?? 1, stepSize: fields.int("step_size", in: sizes) ?? 1,
      classes: fields.int("classes", in: 0...100_000_000) ?? 0)
  }
}
