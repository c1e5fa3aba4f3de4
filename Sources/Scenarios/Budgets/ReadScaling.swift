import Quantities

extension ScalingLaw {
  init(_ fields: Fields, name: String) {
    self.init(
      name: name, summary: fields.text("summary") ?? "", counts: fields.choice("counts", Measure.self) ?? .parameters,
      loss: fields.fields("loss", Keys.scalingLoss).map(Loss.init),
      tokens: fields.fields("tokens", Keys.scalingPower).map(Power.init),
      batch: fields.fields("batch", Keys.scalingPower).map(Power.init), fittedTo: fields.quantity("fitted_to"),
      origin: fields.origin)
    if loss == nil, tokens == nil {
      fields.error(
        "the law says neither a loss nor how many tokens are best",
        help: "add 'loss' or 'tokens: {at: 1 YFLOP, amount: 1 T, exponent: 0.5}'")
    }
    if loss != nil, tokens == nil, counts != .parameters {
      fields.error("a loss is of parameters and tokens", help: "write 'counts: parameters'", at: "counts")
    }
  }
}

extension ScalingLaw.Power {
  fileprivate init(_ fields: Fields) {
    let exponent = fields.fraction("exponent") ?? 1
    self.init(at: fields.quantity("at") ?? FLOPs(1), amount: fields.quantity("amount") ?? Count(1), exponent: exponent)
  }
}

extension ScalingLaw.Loss {
  fileprivate init(_ fields: Fields) {
    func term(_ key: String) -> ScalingLaw.Term {
      guard let own = fields.fields(key, Keys.scalingTerm) else { return ScalingLaw.Term(1) }
      return ScalingLaw.Term(own.above("value") ?? 1, error: own.number("error"))
    }
    self.init(
      irreducible: term("irreducible"), modelFactor: term("model_factor"), modelExponent: term("model_exponent"),
      dataFactor: term("data_factor"), dataExponent: term("data_exponent"))
  }
}

extension Catalog {
  public func scalingLaw(_ name: String) throws(Diagnostics) -> ScalingLaw {
    try load(.scaling, name) { ScalingLaw($0, name: name) }
  }

  /// Every law, by name.
  public func scalingLaws() throws(Diagnostics) -> [ScalingLaw] {
    var laws: [ScalingLaw] = []
    for name in names(.scaling) { laws.append(try scalingLaw(name)) }
    return laws
  }
}
