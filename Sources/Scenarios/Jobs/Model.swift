import Quantities

/// A model by its shape: embeddings, an ordered run of blocks, a head; or a recommender's nets and tables. Symbols in comments
/// are those of docs/Model.md.
public struct Model: Sendable {
  public enum Family: String, CaseIterable, Sendable { case decoder, encoder, recommender }
  public enum Activation: String, CaseIterable, Sendable {
    case gelu, relu, silu
    /// The square of what ReLU gives (Primer; Nemotron).
    case squaredReLU = "relu2"
    case swiglu, geglu
    /// Gated feed-forward nets have two input projections.
    public var gated: Bool { self == .swiglu || self == .geglu }
  }
  public enum Normalization: String, CaseIterable, Sendable {
    case layernorm, rmsnorm
    /// Without weights (OLMo).
    case plain
    /// With a scale and no shift (Cohere).
    case scaled
    /// Learned vectors of length h per normalization: scale, and shift for layernorm.
    public var vectors: Int {
      switch self {
      case .layernorm: 2
      case .rmsnorm, .scaled: 1
      case .plain: 0
      }
    }
  }
  public enum Positions: String, CaseIterable, Sendable {
    case learned, rotary
    /// Nothing is added and nothing turned (ALiBi, relative biases, none).
    case none
  }
  /// Normalization of queries and keys: none, one shared by heads (length d_h), or over all heads.
  public enum QueryKeyNorm: String, CaseIterable, Sendable { case none, head = "per-head", full }

  public var name: String
  public var summary: String
  public var family: Family
  /// The layers.
  public var layout: Layout
  /// h
  public var hiddenSize: Int
  /// V
  public var vocabularySize: Int
  /// e: width of words where it is not h. A linear layer leads to h before the layers, and one back to e before the head (OPT-350M).
  public var embeddingSize: Int?
  /// Longest sequence the model was trained for, where published.
  public var maxSequenceLength: Int?
  public var normalization: Normalization
  public var positions: Positions
  /// Whether the head shares the embedding's weights.
  public var tiedEmbeddings: Bool
  /// Dropout is active in training (probability above zero).
  public var dropout: Bool
  /// Segment embeddings (BERT: 2).
  public var tokenTypes: Int
  public var publishedParameters: Sourced<Count>?
  public var origin: Origin
  /// Values that the head gives for each sequence, instead of the vocabulary for each token: classes. 0: there is no head.
  public var outputs: Int?
  /// Whether a dense layer of the hidden size stands before them.
  public var pooler = false
  /// A bias for each word of the vocabulary in a decoder's head.
  public var headBias = false
  /// Tokens after the next one that the head is asked for, too, each by the last layers, one after the other.
  public internal(set) var predictedTokens = 0
  /// The publisher counts the table of words among what is active; some leave it out, since a word looks up one row of it.
  public var embeddingIsActive = true
  /// What stands around the blocks in place of words, where noise is taken out of pictures.
  public var diffusion: Diffusion?
  /// What was understood of a file of another program, where the model was read from one.
  public var imported: Imported?
  /// Nets and tables of a recommender, whose nets count as its one layer: the layout then says nothing else.
  public var recommender: Recommender?

  /// Numbers of tokens that blocks work on, or attend to, in place of the job's, and that ranks have to share. A projection sees
  /// each token alone, and may have but one.
  public var ownLengths: [Int] {
    var lengths: [Int] = []
    for kind in layout.kinds where !kind.isProjection {
      var own = [kind.length]
      if case .attention(let attention) = kind.mixer { own.append(attention.across) }
      for case let length? in own where !lengths.contains(length) { lengths.append(length) }
    }
    return lengths
  }

  /// Decoders mask the future; encoders attend to everything.
  public var causal: Bool { family == .decoder }
}
