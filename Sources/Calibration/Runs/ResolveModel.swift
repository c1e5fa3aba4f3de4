import Scenarios

// What was trained.
extension Resolution {
  /// What is known of models by a part of their names, with the shapes that they may have, the likelier first.
  struct ModelKind: Sendable {
    let said: MeasuredModels
    let forms: [(form: MeasuredModels.Form, shape: Model)]

    /// The form that is a model of the catalog itself.
    var whole: (form: MeasuredModels.Form, shape: Model)? { forms.first(where: \.form.whole) }
  }

  /// In a file of one's own: a shipped model by its name, or by that on the Hub.
  private func shipped(named text: String) -> Model? {
    let name = text.lowercased()
    if catalog.names(.models).contains(name) { return try? catalog.model(name) }
    return Catalog.isHubName(text) ? try? catalog.model(text) : nil
  }

  func shipped(_ row: Measurement) -> ModelKind? {
    guard sources.source(of: row.series)?.isFallback == true, let model = shipped(named: row.model) else { return nil }
    let form = MeasuredModels.Form(like: model.name, whole: true)
    return ModelKind(
      said: MeasuredModels(names: [], forms: [form], isDataParallel: model.family == .encoder), forms: [(form, model)])
  }

  /// The kind that a row's name tells.
  func named(_ row: Measurement) throws(Skip) -> ModelKind {
    let name = row.model.lowercased()
    for kind in kinds {
      guard let word = kind.said.word(in: name) else { continue }
      if kind.forms.isEmpty { throw .architecture(word) }
      return kind
    }
    throw .architecture(row.model)
  }

  func model(_ one: inout Case, _ sequence: Int) throws(Skip) -> Model {
    let row = one.row
    if let whole = one.kind.whole {
      return try self.whole(whole.shape, row, sequence).predicting(whole.form.predictedTokens)
    }
    let hidden = try due(row.hiddenSize, "hidden"), vocabulary = try due(row.vocabularySize, "vocab")
    let heads = if let heads = row.heads { heads } else { try inferredHeads(&one, hidden) }
    let forms = one.kind.forms
    let layers =
      if let layers = row.layers { layers } else {
        try inferredLayers(&one, forms.map(\.shape), hidden, vocabulary)
      }
    // Layers are listed one by one: no model has so many.
    guard layers <= Layout.most else { throw .beyondComputing }
    let dropout = one.source.assumed.dropout ?? row.notes.lowercased().contains("dropout 0.1")
    var models: [Model] = []
    for (form, shape) in forms {
      var model = shape
      model.name = row.model
      (model.layers, model.hiddenSize, model.heads) = (layers, hidden, heads)
      model.keyValueHeads = row.keyValueHeads ?? heads
      model.headDimension =
        if let stated = form.headDimension { stated } else { try evenHeads(hidden, heads) }
      (model.feedForwardSize, model.vocabularySize) = (row.feedForwardSize ?? 4 * hidden, vocabulary)
      model.maxSequenceLength = sequence
      model.publishedParameters = nil
      // Gated models are trained without, encoders as published.
      if model.family == .decoder { model.dropout = dropout && !model.activation.gated }
      models.append(model)
    }
    return Resolution.likeliest(models, row.billionParameters)
  }

  /// A model that is known by its name, with as many layers as a row says where all are alike, and as many words.
  private func whole(_ known: Model, _ row: Measurement, _ sequence: Int) throws(Skip) -> Model {
    var model = known
    model.name = row.model
    if let hidden = row.hiddenSize, hidden != known.hiddenSize { throw .architecture(row.model) }
    if let layers = row.layers, layers != known.layers {
      guard known.layout.isUniform, layers > 0, layers <= Layout.most else { throw .architecture(row.model) }
      model.layers = layers
    }
    if let words = row.vocabularySize, words != known.vocabularySize {
      (model.vocabularySize, model.publishedParameters) = (words, nil)
    }
    if let maximum = known.maxSequenceLength, known.positions == .learned, sequence > maximum {
      model.maxSequenceLength = sequence
    }
    return model
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

  /// Of heads that are together as wide as the model.
  private func evenHeads(_ hidden: Int, _ heads: Int) throws(Skip) -> Int {
    guard heads > 0, hidden % heads == 0 else {
      throw .headsDoNotDivide(heads: heads, hidden: hidden)
    }
    return hidden / heads
  }

  /// Heads of a dimension near 128, a multiple of 8, which tensor ranks share evenly. 128 is that of GPT-3 (arXiv:2005.14165,
  /// table 2.1) and of Llama of 7 B and more; that a row which does not say has it too is judgement, and told.
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
