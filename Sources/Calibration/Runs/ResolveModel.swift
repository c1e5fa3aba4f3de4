import Scenarios

/// The kinds of transformer that rows train, as shapes to be filled in.
struct ModelForms {
  /// Plain feed-forward nets and learned positions; gated ones and rotary positions; encoders.
  let plain: Model
  let gated: Model
  let encoder: Model

  init(_ catalog: Catalog) throws(Diagnostics) {
    plain = try catalog.model("megatron-175b")
    gated = try catalog.model("llama-2-7b")
    encoder = try catalog.model("bert-large")
  }

  /// Those that a row's name allows, the likelier first. Most are told by the name; of others the published size tells.
  func candidates(_ name: String) -> [Model] {
    let words = name.lowercased()
    func has(_ names: String...) -> Bool { names.contains(where: words.contains) }
    func with(_ model: Model, tied: Bool) -> Model {
      var model = model
      model.tiedEmbeddings = tied
      return model
    }
    if has("bert") { return [encoder] }
    if has("nemotron") {
      var model = plain
      (model.activation, model.positions) = (.relu, .rotary)
      (model.queryKeyValueBias, model.outputBias, model.feedForwardBias) = (false, false, false)
      return [with(model, tied: false), with(model, tied: true)]
    }
    let gatedOnes = [with(gated, tied: false), with(gated, tied: true)]
    if has("llama", "mistral", "qwen", "xscript", "internlm", "gemma", "olmo", "phi-3") {
      return gatedOnes.map { form in
        var model = form
        if has("qwen3") { model.queryKeyNorm = .head }
        if has("qwen2") { model.queryKeyValueBias = true }
        return model
      }
    }
    let plainOnes = [with(plain, tied: true), with(plain, tied: false)]
    return has("gpt", "mpt", "bloom", "opt-", "falcon") ? plainOnes : plainOnes + gatedOnes
  }
}

// What was trained.
extension Resolution {
  func model(_ one: inout Case, _ sequence: Int) throws(Skip) -> Model {
    let row = one.row
    let hidden = try due(row.hiddenSize, "hidden"), vocabulary = try due(row.vocabularySize, "vocab")
    let heads = if let heads = row.heads { heads } else { try inferredHeads(&one, hidden) }
    let forms = forms.candidates(row.model)
    let layers = if let layers = row.layers { layers } else { try inferredLayers(&one, forms, hidden, vocabulary) }
    let dropout = one.source.assumed.dropout
    let dimension = try headDimension(row, hidden, heads)
    let models = forms.map { form in
      var model = form
      model.name = row.model
      (model.layers, model.hiddenSize, model.heads) = (layers, hidden, heads)
      model.keyValueHeads = row.keyValueHeads ?? heads
      model.headDimension = dimension
      (model.feedForwardSize, model.vocabularySize) = (row.feedForwardSize ?? 4 * hidden, vocabulary)
      model.maxSequenceLength = sequence
      model.publishedParameters = nil
      // Gated models are trained without, encoders as published.
      if model.family == .decoder { model.dropout = (dropout ?? false) && !model.activation.gated }
      return model
    }
    return Resolution.likeliest(models, row.billionParameters)
  }

  /// The first, unless its size is off the published one by more than that is rounded, and another's is half as far off.
  static func likeliest(_ models: [Model], _ billions: Double?) -> Model {
    guard let billions else { return models[0] }
    func distance(_ model: Model) -> Double { abs(model.parameterCount.total / (billions * 1e9) - 1) }
    let best = models.min { distance($0) < distance($1) } ?? models[0]
    let rounded = 0.5 * lastPlace(billions) / billions
    return distance(models[0]) > rounded && distance(best) < distance(models[0]) / 2 ? best : models[0]
  }

  /// One unit of the last decimal place that a number is written with: 0.01 of 8.03.
  private static func lastPlace(_ value: Double) -> Double {
    let text = "\(value)"
    guard !text.contains("e"), let point = text.firstIndex(of: "."), !text.hasSuffix(".0") else { return 1 }
    let digits = text.distance(from: point, to: text.endIndex) - 1
    return (0..<digits).reduce(1.0) { unit, _ in unit / 10 }
  }

  private func headDimension(_ row: Measurement, _ hidden: Int, _ heads: Int) throws(Skip) -> Int {
    let name = row.model.lowercased()
    // Their heads together are not as wide as the model.
    if name.contains("mistral-nemo") || name.contains("qwen3") { return 128 }
    guard heads > 0, hidden % heads == 0 else {
      throw .headsDoNotDivide(heads: heads, hidden: hidden)
    }
    return hidden / heads
  }

  /// Heads of a dimension near 128, a multiple of 8, which tensor ranks share evenly.
  private func inferredHeads(_ one: inout Case, _ hidden: Int) throws(Skip) -> Int {
    let tensor = one.row.tensor ?? 1
    var best: Int?
    for heads in stride(from: tensor, through: max(tensor, 512), by: tensor)
    where hidden % heads == 0 && (hidden / heads) % 8 == 0 {
      let off = abs(hidden / heads - 128)
      if best.map({ off < abs(hidden / $0 - 128) }) ?? true { best = heads }
    }
    guard let best else { throw .notStated(column: "heads") }
    one.assumptions.append(.heads(best, of: hidden / best))
    return best
  }

  /// L = (P − V·h)/12h² of a plain model whose queries, keys and values have as many heads.
  private func inferredLayers(
    _ one: inout Case, _ forms: [Model], _ hidden: Int, _ vocabulary: Int
  ) throws(Skip) -> Int {
    let h = Double(hidden)
    let isPlain = !forms.contains { $0.activation.gated }
    guard isPlain, let billions = one.row.billionParameters, one.row.keyValueHeads ?? one.row.heads == one.row.heads,
      one.row.feedForwardSize.map({ $0 == 4 * hidden }) ?? true
    else { throw .notStated(column: "layers") }
    let layers = ((billions * 1e9 - Double(vocabulary) * h) / (12 * h * h)).rounded()
    guard layers >= 1, layers <= 1e6 else { throw .notStated(column: "layers") }
    one.assumptions.append(.layers(Int(layers)))
    return Int(layers)
  }
}
