// Mixers that are maps of their own.

extension LatentAttention {
  init(_ fields: Fields, heads: Int) {
    let sizes = 1...1_000_000
    self.init(
      heads: heads, queryRank: fields.int("query_rank", in: sizes),
      keyValueRank: fields.int("key_value_rank", in: sizes) ?? 1,
      plainDimension: fields.int("plain_dimension", in: sizes) ?? 1,
      rotaryDimension: fields.int("rotary_dimension", in: sizes) ?? 1,
      valueDimension: fields.int("value_dimension", in: sizes) ?? 1)
  }
}

extension StateSpace {
  init(_ fields: Fields) {
    let sizes = 1...100_000_000
    self.init(
      innerSize: fields.int("inner_size", in: sizes) ?? 1, stateSize: fields.int("state_size", in: sizes) ?? 1,
      heads: fields.int("heads", in: 1...100_000), groups: fields.int("groups", in: 1...100_000) ?? 1,
      convolution: fields.int("convolution", in: 1...1000) ?? 4, stepRank: fields.int("step_rank", in: sizes) ?? 0,
      chunk: fields.int("chunk", in: 1...100_000) ?? 256, bias: fields.bool("bias") ?? false,
      innerNorms: fields.bool("inner_norms") ?? false)
  }
}

extension GatedDelta {
  init(_ fields: Fields) {
    let sizes = 1...1_000_000
    self.init(
      keyHeads: fields.int("key_heads", in: 1...100_000) ?? 1,
      valueHeads: fields.int("value_heads", in: 1...100_000) ?? 1,
      keyDimension: fields.int("key_dimension", in: sizes) ?? 1,
      valueDimension: fields.int("value_dimension", in: sizes) ?? 1,
      convolution: fields.int("convolution", in: 1...1000) ?? 4, chunk: fields.int("chunk", in: 1...100_000) ?? 64,
      gateRank: fields.int("gate_rank", in: sizes))
  }
}
