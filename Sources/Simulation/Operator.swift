import CKernels

/// What kind of work an operator is; decides which efficiency applies (docs/Model.md §2).
public enum OperatorKind: Int, Sendable {
  case gemm = 0
  case attentionForward
  case attentionBackward
  case elementwise
  case normalization
  case softmax
  case collective
}

/// One kind of communication within a group of ranks.
public struct Collective: Sendable, Hashable {
  public enum Kind: Int32, Sendable {
    /// Or all-gather, which costs the same.
    case reduceScatter = 0
    case allReduce
    case send
  }
  public var kind: Kind
  /// Ranks in the group.
  public var group: Int
  /// Ranks from one member to the next.
  public var stride: Int
  /// The full buffer of one rank.
  public var bytes: Double
}

/// What the time of an operator counts towards. One row of the incidence matrix each.
public enum Component: Int, CaseIterable, Sendable {
  case layerForward, layerBackward
  /// Attention proper, also part of `layerForward`: what selective recomputation repeats and ring exchange hides in.
  case attentionForward, attentionBackward
  case tensorForward, tensorBackward
  /// Backward communication of column-parallel layers, and the compute it can hide behind.
  case tensorColumn, columnDataGradient, columnWeightGradient
  case contextForward, contextBackward
  case embeddingForward, embeddingBackward, embeddingTensor
  case headForward, headBackward, headTensor
  case boundaryGather
}

/// One operator of one block shape on one device: a row of the table that `--explain` prints and tests read.
public struct Operator: Sendable {
  public var name: String
  public var kind: OperatorKind
  /// GEMM: `batch` products of [m, k] · [k, n].
  public var m = 0.0, n = 0.0, k = 0.0, batch = 0.0
  /// Floating-point operations executed.
  public var flops = 0.0
  /// The same by the convention of published MFU: attention counted without skipping masked scores, nothing
  /// recomputed (docs/Model.md, "Utilization").
  public var modelFLOPs = 0.0
  /// Bytes read and written in device memory.
  public var bytes = 0.0
  public var collective: Collective?
  /// Components this operator's time adds to, with how many times per micro-batch.
  public var counts: [(component: Component, times: Double)]

  static func gemm(
    _ name: String, _ m: Double, _ n: Double, _ k: Double, batch: Double = 1, bytes: Double, into: Component...
  ) -> Operator {
    let flops = 2 * m * n * k * batch
    return Operator(
      name: name, kind: .gemm, m: m, n: n, k: k, batch: batch, flops: flops, modelFLOPs: flops,
      bytes: flops > 0 ? bytes : 0, counts: into.map { ($0, 1) })
  }

  static func memory(_ name: String, _ kind: OperatorKind, bytes: Double, into: Component...) -> Operator {
    Operator(name: name, kind: kind, bytes: bytes, counts: into.map { ($0, 1) })
  }

  static func communicate(
    _ name: String, _ kind: Collective.Kind, group: Int, stride: Int, bytes: Double, times: Double = 1,
    into: Component
  ) -> Operator {
    Operator(
      name: name, kind: .collective,
      collective: Collective(kind: kind, group: group, stride: stride, bytes: bytes), counts: [(into, times)])
  }
}
