/// A state-space mixer: a state that each token changes a little, instead of a look at all tokens before.
///
/// Mamba-2 (Dao and Gu 2024, arXiv:2405.21060 §7): one projection makes the gate, the input, B, C and the step; a short
/// convolution over input, B and C; the scan in chunks; a norm; the projection back. Mamba (Gu and Dao 2023, arXiv:2312.00752)
/// has a step and a decay of its own for every channel.
public struct StateSpace: Hashable, Sendable {
  /// d: width of the input of the scan.
  public var innerSize: Int
  /// N
  public var stateSize: Int
  /// Heads of Mamba-2, each with one decay; nil: Mamba, whose channels decay each in its own way.
  public var heads: Int?
  /// Groups that share B and C.
  public var groups: Int
  /// Taps of the convolution.
  public var convolution: Int
  /// Rank of the step's projection; Mamba only.
  public var stepRank: Int
  /// Tokens that the scan works on at a time (Mamba-2).
  public var chunk: Int
  public var bias: Bool
  /// Norms of the step, B and C (Jamba).
  public var innerNorms: Bool

  public init(
    innerSize: Int, stateSize: Int, heads: Int? = nil, groups: Int = 1, convolution: Int = 4, stepRank: Int = 0,
    chunk: Int = 256, bias: Bool = false, innerNorms: Bool = false
  ) {
    self.innerSize = innerSize
    self.stateSize = stateSize
    self.heads = heads
    self.groups = groups
    self.convolution = convolution
    self.stepRank = stepRank
    self.chunk = chunk
    self.bias = bias
    self.innerNorms = innerNorms
  }

  /// B and C of all groups.
  var shared: Double { 2 * Double(groups * stateSize) }
  /// What the convolution runs over.
  var convolved: Double { heads == nil ? Double(innerSize) : Double(innerSize) + shared }
  /// Columns of the projection in.
  public var projected: Double {
    let d = Double(innerSize)
    return heads.map { 2 * d + shared + Double($0) } ?? 2 * d
  }

  func parameters(_ h: Double) -> BlockParameters {
    let d = Double(innerSize), n = Double(stateSize), r = Double(stepRank)
    let filters = convolved * Double(convolution + 1)
    let ends = h * projected + d * h
    var split = ends + filters + (bias ? projected : 0)
    if let heads {
      split += 3 * Double(heads) + d  // decay, skip and step of each head; the gated norm
    } else {
      split += d * (r + 2 * n) + r * d + d + d * n + d  // step, B, C; the step again with its bias; decay; skip
      if innerNorms { split += r + 2 * n }
    }
    return BlockParameters(split: split, whole: bias ? h : 0)
  }
}

/// Linear attention with a gated delta rule (Yang and others 2024, arXiv:2412.06464), as Qwen3-Next has it.
public struct GatedDelta: Hashable, Sendable {
  public var keyHeads: Int
  public var valueHeads: Int
  public var keyDimension: Int
  public var valueDimension: Int
  public var convolution: Int
  /// Tokens that are worked on at a time.
  public var chunk: Int
  /// r: width by way of which the gate is made, and a decay of each number of the keys (Kimi Delta Attention, arXiv:2510.26692 §3); nil:
  /// the gate is projected at once, and a head's keys decay alike.
  public var gateRank: Int?

  public init(
    keyHeads: Int, valueHeads: Int, keyDimension: Int, valueDimension: Int, convolution: Int = 4, chunk: Int = 64,
    gateRank: Int? = nil
  ) {
    self.keyHeads = keyHeads
    self.valueHeads = valueHeads
    self.keyDimension = keyDimension
    self.valueDimension = valueDimension
    self.convolution = convolution
    self.chunk = chunk
    self.gateRank = gateRank
  }

  public var keys: Double { Double(keyHeads * keyDimension) }
  public var values: Double { Double(valueHeads * valueDimension) }
  /// Columns of the projections in: queries, keys, values, gate; and two numbers a value head. With a rank, what leads to gate and decay
  /// in place of the gate, and one number a head.
  public var projected: Double {
    let straight = 2 * keys + values
    return gateRank.map { straight + 2 * Double($0) + Double(valueHeads) } ?? straight + values + 2 * Double(valueHeads)
  }
  var convolved: Double { 2 * keys + values }

  func parameters(_ h: Double) -> BlockParameters {
    let filters = convolved * Double(convolution)
    // Beside the matrices, a bias of each decay and a rate of each head.
    let decays = gateRank.map { Double($0) * (keys + values) + keys } ?? Double(valueHeads)
    return BlockParameters(
      split: h * projected + filters + decays + Double(valueHeads) + values * h, whole: Double(valueDimension))
  }
}
