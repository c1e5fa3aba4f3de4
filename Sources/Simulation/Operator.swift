import CKernels

/// What kind of work an operator is; decides which efficiency applies (docs/Model.md, "Operators").
public enum OperatorKind: Int, Sendable {
  case gemm = 0
  /// Products of unfused attention, and those whose rows are not whole 16-byte lines.
  case batched
  case misaligned
  case attentionForward
  case attentionBackward
  case elementwise
  case normalization
  case softmax
  /// What a softmax without its fused kernel reads and writes besides.
  case softmaxPasses
  case cast
  /// One product a group of rows, each with a matrix of its own: experts.
  case grouped
  /// The same two in 16 bits, where a job's products are in 8 or 4: of the head and of routers, and of layers that are kept so.
  case wide
  case wideGrouped
  /// Kernels of state-space layers and linear attention.
  case scan
  case collective
}

/// One kind of communication within a group of ranks.
public struct Collective: Sendable, Hashable {
  public enum Kind: Int32, Sendable {
    /// Or all-gather, which costs the same.
    case reduceScatter = 0
    case allReduce
    case send
    /// An even share of the buffer to every member.
    case allToAll
  }
  public var kind: Kind
  /// Ranks in the group.
  public var group: Int
  /// Ranks from one member to the next.
  public var stride: Int
  /// The full buffer of one rank.
  public var bytes: Double
  /// Copies of a token in it, of which a machine gets one and hands it on, and the part of the machines that they may go to; 0
  /// copies: every one is sent.
  public var copies = 0.0
  public var within = 1.0

  /// Every copy of a token is sent where `copies` is 0.
  public init(kind: Kind, group: Int, stride: Int, bytes: Double, copies: Double = 0, within: Double = 1) {
    self.kind = kind
    self.group = group
    self.stride = stride
    self.bytes = bytes
    self.copies = copies
    self.within = within
  }
}

/// What the time of an operator counts towards. One row of the incidence matrix each.
public enum Component: Int, CaseIterable, Sendable {
  case layerForward, layerBackward
  /// Attention proper, also part of `layerForward`: what ring exchange hides in.
  case attentionForward, attentionBackward
  /// What selective recomputation repeats, also part of `layerForward`.
  case selective
  case tensorForward, tensorBackward
  /// Forward products of the layer, behind which tensor communication can hide.
  case products
  /// Backward communication of column-parallel layers, and the compute it can hide behind.
  case tensorColumn, columnDataGradient, columnWeightGradient
  /// Inputs gathered once more for weight gradients, beside the same compute.
  case tensorRegather
  case contextForward, contextBackward
  /// Tokens on their way to experts and back.
  case exchangeForward, exchangeBackward
  case embeddingForward, embeddingBackward, embeddingTensor
  case headForward, headBackward, headTensor
  case boundaryGather
}

/// Several components at once, as bits: operators are made by the ten thousand in a search, and an array in each would
/// cost more than the rest of it.
public struct ComponentSet: OptionSet, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  public init(_ component: Component) { rawValue = 1 << UInt32(component.rawValue) }
  public func contains(_ component: Component) -> Bool { contains(ComponentSet(component)) }

  static let layerForward = ComponentSet(.layerForward), layerBackward = ComponentSet(.layerBackward)
  static let attentionForward = ComponentSet(.attentionForward), selective = ComponentSet(.selective)
  static let attentionBackward = ComponentSet(.attentionBackward), products = ComponentSet(.products)
  static let columnDataGradient = ComponentSet(.columnDataGradient)
  static let columnWeightGradient = ComponentSet(.columnWeightGradient)
  static let embeddingForward = ComponentSet(.embeddingForward)
  static let embeddingBackward = ComponentSet(.embeddingBackward)
  static let headForward = ComponentSet(.headForward), headBackward = ComponentSet(.headBackward)
  /// All that a layer's backward pass is made of.
  static let ofBackward = [
    Component.layerBackward, .tensorBackward, .tensorColumn, .tensorRegather, .contextBackward, .exchangeBackward,
  ].reduce(into: ComponentSet()) { $0.insert(ComponentSet($1)) }
}

/// One operator of one block shape on one device: a row of the table that `--explain` prints and tests read.
public struct Operator: Sendable {
  /// `qkv` and `.dgrad`, kept apart because joining them allocates.
  let base: StaticString
  let suffix: StaticString
  public var name: String { "\(base)\(suffix)" }
  public var kind: OperatorKind
  /// Products: `batch` of [m, k] · [k, n]. Attention: k is the length attended to.
  public var m = 0.0, n = 0.0, k = 0.0, batch = 0.0
  /// Floating-point operations executed.
  public var flops = 0.0
  /// The same by the convention of published MFU: attention counted without skipping masked scores, nothing
  /// recomputed (docs/Model.md, "Utilization").
  public var modelFLOPs = 0.0
  /// Bytes read and written in device memory.
  public var bytes = 0.0
  public var collective: Collective?
  /// Components this operator's time adds to.
  public var components: ComponentSet
  /// How many times per micro-batch; other than 1 only for collectives.
  public var repeats = 1.0

  static func gemm(
    _ base: StaticString, suffix: StaticString = "", _ m: Double, _ n: Double, _ k: Double, batch: Double = 1,
    kind: OperatorKind = .gemm, bytes: Double, into: ComponentSet
  ) -> Operator {
    let flops = 2 * m * n * k * batch
    return Operator(
      base: base, suffix: suffix, kind: kind, m: m, n: n, k: k, batch: batch, flops: flops, modelFLOPs: flops,
      bytes: flops > 0 ? bytes : 0, components: into)
  }

  static func memory(
    _ base: StaticString, suffix: StaticString = "", _ kind: OperatorKind, bytes: Double, into: ComponentSet
  ) -> Operator {
    Operator(base: base, suffix: suffix, kind: kind, bytes: bytes, components: into)
  }

  static func communicate(
    _ base: StaticString, _ kind: Collective.Kind, group: Int, stride: Int, bytes: Double, copies: Double = 0,
    within: Double = 1, times: Double = 1, into: Component
  ) -> Operator {
    Operator(
      base: base, suffix: "", kind: .collective,
      collective: Collective(
        kind: kind, group: group, stride: stride, bytes: bytes, copies: copies, within: within),
      components: ComponentSet(into),
      repeats: times)
  }
}

extension [Operator] {
  /// Bytes of each component's collectives, by its raw value. An all-reduce has them there and back.
  var bytesSent: [Double] {
    var sent = [Double](repeating: 0, count: Component.allCases.count)
    for one in self {
      guard let collective = one.collective else { continue }
      let bytes = collective.bytes * one.repeats * (collective.kind == .allReduce ? 2 : 1)
      for component in Component.allCases where one.components.contains(component) { sent[component.rawValue] += bytes }
    }
    return sent
  }
}
