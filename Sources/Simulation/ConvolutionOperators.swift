import Scenarios

extension Lowering {
  /// A convolution as one product whose left side is never written: rows are the positions of all samples, the depth is the kernel's
  /// (implicit GEMM; Chetlur and others 2014, cuDNN, arXiv:1410.0759 §3). Each input is read once, since tiles share it.
  ///
  /// Backward the data gradient has a row for each position that comes in, with as much work, and the weight gradient sums over all
  /// rows. Batch norm reads its input for mean and variance and again to normalize it (Ioffe and Szegedy 2015, arXiv:1502.03167).
  func convolution(_ one: Convolution, _ d: Dimensions) -> [Operator] {
    let rows = d.microBatch * Double(one.positions), outputs = Double(one.outputs), inputs = Double(one.inputs)
    let taken = rows * one.met * inputs, given = rows * outputs, weight = one.depth * outputs
    let cast = d.operand < d.activation ? d.activation + d.operand : 0
    let pass = given * d.activation
    let (ends, endsBack): (Double, Double) =
      switch one.ending {
      case .relu: (2, 3)
      // Backward the gradients of both branches are added, too.
      case .sum: (3, 6)
      case .none: (0, 0)
      }
    return [
      .memory("convolution", suffix: ".cast", .cast, bytes: taken * cast, into: .layerForward),
      .gemm(
        "convolution", rows, outputs, one.depth, bytes: (taken + weight) * d.operand + pass,
        into: [.layerForward, .products]),
      .memory("convolution.norm", .normalization, bytes: 3 * pass, into: .layerForward),
      .memory("convolution.ending", .elementwise, bytes: ends * pass, into: .layerForward),
      .memory("convolution.ending", suffix: ".grad", .elementwise, bytes: endsBack * pass, into: .layerBackward),
      .memory("convolution.norm", suffix: ".grad", .normalization, bytes: 5 * pass, into: .layerBackward),
      .memory("convolution", suffix: ".grad-cast", .cast, bytes: given * cast, into: .layerBackward),
      .gemm(
        "convolution", suffix: ".dgrad", rows * one.met, inputs, one.depth / inputs * outputs / one.met,
        bytes: (given + weight) * d.operand + taken * d.activation, into: .layerBackward),
      .gemm(
        "convolution", suffix: ".wgrad", one.depth, outputs, rows,
        bytes: (given + taken) * d.operand + weight * 2 * d.gradient, into: .layerBackward),
    ]
  }

  /// What the norm takes and what the activation gives, which the next convolution takes.
  func kept(_ one: Convolution, _ d: Dimensions) -> Double {
    let given = d.microBatch * Double(one.positions) * Double(one.outputs)
    return given * (d.activation + (one.ending == .none ? 0 : d.operand))
  }
}

extension Block {
  /// What its host launches, as a part of what it launches for a layer of a transformer: a product and the passes behind it, where
  /// that has four and attention.
  var launched: Double { standsAlone ? 0.25 : 1 }
}
