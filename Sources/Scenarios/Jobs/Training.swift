import Quantities

/// What of a model is trained, and on what: `full`, `lora,rank=16,on=attention+mlp`, `qlora`, `frozen=8`; and `loss=dpo`,
/// `cross_entropy=chunked`, `offload=activations`, `mtp=1` and `bf16_layers=2:8` behind it.
public struct Training: Hashable, Sendable {
  public enum Scope: Hashable, Sendable {
    case full
    /// Low-rank adapters of this rank alone, beside weights that stay as they are (Hu and others 2021, arXiv:2106.09685); of 4 bits
    /// each where they are quantized (Dettmers and others 2023, arXiv:2305.14314).
    case adapters(rank: Int, on: LoRATargets, quantized: Bool)
    /// All but the first layers, so many, and the embedding.
    case frozen(Int)
  }
  public enum Loss: String, CaseIterable, Sendable {
    case nextToken = "next-token"
    /// Each sequence is one answer of a pair, and a reference that is not trained judges it too (Rafailov and others 2023,
    /// arXiv:2305.18290).
    case dpo
    /// Each sequence is one answer of a pair, and a head of one value in place of the vocabulary's says how good it is (Ouyang and
    /// others 2022, arXiv:2203.02155).
    case reward
  }
  /// How the loss is worked out of the head's inputs.
  public enum CrossEntropy: String, CaseIterable, Sendable {
    /// All logits of a micro-batch at once, as the stack does it.
    case whole
    /// The same, by one kernel: compiled, or written by hand.
    case fused
    /// The same, by PyTorch's own operators one after the other: a copy in fp32, the logarithms, and a gradient of each.
    case unfused
    /// Some rows after the other, with their gradients (Liger's fused linear cross-entropy, arXiv:2410.10989 §3.2; torchtune's
    /// chunked loss).
    case chunked
  }
  /// Where what layers keep for backward waits: on the device, or in the host's memory (torchtune's
  /// `enable_activation_offloading`, DeepSpeed's `cpu_checkpointing`, Transformer Engine's CPU offloading).
  public enum Offload: String, CaseIterable, Sendable { case none, activations }
  enum Method: String, CaseIterable { case full, lora, qlora }

  public var scope: Scope
  public var loss: Loss
  public var crossEntropy: CrossEntropy
  public var offload: Offload
  /// Modules that predict one further token each (multi-token prediction, DeepSeek-V3, arXiv:2412.19437 §2.2).
  public var mtp: Int
  /// How many of the first and of the last layers keep their products in 16 bits, where the job's are in 8 or 4 (Megatron-Core's
  /// `--first-last-layers-bf16`; NVIDIA 2025, arXiv:2509.25149 §4.1).
  public var layersIn16Bits: ChunkEnds?

  public init(
    _ scope: Scope, loss: Loss = .nextToken, crossEntropy: CrossEntropy = .whole, offload: Offload = .none,
    mtp: Int = 0, layersIn16Bits: ChunkEnds? = nil
  ) {
    self.scope = scope
    self.loss = loss
    self.crossEntropy = crossEntropy
    self.offload = offload
    self.mtp = mtp
    self.layersIn16Bits = layersIn16Bits
  }

  /// What most recipes take where they say nothing.
  public static let usualRank = 16
}

extension Training: PairsText {
  public static let example = "lora,rank=16,on=attention+mlp"

  /// As `--train` takes it.
  public var rawValue: String {
    let what =
      switch scope {
      case .full: "full"
      case .adapters(let rank, let on, let quantized): "\(quantized ? "qlora" : "lora"),rank=\(rank),on=\(on.words)"
      case .frozen(let layers): "frozen=\(layers)"
      }
    return what + (loss == .nextToken ? "" : ",loss=\(loss.rawValue)")
      + (crossEntropy == .whole ? "" : ",cross_entropy=\(crossEntropy.rawValue)")
      + (offload == .none ? "" : ",offload=\(offload.rawValue)") + (mtp == 0 ? "" : ",mtp=\(mtp)")
      + (layersIn16Bits.map { ",bf16_layers=\($0.rawValue)" } ?? "")
  }

  public init(parsing text: String, option: String = "--train") throws(Diagnostics) {
    self = try Fields.read(
      pairs: text, option: option, keys: Keys.train, example: Training.example, first: "method"
    ) { Training($0) }
  }

  private init(_ fields: Fields) {
    let method = fields.choice("method", Method.self, called: "train") ?? .full
    let rank = fields.int("rank", in: 1...100_000), layers = fields.int("frozen", in: 1...Layout.most)
    let targets = fields.loraTargets("on")
    loss = fields.choice("loss", Loss.self) ?? .nextToken
    crossEntropy = fields.choice("cross_entropy", CrossEntropy.self) ?? .whole
    offload = fields.choice("offload", Offload.self) ?? .none
    mtp = fields.int("mtp", in: 0...16) ?? 0
    layersIn16Bits = fields.chunkEnds(
      "bf16_layers", help: "write it like 2:8, the first two layers of the model and the last eight")
    if mtp > 0, method != .full || layers != nil {
      fields.error(
        "modules that predict further tokens are trained with the whole model", help: "write full,mtp=1", at: "mtp")
    }
    guard method == .full else {
      if layers != nil {
        fields.error("under adapters all layers are frozen", help: "leave out 'frozen'", at: "frozen")
      }
      scope = .adapters(rank: rank ?? Training.usualRank, on: targets ?? .attention, quantized: method == .qlora)
      return
    }
    for key in ["rank", "on"] where fields.has(key) {
      fields.error("'\(key)' is of adapters", help: "write it like \(Training.example)", at: key)
    }
    scope = layers.map(Scope.frozen) ?? .full
  }
}

/// Which matrices of a layer have low-rank adapters: NeMo and most recipes take those of attention.
public enum LoRATargets: String, CaseIterable, Sendable {
  case attention, mlp, all

  public var words: String { self == .all ? "attention+mlp" : rawValue }

  /// Whether matrices of a place have some. Routers and experts that are chosen never do.
  public func includes(_ place: BlockMatrix.Place) -> Bool {
    switch place {
    case .mixer: self != .mlp
    case .feedForward: self != .attention
    case .unadapted: false
    }
  }
}

extension Fields {
  fileprivate func loraTargets(_ key: String) -> LoRATargets? {
    guard let (text, tree) = word(key, expected: "attention, mlp or attention+mlp") else { return nil }
    if ["attention+mlp", "mlp+attention"].contains(text) { return .all }
    return choice(text, called: key, allowed: LoRATargets.allCases, at: tree)
  }
}

extension Job {
  /// r of low-rank adapters, which alone are trained; nil: other weights are.
  public var loraRank: Int? {
    get { if case .adapters(let rank, _, _) = training?.scope { rank } else { nil } }
    set {
      var all = training ?? Training(.full)
      all.scope = newValue.map { .adapters(rank: $0, on: loraTargets, quantized: hasQuantizedBase) } ?? .full
      training = newValue.map { _ in all }
    }
  }
  /// Which matrices have adapters, where there are some.
  public var loraTargets: LoRATargets {
    get { if case .adapters(_, let on, _) = training?.scope { on } else { .attention } }
    set {
      guard let rank = loraRank else { return }
      let quantized = hasQuantizedBase
      training?.scope = .adapters(rank: rank, on: newValue, quantized: quantized)
    }
  }
  /// Whether matrices under adapters are kept in 4 bits.
  public var hasQuantizedBase: Bool {
    if case .adapters(_, _, let quantized) = training?.scope { quantized } else { false }
  }
  /// The first layers that are not trained.
  public var frozenLayers: Int? { if case .frozen(let layers) = training?.scope { layers } else { nil } }
  /// Of the first and the last layers those that keep their products in 16 bits.
  public var layersIn16Bits: ChunkEnds? { training?.layersIn16Bits }
  /// Modules that predict one further token each, beside the model.
  public var predictedTokens: Int { training?.mtp ?? 0 }
  /// Whether what layers keep for backward waits in the host's memory.
  public var offloadsActivations: Bool { training?.offload == .activations }
  /// The model with the head that is trained: of one value for each sequence, with weights of its own, where rewards are.
  public var headed: Model {
    guard training?.loss == .reward else { return model }
    var scoring = model
    (scoring.outputs, scoring.tiedEmbeddings, scoring.headBias) = (1, false, false)
    return scoring
  }
  /// A second model, or the same without adapters, works on every sequence forward.
  public var hasReference: Bool { training?.loss == .dpo }

  /// What of the way it is trained a job's model cannot be given, under the key that says it.
  public var trainingProblem: (message: String, help: String, key: String)? {
    if let frozen = frozenLayers, frozen >= model.layers {
      return (
        "\(frozen) of the \(model.layers) layers of \(model.name) are frozen", "freeze at most \(model.layers - 1)",
        "train"
      )
    }
    if predictedTokens > 0, training?.loss == .reward {
      return ("rewards are of whole sequences, and no token is predicted", "leave out 'mtp'", "train")
    }
    if predictedTokens > 0, model.family != .decoder || model.outputs != nil {
      return (
        "\(model.name) does not predict the next token, so it predicts none after it", "leave out 'mtp'", "train"
      )
    }
    let last = model.layout.order.last.map { model.layout.kinds[$0] }
    if predictedTokens > 0, let last, last.hiddenSize != nil || last.standsAlone {
      return (
        "the last layer of \(model.name) has another width than its words", "leave out 'mtp'", "train"
      )
    }
    if let ends = layersIn16Bits, !precision.isNarrow {
      return (
        "products are in \(precision.rawValue), so no layers have to be kept from 8 or 4 bits",
        "leave out 'bf16_layers=\(ends.rawValue)'", "train"
      )
    }
    if let ends = layersIn16Bits, ends.first + ends.last > model.layers {
      return (
        "\(model.name) has \(model.layers) layers, and \(ends.first + ends.last) of them are to be in 16 bits",
        "keep at most \(model.layers)", "train"
      )
    }
    guard model.recommender != nil else { return nil }
    if let training, loraRank == nil, training != Training(.full) {
      return (
        "\(model.name) is a recommender, of which everything is trained", "leave it out, or use 'full'", "train"
      )
    }
    if [.adafactor, .muon].contains(optimizer.rule) {
      return (
        "\(optimizer.rule.rawValue) updates matrices of layers, and \(model.name) is a recommender",
        "use adamw, lion or sgd", "optimizer"
      )
    }
    return nil
  }
}
