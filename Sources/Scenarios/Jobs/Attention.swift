/// Attention of every token to those before it, or to all; heads of queries share those of keys and values in groups.
public struct Attention: Hashable, Sendable {
  /// a, a_kv, d_h
  public var heads: Int
  public var keyValueHeads: Int
  public var headDimension: Int
  public var queryKeyNorm = Model.QueryKeyNorm.none
  public var queryKeyValueBias = false
  public var outputBias = false
  /// Tokens that attention looks back; nil: all.
  public var window: Int?
  /// The window is a chunk: tokens see the part of their own chunk that came before (Llama 4).
  public var chunked = false
  /// Whether queries and keys are turned by their position, in a model whose positions are rotary.
  public var rotary = true
  /// A learned number a head that takes part in the softmax (gpt-oss).
  public var sinks = false
  /// Keys and values are made of so many other tokens of the example, which an encoder gives, and all of them are seen.
  public var across: Int?
  /// Width of those tokens, where it is not the block's.
  public var acrossWidth: Int?
  /// The output is multiplied by a gate that the query projection gives as well (Qwen3-Next).
  public var gated = false
  /// Values are the keys as they were projected, before norm and turn (Gemma 4's layers without a window).
  public var valuesAreKeys = false

  public init(
    heads: Int, keyValueHeads: Int, headDimension: Int, queryKeyNorm: Model.QueryKeyNorm = .none,
    queryKeyValueBias: Bool = false, outputBias: Bool = false, window: Int? = nil, rotary: Bool = true
  ) {
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.headDimension = headDimension
    self.queryKeyNorm = queryKeyNorm
    self.queryKeyValueBias = queryKeyValueBias
    self.outputBias = outputBias
    self.window = window
    self.rotary = rotary
  }

  /// Widths of all queries, and of all keys.
  public var queries: Double { Double(heads) * Double(headDimension) }
  public var keys: Double { Double(keyValueHeads) * Double(headDimension) }
  /// What the query projection gives beside the queries.
  var gate: Double { gated ? queries : 0 }
  /// How often keys' width is projected: for keys and for values.
  public var projectedKeys: Double { valuesAreKeys ? 1 : 2 }

  /// Width of what keys and values are made of, in a block of width h.
  public func keyWidth(_ h: Double) -> Double { acrossWidth.map(Double.init) ?? h }

  func parameters(_ h: Double, _ norm: Model.Normalization) -> BlockParameters {
    let matrices = h * (queries + gate) + projectedKeys * keyWidth(h) * keys + queries * h
    let splitBiases = (queryKeyValueBias ? queries + gate + projectedKeys * keys : 0) + (sinks ? Double(heads) : 0)
    let norms: Double =
      switch queryKeyNorm {
      case .none: 0
      case .head: Double(norm.vectors) * 2 * Double(headDimension)
      case .full: Double(norm.vectors) * (queries + keys)
      }
    // Row-parallel products add their bias after the sum, so every rank keeps a whole one.
    return BlockParameters(split: matrices + splitBiases, whole: (outputBias ? h : 0) + norms)
  }
}

/// Attention whose keys and values are made from a narrow latent of each token, and queries from another (DeepSeek-V2, 2024,
/// arXiv:2405.04434 §2.1).
///
/// In training keys and values are made whole again, so that attention proper is that of `heads` heads of the two parts of a
/// query together, with values of another dimension.
public struct LatentAttention: Hashable, Sendable {
  public var heads: Int
  /// Width of the latent of queries; nil: queries are projected at once.
  public var queryRank: Int?
  /// Width of the latent of keys and values.
  public var keyValueRank: Int
  /// Of a head's queries and keys: the part without position, and the part that is turned by it, which all heads share in keys.
  public var plainDimension: Int
  public var rotaryDimension: Int
  public var valueDimension: Int

  public init(
    heads: Int, queryRank: Int?, keyValueRank: Int, plainDimension: Int, rotaryDimension: Int, valueDimension: Int
  ) {
    self.heads = heads
    self.queryRank = queryRank
    self.keyValueRank = keyValueRank
    self.plainDimension = plainDimension
    self.rotaryDimension = rotaryDimension
    self.valueDimension = valueDimension
  }

  public var queryDimension: Int { plainDimension + rotaryDimension }

  func parameters(_ h: Double, _ norm: Model.Normalization) -> BlockParameters {
    let a = Double(heads), rank = Double(keyValueRank), vectors = Double(norm.vectors)
    let queries = a * Double(queryDimension)
    let made = a * Double(plainDimension + valueDimension)
    let output = a * Double(valueDimension) * h
    let up = queryRank.map { Double($0) * queries } ?? h * queries
    // Latents are narrow: every tensor rank makes the whole of them.
    let down = h * (rank + Double(rotaryDimension)) + vectors * rank
    let queryDown = queryRank.map { h * Double($0) + vectors * Double($0) } ?? 0
    return BlockParameters(split: up + rank * made + output, whole: down + queryDown)
  }
}
