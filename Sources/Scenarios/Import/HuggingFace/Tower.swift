/// Parameters of a part that sees or hears, with what joins it to the text.
///
/// Source: the classes that transformers makes of `vision_config`: `modeling_siglip.py`, `modeling_clip.py`,
/// `modeling_pixtral.py`, `modeling_qwen2_vl.py`, `modeling_qwen2_5_vl.py`, `modeling_qwen3_vl.py`, `modeling_glm4v.py`,
/// `modeling_mllama.py`, `modeling_llama4.py`, `modeling_idefics3.py`, `modeling_internvl.py`, `modeling_qwen2_audio.py`, `modeling_voxtral.py`,
/// `modeling_aya_vision.py`; `modeling_kimi_vl.py` and `modeling_deepseek_vl_v2.py` beside their weights; and the projectors of
/// `modeling_gemma3.py`, `modeling_llava.py` and `modeling_mistral3.py`.
struct Tower {
  let config: Config
  let top: Config
  let kind: String
  /// Width of the text.
  let t: Double

  init(_ vision: Config, _ top: Config, text: Int) {
    kind = Tower.kind(vision.text("model_type") ?? "", in: top.type)
    config = Config(vision.fields.tree, type: kind, reading: vision.fields.reading, outer: vision)
    self.top = top
    t = Double(text)
  }

  /// What a tower is by the word of its own part of the file and by that of the whole.
  private static func kind(_ own: String, in whole: String) -> String {
    // Files of Qwen 2 do not say it, or say it of the whole, and have the text's sizes at the top.
    let outer = whole.hasSuffix("_text") ? String(whole.dropLast(5)) : whole
    if outer.hasPrefix("qwen2_audio") { return own }
    if ["qwen", "glm4v", "glm46v"].contains(where: outer.hasPrefix) { return outer }
    if ["idefics3", "smolvlm"].contains(outer) { return "idefics3" }
    return outer.hasPrefix("internvl") ? "internvl_vision" : own
  }

  private func value(_ key: String, _ usual: Int) -> Double { Double(config.int(key) ?? usual) }

  /// Of a key that means something else in files of texts.
  private func raw(_ key: String) -> Double? { config.fields.tree[key]?.word.flatMap { Double($0) } }

  var parameters: Double? {
    switch kind {
    case "siglip_vision_model", "clip_vision_model": encoder
    case "pixtral": pixtral
    case "qwen2_vl": qwen2
    case "qwen2_5_vl": qwen25
    case "qwen3_vl", "qwen3_vl_moe", "qwen3_5", "qwen3_5_moe": qwen3
    case "glm4v", "glm4v_moe", "glm46v": glm4
    case "mllama_vision_model": llama32
    case "llama4_vision_model": llama4
    case "moonvit": moon
    case "vision" where top.type == "deepseek_vl_v2": deepseek2
    case "idefics3", "idefics3_vision", "smolvlm_vision": idefics3
    case "internvl_vision", "intern_vit_6b": intern
    case "whisper", "qwen2_audio_encoder", "voxtral_encoder": sound
    default: nil
    }
  }

  /// Whether the figure lacks what joins the tower to the text.
  var isOpen: Bool {
    ["siglip_vision_model", "clip_vision_model", "pixtral"].contains(kind) && projector(0) == nil
  }

  /// Attention with biases, two products with biases, two norms with shifts.
  private static func layer(_ h: Double, _ f: Double) -> Double { 4 * h * (h + 1) + 2 * h * f + f + h + 4 * h }

  /// Of SigLIP; nil where the file says that there is none. It has one norm, and learned queries.
  static func poolingHead(_ config: Config, _ h: Double, _ f: Double) -> Double? {
    config.flag("vision_use_head") ?? true ? layer(h, f) - h : nil
  }

  /// Patches of a picture.
  private func places(_ patch: Double, ofPicture usual: Int) -> Double {
    let side = (value("image_size", usual) / patch).rounded(.down)
    return side * side
  }

  /// A product of patches, vectors that are added or put beside, layers, and a norm. SigLIP is this and a head.
  private func plain(_ h: Double, _ f: Double, _ patch: Double, layers: Double, vectors: Double) -> Double {
    value("num_channels", 3) * patch * patch * h + vectors * h + layers * Tower.layer(h, f) + 2 * h
  }

  private var encoder: Double {
    let h = value("hidden_size", 768), f = value("intermediate_size", 3072), patch = value("patch_size", 16)
    let layers = value("num_hidden_layers", 12), places = places(patch, ofPicture: 224)
    // CLIP has the token of its class and a norm before the layers, SigLIP a bias of the product.
    let own =
      kind == "clip_vision_model"
      ? plain(h, f, patch, layers: layers, vectors: places + 2) + 2 * h
      : plain(h, f, patch, layers: layers, vectors: places + 1) + (Tower.poolingHead(config, h, f) ?? 0)
    return own + (projector(h) ?? 0)
  }

  private var pixtral: Double {
    let h = value("hidden_size", 1024), f = value("intermediate_size", 4096), patch = value("patch_size", 16)
    let layers = value("num_hidden_layers", 24) * (4 * h * h + 3 * h * f + 2 * h)
    return layers + value("num_channels", 3) * patch * patch * h + h + (projector(h) ?? 0)
  }

  /// From the width of the tower to that of the text; nil of models whose way is not known here.
  private func projector(_ h: Double) -> Double? {
    switch top.type {
    case "gemma3": return h * t + h
    case "paligemma": return h * t + t
    case "llava", "llava_next": return h * t + t + t * t + t
    // With a vector that ends a line of patches.
    case "llava_onevision", "llava_next_video": return h * t + t + t * t + t + t
    // Five layers of the tower beside each other, and a norm.
    case "vipllava": return 10 * h + 5 * h * t + t + t * t + t
    // A norm of the text's width, four patches into one, and two products.
    case "mistral3": return h + 4 * h * h + h * t + t * t
    // Four patches into one, a gated net.
    case "aya_vision":
      let wide = Double(top.int("adapter_layer_dim") ?? top.int("alignment_intermediate_size") ?? 28672)
      return 8 * h + 4 * h * wide + wide + wide / 2 * t + t
    case "siglip_vision_model", "clip_vision_model", "siglip", "clip": return 0
    default: return nil
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

  /// Llama 3.2: layers with gates after those without, places of tiles by how wide a picture is for its height, and what leads
  /// from the outputs of several layers to the text.
  private var llama32: Double {
    let h = value("hidden_size", 1280), f = value("intermediate_size", 5120), patch = value("patch_size", 14)
    let places = places(patch, ofPicture: 448) + 1
    let tiles = value("max_num_tiles", 4), gated = value("num_global_layers", 8)
    let shapes = 1 + Double(config.length("supported_aspect_ratios") ?? 8)
    // No biases in attention.
    let layers = (value("num_hidden_layers", 32) + gated) * (Tower.layer(h, f) - 4 * h) + 2 * gated
    let positions = (1 + places * h) + shapes * tiles * places * h + 2 * (shapes * tiles * h + 1)
    return value("num_channels", 3) * patch * patch * h + h + positions + 4 * h + layers
      + value("vision_output_dim", 7680) * t + t
  }

  /// Llama 4: four patches into one by a net without biases.
  private var llama4: Double {
    let h = value("hidden_size", 768), f = value("intermediate_size", 5632), patch = value("patch_size", 14)
    let wide = value("projector_input_dim", 4096), out = value("projector_output_dim", 4096)
    let net = 4 * h * wide + wide * out, layers = value("num_hidden_layers", 34)
    return plain(h, f, patch, layers: layers, vectors: places(patch, ofPicture: 448) + 2) + 2 * h + net
      + value("vision_output_dim", 7680) * t
  }

  /// MoonViT, and what leads from four of its patches to the text.
  private var moon: Double {
    let h = value("hidden_size", 1152), f = value("intermediate_size", 4304), patch = value("patch_size", 14)
    let places = value("init_pos_emb_height", 64) * value("init_pos_emb_width", 64)
    return plain(h, f, patch, layers: value("num_hidden_layers", 27), vectors: places + 1)
      + 2 * h + 4 * h * (4 * h + 1) + 4 * h * t + t
  }

  /// SigLIP without what makes one vector of all patches; s² patches become one, and one product.
  private var idefics3: Double {
    let h = value("hidden_size", 1152), f = value("intermediate_size", 3072), patch = value("patch_size", 32)
    let layers = value("num_hidden_layers", 12), scale = Double(top.int("scale_factor") ?? 2)
    return plain(h, f, patch, layers: layers, vectors: places(patch, ofPicture: 224) + 1) + scale * scale * h * t
  }

  /// InternViT: two scales a layer; four patches become one, a norm and two products.
  private var intern: Double {
    let h = value("hidden_size", 1024), f = value("intermediate_size", 4096), patch = value("patch_size", 14)
    let layers = value("num_hidden_layers", 24), vectors = places(patch, ofPicture: 448) + 3
    // No norm behind the layers, but one of the width of four patches.
    return plain(h, f, patch, layers: layers, vectors: vectors) - 2 * h + 2 * h * layers + 8 * h
      + 4 * h * t + t + t * t + t
  }

  /// Whisper's encoder, and what leads to the text: one product, or (Voxtral) two after four places became one.
  private var sound: Double {
    let h = value("hidden_size", 1280),
      layers = Double(config.int("encoder_layers") ?? config.int("num_hidden_layers") ?? 32)
    let f = Double(config.int("encoder_ffn_dim") ?? config.int("intermediate_size") ?? 5120)
    let stem = 3 * value("num_mel_bins", 128) * h + h + 3 * h * h + h + value("max_source_positions", 1500) * h
    let lead = top.type == "voxtral" ? 4 * h * t + t * t : h * t + t
    // Keys have no bias.
    return layers * (Tower.layer(h, f) - h) + stem + 2 * h + lead
  }

  /// SigLIP without what makes one vector of all patches; a net of the text's width after four patches became one, and two vectors
  /// that stand between tiles (DeepSeek-VL2).
  private var deepseek2: Double {
    let h = raw("width") ?? 1152, patch = value("patch_size", 16), layers = raw("layers") ?? 27
    let f = (h * (config.number("mlp_ratio") ?? 3.7362)).rounded(.down)
    return plain(h, f, patch, layers: layers, vectors: places(patch, ofPicture: 384) + 1)
      + 4 * h * t + t + t * t + t + 2 * t
  }

  /// Four patches into one.
  private func merger(_ h: Double) -> Double {
    let out = Double(config.int("out_hidden_size") ?? Int(t))
    return 16 * h * h + 4 * h + 4 * h * out + out
  }
}
