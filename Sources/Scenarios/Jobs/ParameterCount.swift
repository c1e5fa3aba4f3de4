/// Parameters of a block, by what a plan does with them.
public struct BlockParameters: Hashable, Sendable {
  /// Those that tensor parallelism splits: matrices and their column-parallel biases.
  public var split: Double
  /// Those that every rank of a tensor-parallel group keeps: norms, biases after a sum, routers.
  public var whole: Double
  /// Those of the experts that a router chooses from, which expert parallelism spreads.
  public var experts: Double
  /// Of these, those that one token does not go through.
  public var idle: Double

  public init(split: Double = 0, whole: Double = 0, experts: Double = 0, idle: Double = 0) {
    self.split = split
    self.whole = whole
    self.experts = experts
    self.idle = idle
  }

  public var total: Double { split + whole + experts }

  static func + (a: BlockParameters, b: BlockParameters) -> BlockParameters {
    BlockParameters(
      split: a.split + b.split, whole: a.whole + b.whole, experts: a.experts + b.experts, idle: a.idle + b.idle)
  }
}

/// Parameters by where they live, since pipeline stages hold different ones.
public struct ParameterCount: Hashable, Sendable {
  /// Of each kind of block.
  public var kinds: [BlockParameters]
  /// Of all layers.
  public var layers: Double
  /// Token, position and segment embeddings (with their norm), on the first stage.
  public var embedding: Double
  /// Final norm, the head's own transform, and the output matrix unless tied, on the last stage.
  public var head: Double
  /// All layers, embedding and head; a tied output matrix counted once.
  public var total: Double
  /// Those that a token goes through: all but the experts that were not chosen for it.
  public var active: Double

  /// Of one layer, where all are alike; of the first kind otherwise.
  public var perLayer: Double { kinds.first?.total ?? 0 }
}

extension Block {
  func parameters(_ h: Double, _ norm: Model.Normalization) -> BlockParameters {
    let mixed: BlockParameters =
      switch mixer {
      case .attention(let attention): attention.parameters(h, norm)
      case .latent(let attention): attention.parameters(h, norm)
      case .stateSpace(let mixer): mixer.parameters(h)
      case .gatedDelta(let mixer): mixer.parameters(h)
      case .convolution(let one): one.parameters()
      case .projection(let one): one.parameters(norm)
      case .none: BlockParameters()
      }
    let fed: BlockParameters =
      switch feedForward {
      case .dense(let net): net.parameters(h)
      case .experts(let experts): experts.parameters(h)
      case .none: BlockParameters()
      }
    // Norms of both streams before they are joined, and the one before the head.
    let joined = predicts ? BlockParameters(split: 2 * h * h, whole: 3 * Double(norm.vectors) * h) : BlockParameters()
    let adapted = BlockParameters(whole: adaptedVectors * h * (h + 1))
    return mixed + fed + joined + adapted + BlockParameters(whole: Double(norms) * Double(norm.vectors) * h)
  }
}

extension Model {
  /// Parameters by where they live.
  ///
  ///     block = mixer + feed-forward + norms, as their own types count them
  ///     embedding = V·h + positions·h + token types·h (+ a norm, for encoders); with words of another width e, V·e + e·h in place of V·h
  ///     head = final norm + V·h unless tied (V·e unless tied, and h·e); for encoders h·h + h, a norm and V biases;
  ///            with outputs (h·h + h with a pooler) + outputs·h (+ outputs for encoders); without outputs, a decoder's norm
  ///     of diffusion as its own type counts them, with the positions and a final norm
  ///
  /// Source: the layer definitions of the models' own publications; the tests hold published totals to 0.5%.
  public var parameterCount: ParameterCount {
    if let recommender { return recommender.parameterCount }
    let h = Double(hiddenSize), v = Double(vocabularySize)
    let norm = Double(normalization.vectors) * h
    let kinds = layout.kinds.map { $0.parameters($0.width(in: h), normalization) }
    let positionRows = positions == .learned ? Double(maxSequenceLength ?? 0) : 0
    let embedding =
      v * wordWidth + between + (positionRows + Double(tokenTypes)) * h
      + (diffusion.map { $0.embedding(h) } ?? (family == .encoder ? norm : 0))
    let counts = layout.counts
    func sum(_ of: (BlockParameters) -> Double) -> Double {
      zip(kinds, counts).reduce(0) { $0 + Double($1.1) * of($1.0) }
    }
    let layers = sum(\.total)
    let total = layers + embedding + headParameters
    return ParameterCount(
      kinds: kinds, layers: layers, embedding: embedding, head: headParameters, total: total,
      active: total - sum(\.idle) - (embeddingIsActive ? 0 : embedding))
  }

  /// Numbers of a word, and of the layer between these and the hidden ones.
  public var wordWidth: Double { Double(embeddingSize ?? hiddenSize) }
  private var between: Double { embeddingSize.map { Double($0 * hiddenSize) } ?? 0 }

  private var headParameters: Double {
    let h = Double(hiddenSize), v = Double(vocabularySize)
    let norm = Double(normalization.vectors) * h
    let output = (tiedEmbeddings ? 0 : v * wordWidth) + between
    if let diffusion { return norm + diffusion.head(h) }
    switch family {
    case .recommender: return 0
    case .decoder:
      if let outputs { return norm + Double(outputs) * h }
      return norm + output + (headBias ? v : 0)
    case .encoder:
      if let outputs { return (pooler ? h * h + h : 0) + Double(outputs) * (h + 1) }
      // The masked-token head of BERT: a dense layer and a norm before the output, which has a bias.
      return h * h + h + norm + output + v + (pooler ? h * h + h : 0)
    }
  }

  /// Parameters of low-rank adapters on the matrices of attention of all layers, or on all: rank × (inputs + outputs) of each
  /// (Hu et al. 2021, arXiv:2106.09685 §4). Routers and experts that are chosen have none.
  public func adapterParameters(rank: Int, _ targets: LoRATargets) -> Double {
    matrices.filter { targets.includes($0.place) }.reduce(0) { $0 + $1.sides } * Double(rank)
  }
}
