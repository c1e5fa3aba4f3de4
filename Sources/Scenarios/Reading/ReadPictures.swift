// Layers that stand alone, as nets that see pictures have them.

extension Convolution {
  init(_ fields: Fields) {
    let sizes = 1...1_000_000
    self.init(
      kernel: fields.int("kernel", in: 1...1000) ?? 1, inputs: fields.int("inputs", in: sizes) ?? 1,
      outputs: fields.int("outputs", in: sizes) ?? 1, positions: fields.int("positions", in: 1...100_000_000) ?? 1,
      stride: fields.int("stride", in: 1...1000) ?? 1, ending: fields.choice("ending", Ending.self) ?? .relu)
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
