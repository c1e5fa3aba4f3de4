import Scenarios

/// Turns a job and a block shape into the operators one device runs per micro-batch.
///
/// The list always has the same operators in the same order for one job and stack; what a shape does not need has
/// no work. That lets a whole batch of shapes share one incidence matrix.
public struct Lowering: Sendable {
  public let model: Model
  public let sequenceLength: Int
  /// Tokens of the document that a token stands in.
  let document: Double
  public let precision: DataType
  public let stack: Stack
  /// r of low-rank adapters; nil where all weights are trained.
  public let loraRank: Int?
  public let loraTargets: LoRATargets
  /// Whether matrices under adapters are kept in 4 bits, and made 16 for each product.
  let isQuantized: Bool
  /// The type gradients are accumulated in.
  let gradientType: DataType
  /// Of the head's logits only some rows are there at a time.
  let chunksLogits: Bool
  /// Bytes that the loss holds for each logit that is there.
  let logitBytes: Double
  /// The loss is one kernel: it reads logits, and reads them again to write gradients, in 16 bits.
  let isLossFused: Bool

  public init(job: Job, stack: Stack) {
    model = job.model
    loraRank = job.loraRank
    loraTargets = job.loraTargets
    isQuantized = job.hasQuantizedBase
    gradientType = job.gradientType(stack)
    chunksLogits = job.training?.crossEntropy == .chunked
    (logitBytes, isLossFused) =
      switch job.training?.crossEntropy {
      case .chunked: (4, true)
      // Logits in 16 bits, and in fp32 their gradients in the place of a copy.
      case .fused: (Stack.kernelLogitBytes, true)
      // fp32 logarithms of probabilities, their gradients, and those of the logits. Logits themselves are gone by then.
      case .unfused: (12, false)
      case .whole, nil: (stack.logitBytes ?? 4, stack.logitBytes.map { $0 <= Stack.kernelLogitBytes } ?? false)
      }
    sequenceLength = job.sequenceLength
    document = job.documents?.span(in: Double(job.sequenceLength)) ?? Double(job.sequenceLength)
    precision = job.precision
    self.stack = stack
  }

  /// Operators of one layer of each kind, forward and backward; the embedding's and the head's stand in the first list. Of a
  /// recommender its nets are the one layer and its tables the embedding.
  public func operators(_ shape: BlockShape) -> [[Operator]] {
    let d = Dimensions(self, shape)
    if let net = model.recommender { return [recommender(net, d)] }
    let ends = (model.diffusion.map { patches($0, d.in16Bits) } ?? embedding(d)) + head(d)
    return model.layout.kinds.enumerated().map { i, kind in operators(kind, d.of(kind)) + (i == 0 ? ends : []) }
  }

  /// Bytes of a micro-batch that one stage of a pipeline gives the next. Where towers differ in width it is taken to be the largest
  /// stream of all, wherever stages are cut.
  func boundary(_ shape: BlockShape) -> Double {
    let d = Dimensions(self, shape)
    let towers = model.layout.kinds.filter { $0.hiddenSize != nil }.map(d.of)
    return towers.reduce(d.tokens * d.hidden) { max($0, $1.tokens * $1.hidden) } * d.activation
  }
}

/// The sizes that a block shape gives to one device, in elements and bytes. Symbols of docs/Model.md, "Operators".
struct Dimensions {
  let shape: BlockShape
  let t: Double
  /// τ: tokens the device's group works on per micro-batch.
  private(set) var tokens: Double
  /// Tokens over which norms, dropout and residuals run: divided by t under sequence parallelism.
  private(set) var residualTokens: Double
  /// s, and the queries one context rank owns.
  private(set) var sequence: Double, queries: Double
  /// Tokens of the document that a query stands in: of its sequence as many as it looks at, at most.
  private(set) var document: Double
  /// Whether tokens see only those before them.
  private(set) var isCausal: Bool
  let microBatch: Double
  /// h
  private(set) var hidden: Double
  /// V/t; of diffusion the numbers of a patch, whole
  private(set) var vocabulary: Double
  /// Bytes of an activation element, and of a GEMM operand.
  let activation: Double
  private(set) var operand: Double
  /// Kinds of single and of grouped products: those of the job's type, or of 16 bits.
  private(set) var single = OperatorKind.gemm, grouped = OperatorKind.grouped
  /// The type that operands are cast to.
  let precision: DataType
  let gradient: Double
  /// Rank of the adapters; 0 without.
  let rank: Double
  let adaptsMixers: Bool, adaptsNets: Bool
  /// Products whose weights are trained, or have adapters, keep what they took for backward; others need it no more. Experts that are
  /// chosen never have adapters.
  var keepsMixerInputs: Bool { rank == 0 || adaptsMixers }
  var keepsNetInputs: Bool { rank == 0 || adaptsNets }
  var keepsExpertInputs: Bool { rank == 0 }
  let isQuantized: Bool

  init(_ l: Lowering, _ shape: BlockShape) {
    self.shape = shape
    let m = l.model
    t = Double(shape.tensor)
    sequence = Double(l.sequenceLength)
    queries = sequence / Double(shape.context)
    document = l.document
    isCausal = m.causal
    microBatch = Double(shape.microBatch)
    tokens = microBatch * queries
    residualTokens = shape.sequenceParallel ? tokens / t : tokens
    hidden = Double(m.hiddenSize)
    vocabulary = m.diffusion.map { Double($0.patchOutputs) } ?? (Double(m.vocabularySize) / t).rounded(.up)
    activation = l.precision.activationBytes
    operand = min(activation, l.precision.bytes)
    precision = l.precision
    gradient = l.gradientType.bytes
    rank = Double(l.loraRank ?? 0)
    adaptsMixers = l.loraTargets != .mlp
    adaptsNets = l.loraTargets != .attention
    isQuantized = l.isQuantized
  }

  /// The head's: one row for each sequence where it classifies.
  func head(_ outputs: Int?) -> Dimensions {
    guard let outputs else { return self }
    var head = self
    (head.tokens, head.residualTokens) = (microBatch, microBatch)
    head.vocabulary = (Double(outputs) / t).rounded(.up)
    return head
  }

  /// The same with products in 16 bits, as recipes for narrower types keep those of heads and routers (Transformer Engine and
  /// Megatron-Core's output layer; torchao's converters leave `output` out; DeepSeek-V3, arXiv:2412.19437 §3.3.1; NVIDIA 2025,
  /// arXiv:2509.25149 §4.1).
  var in16Bits: Dimensions {
    guard precision.isNarrow else { return self }
    var wide = self
    (wide.operand, wide.single, wide.grouped) = (activation, .wide, .wideGrouped)
    return wide
  }

  /// Bytes that are read and written for a number that is cast for a product, once a direction.
  func cast(isTrained: Bool) -> Double {
    operand < activation ? precision.castBytes(layouts: isTrained ? 2 : 1) : 0
  }

  /// Those of a block, which may have another width than the model, and work on other tokens of the example than the job's.
  func of(_ block: Block) -> Dimensions {
    var own = self
    own.isCausal = block.causal ?? isCausal
    own.hidden = block.width(in: hidden)
    if block.keeps16Bits { own = own.in16Bits }
    guard let length = block.length else { return own }
    own.sequence = Double(length)
    own.queries = own.sequence / Double(shape.context)
    own.document = own.sequence
    own.tokens = microBatch * own.queries
    own.residualTokens = shape.sequenceParallel ? own.tokens / t : own.tokens
    return own
  }

  /// The same over other tokens.
  func of(tokens: Double) -> Dimensions {
    var other = self
    other.tokens = tokens
    return other
  }

  /// Weights of 4 bits are read and written as 16, before the products of each direction.
  func unpacking(_ name: StaticString, _ weight: Double) -> [Operator] {
    guard isQuantized else { return [] }
    let bytes = weight * (ParameterBytes.quantized + 2)
    return [
      .memory(name, suffix: ".dequantize", .elementwise, bytes: bytes, into: .layerForward),
      .memory(name, suffix: ".dequantize.grad", .elementwise, bytes: bytes, into: .layerBackward),
    ]
  }

  /// Forward, data-gradient and weight-gradient products of a linear layer [tokens, k] → [tokens, n].
  ///
  /// The weight gradient accumulates into a buffer of the gradient type: read and written. Where only adapters are
  /// trained [Hu et al. 2021, arXiv:2106.09685] the layer's own weight has no gradient, and the adapter reads the input
  /// and adds to the output, forward and backward. Its two products, of rank r, count beside that traffic: as thin as they
  /// mostly are, they take less time. Published utilizations leave them out, and so do model FLOPs.
  ///
  /// - Parameter isTrained: whether its weight is, where there are no adapters.
  func linear(
    _ name: StaticString, n: Double, k: Double, columnParallel: Bool, adapted: Bool = false, isTrained: Bool = true,
    forward: ComponentSet = .layerForward, backward: ComponentSet = .layerBackward
  ) -> [Operator] {
    let input = tokens * k, output = tokens * n, weight = k * n
    let data: ComponentSet = columnParallel ? [backward, .columnDataGradient] : backward
    let weights: ComponentSet = columnParallel ? [backward, .columnWeightGradient] : backward
    let isOfLayer = forward.contains(.layerForward)
    let product: ComponentSet = isOfLayer ? [forward, .products] : forward
    let adapter = rank > 0 && adapted ? 1.0 : 0
    let trained = rank > 0 || !isTrained ? 0.0 : 1
    let cast = cast(isTrained: trained > 0)
    func adapterProducts(_ suffix: StaticString, passes: Double, bytes: Double, into: ComponentSet) -> Operator {
      // Of either matrix with its side of the layer: as one product with both sides for its depth.
      var products = Operator.gemm(
        name, suffix: suffix, tokens, max(1, rank), adapter * passes * (k + n), bytes: adapter * bytes * activation,
        into: into)
      products.modelFLOPs = 0
      return products
    }
    return (isOfLayer ? unpacking(name, weight) : []) + [
      .memory(name, suffix: ".cast", .cast, bytes: input * cast, into: forward),
      .gemm(
        name, tokens, n, k, kind: single, bytes: (input + weight) * operand + output * activation, into: product),
      adapterProducts(".adapter", passes: 1, bytes: input + 3 * output, into: forward),
      adapterProducts(".adapter.grad", passes: 2, bytes: 3 * input + 2 * output, into: backward),
      .memory(name, suffix: ".grad-cast", .cast, bytes: output * cast, into: backward),
      .gemm(
        name, suffix: ".dgrad", tokens, k, n, kind: single, bytes: (output + weight) * operand + input * activation,
        into: data),
      .gemm(
        name, suffix: ".wgrad", k, n, trained * tokens, kind: single,
        bytes: (input + output) * operand + weight * 2 * gradient, into: weights),
    ]
  }
}
