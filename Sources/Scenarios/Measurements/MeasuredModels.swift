/// What the name of a model in a row of measurements says of its shape.
public struct MeasuredModels: Sendable {
  /// Parts of names, in small letters; empty: of any name.
  public var names: [String]
  /// The shapes it may have, the likelier first; none: it is of a kind that is not modelled.
  public var forms: [Form]
  /// Tokens of a sample, where rows count samples and pad none of them; nil: as many as a row says of a sequence.
  public var sampleTokens: Int?
  /// Where a row does not say how work was split, each device had the whole model, and its share of the batch at once.
  public var isDataParallel = false
  /// Whether calibration may fit their rows. Others are predicted all the same, and told apart.
  public var isFitted = true

  /// The shape of a model in the catalog, with what differs.
  public struct Form: Sendable {
    public var like: String
    /// The model itself: what a row says of sizes only has to agree.
    public var whole = false
    public var tiedEmbeddings: Bool?
    public var activation: Model.Activation?
    public var positions: Model.Positions?
    public var queryKeyNorm: Model.QueryKeyNorm?
    public var queryKeyValueBias: Bool?
    /// All of a layer's biases.
    public var biases: Bool?
    /// Where the heads together are not as wide as the model.
    public var headDimension: Int?
    /// Modules that predict one further token each.
    public var predictedTokens = 0
    /// How its publishers cut a pipeline of so many chunks, where they do so by hand.
    public var ends: [Int: ChunkEnds] = [:]

    /// A model of the catalog, whole.
    public init(like: String, whole: Bool) { (self.like, self.whole) = (like, whole) }

    /// The shape, of the model that it is like.
    public func shape(_ model: Model) -> Model {
      var model = model
      if let biases {
        (model.queryKeyValueBias, model.outputBias, model.feedForwardBias) = (biases, biases, biases)
      }
      model.tiedEmbeddings = tiedEmbeddings ?? model.tiedEmbeddings
      model.activation = activation ?? model.activation
      model.positions = positions ?? model.positions
      model.queryKeyNorm = queryKeyNorm ?? model.queryKeyNorm
      model.queryKeyValueBias = queryKeyValueBias ?? model.queryKeyValueBias
      return model
    }
  }

  public init(
    names: [String], forms: [Form], sampleTokens: Int? = nil, isDataParallel: Bool = false, isFitted: Bool = true
  ) {
    (self.names, self.forms, self.sampleTokens) = (names, forms, sampleTokens)
    (self.isDataParallel, self.isFitted) = (isDataParallel, isFitted)
  }

  /// The part of a name, in small letters, by which it is one of these; nil where none is in it.
  public func word(in name: String) -> String? {
    names.isEmpty ? "" : names.first { name.contains($0) }
  }
}

extension MeasuredModels {
  init(_ fields: Fields, _ named: inout [(kind: CatalogKind, name: String, place: Place)]) {
    var forms: [Form] = []
    for item in fields.list("forms") ?? [] {
      let own = Fields(item, keys: Keys.measuredForm, reading: fields.reading)
      guard let (like, tree) = own.name("like") else { continue }
      named.append((.models, like, tree.place))
      var ends: [Int: ChunkEnds] = [:]
      for cut in own.list("ends") ?? [] {
        let cut = Fields(cut, keys: Keys.measuredCut, reading: fields.reading)
        if let chunks = cut.int("chunks", in: 2...10_000) { ends[chunks] = cut.chunkEnds("ends") }
      }
      var form = Form(like: like, whole: own.bool("whole") ?? false)
      form.tiedEmbeddings = own.bool("tied_embeddings")
      form.activation = own.choice("activation", Model.Activation.self)
      form.positions = own.choice("positions", Model.Positions.self)
      form.queryKeyNorm = own.choice("query_key_norm", Model.QueryKeyNorm.self)
      form.queryKeyValueBias = own.bool("query_key_value_bias")
      form.biases = own.bool("biases")
      form.headDimension = own.int("head_dimension", in: 1...1_000_000)
      form.predictedTokens = own.int("mtp", in: 0...16) ?? 0
      form.ends = ends
      forms.append(form)
    }
    self.init(
      names: (fields.texts("names") ?? []).map { $0.lowercased() }, forms: forms,
      sampleTokens: fields.int("sample_tokens", in: 1...100_000_000),
      isDataParallel: fields.bool("data_parallel") ?? false, isFitted: fields.bool("fitted") ?? true)
    if fields.has("note") { _ = fields.text("note") }
  }
}
