import Scenarios

extension Lowering {
  /// A convolution as one product whose left side is never written: rows are the positions of all samples, the depth is the kernel's
  /// (implicit GEMM; Chetlur and others 2014, cuDNN, arXiv:1410.0759 §3). Each input is read once, since tiles share it.
  ///
  /// Backward the data gradient has a row for each position that comes in, with as much work, and the weight gradient sums over all
  /// rows. Groups are products side by side, each with its own part of the channels. Batch norm reads its input for mean and variance
  /// and again to normalize it (Ioffe and Szegedy 2015, arXiv:1502.03167); a frozen one is a single pass. A norm before the product passes
  /// over what comes in, and its activation likewise.
  func convolution(_ one: Convolution, _ d: Dimensions) -> [Operator] {
    let rows = d.microBatch * Double(one.positions), outputs = Double(one.outputs), inputs = Double(one.inputs)
    let taken = rows * one.met * inputs, given = rows * outputs, weight = one.depth * outputs
    let groups = Double(one.groups), (each, from) = (outputs / groups, inputs / groups)
    let cast = d.cast(isTrained: true)
    let pass = given * d.activation, incoming = self.incoming(one, d) * d.activation
    let (normed, normedBack): (Double, Double) =
      switch one.norm {
      case .batch: (3 * pass, 5 * pass)
      case .frozen: (2 * pass, 2 * pass)
      case .before: ((3 + 2) * incoming, (5 + 3) * incoming)
      case .none: (0, 0)
      }
    let (ends, endsBack): (Double, Double) =
      switch one.ending {
      case .relu: (2 * pass, 3 * pass)
      // Backward the gradients of both branches are added, too.
      case .sum: (3 * pass, 6 * pass)
      case .none: (0, 0)
      // As a head's cross-entropy.
      case .loss: (pass + given * 12, pass + given * 8)
      }
    return [
      .memory("convolution", suffix: ".cast", .cast, bytes: taken * cast, into: .layerForward),
      .gemm(
        "convolution", rows, each, one.depth, batch: groups, kind: d.single, bytes: (taken + weight) * d.operand + pass,
        into: [.layerForward, .products]),
      .memory("convolution.norm", .normalization, bytes: normed, into: .layerForward),
      .memory("convolution.ending", .elementwise, bytes: ends, into: .layerForward),
      .memory("convolution.ending", suffix: ".grad", .elementwise, bytes: endsBack, into: .layerBackward),
      .memory("convolution.norm", suffix: ".grad", .normalization, bytes: normedBack, into: .layerBackward),
      .memory("convolution", suffix: ".grad-cast", .cast, bytes: given * cast, into: .layerBackward),
      .gemm(
        "convolution", suffix: ".dgrad", rows * one.met, from, one.depth / from * each / one.met, batch: groups,
        kind: d.single, bytes: (given + weight) * d.operand + taken * d.activation, into: .layerBackward),
      .gemm(
        "convolution", suffix: ".wgrad", one.depth, each, rows, batch: groups, kind: d.single,
        bytes: (given + taken) * d.operand + weight * 2 * d.gradient, into: .layerBackward),
    ]
  }

  /// Numbers that come in, of all positions whether the kernel meets them or not.
  private func incoming(_ one: Convolution, _ d: Dimensions) -> Double {
    d.microBatch * Double(one.positions) * Double(one.stride * one.stride) * Double(one.inputs)
  }

  /// What a batch norm takes, and what follows gives, which the next convolution takes. A norm that is frozen and none keep nothing of
  /// their own; a loss keeps fp32. Of a norm before it: what comes in, what the norm gives, and what the activation does; then a sum is
  /// what comes into the next.
  func kept(_ one: Convolution, _ d: Dimensions) -> Double {
    let given = d.microBatch * Double(one.positions) * Double(one.outputs)
    if one.norm == .before {
      return incoming(one, d) * (2 * d.activation + d.operand) + (one.ending == .loss ? given * 4 : 0)
    }
    let normed = one.norm == .batch ? d.activation : 0
    let ended: Double =
      switch one.ending {
      case .relu, .sum: d.operand
      // Without a norm it is no branch of a sum: the next one takes it as it is.
      case .none: one.norm == .none ? d.operand : 0
      case .loss: 4
      }
    return given * (normed + ended)
  }
}

extension Block {
  /// What its host launches, as a part of what it launches for a layer of a transformer: a product and the passes behind it, where
  /// that has four and attention.
  var launched: Double { standsAlone ? 0.25 : 1 }
}
