import Scenarios

extension Lowering {
  /// A linear layer between widths, whole on every tensor rank, which works on its own tokens where norms do; with its norm, and
  /// passes for what follows. As patches of diffusion are, learned vectors are a pass forward.
  func projection(_ one: Projection, _ whole: Dimensions) -> [Operator] {
    let d = whole.of(tokens: whole.residualTokens)
    let normalized = d.tokens * one.normalized * d.activation
    let given = d.tokens * Double(one.outputs) * d.activation
    let activated = one.activation == nil ? 0 : given, added = one.vectors > 0 ? given : 0
    return d.linear("linear", n: Double(one.outputs), k: Double(one.inputs), columnParallel: false) + [
      .memory("linear.norm", .normalization, bytes: 2 * normalized, into: .layerForward),
      .memory("linear.norm", suffix: ".grad", .normalization, bytes: 3 * normalized, into: .layerBackward),
      .memory("linear.vectors", .elementwise, bytes: 3 * added, into: .layerForward),
      .memory("linear.activation", .elementwise, bytes: 2 * activated, into: .layerForward),
      .memory("linear.activation", suffix: ".grad", .elementwise, bytes: 3 * activated, into: .layerBackward),
    ]
  }

  /// What came in; and what goes into the product, the norm and the activation.
  func kept(_ one: Projection, _ d: Dimensions) -> (input: Double, all: Double) {
    let activated = one.activation == nil ? 0 : Double(one.outputs)
    let inputs = Double(one.inputs)
    let all = inputs * d.operand + (one.normalized + activated) * d.activation
    return (d.residualTokens * inputs * d.activation, d.residualTokens * all)
  }
}
