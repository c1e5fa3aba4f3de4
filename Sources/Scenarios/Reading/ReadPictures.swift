// Layers that stand alone, as nets that see pictures have them.

extension Convolution {
  init(_ fields: Fields) {
    let sizes = 1...1_000_000
    self.init(
      kernel: fields.int("kernel", in: 1...1000) ?? 1, inputs: fields.int("inputs", in: sizes) ?? 1,
      outputs: fields.int("outputs", in: sizes) ?? 1, positions: fields.int("positions", in: 1...100_000_000) ?? 1,
      stride: fields.int("stride", in: 1...1000) ?? 1, ending: fields.choice("ending", Ending.self) ?? .relu)
    groups = fields.int("groups", in: sizes) ?? 1
    norm = fields.choice("norm", Norm.self) ?? .batch
    bias = fields.bool("bias") ?? false
    isShared = fields.bool("shared") ?? false
    for (key, channels) in [("inputs", inputs), ("outputs", outputs)] where channels % groups != 0 {
      fields.error(
        "\(groups) groups do not divide the \(channels) channels of '\(key)'", help: "each has as many of them",
        at: "groups")
    }
  }
}

extension Layout {
  /// Weights that are shared must be somebody's.
  func checkShared(_ fields: Fields) {
    var whole: [Convolution] = []
    for case .convolution(let one) in kinds.map(\.mixer) {
      if !one.isShared {
        whole.append(one)
      } else if !whole.contains(where: one.hasWeights) {
        fields.error(
          "a convolution of \(one.kernel) x \(one.kernel) from \(one.inputs) to \(one.outputs) channels shares weights, "
            + "and none before it has such",
          help: "leave out 'shared: true' in the first of them", at: "blocks")
      }
    }
  }
}

extension Projection {
  init(_ fields: Fields) {
    let sizes = 1...10_000_000
    self.init(
      inputs: fields.int("inputs", in: sizes) ?? 1, outputs: fields.int("outputs", in: sizes) ?? 1,
      bias: fields.bool("bias") ?? false, norm: fields.choice("norm", Norm.self) ?? .none,
      activation: fields.choice(
        "activation", Model.Activation.self, allowed: Model.Activation.allCases.filter { !$0.gated }),
      vectors: fields.int("vectors", in: 1...100_000_000) ?? 0)
  }
}
