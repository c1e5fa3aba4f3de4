import Quantities

/// A published rule for how compute is split between the size of a model and the tokens it is trained on.
public struct ScalingLaw: Sendable {
  /// What the law counts a model's size by. Size × tokens gives the compute.
  public enum Measure: String, CaseIterable, Sendable {
    /// All parameters N. Compute is 6·N·D.
    case parameters
    /// FLOPs of one token in the layers, attention scores included, embedding and head not: M. Compute is M·D.
    case nonEmbeddingFLOPs = "non-embedding-flops"
  }

  /// amount × (compute ÷ at)^exponent
  public struct Power: Sendable {
    public var at: FLOPs
    public var amount: Count
    public var exponent: Double

    public init(at: FLOPs, amount: Count, exponent: Double) {
      self.at = at
      self.amount = amount
      self.exponent = exponent
    }

    /// - Parameter compute: in FLOP.
    public func callAsFunction(_ compute: Double) -> Double {
      amount.value * ScalingLaw.power(compute / at.value, exponent)
    }
  }

  /// A fitted number; its standard error where one is published.
  public struct Term: Sendable {
    public var value: Double
    public var error: Double?

    public init(_ value: Double, error: Double? = nil) {
      self.value = value
      self.error = error
    }
  }

  /// L(N, D) = E + A ÷ N^α + B ÷ D^β (Hoffmann et al. 2022, arXiv:2203.15556, eq. 2), in nats a token.
  public struct Loss: Sendable {
    /// E
    public var irreducible: Term
    /// A, α
    public var modelFactor: Term
    public var modelExponent: Term
    /// B, β
    public var dataFactor: Term
    public var dataExponent: Term

    public init(irreducible: Term, modelFactor: Term, modelExponent: Term, dataFactor: Term, dataExponent: Term) {
      self.irreducible = irreducible
      self.modelFactor = modelFactor
      self.modelExponent = modelExponent
      self.dataFactor = dataFactor
      self.dataExponent = dataExponent
    }
  }

  public var name: String
  public var summary: String
  public var counts: Measure
  /// Nil: the law says how much to train on, and no loss.
  public var loss: Loss?
  /// Tokens that are best for a compute; nil: they follow from `loss`.
  public var tokens: Power?
  /// Tokens of one step that are best for a compute.
  public var batch: Power?
  /// The largest compute of the runs that it was fitted to.
  public var fittedTo: FLOPs?
  public var origin: Origin

  public init(
    name: String, summary: String = "", counts: Measure = .parameters, loss: Loss? = nil, tokens: Power? = nil,
    batch: Power? = nil, fittedTo: FLOPs? = nil, origin: Origin
  ) {
    self.name = name
    self.summary = summary
    self.counts = counts
    self.loss = loss
    self.tokens = tokens
    self.batch = batch
    self.fittedTo = fittedTo
    self.origin = origin
  }

  static func power(_ base: Double, _ exponent: Double) -> Double {
    Logarithm.exponential(exponent * Logarithm.natural(base))
  }
}

extension ScalingLaw {
  /// A model's size as the law counts it.
  ///
  /// M = 6·(weights of the layers) + 12·layers·width·sequence, which is 72·L·h² + 12·L·h·s for a feed-forward net of four
  /// widths (DeepSeek 2024, arXiv:2401.02954, eq. 2).
  public func size(of model: Model, sequenceLength: Int) -> Double {
    let count = model.parameterCount
    switch counts {
    case .parameters: return count.total
    case .nonEmbeddingFLOPs:
      let width = Double(model.heads * model.headDimension)
      return 6 * count.layers + Double(model.layers) * 12 * width * Double(sequenceLength)
    }
  }

  /// FLOP that a model of a size takes for its tokens, as the law counts them.
  public func compute(size: Double, tokens: Double) -> Double {
    switch counts {
    case .parameters: 6 * size * tokens
    case .nonEmbeddingFLOPs: size * tokens
    }
  }

  /// Tokens that a compute is best spent on.
  ///
  /// From the loss: N = G·(C÷6)^(β÷(α+β)) with G = (α·A ÷ (β·B))^(1÷(α+β)), and D = C ÷ 6N (Hoffmann et al. 2022, eq. 4).
  public func bestTokens(compute: Double) -> Double {
    if let tokens { return tokens(compute) }
    guard let loss else { return 0 }
    let a = loss.modelExponent.value, b = loss.dataExponent.value
    let g = ScalingLaw.power(a * loss.modelFactor.value / (b * loss.dataFactor.value), 1 / (a + b))
    let model = g * ScalingLaw.power(compute / 6, b / (a + b))
    return compute / (6 * model)
  }

  /// The size of model that a compute is best spent on.
  public func bestSize(compute: Double) -> Double {
    compute / self.compute(size: 1, tokens: bestTokens(compute: compute))
  }
}

extension ScalingLaw.Loss {
  /// The loss, and the standard deviation that the published standard errors give it; nil where one of them is not published.
  ///
  /// Errors are taken as independent, since how they go together is not published. A and α go together, and so do B and β, so
  /// the spread of what can be reduced is rather too wide.
  public func predicted(parameters: Double, tokens: Double) -> (value: Double, deviation: Double?) {
    func part(_ factor: ScalingLaw.Term, _ exponent: ScalingLaw.Term, _ amount: Double) -> (Double, Double?) {
      let value = factor.value / ScalingLaw.power(amount, exponent.value)
      guard let a = factor.error, let b = exponent.error else { return (value, nil) }
      let share = a / factor.value, slope = Logarithm.natural(amount) * b
      return (value, value * (share * share + slope * slope).squareRoot())
    }
    let (model, modelSpread) = part(modelFactor, modelExponent, parameters)
    let (data, dataSpread) = part(dataFactor, dataExponent, tokens)
    let value = irreducible.value + model + data
    guard let e = irreducible.error, let modelSpread, let dataSpread else { return (value, nil) }
    return (value, (e * e + modelSpread * modelSpread + dataSpread * dataSpread).squareRoot())
  }
}
