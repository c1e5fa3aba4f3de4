import Foundation

// An adapter by its `adapter_config.json`, as PEFT writes it: it names the model that it is for.
extension Catalog {
  static func isAdapter(_ tree: Tree) -> Bool {
    tree["peft_type"] != nil || tree["base_model_name_or_path"] != nil
  }

  /// The model that an adapter is made for, with the adapter's rank: a job on it trains the adapter.
  func adapted(_ tree: Tree, name: String, location: String) throws(Diagnostics) -> Model {
    let reading = Reading(location: location)
    let keys = [
      "peft_type", "base_model_name_or_path", "r", "target_modules", "modules_to_save", "rank_pattern", "use_dora",
      "layers_to_transform", "layers_pattern", "exclude_modules", "alpha_pattern", "bias",
    ].map { Key.may($0) }
    let fields = Fields(tree, keys: keys, reading: reading, unknownKeysAllowed: true)
    let kind = fields.text("peft_type") ?? "LORA"
    if kind != "LORA" {
      fields.error("the adapter is \(quoted(kind)), which is not modelled", help: "LORA is", at: "peft_type")
    }
    let rank = fields.int("r", in: 1...100_000) ?? 8
    let words: [String]
    if case .list? = fields["target_modules"]?.content {
      words = fields.texts("target_modules") ?? []
    } else {
      words = fields.text("target_modules").map { [$0] } ?? []
    }
    guard let base = fields.text("base_model_name_or_path") else {
      if reading.findings.isEmpty {
        fields.error("key 'base_model_name_or_path' is missing", help: "it names the model that the adapter is for")
      }
      throw Diagnostics(reading.findings)
    }
    // A file that is there says itself what is wrong with it. An adapter below an adapter may lead back to the first.
    let isThere = path(.models, base) == nil && FileManager.default.fileExists(atPath: base)
    if isThere, Self.isAdapter(try YAMLText.parse(source(modelFile(base)))) {
      fields.error(
        "the base of this adapter, \(quoted(base)), is an adapter itself", help: "name the model below both",
        at: "base_model_name_or_path")
    }
    guard reading.findings.isEmpty else { throw Diagnostics(reading.findings) }
    var model: Model
    do {
      model = try self.model(base, at: fields["base_model_name_or_path"]?.place)
    } catch {
      if isThere { throw error }
      throw Diagnostics(
        Diagnostic(
          .error, "this is an adapter of rank \(rank) for \(quoted(base)), and no model of that name is known",
          help: "give the path of that model's config.json with --model, and 'lora_rank: \(rank)' in a job file",
          at: (fields["base_model_name_or_path"] ?? tree).place))
    }
    let targets = AdapterTargets(words)
    var imported = model.imported ?? Imported(family: "LoRA")
    imported.adapter = Imported.Adapter(rank: rank, targets: targets.taken)
    if let told = targets.difference { imported.approximations.append(told) }
    for key in ["layers_to_transform", "layers_pattern", "exclude_modules", "alpha_pattern"] {
      if let value = fields[key], !value.isNull, value.word != "[]" {
        imported.approximations.append("'\(key)' is not heeded: all layers have the adapter")
      }
    }
    if let bias = fields.text("bias"), bias != "none" {
      imported.approximations.append("biases are trained beside it (\(bias)), which is not counted")
    }
    if let saved = fields.texts("modules_to_save"), !saved.isEmpty {
      imported.approximations.append(
        "\(saved.joined(separator: " and ")) are trained whole beside it, which is not counted")
    }
    if case .map(let ranks)? = fields["rank_pattern"]?.content, !ranks.isEmpty {
      imported.approximations.append("some of its matrices have another rank, and are taken to have \(rank)")
    }
    if fields.bool("use_dora") ?? false {
      imported.approximations.append("DoRA's norms and magnitudes are not counted: it is taken for LoRA")
    }
    model.imported = imported
    model.name = name
    model.summary = "an adapter of rank \(rank) on \(targets.taken.words) of \(base)"
    return model
  }
}

/// Which matrices an adapter is on, by the modules that its file names.
private struct AdapterTargets {
  /// What it is taken to be on.
  let taken: LoRATargets
  /// How that differs from what the file says; nil where it does not.
  let difference: String?

  private static let nets = [
    "gate", "up_proj", "down_proj", "fc1", "fc2", "mlp", "w1", "w2", "w3", "dense_h", "c_fc", "fc_in", "fc_out", "lin1",
    "lin2", "wi",
  ]
  private static let mixers = [
    "q_proj", "k_proj", "v_proj", "o_proj", "out_proj", "query", "key", "value", "qkv", "c_attn", "attn", "attention",
    "dense", "c_proj", "wq", "wk", "wv", "wo", "in_proj", "x_proj",
  ]
  /// Modules that together are all of a half.
  private static let wholeMixers = [
    ["q_proj", "k_proj", "v_proj", "o_proj"], ["qkv_proj", "o_proj"], ["query_key_value", "dense"], ["wqkv", "wo"],
    ["c_attn", "c_proj"], ["q_proj", "k_proj", "v_proj", "out_proj"], ["q_proj", "k_proj", "v_proj", "dense"],
    ["wqkv", "out_proj"], ["query", "key", "value", "dense"],
  ]
  private static let wholeNets = [
    ["gate_proj", "up_proj", "down_proj"], ["gate_up_proj", "down_proj"], ["fc1", "fc2"], ["w1", "w2", "w3"],
    ["dense_h_to_4h", "dense_4h_to_h"], ["c_fc", "c_proj"], ["fc_in", "fc_out"], ["up_proj", "down_proj"],
  ]

  init(_ modules: [String]) {
    let words = modules.map { $0.lowercased() }
    guard words != ["all-linear"] else { (taken, difference) = (.all, nil); return }
    let ofNets = words.filter { word in AdapterTargets.nets.contains { word.contains($0) } }
    let ofMixers = words.filter { word in !ofNets.contains(word) && AdapterTargets.mixers.contains { word.contains($0) }
    }
    taken = ofNets.isEmpty ? .attention : ofMixers.isEmpty ? .mlp : .all
    func isWhole(_ sets: [[String]]) -> Bool {
      sets.contains { set in
        set.allSatisfy { one in words.contains { $0.split(separator: ".").last.map(String.init) == one } }
      }
    }
    let isExact =
      ofNets.count + ofMixers.count == words.count && !words.isEmpty
      && (ofNets.isEmpty || isWhole(AdapterTargets.wholeNets))
      && (ofMixers.isEmpty || isWhole(AdapterTargets.wholeMixers))
    let said = modules.isEmpty ? "are not said" : "are on \(modules.joined(separator: ", "))"
    difference = isExact ? nil : "its adapters \(said), and are taken to be on every matrix of \(taken.words)"
  }
}
