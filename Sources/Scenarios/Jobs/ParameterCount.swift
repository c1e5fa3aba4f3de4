extension Model {
  /// Parameters by where they live.
  ///
  ///     layer = h·d(a + 2a_kv) + a·d·h + (3 if gated, else 2)·h·f + biases + norms
  ///     embedding = V·h + positions·h + token types·h (+ a norm, for encoders)
  ///     head = final norm + V·h unless tied; for encoders h·h + h, a norm and V biases;
  ///            for encoders that classify h·h + h with a pooler, and outputs·(h + 1)
  ///
  /// Source: the layer definitions of the models' own publications; the tests hold published totals to 0.5%.
  public var parameterCount: ParameterCount {
    if let recommender { return recommender.parameterCount }
    let h = Double(hiddenSize)
    let f = Double(feedForwardSize)
    let v = Double(vocabularySize)
    let queries = Double(heads) * Double(headDimension)
    let keys = Double(keyValueHeads) * Double(headDimension)
    let norm = Double(normalization.vectors) * h
    let projections = activation.gated ? 2.0 : 1.0

    let matrices = h * (queries + 2 * keys) + queries * h + (projections + 1) * h * f
    let splitBiases = (queryKeyValueBias ? queries + 2 * keys : 0) + (feedForwardBias ? projections * f : 0)
    // Row-parallel products add their bias after the sum, so every rank keeps a whole one.
    let wholeBiases = (outputBias ? h : 0) + (feedForwardBias ? h : 0)
    let queryKeyNorms: Double =
      switch queryKeyNorm {
      case .none: 0
      case .head: Double(normalization.vectors) * 2 * Double(headDimension)
      case .full: Double(normalization.vectors) * (queries + keys)
      }
    let perLayer = matrices + splitBiases + wholeBiases + Double(normsPerLayer) * norm + queryKeyNorms

    let positionRows = positions == .learned ? Double(maxSequenceLength ?? 0) : 0
    let embedding = (v + positionRows + Double(tokenTypes)) * h + (family == .encoder ? norm : 0)
    let output = tiedEmbeddings ? 0 : v * h
    let head: Double =
      switch family {
      case .decoder: norm + output
      case .encoder where outputs != nil: (pooler ? h * h + h : 0) + Double(outputs ?? 0) * (h + 1)
      case .recommender: 0
      // The masked-token head of BERT: a dense layer and a norm before the output, which has a bias.
      case .encoder: h * h + h + norm + output + v
      }
    return ParameterCount(
      perLayer: perLayer, perLayerSplit: matrices + splitBiases, embedding: embedding, head: head,
      total: Double(layers) * perLayer + embedding + head)
  }

  /// Parameters of low-rank adapters on a layer's matrices of attention, or on all: rank × (inputs + outputs) of each (Hu et al. 2021,
  /// arXiv:2106.09685 §4).
  public func adapterParameters(rank: Int, _ targets: LoRATargets) -> Double {
    let h = Double(hiddenSize), f = Double(feedForwardSize)
    let queries = Double(heads) * Double(headDimension), keys = Double(keyValueHeads) * Double(headDimension)
    let projections = activation.gated ? 2.0 : 1.0
    let attention = (h + queries) + 2 * (h + keys) + (queries + h)
    let others = projections * (h + f) + (f + h)
    return Double(rank) * (targets == .all ? attention + others : attention)
  }
}
