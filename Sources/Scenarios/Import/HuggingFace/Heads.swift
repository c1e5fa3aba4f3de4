/// What stands on top of a model, by the class that its file names.
struct Head {
  /// As `Model.outputs` has it.
  var outputs: Int?
  var pooler = false

  init(_ config: Config, top: Config) {
    let name = top.words("architectures")?.first ?? config.words("architectures")?.first ?? ""
    let isPicture = Encoders.ofPictures.contains(config.type)
    if ["ForSequenceClassification", "ForImageClassification"].contains(where: name.contains) {
      outputs = Head.labels(top) ?? 2
      pooler = name.contains("Sequence") && Encoders.pooled.contains(config.type)
    } else if name.contains("Reward") {
      outputs = Head.labels(top) ?? 1
    } else if name.contains("ForTokenClassification") {
      outputs = Head.labels(top) ?? 2
    } else if name.contains("ForQuestionAnswering") {
      outputs = 2
    } else if name.contains("ForMultipleChoice") {
      outputs = 1
      pooler = Encoders.pooled.contains(config.type)
    } else if name == "ElectraForPreTraining" {
      outputs = 1
      pooler = true
    } else if name.hasPrefix("BertFor") || (name.isEmpty && config.type == "bert") {
      // BERT learned to tell next sentences, too, and its weights have the pooler for that.
      pooler = true
    } else if ["ViTModel", "DeiTModel"].contains(name) {
      outputs = 0
      pooler = true
    } else if top.type == "clip" {
      // The text's part of what both towers are compared in.
      outputs = Towers.shared(top)
    } else if isPicture || config.type == "clip_text_model" || Head.isBare(name) {
      outputs = 0
    }
  }

  /// `MistralModel`, which gives what its last layer does.
  private static func isBare(_ name: String) -> Bool {
    (name.hasSuffix("Model") && !["LMHead", "Chat", "GLM"].contains(where: name.contains))
      || name.hasSuffix("ModelWithProjection")
  }

  private static func labels(_ top: Config) -> Int? {
    if let count = top.int("num_labels", in: 1...100_000_000) { return count }
    guard let names = top.tree("id2label"), case .map(let entries) = names.content, !entries.isEmpty else { return nil }
    return entries.count
  }
}
