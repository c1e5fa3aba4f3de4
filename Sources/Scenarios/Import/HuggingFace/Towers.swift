/// Parts of a model that see pictures or hear sound, which are counted and left out.
enum Towers {
  /// CLIP's tower of pictures, of which an example has one beside its text: patches, layers, and what is made of the class token
  /// alone (`modeling_clip.py`). Nil of other models: how many pictures they see beside a text, and of which size, no file says.
  static func blocks(_ top: Config, hidden: Int) -> [Block]? {
    guard top.type == "clip", let vision = top.inside("vision_config"),
      let family = Encoders.families["clip_vision_model"]
    else { return nil }
    let config = Config(
      vision.fields.tree, type: "clip_vision_model", reading: vision.fields.reading, outer: vision)
    let width = config.size("hidden_size", upTo: 10_000_000), (rows, places) = Encoders.rows(config)
    // Positions, and the class token.
    var patches = Block(
      .projection(Projection(inputs: rows - 1, outputs: width, norm: .after, vectors: places + 1)), .none, norms: 0)
    patches.length = places - 1
    var out = Block(
      .projection(Projection(inputs: width, outputs: shared(top), norm: .before)), .none, norms: 0)
    out.length = 1
    let layers = Layers.blocks(config, family).map { layer in
      var layer = layer
      (layer.hiddenSize, layer.length, layer.causal) = (width == hidden ? nil : width, places, false)
      return layer
    }
    return [patches] + layers + [out]
  }

  /// Width of what CLIP's towers are compared in.
  static func shared(_ top: Config) -> Int { top.int("projection_dim", in: 1...1_000_000) ?? 512 }

  /// What SigLIP makes one vector of all patches by: a layer whose queries are learned.
  static func poolingHead(_ config: Config) -> Imported.Part? {
    guard config.type == "siglip_vision_model" else { return nil }
    let h = Double(config.size("hidden_size", upTo: 10_000_000)), f = Double(config.size("intermediate_size"))
    return Tower.poolingHead(config, h, f).map { Imported.Part("pooling head", $0) }
  }

  /// What stands below `vision_config` or `audio_config`, with the layers that lead from it to the text, and other parts of the kind.
  static func leftOut(_ top: Config, hidden: Int) -> [Imported.Part] {
    var parts: [Imported.Part] = []
    if top.type != "clip", let vision = top.inside("vision_config") {
      let tower = Tower(vision, top, text: hidden)
      let name = tower.isOpen ? "vision tower, without what joins it to the text," : "vision tower"
      parts.append(Imported.Part(name, tower.parameters))
    }
    if let audio = top.inside("audio_config") {
      parts.append(Imported.Part("audio tower", Tower(audio, top, text: hidden).parameters))
    }
    return parts + unread(top).map { Imported.Part("part '\($0)'", nil) }
  }

  /// Models inside the file that nothing here looks at: `visual_tokenizer_config`, `encoder_config`.
  private static func unread(_ top: Config) -> [String] {
    guard case .map(let entries) = top.fields.tree.content else { return [] }
    let words = ["vis", "image", "audio", "speech", "encoder", "tower", "qformer", "perceiver"]
    return entries.compactMap { entry in
      guard case .map = entry.value.content, entry.key.hasSuffix("_config"), !Config.towers.contains(entry.key) else {
        return nil
      }
      return words.contains(where: entry.key.contains) ? entry.key : nil
    }
  }
}
