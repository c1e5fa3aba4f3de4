/// A linear layer alone, from one width to another: patches of a picture into a tower, one tower into the next (`visual_projection`
/// of CLIP, `encoder_to_decoder` of VideoMAE). It has no residual stream; its widths are its own.
public struct Projection: Hashable, Sendable {
  /// Where a norm stands: of the width that comes in, or of the one that it gives.
  public enum Norm: String, CaseIterable, Sendable { case none, before, after }

  /// Numbers of a token that come in, and that it gives.
  public var inputs: Int, outputs: Int
  public var bias: Bool
  public var norm: Norm
  /// What follows the product; nil: nothing.
  public var activation: Model.Activation?
  /// Learned vectors of the width that it gives, which are added or put beside: positions, tokens of the model's own.
  public var vectors: Int

  public init(
    inputs: Int, outputs: Int, bias: Bool = false, norm: Norm = .none, activation: Model.Activation? = nil,
    vectors: Int = 0
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.bias = bias
    self.norm = norm
    self.activation = activation
    self.vectors = vectors
  }

  /// Width of its norm; 0 without.
  public var normalized: Double {
    switch norm {
    case .none: 0
    case .before: Double(inputs)
    case .after: Double(outputs)
    }
  }

  /// Every tensor rank has all of them.
  func parameters(_ normalization: Model.Normalization) -> BlockParameters {
    let rows = Double(inputs + vectors + (bias ? 1 : 0))
    return BlockParameters(whole: rows * Double(outputs) + Double(normalization.vectors) * normalized)
  }
}

extension Block {
  public var isProjection: Bool { if case .projection = mixer { true } else { false } }
  /// Neither a norm nor a residual sum is put around its mixer.
  public var standsAlone: Bool { isConvolution || isProjection }
}
