import Quantities

// Sizes that all blocks of a model share, as short model files and published tables give them. Setting one sets it in every
// block that has such a part; reading one asks the first that has.
extension Model {
  public init(
    name: String, summary: String, family: Family, layers: Int, hiddenSize: Int, heads: Int, keyValueHeads: Int,
    headDimension: Int, feedForwardSize: Int, vocabularySize: Int, maxSequenceLength: Int?, activation: Activation,
    normalization: Normalization, positions: Positions, queryKeyNorm: QueryKeyNorm, normsPerLayer: Int,
    queryKeyValueBias: Bool, outputBias: Bool, feedForwardBias: Bool, tiedEmbeddings: Bool, dropout: Bool,
    tokenTypes: Int, slidingWindow: Int? = nil, publishedParameters: Sourced<Count>?, origin: Origin,
    outputs: Int? = nil, pooler: Bool = false
  ) {
    let attention = Attention(
      heads: heads, keyValueHeads: keyValueHeads, headDimension: headDimension, queryKeyNorm: queryKeyNorm,
      queryKeyValueBias: queryKeyValueBias, outputBias: outputBias, window: slidingWindow)
    let net = DenseNet(size: feedForwardSize, activation: activation, bias: feedForwardBias)
    self.init(
      name: name, summary: summary, family: family,
      layout: Layout(Block(.attention(attention), .dense(net), norms: normsPerLayer), times: layers),
      hiddenSize: hiddenSize, vocabularySize: vocabularySize, maxSequenceLength: maxSequenceLength,
      normalization: normalization, positions: positions, tiedEmbeddings: tiedEmbeddings, dropout: dropout,
      tokenTypes: tokenTypes, publishedParameters: publishedParameters, origin: origin, outputs: outputs,
      pooler: pooler)
  }

  /// L
  public var layers: Int {
    get { layout.layers }
    set { layout = Layout(layout.kinds[0], times: newValue) }
  }

  /// The mixtures of experts among the kinds of layers.
  public var experts: [Experts] {
    layout.kinds.compactMap { kind in
      if case .experts(let experts) = kind.feedForward { experts } else { nil }
    }
  }
  public var hasExperts: Bool { !experts.isEmpty }

  /// Whether some layer passes a state on instead of looking back, as no fitted run of such chips does. Those with Mamba-2 ran on
  /// GPUs (Nemotron-H and Nemotron 3); of linear attention and of Mamba's scan there is none.
  public func hasUntriedStates(on architecture: String) -> Bool {
    layout.kinds.contains { kind in
      switch kind.mixer {
      case .stateSpace(let mixer): mixer.heads == nil || architecture != "gpu"
      case .gatedDelta: true
      case .attention, .latent, .convolution, .projection, .none: false
      }
    }
  }

  /// Heads of the first layer that has some: what tensor ranks divide.
  public var widestHeads: Int? { layout.kinds.lazy.compactMap(\.mixer.attentionHeads).first }

  /// Kinds of layers, those of the model's own width before those of other towers.
  private var ownKindsFirst: [Block] {
    layout.kinds.filter { $0.hiddenSize == nil } + layout.kinds.filter { $0.hiddenSize != nil }
  }
  /// The first attention, and the first dense net, of the blocks.
  public var attention: Attention? {
    for case .attention(let found) in ownKindsFirst.lazy.map(\.mixer) { return found }
    return nil
  }
  public var denseNet: DenseNet? {
    for kind in ownKindsFirst {
      switch kind.feedForward {
      case .dense(let net): return net
      case .experts(let experts): return experts.net
      case .none: continue
      }
    }
    return nil
  }

  public var heads: Int {
    get { attention?.heads ?? 1 }
    set { change { $0.heads = newValue } }
  }
  public var keyValueHeads: Int {
    get { attention?.keyValueHeads ?? 1 }
    set { change { $0.keyValueHeads = newValue } }
  }
  public var headDimension: Int {
    get { attention?.headDimension ?? 1 }
    set { change { $0.headDimension = newValue } }
  }
  public var queryKeyNorm: QueryKeyNorm {
    get { attention?.queryKeyNorm ?? .none }
    set { change { $0.queryKeyNorm = newValue } }
  }
  public var queryKeyValueBias: Bool {
    get { attention?.queryKeyValueBias ?? false }
    set { change { $0.queryKeyValueBias = newValue } }
  }
  public var outputBias: Bool {
    get { attention?.outputBias ?? false }
    set { change { $0.outputBias = newValue } }
  }
  public var feedForwardSize: Int {
    get { denseNet?.size ?? 1 }
    set { changeNets { $0.size = newValue } }
  }
  public var activation: Activation {
    get { denseNet?.activation ?? .gelu }
    set { changeNets { $0.activation = newValue } }
  }
  public var feedForwardBias: Bool {
    get { denseNet?.bias ?? false }
    set { changeNets { $0.bias = newValue } }
  }
  public var normsPerLayer: Int {
    get { (layout.kinds.first { !$0.standsAlone } ?? layout.kinds.first)?.norms ?? 2 }
    set { layout = layout.mapped { $0.norms = newValue } }
  }

  private mutating func change(_ edit: (inout Attention) -> Void) {
    layout = layout.mapped { block in
      guard case .attention(var attention) = block.mixer else { return }
      edit(&attention)
      block.mixer = .attention(attention)
    }
  }

  private mutating func changeNets(_ edit: (inout DenseNet) -> Void) {
    layout = layout.mapped { block in
      switch block.feedForward {
      case .dense(var net):
        edit(&net)
        block.feedForward = .dense(net)
      case .experts(var experts):
        edit(&experts.net)
        block.feedForward = .experts(experts)
      case .none: break
      }
    }
  }
}
