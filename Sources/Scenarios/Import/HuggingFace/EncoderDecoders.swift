/// Families of two stacks, of which the second looks at the first.
///
/// A decoder's layer is a layer of attention to the text itself, then one of attention to what the encoder gives, with the
/// feed-forward net. How much the encoder reads stands in files of Whisper; of the others it is taken to be as much as the
/// decoder writes.
enum EncoderDecoders {
  static let families: [String: Lineage] = [
    "t5": t5, "mt5": t5, "umt5": t5, "longt5": t5,
    "whisper": Lineage(
      normalization: .layernorm, gated: false, positions: .learned, blocks: whisper,
      places: "max_target_positions"),
    "bart": bart, "mbart": bart, "pegasus": bart, "m2m_100": bart, "marian": bart, "blenderbot": bart,
  ]

  private static let warning =
    "its encoder is taken to read as many tokens as the decoder writes; a model file can say how many ('length', 'attends_to')"

  private static let t5 = Lineage(positions: .none, blocks: t5Blocks, dropsOut: true)
  private static let bart = Lineage(
    normalization: .layernorm, gated: false, positions: .learned, blocks: pair, dropsOut: true,
    extra: { config in (0, (config.int("max_position_embeddings") ?? 1024) + 4) })

  @Sendable private static func t5Blocks(_ config: Config, _ family: Lineage) -> [Block] {
    let h = config.size("hidden_size", upTo: 10_000_000), heads = config.size("num_attention_heads", upTo: 100_000)
    let attention = Attention(
      heads: heads, keyValueHeads: heads, headDimension: config.int("head_dim", in: 1...1_000_000) ?? max(1, h / heads),
      rotary: false)
    let word = config.text("feed_forward_proj") ?? "relu"
    let activation: Model.Activation = word.hasPrefix("gated") ? .geglu : word.hasSuffix("relu") ? .relu : .gelu
    let net = DenseNet(size: config.size("intermediate_size"), activation: activation)
    let layers = config.size("num_hidden_layers", upTo: 100_000)
    let decoders = config.int("num_decoder_layers", in: 1...100_000) ?? layers
    let isAlone = isEncoderAlone(config)
    if !isAlone { config.approximates(warning) }
    return stacks(nil, layers, isAlone ? 0 : decoders, attention, net, attention, net)
  }

  /// Whether the class that the file names has the encoder only (`T5EncoderModel`, `UMT5ForTokenClassification`).
  private static func isEncoderAlone(_ config: Config) -> Bool {
    let name = config.words("architectures")?.first ?? ""
    return ["EncoderModel", "ForTokenClassification", "ForAudioClassification"].contains(where: name.hasSuffix)
  }

  @Sendable private static func pair(_ config: Config, _ family: Lineage) -> [Block] {
    config.approximates(warning)
    return pair(config, length: nil)
  }

  /// Of 30 seconds of sound, one token for each 20 ms.
  @Sendable private static func whisper(_ config: Config, _ family: Lineage) -> [Block] {
    if isEncoderAlone(config) {
      config.error(
        "the encoder alone with a classifier of sounds is not read", help: "describe it by a model file",
        at: "architectures")
    }
    let length = config.int("max_source_positions", in: 1...1_000_000) ?? 1500
    return sound(config, length) + pair(config, length: length)
  }

  /// Two convolutions of three taps, of which the second takes every other place, and positions.
  private static func sound(_ config: Config, _ length: Int) -> [Block] {
    let h = config.size("hidden_size", upTo: 10_000_000), bands = config.int("num_mel_bins", in: 1...1_000_000) ?? 80
    func convolution(_ inputs: Int, _ length: Int, positions: Int) -> Block {
      var block = Block(
        .projection(Projection(inputs: 3 * inputs, outputs: h, bias: true, activation: .gelu, vectors: positions)),
        .none,
        norms: 0)
      block.length = length
      return block
    }
    return [convolution(bands, 2 * length, positions: 0), convolution(h, length, positions: length)]
  }

  private static func pair(_ config: Config, length: Int?) -> [Block] {
    let h = config.size("hidden_size", upTo: 10_000_000)
    func attention(_ key: String) -> Attention {
      let heads = config.size(key, upTo: 100_000, else: config.int(key, in: 1...100_000))
      return Attention(
        heads: heads, keyValueHeads: heads, headDimension: max(1, h / heads), queryKeyValueBias: true, outputBias: true,
        rotary: false)
    }
    func net(_ key: String) -> DenseNet {
      DenseNet(size: config.size(key, else: config.int(key)), activation: .gelu, bias: true)
    }
    func layers(_ key: String) -> Int { config.size(key, upTo: 100_000, else: config.int(key, in: 1...100_000)) }
    _ = config.text("hidden_act")
    return stacks(
      length, layers("encoder_layers"), layers("decoder_layers"), attention("encoder_attention_heads"),
      net("encoder_ffn_dim"),
      attention("decoder_attention_heads"), net("decoder_ffn_dim"))
  }

  /// - Parameter length: what the encoder reads; nil: as much as the decoder writes.
  private static func stacks(
    _ length: Int?, _ first: Int, _ second: Int, _ attention: Attention, _ net: DenseNet, _ ofDecoder: Attention,
    _ netOfDecoder: DenseNet
  ) -> [Block] {
    var encoder = Block(.attention(attention), .dense(net))
    (encoder.length, encoder.causal) = (length, false)
    var across = ofDecoder
    across.across = length
    var toEncoder = Block(.attention(across), .dense(netOfDecoder), norms: 2)
    toEncoder.causal = false
    let decoder = [Block(.attention(ofDecoder), .none, norms: 1), toEncoder]
    return [Block](repeating: encoder, count: first) + (0..<second).flatMap { _ in decoder }
  }
}
