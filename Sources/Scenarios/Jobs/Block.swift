/// One layer of a model: a mixer, which lets tokens see each other, then a feed-forward net, which sees each token alone. Both
/// add to the residual stream of width h, the model's or its own.
public struct Block: Hashable, Sendable {
  public var mixer: Mixer
  public var feedForward: FeedForward
  /// Normalizations of the width h: one before each half; two more where outputs are normalized as well (Gemma 2 and 3); one
  /// where both halves take the same input, or where there is but one half.
  public var norms: Int
  /// Both halves take the layer's input, and their outputs are added up (GPT-J, Falcon, Cohere).
  public var parallel: Bool
  /// h, where it is not the model's: of another tower.
  public var hiddenSize: Int?
  /// Tokens of an example that it works on, where they are not the job's: frames that an encoder hears, patches that it sees.
  public var length: Int?
  /// Whether its tokens see only those before them; nil: as the model's family has it.
  public var causal: Bool?
  /// Norms take scale and shift, and each half a gate, from a vector of the example, by a layer of the block's own (adaLN-Zero of
  /// DiT, arXiv:2212.09748 §3.2).
  public var adaptive = false
  /// It predicts a further token: what comes out of the layer before is joined with the embedding of the next token, by a product of
  /// twice the width (DeepSeek-V3, arXiv:2412.19437 §2.2).
  public var predicts = false
  /// Its weights are not trained, nor is anything before it: nothing goes back through it.
  public var isFrozen = false
  /// Its products stay in 16 bits where the job's are in 8 or 4.
  public var keeps16Bits = false

  public init(_ mixer: Mixer, _ feedForward: FeedForward, norms: Int = 2, parallel: Bool = false) {
    self.mixer = mixer
    self.feedForward = feedForward
    self.norms = norms
    self.parallel = parallel
  }

  /// h of a block in a model whose own is given.
  public func width(in model: Double) -> Double { hiddenSize.map(Double.init) ?? model }

  /// Halves that it has.
  public var halves: Double { (mixer == .none ? 0 : 1) + (feedForward == .none ? 0 : 1) }
}

/// How tokens see each other.
public enum Mixer: Hashable, Sendable {
  case attention(Attention)
  case latent(LatentAttention)
  case stateSpace(StateSpace)
  case gatedDelta(GatedDelta)
  case convolution(Convolution)
  case projection(Projection)
  case none

  /// Heads that look back at other tokens; nil where it has none.
  public var attentionHeads: Int? {
    switch self {
    case .attention(let attention): attention.heads
    case .latent(let attention): attention.heads
    case .stateSpace, .gatedDelta, .convolution, .projection, .none: nil
    }
  }
}

/// What is done to each token by itself.
public enum FeedForward: Hashable, Sendable {
  case dense(DenseNet)
  case experts(Experts)
  case none
}

/// The blocks of a model from first to last: kinds, and which of them each layer is.
public struct Layout: Hashable, Sendable {
  /// More layers than any model has.
  public static let most = 100_000

  /// Different blocks, in the order in which they first stand.
  public private(set) var kinds: [Block]
  /// Of each layer, its place in `kinds`.
  public private(set) var order: [Int]

  public init(_ blocks: [Block]) {
    kinds = []
    order = []
    order.reserveCapacity(blocks.count)
    var places: [Block: Int] = [:]
    for block in blocks {
      let place = places[block] ?? kinds.count
      if place == kinds.count {
        kinds.append(block)
        places[block] = place
      }
      order.append(place)
    }
  }

  /// The same block over and over.
  public init(_ block: Block, times: Int) {
    kinds = [block]
    order = [Int](repeating: 0, count: times)
  }

  public var layers: Int { order.count }
  public var isUniform: Bool { kinds.count == 1 }

  /// How many layers are of each kind.
  public var counts: [Int] {
    var counts = [Int](repeating: 0, count: kinds.count)
    for place in order { counts[place] += 1 }
    return counts
  }

  /// The same with every block changed. Kinds that become equal become one.
  public func mapped(_ change: (inout Block) -> Void) -> Layout {
    var layout = self
    layout.kinds = []
    // Kinds stand in the order of their first layers, and so do what they become: no layer need be looked at.
    let places = kinds.map { kind in
      var changed = kind
      change(&changed)
      if let known = layout.kinds.firstIndex(of: changed) { return known }
      layout.kinds.append(changed)
      return layout.kinds.count - 1
    }
    if layout.kinds.count < kinds.count { layout.order = order.map { places[$0] } }
    return layout
  }
}
