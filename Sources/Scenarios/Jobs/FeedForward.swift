/// Two products around an activation; three where the activation has a gate.
public struct DenseNet: Hashable, Sendable {
  /// f
  public var size: Int
  public var activation: Model.Activation
  public var bias: Bool

  public init(size: Int, activation: Model.Activation, bias: Bool = false) {
    self.size = size
    self.activation = activation
    self.bias = bias
  }

  /// Products that read the input.
  public var inputs: Double { activation.gated ? 2 : 1 }

  func parameters(_ h: Double) -> BlockParameters {
    let f = Double(size)
    return BlockParameters(split: (inputs + 1) * h * f + (bias ? inputs * f : 0), whole: bias ? h : 0)
  }
}

/// How unevenly tokens fall on the experts of a layer.
public enum ExpertLoads: Hashable, Sendable {
  /// Tokens of the fullest rank, of an even share, however many ranks there are. 1 where routing is forced to be even, as benchmarks do.
  case fullestRank(Double)
  /// Standard deviation of the loads of single experts, as a part of their mean, over experts and steps: how full the fullest rank is
  /// follows from how many experts it has, and from how many ranks it is the fullest.
  case spread(Double)
}

/// Many feed-forward nets, of which a router chooses some for each token (Shazeer and others 2017, arXiv:1701.06538), and some
/// that every token goes through.
public struct Experts: Hashable, Sendable {
  /// E, and k: those that a token goes to.
  public var count: Int
  public var perToken: Int
  /// Each of them.
  public var net: DenseNet
  /// ℓ: width to which a token is projected before it is sent to its experts, and from which it is projected back (LatentMoE of
  /// Nemotron 3 Super, `moe_latent_size` of Megatron-LM and of config.json). Nil: experts see the whole width. The shared net always
  /// does.
  public var latent: Int?
  /// E_s nets that every token goes through, as one net of their widths together; nil: none.
  public var shared: DenseNet?
  /// The shared net's output is multiplied by a gate of its own (Qwen2-MoE).
  public var sharedGate: Bool
  /// A number for each expert beside the router's matrix.
  public var routerBias: Bool
  /// The most tokens that an expert takes, of an even share; what is over is dropped. Nil: none is dropped.
  public var capacity: Double?
  public var loads: ExpertLoads
  /// Part of the groups of experts that a token may go to: 1 where it may go to any (node-limited routing of DeepSeek-V3,
  /// arXiv:2412.19437, section 2.1.2).
  public var within: Double

  public init(
    count: Int, perToken: Int, net: DenseNet, latent: Int? = nil, shared: DenseNet? = nil, sharedGate: Bool = false,
    routerBias: Bool = false, capacity: Double? = nil, loads: ExpertLoads = .fullestRank(1), within: Double = 1
  ) {
    self.count = count
    self.perToken = perToken
    self.net = net
    self.latent = latent
    self.shared = shared
    self.sharedGate = sharedGate
    self.routerBias = routerBias
    self.capacity = capacity
    self.loads = loads
    self.within = within
  }

  /// Width of what experts work on, of a model of width h.
  public func width(_ h: Double) -> Double { latent.map(Double.init) ?? h }

  func parameters(_ h: Double) -> BlockParameters {
    let each = net.parameters(width(h))
    let one = each.split + each.whole
    let projections = latent.map { 2 * h * Double($0) } ?? 0
    let router = Double(count) * (h + (routerBias ? 1 : 0)) + (sharedGate ? h : 0) + projections
    let common = shared?.parameters(h) ?? BlockParameters()
    return BlockParameters(
      split: common.split, whole: common.whole + router, experts: Double(count) * one,
      idle: Double(count - perToken) * one)
  }
}
