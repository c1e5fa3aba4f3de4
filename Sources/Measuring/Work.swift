/// Something this machine is made to do once: a matrix product, or a pass over memory, at a shape.
public struct Work: Hashable, Codable, Sendable {
  public enum Routine: String, CaseIterable, Codable, Sendable {
    /// c[m][n] = op(a)·op(b) by OpenBLAS, operands packed.
    case product
    /// The same for one attention head: short rows, a whole layer's width apart.
    case headProduct = "head-product"
    /// The same as `product`, in fp64 and in bf16: no part of a training step here.
    case doubleProduct = "fp64-product"
    case bf16Product = "bf16-product"
    case embed
    case embedBack = "embed-back"
    case normalize
    case normalizeBack = "normalize-back"
    case addBias = "add-bias"
    case biasBack = "bias-back"
    case gelu
    case geluBack = "gelu-back"
    case softmax
    case softmaxBack = "softmax-back"
    case crossEntropy = "cross-entropy"
    case adamw
    /// Large blocks of memory, in as many threads as are asked for.
    case copy, triad
  }

  /// Which operands of a product are transposed.
  public enum Turn: Int, CaseIterable, Codable, Sendable {
    /// Forward, data gradient and weight gradient of a linear layer.
    case none, right, left
  }

  public var routine: Routine
  /// Rows m and columns n of the result; tokens and width of a pass.
  public var rows: Int
  public var columns: Int
  /// k of a product, else 1.
  public var depth: Int
  public var turn: Turn

  public init(_ routine: Routine, rows: Int, columns: Int, depth: Int = 1, turn: Turn = .none) {
    self.routine = routine
    self.rows = rows
    self.columns = columns
    self.depth = depth
    self.turn = turn
  }
}

extension Work.Routine {
  public var isProduct: Bool {
    switch self {
    case .product, .headProduct, .doubleProduct, .bf16Product: true
    default: false
    }
  }

  /// Whether its time depends on the number of threads: layers run in the calling thread.
  public var isThreaded: Bool { isProduct || isStream }
  public var isStream: Bool { self == .copy || self == .triad }

  /// Bytes per element of a pass, by the accounting of docs/Model.md, "Operators" and of `Simulation/LayerOperators.swift`, so that
  /// a rate measured here means there what it means here. Cross-entropy is there two passes, here one.
  var traffic: Double {
    switch self {
    case .product, .headProduct, .bf16Product: 4
    case .doubleProduct: 8
    case .biasBack: 4
    case .normalize, .addBias, .gelu, .softmax, .copy: 8
    case .normalizeBack, .geluBack, .softmaxBack, .triad: 12
    case .embed: 16
    case .embedBack: 24
    case .crossEntropy: 28
    case .adamw: 32
    }
  }
}

extension Work {
  /// 2mnk of a product, else 0.
  public var flops: Double {
    routine.isProduct ? 2 * Double(rows) * Double(columns) * Double(depth) : 0
  }

  /// Operands once and the result in and out; of a pass, its elements.
  public var bytes: Double {
    let m = Double(rows), n = Double(columns), k = Double(depth)
    return routine.traffic * (routine.isProduct ? m * k + k * n + 2 * m * n : m * n)
  }

  /// Where shapes are near to each other: powers of two apart, and far where an operand is turned.
  var place: [Double] {
    var place = [logarithm2(Double(rows)), logarithm2(Double(columns))]
    if routine.isProduct { place += [logarithm2(Double(depth)), 3 * Double(turn.rawValue)] }
    return place
  }

  /// `512×256×128 nt`, as the table names it.
  public var shape: String {
    let suffix = ["", " nt", " tn"][turn.rawValue]
    return routine.isProduct ? "\(rows)×\(columns)×\(depth)\(suffix)" : "\(rows)×\(columns)"
  }
}
