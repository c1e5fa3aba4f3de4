import Quantities
import Scenarios

extension FactSheet {
  public init(_ law: ScalingLaw) {
    func term(_ name: String, _ term: ScalingLaw.Term) -> Fact {
      Fact(name, "\(term.value)" + (term.error.map { " ± \($0)" } ?? ""), origin: law.origin)
    }
    func power(_ name: String, _ power: ScalingLaw.Power?) -> Fact? {
      power.map {
        Fact(
          name, "\($0.amount.formatted) × (compute ÷ \($0.at.formatted))^\($0.exponent)", origin: law.origin)
      }
    }
    let loss = law.loss.map {
      [
        term("E, loss that stays", $0.irreducible), term("A, of the model", $0.modelFactor),
        term("alpha, exponent of parameters", $0.modelExponent), term("B, of the data", $0.dataFactor),
        term("beta, exponent of tokens", $0.dataExponent),
      ]
    }
    let facts: [Fact?] =
      [Fact("a model's size counts", law.counts.rawValue)] + (loss ?? [])
      + [
        power("best tokens", law.tokens), power("best batch, tokens", law.batch),
        law.fittedTo.map { Fact("fitted up to", $0.formatted) },
      ]
    self.init(.scaling, name: law.name, summary: law.summary, facts: facts, origin: law.origin)
  }

  public init(_ budget: Budget) {
    self.init(
      .budgets, name: budget.name, summary: budget.summary,
      facts: [
        Fact("dollars", budget.sums.map(\.text).joined(separator: ", ")),
        Fact("time", optional: budget.time?.inWords), Fact("on", budget.types.joined(separator: ", ")),
        budget.ways.isEmpty ? nil : Fact("pricing", budget.ways.map(\.label).joined(separator: ", ")),
        budget.models.isEmpty ? nil : Fact("models", budget.models.joined(separator: ", ")),
        budget.laws.isEmpty ? nil : Fact("laws", budget.laws.joined(separator: ", ")),
      ])
  }
}

extension CatalogEntry {
  public init(_ law: ScalingLaw) {
    let figures = [
      law.loss == nil ? nil : "loss", law.tokens == nil ? nil : "tokens", law.batch == nil ? nil : "batch",
    ]
    self.init(
      .scaling, name: law.name, figures: figures.compactMap { $0 }.joined(separator: ", "), summary: law.summary)
  }

  public init(_ budget: Budget) {
    self.init(
      .budgets, name: budget.name, figures: budget.sums.map(\.text).joined(separator: ", "), summary: budget.summary)
  }
}

extension Budget.Sum {
  var text: String {
    switch self {
    case .total(let sum): sum.formatted
    case .yearly(let sum): "\(sum.formatted)/year"
    }
  }
}
