import Quantities

/// Why a case's cost or speed changed: the factors of its cost that did, each with what may be behind it.
struct Attribution {
  let old: [String: String]
  let new: [String: String]
  /// Files that changed between the runs; nil where that is not known.
  let files: [String]?

  /// A row from before factors were written; one that does not run has none to miss.
  static func hasNoFactors(_ row: [String: String]) -> Bool {
    row["feasible"] == "true"
      && CostFactor.allCases.contains { $0.isOfTime && $0 != .practice && row[$0.column] == nil }
  }

  /// What changed first, then what its money and its time are made of.
  private static let order: [CostFactor] = [
    .price, .instances, .steps, .step, .input, .checkpoint, .goodput, .start, .practice, .spares, .billing,
  ]
  private static let ofPrice = [
    "pricing", "price_usd_per_instance_hour", "region", "price_source", "price_date",
  ]
  /// Below it a factor differs by rounding alone.
  private static let rounding = 1e-12

  /// Factors of all causes multiply to the ratio of the costs, unless one says that some cannot be told apart.
  ///
  /// - Parameter changed: columns that differ.
  func causes(_ changed: [String]) -> [CaseDiff.Cause] {
    var causes: [CaseDiff.Cause] = []
    if old["feasible"] != new["feasible"] {
      let now = new["why_not"].map { ": \($0)" } ?? ""
      causes.append(CaseDiff.Cause(what: new["feasible"] == "true" ? "runs now" : "no longer runs\(now)"))
    }
    if differs(["instance", "chip"]) { causes.append(CaseDiff.Cause(what: "instance type")) }
    let isOlder = [old, new].contains(where: Attribution.hasNoFactors)
    let cost = ratio("cost_usd")
    for (what, ratio) in isOlder ? rough : divided(Attribution.order) {
      causes.append(CaseDiff.Cause(what: what, factor: cost == nil ? nil : ratio))
    }
    if let cost {
      let known = causes.compactMap(\.factor).reduce(1, *)
      if abs(cost / known - 1) > 1e-9 {
        let what = isOlder ? "the rest (goodput, start, spares, billing)" : "the rest"
        causes.append(CaseDiff.Cause(what: what + " cannot be told apart"))
      }
    }
    if causes.isEmpty {
      let why = changed.allSatisfy(Attribution.ofPrice.contains) ? reasons.price : reasons.other
      causes += why.map { CaseDiff.Cause(what: $0) }
    }
    return causes
  }

  private func divided(_ factors: [CostFactor]) -> [(what: String, ratio: Double?)] {
    factors.compactMap { factor in
      let ratio = factor == .practice ? practice : ratio(factor.column)
      return isChanged(factor, ratio) ? (told(factor), ratio) : nil
    }
  }

  /// Rows from before it was written were of machines alone.
  private var practice: Double? {
    func factor(_ row: [String: String]) -> Double { row[CostFactor.practice.column].flatMap(Double.init) ?? 1 }
    return factor(new) / factor(old)
  }

  private func isChanged(_ factor: CostFactor, _ ratio: Double?) -> Bool {
    if let ratio { return abs(ratio - 1) > Attribution.rounding }
    return switch factor {
    case .price: differs(["pricing", "price_usd_per_instance_hour", "region"])
    case .instances: differs(Reasons.size)
    default: false
    }
  }

  /// As far as rows without factors tell: cost = price × instances × tokens ÷ (tokens/s) × what cannot be told apart.
  private var rough: [(what: String, ratio: Double?)] {
    var list = divided([.price, .instances])
    if let tokens = ratio("tokens"), tokens != 1 { list.append(("tokens", tokens)) }
    if let speed = ratio("tokens_per_s"), speed != 1 { list.append((told("speed", reasons.speed), 1 / speed)) }
    return list
  }

  private func told(_ factor: CostFactor) -> String {
    let reasons = reasons
    return switch factor {
    case .steps: reasons.perStep.isEmpty ? "tokens" : told("steps", reasons.steps)
    case .step: told("step", reasons.step)
    case .input: told("input", reasons.input)
    case .checkpoint: told("checkpoints", reasons.checkpoint)
    case .goodput: told("goodput", reasons.goodput)
    case .start: told("start", reasons.start)
    case .practice: "practice"
    case .instances: "size"
    case .spares: told("spares", reasons.spares)
    case .billing: told("billing beyond the work", reasons.billing)
    case .price: told("price", reasons.price)
    }
  }

  private func told(_ what: String, _ reasons: [String]) -> String {
    reasons.isEmpty ? what : "\(what) (\(reasons.joined(separator: ", ")))"
  }

  private var reasons: Reasons { Reasons(old: old, new: new, files: files) }

  private func differs(_ columns: [String]) -> Bool { columns.contains { old[$0] != new[$0] } }

  private func ratio(_ column: String) -> Double? {
    guard let a = old[column].flatMap(Double.init), let b = new[column].flatMap(Double.init), a > 0, b > 0 else {
      return nil
    }
    return b / a
  }
}
