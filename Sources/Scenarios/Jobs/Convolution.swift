/// A convolution over the positions of a picture, with its norm and what follows it (He and others 2015, arXiv:1512.03385).
/// Its channels are its own: the model's hidden size says nothing of them.
public struct Convolution: Hashable, Sendable {
  /// What follows the norm: an activation; the sum with another branch and an activation; nothing, where it is the other branch; or
  /// a loss of each number that it gives, in fp32 (detectors have one for each box and class).
  public enum Ending: String, CaseIterable, Sendable { case relu, sum, none, loss }
  /// A batch norm; one whose scale and shift are given and are no parameters (`FrozenBatchNorm2d`); a group norm and an activation of
  /// what comes in (Rombach and others 2021, arXiv:2112.10752, whose U-Net is that of Dhariwal and Nichol, arXiv:2105.05233); none.
  public enum Norm: String, CaseIterable, Sendable { case batch, frozen, before, none }

  /// k: rows of the kernel, and columns.
  public var kernel: Int
  /// Channels that come in, and that it gives.
  public var inputs: Int, outputs: Int
  /// Positions of what it gives, rows times columns.
  public var positions: Int
  /// Rows of what comes in to one of what it gives, and columns likewise.
  public var stride: Int
  public var ending: Ending
  /// Parts that channels fall into: each number of its output is a sum over one of them (Xie and others 2016, ResNeXt,
  /// arXiv:1611.05431).
  public var groups = 1
  public var norm = Norm.batch
  public var bias = false
  /// Its weights are those of a convolution before it, which works on another level of the picture.
  public var isShared = false

  public init(kernel: Int, inputs: Int, outputs: Int, positions: Int, stride: Int = 1, ending: Ending = .relu) {
    self.kernel = kernel
    self.inputs = inputs
    self.outputs = outputs
    self.positions = positions
    self.stride = stride
    self.ending = ending
  }

  /// k²·C_in/g: numbers that each number of its output is a sum over.
  public var depth: Double { Double(kernel) * Double(kernel) * Double(inputs) / Double(groups) }

  /// Positions that come in to one of its output, of those that the kernel meets.
  public var met: Double {
    let side = Double(min(kernel, stride))
    return side * side
  }

  /// The kernels, a bias for each channel where there is one, and a batch norm's scale and shift. Every device has all of them.
  func parameters() -> BlockParameters {
    if isShared { return BlockParameters() }
    let vectors: Double = (norm == .batch ? 2 : 0) + (bias ? 1 : 0)
    let before: Double = norm == .before ? 2 * Double(inputs) : 0
    return BlockParameters(whole: (depth + vectors) * Double(outputs) + before)
  }

  /// Whether another one can have its weights.
  func hasWeights(of other: Convolution) -> Bool {
    !other.isShared
      && (kernel, inputs, outputs, groups, bias) == (
        other.kernel, other.inputs, other.outputs, other.groups, other.bias
      )
  }
}

extension Block {
  public var isConvolution: Bool { if case .convolution = mixer { true } else { false } }
}

extension Model {
  public var hasConvolutions: Bool { layout.kinds.contains(where: \.isConvolution) }
  /// Plans of it have data-parallel ranks and no others.
  public var hasDataRanksAlone: Bool { recommender != nil || hasConvolutions }
  /// What a model is whose samples are no text; nil where they may be.
  public var otherThanText: String? {
    if recommender != nil { return "a recommender" }
    if hasConvolutions { return "a convolutional net" }
    return diffusion == nil ? nil : "a diffusion transformer"
  }
}
