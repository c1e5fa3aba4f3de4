import Quantities

extension Catalog {
  /// A model by the `config.json` that comes with its weights.
  func huggingFaceModel(_ path: String, name: String) throws(Diagnostics) -> Model {
    let tree = try overridden(YAMLText.parse(source(path)), .models, name)
    return try HuggingFace.model(tree, name: name, location: SourceFile.shown(path))
  }
}

/// Reads the shape of a dense transformer from a Hugging Face configuration.
///
/// Keys it does not know are left alone: those files describe tokenizers and sampling too. Where a library
/// lets a key out, its class's default is taken and named in the model's summary.
/// Source of keys and defaults: the `configuration_*.py` files of transformers 4.57, read 2025-11.
enum HuggingFace {
  /// What a family fixes without saying it in its files.
  struct Family: Sendable {
    var gated = true
    var normalization = Model.Normalization.rmsnorm
    var normsPerLayer = 2
    var queryKeyNorm = Model.QueryKeyNorm.none
    var positions = Model.Positions.rotary
    var tied = false
    /// Nil: `attention_bias` decides, false where it is left out.
    var queryKeyValueBias: Bool?
    var outputBias: Bool?
    var headDimension: Int?
    /// Values of keys that published files of the family leave out.
    var defaults: [String: String] = [:]
  }

  static let families: [String: Family] = [
    "gpt2": Family(
      gated: false, normalization: .layernorm, positions: .learned, tied: true, queryKeyValueBias: true,
      outputBias: true, defaults: ["hidden_act": "gelu_new"]),
    "gpt_neox": Family(
      gated: false, normalization: .layernorm, defaults: ["attention_bias": "true", "hidden_act": "gelu"]),
    "llama": Family(defaults: ["hidden_act": "silu"]),
    "mistral": Family(queryKeyValueBias: false, outputBias: false, defaults: ["hidden_act": "silu"]),
    "qwen2": Family(queryKeyValueBias: true, outputBias: false, defaults: ["hidden_act": "silu"]),
    "qwen3": Family(queryKeyNorm: .head, headDimension: 128, defaults: ["hidden_act": "silu"]),
    "olmo2": Family(queryKeyNorm: .full, defaults: ["hidden_act": "silu"]),
    "gemma": Family(tied: true, headDimension: 256, defaults: ["hidden_act": "gelu_pytorch_tanh"]),
    "gemma2": Family(
      normsPerLayer: 4, tied: true, headDimension: 256, defaults: ["hidden_act": "gelu_pytorch_tanh"]),
    "gemma3_text": Family(
      normsPerLayer: 4, queryKeyNorm: .head, tied: true, headDimension: 256,
      defaults: [
        "hidden_act": "gelu_pytorch_tanh", "vocab_size": "262208", "num_attention_heads": "8",
        "num_key_value_heads": "4",
      ]),
  ]

  /// The same thing under the names of different families, ours first.
  private static let aliases: [String: [String]] = [
    "hidden_size": ["hidden_size", "n_embd"],
    "num_hidden_layers": ["num_hidden_layers", "n_layer"],
    "num_attention_heads": ["num_attention_heads", "n_head"],
    "intermediate_size": ["intermediate_size", "n_inner"],
    "max_position_embeddings": ["max_position_embeddings", "n_positions", "n_ctx"],
    "hidden_act": ["hidden_activation", "hidden_act", "activation_function"],
  ]
  private static let others = [
    "model_type", "text_config", "num_key_value_heads", "head_dim", "vocab_size", "tie_word_embeddings",
    "attention_bias", "mlp_bias", "resid_pdrop", "embd_pdrop", "attn_pdrop", "attention_dropout",
    "hidden_dropout",
    "sliding_window", "use_sliding_window",
  ]
  private static let expertCounts = [
    "num_local_experts", "num_experts", "n_routed_experts", "moe_num_experts",
  ]

  private static var keys: [Key] {
    (aliases.values.flatMap { $0 } + others + expertCounts).map { Key.may($0) }
  }

  static func model(_ tree: Tree, name: String, location: String) throws(Diagnostics) -> Model {
    let reading = Reading(location: location)
    reading.source = "Hugging Face config.json"
    var fields = Fields(tree, keys: keys, reading: reading, unknownKeysAllowed: true)
    var type = fields.text("model_type")
    if type == "gemma3", let text = fields["text_config"] {
      fields = Fields(text, keys: keys, reading: reading, unknownKeysAllowed: true)
      type = "gemma3_text"
    }
    let family = type.flatMap { families[$0] }
    if reading.findings.isEmpty { checkArchitecture(fields, type, family) }
    guard reading.findings.isEmpty, let type, let family else { throw Diagnostics(reading.findings) }
    let config = Config(fields: fields, family: family, aliases: aliases)
    let model = Model(config, type: type, name: name)
    guard reading.findings.isEmpty else { throw Diagnostics(reading.findings).sorted }
    return model
  }

  private static func checkArchitecture(_ fields: Fields, _ type: String?, _ family: Family?) {
    let supported = "supported: \(families.keys.sorted().joined(separator: ", "))"
    guard let type else {
      return fields.error("key 'model_type' is missing; is this a Hugging Face config.json?", help: supported)
    }
    for key in expertCounts {
      guard let word = fields[key]?.word, let count = Int(word), count > 1 else { continue }
      return fields.error(
        "this is a mixture of \(count) experts, which is not modelled",
        help: "dense models are \(supported)", at: key)
    }
    guard family == nil else { return }
    let experts =
      type.contains("moe") || ["mixtral", "dbrx", "gpt_oss", "llama4", "deepseek_v3"].contains(type)
    let near =
      Spelling.nearest(to: type, among: families.keys.sorted()).map { "did you mean '\($0)'? " } ?? ""
    fields.error(
      "'model_type' is \(quoted(type)), \(experts ? "a mixture of experts, which is not modelled" : "which is not known here")",
      help: near + supported, at: "model_type")
  }
}

/// A configuration's values with its family's defaults.
private final class Config {
  let fields: Fields
  let family: HuggingFace.Family
  private let aliases: [String: [String]]
  /// Defaults that were taken, for the summary.
  private(set) var assumed: [String] = []

  init(fields: Fields, family: HuggingFace.Family, aliases: [String: [String]]) {
    self.fields = fields
    self.family = family
    self.aliases = aliases
  }

  /// The name under which the file has a key, ours where it has not.
  func spelled(_ key: String) -> String { (aliases[key] ?? [key]).first { fields[$0] != nil } ?? key }

  func int(_ key: String, upTo limit: Int = 100_000_000, else fallback: Int? = nil) -> Int {
    let name = spelled(key)
    if fields[name] != nil { return fields.int(name, in: 1...limit) ?? 1 }
    if let fallback { return fallback }
    if let text = family.defaults[key], let value = Int(text) {
      assumed.append("\(key) \(text)")
      return value
    }
    fields.error("key '\(key)' is missing", help: "the model's shape needs it")
    return 1
  }

  func bool(_ key: String, else fallback: Bool) -> Bool {
    if fields[key] != nil { return fields.bool(key) ?? fallback }
    return family.defaults[key].map { $0 == "true" } ?? fallback
  }

  /// Whether any of the probabilities is above zero; `fallback` where none is given.
  func dropout(_ keys: [String], else fallback: Bool) -> Bool {
    let given = keys.filter { fields[$0] != nil }
    guard !given.isEmpty else { return fallback }
    return given.contains { (fields.fraction($0, fromZero: true) ?? 0) > 0 }
  }

  var activation: Model.Activation {
    let key = spelled("hidden_act")
    let text = fields[key] == nil ? family.defaults["hidden_act"] ?? "" : fields.text(key) ?? ""
    switch (text, family.gated) {
    case ("silu", true), ("swish", true): return .swiglu
    case ("silu", false), ("swish", false): return .silu
    case ("relu", false): return .relu
    case (let gelu, true) where gelu.hasPrefix("gelu"): return .geglu
    case (let gelu, false) where gelu.hasPrefix("gelu"): return .gelu
    default:
      let legal = family.gated ? "silu, gelu" : "gelu, relu, silu"
      fields.error("the activation \(quoted(text)) is not known here", help: "one of: \(legal)", at: key)
      return .gelu
    }
  }
}

extension Model {
  fileprivate init(_ config: Config, type: String, name: String) {
    let (fields, family) = (config.fields, config.family)
    let hidden = config.int("hidden_size", upTo: 10_000_000)
    let heads = config.int("num_attention_heads", upTo: 100_000)
    let attentionBias = config.bool("attention_bias", else: false)
    let keyValueHeads = config.int(
      "num_key_value_heads", upTo: 100_000, else: family.defaults["num_key_value_heads"] == nil ? heads : nil)
    let inner = type == "gpt2" ? 4 * hidden : nil
    let position = config.spelled("max_position_embeddings")
    self.init(
      name: name, summary: "", family: .decoder,
      layers: config.int("num_hidden_layers", upTo: 100_000), hiddenSize: hidden, heads: heads,
      keyValueHeads: keyValueHeads,
      headDimension: config.int(
        "head_dim", upTo: 1_000_000, else: family.headDimension ?? max(1, hidden / heads)),
      feedForwardSize: config.int("intermediate_size", else: inner),
      vocabularySize: config.int("vocab_size"),
      maxSequenceLength: fields.has(position) ? fields.int(position) : nil,
      activation: config.activation, normalization: family.normalization, positions: family.positions,
      queryKeyNorm: family.queryKeyNorm, normsPerLayer: family.normsPerLayer,
      queryKeyValueBias: family.queryKeyValueBias ?? attentionBias,
      outputBias: family.outputBias ?? attentionBias,
      feedForwardBias: family.gated ? config.bool("mlp_bias", else: false) : true,
      tiedEmbeddings: config.bool("tie_word_embeddings", else: family.tied),
      dropout: config.dropout(
        ["resid_pdrop", "embd_pdrop", "attn_pdrop", "attention_dropout", "hidden_dropout"],
        else: type == "gpt2"),
      tokenTypes: 0, publishedParameters: nil, origin: fields.origin(of: config))
    if family.positions == .learned, maxSequenceLength == nil {
      fields.error("key 'n_positions' is missing", help: "learned positions need it")
    }
    if heads % keyValueHeads != 0 { fields.unevenHeads(keyValueHeads, of: heads, at: "num_key_value_heads") }
    if family.headDimension == nil, !fields.has("head_dim"), hidden % heads != 0 {
      fields.error(
        "\(heads) attention heads do not divide the hidden size \(hidden)",
        help: "give 'head_dim' where heads are not an even share", at: config.spelled("num_attention_heads"))
    }
    var notes = ["\(type), imported"]
    if !config.assumed.isEmpty {
      notes.append("defaults of its class: \(config.assumed.joined(separator: ", "))")
    }
    if let window = fields["sliding_window"]?.word, fields["use_sliding_window"]?.word != "false" {
      notes.append("its sliding window of \(window) tokens is not modelled")
    }
    summary = notes.joined(separator: "; ")
  }
}

extension Fields {
  fileprivate func origin(of config: Config) -> Origin {
    Origin(source: reading.source, retrieved: reading.retrieved, location: reading.location)
  }
}
