/// Families of encoders: of text, and of pictures cut into patches.
enum Encoders {
  static let families: [String: Lineage] = [
    "bert": bert, "roberta": bert, "xlm-roberta": bert, "xlm-roberta-xl": bert, "camembert": bert, "electra": bert,
    "distilbert": text(segments: 0), "mpnet": text(segments: 0),
    "deberta-v2": Lineage(
      kind: .encoder, normalization: .layernorm, gated: false, positions: .none, extraRows: 512,
      queryKeyValueBias: .yes, outputBias: .yes, feedForwardBias: .yes, segments: 0, dropsOut: true,
      note: "its attention to distances is taken for plain attention"),
    "nomic_bert": Lineage(kind: .encoder, normalization: .layernorm, segments: 2),
    "modernbert": Lineage(
      kind: .encoder, normalization: .scaled, queryKeyValueBias: .key("attention_bias"),
      outputBias: .key("attention_bias"), feedForwardBias: .key("mlp_bias"), windows: .allButFirstOf,
      blocks: { config, family in
        var plain = family
        plain.blocks = nil
        var blocks = Layers.blocks(config, plain)
        // The embedding's norm does for the first layer's.
        if !blocks.isEmpty { blocks[0].norms = 1 }
        return blocks
      }),
    "clip_text_model": Lineage(
      normalization: .layernorm, gated: false, positions: .learned, queryKeyValueBias: .yes, outputBias: .yes,
      feedForwardBias: .yes),
    "vit": picture, "deit": picture, "clip_vision_model": picture, "siglip_vision_model": picture,
  ]

  private static let bert = text(segments: 2)

  private static func text(segments: Int) -> Lineage {
    Lineage(
      kind: .encoder, normalization: .layernorm, gated: false, positions: .learned, queryKeyValueBias: .yes,
      outputBias: .yes, feedForwardBias: .yes, segments: segments, dropsOut: true)
  }

  private static let picture = Lineage(
    kind: .encoder, normalization: .layernorm, gated: false, positions: .learned, queryKeyValueBias: .yes,
    outputBias: .yes, feedForwardBias: .yes)

  static let ofPictures: Set<String> = ["vit", "deit", "clip_vision_model", "siglip_vision_model"]
  /// Whose classifiers of whole texts have a dense layer before the output.
  static let pooled: Set<String> = [
    "bert", "roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "electra", "distilbert", "mpnet", "deberta-v2",
    "modernbert",
  ]

  /// Repositories of their own call what they made of BERT by its name, and say by a key what is different.
  static func refuseOtherInsides(_ config: Config) {
    guard pooled.contains(config.type), config.type != "modernbert" else { return }
    func refuse(_ key: String, _ what: String) {
      config.error(
        "\(what), which the family \(quoted(config.type)) has not", help: "describe the model by a model file", at: key)
    }
    if let word = config.text("position_embedding_type"), ["alibi", "rotary"].contains(word) {
      refuse("position_embedding_type", "positions are \(quoted(word))")
    }
    if let word = config.text("feed_forward_type"), word != "original" {
      refuse("feed_forward_type", "feed-forward nets are \(quoted(word))")
    }
    if config.has("alibi_starting_size") { refuse("alibi_starting_size", "positions are ALiBi, and nets have a gate") }
  }

  /// Rows that stand for the patch embedding (its inputs, and its bias if it has one) and for tokens of the model's own; and
  /// places of a picture.
  static func rows(_ config: Config) -> (vocabulary: Int, positions: Int) {
    let sizes = 1...100_000
    func size(_ key: String, _ usual: Int) -> Int { config.int(key, in: sizes) ?? usual }
    let patch = size("patch_size", 16), inputs = size("num_channels", 3) * patch * patch
    let side = size("image_size", 224) / patch, patches = max(1, side * side)
    return switch config.type {
    case "clip_vision_model": (inputs + 1, patches + 1)
    case "siglip_vision_model": (inputs + 1, patches)
    case "deit": (inputs + 3, patches + 2)
    default: (inputs + 2, patches + 1)
    }
  }
}
