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

  /// What stands below `vision_config` or `audio_config`, with the layers that lead from it to the text.
  static func leftOut(_ top: Config, hidden: Int) -> [Imported.Part] {
    var parts: [Imported.Part] = []
    if top.type != "clip", let vision = top.inside("vision_config") {
      parts.append(Imported.Part("vision tower", Tower(vision, top, text: hidden).parameters))
    }
    if top.inside("audio_config") != nil { parts.append(Imported.Part("audio tower", nil)) }
    return parts
  }
}

/// Source: the classes that transformers makes of `vision_config`: `modeling_siglip.py`, `modeling_clip.py`,
/// `modeling_pixtral.py`, `modeling_qwen2_vl.py`, `modeling_qwen2_5_vl.py`, `modeling_qwen3_vl.py`, `modeling_glm4v.py`; and the projectors of
/// `modeling_gemma3.py`, `modeling_llava.py` and `modeling_mistral3.py`.
private struct Tower {
  let config: Config
  let top: Config
  let kind: String
  /// Width of the text.
  let t: Double

  init(_ vision: Config, _ top: Config, text: Int) {
    let said = vision.text("model_type") ?? ""
    // Files of Qwen 2 do not say it, or say it of the whole, and have the text's sizes at the top.
    let outer = top.type.hasSuffix("_text") ? String(top.type.dropLast(5)) : top.type
    kind = outer.hasPrefix("qwen") || outer.hasPrefix("glm4v") ? outer : said
    config = Config(vision.fields.tree, type: kind, reading: vision.fields.reading, outer: vision)
    self.top = top
    t = Double(text)
  }

  private func value(_ key: String, _ usual: Int) -> Double { Double(config.int(key) ?? usual) }

  var parameters: Double? {
    switch kind {
    case "siglip_vision_model", "clip_vision_model": encoder
    case "pixtral": pixtral
    case "qwen2_vl": qwen2
    case "qwen2_5_vl": qwen25
    case "qwen3_vl", "qwen3_vl_moe", "qwen3_5", "qwen3_5_moe": qwen3
    case "glm4v", "glm4v_moe": glm4
    default: nil
    }
  }

  /// Attention with biases, two products with biases, two norms with shifts.
  private static func layer(_ h: Double, _ f: Double) -> Double { 4 * h * (h + 1) + 2 * h * f + f + h + 4 * h }

  /// Of SigLIP; nil where the file says that there is none. It has one norm, and learned queries.
  static func poolingHead(_ config: Config, _ h: Double, _ f: Double) -> Double? {
    config.flag("vision_use_head") ?? true ? layer(h, f) - h : nil
  }

  private var encoder: Double {
    let h = value("hidden_size", 768), f = value("intermediate_size", 3072), patch = value("patch_size", 16)
    let side = (value("image_size", 224) / patch).rounded(.down), places = side * side
    let isCLIP = kind == "clip_vision_model"
    var count =
      value("num_hidden_layers", 12) * Tower.layer(h, f) + value("num_channels", 3) * patch * patch * h + 2 * h
    count += isCLIP ? (places + 1) * h + h + 2 * h : places * h + h
    if !isCLIP { count += Tower.poolingHead(config, h, f) ?? 0 }
    return count + projector(h)
  }

  private var pixtral: Double {
    let h = value("hidden_size", 1024), f = value("intermediate_size", 4096), patch = value("patch_size", 16)
    let layers = value("num_hidden_layers", 24) * (4 * h * h + 3 * h * f + 2 * h)
    return layers + value("num_channels", 3) * patch * patch * h + h + projector(h)
  }

  /// From the width of the tower to that of the text.
  private func projector(_ h: Double) -> Double {
    switch top.type {
    case "gemma3": return h * t + h
    case "paligemma": return h * t + t
    case "llava", "llava_next": return h * t + t + t * t + t
    // A norm of the text's width, four patches into one, and two products.
    case "mistral3": return h + 4 * h * h + h * t + t * t
    default: return 0
    }
  }

  /// Of two pictures in a row, and four patches into one at the end.
  private var qwen2: Double {
    let h = value("embed_dim", 1280), patch = value("patch_size", 14), f = h * value("mlp_ratio", 4)
    return value("depth", 32) * Tower.layer(h, f) + 6 * patch * patch * h + 2 * h + merger(h)
  }

  private var qwen25: Double {
    let h = value("hidden_size", 1280), f = value("intermediate_size", 3420), patch = value("patch_size", 14)
    let one = 2 * h + 4 * h * (h + 1) + 3 * h * f + 2 * f + h
    return value("depth", 32) * one + 6 * patch * patch * h + h + merger(h)
  }

  private var qwen3: Double {
    let h = value("hidden_size", 1152), f = value("intermediate_size", 4304), patch = value("patch_size", 16)
    // The same again after some layers, with a norm of the width of four patches (Qwen3-VL).
    let deep = top.type.hasPrefix("qwen3_vl") ? Double(config.ints("deepstack_visual_indexes")?.count ?? 3) : 0
    let places = value("num_position_embeddings", 2304) * h
    return value("depth", 27) * Tower.layer(h, f) + 6 * patch * patch * h + h + places + 2 * h + merger(h)
      + deep * (8 * h + merger(h))
  }

  /// Feed-forward nets of the width of the text, and a gated net of their file's width after four patches became one.
  private var glm4: Double {
    let h = value("hidden_size", 1536), patch = value("patch_size", 14), out = value("out_hidden_size", 4096)
    let side = (value("image_size", 336) / patch).rounded(.down),
      bias = config.flag("attention_bias") == true ? 3 * h : 0
    let ends = 6 * patch * patch * h + h + side * side * h + 2 * h + 4 * h * out + out
    return value("depth", 24) * (2 * h + 4 * h * h + bias + 3 * h * out) + ends
      + out * out + 2 * out + 3 * out * value("intermediate_size", 13696)
  }

  /// Four patches into one.
  private func merger(_ h: Double) -> Double {
    let out = Double(config.int("out_hidden_size") ?? Int(t))
    return 16 * h * h + 4 * h + 4 * h * out + out
  }
}
