import Foundation
import Quantities

/// Reads the shape of a model from the `config.json` that comes with its weights.
///
/// Keys it does not know are left alone and named: those files describe tokenizers and sampling too. Where a file leaves out
/// a key, its class's default is taken, and named too.
enum HuggingFace {
  static let families: [String: Lineage] = [
    Decoders.families, ExpertFamilies.families, Hybrids.families, Encoders.families,
    EncoderDecoders.families,
  ].reduce(into: [:]) { all, some in all.merge(some) { first, _ in first } }

  /// The family of the text model of those that see or hear as well, where the file does not name it.
  private static let ofText: [String: String] = [
    "gemma3": "gemma3_text", "gemma4": "gemma4_text", "llama4": "llama4_text", "mllama": "mllama_text_model",
    "mistral3": "mistral",
    "llava": "llama", "llava_next": "llama", "idefics3": "llama", "smolvlm": "llama", "paligemma": "gemma",
    "aya_vision": "cohere2", "qwen2_vl": "qwen2_vl_text", "qwen2_5_vl": "qwen2_5_vl_text",
    "qwen3_vl": "qwen3_vl_text", "qwen3_vl_moe": "qwen3_vl_moe_text", "qwen3_5": "qwen3_5_text",
    "qwen3_5_moe": "qwen3_5_moe_text", "clip": "clip_text_model", "glm4v": "glm4v_text",
    "glm4v_moe": "glm4v_moe_text", "glm46v": "glm4v_moe_text", "internvl": "qwen2", "voxtral": "llama",
    "qwen2_audio": "qwen2",
    "llava_onevision": "qwen2", "vipllava": "llama",
  ]
  private static let unsupported: [String: String] = [
    "switch_transformers": "two stacks with experts are not modelled",
    "encoder-decoder": "two models in one file are not read",
    "vision-encoder-decoder": "two models in one file are not read",
    "albert": "all of its layers share their weights, which is not modelled",
    "gemma3n_text": "its embeddings in every layer are not modelled",
    "gemma3n": "its embeddings in every layer are not modelled",
    "zamba2": "its layers that share attention are not modelled",
    "zamba": "its layers that share attention are not modelled",
    "longcat_flash": "its experts that do nothing are not modelled",
    "falcon_h1": "attention and a state space side by side in one layer are not modelled",
    "recurrent_gemma": "its linear recurrence is not modelled",
  ]

  /// - Parameter assumed: a family to read a file by whose own is not known.
  static func model(
    _ tree: Tree, name: String, location: String, assumed: String? = nil
  ) throws(Diagnostics) -> Model {
    let reading = Reading(location: location)
    reading.source = "Hugging Face config.json"
    let model = read(tree, name, reading, assumed)
    guard reading.findings.isEmpty, let model else { throw Diagnostics(reading.findings).sorted }
    return model
  }

  private static func read(_ tree: Tree, _ name: String, _ reading: Reading, _ assumed: String?) -> Model? {
    let probe = Config(tree, type: "", reading: reading)
    guard reading.findings.isEmpty else { return nil }
    let word = probe.text("model_type")
    guard word != nil || assumed != nil else {
      if reading.findings.isEmpty {
        probe.error(
          "key 'model_type' is missing; is this a Hugging Face config.json?",
          help: "name the family that it is built like with --assume llama; \(alike(""))")
      }
      return nil
    }
    let outerType = word ?? ""
    let top = Config(tree, type: outerType, reading: reading)
    _ = top.text("model_type")
    // An empty part says nothing: sizes beside it are the model's, as files of text models have them that were saved by another class.
    let isFlat = top.has("hidden_size")
    let inner = Config.texts.lazy.compactMap { top.inside($0) }.first { !isFlat || !$0.isEmpty }
    let innerWord = inner.flatMap { $0.text("model_type") }
    let type = innerWord.map { ofText[$0] ?? $0 } ?? ofText[outerType] ?? outerType
    guard let (family, known) = family(type, assumed, top, inner) else { return nil }
    let config =
      inner.map { Config($0.fields.tree, type: known, reading: reading, outer: top) }
      ?? Config(tree, type: known, reading: reading)
    for key in ["model_type"] { _ = config.text(key) }
    refuseStrangeExperts(config, family, type)
    Encoders.refuseOtherInsides(config)
    let model = Model(config, family, top: inner == nil ? config : top, name: name)
    return reading.findings.isEmpty
      ? model.imported(config, top: inner == nil ? config : top, type, known, family) : nil
  }

  private static var list: String { "known: \(families.keys.sorted().joined(separator: ", "))" }

  /// Families whose names begin alike. All would be a page; who asks for one that is not there with --assume gets it.
  private static func alike(_ type: String) -> String {
    let near = families.keys.filter { $0.commonPrefix(with: type).count >= 3 }.sorted()
    let some = near.isEmpty ? "" : "known with names like it: \(near.joined(separator: ", ")); "
    return some + "--assume list shows all \(families.count)"
  }

  private static func family(
    _ type: String, _ assumed: String?, _ top: Config, _ inner: Config?
  ) -> (Lineage, String)? {
    let place = inner ?? top
    if let assumed, families[assumed] == nil {
      place.error("no family is called \(quoted(assumed)), as --assume has it", help: list)
      return nil
    }
    if let family = families[type] {
      // A file may have experts that its family has not: then it may be read as another.
      let other = assumed.flatMap { families[$0] }
      if let assumed, let other, other.experts != nil, strangeExperts(place, family) != nil { return (other, assumed) }
      return (family, type)
    }
    if let why = unsupported[type], assumed == nil {
      place.error(
        "'model_type' is \(quoted(type)): \(why)", help: "read it as something simpler with --assume llama",
        at: "model_type")
      return nil
    }
    guard let assumed else {
      place.error(
        "'model_type' is \(quoted(type)), which is not known here",
        help: "if it is built like a family that is, say so, as in --assume llama; \(alike(type))", at: "model_type")
      return nil
    }
    return families[assumed].map { ($0, assumed) }
  }

  /// Experts that would silently be taken for one net.
  private static func refuseStrangeExperts(_ config: Config, _ family: Lineage, _ type: String) {
    guard let count = strangeExperts(config, family) else { return }
    config.error(
      "the file has \(count) experts, and models of the family \(quoted(config.type)) have none",
      help: (families[type] == nil ? "" : "is 'model_type' right? Else ")
        + "assume a family with experts, as in --assume mixtral",
      at: "experts")
  }

  private static func strangeExperts(_ config: Config, _ family: Lineage) -> Int? {
    guard family.experts == nil, family.blocks == nil, let count = config.tree("experts")?.word.flatMap({ Int($0) })
    else { return nil }
    return count > 1 ? count : nil
  }
}

extension Model {
  fileprivate init(_ config: Config, _ family: Lineage, top: Config, name: String) {
    let head = Head(config, top: top)
    let hidden = config.size("hidden_size", upTo: 10_000_000)
    let blocks = (Towers.blocks(top, hidden: hidden) ?? []) + Layers.blocks(config, family)
    let isPicture = Encoders.ofPictures.contains(config.type)
    let rows = isPicture ? Encoders.rows(config) : nil
    let extra = family.extra?(config) ?? (rows: family.extraRows, positions: family.extraPositions)
    // Some files of models that see as well have it at the top alone.
    let vocabulary = rows?.vocabulary ?? config.orTop(top, for: "vocab_size").size("vocab_size") + extra.rows
    let longest = rows?.positions ?? config.int(family.places, in: 1...1_000_000_000)
    let positions = config.says(family.alibi) ? Positions.none : family.positions
    let tied = config.orTop(top, for: "tie_word_embeddings")
    self.init(
      name: name, summary: "", family: family.kind,
      layout: Layout(blocks.isEmpty ? [Block(.none, .none, norms: 0)] : blocks),
      hiddenSize: hidden, vocabularySize: vocabulary,
      maxSequenceLength: positions == .learned ? longest.map { $0 + extra.positions } : longest,
      normalization: family.normalization, positions: positions,
      tiedEmbeddings: tied.flag("tie_word_embeddings") ?? (family.kind == .encoder),
      dropout: config.dropsOut(else: family.dropsOut),
      tokenTypes: config.int("type_vocab_size", in: 0...1000) ?? family.segments, publishedParameters: nil,
      origin: Origin(
        source: config.fields.reading.source, retrieved: config.fields.reading.retrieved,
        location: config.fields.reading.location),
      outputs: head.outputs, pooler: head.pooler, headBias: config.says(family.headBias))
    embeddingIsActive = family.embeddingIsActive
    if outputs != nil { tiedEmbeddings = false }
    if positions == .learned, longest == nil {
      config.error("key 'n_positions' is missing", help: "learned positions need it")
    }
    for key in ["word_embed_proj_dim", "embedding_size"] {
      guard let width = config.int(key), width != hiddenSize else { continue }
      if key == "word_embed_proj_dim", outputs == nil {
        embeddingSize = width
        continue
      }
      config.error(
        "words have \(width) numbers and layers \(hiddenSize), which is not modelled",
        help: "describe it by a model file, as if both were \(hiddenSize)", at: key)
    }
  }

  /// With what is to be said about the reading of it.
  fileprivate func imported(
    _ config: Config, top: Config, _ type: String, _ known: String, _ family: Lineage
  ) -> Model {
    var model = self
    var facts = Imported(family: type)
    facts.leftOut = Towers.leftOut(top, hidden: hiddenSize)
    if let part = multiTokenPart(config) { facts.leftOut.append(part) }
    if let part = Towers.poolingHead(config) { facts.leftOut.append(part) }
    if outputs == 0, Encoders.pooled.contains(known), known != "distilbert", known != "modernbert" {
      let h = Double(hiddenSize)
      facts.leftOut.append(Imported.Part("unused pooler", h * h + h))
    }
    if type != known { facts.approximations.append("\(quoted(type)) is read as \(known), as --assume has it") }
    if let note = family.note { facts.approximations.append(note) }
    facts.approximations += config.approximations
    // Asked before it is told which keys nobody asked for.
    let frozen = Quantization.frozen(top) ?? Quantization.frozen(config)
    facts.assumed = config.assumed
    facts.ignored = top === config ? config.ignored : top.ignored + config.ignored.map { "text_config.\($0)" }
    let unread = config.ignored.filter(Config.isSize)
    if type != known, !unread.isEmpty {
      facts.approximations.append(
        "sizes of the file are not read so, and the count may be far off: \(unread.joined(separator: ", "))")
    }
    (facts.frozen, facts.frozenBits) = (frozen?.words, frozen?.bits)
    if let frozen, frozen.bits != 4 {
      facts.approximations.append("its weights (\(frozen.words)) are counted as 16 bits beside adapters")
    }
    var notes = ["\(type), imported"]
    if !facts.assumed.isEmpty { notes.append("defaults of its class: \(facts.assumed.joined(separator: ", "))") }
    notes += facts.warnings
    model.summary = notes.joined(separator: "; ")
    model.imported = facts
    return model
  }

  /// Layers that predict further tokens, which most train without: a block of the last kind, and what joins two streams.
  private func multiTokenPart(_ config: Config) -> Imported.Part? {
    guard let count = config.int("num_nextn_predict_layers", in: 0...100), count > 0,
      let place = layout.order.last
    else { return nil }
    let h = Double(hiddenSize), block = parameterCount.kinds[place].total
    let name =
      (count == 1 ? "layer that predicts one more token" : "\(count) layers that predict further tokens")
      + " (--train full,mtp=\(count))"
    return Imported.Part(name, Double(count) * (block + 2 * h * h + 3 * h))
  }
}

/// How weights are kept.
enum Quantization {
  /// Nil where they can be trained: they are whole, or in the format they were trained in.
  static func frozen(_ config: Config) -> (words: String, bits: Int?)? {
    guard let map = config.inside("quantization_config") else { return nil }
    func word(_ key: String) -> String? { map.fields.tree[key].flatMap { $0.isNull ? nil : $0.word } }
    let method = word("quant_method") ?? "unknown method"
    // DeepSeek-V3 and those after it were trained so.
    if ["fp8", "finegrained_fp8"].contains(method) { return nil }
    let algorithm = (word("quant_algo") ?? word("quant_type") ?? "").lowercased()
    let sizes = [word("bits"), word("nbits"), inner(map.fields.tree, "num_bits", depth: 6)]
    let isFour =
      word("load_in_4bit") == "true" || sizes.contains("4") || method == "mxfp4"
      || ["fp4", "int4", "w4a16"].contains(where: algorithm.contains)
    let isEight =
      word("load_in_8bit") == "true" || sizes.contains("8") || ["fp8", "int8"].contains(where: algorithm.contains)
    let bits = isFour ? 4 : isEight ? 8 : nil
    return (method + (bits.map { ", \($0) bits" } ?? ""), bits)
  }

  /// The first value of a key at any depth, as `config_groups.group_0.weights.num_bits` of compressed tensors.
  private static func inner(_ tree: Tree, _ key: String, depth: Int) -> String? {
    guard depth > 0, case .map(let entries) = tree.content else { return nil }
    if let own = tree[key], !own.isNull { return own.word }
    return entries.lazy.compactMap { inner($0.value, key, depth: depth - 1) }.first
  }
}
