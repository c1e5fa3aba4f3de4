import Quantities

/// A dense transformer or a recommender by its shape. Symbols in comments are those of docs/Model.md.
public struct Model: Sendable {
  public enum Family: String, CaseIterable, Sendable { case decoder, encoder, recommender }
  public enum Activation: String, CaseIterable, Sendable {
    case gelu, relu, silu
    case swiglu, geglu
    /// Gated feed-forward nets have two input projections.
    public var gated: Bool { self == .swiglu || self == .geglu }
  }
  public enum Normalization: String, CaseIterable, Sendable {
    case layernorm, rmsnorm
    /// Learned vectors of length h per normalization: scale, and shift for layernorm.
    public var vectors: Int { self == .layernorm ? 2 : 1 }
  }
  public enum Positions: String, CaseIterable, Sendable { case learned, rotary }
  /// Normalization of queries and keys: none, one shared by heads (length d_h), or over all heads.
  public enum QueryKeyNorm: String, CaseIterable, Sendable { case none, head = "per-head", full }

  public var name: String
  public var summary: String
  public var family: Family
  /// L
  public var layers: Int
  /// h
  public var hiddenSize: Int
  /// a
  public var heads: Int
  /// a_kv
  public var keyValueHeads: Int
  /// d_h
  public var headDimension: Int
  /// f
  public var feedForwardSize: Int
  /// V
  public var vocabularySize: Int
  /// Longest sequence the model was trained for, where published.
  public var maxSequenceLength: Int?
  public var activation: Activation
  public var normalization: Normalization
  public var positions: Positions
  public var queryKeyNorm: QueryKeyNorm
  /// Normalizations per layer: 2, or 4 where outputs are normalized as well (Gemma 2 and 3).
  public var normsPerLayer: Int
  public var queryKeyValueBias: Bool
  public var outputBias: Bool
  public var feedForwardBias: Bool
  /// Whether the head shares the embedding's weights.
  public var tiedEmbeddings: Bool
  /// Dropout is active in training (probability above zero).
  public var dropout: Bool
  /// Segment embeddings (BERT: 2).
  public var tokenTypes: Int
  /// Tokens that attention looks back, where not all; not modelled, only told.
  public var slidingWindow: Int?
  public var publishedParameters: Sourced<Count>?
  public var origin: Origin
  /// Values that the head gives for each sequence, instead of the vocabulary for each token: classes.
  public var outputs: Int?
  /// Whether a dense layer of the hidden size stands before them.
  public var pooler = false
  /// Nets and tables of a recommender, which then has no layers of a transformer: those sizes are 1 and mean nothing.
  public var recommender: Recommender?

  /// Decoders mask the future; encoders attend to everything.
  public var causal: Bool { family == .decoder }
}

/// Parameters by where they live, since pipeline stages hold different ones.
public struct ParameterCount: Hashable, Sendable {
  /// Of one transformer layer.
  public var perLayer: Double
  /// Of `perLayer`, those that tensor parallelism splits (matrices and their column-parallel biases).
  public var perLayerSplit: Double
  /// Token, position and segment embeddings (with their norm), on the first stage.
  public var embedding: Double
  /// Final norm, the head's own transform, and the output matrix unless tied, on the last stage.
  public var head: Double
  /// All layers, embedding and head; a tied output matrix counted once.
  public var total: Double
}
