import Foundation
import Quantities

// Models by the files that come with their weights, wherever these are: a folder, a `config.json`, Meta's `params.json`, an
// adapter's `adapter_config.json`; and by the name that they have on the Hub.
extension Catalog {
  /// Whether a text means a model by a file, by a folder or by a name on the Hub, and no entry of the catalog.
  public func namesModelFile(_ text: String) -> Bool {
    if CatalogKind.allCases.contains(where: { path($0, text) != nil }) { return false }
    if Self.isPath(text), FileManager.default.fileExists(atPath: text) { return true }
    return Self.isHubName(text) && (try? modelName(ofHub: text, at: nil)) != nil
  }

  /// The file that a path means: a folder's own description of its model.
  func modelFile(_ path: String) throws(Diagnostics) -> String {
    guard Self.isFolder(path) else { return path }
    let base = path.hasSuffix("/") ? String(path.dropLast()) : path
    let names = ["config.json", "adapter_config.json", "params.json"]
    if let name = names.first(where: { FileManager.default.fileExists(atPath: "\(base)/\($0)") }) {
      return "\(base)/\(name)"
    }
    throw Diagnostics(
      Diagnostic(
        .error, "the folder has no file that describes a model",
        help: "it should have \(names.joined(separator: ", or ")) in it", at: Place(file: SourceFile.shown(path))))
  }

  /// A model by a JSON file of whatever kind.
  func importedModel(_ path: String, name: String) throws(Diagnostics) -> Model {
    let tree = try overridden(YAMLText.parse(source(path)), .models, name)
    let location = SourceFile.shown(path)
    if Self.isAdapter(tree) { return try adapted(tree, name: name, location: location) }
    if MetaParameters.describes(tree) {
      return try MetaParameters.model(tree, name: name, location: location)
    }
    return try HuggingFace.model(tree, name: name, location: location, assumed: assumedFamily)
  }

  // MARK: Names on the Hub

  /// Whether a text is like `meta-llama/Llama-3.1-8B`, and no file.
  public static func isHubName(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && !$0.hasPrefix(".") }), !text.hasPrefix("~"),
      ![".yaml", ".yml", ".json"].contains(where: { text.hasSuffix($0) })
    else { return false }
    return !FileManager.default.fileExists(atPath: text)
  }

  /// The shipped model that a Hub name means: the one whose words are all in it, in their order, beside words that say nothing
  /// of a model's shape.
  func modelName(ofHub text: String, at place: Place?) throws(Diagnostics) -> String {
    let last = text.split(separator: "/").last.map(String.init) ?? text
    var words = Self.words(last)
    if ["meta", "nvidia"].contains(words.first), words.count > 1 { words.removeFirst() }
    let found = names(.models).filter { Self.matches(Self.words($0), words) }
    if let best = found.max(by: { $0.count < $1.count }) { return best }
    let near = Spelling.ranked(words.joined(separator: "-"), among: names(.models)).prefix(3).map { "'\($0)'" }
    throw Diagnostics(
      Diagnostic(
        .error, "no model that is shipped is \(quoted(text)), and no file is there",
        help: "fetch its config.json and give the path of that"
          + (near.isEmpty ? "" : "; shipped: \(near.joined(separator: ", ")), …"), at: place))
  }

  private static func words(_ name: String) -> [String] {
    name.lowercased().split(whereSeparator: { "-_".contains($0) }).map(String.init)
  }

  private static func matches(_ wanted: [String], _ words: [String]) -> Bool {
    guard wanted.first == words.first else { return false }
    var rest = wanted[...]
    for word in words {
      if word == rest.first {
        rest = rest.dropFirst()
      } else if !isAside(word) {
        return false
      }
    }
    return rest.isEmpty
  }

  /// Words of versions, dates and kinds of training.
  private static func isAside(_ word: String) -> Bool {
    let plain: Set<String> = [
      "instruct", "it", "pt", "chat", "base", "hf", "think", "thinking", "uncased", "cased", "preview", "sft", "dpo",
      "rlvr", "original", "bf16", "patch16", "8k", "32k", "128k", "in21k", "17b", "16e", "128e",
      "a3b", "a12b", "a55b",
    ]
    if plain.contains(word) { return true }
    // The first version is what is shipped; later ones of a name may have another shape, as Mistral's have.
    if word.first == "v" { return ["v0.1", "v1", "v1.0"].contains(word) }
    // Dates, and the size of pictures that is usual. Other sizes are other models.
    return ["224", "256"].contains(word) || (word.count >= 4 && word.allSatisfy(\.isNumber))
  }
}

/// The `params.json` beside weights as Meta gives them.
///
/// Source: meta-llama/llama-models, `models/llama3/args.py` and `model.py` (FeedForward), read 2026-11-28.
enum MetaParameters {
  private static let keys: [Key] = [
    "dim", "n_layers", "n_heads", "n_kv_heads", "vocab_size", "multiple_of", "ffn_dim_multiplier", "hidden_dim",
    "head_dim", "moe_args", "moe", "tied_embeddings", "vision_num_cross_attention_layers", "model_type",
  ].map { Key.may($0) }

  /// By the names of its sizes. DistilBERT's are called so too, but its files say what they are.
  static func describes(_ tree: Tree) -> Bool {
    guard tree["dim"] != nil, tree["n_layers"] != nil else { return false }
    return tree["model_type"].map { ["transformer", "mamba"].contains($0.word) } ?? true
  }

  static func model(_ tree: Tree, name: String, location: String) throws(Diagnostics) -> Model {
    let reading = Reading(location: location)
    reading.source = "params.json"
    let fields = Fields(tree, keys: keys, reading: reading, unknownKeysAllowed: true)
    func size(_ key: String) -> Int {
      if fields[key] == nil { fields.error("key '\(key)' is missing", help: "the model's shape needs it") }
      return fields.int(key, in: 1...100_000_000) ?? 1
    }
    func refuse(_ message: String, at key: String) {
      fields.error(message, help: "give the config.json of the same model", at: key)
    }
    if let key = ["moe_args", "moe"].first(where: { fields[$0] != nil }) {
      refuse("experts of a params.json are not read", at: key)
    }
    let crossing = "vision_num_cross_attention_layers"
    if fields[crossing] != nil {
      refuse("layers of attention to pictures are not read from a params.json", at: crossing)
    }
    if let type = fields.text("model_type"), type != "transformer" {
      refuse("this params.json is of a model of type \(quoted(type)), which is not read", at: "model_type")
      throw Diagnostics(reading.findings).sorted
    }
    let h = size("dim"), heads = size("n_heads"), layers = size("n_layers")
    if fields["vocab_size"]?.word == "-1" {
      fields.error(
        "'vocab_size' is -1: the tokenizer has it",
        help: "add --set models.\(name).vocab_size=32000, as Llama 2 has it",
        at: "vocab_size")
      throw Diagnostics(reading.findings).sorted
    }
    let vocabulary = size("vocab_size")
    let keyValueHeads = fields.int("n_kv_heads", in: 1...100_000) ?? heads
    var inner = fields.int("hidden_dim", in: 1...100_000_000)
    if inner == nil {
      // Two thirds of four times the width, times a factor, up to a whole multiple.
      let unit = fields.int("multiple_of", in: 1...1_000_000) ?? 256
      var width = 8 * h / 3
      if let factor = fields.number("ffn_dim_multiplier"), factor < 1000 { width = Int(factor * Double(width)) }
      inner = unit * ((width + unit - 1) / unit)
    }
    let dimension = fields.int("head_dim", in: 1...1_000_000) ?? max(1, h / heads)
    if heads % keyValueHeads != 0 { fields.unevenHeads(keyValueHeads, of: heads, at: "n_kv_heads") }
    if !fields.has("head_dim"), h % heads != 0 {
      fields.error("\(heads) attention heads do not divide the hidden size \(h)", at: "n_heads")
    }
    guard reading.findings.isEmpty else { throw Diagnostics(reading.findings).sorted }
    var model = Model(
      name: name, summary: "llama by its params.json, imported", family: .decoder, layers: layers, hiddenSize: h,
      heads: heads, keyValueHeads: keyValueHeads, headDimension: dimension, feedForwardSize: max(1, inner ?? 1),
      vocabularySize: vocabulary, maxSequenceLength: nil, activation: .swiglu, normalization: .rmsnorm,
      positions: .rotary, queryKeyNorm: .none, normsPerLayer: 2, queryKeyValueBias: false, outputBias: false,
      feedForwardBias: false, tiedEmbeddings: fields.bool("tied_embeddings") ?? false, dropout: false, tokenTypes: 0,
      publishedParameters: nil,
      origin: Origin(source: reading.source, retrieved: "", location: location))
    var facts = Imported(family: "llama")
    if case .map(let entries) = tree.content {
      facts.ignored = entries.map(\.key).filter { key in !keys.contains { $0.name == key } }
    }
    if !fields.has("tied_embeddings") {
      facts.approximations.append(
        "its head is taken to have weights of its own, which Llama 3.2 of 1 B and 3 B does not")
    }
    model.imported = facts
    return model
  }
}
